import type { Reason } from '../authz/explain.ts';
import type { ReachModel } from '../reach/reach-model.ts';
import { type Hop, pathTo } from '../reach/reach-path.ts';
import { certaintyUnder } from './radius-bounds.ts';
import type { Reached, ReachSummary } from './reach-summary.ts';
import type { Bound } from './results.ts';
import type { Subject } from './subject.ts';

/**
 * Hops of the best path that no condition checks (findings 3.2 `unchecked`, M42). The best path leads to the nearest
 * scope under full control; where there is none, to the farthest identity.
 */
export function uncheckedHops(reach: ReachModel, summary: ReachSummary, subject: Subject): Bound {
  const proven = (one: Reached): boolean => certaintyUnder(subject, one.certainty) === 'allow';
  const lo = best(summary.zones.filter(proven), summary.identities.filter(proven), (one) => one.distance);
  const hi = best(summary.zones, summary.identities, (one) => one.nearest);
  return {
    lo: lo === undefined ? 0 : unchecked(pathTo(reach, summary.search('allow'), lo.node)),
    hi: hi === undefined ? 0 : unchecked(pathTo(reach, summary.search('unknown'), hi.node)),
  };
}

function best(
  zones: readonly Reached[],
  identities: readonly Reached[],
  distance: (one: Reached) => number,
): Reached | undefined {
  const pick = (list: readonly Reached[], better: (left: number, right: number) => boolean): Reached | undefined =>
    list.reduce<Reached | undefined>(
      (found, one) => (found === undefined || better(distance(one), distance(found)) ? one : found),
      undefined,
    );
  return pick(zones, (left, right) => left < right) ?? pick(identities, (left, right) => left > right);
}

function unchecked(hops: readonly Hop[]): number {
  return hops.filter((hop) => hop.evidence.every((one) => one.kind !== 'permission' || !isChecked(one.reasons))).length;
}

/**
 * Whether a condition has to be met: of a Deny that may apply, or of every statement by which some part of the decision
 * lets the request pass. A conditional grant beside an unconditional one checks nothing.
 */
function isChecked(reasons: readonly Reason[]): boolean {
  const passes = new Map<Reason['layer'], boolean>();
  for (const { layer, effect, conditioned } of reasons) {
    if (effect === 'deny' && conditioned === true) return true;
    if (effect === 'allow') passes.set(layer, passes.get(layer) === true || conditioned === undefined);
  }
  return [...passes.values()].includes(false);
}
