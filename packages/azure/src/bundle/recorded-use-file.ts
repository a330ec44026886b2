import { isRecord, type RawRecord, type Report, readList } from '@keyreach/core/input';
import type { AzureRecordedUse, AzureUseCoverage, AzureUseRow } from './azure-input.ts';
import { RecordFields, told } from './record-fields.ts';

/** `format` of a file with use that was added up from logs. */
export const AZURE_USAGE_FORMAT = 'keyreach-azure-usage/1';

const KINDS = ['arm', 'sign-in', 'graph'] as const;

/** Fields of a row by which rows are ordered: everything but what is added up. */
const ORDER = [
  'kind',
  'principalId',
  'appId',
  'credentialId',
  'attachedResource',
  'action',
  'resource',
  'first',
  'last',
] as const;

/**
 * Reads `{ "format": "keyreach-azure-usage/1", source, rows, coverage }`: use added up from logs, by a collector or where the logs are.
 * Where rows cannot be read the others count, and its silence proves nothing.
 */
export function readRecordedUse(raw: unknown, report: Report): AzureRecordedUse | undefined {
  if (!isRecord(raw)) {
    report('', 'an object with `format`, `source`, `rows` and `coverage`');
    return undefined;
  }
  if (raw['format'] !== AZURE_USAGE_FORMAT) {
    report('format', `\`${AZURE_USAGE_FORMAT}\``);
    return undefined;
  }
  const source = new RecordFields(raw, '', report).required('source');
  if (source === undefined) return undefined;
  const rows = readList(raw['rows'], 'rows', report, readRow);
  const coverage = readList(raw['coverage'], 'coverage', report, readCoverage);
  return {
    source,
    rows: [...rows.items].sort(compareRows),
    coverage: rows.complete ? [...coverage.items].sort(compareCoverage) : [],
  };
}

/** Text of a file that {@link readRecordedUse} reads, the same for equal use whatever its order. */
export function recordedUseText({ source, rows, coverage }: AzureRecordedUse): string {
  const file = {
    format: AZURE_USAGE_FORMAT,
    source,
    coverage: [...coverage].sort(compareCoverage).map(({ kind, scope, from, to }) => ({ kind, scope, from, to })),
    rows: [...rows].sort(compareRows).map(orderedRow),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function orderedRow({ count, failed, roles, ...row }: AzureUseRow): RawRecord {
  const kept = ORDER.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]] as const]));
  return {
    ...Object.fromEntries(kept),
    count,
    failed,
    ...(roles === undefined ? {} : { roles: [...roles].sort() }),
  };
}

function readRow(raw: RawRecord, where: string, report: Report): AzureUseRow | undefined {
  const fields = new RecordFields(raw, where, report);
  const kind = readKind(fields);
  const action = fields.required('action');
  const count = counter(fields, 'count');
  const failed = counter(fields, 'failed');
  if (kind === undefined || action === undefined || count === undefined || failed === undefined) return undefined;
  const first = fields.time('first');
  const last = fields.time('last');
  if (count > 0 && (first === undefined || last === undefined || first > last)) {
    report(where, '`first` and `last`, dates in this order');
    return undefined;
  }
  const roles = raw['roles'] === undefined || raw['roles'] === null ? undefined : fields.texts('roles');
  if (roles?.complete === false) return undefined;
  return {
    kind,
    ...told({
      principalId: fields.text('principalId'),
      appId: fields.text('appId'),
      credentialId: fields.text('credentialId'),
      attachedResource: fields.text('attachedResource'),
    }),
    action,
    ...told({ resource: fields.text('resource') }),
    ...(count === 0 || first === undefined || last === undefined ? {} : { first, last }),
    count,
    failed,
    ...(roles === undefined ? {} : { roles: [...roles.items].sort() }),
  };
}

function readCoverage(raw: RawRecord, where: string, report: Report): AzureUseCoverage | undefined {
  const fields = new RecordFields(raw, where, report);
  const kind = readKind(fields);
  const scope = fields.required('scope');
  const from = fields.time('from');
  const to = fields.time('to');
  if (from === undefined || to === undefined || from > to) {
    report(where, '`from` and `to`, dates in this order');
    return undefined;
  }
  return kind === undefined || scope === undefined ? undefined : { kind, scope, from, to };
}

function readKind(fields: RecordFields): AzureUseRow['kind'] | undefined {
  const kind = KINDS.find((one) => one === fields.raw['kind']);
  if (kind === undefined) fields.report(`${fields.where}.kind`, '`arm`, `sign-in` or `graph`');
  return kind;
}

function counter(fields: RecordFields, name: string): number | undefined {
  const value = fields.raw[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  fields.report(`${fields.where}.${name}`, 'a number, 0 or more');
  return undefined;
}

/** Order of rows in files: whatever read the logs, equal use is equal text. */
function compareRows(left: AzureUseRow, right: AzureUseRow): number {
  for (const name of ORDER) {
    const a = left[name] ?? '';
    const b = right[name] ?? '';
    if (a !== b) return a < b ? -1 : 1;
  }
  const a = JSON.stringify([left.count, left.failed, [...(left.roles ?? [])].sort()]);
  const b = JSON.stringify([right.count, right.failed, [...(right.roles ?? [])].sort()]);
  return a === b ? 0 : a < b ? -1 : 1;
}

function compareCoverage(left: AzureUseCoverage, right: AzureUseCoverage): number {
  const a = `${left.kind}\n${left.scope}\n${left.from}\n${left.to}`;
  const b = `${right.kind}\n${right.scope}\n${right.from}\n${right.to}`;
  return a === b ? 0 : a < b ? -1 : 1;
}
