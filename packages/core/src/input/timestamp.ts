const isoDate = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):?(\d\d))?)?$/;

/** Above this a number cannot be seconds of a plausible date and is read as milliseconds. */
const lastSecond = 100_000_000_000;

/**
 * Reads a point in time the ways AWS writes it and returns RFC 3339 in UTC with milliseconds; undefined for what is not
 * a date. Accepted: ISO 8601 with `Z`, an offset or neither (AWS reports UTC), a space instead of `T` (some tools
 * print it so), a plain date, seconds since the epoch as a number (raw API replies), and `Date` (SDK replies).
 *
 * @example
 * readTimestamp('2023-03-09 10:41:45+00:00'); // '2023-03-09T10:41:45.000Z'
 * readTimestamp(1678358505); // '2023-03-09T10:41:45.000Z'
 */
export function readTimestamp(value: unknown): string | undefined {
  if (value instanceof Date) return fromMilliseconds(value.getTime());
  if (typeof value === 'number') return fromMilliseconds(Math.abs(value) < lastSecond ? value * 1000 : value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d{9,13}(\.\d{1,9})?$/.test(text)) return readTimestamp(Number(text));
  const match = isoDate.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', , sign, offsetHour, offsetMinute] =
    match;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // An impossible day (31 April) would silently become another one.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  date.setUTCHours(Number(hour), Number(minute), Number(second), milliseconds);
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000;
  return fromMilliseconds(date.getTime() - (sign === '-' ? -offset : offset));
}

function fromMilliseconds(milliseconds: number): string | undefined {
  // RFC 3339 has four-digit years.
  if (!(milliseconds >= -62_167_219_200_000 && milliseconds <= 253_402_300_799_999)) return undefined;
  return new Date(milliseconds).toISOString();
}
