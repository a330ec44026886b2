import { describe, expect, it } from 'vitest';
import { detectabilityOf, persistentRadius } from './persistent-radius.ts';

const four = { lo: 4, hi: 4 };

describe('persistentRadius', () => {
  it('is as in findings 3.7', () => {
    const detectability = detectabilityOf({ on: 1, off: 2, unknown: 1 });
    expect(detectability).toEqual({ lo: 0.25, hi: 0.5 });
    expect(persistentRadius(four, null, detectability)).toEqual({ lo: 2, hi: 3 });
  });

  it('counts at most a year', () => {
    const unseen = { lo: 0, hi: 0 };
    expect(persistentRadius(four, 730, unseen)).toEqual(four);
    expect(persistentRadius(four, 73, unseen).lo).toBeCloseTo(0.8);
  });

  it('has no upper bound where the sensitive targets have none', () => {
    expect(persistentRadius({ lo: 0, hi: null }, null, { lo: null, hi: null })).toEqual({ lo: 0, hi: null });
  });
});

it('has no detectability without a sensitive target', () => {
  expect(detectabilityOf({ on: 0, off: 0, unknown: 0 })).toEqual({ lo: null, hi: null });
});
