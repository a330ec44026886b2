import type { ResourceTypeName } from '../../normalize/workload-roles.ts';
import type { AccountCalls } from '../calls.ts';
import { CallProblems } from './call-problems.ts';
import { CloudControl } from './cloud-control.ts';
import { CLOUD_CONTROL_TYPES, UNLISTED_TYPES } from './cloud-control-types.ts';
import { AGGREGATED_TYPES, type AggregatedResources, recordedTypes } from './config-aggregator.ts';
import { actionsOf, typesOf } from './resource-row.ts';
import type { ListedResourceObject, ResourcesFile } from './resources-file.ts';
import { type Found, inRounds, rowTasks } from './row-run.ts';
import { RESOURCE_ROWS } from './rows/index.ts';
import { scrubProperties } from './scrub-properties.ts';

export {
  AGGREGATOR_ACTIONS,
  type AggregatedResources,
  type ConfigAggregator,
  readConfigAggregator,
} from './config-aggregator.ts';
export type { ResourcesFile } from './resources-file.ts';

/** How the resources of an account are collected. */
export interface ResourceOptions {
  /** True where `calls.regions` are all enabled regions: otherwise the list lacks what lies in the others. */
  readonly allRegions: boolean;
  /** What an aggregator of AWS Config has, where there is one: it replaces calls for the types that it has. */
  readonly aggregated?: AggregatedResources;
}

/** IAM actions that collecting resources needs; sorted. All of them list or read configuration, none reads data. */
export const RESOURCE_ACTIONS: readonly string[] = [
  ...new Set([
    'cloudformation:GetResource',
    'cloudformation:ListResources',
    ...RESOURCE_ROWS.flatMap(actionsOf),
    ...CLOUD_CONTROL_TYPES.flatMap(({ actions, policy }) =>
      policy === undefined ? actions : [...actions, policy.action],
    ),
  ]),
].sort();

/**
 * Collects what resources.json holds of an account: resources with a policy or a role, with their policies, roles, tags and
 * states (aws.md 3.4 to 3.7). What could not be read is a gap, and named in the file, so that it is not taken for none. Values of
 * environment variables and other text of customers are left out.
 *
 * @throws whatever the calls throw: where the collection was cancelled.
 */
export async function collectResources(
  calls: AccountCalls,
  { allRegions, aggregated }: ResourceOptions,
): Promise<ResourcesFile> {
  const found: Found = { resources: [], incomplete: new Set(), problems: new CallProblems() };
  const known = aggregated === undefined ? undefined : await knownByConfig(aggregated, calls);
  const cloudControl = new CloudControl(
    CLOUD_CONTROL_TYPES,
    calls,
    found,
    (type, region) => region !== undefined && known?.has(`${type} ${region}`) === true,
  );
  for (const resources of known?.values() ?? []) found.resources.push(...resources);
  await inRounds([...RESOURCE_ROWS.flatMap((row) => rowTasks(row, calls, found)), ...cloudControl.tasks()], calls);
  cloudControl.finish();
  found.problems.tell(calls);
  for (const { type, fix } of UNLISTED_TYPES) {
    found.incomplete.add(type);
    calls.gap({ what: type, why: 'the collector has no call for resources of this type', fix });
  }
  if (!allRegions) {
    calls.gap({
      what: 'resources',
      why: `only ${[...calls.regions].join(', ')} were read; there may be more in others`,
    });
    for (const type of regionalTypes()) found.incomplete.add(type);
  }
  return {
    ResourceDescriptions: once(found.resources).map((resource) => ({
      ...resource,
      Properties: scrubProperties(resource.Properties),
    })),
    IncompleteTypes: [...found.incomplete].sort(),
  };
}

/** `type region` → the resources, for what Config records there now and has resources of. */
async function knownByConfig(
  aggregated: AggregatedResources,
  calls: AccountCalls,
): Promise<ReadonlyMap<string, readonly ListedResourceObject[]>> {
  const isRecorded = await recordedTypes(calls);
  const known = new Map<string, readonly ListedResourceObject[]>();
  for (const { type } of AGGREGATED_TYPES) {
    for (const region of calls.regions) {
      const resources = isRecorded(type, region) ? aggregated.of(type, calls.accountId, region) : [];
      if (resources.length > 0) known.set(`${type} ${region}`, resources);
    }
  }
  return known;
}

function regionalTypes(): readonly ResourceTypeName[] {
  return [
    ...RESOURCE_ROWS.filter(({ scope }) => scope === 'region').flatMap(typesOf),
    ...CLOUD_CONTROL_TYPES.flatMap(({ type, policy }) => (policy === undefined ? [type] : [type, policy.type])),
  ];
}

/** Sorted, each once: one task definition may be that of several services, one rule on the lists of several buses. */
function once(resources: readonly ListedResourceObject[]): readonly ListedResourceObject[] {
  const byKey = new Map<string, ListedResourceObject>();
  for (const resource of resources) {
    const key = `${resource.TypeName}\n${resource.Identifier}\n${resource.Region ?? ''}`;
    const known = byKey.get(key);
    // Whichever was read best: the order of the calls must not decide.
    if (known === undefined || preferred(resource, known)) byKey.set(key, resource);
  }
  return [...byKey.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, resource]) => resource);
}

function preferred(one: ListedResourceObject, other: ListedResourceObject): boolean {
  const [left, right] = [one.Unknown?.length ?? 0, other.Unknown?.length ?? 0];
  return left === right ? JSON.stringify(one) < JSON.stringify(other) : left < right;
}
