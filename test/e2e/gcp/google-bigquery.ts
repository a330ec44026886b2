import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pythonProgram } from '../python-environment.ts';
import type { Raw } from './google-estate.ts';

/** A dataset of an imitation of BigQuery: what a sink wrote, and how much that is. */
export interface AuditDataset {
  /** `project.dataset`. */
  readonly name: string;
  /** Log entries (gcp.md 5.1); there is a table for each log that has some. */
  readonly entries: readonly Raw[];
  /** What a query over it reads. */
  readonly bytes: number;
}

interface Job {
  readonly sql: string;
  readonly requestId: string;
  /** Answers that it has not ended. */
  waits: number;
  rows?: readonly Raw[];
}

type Answered = { readonly status: number; readonly body: Raw };

/** Rows of one page, whatever is asked for. */
const PAGE = 2;

/** Plans and runs queries as BigQuery does: `jobs.query` and `jobs.getQueryResults`, the SQL by an engine (gcp.md 5.2). */
export class GoogleBigQuery {
  readonly #dataset: AuditDataset;
  readonly #jobs = new Map<string, Job>();

  constructor(dataset: AuditDataset) {
    this.#dataset = dataset;
  }

  /** Queries that were run, and are paid. */
  get runs(): number {
    return this.#jobs.size;
  }

  /** The reply to a request below `/bigquery/v2/`; undefined for one that is none of the two. */
  async answer(method: string, url: URL, body: string): Promise<Answered | undefined> {
    const [, project = '', job] =
      /^\/bigquery\/v2\/projects\/([\w-]+)\/queries(?:\/([\w-]+))?$/.exec(url.pathname) ?? [];
    if (project === '') return undefined;
    if (method === 'POST' && job === undefined) return this.#query(project, JSON.parse(body) as Raw);
    if (method === 'GET' && job !== undefined) return this.#results(project, job, url.searchParams);
    return undefined;
  }

  #query(project: string, request: Raw): Answered {
    const { query, dryRun, maximumBytesBilled, requestId, useLegacySql } = request;
    if (useLegacySql !== false || typeof query !== 'string') return refused(400, 'INVALID_ARGUMENT', 'invalidQuery');
    const tables = [...query.matchAll(/FROM `([^`]+)`/g)].map(([, table = '']) => table);
    if (tables.some((table) => !this.#has(table))) return refused(404, 'NOT_FOUND', 'notFound');
    const { bytes } = this.#dataset;
    if (dryRun === true) {
      const told = { schema: { fields: [] }, jobReference: { projectId: project, location: 'EU' } };
      return { status: 200, body: { ...told, jobComplete: true, totalBytesProcessed: String(bytes) } };
    }
    if (bytes > Number(maximumBytesBilled ?? 0)) return refused(400, 'INVALID_ARGUMENT', 'bytesBilledLimitExceeded');
    const known = [...this.#jobs].find(([, job]) => job.requestId === requestId)?.[0];
    const id = known ?? `job_${this.#jobs.size + 1}`;
    if (known === undefined) this.#jobs.set(id, { sql: query, requestId: String(requestId), waits: 1 });
    return { status: 200, body: { jobReference: reference(project, id), jobComplete: false } };
  }

  async #results(project: string, id: string, query: URLSearchParams): Promise<Answered> {
    const job = this.#jobs.get(id);
    if (job === undefined || query.get('location') !== 'EU') return refused(404, 'NOT_FOUND', 'notFound');
    const jobReference = reference(project, id);
    if (job.waits > 0) {
      job.waits -= 1;
      return { status: 200, body: { jobReference, jobComplete: false } };
    }
    job.rows ??= await run(job.sql, this.#dataset.entries);
    const columns = Object.keys(job.rows[0] ?? { principal: '' });
    const from = Number(query.get('pageToken') ?? '0');
    const rows = job.rows.slice(from, from + PAGE).map((row) => ({ f: columns.map((name) => ({ v: row[name] })) }));
    const fields = columns.map((name) => ({ name, type: 'STRING', mode: 'NULLABLE' }));
    return {
      status: 200,
      body: {
        kind: 'bigquery#getQueryResultsResponse',
        jobReference,
        jobComplete: true,
        schema: { fields },
        totalRows: String(job.rows.length),
        ...(rows.length === 0 ? {} : { rows }),
        ...(from + PAGE < job.rows.length ? { pageToken: String(from + PAGE) } : {}),
      },
    };
  }

  #has(table: string): boolean {
    const { name, entries } = this.#dataset;
    const log = /^(.+)\.cloudaudit_googleapis_com_(\w+)$/.exec(table);
    return (
      log?.[1] === name &&
      entries.some(({ logName }) => String(logName).endsWith(`cloudaudit.googleapis.com%2F${log[2]}`))
    );
  }
}

function reference(projectId: string, jobId: string): Raw {
  return { projectId, jobId, location: 'EU' };
}

function refused(code: number, status: string, reason: string): Answered {
  const error = { code, status, message: 'no', errors: [{ domain: 'global', reason, message: 'no' }] };
  return { status: code, body: { error } };
}

/** Rows of the query, as texts. */
async function run(sql: string, entries: readonly Raw[]): Promise<readonly Raw[]> {
  const script = fileURLToPath(new URL('../run-audit-sql.py', import.meta.url));
  const child = spawn(pythonProgram('python'), [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(JSON.stringify({ engine: 'bigquery', sql, batches: [entries] }));
  const [printed, problem] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (printed === '') throw new Error(`run-audit-sql.py failed: ${problem.slice(-2000)}`);
  return (JSON.parse(printed) as readonly (readonly Raw[])[])[0] ?? [];
}
