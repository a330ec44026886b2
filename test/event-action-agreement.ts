import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type ActionRule, actionsOfEvent, possibleActionsOfEvent } from '../packages/aws/src/usage/index.ts';

/** The parts of the map that are compared. */
export interface MethodMap {
  /** By `Service.Method` of the SDK. */
  readonly sdk_method_iam_mappings: Readonly<Record<string, readonly { readonly action: string }[]>>;
  readonly sdk_permissionless_actions: readonly string[];
  readonly sdk_service_mappings: Readonly<Record<string, string>>;
}

/** One method of the map beside what our rules say. */
export interface Comparison {
  readonly method: string;
  readonly theirs: readonly string[];
  readonly ours: readonly ActionRule[];
  readonly agrees: boolean;
}

/** Event sources of SDK services that are neither the prefix the map gives nor the name of the service in lower case. */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ['ApiGatewayManagementApi', 'apigatewaymanagementapi'],
  ['ChimeSDKMediaPipelines', 'chime'],
  ['ChimeSDKMeetings', 'chime'],
  ['ChimeSDKMessaging', 'chime'],
  ['CloudWatch', 'monitoring'],
  ['ConnectCampaigns', 'connect-campaigns'],
  ['EMRServerless', 'emr-serverless'],
  ['IoTJobsDataPlane', 'data.jobs.iot'],
  ['Keyspaces', 'cassandra'],
  ['LicenseManagerUserSubscriptions', 'license-manager-user-subscriptions'],
  ['MigrationHubOrchestrator', 'migrationhub-orchestrator'],
  ['PinpointSMSVoiceV2', 'sms-voice'],
  ['PrivateNetworks', 'private-networks'],
  ['RedshiftServerless', 'redshift-serverless'],
  ['ResourceGroupsTaggingAPI', 'tagging'],
]);

/** Methods of one SDK client that are logged under several sources: those the map describes for S3 on Outposts. */
const OUTPOSTS: ReadonlySet<string> = new Set(
  'CreateAccessPoint CreateBucket DeleteAccessPoint DeleteAccessPointPolicy DeleteBucket DeleteBucketLifecycleConfiguration DeleteBucketPolicy DeleteBucketTagging GetAccessPoint GetAccessPointPolicy GetBucket GetBucketLifecycleConfiguration GetBucketPolicy GetBucketTagging ListAccessPoints ListRegionalBuckets PutAccessPointPolicy PutBucketLifecycleConfiguration PutBucketPolicy PutBucketTagging'.split(
    ' ',
  ),
);

/** Methods that are logged under another name: the account's and the bucket's block of public access. */
const EVENT_NAMES: ReadonlyMap<string, string> = new Map(
  ['Get', 'Put', 'Delete'].flatMap((verb) => [
    [`S3.${verb}PublicAccessBlock`, `${verb}BucketPublicAccessBlock`],
    [`S3Control.${verb}PublicAccessBlock`, `${verb}AccountPublicAccessBlock`],
  ]),
);

/** Reads the map. */
export function readMethodMap(file: string): MethodMap {
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
}

/**
 * Compares every method of the map with our rules. They agree where the actions of the map lie between what we say that
 * every such call needs and what we say that such calls may need: the map does not tell optional fields of the request from
 * others, and names what they need for some methods and leaves it out for others. Methods that need no permission in the
 * map must be known to us and need none.
 */
export function compareWith(map: MethodMap): readonly Comparison[] {
  const methods = Object.entries(map.sdk_method_iam_mappings).map(
    ([method, rows]) => [method, [...new Set(rows.map(({ action }) => action.toLowerCase()))]] as const,
  );
  const free = map.sdk_permissionless_actions.map((method) => [method, []] as const);
  return [...methods, ...free].map(([method, theirs]) => {
    const [service, name] = [method.slice(0, method.indexOf('.')), method.slice(method.indexOf('.') + 1)];
    const source =
      service === 'S3Control' && OUTPOSTS.has(name)
        ? 's3-outposts'
        : (SOURCES.get(service) ?? map.sdk_service_mappings[service] ?? service.toLowerCase());
    const eventName = EVENT_NAMES.get(method) ?? name;
    const ours = possibleActionsOfEvent(source, eventName);
    // What the rules only suppose of calls that name a role is left out: it holds for nearly every call that changes something.
    const told = ours.filter(({ certain, when }) => certain || when !== 'role');
    const possible = new Set(told.map(({ action }) => action.toLowerCase()));
    const always = ours.filter(({ certain, when }) => certain && when === undefined);
    const { known } = actionsOfEvent({ eventSource: source, eventName, marks: [], roles: [] });
    const agrees =
      known &&
      theirs.every((action) => possible.has(action)) &&
      always.every(({ action }) => theirs.includes(action.toLowerCase()));
    return { method, theirs, ours, agrees };
  });
}
