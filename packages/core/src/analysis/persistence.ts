import type { Timestamp } from '../graph/model.ts';
import type { Persistence } from './action.ts';
import { DAY, instantOf } from './time.ts';

/** What tells how long a credential keeps working. */
export interface PersistenceInput {
  readonly expires?: Timestamp | undefined;
  /** It is no secret that can be kept: each use is a session of at most so many hours. */
  readonly keylessSessionHours?: number | undefined;
}

/**
 * How long a credential keeps working (findings 3.6): `none` where it has no end or none is known, `long` over 90 days
 * to go, `short` up to 90 days, over, or keyless with sessions of at most 12 hours.
 */
export function persistenceOf({ expires, keylessSessionHours }: PersistenceInput, now: Timestamp): Persistence {
  if (keylessSessionHours !== undefined && keylessSessionHours <= 12) return 'short';
  const days = remainingDays(expires, now);
  return days === null ? 'none' : days > 90 ? 'long' : 'short';
}

/** Days to go, in parts of days, 0 once it is over (findings 3.7 `persistence`). Null where no end is known. */
export function remainingDays(expires: Timestamp | undefined, now: Timestamp): number | null {
  const end = instantOf(expires);
  const from = instantOf(now);
  return end === undefined || from === undefined ? null : Math.max(0, end - from) / DAY;
}
