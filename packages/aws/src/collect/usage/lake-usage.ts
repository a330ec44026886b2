import { eventsOfSelectors } from '../../usage/event-selectors.ts';
import { trailSql } from '../../usage/trail-sql.ts';
import { type QueryRow, rowsOfQuery } from '../../usage/trail-sql-rows.ts';
import { eventDataStoreId } from '../../usage/trail-sql-source.ts';
import type { TrailCoverage } from '../../usage/trail-usage.ts';
import type { AccountCalls, AwsCall, AwsReply } from '../calls.ts';
import { eachPage } from './query-pages.ts';
import { type QueryService, runQuery } from './query-run.ts';
import { runningQuery } from './running-query.ts';
import { daysBefore, laterOf, timeOfReply, type UsageContext } from './usage-context.ts';
import { shortReason, writeUsage } from './usage-file.ts';

/** An event data store of CloudTrail Lake. */
export interface LakeUsageOptions {
  /** Its ARN. */
  readonly eventDataStore: string;
  /** Days back from now; absent: 90. */
  readonly days?: number;
  /** Accounts of the estate: what a store of an organization covers. Absent: only the account of the store. */
  readonly accounts?: readonly string[];
}

/** IAM actions of the calls. */
export const LAKE_USAGE_ACTIONS: readonly string[] = [
  'cloudtrail:DescribeQuery',
  'cloudtrail:GetEventDataStore',
  'cloudtrail:GetQueryResults',
  'cloudtrail:StartQuery',
];

const WHAT = 'use recorded by CloudTrail Lake';
const RECORDED = 'what the event data store records';

/**
 * Adds up the records of an event data store and writes `usage/cloudtrail-lake.json`. What fails is a gap of the account
 * that `calls` speaks for; then no file is written.
 * @throws KeyreachError `bad-event-data-store` for what is no event data store.
 */
export async function collectLakeUsage(
  calls: AccountCalls,
  options: LakeUsageOptions,
  context: UsageContext,
): Promise<void> {
  eventDataStoreId(options.eventDataStore);
  const query = await runQuery(calls, lakeService(calls, options), options, context);
  if (query === undefined) return;
  const results: QueryRow[] = [];
  const input = { QueryId: query.id, MaxQueryResults: 1000 };
  const failed = await eachPage(calls, lakeCall(options, 'GetQueryResults', input), (reply) => {
    const rows = (reply['QueryResultRows'] ?? []) as readonly (readonly QueryRow[])[];
    for (const row of rows) results.push(Object.assign({}, ...row) as QueryRow);
    context.progress?.({ source: 'cloudtrail-lake', account: calls.accountId, done: results.length });
  });
  if (failed !== undefined) {
    calls.failed(WHAT, failed);
    // A result that is gone does not come back.
    if (failed.kind === 'not-found' || failed.kind === 'other')
      await runningQuery(context, 'cloudtrail-lake', options).ended();
    return;
  }
  const { rows, unread } = rowsOfQuery(results);
  if (unread > 0) calls.gap({ what: WHAT, why: `${unread} rows of the result could not be read` });
  const coverage = unread > 0 ? [] : await coverageOf(calls, options, query.to, context.runAt);
  await writeUsage(context, { source: 'cloudtrail-lake', rows, coverage });
  await runningQuery(context, 'cloudtrail-lake', options).ended();
}

function lakeCall(options: LakeUsageOptions, command: string, input: AwsReply): AwsCall {
  const region = options.eventDataStore.split(':')[3];
  const call = { service: 'cloudtrail', command, action: `cloudtrail:${command}`, input };
  return region === undefined ? call : { ...call, region };
}

function lakeService(calls: AccountCalls, options: LakeUsageOptions): QueryService {
  const { eventDataStore, days = 90 } = options;
  return {
    source: 'cloudtrail-lake',
    what: WHAT,
    succeeded: 'FINISHED',
    start: (to) => {
      const sql = trailSql({ engine: 'lake', eventDataStore, from: daysBefore(to, days), to });
      return calls.send(lakeCall(options, 'StartQuery', { QueryStatement: sql }));
    },
    idOf: (reply) => reply['QueryId'],
    ask: (id) => calls.send(lakeCall(options, 'DescribeQuery', { QueryId: id })),
    stateOf: (reply) => ({
      state: String(reply['QueryStatus'] ?? 'unknown'),
      reason: shortReason(reply['ErrorMessage']),
    }),
  };
}

/** What the store would have shown: since it was made and as far as it keeps events, while it takes them in. */
async function coverageOf(
  calls: AccountCalls,
  options: LakeUsageOptions,
  to: string,
  runAt: string,
): Promise<readonly TrailCoverage[]> {
  const { eventDataStore, days = 90 } = options;
  const result = await calls.send(lakeCall(options, 'GetEventDataStore', { EventDataStore: eventDataStore }));
  if (!result.ok) {
    calls.failed(RECORDED, result.failed);
    return [];
  }
  const store = result.reply;
  const made = timeOfReply(store['CreatedTimestamp']);
  const changed = timeOfReply(store['UpdatedTimestamp']);
  // What its selectors let in before they were last changed nobody knows.
  const created = made === undefined || changed === undefined ? made : laterOf(made, changed);
  const { RetentionPeriod: kept, EventDataStoreArn: arn } = store;
  if (store['Status'] !== 'ENABLED' || created === undefined || typeof kept !== 'number' || typeof arn !== 'string') {
    calls.gap({ what: RECORDED, why: 'it does not take in events now, or does not tell since when it did' });
    return [];
  }
  const from = laterOf(laterOf(daysBefore(to, days), created), daysBefore(runAt, kept));
  const [, , , region = '', owner = ''] = arn.split(':');
  const all = new Set(store['OrganizationEnabled'] === true ? [owner, ...(options.accounts ?? [])] : [owner]);
  if (from >= to) return [];
  return [...all].sort().map((account) => ({
    account,
    regions: store['MultiRegionEnabled'] === true ? '*' : [region],
    from,
    to,
    ...eventsOfSelectors(store),
  }));
}
