import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectSettled } from './compare.ts';
import { enough, holdsOnEstates, patience } from './estate-property.ts';
import { dataHoles, type Hole, holeChoice, requestHoles } from './holes.ts';
import { measure } from './measure.ts';

/** Names of some holes: each costs a derivation. */
const some = (holes: Readonly<Record<string, Hole>>, count: number): fc.Arbitrary<string[]> =>
  fc.subarray(Object.keys(holes), { minLength: count, maxLength: count });

describe('an unknown, once resolved (issue 3)', () => {
  test(
    'moves what is proven up or what is not excluded down, where data was missing',
    () => {
      let settled = 0;
      const estates = holdsOnEstates(10, fc.tuple(holeChoice, some(dataHoles, 3)), (estate, [choice, names]) => {
        const filled = measure(estate);
        for (const name of names) {
          const holed = dataHoles[name]!(estate, choice);
          if (holed === undefined) continue;
          const open = measure(holed.open);
          for (const one of holed.filled) {
            settled += expectSettled(open, one === estate ? filled : measure(one), name, 2);
          }
        }
      });
      if (estates >= enough) expect(settled).toBeGreaterThan(estates / 2);
    },
    patience,
  );

  test(
    'moves what is proven up or what is not excluded down, where it depended on the request (aws.md 1.12)',
    () => {
      let settled = 0;
      const estates = holdsOnEstates(10, holeChoice, (estate, choice) => {
        for (const [name, hole] of Object.entries(requestHoles)) {
          const holed = hole(estate, choice);
          if (holed === undefined) continue;
          const open = measure(holed.open);
          for (const filled of holed.filled) settled += expectSettled(open, measure(filled), name, 3);
        }
      });
      if (estates >= enough) expect(settled).toBeGreaterThan(estates / 2);
    },
    patience,
  );
});
