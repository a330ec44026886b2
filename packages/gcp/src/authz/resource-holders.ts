import type { NodeId } from '@keyreach/core/graph';
import { serviceAccountId } from '../normalize/gcp-ids.ts';

/** Longest name that is looked into. */
const LONGEST = 4_096;

/** Kinds of things inside others whose policies govern them, last in a name before the id of the thing. */
const INNER: ReadonlySet<string> = new Set([
  'appProfiles',
  'backups',
  'certificateAuthorities',
  'clusters',
  'configs',
  'consentStores',
  'cryptoKeyVersions',
  'cryptoKeys',
  'databases',
  'dicomStores',
  'dockerImages',
  'entityTypes',
  'executions',
  'features',
  'fhirStores',
  'hl7V2Stores',
  'importJobs',
  'keys',
  'models',
  'packages',
  'releases',
  'revisions',
  'rollouts',
  'routines',
  'rowAccessPolicies',
  'sessions',
  'tables',
  'tags',
  'tasks',
  'versions',
  'workspaces',
  'workstationConfigs',
  'workstations',
]);

/**
 * Nodes that govern what an id names, nearest first: the id itself, then what contains it: the bucket of an object, the
 * secret of a version, the dataset of a table, the ring of a key. Service accounts by whatever project they are named in.
 *
 * @example
 * resourceHolders('//storage.googleapis.com/b/objects/a/b.txt'); // [the same, '//storage.googleapis.com/b']
 */
export function resourceHolders(id: string): readonly NodeId[] {
  if (id.length > LONGEST || !id.startsWith('//')) return [id];
  const found: NodeId[] = [];
  let at: string | undefined = id;
  while (at !== undefined) {
    found.push(at);
    const account = accountOf(at);
    if (account !== undefined && account !== at) found.push(account);
    at = around(at);
  }
  return found;
}

function around(id: string): string | undefined {
  const storage = '//storage.googleapis.com/';
  if (id.startsWith(storage)) {
    const end = id.indexOf('/', storage.length);
    return end < 0 ? undefined : id.slice(0, end);
  }
  const last = id.lastIndexOf('/');
  const before = id.lastIndexOf('/', last - 1);
  if (before <= 1) return undefined;
  return INNER.has(id.slice(before + 1, last)) ? id.slice(0, before) : undefined;
}

/** The id that every name of a service account stands for. */
function accountOf(id: string): NodeId | undefined {
  const parts = id.split('/');
  if (parts[2] !== 'iam.googleapis.com' || parts[5] !== 'serviceAccounts' || parts.length !== 7) return undefined;
  const email = parts[6] ?? '';
  return email.includes('@') ? serviceAccountId(email) : undefined;
}
