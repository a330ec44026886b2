import { createHash } from 'node:crypto';
import { KeyreachError } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import { AUDIT_USAGE_FORMAT } from '../../bundle/audit-usage-file.ts';
import { type AuditLogView, type AuditSinkTables, auditSql } from '../../usage/audit-sql.ts';
import type { FailedCall, GoogleMethod } from '../google-call.ts';
import { METHODS } from '../methods.ts';
import type { GcpCollectPart, PartContext, ScopeCalls } from '../part.ts';
import type { GoogleRequest, RunningAuditQuery } from './audit-query.ts';
import { type BigQueryUsage, type BigQueryUsageOptions, queryAuditUsage } from './bigquery-usage.ts';
import { isSinkName } from './sink-coverage.ts';

/** Where a query over audit logs runs, and how much it may read. */
export interface AuditUsagePartOptions {
  /** Project the query runs in and is paid by. Absent: the project of the logs. */
  readonly project?: string;
  /** Location of the logs, such as `EU`. Absent: BigQuery finds it. */
  readonly location?: string;
  /** Days back from now. Default 90. */
  readonly days?: number;
  /** Bytes the query may read at most, in GiB. Default 1024. */
  readonly mostGiB?: number;
}

/** Tables that a sink writes, and the sink. */
export interface BigQueryPartOptions extends AuditUsagePartOptions, Omit<AuditSinkTables, 'engine' | 'only'> {
  /** `organizations/1/sinks/NAME`: without it nobody knows what the silence of the tables means. */
  readonly sink?: string;
}

/** A view of a dataset that is linked to a log bucket. */
export interface LogAnalyticsPartOptions extends AuditUsagePartOptions, Omit<AuditLogView, 'engine'> {}

const DAYS = 90;
const MOST_GIB = 1024;

/**
 * Adds up the audit logs that a sink writes to BigQuery.
 *
 * @throws KeyreachError `bad-table` for what is no dataset, `bad-option` for other options that cannot be used.
 */
export function bigQueryUsagePart(options: BigQueryPartOptions): GcpCollectPart {
  const { dataset, sharded, sink, ...rest } = options;
  if (sink !== undefined && !isSinkName(sink))
    throw new KeyreachError('bad-option', `\`${sink}\` is no sink, write \`organizations/1/sinks/NAME\``);
  const logs = { engine: 'bigquery', dataset, ...(sharded === undefined ? {} : { sharded }) } as const;
  return usagePart(logs, `dataset ${dataset}`, { ...rest, ...(sink === undefined ? {} : { sink }) });
}

/**
 * Adds up the audit logs of a view of Log Analytics.
 *
 * @throws KeyreachError `bad-table` for what is no view, `bad-option` for other options that cannot be used.
 */
export function logAnalyticsUsagePart({ view, ...rest }: LogAnalyticsPartOptions): GcpCollectPart {
  return usagePart({ engine: 'log-analytics', view }, `view ${view}`, rest);
}

/** Names are checked before anything is collected; the window plays no part in that. */
const ANY_WINDOW = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };

const SILENCE = 'what audit logs did not record';

function usagePart(
  logs: Omit<AuditSinkTables, 'only'> | AuditLogView,
  place: string,
  options: AuditUsagePartOptions & { readonly sink?: string },
): GcpCollectPart {
  auditSql({ ...logs, ...ANY_WINDOW });
  const { days = DAYS, location, mostGiB = MOST_GIB, sink } = options;
  const name = logs.engine === 'bigquery' ? logs.dataset : logs.view;
  const project = options.project ?? name.slice(0, name.indexOf('.', name.indexOf(':') + 1));
  checkNumbers(days, mostGiB);
  for (const [text, pattern] of [
    [project, /^(?:[a-z0-9.-]{1,80}:)?[a-z0-9][a-z0-9-]{0,62}$/],
    [location ?? 'EU', /^[A-Za-z0-9-]{1,40}$/],
  ] as const) {
    if (!pattern.test(text)) throw new KeyreachError('bad-option', `\`${text}\` is no project or location of a query`);
  }
  const what = `use recorded by audit logs (${logs.engine === 'bigquery' ? 'BigQuery' : 'Log Analytics'})`;
  // Another window, or other tables, are another part: what an earlier run has of it does not count.
  const id = hashOf({ logs, project, location, days, sink });
  return {
    name: `audit-usage-${id.slice(0, 12)}`,
    what,
    owners: 'all',
    files: ['audit-usage.json'],
    methods: sink === undefined ? [] : [METHODS.sink],
    grantedMethods: [METHODS.auditQuery, METHODS.auditQueryResults],
    grants: [
      { on: `projects/${project}`, role: 'roles/bigquery.jobUser', permissions: ['bigquery.jobs.create'] },
      { on: place, role: 'roles/bigquery.dataViewer', permissions: ['bigquery.tables.getData'] },
    ],
    run: async (calls, _owner, context) => {
      const { now: to } = context;
      const from = new Date(Date.parse(to) - days * 86_400_000).toISOString();
      const found = await askedOnce(calls, context, what, {
        logs: { ...logs, from, to },
        project,
        mostBytes: mostGiB * 1024 ** 3,
        requestId: hashOf({ id, to }).slice(0, 36),
        ...(location === undefined ? {} : { location }),
        ...(sink === undefined ? {} : { sink }),
      });
      if (found === undefined) return undefined;
      if (found.silence !== undefined) {
        const fix = logs.engine === 'bigquery' && sink === undefined ? { fix: 'name the sink that fills them' } : {};
        calls.gap({ what: SILENCE, why: `${found.silence}, so that it proves nothing`, ...fix });
      }
      return { 'audit-usage.json': { '': [{ format: AUDIT_USAGE_FORMAT, ...found.usage }] } };
    },
  };
}

/** A query that an earlier run started is not paid again; where it failed since, it is run anew. */
async function askedOnce(
  calls: ScopeCalls,
  context: PartContext,
  what: string,
  options: BigQueryUsageOptions,
): Promise<BigQueryUsage | undefined> {
  const note = `${context.directory}/query.json`;
  const running = readRunning(await context.files.readJson(note));
  const onStart = async (query: RunningAuditQuery): Promise<void> => {
    context.paid(query.bytes);
    await context.files.writeJson(note, query);
  };
  const request = requestOver(calls);
  try {
    if (running !== undefined) {
      try {
        return await queryAuditUsage(request, { ...options, running });
      } catch (error) {
        if (!(error instanceof RequestFailed) || (error.status !== 404 && error.status !== 400)) throw error;
      }
    }
    return await queryAuditUsage(request, { ...options, onStart });
  } catch (error) {
    if (error instanceof RequestFailed) calls.failed(what, error.failed);
    else if (error instanceof KeyreachError && VALUES.has(error.code)) calls.unread({ what, why: error.message });
    else throw error;
    return undefined;
  }
}

/** Errors that are about the query, and not about the collection. */
const VALUES: ReadonlySet<string> = new Set(['bad-reply', 'endless-reply', 'too-costly']);

/** A call that failed, with the status that tells whether something is not there. */
class RequestFailed extends Error {
  readonly failed: FailedCall;
  readonly status: number | undefined;

  constructor(failed: FailedCall) {
    super(failed.error);
    this.failed = failed;
    this.status = failed.kind === 'not-found' ? 404 : failed.kind === 'invalid' ? 400 : undefined;
  }
}

function requestOver(calls: ScopeCalls): GoogleRequest {
  return async ({ method, url, body }) => {
    const { hostname, pathname, searchParams } = new URL(url);
    const of = methodOf(hostname, method);
    const result = await calls.send({
      method: of,
      path: pathname,
      query: Object.fromEntries(searchParams),
      ...(body === undefined ? {} : { body: { ...body } }),
    });
    if (result.ok) return result.reply;
    // The call holds the query, which is long.
    const { body: _, ...call } = result.failed.call;
    const failed = { ...result.failed, call };
    if (of === METHODS.sink) calls.failed(SILENCE, failed);
    throw new RequestFailed(failed);
  };
}

function methodOf(host: string, verb: 'GET' | 'POST'): GoogleMethod {
  if (host === METHODS.sink.service) return METHODS.sink;
  return verb === 'POST' ? METHODS.auditQuery : METHODS.auditQueryResults;
}

function readRunning(note: unknown): RunningAuditQuery | undefined {
  if (!isRecord(note)) return undefined;
  const { job, location, logs, bytes } = note;
  if (typeof job !== 'string' || job === '' || !Array.isArray(logs) || typeof bytes !== 'number') return undefined;
  const known = (logs as readonly unknown[]).filter((log) => log === 'activity' || log === 'data_access');
  return { job, ...(typeof location === 'string' ? { location } : {}), logs: known, bytes };
}

function checkNumbers(days: number, mostGiB: number): void {
  if (!Number.isInteger(days) || days < 1 || days > 3650)
    throw new KeyreachError('bad-option', `\`${days}\` days, expected 1 to 3650`);
  if (!Number.isInteger(mostGiB) || mostGiB < 1 || mostGiB > 1_000_000)
    throw new KeyreachError('bad-option', `\`${mostGiB}\` GiB, expected 1 to 1000000`);
}

function hashOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
