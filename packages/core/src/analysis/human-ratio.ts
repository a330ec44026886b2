import { isCollective } from '../graph/collective.ts';
import type { IdentityNode } from '../graph/model.ts';
import { startNode } from '../reach/reach-model.ts';
import type { AnalysisEngine } from './engine.ts';
import { type CountedBounds, radiusFacts } from './radius-bounds.ts';
import { summarizeReach, summarySpaces } from './reach-summary.ts';
import type { Bound } from './results.ts';

interface Medians {
  readonly lo: number | null;
  readonly hi: number | null;
}

const medians: WeakMap<AnalysisEngine, Medians> = new WeakMap();

/** Whether the input itself says that a person uses the identity: the provider says so, or it has a console password. */
export function isHuman({ nature, attributes }: IdentityNode): boolean {
  return nature === 'human' || (nature === undefined && attributes?.['passwordEnabled'] === true);
}

/**
 * How a radius compares with that of people: sensitive resources and identities over the median of the same for humans
 * (findings 3.2 `humanRatio`). `null` where there are no humans, their median is 0, or the number has no bound.
 */
export function humanRatio(engine: AnalysisEngine, bounds: CountedBounds): Bound {
  const median = mediansOf(engine);
  const ratio = (value: number | null, of: number | null): number | null =>
    value === null || of === null || of === 0 ? null : value / of;
  return { lo: ratio(weight(bounds, 'lo'), median.lo), hi: ratio(weight(bounds, 'hi'), median.hi) };
}

function weight({ sensitive, identities }: CountedBounds, side: 'lo' | 'hi'): number | null {
  const [first, second] = [sensitive[side], identities[side]];
  return first === null || second === null ? null : first + second;
}

function mediansOf(engine: AnalysisEngine): Medians {
  const known = medians.get(engine);
  if (known !== undefined) return known;
  const spaces = summarySpaces(engine.reach);
  const all = engine.graph.identities
    .filter((one) => !isCollective(one) && isHuman(one))
    .map((identity) => {
      const node = startNode(engine.reach, identity.id)!;
      return radiusFacts(engine, { node: identity, home: identity }, summarizeReach(engine.reach, node, spaces)).bounds;
    });
  const found: Medians = {
    lo: median(all.map((one) => weight(one, 'lo'))),
    hi: median(all.map((one) => weight(one, 'hi'))),
  };
  medians.set(engine, found);
  return found;
}

/** Numbers without bound count as larger than any other; the median may be one of them. */
function median(values: readonly (number | null)[]): number | null {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((left, right) => left - right);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  const value = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return Number.isFinite(value) ? value : null;
}
