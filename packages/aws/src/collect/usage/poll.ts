import type { CollectClock } from '@keyreach/core/collection';
import type { CallResult } from '../calls.ts';

/** How often a job is asked after, and how long: pauses double from the first to the longest. */
export interface PollPace {
  readonly first: number;
  readonly longest: number;
  /** Milliseconds after which nobody waits any longer. */
  readonly patience: number;
}

/** Queries take minutes, last-accessed jobs seconds. */
export const QUERY_PACE: PollPace = { first: 1000, longest: 15_000, patience: 3_600_000 };
export const JOB_PACE: PollPace = { first: 1000, longest: 10_000, patience: 900_000 };

/** What became of a job: its last reply, a failed call, or it did not end in time. */
export type Polled = CallResult | { readonly ok: false; readonly failed?: never };

/** Asks again and again until a reply says that the job ended. */
export async function poll(
  clock: CollectClock,
  pace: PollPace,
  ask: () => Promise<CallResult>,
  ended: (reply: Readonly<Record<string, unknown>>) => boolean,
): Promise<Polled> {
  const begin = clock.milliseconds();
  let pause = pace.first;
  for (;;) {
    const result = await ask();
    if (!result.ok || ended(result.reply)) return result;
    if (clock.milliseconds() - begin > pace.patience) return { ok: false };
    await clock.sleep(pause);
    pause = Math.min(pause * 2, pace.longest);
  }
}
