import type { Listed, Report } from '@keyreach/core/input';
import { readTimestamp } from '@keyreach/core/input';
import { parse } from 'csv-parse/sync';
import { isAccountId, parseArn } from './arn.ts';

/** When something was last used, as a report says it: a date, null for never, undefined where it does not say. */
export type ReportedUse = string | null | undefined;

/** One of the two access keys of a row. The report has no key ids. */
export interface ReportedKey {
  readonly slot: 1 | 2;
  readonly active: boolean | undefined;
  readonly rotated?: string;
  readonly lastUsed: ReportedUse;
  readonly region?: string;
  readonly service?: string;
}

/** One of the two signing certificates of a row. */
export interface ReportedCertificate {
  readonly slot: 1 | 2;
  readonly active: boolean | undefined;
  readonly rotated?: string;
}

/** One row: a user, or the root user. Undefined: the report does not say. */
export interface ReportedUser {
  readonly user: string;
  readonly arn: string;
  readonly accountId: string;
  readonly root: boolean;
  readonly created?: string;
  readonly passwordEnabled: boolean | undefined;
  readonly passwordLastUsed: ReportedUse;
  readonly passwordChanged?: string;
  readonly mfaActive: boolean | undefined;
  /** Undefined where a column that tells whether there are keys is missing. */
  readonly keys: readonly ReportedKey[] | undefined;
  readonly certificates: readonly ReportedCertificate[] | undefined;
}

const SLOTS = [1, 2] as const;

/** The columns of aws.md 3.2 that carry a fact of the graph. */
const COLUMNS: readonly string[] = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'mfa_active',
  ...SLOTS.flatMap((slot) =>
    ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
      (fact) => `access_key_${slot}_${fact}`,
    ),
  ),
  ...SLOTS.flatMap((slot) => [`cert_${slot}_active`, `cert_${slot}_last_rotated`]),
];

const ROOT = '<root_account>';

/** True where a line is the header of a credential report. */
export function isReportHeader(line: string): boolean {
  const columns = line.split(',').map((column) => column.trim());
  return columns.includes('user') && columns.includes('arn') && columns.includes('password_enabled');
}

/**
 * Reads a credential report by its header (aws.md 3.2). Columns may be added or stand in any order; those missing are
 * named in one report and what they tell is unknown. `N/A`, `no_information` and `not_supported` are read for what they
 * mean in their column.
 */
export function readCredentialReport(text: string, report: Report): Listed<ReportedUser> | undefined {
  const rows = parseRows(text, report);
  const header = rows?.[0]?.map((column) => column.trim());
  if (rows === undefined || header === undefined) {
    if (rows !== undefined) report('line 1', 'the header of a credential report');
    return undefined;
  }
  const columns = new Map(header.map((column, index) => [column, index]));
  const missing = COLUMNS.filter((column) => !columns.has(column));
  if (missing.length > 0) {
    report('line 1', `the column${missing.length === 1 ? '' : 's'} \`${missing.join('`, `')}\``);
    if (missing.includes('arn')) return undefined;
  }
  const items: ReportedUser[] = [];
  const seen = new Set<string>();
  let complete = true;
  rows.slice(1).forEach((row, index) => {
    const where = `row ${index + 1}`;
    const read = row.length === header.length ? readRow(row, columns, where, report) : undefined;
    if (row.length !== header.length) report(where, `${header.length} fields, as in the header`);
    if (read === undefined) {
      complete = false;
    } else if (seen.has(read.arn)) {
      report(where, `each ARN once, \`${read.arn}\` is listed again; the first is kept`);
    } else {
      seen.add(read.arn);
      items.push(read);
    }
  });
  return { items, complete };
}

/** Rows of fields. The parser's own messages quote the input, so only its code and line are used. */
function parseRows(text: string, report: Report): readonly (readonly string[])[] | undefined {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 100_000 });
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? Number(error.lines) : 1;
    report(`line ${line}`, 'comma-separated values with balanced quotes');
    return undefined;
  }
}

function readRow(
  row: readonly string[],
  columns: ReadonlyMap<string, number>,
  where: string,
  report: Report,
): ReportedUser | undefined {
  const field = (column: string): string | undefined => {
    const index = columns.get(column);
    return index === undefined ? undefined : row[index]?.trim();
  };
  const bool = (column: string): boolean | undefined => {
    const text = field(column)?.toLowerCase();
    if (text === 'true' || text === 'false') return text === 'true';
    if (text !== undefined && !isSentinel(text)) report(`${where}, column ${column}`, '`true` or `false`');
    return undefined;
  };
  const date = (column: string): string | undefined => {
    const text = field(column);
    if (text === undefined || text === '' || isSentinel(text.toLowerCase())) return undefined;
    const timestamp = readTimestamp(text);
    if (timestamp === undefined) report(`${where}, column ${column}`, 'a date');
    return timestamp;
  };
  /** `N/A` and `no_information` in a last-used column mean never used, at least since AWS keeps the date. */
  const use = (column: string): ReportedUse => {
    const text = field(column)?.toLowerCase();
    return text === 'n/a' || text === 'no_information' ? null : date(column);
  };
  const word = (column: string): string | undefined => {
    const text = field(column);
    return text === undefined || text === '' || isSentinel(text.toLowerCase()) ? undefined : text;
  };

  const arn = field('arn') ?? '';
  const parts = parseArn(arn);
  if (parts?.service !== 'iam' || !isAccountId(parts.account)) {
    report(`${where}, column arn`, 'the ARN of a user');
    return undefined;
  }
  const root = parts.resource === 'root';
  const created = date('user_creation_time');
  const passwordChanged = date('password_last_changed');
  return {
    user: root ? ROOT : (word('user') ?? parts.resource.slice(parts.resource.lastIndexOf('/') + 1)),
    arn,
    accountId: parts.account,
    root,
    ...(created === undefined ? {} : { created }),
    passwordEnabled: bool('password_enabled'),
    passwordLastUsed: use('password_last_used'),
    ...(passwordChanged === undefined ? {} : { passwordChanged }),
    mfaActive: bool('mfa_active'),
    keys: readSlots((slot) => {
      const rotated = date(`access_key_${slot}_last_rotated`);
      const region = word(`access_key_${slot}_last_used_region`);
      const service = word(`access_key_${slot}_last_used_service`);
      return {
        slot,
        active: bool(`access_key_${slot}_active`),
        ...(rotated === undefined ? {} : { rotated }),
        lastUsed: use(`access_key_${slot}_last_used_date`),
        ...(region === undefined ? {} : { region }),
        ...(service === undefined ? {} : { service }),
      };
    }, columns.has('access_key_1_active') && columns.has('access_key_2_active')),
    certificates: readSlots((slot) => {
      const rotated = date(`cert_${slot}_last_rotated`);
      return { slot, active: bool(`cert_${slot}_active`), ...(rotated === undefined ? {} : { rotated }) };
    }, columns.has('cert_1_active') && columns.has('cert_2_active')),
  };
}

/** A slot holds something if it is active or was ever rotated: an inactive key still has its rotation date. */
function readSlots<T extends { readonly active: boolean | undefined; readonly rotated?: string }>(
  read: (slot: 1 | 2) => T,
  known: boolean,
): readonly T[] | undefined {
  return known ? SLOTS.map(read).filter(({ active, rotated }) => active === true || rotated !== undefined) : undefined;
}

function isSentinel(lowerCase: string): boolean {
  return lowerCase === 'n/a' || lowerCase === 'no_information' || lowerCase === 'not_supported' || lowerCase === '';
}
