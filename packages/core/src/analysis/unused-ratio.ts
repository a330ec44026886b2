import type { AccessClass } from '../reach/access-class.ts';
import type { UseCounts, UseShare, UseState } from './results.ts';

/** How much an unused permission of a class weighs (findings 3.3). */
export const unusedWeights: Readonly<Record<AccessClass, number>> = {
  'permission-admin': 8,
  'secret-read': 5,
  delete: 4,
  'data-write': 3,
  'data-read': 3,
  control: 2,
  'meta-read': 1,
};

/**
 * How many of the granted permissions are used, unused and unknown, and the ratio of findings 3.3:
 * `lo = unused/granted`, `hi = (unused + unknown)/granted`, null where nothing is granted.
 *
 * @param weightOf What each counts; 1 for a plain number, {@link unusedWeights} of its class for the weighted ratio.
 */
export function unusedRatio<P>(
  granted: Iterable<P>,
  stateOf: (permission: P) => UseState,
  weightOf: (permission: P) => number,
): UseShare {
  const counts = { granted: 0, used: 0, unused: 0, unknown: 0 };
  for (const permission of granted) {
    const weight = weightOf(permission);
    counts.granted += weight;
    counts[stateOf(permission)] += weight;
  }
  return shareOf(counts);
}

/** Counts with the ratio that follows from them. */
export function shareOf(counts: UseCounts): UseShare {
  const { granted, unused, unknown } = counts;
  const ratio = granted === 0 ? { lo: null, hi: null } : { lo: unused / granted, hi: (unused + unknown) / granted };
  return { counts, ratio };
}

/**
 * Use of one granted permission (findings 3.3): used where it was seen, unused where it was not and the evidence could
 * have shown it, else unknown.
 */
export function stateOfUse(seen: boolean, observable: boolean): UseState {
  if (seen) return 'used';
  return observable ? 'unused' : 'unknown';
}
