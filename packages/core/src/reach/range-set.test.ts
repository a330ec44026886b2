import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  complement,
  contains,
  difference,
  EMPTY,
  forEachMember,
  fullSet,
  intersection,
  overlap,
  type RangeSet,
  sameSet,
  setKey,
  setOf,
  sizeOf,
  union,
} from './range-set.ts';

const SIZE = 40;

/** Members in any order, with repetitions: the oracle is JavaScript's own set. */
const members = fc.array(fc.nat(SIZE - 1), { maxLength: SIZE }).map((list) => new Set(list));

function rangesOf(set: ReadonlySet<number>): RangeSet {
  return setOf([...set].sort((left, right) => left - right));
}

function membersOf(set: RangeSet): readonly number[] {
  const found: number[] = [];
  forEachMember(set, (index) => found.push(index));
  return found;
}

/** What every result must be: sorted, disjoint, non-adjacent, non-empty ranges. */
function isCanonical(set: RangeSet): boolean {
  return set.length % 2 === 0 && set.every((bound, at) => at === 0 || set[at - 1]! < bound);
}

function expectMembers(set: RangeSet, wanted: (index: number) => boolean): void {
  expect(isCanonical(set)).toBe(true);
  expect(membersOf(set)).toEqual(Array.from({ length: SIZE }, (_, index) => index).filter(wanted));
}

describe('range sets', () => {
  it('are what sets of integers are', () => {
    fc.assert(
      fc.property(members, members, (left, right) => {
        const [a, b] = [rangesOf(left), rangesOf(right)];
        expectMembers(a, (index) => left.has(index));
        expectMembers(union(a, b), (index) => left.has(index) || right.has(index));
        expectMembers(intersection(a, b), (index) => left.has(index) && right.has(index));
        expectMembers(difference(a, b), (index) => left.has(index) && !right.has(index));
        expectMembers(complement(a, SIZE), (index) => !left.has(index));
        expect(overlap(a, b)).toBe([...left].some((index) => right.has(index)));
        expect(sizeOf(a)).toBe(left.size);
        expect(sameSet(a, b)).toBe(membersOf(a).join() === membersOf(b).join());
        expect(setKey(a) === setKey(b)).toBe(sameSet(a, b));
        for (let index = -1; index <= SIZE; index += 1) expect(contains(a, index)).toBe(left.has(index));
      }),
    );
  });

  it('hold everything in one range, whatever the size', () => {
    expect([...fullSet(1_000_000)]).toEqual([0, 1_000_000]);
    expect([...complement(fullSet(1_000_000), 1_000_000)]).toEqual([]);
    expect([...complement(EMPTY, 3)]).toEqual([0, 3]);
    expect(fullSet(0)).toBe(EMPTY);
  });

  it('join runs, also where a member is given twice', () => {
    expect([...setOf([1, 2, 2, 3, 7])]).toEqual([1, 4, 7, 8]);
    expect([...union(setOf([1]), setOf([2]))]).toEqual([1, 3]);
  });

  it('are not copied where one side already is the answer', () => {
    const [all, some] = [fullSet(10), setOf([2, 5])];
    expect(union(all, some)).toBe(all);
    expect(intersection(all, some)).toBe(some);
    expect(difference(some, EMPTY)).toBe(some);
  });
});
