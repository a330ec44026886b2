import type { Bound } from '@keyreach/core/analysis';

/**
 * A bound for people: `12`, `12–40`, `at least 12` where the input does not bound it above, `up to 40` where nothing is
 * proven to be counted, `unknown` where it says nothing. Never `0` for something that was not counted.
 *
 * @example
 * ```ts
 * boundText({ lo: 12, hi: null }); // 'at least 12'
 * ```
 */
export function boundText({ lo, hi }: Bound): string {
  if (lo === null) return hi === null ? 'unknown' : `up to ${hi}`;
  if (hi === null) return lo === 0 ? 'unknown' : `at least ${lo}`;
  return lo === hi ? `${lo}` : `${Math.min(lo, hi)}–${Math.max(lo, hi)}`;
}

/** A bound with the noun it counts, in the plural unless it is exactly one: `1 identity`, `0–2 identities`. */
export function countText(bound: Bound, singular: string, plural: string = `${singular}s`): string {
  const text = boundText(bound);
  if (text === 'unknown') return `an unknown number of ${plural}`;
  return `${text} ${/(?:^|least )1$/.test(text) ? singular : plural}`;
}

/** Whether a bound leaves no doubt that nothing is counted. */
export function isNone({ lo, hi }: Bound): boolean {
  return lo === 0 && hi === 0;
}
