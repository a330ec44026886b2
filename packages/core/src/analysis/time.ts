import type { Timestamp } from '../graph/model.ts';

/** Milliseconds of a day, the unit of every age and window. */
export const DAY = 86_400_000;

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * Milliseconds since 1970 of an RFC 3339 time; undefined where it is absent or none, e.g. 31 April. A leap second counts
 * as the second after it, digits past milliseconds are cut.
 *
 * @example
 * ```ts
 * instantOf('2026-01-31T01:00:00+01:00'); // 1769817600000
 * ```
 */
export function instantOf(time: Timestamp | undefined): number | undefined {
  const match = time === undefined ? null : rfc3339.exec(time);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match;
  const date = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.slice(0, 3).padEnd(3, '0')));
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  return date.getTime() - (sign === '-' ? -offset : offset);
}

/** The instant as the graph writes it: RFC 3339 in UTC with milliseconds. */
export function timestampOf(instant: number): Timestamp {
  return new Date(instant).toISOString();
}

/**
 * Full days between two times (findings 3.7: `floor(ms / 86400000)`). Null where either is unknown or the thing is made
 * after `now`: an age that cannot be told is never 0.
 */
export function ageDays(created: Timestamp | undefined, now: Timestamp): number | null {
  const from = instantOf(created);
  const to = instantOf(now);
  return from === undefined || to === undefined || from > to ? null : Math.floor((to - from) / DAY);
}
