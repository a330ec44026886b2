import type { Timestamp } from '@keyreach/core/graph';

/** A time of the input in the form of graphs; undefined for a text that is none. */
export function timestampOf(text: string | undefined): Timestamp | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/**
 * Whether a time span holds `now`: false where it ended or is to begin, undefined where one of its ends cannot be read. An end
 * that is absent is none.
 */
export function holdsNow(
  { startDateTime, endDateTime }: { readonly startDateTime?: string; readonly endDateTime?: string },
  now: Timestamp,
): boolean | undefined {
  const at = Date.parse(now);
  const start = startDateTime === undefined ? Number.NEGATIVE_INFINITY : Date.parse(startDateTime);
  const end = endDateTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(endDateTime);
  if (start > at || end <= at) return false;
  return Number.isNaN(start) || Number.isNaN(end) ? undefined : true;
}
