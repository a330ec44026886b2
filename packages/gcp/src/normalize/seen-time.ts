import type { Timestamp } from '@keyreach/core/graph';
import { readTimestamp } from '@keyreach/core/input';

/** A time that a source looked at. */
export interface SeenTime {
  readonly from: Timestamp;
  readonly to: Timestamp;
}

/** The time that all of some have in common; `from` is not before `to` where there is none. */
export function sharedTime(times: readonly SeenTime[]): SeenTime {
  const from = times.map((one) => one.from).sort();
  const to = times.map((one) => one.to).sort();
  return { from: from.at(-1) ?? '', to: to[0] ?? '' };
}

/** So many seconds before the last refresh of an insight. */
export function periodBefore(refreshed: string | undefined, seconds: number | undefined): SeenTime | undefined {
  const to = readTimestamp(refreshed);
  if (to === undefined || seconds === undefined || !(seconds > 0 && seconds < 1e10)) return undefined;
  const from = readTimestamp(new Date(Date.parse(to) - seconds * 1000));
  return from === undefined ? undefined : { from, to };
}
