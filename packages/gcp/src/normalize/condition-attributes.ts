import type { Json } from '@keyreach/core/graph';

/** What conditions can read of a type of resources, beside its service (gcp.md 1.7). */
export interface ConditionRow {
  /** Value of `resource.type`; absent: the type of the asset. */
  readonly type?: string;
  /**
   * What `resource.name` is: the name of the asset after its host, with the project by `id` or `number`; `bucket`:
   * `projects/_/buckets/B`; `none`: the type supplies none; `unknown`: its form is not documented.
   */
  readonly name: 'id' | 'number' | 'bucket' | 'none' | 'unknown';
}

const byId: ConditionRow = { name: 'id' };
const byNumber: ConditionRow = { name: 'number' };

/**
 * Types of assets that supply attributes to conditions (gcp.md 1.7). Services that are in the list with a type that is not are
 * left open; all other services supply nothing.
 */
export const CONDITION_ROWS: ReadonlyMap<string, ConditionRow> = new Map([
  ['bigquery.googleapis.com/Dataset', byId],
  ['bigquery.googleapis.com/Model', byId],
  ['bigquery.googleapis.com/Routine', byId],
  ['bigquery.googleapis.com/Table', byId],
  ['bigtableadmin.googleapis.com/Backup', byId],
  ['bigtableadmin.googleapis.com/Cluster', byId],
  ['bigtableadmin.googleapis.com/Instance', byId],
  ['bigtableadmin.googleapis.com/Table', byId],
  ['cloudkms.googleapis.com/CryptoKey', byId],
  ['cloudkms.googleapis.com/CryptoKeyVersion', byId],
  ['cloudkms.googleapis.com/KeyRing', byId],
  ['cloudresourcemanager.googleapis.com/Project', { name: 'none' }],
  ['compute.googleapis.com/BackendService', byId],
  ['compute.googleapis.com/Disk', byId],
  ['compute.googleapis.com/Firewall', byId],
  ['compute.googleapis.com/ForwardingRule', byId],
  ['compute.googleapis.com/GlobalForwardingRule', byId],
  ['compute.googleapis.com/Image', byId],
  ['compute.googleapis.com/Instance', byId],
  ['compute.googleapis.com/InstanceTemplate', byId],
  ['compute.googleapis.com/RegionBackendService', byId],
  ['compute.googleapis.com/RegionDisk', byId],
  ['compute.googleapis.com/Snapshot', byId],
  ['compute.googleapis.com/TargetHttpProxy', byId],
  ['compute.googleapis.com/TargetHttpsProxy', byId],
  ['compute.googleapis.com/TargetSslProxy', byId],
  ['compute.googleapis.com/TargetTcpProxy', byId],
  ['container.googleapis.com/Cluster', byId],
  ['firestore.googleapis.com/Database', byId],
  ['logging.googleapis.com/LogBucket', byId],
  ['logging.googleapis.com/LogView', byId],
  ['parametermanager.googleapis.com/Parameter', byNumber],
  ['parametermanager.googleapis.com/ParameterVersion', byNumber],
  ['secretmanager.googleapis.com/Secret', byNumber],
  ['secretmanager.googleapis.com/SecretVersion', byNumber],
  ['spanner.googleapis.com/Backup', byId],
  ['spanner.googleapis.com/Database', byId],
  ['spanner.googleapis.com/Instance', byId],
  ['sqladmin.googleapis.com/BackupRun', byId],
  ['sqladmin.googleapis.com/Instance', byId],
  ['storage.googleapis.com/Bucket', { name: 'bucket' }],
  ['storage.googleapis.com/ManagedFolder', { name: 'unknown' }],
]);

/** Services of which some types supply attributes, whether or not they are in the table (gcp.md 1.7). */
const SUPPLYING_SERVICES: ReadonlySet<string> = new Set([
  'apigee.googleapis.com',
  'apihub.googleapis.com',
  'backupdr.googleapis.com',
  'bigqueryreservation.googleapis.com',
  'binaryauthorization.googleapis.com',
  'clouddeploy.googleapis.com',
  'connectors.googleapis.com',
  'dataform.googleapis.com',
  'dns.googleapis.com',
  'iap.googleapis.com',
  'integrations.googleapis.com',
  'managedkafka.googleapis.com',
  'networksecurity.googleapis.com',
  'pubsublite.googleapis.com',
  ...[...CONDITION_ROWS.keys()].map((type) => type.slice(0, type.indexOf('/'))),
]);

/** Types of such services that are known to supply nothing. */
const SILENT_TYPES: ReadonlySet<string> = new Set([
  'compute.googleapis.com/Project',
  'secretmanager.googleapis.com/Location',
]);

/** Both names of a project, as far as known. */
export interface ProjectNames {
  readonly id?: string;
  readonly number?: string;
}

/**
 * Attributes for conditions of a resource (docs/graph-gcp.md, Conditions): `conditionAttributes: true` where it is known which it
 * supplies; of these `service`, `conditionType` and `conditionName`, an absent one is not supplied. Without
 * `conditionAttributes` an absent one is unknown.
 *
 * @example
 * conditionAttributes('storage.googleapis.com/Bucket', '//storage.googleapis.com/b', {});
 * // { conditionAttributes: true, service: 'storage.googleapis.com', conditionType: 'storage.googleapis.com/Bucket',
 * //   conditionName: 'projects/_/buckets/b' }
 */
export function conditionAttributes(
  assetType: string,
  name: string,
  project: ProjectNames,
): Readonly<Record<string, Json>> {
  const row = CONDITION_ROWS.get(assetType);
  const service = assetType.slice(0, Math.max(0, assetType.indexOf('/')));
  if (row === undefined) {
    const silent = SILENT_TYPES.has(assetType) || !SUPPLYING_SERVICES.has(service);
    return silent ? { conditionAttributes: true } : {};
  }
  const told = { service, conditionType: row.type ?? assetType };
  const path = /^\/\/[^/]+\/(.+)$/.exec(name)?.[1];
  switch (row.name) {
    case 'none':
      return { conditionAttributes: true, ...told };
    case 'unknown':
      return told;
    case 'bucket':
      return path === undefined
        ? told
        : { conditionAttributes: true, ...told, conditionName: `projects/_/buckets/${path}` };
    case 'id':
    case 'number': {
      const wanted = row.name === 'id' ? project.id : project.number;
      const conditionName = path === undefined ? undefined : withProject(path, wanted);
      return conditionName === undefined ? told : { conditionAttributes: true, ...told, conditionName };
    }
    default:
      return row.name satisfies never;
  }
}

function withProject(path: string, project: string | undefined): string | undefined {
  if (!path.startsWith('projects/')) return undefined;
  const end = path.indexOf('/', 'projects/'.length);
  if (end < 0) return undefined;
  return project === undefined ? path : `projects/${project}${path.slice(end)}`;
}
