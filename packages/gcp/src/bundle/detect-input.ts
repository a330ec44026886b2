import { promises as fs } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { type BundleFile, BundleFiles, HEAD_BYTES, isGzip, MANIFEST_FILE, readManifest } from '@keyreach/core/input';

/** Single files that are recognised whatever they are called. */
export type LoneFileKind = 'assets' | 'auditLogs';

/** What a single file is, from the beginning of its text; undefined for what is not Google Cloud input. */
export function detectGcpFile(text: string): LoneFileKind | undefined {
  const head = text.slice(0, HEAD_BYTES).trimStart();
  if (!head.startsWith('{') && !head.startsWith('[')) return undefined;
  if (head.includes('cloudaudit.googleapis.com') && hasKey(head, 'logName')) return 'auditLogs';
  return /"asset_?[tT]ype"\s{0,20}:\s{0,20}"[a-z0-9.-]{1,200}\/[A-Za-z]/.test(head) ? 'assets' : undefined;
}

/**
 * Tells whether an input is Google Cloud: a bundle directory or one that holds bundles, exported assets or audit logs, or a single
 * file that {@link readGcpInput} reads. `firstBytes`: the beginning of the file (64 KiB is enough), packed or not; undefined for
 * a directory.
 */
export async function detectGcpInput(path: string, firstBytes: Uint8Array | undefined): Promise<boolean> {
  if (firstBytes !== undefined) return detectGcpFile(headText(firstBytes)) !== undefined;
  const stat = await fs.stat(path).catch(() => undefined);
  if (stat?.isDirectory() !== true) return false;
  const files = await BundleFiles.open(path);
  if (await isGcpDirectory(files, '')) return true;
  for (const name of await files.names('', 'directory')) if (await isGcpDirectory(files, `${name}/`)) return true;
  const { assets, logs } = await looseFiles(files, true);
  return assets.length + logs.length > 0;
}

/** Files that only a bundle of Google Cloud has. */
const OWN_FILES: ReadonlySet<string> = new Set([
  'assets.ndjson',
  'deny-policies.json',
  'pab.json',
  'service-account-keys.json',
  'hmac-keys.json',
  'api-keys.json',
  'workload-identity-pools.json',
]);

/** A manifest decides; without one, the files that only a bundle of Google Cloud has. */
export async function isGcpDirectory(files: BundleFiles, prefix: string): Promise<boolean> {
  const names = await files.names(prefix, 'file');
  if (names.includes(MANIFEST_FILE)) {
    const { provider } = await readManifest(files, prefix);
    if (provider !== undefined) return provider === 'gcp';
  }
  if (names.some((name) => OWN_FILES.has(name.replace(/\.gz$/, '')))) return true;
  const assets = names.find((name) => /^assets\.json(\.gz)?$/.test(name));
  return assets !== undefined && detectGcpFile(headText(await files.head(`${prefix}${assets}`))) === 'assets';
}

/** How many files of a directory without a bundle are looked into before it is taken for something else. */
const MOST_LOOKS = 5000;

/** Names of files that are worth looking into. */
const LOOSE_NAME = /(?:\.json|\.ndjson|\.jsonl)(?:\.gz)?$|(?:^|\/)(?:shard_)?\d+$|of-\d+$/i;

/**
 * Exported assets and audit logs of a directory that is no bundle, whatever the files are called: exports to a prefix give
 * `PREFIX/TYPE/SHARD` (gcp.md 4.2). `one`: stop at the first.
 */
export async function looseFiles(
  files: BundleFiles,
  one = false,
): Promise<{ readonly assets: readonly BundleFile[]; readonly logs: readonly BundleFile[] }> {
  const assets: BundleFile[] = [];
  const logs: BundleFile[] = [];
  const candidates = (await files.below('.')).filter(({ shown }) => LOOSE_NAME.test(shown));
  for (const { path, shown } of one ? candidates.slice(0, MOST_LOOKS) : candidates) {
    const kind = detectGcpFile(headText(await files.head(shown)));
    if (kind === undefined) continue;
    (kind === 'assets' ? assets : logs).push({ path, shown: shown.replace(/^\.\//, '') });
    if (one) break;
  }
  return { assets, logs };
}

function hasKey(head: string, key: string): boolean {
  const quoted = `"${key}"`;
  for (let at = head.indexOf(quoted); at >= 0; at = head.indexOf(quoted, at + 1)) {
    const after = head.slice(at + quoted.length, at + quoted.length + 40).trimStart();
    if (after.startsWith(':')) return true;
  }
  return false;
}

/** Text of the beginning of a file, packed or not. */
export function headText(bytes: Uint8Array): string {
  let head = bytes.subarray(0, HEAD_BYTES);
  if (isGzip(head)) {
    try {
      // The data is cut, so only what it holds so far is unpacked.
      head = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 });
    } catch {
      return '';
    }
  }
  return new TextDecoder(head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(head);
}
