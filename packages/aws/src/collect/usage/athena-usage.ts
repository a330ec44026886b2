import { readTrailSettings } from '../../bundle/trail-settings.ts';
import { lastTrailChange } from '../../usage/trail-changes.ts';
import { trailSql } from '../../usage/trail-sql.ts';
import { type QueryRow, rowsOfQuery } from '../../usage/trail-sql-rows.ts';
import type { AthenaPartitions } from '../../usage/trail-sql-source.ts';
import type { TrailCoverage, TrailRow } from '../../usage/trail-usage.ts';
import type { AccountCalls, AwsCall, AwsReply } from '../calls.ts';
import { eachPage } from './query-pages.ts';
import { type QueryService, runQuery } from './query-run.ts';
import { runningQuery } from './running-query.ts';
import { daysBefore, earlierOf, laterOf, timeOfReply, type UsageContext } from './usage-context.ts';
import { accountOf, shortReason, writeUsage } from './usage-file.ts';

/** A table over the files of a trail, and where a query of it runs. */
export interface AthenaUsageOptions {
  /** `database.table`. */
  readonly table: string;
  /** Region of the table. */
  readonly region: string;
  readonly partitions?: AthenaPartitions;
  /** Work group; absent: `primary`. */
  readonly workGroup?: string;
  /** `s3://…` for results, where the work group names no place of its own. */
  readonly outputLocation?: string;
  /** Days back from now; absent: 90. */
  readonly days?: number;
  /**
   * Only records of these accounts; absent: all that the table holds. Of the trail of an organization these are the
   * members: without them nobody knows whose silence means anything, but for the account of the trail.
   */
  readonly accounts?: readonly string[];
  /** ARN of the trail that fills the table. Without it nobody knows what its silence means. */
  readonly trail?: string;
}

/** IAM actions of the calls; the caller also needs to read the table and its bucket, and to write the results. */
export const ATHENA_USAGE_ACTIONS: readonly string[] = [
  'athena:GetQueryExecution',
  'athena:GetQueryResults',
  'athena:StartQueryExecution',
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetEventSelectors',
  'cloudtrail:GetTrailStatus',
];

const WHAT = 'use recorded by CloudTrail (Athena)';
const RECORDED = 'what the Athena table records';

/**
 * Adds up the records of a trail with Athena and writes `usage/athena.json`. What fails is a gap of the account that
 * `calls` speaks for; then no file is written. One day more than asked for is read: that there are records from before
 * the window proves that the table reaches back that far.
 * @throws KeyreachError for names of tables, columns or accounts that are none.
 */
export async function collectAthenaUsage(
  calls: AccountCalls,
  options: AthenaUsageOptions,
  context: UsageContext,
): Promise<void> {
  const service = athenaService(calls, options);
  const query = await runQuery(calls, service, options, context);
  if (query === undefined) return;
  const results: QueryRow[] = [];
  let columns: readonly string[] | undefined;
  const input = { QueryExecutionId: query.id, MaxResults: 1000 };
  const failed = await eachPage(calls, athenaCall(options, 'GetQueryResults', input), (reply) => {
    for (const row of rowsOfPage(reply)) {
      // The first row of all names the columns.
      if (columns === undefined) columns = row.map((value) => value ?? '');
      else results.push(Object.fromEntries(columns.map((column, index) => [column, row[index]])));
    }
    context.progress?.({ source: 'athena', account: calls.accountId, done: results.length });
  });
  if (failed !== undefined) {
    calls.failed(WHAT, failed);
    // A result that is gone does not come back.
    if (failed.kind === 'not-found' || failed.kind === 'other') await runningQuery(context, 'athena', options).ended();
    return;
  }
  if (columns === undefined) {
    calls.gap({ what: WHAT, why: 'the result does not name its columns' });
    return;
  }
  const { rows, unread } = rowsOfQuery(results);
  if (unread > 0) calls.gap({ what: WHAT, why: `${unread} rows of the result could not be read` });
  const coverage = unread > 0 ? [] : await coverageOf(calls, options, query.to, rows);
  await writeUsage(context, { source: 'athena', rows, coverage });
  await runningQuery(context, 'athena', options).ended();
}

function athenaCall(options: AthenaUsageOptions, command: string, input: AwsReply): AwsCall {
  return { service: 'athena', command, action: `athena:${command}`, region: options.region, input };
}

function athenaService(calls: AccountCalls, options: AthenaUsageOptions): QueryService {
  const { table, days = 90, partitions, accounts: wanted, workGroup, outputLocation, trail } = options;
  // Changes of the trail are made in its own account.
  const [, , , , home = ''] = trail?.split(':') ?? [];
  const accounts = wanted === undefined || home === '' ? wanted : [...new Set([...wanted, home])];
  const sql = (to: string): string =>
    trailSql({
      engine: 'athena',
      table,
      from: daysBefore(to, days + 1),
      to,
      ...(partitions === undefined ? {} : { partitions }),
      ...(accounts === undefined ? {} : { accounts }),
    });
  return {
    source: 'athena',
    what: WHAT,
    succeeded: 'SUCCEEDED',
    start: (to) =>
      calls.send(
        athenaCall(options, 'StartQueryExecution', {
          QueryString: sql(to),
          ...(workGroup === undefined ? {} : { WorkGroup: workGroup }),
          ...(outputLocation === undefined ? {} : { ResultConfiguration: { OutputLocation: outputLocation } }),
        }),
      ),
    idOf: (reply) => reply['QueryExecutionId'],
    ask: (id) => calls.send(athenaCall(options, 'GetQueryExecution', { QueryExecutionId: id })),
    stateOf: (reply) => {
      const execution = (reply['QueryExecution'] ?? {}) as AwsReply;
      const status = (execution['Status'] ?? {}) as AwsReply;
      return { state: String(status['State'] ?? 'unknown'), reason: shortReason(status['StateChangeReason']) };
    },
  };
}

function rowsOfPage(reply: AwsReply): readonly (readonly (string | undefined)[])[] {
  const set = (reply['ResultSet'] ?? {}) as AwsReply;
  const rows = (set['Rows'] ?? []) as readonly { readonly Data?: readonly { readonly VarCharValue?: string }[] }[];
  return rows.map((row) => (row.Data ?? []).map((datum) => datum.VarCharValue));
}

/** What the table would have shown, of every account that it shows anything of: from its first record on. */
async function coverageOf(
  calls: AccountCalls,
  options: AthenaUsageOptions,
  end: string,
  rows: readonly TrailRow[],
): Promise<readonly TrailCoverage[]> {
  const { trail, accounts } = options;
  const [, , , region = ''] = trail?.split(':') ?? [];
  if (trail === undefined || region === '') {
    const fix = 'name the ARN of the trail, so that its event selectors can be read';
    calls.gap({ what: RECORDED, why: 'no trail was named that fills it', fix });
    return [];
  }
  const ask = async (command: string, input: AwsReply): Promise<AwsReply | undefined> => {
    const result = await calls.send({ service: 'cloudtrail', command, action: `cloudtrail:${command}`, input, region });
    if (result.ok) return result.reply;
    calls.failed(RECORDED, result.failed);
    return undefined;
  };
  const described = await ask('DescribeTrails', { trailNameList: [trail], includeShadowTrails: true });
  const status = await ask('GetTrailStatus', { Name: trail });
  const selectors = await ask('GetEventSelectors', { TrailName: trail });
  if (described === undefined || status === undefined || selectors === undefined) return [];
  const replies = {
    trailList: described['trailList'],
    Status: { [trail]: status },
    EventSelectors: { [trail]: selectors },
  };
  // As they are once they are on disk, where times are text.
  const read = readTrailSettings(JSON.parse(JSON.stringify(replies)), () => {});
  const settings = read?.find(({ arn }) => arn === trail);
  const delivered = timeOfReply(status['LatestDeliveryTime']);
  if (settings?.since === undefined || delivered === undefined) {
    calls.gap({ what: RECORDED, why: 'nobody knows since when and until when the trail was logging' });
    return [];
  }
  const { account: home, organization, regions, since, management, excluded, data } = settings;
  const to = earlierOf(delivered, end);
  const changed = lastTrailChange(rows, settings);
  const shown = (account: string): boolean =>
    accounts === undefined ? account === home : accounts.includes(account) && (account === home || organization);
  return [...firstCalls(rows)]
    .map(([account, first]) => ({
      account,
      from: laterOf(laterOf(first, timeOfReply(since) ?? end), changed ?? first),
    }))
    .filter(({ account, from }) => shown(account) && from < to)
    .sort((left, right) => (left.account < right.account ? -1 : 1))
    .map(({ account, from }) => ({ account, regions, from, to, management, excluded, data }));
}

/** Time of the first call of each account. */
function firstCalls(rows: readonly TrailRow[]): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const row of rows) {
    const account = accountOf(row.principal);
    if (account === undefined || row.first === undefined) continue;
    const before = first.get(account);
    first.set(account, before === undefined ? row.first : earlierOf(before, row.first));
  }
  return first;
}
