import {
  isRecord,
  type Listed,
  optionalString,
  optionalTimestamp,
  type RawRecord,
  type Report,
  readList,
  readNestedStrings,
  requiredString,
  UNKNOWN_LIST,
} from '@keyreach/core/input';

/** Longer than any condition Azure takes. */
const MOST_TEXT = 64 * 1024;

/** What stands for text that is there and cannot be read: no condition, and no date. */
export const UNREADABLE = '(unreadable)';

/** Dates of the year 1 mean that there is none. */
const NO_DATE = '0001-';

/** The fields of one record, each read for its type; what is wrong is reported and counts as absent. */
export class RecordFields {
  readonly raw: RawRecord;
  readonly where: string;
  readonly report: Report;

  constructor(raw: RawRecord, where: string, report: Report) {
    this.raw = raw;
    this.where = where;
    this.report = report;
  }

  /**
   * Fields of an object of Azure Resource Manager: nested below `properties` as the API gives them, or flat as `az` prints them
   * (azure.md 4.4). What stands beside `properties` wins, but for null.
   */
  static ofResourceManager(raw: RawRecord, where: string, report: Report): RecordFields {
    const { properties } = raw;
    if (!isRecord(properties)) return new RecordFields(raw, where, report);
    const joined: Record<string, unknown> = { ...properties };
    for (const [name, value] of Object.entries(raw)) {
      if (name !== 'properties' && value !== undefined && value !== null) joined[name] = value;
    }
    return new RecordFields(joined, where, report);
  }

  /** Text that has to be there. */
  required(key: string): string | undefined {
    return requiredString(this.raw, key, this.where, this.report);
  }

  text(key: string): string | undefined {
    return optionalString(this.raw, key, this.where, this.report);
  }

  /** Text that decides something, such as a condition: {@link UNREADABLE} where it is there and cannot be read. */
  decisiveText(key: string): string | undefined {
    const value = this.raw[key];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string' && value.length <= MOST_TEXT) return value;
    this.report(`${this.where}.${key}`, 'a text of ordinary length');
    return UNREADABLE;
  }

  /** A switch; also as text, as tables have it. */
  flag(key: string): boolean | undefined {
    const value = this.raw[key];
    if (typeof value === 'boolean') return value;
    if (value === undefined || value === null) return undefined;
    const word = typeof value === 'string' ? value.toLowerCase() : '';
    if (word === 'true' || word === 'false') return word === 'true';
    this.report(`${this.where}.${key}`, '`true` or `false`');
    return undefined;
  }

  /** A switch that Graph gives as null where nobody set it: that is off, while one that is absent was not asked for. */
  flagOrUnset(key: string): boolean | undefined {
    return this.raw[key] === null ? false : this.flag(key);
  }

  /** A point in time, RFC 3339 in UTC. */
  time(key: string): string | undefined {
    const time = optionalTimestamp(this.raw, key, this.where, this.report);
    return time?.startsWith(NO_DATE) === true ? undefined : time;
  }

  /** A point in time that decides something, such as an end: {@link UNREADABLE} where it is there and cannot be read. */
  decisiveTime(key: string): string | undefined {
    const value = this.raw[key];
    const time = this.time(key);
    if (time !== undefined || value === undefined || value === null || value === '') return time;
    return typeof value === 'string' && value.startsWith(NO_DATE) ? undefined : UNREADABLE;
  }

  /** A list of texts; absent or null: empty. */
  texts(key: string): Listed<string> {
    return readNestedStrings(this.raw, key, this.where, this.report);
  }

  /** A list of texts of which nobody asks whether it is all. */
  words(key: string): readonly string[] {
    return this.texts(key).items;
  }

  /** An object; absent or null: undefined. */
  record(key: string): RawRecord | undefined {
    const value = this.raw[key];
    if (isRecord(value)) return value;
    if (value !== undefined && value !== null) this.report(`${this.where}.${key}`, 'an object');
    return undefined;
  }

  /** Fields of an object within this one; absent or null: none. */
  inner(key: string): RecordFields {
    return new RecordFields(this.record(key) ?? {}, `${this.where}.${key}`, this.report);
  }

  /** A list of objects of which the absence tells nothing: unknown. */
  list<T>(key: string, read: (fields: RecordFields) => T | undefined): Listed<T> {
    const value = this.raw[key];
    return value === undefined || value === null ? UNKNOWN_LIST : this.#listOf(key, value, read);
  }

  /** The same for a list that is left out where it is empty. */
  listOrNone<T>(key: string, read: (fields: RecordFields) => T | undefined): Listed<T> {
    return this.#listOf(key, this.raw[key] ?? [], read);
  }

  #listOf<T>(key: string, value: unknown, read: (fields: RecordFields) => T | undefined): Listed<T> {
    return readList(value, `${this.where}.${key}`, this.report, (raw, where, report) =>
      read(new RecordFields(raw, where, report)),
    );
  }
}

/** The same object without what is undefined. */
export function told<T extends object>(values: T): { readonly [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined) kept[key] = value;
  return kept as { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };
}

/** Type of an object of Graph, as `@odata.type` tells it: without `#microsoft.graph.`. */
export function odataType(fields: RecordFields): string | undefined {
  return fields.text('@odata.type')?.replace(/^#?microsoft\.graph\./i, '');
}
