import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type AuditQueryRow,
  type AuditSqlSource,
  auditSql,
  type GcpAuditRow,
  readAuditFiles,
  rowsOfAuditQuery,
} from '@keyreach/gcp/offline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveAuditRows } from '../oracle/naive-audit-use.ts';
import { arbitraryAuditLog } from '../oracle/random-audit-log.ts';
import { pythonProgram } from './python-environment.ts';

const window = { from: '2026-01-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
const sink: AuditSqlSource = { engine: 'bigquery', dataset: 'p.logs', ...window };
const view: AuditSqlSource = { engine: 'log-analytics', view: 'p.linked._AllLogs', ...window };
const sources = [
  ['a BigQuery sink', sink],
  ['Log Analytics', view],
] as const;

/** Rows that a query gives for each batch of entries: translated from GoogleSQL, and run by DuckDB. */
function runSql(source: AuditSqlSource, batches: readonly (readonly object[])[]): AuditQueryRow[][] {
  const run = spawnSync(pythonProgram('python'), [fileURLToPath(new URL('run-audit-sql.py', import.meta.url))], {
    input: JSON.stringify({ engine: source.engine, sql: auditSql(source), batches }),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    timeout: 280_000,
  });
  if (run.status !== 0) throw new Error(`run-audit-sql.py failed: ${run.error?.message ?? run.stderr.slice(-2000)}`);
  return JSON.parse(run.stdout) as AuditQueryRow[][];
}

describe.each(sources)('the query for %s, run by an engine', (_, source) => {
  it('gives the rows of the slow way, on random logs', () => {
    const logs = fc.sample(arbitraryAuditLog(), { numRuns: 120, seed: 20_261_123 });
    const results = runSql(source, logs);
    expect(results.length).toBe(logs.length);
    let rows = 0;
    for (const [index, log] of logs.entries()) {
      const read = rowsOfAuditQuery(results[index]!);
      expect(read).toEqual({ rows: naiveAuditRows(log), unread: 0 });
      rows += read.rows.length;
    }
    // The logs are not so poor that there is nothing to compare.
    expect(rows).toBeGreaterThan(1000);
  });

  it('holds the first time of its window and not the last', () => {
    const entry = (timestamp: string): object => ({
      logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity',
      timestamp,
      insertId: timestamp,
      protoPayload: {
        serviceName: 'compute.googleapis.com',
        authenticationInfo: { principalEmail: 'ci@p.iam.gserviceaccount.com' },
        authorizationInfo: [{ permission: 'compute.instances.create', resource: 'projects/p', granted: true }],
      },
    });
    const bounded = { ...source, from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
    const times = [
      '2026-02-28T23:59:59.999Z',
      '2026-03-01T00:00:00Z',
      '2026-03-01T23:59:59.9Z',
      '2026-03-02T00:00:00Z',
    ];
    const [results] = runSql(bounded, [times.map(entry)]);
    expect(rowsOfAuditQuery(results!).rows).toMatchObject([
      { first: '2026-03-01T00:00:00Z', last: '2026-03-01T23:59:59Z', count: 2 },
    ]);
  });
});

it('the reader of files and both queries give equal rows', async () => {
  const logs = fc.sample(arbitraryAuditLog(), { numRuns: 15, seed: 42 });
  const directory = mkdtempSync(join(tmpdir(), 'keyreach-audit-sql-'));
  try {
    const read: (readonly GcpAuditRow[])[] = [];
    for (const [index, log] of logs.entries()) {
      const path = join(directory, `${index}.json`);
      writeFileSync(path, JSON.stringify(log));
      read.push((await readAuditFiles([{ path, shown: path }])).rows);
    }
    expect(read.flat().length).toBeGreaterThan(100);
    for (const [, source] of sources) {
      expect(runSql(source, logs).map((rows) => rowsOfAuditQuery(rows).rows)).toEqual(read);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
