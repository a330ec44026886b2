import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import {
  complement,
  contains,
  difference,
  EMPTY,
  fullSet,
  intersection,
  type RangeSet,
  sameSet,
  setKey,
  union,
} from './range-set.ts';

/**
 * A truth value for every index of a universe, as three nested sets: `proven` ⊆ `possible` ⊆ `open`. An index outside
 * `open` is false.
 */
export interface TruthSet {
  /** Where the value is `TRUE`. */
  readonly proven: RangeSet;
  /** Where it is `CONDITIONAL` or `TRUE`. */
  readonly possible: RangeSet;
  /** Where it is not `FALSE`. */
  readonly open: RangeSet;
}

/** False everywhere. */
export const NOWHERE: TruthSet = { proven: EMPTY, possible: EMPTY, open: EMPTY };

/** True on the members of `set`, false elsewhere. */
export function sure(set: RangeSet): TruthSet {
  return set.length === 0 ? NOWHERE : { proven: set, possible: set, open: set };
}

/** The same value on all of `0 … size - 1`. */
export function everywhere(truth: Truth, size: number): TruthSet {
  return valueOn(fullSet(size), truth);
}

/** `truth` on the members of `set`, false elsewhere. */
export function valueOn(set: RangeSet, truth: Truth): TruthSet {
  if (truth === FALSE || set.length === 0) return NOWHERE;
  return {
    proven: truth === TRUE ? set : EMPTY,
    possible: truth >= CONDITIONAL ? set : EMPTY,
    open: set,
  };
}

/** The value at an index. */
export function valueAt(set: TruthSet, index: number): Truth {
  if (!contains(set.open, index)) return FALSE;
  if (!contains(set.possible, index)) return UNKNOWN;
  return contains(set.proven, index) ? TRUE : CONDITIONAL;
}

/** Conjunction, index by index. */
export function andSets(left: TruthSet, right: TruthSet): TruthSet {
  if (left === NOWHERE || right === NOWHERE) return NOWHERE;
  if (isSure(left) && isSure(right)) {
    return sure(intersection(left.open, right.open));
  }
  return {
    proven: intersection(left.proven, right.proven),
    possible: intersection(left.possible, right.possible),
    open: intersection(left.open, right.open),
  };
}

/** Whether it is true wherever it is not false, seen without looking at the members. */
export function isSure({ proven, possible, open }: TruthSet): boolean {
  return proven === possible && possible === open;
}

/** Disjunction, index by index. */
export function orSets(left: TruthSet, right: TruthSet): TruthSet {
  if (left === NOWHERE) return right;
  if (right === NOWHERE) return left;
  if (isSure(left) && isSure(right)) {
    return sure(union(left.open, right.open));
  }
  return {
    proven: union(left.proven, right.proven),
    possible: union(left.possible, right.possible),
    open: union(left.open, right.open),
  };
}

/** Negation, index by index: true and false change places, what is undecided stays as it is. */
export function notSet(set: TruthSet, size: number): TruthSet {
  const proven = complement(set.open, size);
  return {
    proven,
    possible: union(proven, difference(set.possible, set.proven)),
    open: complement(set.proven, size),
  };
}

/** The part of a truth set inside `within`. */
export function restrict(set: TruthSet, within: RangeSet): TruthSet {
  if (set === NOWHERE) return NOWHERE;
  if (isSure(set)) return sure(intersection(set.open, within));
  return {
    proven: intersection(set.proven, within),
    possible: intersection(set.possible, within),
    open: intersection(set.open, within),
  };
}

/** Builds a truth set from ascending (index, value) pairs. */
export class TruthSetBuilder {
  readonly #levels: readonly [number[], number[], number[]] = [[], [], []];

  /** Indices must be added in ascending order. */
  add(index: number, truth: Truth): void {
    for (let level = 0; level < truth; level += 1) {
      const ranges = this.#levels[level as 0 | 1 | 2];
      if (ranges.length > 0 && ranges[ranges.length - 1] === index) ranges[ranges.length - 1] = index + 1;
      else ranges.push(index, index + 1);
    }
  }

  build(): TruthSet {
    const [open, possible, proven] = this.#levels;
    if (open.length === 0) return NOWHERE;
    // Sets that are the same are one: that tells what is sure everywhere.
    const sharedPossible = sameSet(possible, open) ? open : possible;
    return { proven: sameSet(proven, sharedPossible) ? sharedPossible : proven, possible: sharedPossible, open };
  }
}

/** Text that is equal for equal truth sets. */
export function truthKey({ proven, possible, open }: TruthSet): string {
  return `${setKey(proven)}/${setKey(possible)}/${setKey(open)}`;
}
