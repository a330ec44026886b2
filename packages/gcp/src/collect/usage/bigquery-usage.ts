import { KeyreachError } from '@keyreach/core/graph';
import type { GcpAuditUsage } from '../../bundle/gcp-input.ts';
import { rowsOfAuditQuery } from '../../usage/audit-sql-rows.ts';
import {
  type AuditQueryOptions,
  auditQueryRows,
  type GoogleRequest,
  type RunningAuditQuery,
  startAuditQuery,
} from './audit-query.ts';
import { type SinkCoverage, sinkCoverage } from './sink-coverage.ts';

/** What use is added up of, by BigQuery. */
export interface BigQueryUsageOptions extends AuditQueryOptions {
  /** The sink that fills the tables, so that their silence means something: `organizations/1/sinks/NAME`. */
  readonly sink?: string;
  /** A query that an earlier call started with the same options. */
  readonly running?: RunningAuditQuery;
  /** Told of a query that was started, so that it need not be paid twice. */
  readonly onStart?: (query: RunningAuditQuery) => Promise<void> | void;
}

/** Use that BigQuery added up. */
export interface BigQueryUsage {
  readonly usage: GcpAuditUsage;
  /** Bytes the query read at most, as BigQuery said beforehand. */
  readonly bytes: number;
  /** Why what the rows do not tell proves nothing; absent where it proves something. */
  readonly silence?: string;
}

/** Permissions that {@link queryAuditUsage} needs: in the project, on the dataset, and on the container of the sink. */
export const BIGQUERY_USAGE_PERMISSIONS: readonly string[] = [
  'bigquery.jobs.create',
  'bigquery.tables.getData',
  'logging.sinks.get',
];

const LOGGING = 'https://logging.googleapis.com/v2';

/**
 * Adds audit logs up in BigQuery (tables of a sink, or a dataset linked to Log Analytics) and gives the rows (gcp.md 5.2). Each
 * run of the query is paid by the bytes it reads, which are asked for first. What the tables cover is told by the sink: without
 * one, and for Log Analytics, their silence proves nothing.
 *
 * @throws What `request` throws, but for the call about the sink; KeyreachError `too-costly` where the query would read more than it may, `bad-reply` for replies of
 * another shape, `endless-reply` where pages repeat, rows are too many, or the query does not end within an hour.
 */
export async function queryAuditUsage(request: GoogleRequest, options: BigQueryUsageOptions): Promise<BigQueryUsage> {
  const { logs, project } = options;
  const query = options.running ?? (await startAuditQuery(request, options));
  if (options.running === undefined) await options.onStart?.(query);
  const read = rowsOfAuditQuery(await auditQueryRows(request, query, options));
  if (read.unread > 0)
    throw new KeyreachError('bad-reply', `${read.unread} rows of BigQuery in \`${project}\` are of another form`);
  const [first] = read.rows.flatMap((row) => row.first ?? []).sort();
  const { coverage, ...silence } = await coverageOf(request, options, query, first);
  return { usage: { source: logs.engine, rows: read.rows, coverage }, bytes: query.bytes, ...silence };
}

async function coverageOf(
  request: GoogleRequest,
  { logs, sink }: BigQueryUsageOptions,
  query: RunningAuditQuery,
  first: string | undefined,
): Promise<SinkCoverage> {
  if (logs.engine !== 'bigquery') return { coverage: [], silence: 'nobody tells what a view of Log Analytics holds' };
  if (sink === undefined) return { coverage: [], silence: 'no sink was named that fills the tables' };
  let reply: unknown;
  try {
    reply = await request({ method: 'GET', url: `${LOGGING}/${sink}` });
  } catch (error) {
    // Cancelled, or without credentials; else the rows count all the same.
    if (error instanceof KeyreachError) throw error;
  }
  return sinkCoverage(sink, reply, { dataset: logs.dataset, logs: query.logs, first, from: logs.from, to: logs.to });
}
