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
import { compareAuditRows } from '../usage/audit-row-order.ts';
import type { GcpAuditCoverage, GcpAuditRow, GcpAuditUsage } from './gcp-input.ts';

/** `format` of a file with use recorded by audit logs. */
export const AUDIT_USAGE_FORMAT = 'keyreach-audit-usage/1';

/**
 * Reads `{ "format": "keyreach-audit-usage/1", source, rows, coverage, auditConfigChanges? }`: rows that were added up where the
 * logs are (`docs/usage-gcp.md`). Where rows cannot be read the others count, and its silence proves nothing.
 */
export function readAuditUsage(raw: unknown, report: Report): GcpAuditUsage | undefined {
  if (!isRecord(raw)) {
    report('', 'an object with `format`, `source`, `rows` and `coverage`');
    return undefined;
  }
  if (raw['format'] !== AUDIT_USAGE_FORMAT) {
    report('format', `\`${AUDIT_USAGE_FORMAT}\``);
    return undefined;
  }
  const source = requiredString(raw, 'source', '', report);
  if (source === undefined) return undefined;
  const rows = readList(raw['rows'], 'rows', report, readRow);
  const coverage = readList(raw['coverage'], 'coverage', report, readCoverage);
  const told = raw['auditConfigChanges'];
  const changes = told === undefined ? undefined : readList(told, 'auditConfigChanges', report, readChange);
  return {
    source,
    rows: [...rows.items].sort(compareAuditRows),
    coverage: rows.complete ? coverage.items : [],
    // A change that cannot be read may have been one of Data Access.
    ...(changes?.complete === true ? { auditConfigChanges: changes.items } : {}),
  };
}

function readRow(raw: RawRecord, where: string, report: Report): GcpAuditRow | undefined {
  const principal = requiredString(raw, 'principal', where, report);
  const service = requiredString(raw, 'service', where, report);
  const delegators = readNestedStrings(raw, 'delegators', where, report);
  const count = counter(raw, 'count', where, report);
  const refused = counter(raw, 'refused', where, report);
  if (principal === undefined || service === undefined || count === undefined || refused === undefined)
    return undefined;
  if (!delegators.complete) return undefined;
  const first = optionalTimestamp(raw, 'first', where, report);
  const last = optionalTimestamp(raw, 'last', where, report);
  if (count > 0 && (first === undefined || last === undefined || first > last)) {
    report(where, '`first` and `last`, dates in this order');
    return undefined;
  }
  return {
    principal,
    delegators: delegators.items,
    ...texts(raw, ['keyId', 'permission', 'method', 'resource'], where, report),
    service,
    ...(first === undefined || last === undefined ? {} : { first, last }),
    count,
    refused,
  };
}

function texts(
  raw: RawRecord,
  fields: readonly ('keyId' | 'permission' | 'method' | 'resource')[],
  where: string,
  report: Report,
): Pick<GcpAuditRow, 'keyId' | 'permission' | 'method' | 'resource'> {
  const told = fields.flatMap((field) => {
    const text = optionalString(raw, field, where, report);
    return text === undefined ? [] : [[field, text] as const];
  });
  return Object.fromEntries(told);
}

function readCoverage(raw: RawRecord, where: string, report: Report): GcpAuditCoverage | undefined {
  const { container, log, below } = raw;
  const from = optionalTimestamp(raw, 'from', where, report);
  const to = optionalTimestamp(raw, 'to', where, report);
  if (typeof container !== 'string' || !/^(projects|folders|organizations)\/[^/]{1,100}$/.test(container)) {
    report(`${where}.container`, '`projects/P`, `folders/F` or `organizations/O`');
    return undefined;
  }
  if (log !== 'activity' && log !== 'data_access') {
    report(`${where}.log`, '`activity` or `data_access`');
    return undefined;
  }
  if (from === undefined || to === undefined) {
    report(where, '`from` and `to`');
    return undefined;
  }
  return { container, log, from, to, ...(below === true ? { below } : {}) };
}

function readChange(raw: RawRecord, where: string, report: Report): { container: string; at: string } | undefined {
  const container = requiredString(raw, 'container', where, report);
  const at = optionalTimestamp(raw, 'at', where, report);
  if (at === undefined) report(`${where}.at`, 'a date');
  return container === undefined || at === undefined ? undefined : { container, at };
}

function counter(raw: RawRecord, field: string, where: string, report: Report): number | undefined {
  const value = raw[field];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  report(`${where}.${field}`, 'a number, 0 or more');
  return undefined;
}
