import { promises as fs } from 'node:fs';
import { basename, dirname } from 'node:path';
import { KeyreachError } from '@keyreach/core/graph';
import {
  type BundleFile,
  BundleFiles,
  type DecodedInput,
  MAX_JSON_DEPTH,
  parseJson,
  readEither,
  readManifest,
} from '@keyreach/core/input';
import { readAssetFile } from './asset-files.ts';
import { detectGcpFile, headText, isGcpDirectory, looseFiles } from './detect-input.ts';
import type { GcpInput } from './gcp-input.ts';
import { InputCollector } from './input-collector.ts';
import { ASSET_LISTS, INPUT_FILES } from './input-files.ts';
import { EMPTY_INPUT, mergeGcpInputs } from './merge-inputs.ts';

/** Names the inventory may have in a bundle, besides files below `assets/`. */
const ASSET_NAME = /^assets(?:[-_.][\w.-]{1,200})?\.(?:ndjson|jsonl|json)(?:\.gz)?$/;

const LOG_NAME = /\.(?:json|ndjson|jsonl)(?:\.gz)?$/i;

/** Use that was added up where the logs are (docs/usage-gcp.md). */
const AUDIT_USAGE_FILE = 'audit-usage.json';

const LINK = 'a symbolic link, expected the file itself';

/**
 * Reads Google Cloud input: a bundle directory, a directory that holds several, exported assets under any names, or a single file of
 * them or of audit logs (bundles.md). What is absent, empty, truncated or of the wrong shape becomes a gap, and the rest is read.
 *
 * @throws KeyreachError `cannot-read` where the path does not exist, `not-gcp` where nothing in it is Google Cloud input.
 * @example
 * ```ts
 * const graph = normalizeGcp(await readGcpInput('./bundle'), { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export async function readGcpInput(path: string): Promise<GcpInput> {
  return readGcpInputs([path]);
}

/** Reads several inputs side by side and joins them; see {@link readGcpInput} and {@link mergeGcpInputs}. */
export async function readGcpInputs(paths: readonly string[]): Promise<GcpInput> {
  const inputs: GcpInput[] = [];
  for (const path of paths) inputs.push(await readOne(path));
  return mergeGcpInputs(inputs);
}

async function readOne(path: string): Promise<GcpInput> {
  let directory: boolean;
  try {
    directory = (await fs.stat(path)).isDirectory();
  } catch (cause) {
    throw new KeyreachError('cannot-read', `\`${path}\` cannot be read; check the path and its permissions`, { cause });
  }
  const input = directory
    ? await readDirectory(await BundleFiles.open(path))
    : await readLoneFile(await fs.realpath(path), basename(path));
  if (input !== undefined) return input;
  const expected = directory
    ? '`assets.ndjson`, `deny-policies.json` or other files of a bundle, or exported assets'
    : 'records of the asset inventory or of audit logs';
  throw new KeyreachError('not-gcp', `\`${path}\` is no Google Cloud input; expected ${expected}`);
}

/** A directory is one bundle; else its sub-directories may be bundles; else it may hold exported assets or logs. */
async function readDirectory(files: BundleFiles): Promise<GcpInput | undefined> {
  if (await isGcpDirectory(files, '')) return readBundle(files, '');
  const inputs: GcpInput[] = [];
  for (const name of await files.names('', 'directory')) {
    if (await isGcpDirectory(files, `${name}/`)) inputs.push(await readBundle(files, `${name}/`));
  }
  if (inputs.length > 0) return mergeGcpInputs(inputs);
  const { assets, logs } = await looseFiles(files);
  if (assets.length === 0 && logs.length === 0) return undefined;
  const collector = new InputCollector();
  for (const file of assets) await readAssetFile(file, collector);
  return collector.input({ auditLogs: logs });
}

/** A single file: what it is decides its content, not its name. */
async function readLoneFile(path: string, shown: string): Promise<GcpInput | undefined> {
  const file: BundleFile = { path, shown };
  const files = await BundleFiles.open(dirname(path));
  switch (detectGcpFile(headText(await files.head(basename(path))))) {
    case 'auditLogs':
      return { ...EMPTY_INPUT, auditLogs: [file] };
    case 'assets': {
      const collector = new InputCollector();
      await readAssetFile(file, collector);
      return collector.input();
    }
    default:
      return undefined;
  }
}

async function readBundle(files: BundleFiles, prefix: string): Promise<GcpInput> {
  const { collectedAt, gaps } = await readManifest(files, prefix);
  const collector = new InputCollector();
  for (const file of await assetFiles(files, prefix)) await readPlainAssets(files, file, collector);
  for (const link of await files.linksBelow(`${prefix}assets`)) collector.unreadable('assets', link, LINK);
  for (const { key, path } of ASSET_LISTS) {
    await readJson(files, `${prefix}${path}`, {
      value: (raw, shown) => collector.assetList(key, raw, shown),
      unreadable: (shown, why) => collector.unreadable(key, shown, why),
    });
  }
  for (const { key, path } of INPUT_FILES) {
    await readJson(files, `${prefix}${path}`, {
      value: (raw, shown) => collector.value(key, raw, shown),
      unreadable: (shown, why) => collector.unreadable(key, shown, why),
    });
  }
  await readJson(files, `${prefix}${AUDIT_USAGE_FILE}`, {
    value: (raw, shown) => collector.auditUsage(raw, shown),
    unreadable: (shown, why) => collector.unreadable('auditUsage', shown, why),
  });
  for (const link of await files.linksBelow(`${prefix}audit-logs`)) collector.problems('audit logs', link).line(LINK);
  const logs = (await files.below(`${prefix}audit-logs`)).filter(({ shown }) => LOG_NAME.test(shown));
  return collector.input({ auditLogs: logs, ...(collectedAt === undefined ? {} : { collectedAt }), gaps });
}

/** Files with records of the inventory: `assets.ndjson`, `assets-….ndjson`, and whatever lies below `assets/`. */
async function assetFiles(files: BundleFiles, prefix: string): Promise<readonly BundleFile[]> {
  const names = (await files.names(prefix, 'file')).filter((name) => ASSET_NAME.test(name));
  // Names that begin with a dot are what systems leave beside files.
  const below = (await files.below(`${prefix}assets`)).filter(({ shown }) => !/\/\.[^/]*$/.test(shown));
  return [...names.map((name) => files.file(`${prefix}${name}`)), ...below];
}

/** A link out of the bundle, a pipe or an empty file is not opened as records. */
async function readPlainAssets(files: BundleFiles, file: BundleFile, collector: InputCollector): Promise<void> {
  if ((await files.head(file.shown)).length > 0) {
    await readAssetFile(file, collector);
    return;
  }
  const decoded = await files.read(file.shown);
  if (decoded !== undefined) collector.unreadable('assets', file.shown, problemOf(decoded));
}

function problemOf(decoded: DecodedInput): string {
  return decoded.ok ? 'an empty file' : decoded.problem;
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
