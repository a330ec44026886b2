import {
  isRecord,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readList,
  readNestedStrings,
  requiredString,
} from '@keyreach/core/input';
import { MARKS } from '../usage/trail-record.ts';
import { compareTrailRows } from '../usage/trail-row-order.ts';
import type { TrailCoverage, TrailMark, TrailRow, TrailUsage } from '../usage/trail-usage.ts';
import { isAccountId, parseArn } from './arn.ts';

/** `format` of a file with recorded use. */
export const TRAIL_USAGE_FORMAT = 'keyreach-trail-usage/1';

/**
 * Reads a file of `usage/`: `{ "format": "keyreach-trail-usage/1", source, rows, coverage }`, the rows that a collector
 * had added up where the logs are (`docs/usage-aws.md`). Where rows are missing, its silence proves nothing: it has no
 * coverage then.
 */
export function readTrailUsage(raw: unknown, report: Report): TrailUsage | undefined {
  if (!isRecord(raw)) {
    report('', 'an object with `format`, `source`, `rows` and `coverage`');
    return undefined;
  }
  if (raw['format'] !== TRAIL_USAGE_FORMAT) {
    report('format', `\`${TRAIL_USAGE_FORMAT}\``);
    return undefined;
  }
  const source = requiredString(raw, 'source', '', report);
  if (source === undefined) return undefined;
  const rows = readList(raw['rows'], 'rows', report, readRow);
  const coverage = readList(raw['coverage'], 'coverage', report, readCoverage);
  return { source, rows: [...rows.items].sort(compareTrailRows), coverage: rows.complete ? coverage.items : [] };
}

function readRow(raw: RawRecord, where: string, report: Report): TrailRow | undefined {
  const principal = arn(raw, 'principal', where, report);
  const eventSource = requiredString(raw, 'eventSource', where, report);
  const eventName = requiredString(raw, 'eventName', where, report);
  if (principal === undefined || eventSource === undefined || eventName === undefined) return undefined;
  const marks = readNestedStrings(raw, 'marks', where, report);
  if (!marks.complete || !marks.items.every(isMark)) {
    report(`${where}.marks`, 'an array of marks');
    return undefined;
  }
  const roles = readNestedStrings(raw, 'roles', where, report);
  const count = counter(raw, 'count', where, report);
  const refused = counter(raw, 'refused', where, report);
  if (!roles.complete || count === undefined || refused === undefined) return undefined;
  const origin = optionalString(raw, 'origin', where, report);
  const resource = optionalString(raw, 'resource', where, report);
  const first = optionalTimestamp(raw, 'first', where, report);
  const last = optionalTimestamp(raw, 'last', where, report);
  if (count > 0 && (first === undefined || last === undefined || first > last)) {
    report(where, '`first` and `last`, dates in this order');
    return undefined;
  }
  return {
    principal,
    ...(origin === undefined ? {} : { origin }),
    eventSource,
    eventName,
    marks: marks.items.filter(isMark).sort(),
    roles: [...new Set(roles.items)].sort(),
    ...(resource === undefined ? {} : { resource }),
    ...(first === undefined || last === undefined ? {} : { first, last }),
    count,
    refused,
  };
}

function readCoverage(raw: RawRecord, where: string, report: Report): TrailCoverage | undefined {
  const { account, management } = raw;
  if (typeof account !== 'string' || !isAccountId(account)) {
    report(`${where}.account`, 'an account id');
    return undefined;
  }
  if (management !== 'all' && management !== 'write-only' && management !== 'none') {
    report(`${where}.management`, '`all`, `write-only` or `none`');
    return undefined;
  }
  const from = optionalTimestamp(raw, 'from', where, report);
  const to = optionalTimestamp(raw, 'to', where, report);
  if (from === undefined || to === undefined || from > to) {
    report(where, '`from` and `to`, dates in this order');
    return undefined;
  }
  const every = raw['regions'] === '*';
  const regions = every ? undefined : readNestedStrings(raw, 'regions', where, report);
  const excluded = readNestedStrings(raw, 'excluded', where, report);
  const data = readNestedStrings(raw, 'data', where, report);
  // What it leaves out and cannot be read would count as shown.
  if (!excluded.complete) return undefined;
  return {
    account,
    regions: regions?.items ?? '*',
    from,
    to,
    management,
    excluded: excluded.items,
    data: data.items,
  };
}

function arn(raw: RawRecord, key: string, where: string, report: Report): string | undefined {
  const text = requiredString(raw, key, where, report);
  if (text === undefined || parseArn(text) !== undefined) return text;
  report(`${where}.${key}`, 'an ARN');
  return undefined;
}

function counter(raw: RawRecord, key: string, where: string, report: Report): number | undefined {
  const value = raw[key];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  report(`${where}.${key}`, 'a whole number, 0 or more');
  return undefined;
}

function isMark(text: string): text is TrailMark {
  return MARKS.some((mark) => mark === text);
}
