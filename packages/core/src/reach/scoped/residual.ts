import { difference, union } from '../range-set.ts';
import { andSets, isSure, NOWHERE, orSets, sure, type TruthSet } from '../truth-set.ts';

/** Where something holds once certain places of a formula are full: bit i of `needs` stands for place i. */
export interface Term {
  readonly needs: number;
  readonly set: TruthSet;
}

/** The ways in which something can hold; at most one term for each set of places, the fewest places first. */
export type Residual = readonly Term[];

/** Holds nowhere. */
export const NEVER: Residual = [];

/** Holds as it is. */
export function asItIs(set: TruthSet): Residual {
  return set === NOWHERE ? NEVER : [{ needs: 0, set }];
}

/** Holds where either does. */
export function orResiduals(left: Residual, right: Residual): Residual {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  if (isOneWay(left, right)) {
    const { needs, set } = left[0]!;
    return [{ needs, set: orSets(set, right[0]!.set) }];
  }
  return collected([...left, ...right]);
}

/** Holds where both do. */
export function andResiduals(left: Residual, right: Residual): Residual {
  if (left.length === 0 || right.length === 0) return NEVER;
  if (isOneWay(left, right)) {
    const set = andSets(left[0]!.set, right[0]!.set);
    return set.open.length === 0 ? NEVER : [{ needs: left[0]!.needs, set }];
  }
  const terms: Term[] = [];
  for (const one of left) {
    for (const other of right) {
      const set = andSets(one.set, other.set);
      if (set.open.length > 0) terms.push({ needs: one.needs | other.needs, set });
    }
  }
  return collected(terms);
}

/** What a set says more than, or more surely than, another; `NOWHERE` where it does not. */
export function surer(after: TruthSet, before: TruthSet): TruthSet {
  if (before === NOWHERE) return after;
  if (isSure(after) && isSure(before)) return sure(difference(after.open, before.open));
  const proven = difference(after.proven, before.proven);
  const possible = union(proven, difference(after.possible, before.possible));
  const open = union(possible, difference(after.open, before.open));
  return open.length === 0 ? NOWHERE : { proven, possible, open };
}

function isOneWay(left: Residual, right: Residual): boolean {
  return left.length === 1 && right.length === 1 && left[0]!.needs === right[0]!.needs;
}

function collected(terms: readonly Term[]): Residual {
  const ways: Term[] = [];
  for (const term of terms) {
    const at = ways.findIndex(({ needs }) => needs === term.needs);
    if (at < 0) ways.push(term);
    else ways[at] = { needs: term.needs, set: orSets(ways[at]!.set, term.set) };
  }
  if (ways.length === 1) return ways;
  // By hand: there are two or three, millions of times.
  for (let at = 1; at < ways.length; at += 1) {
    const way = ways[at]!;
    let before = at - 1;
    for (; before >= 0 && isFewer(way.needs, ways[before]!.needs); before -= 1) ways[before + 1] = ways[before]!;
    ways[before + 1] = way;
  }
  const found: Term[] = [];
  for (const { needs, set } of ways) {
    // What fewer places are enough for is no way of its own.
    let rest = set;
    for (const known of found) {
      if ((known.needs & needs) === known.needs) rest = surer(rest, known.set);
    }
    if (rest.open.length > 0) found.push({ needs, set: rest });
  }
  return found;
}

function isFewer(left: number, right: number): boolean {
  return (countOf(left) - countOf(right) || left - right) < 0;
}

function countOf(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
