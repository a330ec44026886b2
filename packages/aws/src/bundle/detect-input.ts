import { promises as fs } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { type BundleFile, BundleFiles, HEAD_BYTES, isGzip, MANIFEST_FILE, readManifest } from '@keyreach/core/input';
import { isLogName } from '../usage/log-name.ts';
import { AUTHORIZATION_LISTS } from './authorization-details.ts';
import { isReportHeader } from './credential-report.ts';

/** Single files that are recognised whatever they are called. */
export type LoneFileKind = 'authorizationDetails' | 'credentialReport' | 'accessKeys' | 'cloudTrail';

/** What a single file is, from the beginning of its text; undefined for what is not AWS input. */
export function detectAwsFile(text: string): LoneFileKind | undefined {
  const head = text.slice(0, HEAD_BYTES).trimStart();
  if (head.startsWith('{') || head.startsWith('[')) {
    if (AUTHORIZATION_LISTS.slice(0, 3).some((list) => hasKey(head, list))) return 'authorizationDetails';
    if (hasKey(head, 'Policies') && hasKey(head, 'PolicyVersionList')) return 'authorizationDetails';
    if (isTrailText(head)) return 'cloudTrail';
    if (hasKey(head, 'AccessKeyId') && hasKey(head, 'UserName')) return 'accessKeys';
    return undefined;
  }
  return isReportHeader(head.slice(0, lineEnd(head))) ? 'credentialReport' : undefined;
}

/**
 * Tells whether an input is AWS: a bundle directory or one that holds bundles or CloudTrail logs, or a single file that
 * {@link readAwsInput} reads. `firstBytes`: the beginning of the file (64 KiB is enough), packed or not; undefined for a
 * directory.
 */
export async function detectAwsInput(path: string, firstBytes: Uint8Array | undefined): Promise<boolean> {
  if (firstBytes !== undefined) return detectAwsFile(headText(firstBytes)) !== undefined;
  const stat = await fs.stat(path).catch(() => undefined);
  if (stat?.isDirectory() !== true) return false;
  const files = await BundleFiles.open(path);
  if (await isAwsDirectory(files, '')) return true;
  for (const name of await files.names('', 'directory')) if (await isAwsDirectory(files, `${name}/`)) return true;
  return (await logFilesOf(files)).length > 0;
}

/** How many files of a directory are looked into for CloudTrail records; those of quiet hours hold none. */
const MOST_LOOKS = 200;

/** The log files of a directory that holds CloudTrail logs, and no bundle; none for every other directory. */
export async function logFilesOf(files: BundleFiles): Promise<readonly BundleFile[]> {
  const logs = (await files.below('.')).filter(({ shown }) => isLogName(shown));
  for (const { shown } of logs.slice(0, MOST_LOOKS)) {
    if (!isTrailText(headText(await files.head(shown)).trimStart())) continue;
    return logs.map(({ path, shown: inner }) => ({ path, shown: inner.replace(/^\.\//, '') }));
  }
  return [];
}

/** The beginning of a file of CloudTrail records, as delivered, in LookupEvents replies or one after another. */
function isTrailText(head: string): boolean {
  if (hasKey(head, 'CloudTrailEvent')) return true;
  return hasKey(head, 'eventVersion') && hasKey(head, 'userIdentity') && hasKey(head, 'eventSource');
}

/** A manifest decides; without one, the files that only an AWS bundle has. */
export async function isAwsDirectory(files: BundleFiles, prefix: string): Promise<boolean> {
  const names = await files.names(prefix, 'file');
  if (names.includes(MANIFEST_FILE)) {
    const { provider } = await readManifest(files, prefix);
    if (provider !== undefined) return provider === 'aws';
  }
  if ((await files.names(prefix, 'directory')).includes('accounts')) return true;
  // An Azure bundle has an organization.json too, a list.
  const name = names.find((candidate) => /^organization\.json(\.gz)?$/.test(candidate));
  const head = name === undefined ? '' : headText(await files.head(`${prefix}${name}`)).trimStart();
  return head.startsWith('{') && hasKey(head, 'Organization');
}

function hasKey(head: string, key: string): boolean {
  const at = head.indexOf(`"${key}"`);
  return (
    at >= 0 &&
    head
      .slice(at + key.length + 2)
      .trimStart()
      .startsWith(':')
  );
}

function lineEnd(text: string): number {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text.length : end;
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
