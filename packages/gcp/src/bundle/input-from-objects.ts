import { readTimestamp } from '@keyreach/core/input';
import type { GcpInput } from './gcp-input.ts';
import { InputCollector } from './input-collector.ts';
import { ASSET_LISTS, ASSETS_FILE, type AssetListKey, INPUT_FILES, type InputFileKey } from './input-files.ts';
import { mergeGcpInputs } from './merge-inputs.ts';

/** Input in memory: what each file of a bundle would hold, parsed. */
export interface GcpInputObjects extends Readonly<Partial<Record<InputFileKey | AssetListKey, unknown>>> {
  /** Records of the asset inventory. */
  readonly assets?: readonly unknown[];
  /** What audit-usage.json would hold. */
  readonly auditUsage?: unknown;
  readonly collectedAt?: string;
}

/**
 * The same as `readGcpInput` for values that are already in memory, so that the analysis can be embedded where there is no
 * file system. Everything is checked as if it came from a file, and gaps name the file it stands for.
 *
 * @example
 * ```ts
 * const input = gcpInputFromObjects({ assets: records, roles });
 * const graph = normalizeGcp(input, { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export function gcpInputFromObjects(objects: GcpInputObjects): GcpInput {
  const collector = new InputCollector();
  if (objects.assets !== undefined) {
    const problems = collector.assetFile(ASSETS_FILE.path);
    for (const [index, record] of objects.assets.entries()) collector.asset(record, `record ${index + 1}`, problems);
  }
  for (const { key, path } of ASSET_LISTS) if (objects[key] !== undefined) collector.assetList(key, objects[key], path);
  for (const { key, path } of INPUT_FILES) if (objects[key] !== undefined) collector.value(key, objects[key], path);
  if (objects.auditUsage !== undefined) collector.auditUsage(objects.auditUsage, 'audit-usage.json');
  const collectedAt = readTimestamp(objects.collectedAt);
  return mergeGcpInputs([collector.input(collectedAt === undefined ? {} : { collectedAt })]);
}
