import { KeyreachError } from '../graph/index.ts';
import type { CollectClock } from './collect-clock.ts';

/** Bounds of the calls of a collection, and what may stop it. */
export interface BoundedCallsOptions {
  /** Runs tasks, only so many at a time. */
  readonly limit: <T>(task: () => Promise<T>) => Promise<T>;
  readonly clock: CollectClock;
  /** From 0 to 1, for waits that do not all end together. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onCall?: () => void;
  /** Says what to do where no fresh token works. */
  readonly expired: string;
}

/** What one attempt gave; `retryAfter`: milliseconds that the reply asks to wait. */
export type Attempt<T, Failure> =
  | { readonly ok: true; readonly reply: T }
  | { readonly ok: false; readonly failed: Failure; readonly retryAfter?: number };

/** Tries of one call that was throttled or got no answer. */
const TRIES = 8;

/** Waits between tries, in milliseconds: doubled from the first to the longest. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;

/** The longest wait that `Retry-After` may ask for, in milliseconds. */
const LONGEST_ASKED = 300_000;

/** Milliseconds that one call may take. */
export const CALL_TIMEOUT = 120_000;

/** Milliseconds that nobody waits any longer after those. */
const GRACE = 5000;

/** Makes calls within the bounds of a collection: calls at a time, the time one may take, tries, one fresh token, cancellation. */
export class BoundedCalls {
  readonly #of: BoundedCallsOptions;

  constructor(options: BoundedCallsOptions) {
    this.#of = options;
  }

  /**
   * Runs a task when a place is free; undefined where it takes too long, whatever it does then. It is given a signal after which
   * nobody waits for it any more.
   *
   * @throws KeyreachError `cancelled`; what the task throws.
   */
  async once<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const { limit, onCall, signal } = this.#of;
    return limit(async () => {
      if (signal.aborted) throw cancelled();
      onCall?.();
      const own = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((resolve) => {
        // A transport that keeps to its time ends before.
        timer = setTimeout(() => resolve(undefined), CALL_TIMEOUT + GRACE);
      });
      try {
        return await untilAborted(Promise.race([task(own.signal), late]), signal);
      } finally {
        clearTimeout(timer);
        own.abort();
      }
    });
  }

  /**
   * Tries again what may pass (`throttled`, `network`), and once with a fresh token what says that the old one has ended (`expired`).
   *
   * @throws KeyreachError `cancelled`; `expired-credentials` where no fresh token works; what `attempt` throws.
   */
  async repeat<T, Failure extends { readonly kind: string }>(
    attempt: () => Promise<Attempt<T, Failure>>,
    renew: () => void,
  ): Promise<Attempt<T, Failure>> {
    let renewed = false;
    for (let tried = 1; ; tried += 1) {
      const answer = await attempt();
      if (answer.ok) return answer;
      const { failed, retryAfter } = answer;
      if (failed.kind === 'expired') {
        if (renewed) throw new KeyreachError('expired-credentials', this.#of.expired);
        renewed = true;
        renew();
        continue;
      }
      const mayPass = failed.kind === 'throttled' || failed.kind === 'network';
      if (!mayPass || tried >= TRIES) return { ok: false, failed };
      await this.#of.clock.sleep(retryAfter ?? this.#wait(tried));
    }
  }

  /** At least half of the doubled wait, so that retries of many calls spread. */
  #wait(tried: number): number {
    const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (tried - 1));
    return Math.round(most / 2 + (most / 2) * this.#of.random());
  }
}

/** How HTTP writes a time; the older forms are not sent any more. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** `Retry-After` in milliseconds, within bounds. A date is taken from the time of the server (`Date`), since clocks differ. */
export function askedWait({
  retryAfter = '',
  date = '',
}: {
  readonly retryAfter?: string;
  readonly date?: string;
}): number | undefined {
  const milliseconds = /^\d{1,20}$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : HTTP_DATE.test(retryAfter) && HTTP_DATE.test(date)
      ? Math.max(0, Date.parse(retryAfter) - Date.parse(date))
      : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : Math.min(LONGEST_ASKED, milliseconds);
}

/** What a task gives; throws KeyreachError `cancelled` at once where the signal is given, whatever the task does then. */
function untilAborted<T>(task: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(cancelled());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function cancelled(): KeyreachError {
  return new KeyreachError('cancelled', 'the collection was cancelled');
}
