const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OFFSET = /^([+-]?)(\d{1,2}):(\d{2})$/;
const PART = /^(\d{1,15}(?:\.\d{1,12})?)(h|m|s|ms|us|ns)/;

const UNIT: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 };

/** Milliseconds since the epoch of `timestamp('…')`; undefined where the text is no RFC 3339 time. */
export function timestampOf(text: string): number | undefined {
  if (!RFC_3339.test(text)) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  // A day that the month does not have is taken for one of the next month by the parser.
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  return new Date(day).toISOString().slice(0, 10) === text.slice(0, 10) ? at : undefined;
}

/** Milliseconds since the epoch of `date('YYYY-MM-DD')`: midnight in UTC. */
export function dateOf(text: string): number | undefined {
  return DAY.test(text) ? timestampOf(`${text}T00:00:00Z`) : undefined;
}

/** Milliseconds of `duration('…')`: numbers with units `h m s ms us ns`, a sign before them. */
export function durationOf(text: string): number | undefined {
  if (text.length > 100) return undefined;
  let rest = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '') return undefined;
  if (rest === '0') return 0;
  let sum = 0;
  while (rest !== '') {
    const part = PART.exec(rest);
    if (part === null) return undefined;
    sum += Number(part[1]) * UNIT[part[2]!]!;
    rest = rest.slice(part[0].length);
  }
  return text.startsWith('-') ? -sum : sum;
}

/** The functions of a time that IAM knows (gcp.md 1.7), with whether they come round again. */
export const TIME_FUNCTIONS: ReadonlyMap<string, { readonly recurs: boolean; readonly of: (local: Date) => number }> =
  new Map([
    ['getFullYear', { recurs: false, of: (local) => local.getUTCFullYear() }],
    ['getMonth', { recurs: true, of: (local) => local.getUTCMonth() }],
    ['getDate', { recurs: true, of: (local) => local.getUTCDate() }],
    ['getDayOfMonth', { recurs: true, of: (local) => local.getUTCDate() - 1 }],
    ['getDayOfWeek', { recurs: true, of: (local) => local.getUTCDay() }],
    [
      'getDayOfYear',
      {
        recurs: true,
        of: (local) => Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / 86_400_000),
      },
    ],
    ['getHours', { recurs: true, of: (local) => local.getUTCHours() }],
    ['getMinutes', { recurs: true, of: (local) => local.getUTCMinutes() }],
    ['getSeconds', { recurs: true, of: (local) => local.getUTCSeconds() }],
    ['getMilliseconds', { recurs: true, of: (local) => local.getUTCMilliseconds() }],
  ]);

/**
 * A date whose UTC fields read as the wall clock does in a time zone, by name (`Europe/Berlin`) or offset (`+01:00`);
 * undefined where there is no such zone.
 */
export function wallClock(at: number, zone: string | undefined): Date | undefined {
  if (Number.isNaN(new Date(at).getTime())) return undefined;
  if (zone === undefined || zone === 'UTC') return new Date(at);
  const offset = OFFSET.exec(zone);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(at + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  }
  if (zone.length > 64) return undefined;
  try {
    const parts = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(at);
    const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    return new Date(wall + (((at % 1_000) + 1_000) % 1_000));
  } catch {
    return undefined;
  }
}
