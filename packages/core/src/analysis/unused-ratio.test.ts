import { expect, it } from 'vitest';
import type { AccessClass } from '../reach/access-class.ts';
import { stateOfUse, unusedRatio, unusedWeights } from './unused-ratio.ts';

it('is as in test U1 of findings 3.3', () => {
  const granted = new Map<string, AccessClass>([
    ['a', 'data-read'],
    ['b', 'meta-read'],
    ['c', 'permission-admin'],
    ['d', 'secret-read'],
    ['e', 'delete'],
    ['f', 'data-write'],
    ['g', 'control'],
    ['h', 'data-read'],
    ['i', 'secret-read'],
    ['j', 'meta-read'],
  ]);
  const stateOf = (name: string) => stateOfUse('abh'.includes(name), 'abcdefg'.includes(name));

  const plain = unusedRatio(granted.keys(), stateOf, () => 1);
  expect(plain).toEqual({ counts: { granted: 10, used: 3, unused: 5, unknown: 2 }, ratio: { lo: 0.5, hi: 0.7 } });

  const weighted = unusedRatio(granted.keys(), stateOf, (name) => unusedWeights[granted.get(name) ?? 'meta-read']);
  expect(weighted.counts).toEqual({ granted: 35, used: 7, unused: 22, unknown: 6 });
  expect(weighted.ratio.lo).toBeCloseTo(0.628571, 6);
  expect(weighted.ratio.hi).toBeCloseTo(0.8, 6);
});

it('has no ratio where nothing is granted', () => {
  const { counts, ratio } = unusedRatio(
    [],
    () => 'unused',
    () => 1,
  );
  expect(counts.granted).toBe(0);
  expect(ratio).toEqual({ lo: null, hi: null });
});
