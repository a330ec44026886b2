import { promises as fs } from 'node:fs';
import { basename, dirname } from 'node:path';
import { KeyreachError } from '@keyreach/core/graph';
import {
  type BundleFile,
  BundleFiles,
  MAX_JSON_DEPTH,
  parseJson,
  readEither,
  readManifest,
} from '@keyreach/core/input';
import type { AzureInput } from './azure-input.ts';
import { detectAzureFile, headText, isAzureDirectory } from './detect-input.ts';
import { InputCollector } from './input-collector.ts';
import { INPUT_FILES, type InputFileKey, PIM_FILE } from './input-files.ts';
import { mergeAzureInputs } from './merge-inputs.ts';

const LOG_NAME = /\.(?:json|ndjson|jsonl)(?:\.gz)?$/i;

/** Directories of log files, by what they hold. */
const LOGS = [
  ['activityLogs', 'activity-logs', 'activity logs'],
  ['signInLogs', 'sign-in-logs', 'sign-in logs'],
  ['graphActivityLogs', 'graph-activity-logs', 'Graph activity logs'],
] as const;

/**
 * Reads Azure input: a bundle directory, a directory that holds several, or a single file (bundles.md). What is absent, empty, truncated
 * or of the wrong shape becomes a gap, and the rest is read.
 *
 * @throws KeyreachError `cannot-read` where the path does not exist, `not-azure` where nothing in it is Azure input.
 * @example
 * ```ts
 * const graph = normalizeAzure(await readAzureInput('./bundle'), { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export async function readAzureInput(path: string): Promise<AzureInput> {
  return readAzureInputs([path]);
}

/** Reads several inputs side by side and joins them; see {@link readAzureInput} and {@link mergeAzureInputs}. */
export async function readAzureInputs(paths: readonly string[]): Promise<AzureInput> {
  const inputs: AzureInput[] = [];
  for (const path of paths) inputs.push(await readOne(path));
  return mergeAzureInputs(inputs);
}

async function readOne(path: string): Promise<AzureInput> {
  let directory: boolean;
  try {
    directory = (await fs.stat(path)).isDirectory();
  } catch (cause) {
    throw new KeyreachError('cannot-read', `\`${path}\` cannot be read; check the path and its permissions`, { cause });
  }
  const input = directory ? await readDirectory(await BundleFiles.open(path)) : await readLoneFile(path);
  if (input !== undefined) return input;
  const expected = directory
    ? '`role-assignments.json`, `graph/servicePrincipals.json` or other files of a bundle'
    : 'role assignments, role definitions, applications or service principals';
  throw new KeyreachError('not-azure', `\`${path}\` is no Azure input; expected ${expected}`);
}

async function readDirectory(files: BundleFiles): Promise<AzureInput | undefined> {
  if (await isAzureDirectory(files, '')) return readBundle(files, '');
  const inputs: AzureInput[] = [];
  for (const name of await files.names('', 'directory')) {
    if (await isAzureDirectory(files, `${name}/`)) inputs.push(await readBundle(files, `${name}/`));
  }
  return inputs.length === 0 ? undefined : mergeAzureInputs(inputs);
}

/** A single file: what it is decides its content, not its name. */
async function readLoneFile(given: string): Promise<AzureInput | undefined> {
  const path = await fs.realpath(given);
  const files = await BundleFiles.open(dirname(path));
  const key = detectAzureFile(headText(await files.head(basename(path))));
  if (key === undefined) return undefined;
  const collector = new InputCollector();
  await readJson(files, basename(path), key, collector, basename(given));
  return collector.input();
}

async function readBundle(files: BundleFiles, prefix: string): Promise<AzureInput> {
  const { collectedAt, gaps } = await readManifest(files, prefix);
  const collector = new InputCollector();
  for (const { key, path } of [...INPUT_FILES, PIM_FILE]) await readJson(files, `${prefix}${path}`, key, collector);
  const logs: Record<string, readonly BundleFile[]> = {};
  for (const [key, directory, what] of LOGS) {
    for (const link of await files.linksBelow(`${prefix}${directory}`)) {
      collector.problems(what, link).line('a symbolic link, expected the file itself');
    }
    logs[key] = (await files.below(`${prefix}${directory}`)).filter(({ shown }) => LOG_NAME.test(shown));
  }
  return collector.input({ ...logs, ...(collectedAt === undefined ? {} : { collectedAt }), gaps });
}

async function readJson(
  files: BundleFiles,
  path: string,
  key: InputFileKey | 'pim',
  collector: InputCollector,
  called?: string,
): Promise<void> {
  const found = await readEither(files, path);
  if (found === undefined) return;
  const { decoded } = found;
  const shown = called ?? found.shown;
  if (!decoded.ok) {
    collector.unreadable(key, shown, decoded.problem);
    return;
  }
  const parsed = parseJson(decoded.text, { file: shown, maxDepth: MAX_JSON_DEPTH });
  if (parsed.ok) collector.value(key, parsed.value, shown);
  else collector.unreadable(key, shown, parsed.error.message);
}
