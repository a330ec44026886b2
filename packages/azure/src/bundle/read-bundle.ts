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
import { detectAzureFile, headText, isAzureDirectory, isLog, type LooseFile, looseFiles } from './detect-input.ts';
import { InputCollector } from './input-collector.ts';
import { INPUT_FILES, LOG_DIRECTORIES } from './input-files.ts';
import { EMPTY_INPUT, mergeAzureInputs } from './merge-inputs.ts';

const LOG_NAME = /\.(?:json|ndjson|jsonl)(?:\.gz)?$/i;

/** Use that was added up from logs (docs/usage-azure.md). */
const USAGE = 'usage';

const LINK = 'a symbolic link, expected the file itself';

/**
 * Reads Azure input: a bundle directory, a directory that holds several, a directory of logs under any names, or a single file of them
 * (bundles.md). What is absent, empty, truncated or of the wrong shape becomes a gap, and the rest is read.
 *
 * @throws KeyreachError `cannot-read` where the path does not exist, `not-azure` where nothing in it is Azure input.
 * @example
 * ```ts
 * const graph = normalizeAzure(await readAzureInput('./bundle'), { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export async function readAzureInput(path: string): Promise<AzureInput> {
  return mergeAzureInputs(await readAzureBundles(path));
}

/** Reads several inputs of one tenant side by side and joins them; see {@link readAzureInput} and {@link mergeAzureInputs}. */
export async function readAzureInputs(paths: readonly string[]): Promise<AzureInput> {
  const inputs: AzureInput[] = [];
  for (const path of paths) inputs.push(...(await readAzureBundles(path)));
  return mergeAzureInputs(inputs);
}

/**
 * The bundles of an input one by one, which may be of several tenants: see `azureTenantInputs`.
 *
 * @throws What {@link readAzureInput} throws.
 */
export async function readAzureBundles(path: string): Promise<readonly AzureInput[]> {
  let directory: boolean;
  try {
    directory = (await fs.stat(path)).isDirectory();
  } catch (cause) {
    throw new KeyreachError('cannot-read', `\`${path}\` cannot be read; check the path and its permissions`, { cause });
  }
  const inputs = directory
    ? await readDirectory(await BundleFiles.open(path))
    : await readLoneFile(await fs.realpath(path), basename(path));
  if (inputs.length > 0) return inputs;
  const expected = directory
    ? '`role-assignments.json`, `graph/applications.json` or other files of a bundle, or exported logs'
    : 'a list of a bundle, such as role assignments or applications, or exported logs';
  throw new KeyreachError('not-azure', `\`${path}\` is no Azure input; expected ${expected}`);
}

/** A directory is one bundle; else its sub-directories may be bundles; else it may hold logs. */
async function readDirectory(files: BundleFiles): Promise<readonly AzureInput[]> {
  if (await isAzureDirectory(files, '')) return [await readBundle(files, '')];
  const inputs: AzureInput[] = [];
  for (const name of await files.names('', 'directory')) {
    if (await isAzureDirectory(files, `${name}/`)) inputs.push(await readBundle(files, `${name}/`));
  }
  if (inputs.length > 0) return inputs;
  const loose = await looseFiles(files);
  return loose.length === 0 ? [] : [withLogs(loose)];
}

function withLogs(loose: readonly LooseFile[]): AzureInput {
  const logs = LOG_DIRECTORIES.map(
    ({ key }) => [key, loose.flatMap(({ kind, file }) => (kind === key ? [file] : []))] as const,
  );
  return { ...EMPTY_INPUT, ...Object.fromEntries(logs) };
}

/** A single file: what it is decides its content, not its name. */
async function readLoneFile(path: string, shown: string): Promise<readonly AzureInput[]> {
  const file: BundleFile = { path, shown };
  const files = await BundleFiles.open(dirname(path));
  const kind = detectAzureFile(headText(await files.head(basename(path))));
  if (kind === undefined) return [];
  if (isLog(kind)) return [withLogs([{ kind, file }])];
  const collector = new InputCollector();
  const known = INPUT_FILES.find(({ key }) => key === kind);
  await readJson(files, basename(path), {
    value: (raw) => (known === undefined ? collector.recordedUse(raw, shown) : collector.value(known, raw, shown)),
    unreadable: (_, why) => collector.unreadable(known?.path ?? USAGE, shown, why),
  });
  return [collector.input()];
}

async function readBundle(files: BundleFiles, prefix: string): Promise<AzureInput> {
  const { collectedAt, gaps } = await readManifest(files, prefix);
  const collector = new InputCollector();
  for (const path of new Set(INPUT_FILES.map((file) => file.path))) {
    await readJson(files, `${prefix}${path}`, {
      value: (raw, shown) => collector.file(path, raw, shown),
      unreadable: (shown, why) => collector.unreadable(path, shown, why),
    });
  }
  for (const { shown } of await logFiles(files, `${prefix}${USAGE}`, 'recorded use', collector)) {
    await readJson(files, shown, {
      value: (raw, name) => collector.recordedUse(raw, name),
      unreadable: (name, why) => collector.unreadable(USAGE, name, why),
    });
  }
  const logs: [string, readonly BundleFile[]][] = [];
  for (const { key, path, what } of LOG_DIRECTORIES) {
    logs.push([key, await logFiles(files, `${prefix}${path}`, what, collector)]);
  }
  return collector.input({
    ...Object.fromEntries(logs),
    ...(collectedAt === undefined ? {} : { collectedAt }),
    gaps,
  });
}

/** Files below a directory; each link is told, since none is followed. */
async function logFiles(
  files: BundleFiles,
  directory: string,
  what: string,
  collector: InputCollector,
): Promise<readonly BundleFile[]> {
  for (const link of await files.linksBelow(directory)) collector.problems(what, link).line(LINK);
  return (await files.below(directory)).filter(({ shown }) => LOG_NAME.test(shown));
}

/** Who is told what a JSON file holds, or why it cannot be read. */
interface JsonTaker {
  value(raw: unknown, shown: string): void;
  unreadable(shown: string, why: string): void;
}

async function readJson(files: BundleFiles, path: string, taker: JsonTaker): Promise<void> {
  const found = await readEither(files, path);
  if (found === undefined) return;
  const { shown, decoded } = found;
  if (!decoded.ok) {
    taker.unreadable(shown, decoded.problem);
    return;
  }
  const parsed = parseJson(decoded.text, { file: shown, maxDepth: MAX_JSON_DEPTH });
  if (parsed.ok) taker.value(parsed.value, shown);
  else taker.unreadable(shown, parsed.error.message);
}
