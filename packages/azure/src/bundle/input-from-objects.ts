import { readTimestamp } from '@keyreach/core/input';
import type { AzureInput } from './azure-input.ts';
import { InputCollector } from './input-collector.ts';
import { INPUT_FILES, type InputFileKey } from './input-files.ts';
import { mergeAzureInputs } from './merge-inputs.ts';

/** Input in memory: what each list of a bundle would hold, parsed. */
export interface AzureInputObjects extends Readonly<Partial<Record<InputFileKey, unknown>>> {
  /** What pim.json would hold; or its lists by their own names. */
  readonly pim?: unknown;
  /** What files below `usage/` would hold. */
  readonly recordedUse?: readonly unknown[];
  readonly collectedAt?: string;
}

/**
 * The same as `readAzureInput` for values that are already in memory, so that the analysis can be embedded where there is no
 * file system. Everything is checked as if it came from a file, and gaps name the file it stands for.
 *
 * @example
 * ```ts
 * const input = azureInputFromObjects({ roleAssignments, roleDefinitions, servicePrincipals });
 * const graph = normalizeAzure(input, { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export function azureInputFromObjects(objects: AzureInputObjects): AzureInput {
  const collector = new InputCollector();
  if (objects.pim !== undefined) collector.file('pim.json', objects.pim, 'pim.json');
  for (const file of INPUT_FILES) {
    const raw = objects[file.key];
    if (raw !== undefined) collector.value(file, raw, file.path);
  }
  for (const one of objects.recordedUse ?? []) collector.recordedUse(one, 'usage');
  const collectedAt = readTimestamp(objects.collectedAt);
  return mergeAzureInputs([collector.input(collectedAt === undefined ? {} : { collectedAt })]);
}
