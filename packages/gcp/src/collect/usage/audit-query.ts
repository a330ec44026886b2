import { KeyreachError } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { GcpAuditCoverage } from '../../bundle/gcp-input.ts';
import { type AuditSqlSource, auditSql } from '../../usage/audit-sql.ts';
import type { AuditQueryRow } from '../../usage/audit-sql-rows.ts';

/** Sends one request to a Google API with the caller's credentials, and gives the parsed reply; throws where it fails. */
export type GoogleRequest = (request: {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: object;
}) => Promise<unknown>;

/** Where a query runs, and how much it may cost. */
export interface AuditQueryOptions {
  /** Where the logs are, and which time is asked about. */
  readonly logs: AuditSqlSource;
  /** Project the query runs in and is paid by. */
  readonly project: string;
  /** Location of the dataset, such as `EU`. Left out: BigQuery finds it. */
  readonly location?: string;
  /** Bytes the query may read at most: one that would read more is not run. */
  readonly mostBytes: number;
  /** Up to 36 characters: for a quarter of an hour the same text gives the same run of the query, and not a second one. */
  readonly requestId?: string;
  readonly signal?: AbortSignal;
}

/** A query that was started. */
export interface RunningAuditQuery {
  readonly job: string;
  readonly location?: string;
  /** Logs that there are tables of. */
  readonly logs: readonly GcpAuditCoverage['log'][];
  /** Bytes it reads at most, as BigQuery said beforehand. */
  readonly bytes: number;
}

const BIGQUERY = 'https://bigquery.googleapis.com/bigquery/v2';

/** Milliseconds that BigQuery waits for a query to end before it answers that it has not; the first answer names the job. */
const FIRST_WAIT = 1000;
const WAIT = 50_000;

/** Answers that the query has not ended yet, an hour of them. */
const MOST_WAITS = 72;

/** Rows that are read at most: more are too many for a file. */
const MOST_ROWS = 500_000;

const ROWS_IN_PAGE = '10000';

/**
 * Starts the query: first it is only planned, which costs nothing and tells how much it reads. Where the sink has made the tables
 * of one log only, that one is asked.
 *
 * @throws What `request` throws; KeyreachError `too-costly` where it would read more than it may, `bad-reply` for replies of
 * another shape.
 */
export async function startAuditQuery(request: GoogleRequest, options: AuditQueryOptions): Promise<RunningAuditQuery> {
  const { location, mostBytes, project, requestId } = options;
  const { bytes, logs, source } = await planned(request, options);
  if (bytes > mostBytes) {
    throw new KeyreachError(
      'too-costly',
      `the query would read ${inGiB(bytes)} GiB, and may read ${inGiB(mostBytes)}; ask about fewer days, or allow more`,
    );
  }
  options.signal?.throwIfAborted();
  const reply = await request({
    method: 'POST',
    url: queriesOf(project),
    body: {
      ...queryBody(source, location),
      timeoutMs: FIRST_WAIT,
      maxResults: 0,
      maximumBytesBilled: String(mostBytes),
      ...(requestId === undefined ? {} : { requestId }),
    },
  });
  const job = isRecord(reply) && isRecord(reply['jobReference']) ? reply['jobReference'] : {};
  const { jobId, location: place } = job;
  if (typeof jobId !== 'string' || jobId === '')
    throw new KeyreachError('bad-reply', 'a reply of BigQuery names no job');
  return { job: jobId, ...(typeof place === 'string' ? { location: place } : {}), logs, bytes };
}

/**
 * Waits for a query that was started, and reads its rows.
 *
 * @throws What `request` throws; KeyreachError `bad-reply` for replies of another shape, `endless-reply` where pages repeat, the
 * query does not end within an hour, or it gives more than 500,000 rows.
 */
export async function auditQueryRows(
  request: GoogleRequest,
  { job, location }: RunningAuditQuery,
  { project, signal }: Pick<AuditQueryOptions, 'project' | 'signal'>,
): Promise<readonly AuditQueryRow[]> {
  const rows: AuditQueryRow[] = [];
  const tokens = new Set<string>();
  let columns: readonly string[] | undefined;
  const place = location === undefined ? {} : { location };
  const parameters = new URLSearchParams({ timeoutMs: String(WAIT), maxResults: ROWS_IN_PAGE, ...place });
  for (let waits = 0; ; ) {
    signal?.throwIfAborted();
    const reply = await request({
      method: 'GET',
      url: `${queriesOf(project)}/${encodeURIComponent(job)}?${parameters}`,
    });
    if (!isRecord(reply)) throw new KeyreachError('bad-reply', 'a reply of BigQuery is no object');
    if (reply['jobComplete'] !== true) {
      waits += 1;
      if (waits > MOST_WAITS) throw new KeyreachError('endless-reply', 'the query of BigQuery did not end in time');
      continue;
    }
    columns ??= columnsOf(reply);
    for (const row of rowsOf(reply, columns)) rows.push(row);
    if (rows.length > MOST_ROWS)
      throw new KeyreachError('endless-reply', `BigQuery gave more than ${MOST_ROWS} rows; ask about fewer days`);
    const token = reply['pageToken'];
    if (typeof token !== 'string' || token === '') return rows;
    if (tokens.has(token))
      throw new KeyreachError('endless-reply', 'a page of BigQuery names one that was there before');
    tokens.add(token);
    parameters.set('pageToken', token);
  }
}

/** What the query would read, and of which logs there are tables. */
async function planned(
  request: GoogleRequest,
  { location, logs, project, signal }: AuditQueryOptions,
): Promise<{
  readonly bytes: number;
  readonly source: AuditSqlSource;
  readonly logs: RunningAuditQuery['logs'];
}> {
  const plan = async (source: AuditSqlSource): Promise<number> => {
    signal?.throwIfAborted();
    const body = { ...queryBody(source, location), dryRun: true };
    const reply = await request({ method: 'POST', url: queriesOf(project), body });
    const bytes = isRecord(reply) ? Number(reply['totalBytesProcessed'] ?? Number.NaN) : Number.NaN;
    if (!(bytes >= 0)) throw new KeyreachError('bad-reply', 'BigQuery does not say how much the query reads');
    return bytes;
  };
  try {
    return { bytes: await plan(logs), source: logs, logs: ['activity', 'data_access'] };
  } catch (error) {
    if (logs.engine !== 'bigquery' || !mayLackTables(error)) throw error;
    for (const only of ['activity', 'data_access'] as const) {
      const source = { ...logs, only };
      try {
        return { bytes: await plan(source), source, logs: [only] };
      } catch (other) {
        if (!mayLackTables(other)) throw other;
      }
    }
    throw error;
  }
}

/** A table that is not there is no table of the project, or of the pattern that was given. */
function mayLackTables(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('status' in error)) return false;
  return error.status === 404 || error.status === 400;
}

function queryBody(source: AuditSqlSource, location: string | undefined): object {
  return { query: auditSql(source), useLegacySql: false, ...(location === undefined ? {} : { location }) };
}

function queriesOf(project: string): string {
  return `${BIGQUERY}/projects/${encodeURIComponent(project)}/queries`;
}

function inGiB(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}

function columnsOf(reply: RawRecord): readonly string[] {
  const schema = isRecord(reply['schema']) ? reply['schema'] : {};
  const fields = Array.isArray(schema['fields']) ? (schema['fields'] as readonly unknown[]) : [];
  return fields.map((field) => (isRecord(field) && typeof field['name'] === 'string' ? field['name'] : ''));
}

/** Rows are `{ f: [{ v }] }`, values in the order of the columns, as texts. */
function rowsOf(reply: RawRecord, columns: readonly string[]): readonly AuditQueryRow[] {
  const rows = Array.isArray(reply['rows']) ? (reply['rows'] as readonly unknown[]) : [];
  return rows.map((row) => {
    const values = isRecord(row) && Array.isArray(row['f']) ? (row['f'] as readonly unknown[]) : [];
    return Object.fromEntries(
      columns.map((column, index) => {
        const cell = values[index];
        const value = isRecord(cell) ? cell['v'] : undefined;
        return [column, typeof value === 'string' ? value : null];
      }),
    );
  });
}
