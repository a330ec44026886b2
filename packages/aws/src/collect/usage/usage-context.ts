import type { Timestamp } from '@keyreach/core/graph';
import type { CollectContext } from '../part.ts';

/** What collecting use needs besides calls. */
export type UsageContext = Pick<CollectContext, 'files' | 'clock' | 'now' | 'runAt' | 'progress'>;

/** A time some days before another one. */
export function daysBefore(time: Timestamp, days: number): Timestamp {
  return new Date(Date.parse(time) - days * 86_400_000).toISOString();
}

/** An RFC 3339 time of a reply, which has it as a date or as text; undefined for anything else. */
export function timeOfReply(value: unknown): Timestamp | undefined {
  if (!(value instanceof Date) && typeof value !== 'string') return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The later of two times that are written alike. */
export function laterOf(left: Timestamp, right: Timestamp): Timestamp {
  if (left < right) return right;
  return left;
}

/** The earlier of two times that are written alike. */
export function earlierOf(left: Timestamp, right: Timestamp): Timestamp {
  if (left < right) return left;
  return right;
}
