import { KeyreachError, type Timestamp } from '@keyreach/core/graph';

/** What both engines are told. */
interface Window {
  /** Begin of the window. */
  readonly from: Timestamp;
  /** End of the window; a call at this very second is not in it. */
  readonly to: Timestamp;
  /** Only records delivered to these accounts (`recipientAccountId`); absent: all. */
  readonly accounts?: readonly string[];
}

/** Columns by which an Athena table is partitioned, as its definition names them; absent ones are not asked for. */
export interface AthenaPartitions {
  readonly account?: string;
  readonly region?: string;
  /** One column for the day, and how it is written. */
  readonly day?: { readonly column: string; readonly format: 'yyyy/MM/dd' | 'yyyy-MM-dd' };
}

/** A table over the files of a trail, of the columns that the CloudTrail console gives it. */
export interface AthenaTable extends Window {
  readonly engine: 'athena';
  /** `table`, `database.table` or `catalog.database.table`. */
  readonly table: string;
  readonly partitions?: AthenaPartitions;
  /** Only partitions of these regions; used with `partitions.region`. Absent: all. */
  readonly regions?: readonly string[];
}

/** An event data store of CloudTrail Lake. */
export interface LakeStore extends Window {
  readonly engine: 'lake';
  /** Its id or ARN. */
  readonly eventDataStore: string;
}

/** Where the records are that a query adds up. */
export type TrailSqlSource = AthenaTable | LakeStore;

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const STORE =
  /^(?:arn:aws[a-z-]*:cloudtrail:[a-z0-9-]+:[0-9]{12}:eventdatastore\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * The id of an event data store given by id or ARN.
 * @throws KeyreachError `bad-event-data-store` for any other text.
 */
export function eventDataStoreId(text: string): string {
  const id = STORE.exec(text.slice(0, 200))?.[1];
  if (id === undefined || text.length > 200) {
    throw new KeyreachError('bad-event-data-store', `not an event data store: \`${text}\`, give its id or ARN`);
  }
  return id;
}

/** What follows FROM, checked. Throws KeyreachError for names that could mean anything else. */
export function tableOf(source: TrailSqlSource): string {
  if (source.engine === 'lake') return eventDataStoreId(source.eventDataStore);
  const parts = source.table.slice(0, 400).split('.');
  if (parts.length > 3 || !parts.every((part) => NAME.test(part)) || source.table.length > 400) {
    throw new KeyreachError('bad-table', `not a table: \`${source.table}\`, give \`database.table\``);
  }
  return parts.map((part) => `"${part}"`).join('.');
}

/** Conditions that keep to accounts, and an Athena query to the partitions that may hold the window. */
export function scopeOf(source: TrailSqlSource, from: string): readonly string[] {
  const accounts = list(source.accounts, /^[0-9]{12}$/, 'bad-account', 'an account id of twelve digits');
  const conditions = accounts === undefined ? [] : [`recipientaccountid IN (${accounts})`];
  if (source.engine === 'lake') return conditions;
  const { account, region, day } = source.partitions ?? {};
  if (account !== undefined && accounts !== undefined) conditions.push(`${column(account)} IN (${accounts})`);
  const regions = list(source.regions, /^[a-z]{2}[a-z0-9-]{1,30}$/, 'bad-region', 'a region');
  if (region !== undefined && regions !== undefined) conditions.push(`${column(region)} IN (${regions})`);
  if (day !== undefined) {
    // A file is put away under the day of its delivery: the last calls of a day may be under the next one.
    const end = new Date(Date.parse(source.to) + 86_400_000).toISOString();
    const written = (time: string): string => {
      const date = time.slice(0, 10);
      return `'${day.format === 'yyyy/MM/dd' ? date.replaceAll('-', '/') : date}'`;
    };
    conditions.push(`${column(day.column)} BETWEEN ${written(from)} AND ${written(end)}`);
  }
  return conditions;
}

/** A time to the second, as records have it. Throws KeyreachError `bad-time` where it is none. */
export function secondOf(time: string): string {
  const parsed = /^\d{4}-\d\d-\d\dT[\d:.]{5,15}Z$/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(parsed)) throw new KeyreachError('bad-time', `not a time: \`${time}\`, write 2026-01-31T23:59:59Z`);
  return `${new Date(parsed).toISOString().slice(0, 19)}Z`;
}

function column(name: string): string {
  if (!NAME.test(name)) throw new KeyreachError('bad-column', `not a column: \`${name}\``);
  return `"${name}"`;
}

function list(values: readonly string[] | undefined, form: RegExp, code: string, expected: string): string | undefined {
  if (values === undefined) return undefined;
  const wrong = values.find((value) => !form.test(value));
  if (wrong !== undefined) throw new KeyreachError(code, `\`${wrong}\` is not ${expected}`);
  if (values.length === 0) throw new KeyreachError(code, `an empty list, expected ${expected}`);
  return [...new Set(values)]
    .sort()
    .map((value) => `'${value}'`)
    .join(', ');
}
