import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { QueryRow } from '@keyreach/aws/offline';
import { pythonProgram } from './python-environment.ts';

/**
 * Rows that a query gives for each batch of records: translated from the SQL of Trino, and run by DuckDB over a table
 * of the documented columns.
 */
export function runSql(dialect: 'athena' | 'lake', sql: string, batches: readonly (readonly object[])[]): QueryRow[][] {
  const script = fileURLToPath(new URL('run-sql.py', import.meta.url));
  const run = spawnSync(pythonProgram('python'), [script], {
    input: JSON.stringify({ dialect, sql, batches }),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    timeout: 280_000,
  });
  if (run.status !== 0) throw new Error(`run-sql.py failed: ${run.error?.message ?? run.stderr.slice(-2000)}`);
  return JSON.parse(run.stdout) as QueryRow[][];
}
