import { isRecord, MAX_JSON_DEPTH, parseJson, type RawRecord } from '@keyreach/core/input';
import { valuesAt } from '../../normalize/property-path.ts';
import type { ResourceTypeName } from '../../normalize/workload-roles.ts';
import type { AccountCalls, AwsReply } from '../calls.ts';
import { CallProblems } from './call-problems.ts';
import { type ListedResourceObject, listed, withCapitals } from './resources-file.ts';

/** An aggregator of AWS Config, in the account whose calls are given. */
export interface ConfigAggregator {
  readonly name: string;
  readonly region: string;
}

/** A type whose configuration items say all that the analysis reads of it, under the names of CloudFormation. */
export interface AggregatedType {
  readonly type: ResourceTypeName;
  /** Properties that make the identifier, joined by `|`. */
  readonly identifier: readonly string[];
}

/**
 * Types that are taken from an aggregator (aws.md 3.7; the properties that Config records of each are published with its
 * resource schema). Left out are types of which it records no policy, no text of the customer that may hold the id of an access
 * key (arguments of Glue jobs, definitions of state machines, variables of models), or a role in a shape of its own.
 */
export const AGGREGATED_TYPES: readonly AggregatedType[] = [
  { type: 'AWS::AppRunner::Service', identifier: ['ServiceArn'] },
  { type: 'AWS::Batch::ComputeEnvironment', identifier: ['ComputeEnvironmentArn'] },
  { type: 'AWS::CodeDeploy::DeploymentGroup', identifier: ['ApplicationName', 'DeploymentGroupName'] },
  { type: 'AWS::Cognito::UserPoolGroup', identifier: ['UserPoolId', 'GroupName'] },
  { type: 'AWS::Glue::MLTransform', identifier: ['Id'] },
  { type: 'AWS::ImageBuilder::InfrastructureConfiguration', identifier: ['Arn'] },
  { type: 'AWS::IoT::RoleAlias', identifier: ['RoleAlias'] },
  { type: 'AWS::KinesisAnalyticsV2::Application', identifier: ['ApplicationName'] },
  { type: 'AWS::SageMaker::NotebookInstance', identifier: ['NotebookInstanceName'] },
];

/** IAM actions that reading an aggregator needs: the first in its account, the others in every account. */
export const AGGREGATOR_ACTIONS: readonly string[] = [
  'config:SelectAggregateResourceConfig',
  'config:DescribeConfigurationRecorderStatus',
  'config:DescribeConfigurationRecorders',
];

/** What an aggregator has of the resources of all its accounts. */
export interface AggregatedResources {
  /** Resources of a type in an account and region; none tells nothing, since the type may not be recorded there. */
  of(type: ResourceTypeName, accountId: string, region: string): readonly ListedResourceObject[];
}

/**
 * Reads an aggregator: one query for each type answers for every account and region (aws.md 3.7). A query that fails is a gap of
 * the aggregator's account; the type is then read by calls in every account.
 */
export async function readConfigAggregator(
  calls: AccountCalls,
  { name, region }: ConfigAggregator,
): Promise<AggregatedResources> {
  const problems = new CallProblems();
  const found = new Map<string, ListedResourceObject[]>();
  const tasks = AGGREGATED_TYPES.map((row) => async () => {
    const expression =
      'SELECT accountId, awsRegion, resourceId, configuration, tags ' +
      `WHERE resourceType = '${row.type}' AND configurationItemStatus IN ('OK', 'ResourceDiscovered')`;
    const { replies, failed } = await calls.pages(
      {
        service: 'config-service',
        command: 'SelectAggregateResourceConfig',
        input: { Expression: expression, ConfigurationAggregatorName: name, Limit: 100 },
        region,
        action: 'config:SelectAggregateResourceConfig',
      },
      { reply: 'NextToken', request: 'NextToken' },
    );
    if (failed === undefined) return { row, replies };
    // Half a list must not stand for the whole.
    problems.note('AWS Config aggregator', failed);
    return { row, replies: [] };
  });
  for (const { row, replies } of await calls.all(tasks)) {
    const items = replies.flatMap((reply) => valuesAt(reply, 'Results[]')).map((text) => resourceOf(text, row, calls));
    const unread = new Set(items.flatMap((item) => ('unreadIn' in item ? [item.unreadIn] : [])));
    for (const item of items) {
      // Where one item cannot be read the type is read by calls.
      if (!('resource' in item) || unread.has(item.place) || unread.has('')) continue;
      const key = `${row.type} ${item.place}`;
      found.set(key, [...(found.get(key) ?? []), item.resource]);
    }
  }
  problems.tell(calls);
  return { of: (type, accountId, of) => found.get(`${type} ${accountId} ${of}`) ?? [] };
}

type Item =
  | { readonly place: string; readonly resource: ListedResourceObject }
  /** `account region` of an item that says too little; empty where it does not tell. */
  | { readonly unreadIn: string };

function resourceOf(text: unknown, row: AggregatedType, { partition }: AccountCalls): Item {
  const parsed = typeof text === 'string' ? parseJson(text, { file: '', maxDepth: MAX_JSON_DEPTH }) : undefined;
  const item: RawRecord = parsed?.ok === true && isRecord(parsed.value) ? parsed.value : {};
  const { accountId, awsRegion: region, configuration, tags } = item;
  if (typeof accountId !== 'string' || typeof region !== 'string') return { unreadIn: '' };
  const place = `${accountId} ${region}`;
  if (!isRecord(configuration)) return { unreadIn: place };
  const properties = withCapitals(configuration);
  const names = row.identifier.map((name) => properties[name]);
  if (!names.every((value) => typeof value === 'string' && value !== '')) return { unreadIn: place };
  const Tags = Array.isArray(tags) ? tags : undefined;
  const [resource] = listed(row.type, names.join('|'), { accountId, partition, region }, { ...properties, Tags });
  return resource === undefined ? { unreadIn: place } : { place, resource };
}

/**
 * The types that Config records in each region of an account at present: only of those does the aggregator have the whole.
 * A region whose recorder cannot be read, is off or fails records nothing.
 */
export async function recordedTypes(calls: AccountCalls): Promise<(type: string, region: string) => boolean> {
  const tasks = calls.regions.map((region) => async () => {
    const ask = async (command: string): Promise<AwsReply> => {
      const result = await calls.send({ service: 'config-service', command, region, action: `config:${command}` });
      return result.ok ? result.reply : {};
    };
    const status = await ask('DescribeConfigurationRecorderStatus');
    const working = valuesAt(status, 'ConfigurationRecordersStatus[]').filter(
      (one) => isRecord(one) && one['recording'] === true && String(one['lastStatus']).toLowerCase() === 'success',
    );
    const names = new Set(working.flatMap((one) => valuesAt(one, 'name')));
    if (names.size === 0) return [];
    const recorders = valuesAt(await ask('DescribeConfigurationRecorders'), 'ConfigurationRecorders[]');
    // A recorder that a service keeps for itself does not feed the customer's aggregator.
    return recorders.filter((one) => isRecord(one) && names.has(one['name']) && one['servicePrincipal'] === undefined);
  });
  const groups = new Map<string, readonly unknown[]>();
  for (const [index, recorders] of (await calls.all(tasks)).entries()) {
    groups.set(
      calls.regions[index] ?? '',
      recorders.flatMap((one) => valuesAt(one, 'recordingGroup')),
    );
  }
  return (type, region) => groups.get(region)?.some((group) => records(group, type)) === true;
}

function records(group: unknown, type: string): boolean {
  const strategy = valuesAt(group, 'recordingStrategy.useOnly')[0];
  if (strategy === 'EXCLUSION_BY_RESOURCE_TYPES') {
    return !valuesAt(group, 'exclusionByResourceTypes.resourceTypes[]').includes(type);
  }
  return valuesAt(group, 'allSupported').includes(true) || valuesAt(group, 'resourceTypes[]').includes(type);
}
