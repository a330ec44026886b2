import type { ConditionRequest, ResourceFacts } from '@keyreach/core/authz';
import { arnSegments } from './arn-segments.ts';
import type { Reading } from './reading.ts';
import { readings } from './readings.ts';

/** Region of the one endpoint that a service has in a partition (aws.md 1.12); null where it is not sure that there is one. */
type OneEndpoint = Readonly<Record<string, string | null>>;

const ONE_ENDPOINT: ReadonlyMap<string, OneEndpoint> = new Map<string, OneEndpoint>([
  ['account', { aws: 'us-east-1' }],
  ['budgets', { aws: 'us-east-1' }],
  ['ce', { aws: 'us-east-1' }],
  ['cloudfront', { aws: 'us-east-1', 'aws-cn': 'cn-northwest-1' }],
  ['globalaccelerator', { aws: 'us-west-2' }],
  ['health', { aws: null }],
  ['iam', { aws: 'us-east-1', 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' }],
  ['networkmanager', { aws: 'us-west-2' }],
  ['organizations', { aws: 'us-east-1', 'aws-cn': 'cn-northwest-1', 'aws-us-gov': 'us-gov-west-1' }],
  ['route53', { aws: 'us-east-1', 'aws-cn': 'cn-northwest-1', 'aws-us-gov': 'us-gov-west-1' }],
  ['route53domains', { aws: 'us-east-1' }],
  ['shield', { aws: 'us-east-1' }],
  ['support', { aws: null }],
  ['waf', { aws: 'us-east-1' }],
]);

/** Checked within calls of another service, or against a source in another region than that of the call. */
const ANYWHERE: ReadonlySet<string> = new Set([
  'ec2:copyfpgaimage',
  'ec2:copyimage',
  'ec2:copysnapshot',
  'iam:passrole',
  'rds:copydbclustersnapshot',
  'rds:copydbsnapshot',
  'rds:createdbinstancereadreplica',
]);

/** Where a resource is, as far as that fixes the region of requests: `free` where it does not, undefined where nobody told. */
function regionOf({ id, node, isNew }: ResourceFacts): { readonly region: string } | 'free' | undefined {
  if (id === '*') return 'free';
  const arn = arnSegments(id);
  const known = node?.attributes?.['region'];
  const told = typeof known === 'string' ? { region: known } : undefined;
  if (arn === undefined) return told;
  const [, , service, region, , resource] = arn;
  // An id without its region has a wildcard there.
  if (region !== '') return region.includes('*') ? told : { region };
  // A bucket is in a region that its ARN does not tell; the list of all buckets is in none.
  return service === 's3' && resource !== '' && isNew !== true ? told : 'free';
}

/** What of a resource counts for the region of a request on it. */
export function regionFact(resource: ResourceFacts): string {
  return JSON.stringify([partitionOf(resource), regionOf(resource) ?? null]);
}

/** Whether the caller picks the region of a request: neither the service nor the resource is in only one. */
export function isRegionFree(action: string, resource: ResourceFacts): boolean {
  const name = action.toLowerCase();
  if (ANYWHERE.has(name)) return true;
  if (ONE_ENDPOINT.has(serviceOf(name))) return false;
  return name === 's3:createbucket' || regionOf(resource) === 'free';
}

/** The region of a request where the caller does not pick it (aws.md 1.12, `aws:RequestedRegion`). */
export function requestedRegion({ action, resource, principal }: ConditionRequest): Reading {
  const endpoint = ONE_ENDPOINT.get(serviceOf(action.toLowerCase()));
  if (endpoint !== undefined) {
    const partition = partitionOf(resource) ?? principalPartition(principal);
    const only = partition === undefined ? undefined : endpoint[partition];
    return only === undefined || only === null ? readings.uncollected : readings.value(only);
  }
  const region = regionOf(resource);
  return region === undefined || region === 'free' ? readings.uncollected : readings.value(region.region);
}

function serviceOf(action: string): string {
  return action.slice(0, Math.max(action.indexOf(':'), 0));
}

function partitionOf({ id }: ResourceFacts): string | undefined {
  return arnSegments(id)?.[1];
}

function principalPartition({ node, scopes }: ConditionRequest['principal']): string | undefined {
  const told = scopes.find((scope) => scope.type === 'account')?.attributes?.['partition'];
  return typeof told === 'string' ? told : arnSegments(node.id)?.[1];
}

/**
 * An ARN template in one region, where it leaves the region open: who names a resource of another region makes the request
 * there.
 */
export function templateInRegion(template: string, key: string, value: string): string | undefined {
  if (key !== 'aws:requestedregion') return undefined;
  const arn = arnSegments(template);
  if (arn === undefined || arn[3] !== '*' || value.includes(':')) return undefined;
  return [...arn.slice(0, 3), value, ...arn.slice(4)].join(':');
}
