import type { Observation, Timestamp } from '../graph/model.ts';
import type { UseState } from './results.ts';
import { DAY, instantOf, timestampOf } from './time.ts';
import { stateOfUse } from './unused-ratio.ts';

/** How old the end of the evidence may be: reports are made hours or days before they are read (project). */
const STALE_AFTER = 7 * DAY;

/** The earliest time a window of {@link useStateOf} can begin at, in milliseconds. */
export function earliestStart({ now, length }: UseWindow): number {
  return now - STALE_AFTER - length;
}

/** What is known of the use of one thing. */
export interface UseEvidence {
  /** Latest recorded use, in milliseconds. */
  readonly lastUse: number | undefined;
  /** There may be use at any time, see {@link RecordedUse}. */
  readonly undated: boolean;
  /** `undated` is only for what was perhaps use. */
  readonly perhaps?: true;
  /** When the thing was made. */
  readonly created: Timestamp | undefined;
  /** Observations that would have shown any use of it. */
  readonly observations: readonly Observation[];
  /** What would tell, where nothing does. */
  readonly wouldTell: string;
  /** A source that was read and has nothing about the thing, which proves nothing. */
  readonly silent?: string | undefined;
}

/** The time the question is about: so many days before `now`, both in milliseconds. */
export interface UseWindow {
  readonly now: number;
  readonly length: number;
}

/** An answer of {@link useStateOf}. */
export interface UseAnswer {
  readonly state: UseState;
  /** The sources of an `unused`. */
  readonly sources: readonly string[];
  /** For `unknown`. */
  readonly why?: string;
  /** For `unused` by evidence of its own: when the window began, in milliseconds. */
  readonly start?: number;
}

/**
 * Use of one thing within a window (findings 3.3, aws.md 4.1 "Unused rule").
 *
 * `unused` takes a source that would have shown any use over at least the length of the window, whose evidence ends within
 * 7 days of now, and a thing that existed all that time. The window then ends where the evidence ends. Use in the window
 * is `used`; everything else is `unknown` and says why.
 */
export function useStateOf(evidence: UseEvidence, { now, length }: UseWindow): UseAnswer {
  const seen = evidence.observations.flatMap((observation) => seenBy(observation, now));
  const covering = seen.filter(({ from, to }) => to >= now - STALE_AFTER && to - from >= length);
  const end = covering.length === 0 ? now : Math.max(...covering.map(({ to }) => to));
  const start = end - length;
  const used = evidence.lastUse !== undefined && evidence.lastUse >= start;
  const why = evidence.undated
    ? evidence.perhaps === true
      ? 'a recorded call may have needed it'
      : 'its use is recorded without a time'
    : (lacking(evidence, seen, covering, { now, length }) ?? youth(evidence.created, start, end, length));
  const state = stateOfUse(used, why === undefined);
  if (state === 'unknown' && why !== undefined) return { state, sources: [], why };
  if (state === 'used') return { state, sources: [] };
  return { state, sources: [...new Set(covering.map(({ source }) => source))].sort(), start };
}

interface Seen {
  readonly from: number;
  readonly to: number;
  readonly source: string;
}

/** What lies after now is not looked at: the question may be about a time in the past. */
function seenBy({ from, to, source }: Observation, now: number): readonly Seen[] {
  const start = instantOf(from);
  const end = instantOf(to);
  return start === undefined || end === undefined || start > now
    ? []
    : [{ from: start, to: Math.min(end, now), source }];
}

/** Why the evidence does not cover the window; undefined where it does. */
function lacking(
  { wouldTell, silent }: UseEvidence,
  seen: readonly Seen[],
  covering: readonly Seen[],
  { now, length }: UseWindow,
): string | undefined {
  if (covering.length > 0) return undefined;
  if (seen.length === 0) {
    return silent === undefined
      ? `no source in the input could have seen its use; ${wouldTell} would tell`
      : `${silent} has no row for it, which is no proof that it is unused; ${wouldTell} would tell`;
  }
  const fresh = seen.filter(({ to }) => to >= now - STALE_AFTER);
  if (fresh.length === 0) {
    const latest = Math.max(...seen.map(({ to }) => to));
    return `the evidence ends at ${timestampOf(latest)}; ${wouldTell} would tell`;
  }
  const longest = Math.max(...fresh.map(({ from, to }) => to - from));
  return `the evidence covers ${days(longest)} of the ${days(length)} asked for; ${wouldTell} would tell`;
}

/** Why a thing has not existed from `start` to `end`, the window that was asked for; undefined where it has. */
export function youth(created: Timestamp | undefined, start: number, end: number, length: number): string | undefined {
  const made = instantOf(created);
  if (made === undefined) {
    return `when it was made is not in the input, so it may be younger than the ${days(length)} asked for`;
  }
  if (made <= start) return undefined;
  return `it is younger than the ${days(length)} asked for: made ${made > end ? 'after the evidence ends' : `${days(end - made)} before the evidence ends`}`;
}

function days(milliseconds: number): string {
  const whole = Math.floor(milliseconds / DAY);
  return whole === 0 ? 'less than a day' : whole === 1 ? '1 day' : `${whole} days`;
}
