import { promises as fs } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { BundleFiles, HEAD_BYTES, isGzip, MANIFEST_FILE, readManifest } from '@keyreach/core/input';
import type { InputFileKey } from './input-files.ts';

/** What single files are recognised by: texts that stand in the beginning of a file, all of them. */
const MARKS: readonly (readonly [key: InputFileKey, ...texts: readonly string[]])[] = [
  ['roleAssignments', '"roledefinitionid"', '"principalid"', 'microsoft.authorization/roleassignments'],
  ['roleDefinitions', '"permissions"', '"notactions"', '"assignablescopes"'],
  ['denyAssignments', 'microsoft.authorization/denyassignments', '"permissions"'],
  ['servicePrincipals', '"serviceprincipaltype"', '"appid"'],
  ['applications', '"appid"', '"signinaudience"', '"requiredresourceaccess"'],
];

/** What a single file is, from the beginning of its text; undefined for what is not Azure input. */
export function detectAzureFile(text: string): InputFileKey | undefined {
  const head = text.slice(0, HEAD_BYTES).trimStart().toLowerCase();
  if (!head.startsWith('{') && !head.startsWith('[')) return undefined;
  return MARKS.find(([, ...texts]) => texts.every((mark) => head.includes(mark)))?.[0];
}

/**
 * Tells whether an input is Azure: a bundle directory or one that holds bundles, or a single file that `readAzureInput` reads.
 * `firstBytes`: the beginning of the file (64 KiB is enough), packed or not; undefined for a directory.
 */
export async function detectAzureInput(path: string, firstBytes: Uint8Array | undefined): Promise<boolean> {
  if (firstBytes !== undefined) return detectAzureFile(headText(firstBytes)) !== undefined;
  const stat = await fs.stat(path).catch(() => undefined);
  if (stat?.isDirectory() !== true) return false;
  const files = await BundleFiles.open(path);
  if (await isAzureDirectory(files, '')) return true;
  for (const name of await files.names('', 'directory')) if (await isAzureDirectory(files, `${name}/`)) return true;
  return false;
}

/** Files that only a bundle of Azure has. */
const OWN_FILES: ReadonlySet<string> = new Set([
  'management-groups.json',
  'subscriptions.json',
  'role-definitions.json',
  'role-assignments.json',
  'deny-assignments.json',
  'pim.json',
]);

const OWN_GRAPH_FILES: ReadonlySet<string> = new Set([
  'organization.json',
  'applications.json',
  'servicePrincipals.json',
  'roleDefinitions.json',
  'roleAssignments.json',
]);

/** A manifest decides; without one, the files that only a bundle of Azure has. */
export async function isAzureDirectory(files: BundleFiles, prefix: string): Promise<boolean> {
  const names = await files.names(prefix, 'file');
  if (names.includes(MANIFEST_FILE)) {
    const { provider } = await readManifest(files, prefix);
    if (provider !== undefined) return provider === 'azure';
  }
  const plain = (name: string): string => name.replace(/\.gz$/, '');
  if (names.some((name) => OWN_FILES.has(plain(name)))) return true;
  if (!(await files.names(prefix, 'directory')).includes('graph')) return false;
  return (await files.names(`${prefix}graph/`, 'file')).some((name) => OWN_GRAPH_FILES.has(plain(name)));
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
