import { compareTrailRows } from './trail-row-order.ts';
import type { TrailMark, TrailRow } from './trail-usage.ts';

/** One row of a query's result: text by column name. Absent or null is read as an empty text. */
export type QueryRow = Readonly<Record<string, string | null | undefined>>;

/** What the result of a query holds. */
export interface QueryRows {
  /** In the order of a `TrailUsage`. */
  readonly rows: readonly TrailRow[];
  /** Rows of another shape than the query gives; they are in none of `rows`. */
  readonly unread: number;
}

const MARKS: Readonly<Record<TrailMark, true>> = {
  acl: true,
  copy: true,
  forwarded: true,
  'instance-profile': true,
  retention: true,
  'source-identity': true,
  tags: true,
  version: true,
};

/** Reads the result of a query of {@link trailSql}, whichever engine ran it. */
export function rowsOfQuery(results: readonly QueryRow[]): QueryRows {
  const read = results.map(rowOf);
  const rows = read.filter((row) => row !== undefined);
  return { rows: rows.sort(compareTrailRows), unread: read.length - rows.length };
}

function rowOf(result: QueryRow): TrailRow | undefined {
  const text = (column: string): string => result[column] ?? '';
  const principal = text('principal');
  const eventSource = text('event_source');
  const eventName = text('event_name');
  const marks = words(text('marks'));
  const count = countOf(text('calls'));
  const refused = countOf(text('refused_calls'));
  const first = timeOf(text('first_call'));
  const last = timeOf(text('last_call'));
  const isRow =
    principal.startsWith('arn:') &&
    eventSource !== '' &&
    eventName !== '' &&
    marks.every(isMark) &&
    count !== undefined;
  if (!isRow || refused === undefined || first === 'unread' || last === 'unread') return undefined;
  // Calls that were authorized have a time, and only they.
  if (count > 0 !== (first !== undefined) || (first === undefined) !== (last === undefined)) return undefined;
  return {
    principal,
    ...(text('origin') === '' ? {} : { origin: text('origin') }),
    eventSource,
    eventName,
    marks,
    roles: words(text('roles')),
    ...(text('resource') === '' ? {} : { resource: text('resource') }),
    ...(first === undefined || last === undefined ? {} : { first, last }),
    count,
    refused,
  };
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}

function isMark(word: string): word is TrailMark {
  return Object.hasOwn(MARKS, word);
}

function countOf(text: string): number | undefined {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Undefined for no time. */
function timeOf(text: string): string | undefined {
  if (text === '') return undefined;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? text.replace('Z', '.000Z') : 'unread';
}
