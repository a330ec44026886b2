import { trailSql } from '../../usage/trail-sql.ts';
import { eventDataStoreId } from '../../usage/trail-sql-source.ts';
import type { AccountCalls, AwsReply } from '../calls.ts';
import type { CollectContext, CollectPart } from '../part.ts';
import { ATHENA_USAGE_ACTIONS, type AthenaUsageOptions, collectAthenaUsage } from './athena-usage.ts';
import { collectLakeUsage, LAKE_USAGE_ACTIONS, type LakeUsageOptions } from './lake-usage.ts';
import { collectLastAccessed, LAST_ACCESSED_ACTIONS } from './last-accessed.ts';
import { collectLookupEvents, LOOKUP_EVENTS_ACTIONS, type LookupEventsOptions } from './lookup-events.ts';
import {
  checkTrailDownload,
  collectTrailFiles,
  TRAIL_DOWNLOAD_ACTIONS,
  type TrailDownloadOptions,
} from './trail-download.ts';
import { collectTrailSettings, TRAIL_SETTINGS_ACTIONS } from './trail-settings.ts';

/** When users, groups and roles last used what their policies allow (aws.md 3.2, 4.1). */
export const LAST_ACCESSED_PART: CollectPart = {
  name: 'last-accessed',
  what: 'service last accessed',
  file: 'iam/service-last-accessed.json',
  actions: [...LAST_ACCESSED_ACTIONS, 'iam:ListGroups', 'iam:ListRoles', 'iam:ListUsers'].sort(),
  run: async (calls, context) => {
    const arns = await principals(calls, context);
    return arns === undefined ? undefined : collectLastAccessed(calls, arns, context);
  },
};

/** The trails of an account, and what they record: without them the silence of log files proves nothing. */
export const TRAIL_SETTINGS_PART: CollectPart = {
  name: 'trails',
  what: 'what trails record',
  file: 'trails.json',
  actions: TRAIL_SETTINGS_ACTIONS,
  regional: true,
  run: (calls) => collectTrailSettings(calls),
};

/** Reads the event history of every account. */
export function lookupEventsPart(options: LookupEventsOptions): CollectPart {
  return {
    name: 'lookup-events',
    asked: options,
    what: 'use recorded by CloudTrail (event history)',
    actions: LOOKUP_EVENTS_ACTIONS,
    regional: true,
    run: (calls, context) => collectLookupEvents(calls, options, context),
  };
}

/**
 * Adds up the records of a trail with Athena, in the account of the caller.
 * @throws KeyreachError for names of tables, columns and accounts that are none.
 */
export function athenaUsagePart(options: AthenaUsageOptions): CollectPart {
  const { table, partitions, accounts } = options;
  const given = {
    ...(partitions === undefined ? {} : { partitions }),
    ...(accounts === undefined ? {} : { accounts }),
  };
  trailSql({ engine: 'athena', table, ...given, ...ANY_WINDOW });
  return {
    name: 'athena',
    asked: options,
    what: 'use recorded by CloudTrail (Athena)',
    actions: ATHENA_USAGE_ACTIONS,
    accounts: 'caller',
    run: (calls, context) => collectAthenaUsage(calls, options, context),
  };
}

/**
 * Adds up the records of an event data store, in the account of the caller.
 * @throws KeyreachError `bad-event-data-store` for what is none.
 */
export function lakeUsagePart(options: LakeUsageOptions): CollectPart {
  eventDataStoreId(options.eventDataStore);
  return {
    name: 'cloudtrail-lake',
    asked: options,
    what: 'use recorded by CloudTrail Lake',
    actions: LAKE_USAGE_ACTIONS,
    accounts: 'caller',
    run: (calls, context) => collectLakeUsage(calls, options, context),
  };
}

/**
 * Fetches the files of a trail from a bucket that the caller can read.
 * @throws KeyreachError `bad-account` and `bad-region` for names that are none.
 */
export function trailDownloadPart(options: TrailDownloadOptions): CollectPart {
  checkTrailDownload(options);
  return {
    name: 'cloudtrail-files',
    asked: options,
    what: 'use recorded by CloudTrail (files)',
    actions: TRAIL_DOWNLOAD_ACTIONS,
    resources: [`arn:*:s3:::${options.bucket}`, `arn:*:s3:::${options.bucket}/*`],
    ...(options.regions === undefined ? { regional: true } : {}),
    accounts: 'caller',
    run: (calls, context) => collectTrailFiles(calls, options, context),
  };
}

/** Names are checked before anything is collected; the window plays no part in that. */
const ANY_WINDOW = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };

const LISTS = [
  ['UserDetailList', 'ListUsers', 'Users'],
  ['GroupDetailList', 'ListGroups', 'Groups'],
  ['RoleDetailList', 'ListRoles', 'Roles'],
] as const;

/** ARNs of users, groups and roles: from the authorization details where they are there, or else listed. */
async function principals(calls: AccountCalls, context: CollectContext): Promise<readonly string[] | undefined> {
  const details = await context.files.readJson(`accounts/${calls.accountId}/iam/account-authorization-details.json`);
  const known = typeof details === 'object' && details !== null ? (details as AwsReply) : {};
  const isWhole = known['IsTruncated'] !== true;
  if (isWhole && LISTS.every(([list]) => Array.isArray(known[list])))
    return LISTS.flatMap(([list]) => arnsOf(known[list]));
  const arns: string[] = [];
  for (const [, command, list] of LISTS) {
    const call = { service: 'iam', command, action: `iam:${command}`, input: { MaxItems: 1000 } };
    const { replies, failed } = await calls.pages(call, { reply: 'Marker', request: 'Marker' });
    if (failed !== undefined) calls.failed('service last accessed', failed);
    arns.push(...replies.flatMap((reply) => arnsOf(reply[list])));
  }
  return arns.length === 0 ? undefined : arns;
}

function arnsOf(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.map((item: AwsReply) => item?.['Arn']).filter((arn) => typeof arn === 'string');
}
