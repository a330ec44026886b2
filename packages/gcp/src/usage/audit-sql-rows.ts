import type { GcpAuditRow } from '../bundle/gcp-input.ts';
import { compareAuditRows } from './audit-row-order.ts';

/** One row of a query's result: text by column name. Absent or null is read as an empty text. */
export type AuditQueryRow = Readonly<Record<string, string | null | undefined>>;

/** What the result of a query holds. */
export interface AuditQueryRows {
  /** In the order of a `GcpAuditUsage`. */
  readonly rows: readonly GcpAuditRow[];
  /** Rows of another shape than the query gives; they are in none of `rows`. */
  readonly unread: number;
}

/** Reads the result of a query of `auditSql`, whichever engine ran it. */
export function rowsOfAuditQuery(results: readonly AuditQueryRow[]): AuditQueryRows {
  const read = results.map(rowOf);
  const rows = read.filter((row) => row !== undefined);
  return { rows: rows.sort(compareAuditRows), unread: read.length - rows.length };
}

function rowOf(result: AuditQueryRow): GcpAuditRow | undefined {
  const text = (column: string): string => result[column] ?? '';
  const optional = (field: string, column: string): object => (text(column) === '' ? {} : { [field]: text(column) });
  const count = countOf(text('calls'));
  const refused = countOf(text('refused_calls'));
  const first = timeOf(text('first_call'));
  const last = timeOf(text('last_call'));
  if (text('principal') === '' || text('service') === '' || count === undefined || refused === undefined)
    return undefined;
  // Calls that were let pass have a time, and only they.
  if (first === 'unread' || last === 'unread' || count > 0 !== (first !== undefined)) return undefined;
  if ((first === undefined) !== (last === undefined)) return undefined;
  return {
    principal: text('principal'),
    ...optional('keyId', 'key_id'),
    delegators: text('delegators') === '' ? [] : text('delegators').split('\n'),
    ...optional('permission', 'permission'),
    ...optional('method', 'method'),
    ...optional('resource', 'resource'),
    service: text('service'),
    ...(first === undefined || last === undefined ? {} : { first, last }),
    count,
    refused,
  };
}

function countOf(text: string): number | undefined {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Undefined for no time. */
function timeOf(text: string): string | undefined {
  if (text === '') return undefined;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? text : 'unread';
}
