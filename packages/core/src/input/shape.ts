import { readTimestamp } from './timestamp.ts';

/** A JSON object of unknown content. */
export type RawRecord = Readonly<Record<string, unknown>>;

/**
 * Elements of a list. `complete` is false where the list, a page or an element of it could not be read: the list then
 * proves what is in it, never what is not.
 */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly complete: boolean;
}

/** Takes one problem of one file: where in the file, and what was expected there. Never given input text. */
export type Report = (where: string, expected: string) => void;

/** Reads one element; undefined, after a report, for one that cannot be used. */
export type ElementReader<T> = (raw: RawRecord, where: string, report: Report) => T | undefined;

/** A list of which nothing is known. */
export const UNKNOWN_LIST: Listed<never> = { items: [], complete: false };

/** A list known to be empty. */
export const EMPTY_LIST: Listed<never> = { items: [], complete: true };

export function isRecord(value: unknown): value is RawRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Longer than any name, ARN or path AWS has. */
const maxLength = 4096;

/** A non-empty string, or undefined after a report. */
export function requiredString(raw: RawRecord, key: string, where: string, report: Report): string | undefined {
  const value = raw[key];
  if (typeof value === 'string' && value !== '' && value.length <= maxLength) return value;
  report(`${where}.${key}`, 'a string, not empty and of ordinary length');
  return undefined;
}

/** A string where the property is present and not empty; a wrong type is reported and counts as absent. */
export function optionalString(raw: RawRecord, key: string, where: string, report: Report): string | undefined {
  const value = raw[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' && value.length <= maxLength) return value;
  report(`${where}.${key}`, 'a string of ordinary length');
  return undefined;
}

/** A point in time where the property is present; an unreadable one is reported and counts as absent. */
export function optionalTimestamp(raw: RawRecord, key: string, where: string, report: Report): string | undefined {
  const value = raw[key];
  if (value === undefined || value === null || value === '') return undefined;
  const timestamp = readTimestamp(value);
  if (timestamp === undefined) report(`${where}.${key}`, 'a date');
  return timestamp;
}

/** Reads every element of a list; a bad one is reported and left out, the others are kept. */
export function readList<T>(raw: unknown, where: string, report: Report, read: ElementReader<T>): Listed<T> {
  if (!Array.isArray(raw)) {
    report(where, 'an array');
    return UNKNOWN_LIST;
  }
  const items: T[] = [];
  let complete = true;
  for (let index = 0; index < raw.length; index += 1) {
    const element: unknown = raw[index];
    const place = `${where}[${index}]`;
    if (!isRecord(element)) report(place, 'an object');
    const item = isRecord(element) ? read(element, place, report) : undefined;
    if (item === undefined) complete = false;
    else items.push(item);
  }
  return { items, complete };
}

/**
 * A list inside an element. Absent means empty: AWS leaves out the lists of an entity that have no elements.
 */
export function readNestedList<T>(
  raw: RawRecord,
  key: string,
  where: string,
  report: Report,
  read: ElementReader<T>,
): Listed<T> {
  const value = raw[key];
  return value === undefined || value === null ? EMPTY_LIST : readList(value, `${where}.${key}`, report, read);
}

/** The same for a list of strings. */
export function readNestedStrings(raw: RawRecord, key: string, where: string, report: Report): Listed<string> {
  const value = raw[key];
  if (value === undefined || value === null) return EMPTY_LIST;
  if (!Array.isArray(value)) {
    report(`${where}.${key}`, 'an array');
    return UNKNOWN_LIST;
  }
  const items = value.filter((item): item is string => typeof item === 'string');
  if (items.length < value.length) report(`${where}.${key}`, 'an array of strings');
  return { items, complete: items.length === value.length };
}

/** A file that is a list, or an API reply that wraps the list in a property. */
export function readListFile<T>(
  raw: unknown,
  wrapper: string,
  report: Report,
  read: ElementReader<T>,
): Listed<T> | undefined {
  const wrapped = isRecord(raw) && wrapper in raw;
  const list = wrapped ? raw[wrapper] : raw;
  if (!Array.isArray(list)) {
    report('', `an array, or an object with \`${wrapper}\``);
    return undefined;
  }
  const listed = readList(list, wrapped ? wrapper : '', report, read);
  return wrapped && isTruncated(raw, report) ? { ...listed, complete: false } : listed;
}

/** True, after a report, where the reply is one page of several. */
export function isTruncated(raw: RawRecord, report: Report): boolean {
  if (raw['IsTruncated'] !== true) return false;
  report('IsTruncated', 'all pages merged into one file');
  return true;
}
