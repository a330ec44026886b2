import { promises as fs } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { type BundleFile, BundleFiles, HEAD_BYTES, isGzip, MANIFEST_FILE, readManifest } from '@keyreach/core/input';
import { INPUT_FILES, type InputFileKey, LOG_DIRECTORIES } from './input-files.ts';

/** What a single file is, whatever it is called. */
export type LoneFileKind = InputFileKey | (typeof LOG_DIRECTORIES)[number]['key'] | 'recordedUse';

/** A kind of file: field names that its beginning has, and what it has not. The first that fits counts. */
interface Sign {
  readonly kind: LoneFileKind;
  /** Names of fields, all of them in the beginning. */
  readonly fields: readonly string[];
  /** Texts, one of them in the beginning, in any case. */
  readonly anyOf?: readonly string[];
}

const CLAIM = 'http://schemas.microsoft.com/identity/claims/objectidentifier';

const SIGNS: readonly Sign[] = [
  { kind: 'recordedUse', fields: ['format'], anyOf: ['keyreach-azure-usage/'] },
  { kind: 'graphActivityLogs', fields: [], anyOf: ['"MicrosoftGraphActivityLogs"'] },
  { kind: 'graphActivityLogs', fields: ['RequestUri', 'RequestMethod'] },
  {
    kind: 'signInLogs',
    fields: [],
    anyOf: ['ServicePrincipalSignInLogs"', 'ManagedIdentitySignInLogs"', '"SignInLogs"'],
  },
  { kind: 'signInLogs', fields: ['createdDateTime', 'signInEventTypes'] },
  { kind: 'signInLogs', fields: ['createdDateTime', 'servicePrincipalCredentialKeyId'] },
  { kind: 'activityLogs', fields: ['eventTimestamp', 'operationName'] },
  { kind: 'activityLogs', fields: ['operationName', 'category'], anyOf: ['"Administrative"', CLAIM] },
  { kind: 'activityLogs', fields: ['OperationNameValue', 'Caller'] },
  { kind: 'denyAssignments', fields: ['denyAssignmentName'] },
  { kind: 'roleDefinitions', fields: ['assignableScopes', 'roleName'] },
  {
    kind: 'roleEligibilities',
    fields: ['roleDefinitionId', 'principalId', 'scope'],
    anyOf: ['Microsoft.Authorization/roleEligibilityScheduleInstances'],
  },
  {
    kind: 'roleSchedules',
    fields: ['roleDefinitionId', 'principalId', 'scope'],
    anyOf: ['Microsoft.Authorization/roleAssignmentScheduleInstances'],
  },
  {
    kind: 'roleAssignments',
    fields: ['roleDefinitionId', 'principalId', 'scope'],
    anyOf: ['Microsoft.Authorization/roleAssignments'],
  },
  { kind: 'directoryRoleDefinitions', fields: ['rolePermissions'] },
  { kind: 'directoryRoleAssignments', fields: ['roleDefinitionId', 'principalId', 'directoryScopeId'] },
  { kind: 'federatedCredentials', fields: ['parent', 'issuer', 'audiences'] },
  { kind: 'servicePrincipals', fields: ['appId', 'servicePrincipalType'] },
  { kind: 'applications', fields: ['appId', 'signInAudience'] },
  { kind: 'users', fields: ['userPrincipalName', 'id'] },
  { kind: 'groups', fields: ['securityEnabled', 'id'] },
  { kind: 'resources', fields: ['id', 'type'], anyOf: ['"/subscriptions/'] },
];

/** What a single file is, from the beginning of its text; undefined for what is not Azure input. */
export function detectAzureFile(text: string): LoneFileKind | undefined {
  const head = text.slice(0, HEAD_BYTES).trimStart();
  if (!head.startsWith('{') && !head.startsWith('[')) return undefined;
  // A graph of Keyreach has such fields, and is read by itself.
  if (head.startsWith('{"record":')) return undefined;
  const lower = head.toLowerCase();
  return SIGNS.find(
    ({ fields, anyOf }) =>
      fields.every((name) => hasKey(head, name)) &&
      (anyOf === undefined || anyOf.some((one) => lower.includes(one.toLowerCase()))),
  )?.kind;
}

/**
 * Tells whether an input is Azure: a bundle directory or one that holds bundles, a directory of logs, or a single file that
 * {@link readAzureInput} reads. `firstBytes`: the beginning of the file (64 KiB is enough), packed or not; undefined for a directory.
 */
export async function detectAzureInput(path: string, firstBytes: Uint8Array | undefined): Promise<boolean> {
  if (firstBytes !== undefined) return detectAzureFile(headText(firstBytes)) !== undefined;
  const stat = await fs.stat(path).catch(() => undefined);
  if (stat?.isDirectory() !== true) return false;
  const files = await BundleFiles.open(path);
  if (await isAzureDirectory(files, '')) return true;
  for (const name of await files.names('', 'directory')) if (await isAzureDirectory(files, `${name}/`)) return true;
  return (await looseFiles(files, true)).length > 0;
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

/** A manifest decides; without one, the files that only a bundle of Azure has. */
export async function isAzureDirectory(files: BundleFiles, prefix: string): Promise<boolean> {
  const names = await files.names(prefix, 'file');
  if (names.includes(MANIFEST_FILE)) {
    const { provider } = await readManifest(files, prefix);
    if (provider !== undefined) return provider === 'azure';
  }
  if (names.some((name) => OWN_FILES.has(name.replace(/\.gz$/, '')))) return true;
  const graph = new Set(
    INPUT_FILES.flatMap(({ path }) => (path.startsWith('graph/') ? [path.slice('graph/'.length)] : [])),
  );
  const inner = await files.names(`${prefix}graph`, 'file');
  return inner.some((name) => graph.has(name.replace(/\.gz$/, '')));
}

/** How many files of a directory without a bundle are looked into before it is taken for something else. */
const MOST_LOOKS = 5000;

const LOOSE_NAME = /\.(?:json|ndjson|jsonl)(?:\.gz)?$/i;

/** A file that was found, and what it is. */
export interface LooseFile {
  readonly file: BundleFile;
  readonly kind: LoneFileKind;
}

/**
 * Logs of a directory that is no bundle, wherever they lie: exports to storage give a path of their own to each hour. `one`: stop at the
 * first.
 */
export async function looseFiles(files: BundleFiles, one = false): Promise<readonly LooseFile[]> {
  const found: LooseFile[] = [];
  const candidates = (await files.below('.')).filter(({ shown }) => LOOSE_NAME.test(shown));
  for (const { path, shown } of one ? candidates.slice(0, MOST_LOOKS) : candidates) {
    const kind = detectAzureFile(headText(await files.head(shown)));
    if (kind === undefined || !isLog(kind)) continue;
    found.push({ file: { path, shown: shown.replace(/^\.\//, '') }, kind });
    if (one) break;
  }
  return found;
}

/** Whether a kind of file is one of logs. */
export function isLog(kind: LoneFileKind): kind is (typeof LOG_DIRECTORIES)[number]['key'] {
  return LOG_DIRECTORIES.some(({ key }) => key === kind);
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
