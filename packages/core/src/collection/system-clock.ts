import { setTimeout as wait } from 'node:timers/promises';
import { KeyreachError } from '../graph/index.ts';
import type { CollectClock } from './collect-clock.ts';

/** The clock of the machine. Sleeping throws KeyreachError `cancelled` once the signal has been given. */
export function systemClock(signal: AbortSignal): CollectClock {
  return {
    milliseconds: () => performance.now(),
    sleep: async (milliseconds) => {
      try {
        await wait(milliseconds, undefined, { signal });
      } catch (cause) {
        throw new KeyreachError('cancelled', 'the collection was cancelled', { cause });
      }
    },
  };
}
