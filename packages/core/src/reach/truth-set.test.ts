import fc from 'fast-check';
import { expect, it } from 'vitest';
import { and, FALSE, not, or, type Truth } from '../authz/truth.ts';
import { difference, setOf } from './range-set.ts';
import {
  andSets,
  everywhere,
  NOWHERE,
  notSet,
  orSets,
  restrict,
  type TruthSet,
  TruthSetBuilder,
  valueAt,
  valueOn,
} from './truth-set.ts';

const SIZE = 12;

/** A truth value for every index: what a truth set stands for. */
const values = fc.array(fc.constantFrom<Truth>(0, 1, 2, 3), { minLength: SIZE, maxLength: SIZE });

function setFrom(truths: readonly Truth[]): TruthSet {
  const builder = new TruthSetBuilder();
  truths.forEach((truth, index) => {
    if (truth !== FALSE) builder.add(index, truth);
  });
  return builder.build();
}

function valuesOf(set: TruthSet): readonly Truth[] {
  // INVARIANT: the three sets are nested.
  expect(difference(set.proven, set.possible)).toHaveLength(0);
  expect(difference(set.possible, set.open)).toHaveLength(0);
  return Array.from({ length: SIZE }, (_, index) => valueAt(set, index));
}

it('joins, meets and negates index by index like single truth values', () => {
  fc.assert(
    fc.property(values, values, (left, right) => {
      const [a, b] = [setFrom(left), setFrom(right)];
      expect(valuesOf(a)).toEqual(left);
      expect(valuesOf(andSets(a, b))).toEqual(left.map((truth, index) => and(truth, right[index]!)));
      expect(valuesOf(orSets(a, b))).toEqual(left.map((truth, index) => or(truth, right[index]!)));
      expect(valuesOf(notSet(a, SIZE))).toEqual(left.map(not));
    }),
  );
});

it('keeps the values inside a restriction and is false outside', () => {
  fc.assert(
    fc.property(values, fc.uniqueArray(fc.nat(SIZE - 1)), (truths, kept) => {
      const within = setOf([...kept].sort((left, right) => left - right));
      const expected = truths.map((truth, index) => (kept.includes(index) ? truth : FALSE));
      expect(valuesOf(restrict(setFrom(truths), within))).toEqual(expected);
    }),
  );
});

it('has one value everywhere or on a set', () => {
  for (const truth of [0, 1, 2, 3] as const) {
    expect(valuesOf(everywhere(truth, SIZE))).toEqual(new Array(SIZE).fill(truth));
    expect(valueAt(valueOn(setOf([3, 4]), truth), 3)).toBe(truth);
    expect(valueAt(valueOn(setOf([3, 4]), truth), 5)).toBe(FALSE);
  }
  expect(everywhere(FALSE, SIZE)).toBe(NOWHERE);
});
