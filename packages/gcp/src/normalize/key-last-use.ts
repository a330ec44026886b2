import type { LastUsed, Timestamp } from '@keyreach/core/graph';
import { readTimestamp } from '@keyreach/core/input';
import type { GcpInput } from '../bundle/gcp-input.ts';

/** When keys of service accounts last authenticated, by key id, as the activity analyzer tells (gcp.md 5). */
export class KeyLastUse {
  readonly #byKey = new Map<string, { readonly last?: Timestamp; readonly from?: Timestamp }>();

  constructor(input: GcpInput) {
    for (const { fullResourceName, activityType, lastAuthenticatedTime, observationPeriod } of input.activities
      ?.items ?? []) {
      if (!/serviceAccountKeyLastAuthentication$/i.test(activityType)) continue;
      const at = fullResourceName.lastIndexOf('/keys/');
      if (at === -1) continue;
      const key = fullResourceName.slice(at + '/keys/'.length);
      const last = readTimestamp(lastAuthenticatedTime);
      const from = readTimestamp(observationPeriod?.startTime);
      const known = this.#byKey.get(key);
      // Of several answers the latest use counts, and the longest look back.
      this.#byKey.set(key, {
        ...earliest(known?.from, from),
        ...(known?.last !== undefined && (last === undefined || known.last > last)
          ? { last: known.last }
          : last === undefined
            ? {}
            : { last }),
      });
    }
  }

  /** `never` only for a key that is not older than what was looked at. */
  of(keyId: string, created: Timestamp | undefined): LastUsed {
    const told = this.#byKey.get(keyId);
    if (told?.last !== undefined) return { state: 'used', at: told.last };
    if (told?.from === undefined || created === undefined || created < told.from) return { state: 'unknown' };
    return { state: 'never' };
  }
}

function earliest(left: Timestamp | undefined, right: Timestamp | undefined): { readonly from?: Timestamp } {
  const known = [left, right].filter((time) => time !== undefined).sort();
  return known[0] === undefined ? {} : { from: known[0] };
}
