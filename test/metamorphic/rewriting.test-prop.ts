import { analyzeEstate } from '@keyreach/core/analysis';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectSame } from './compare.ts';
import type { Estate } from './estate.ts';
import { enough, holdsOnEstates, patience } from './estate-property.ts';
import { engineOf, measure, now } from './measure.ts';
import { reversed, rewritings, rotated } from './rewritings.ts';

const analysisText = (estate: Estate): string => JSON.stringify(analyzeEstate(engineOf(estate), { now }));

describe('what anybody reaches (issue 3)', () => {
  test(
    'is the same however its policies are written (aws.md 1.10, 1.11)',
    () => {
      const names = fc.subarray(Object.keys(rewritings), { minLength: 3, maxLength: 3 });
      let compared = 0;
      const estates = holdsOnEstates(10, names, (estate, chosen) => {
        const before = measure(estate);
        for (const name of chosen) compared += expectSame(before, measure(rewritings[name]!(estate)), name);
      });
      if (estates >= enough) expect(compared).toBeGreaterThan(estates);
    },
    patience,
  );

  test(
    'is told in the same words whatever the order of the lists in the input',
    () => {
      holdsOnEstates(10, fc.nat({ max: 3 }), (estate, by) => {
        const text = analysisText(estate);
        expect(analysisText(reversed(estate)) === text, 'everything in the opposite order').toBe(true);
        expect(analysisText(rotated(estate, by)) === text, 'lists begun elsewhere').toBe(true);
      });
    },
    patience,
  );
});
