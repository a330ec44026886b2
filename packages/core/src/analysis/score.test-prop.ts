import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type LeakState, scoreOf } from './score.ts';
import { type ExactScoreInput, scoreInput } from './testing/score-cases.ts';

const leaks: readonly string[] = ['none', 'unknown', 'valid'] satisfies LeakState[];
const number = fc.oneof(fc.nat(1_000_000), fc.constant(0));

const input: fc.Arbitrary<ExactScoreInput> = fc.record({
  admin: fc.boolean(),
  sensitive: number,
  secrets: number,
  nonProdToProd: fc.boolean(),
  unbounded: fc.boolean(),
  identities: number,
  crossCloud: fc.boolean(),
  leaked: fc.constantFrom<LeakState>('none', 'unknown', 'valid'),
  publicTrust: fc.boolean(),
  obtainers: fc.double({ min: 0, max: 1, noNaN: true }),
  thirdPartyHeld: fc.boolean(),
  static: fc.boolean(),
  rotationDays: number,
  consumers: number,
});

/** The larger of both in every term. */
function join(left: ExactScoreInput, right: ExactScoreInput): ExactScoreInput {
  const rank = (value: unknown): number => (typeof value === 'string' ? leaks.indexOf(value) : Number(value));
  const larger = Object.entries(right).map(([name, value]): [string, unknown] => {
    const other: unknown = Object.entries(left).find(([key]) => key === name)?.[1];
    return [name, rank(other) > rank(value) ? other : value];
  });
  return Object.fromEntries(larger);
}

it('lies between 0 and 100, and shares add up to 1', () => {
  fc.assert(
    fc.property(input, (facts) => {
      const { lo, hi, terms } = scoreOf(scoreInput(facts));
      expect(lo).toBe(hi);
      expect(Number.isInteger(lo) && lo >= 0 && lo <= 100).toBe(true);
      const impact = terms.filter(({ side }) => side === 'impact');
      expect(impact.reduce((sum, term) => sum + term.hi, 0)).toBeCloseTo(1, 9);
      const exposure = terms.filter(({ side }) => side === 'exposure');
      if (exposure.length > 0) expect(exposure.reduce((sum, term) => sum + term.hi, 0)).toBeCloseTo(1, 9);
    }),
  );
});

it('never falls when a term rises', () => {
  fc.assert(
    fc.property(input, input, (left, right) => {
      const { lo, hi } = scoreOf(scoreInput(left, join(left, right)));
      expect(hi).toBeGreaterThanOrEqual(lo);
    }),
    { numRuns: 500 },
  );
});
