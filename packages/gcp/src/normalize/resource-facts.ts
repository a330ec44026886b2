import type { Json } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import { fieldText, fieldTexts, fieldValues } from './field-values.ts';
import type { AssetTypeName } from './workload-types.ts';

/** Facts of a resource that preconditions of techniques read; an absent or undefined one is not known. */
export type ResourceFacts = Readonly<Record<string, Json | undefined>>;

type FactsOf = (data: RawRecord, ofProject: RawRecord | undefined) => ResourceFacts;

/**
 * Facts by type of asset (gcp.md 3, preconditions). Values of metadata, variables, scripts and annotations never become facts,
 * only that they are there and what switches say.
 */
export const RESOURCE_FACTS: Readonly<Partial<Record<AssetTypeName, FactsOf>>> = {
  'aiplatform.googleapis.com/ReasoningEngine': (data) => ({
    agentFramework: fieldText(data, 'spec.agentFramework'),
    identityType: fieldText(data, 'spec.identityType'),
  }),
  'appengine.googleapis.com/Version': (data) => ({ flexible: flexibleOf(data) }),
  'cloudbuild.googleapis.com/Build': (data) => ({ state: fieldText(data, 'status') }),
  'cloudbuild.googleapis.com/BuildTrigger': (data) => ({
    disabled: flag(data, 'disabled'),
    approvalRequired: flag(data, 'approvalConfig.approvalRequired'),
  }),
  'bigqueryconnection.googleapis.com/Connection': (data) => ({ connectionKind: connectionKind(data) }),
  'cloudfunctions.googleapis.com/CloudFunction': (data) => ({
    ingress: ingressValue(fieldText(data, 'ingressSettings')),
  }),
  'cloudfunctions.googleapis.com/Function': (data) => ({
    ingress: ingressValue(fieldText(data, 'serviceConfig.ingressSettings')),
  }),
  'cloudresourcemanager.googleapis.com/TagKey': (data) => ({ namespacedName: fieldText(data, 'namespacedName') }),
  'cloudresourcemanager.googleapis.com/TagValue': (data) => ({
    namespacedName: fieldText(data, 'namespacedName'),
    tagKey: fieldText(data, 'parent'),
  }),
  'cloudkms.googleapis.com/CryptoKey': (data) => ({ purpose: fieldText(data, 'purpose') }),
  'compute.googleapis.com/Instance': (data, ofProject) => ({
    ...metadataFacts(data, 'metadata', ofProject),
    externalAddress: fieldValues(data, 'networkInterfaces[].accessConfigs[]').length > 0,
  }),
  'compute.googleapis.com/InstanceTemplate': (data) => metadataFacts(data, 'properties.metadata'),
  'compute.googleapis.com/Project': (data) => metadataFacts(data, 'commonInstanceMetadata'),
  'container.googleapis.com/Cluster': (data) => ({
    nodeMetadataMode: metadataModeOf(fieldValues(data, 'nodePools[].config')),
    autopilot: flag(data, 'autopilot.enabled'),
    privateEndpoint: flag(data, 'privateClusterConfig.enablePrivateEndpoint'),
    workloadPool: fieldText(data, 'workloadIdentityConfig.workloadPool'),
  }),
  'container.googleapis.com/NodePool': (data) => ({
    nodeMetadataMode: metadataModeOf(fieldValues(data, 'config')),
  }),
  'dataflow.googleapis.com/Job': (data) => ({
    state: fieldText(data, 'currentState'),
    streaming: streamingOf(fieldText(data, 'type')),
  }),
  'run.googleapis.com/Service': (data) => ({
    ingress: ingressValue(fieldText(data, 'ingress') ?? annotation(data, 'run.googleapis.com/ingress')),
  }),
  'secretmanager.googleapis.com/SecretVersion': (data) => ({ state: fieldText(data, 'state') }),
  'storage.googleapis.com/Bucket': (data) => ({
    bucketUniform: flag(data, 'iamConfiguration.uniformBucketLevelAccess.enabled', 'iamConfiguration'),
    publicAccessPrevention: fieldText(data, 'iamConfiguration.publicAccessPrevention'),
  }),
};

/**
 * Facts of one resource: those of its type, its state and its labels. `ofProject`: data of the `compute.googleapis.com/Project` of
 * its project, where the input has it.
 */
export function resourceFacts(
  assetType: string,
  data: RawRecord,
  ofProject?: RawRecord,
): Readonly<Record<string, Json>> {
  const rows: Readonly<Record<string, FactsOf | undefined>> = RESOURCE_FACTS;
  const facts: Record<string, Json | undefined> = {
    state: fieldText(data, 'state', 'lifecycleState', 'status'),
    labels: labelsOf(data),
    ...(Object.hasOwn(rows, assetType) ? rows[assetType]?.(data, ofProject) : undefined),
  };
  return Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

const CONNECTION_KINDS: readonly (readonly [field: string, kind: string])[] = [
  ['cloudResource', 'resource'],
  ['cloudSpanner', 'database'],
  ['cloudSql', 'database'],
  ['spark', 'spark'],
];

/** What a connection of BigQuery leads to, by the one object of properties that it has (gcp.md 4.3). */
function connectionKind(data: RawRecord): string | undefined {
  const found = CONNECTION_KINDS.find(([field]) => isRecord(data[field]));
  if (found !== undefined) return found[1];
  return ['aws', 'azure', 'configuration', 'salesforceDataCloud'].some((field) => isRecord(data[field]))
    ? 'other'
    : undefined;
}

/** APIs leave out what is false, so an absent switch is off; with `within`, only where that object is there at all. */
function flag(data: RawRecord, path: string, within?: string): boolean | undefined {
  if (within !== undefined && fieldValues(data, within).length === 0) return undefined;
  const [value] = fieldValues(data, path);
  return value === undefined ? false : value === true;
}

/** Metadata of instances, by the name of the fact (gcp.md 3.C). */
const METADATA_SWITCHES: readonly (readonly [fact: string, key: string])[] = [
  ['osLogin', 'enable-oslogin'],
  ['blockProjectSshKeys', 'block-project-ssh-keys'],
  ['serialPort', 'serial-port-enable'],
  ['guestAttributes', 'enable-guest-attributes'],
  ['osConfig', 'enable-osconfig'],
];

const SCRIPT_KEYS: ReadonlySet<string> = new Set([
  'startup-script',
  'startup-script-url',
  'windows-startup-script-ps1',
  'windows-startup-script-url',
  'windows-startup-script-cmd',
  'windows-startup-script-bat',
  'user-data',
  'shutdown-script',
]);

/**
 * What is on and off in metadata; an item that has no readable value leaves its switch open. `ofProject`: the data of the
 * `compute.googleapis.com/Project` of an instance, whose metadata counts where the instance has none of its own; a switch that
 * neither has is off. Absent: not in the input.
 */
function metadataFacts(data: RawRecord, path: string, ofProject?: RawRecord): ResourceFacts {
  const items = fieldValues(data, `${path}.items[]`).filter(isRecord);
  const above =
    ofProject === undefined ? [] : fieldValues(ofProject, 'commonInstanceMetadata.items[]').filter(isRecord);
  const facts: Record<string, Json | undefined> = {};
  for (const [fact, key] of METADATA_SWITCHES) {
    const item = items.find((one) => one['key'] === key) ?? above.find((one) => one['key'] === key);
    if (item !== undefined) facts[fact] = switchValue(item['value']);
    else if (ofProject !== undefined) facts[fact] = false;
  }
  if (items.some(({ key }) => typeof key === 'string' && SCRIPT_KEYS.has(key))) facts['startupScript'] = true;
  return facts;
}

function switchValue(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  switch (value.trim().toLowerCase()) {
    case 'true':
    case 'y':
    case 'yes':
    case '1':
      return true;
    case 'false':
    case 'n':
    case 'no':
    case '0':
    case '':
      return false;
    default:
      return undefined;
  }
}

/** `GKE_METADATA` where every node pool has it, `mixed` where some have, `GCE_METADATA` where none. */
function metadataModeOf(configs: readonly unknown[]): string | undefined {
  if (configs.length === 0) return undefined;
  const behind = configs.filter((config) => fieldTexts(config, 'workloadMetadataConfig.mode').includes('GKE_METADATA'));
  if (behind.length === configs.length) return 'GKE_METADATA';
  return behind.length === 0 ? 'GCE_METADATA' : 'mixed';
}

/** From where calls come in: one word for each setting, whatever the API calls it. */
function ingressValue(setting: string | undefined): string | undefined {
  switch (setting) {
    case 'all':
    case 'ALLOW_ALL':
    case 'INGRESS_TRAFFIC_ALL':
      return 'all';
    case 'internal':
    case 'ALLOW_INTERNAL_ONLY':
    case 'INGRESS_TRAFFIC_INTERNAL_ONLY':
      return 'internal';
    case 'internal-and-cloud-load-balancing':
    case 'ALLOW_INTERNAL_AND_GCLB':
    case 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER':
      return 'internal-and-load-balancer';
    default:
      return undefined;
  }
}

function annotation(data: RawRecord, key: string): string | undefined {
  const [annotations] = fieldValues(data, 'metadata.annotations');
  const value = isRecord(annotations) && Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The environment of a version; a standard one says so, or says nothing beside its runtime. */
function flexibleOf(data: RawRecord): boolean | undefined {
  const environment = fieldText(data, 'env')?.toLowerCase();
  if (environment === 'flex' || environment === 'flexible') return true;
  if (environment === 'standard') return false;
  const told = Object.hasOwn(data, 'env') || fieldText(data, 'runtime') === undefined;
  return told ? undefined : flag(data, 'vm');
}

function streamingOf(type: string | undefined): boolean | undefined {
  if (type === 'JOB_TYPE_STREAMING') return true;
  return type === 'JOB_TYPE_BATCH' ? false : undefined;
}

/** Labels are no tags: conditions do not see them. */
function labelsOf(data: RawRecord): Json | undefined {
  const found = fieldValues(data, 'labels').concat(fieldValues(data, 'settings.userLabels')).find(isRecord);
  if (found === undefined) return undefined;
  const labels = Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return labels.length === 0 ? undefined : Object.fromEntries(labels.sort(([a], [b]) => (a < b ? -1 : 1)));
}
