import type { Bound } from './results.ts';

/** Sensitive targets of a radius by whether their data-plane log is on. */
export interface LoggedTargets {
  readonly on: number;
  readonly off: number;
  readonly unknown: number;
}

/**
 * Share of the sensitive targets whose use would be seen (findings 3.7): `lo` those with a data-plane log known to be on,
 * `hi` with the unknown ones. Null where there are no sensitive targets.
 */
export function detectabilityOf({ on, off, unknown }: LoggedTargets): Bound {
  const all = on + off + unknown;
  return all === 0 ? { lo: null, hi: null } : { lo: on / all, hi: (on + unknown) / all };
}

/**
 * How much lies open for how long unseen (findings 3.7): `sensitive·min(persistence, 365)/365·(1 - detectability)`, with
 * the bounds of detectability crossed. `persistence` is in days, null for no end or none known.
 */
export function persistentRadius(sensitive: Bound, persistence: number | null, detectability: Bound): Bound {
  const years = Math.min(persistence ?? Number.POSITIVE_INFINITY, 365) / 365;
  return {
    lo: (sensitive.lo ?? 0) * years * (1 - (detectability.hi ?? 1)),
    hi: sensitive.hi === null ? null : sensitive.hi * years * (1 - (detectability.lo ?? 0)),
  };
}
