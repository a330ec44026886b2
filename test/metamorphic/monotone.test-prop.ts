import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Addition, type Change, enlargements, randomAddition, restrictions, saidOfNothing } from './additions.ts';
import { expectNoLoss, outsiders } from './compare.ts';
import type { Estate } from './estate.ts';
import { enough, holdsOnEstates, patience } from './estate-property.ts';
import { measure } from './measure.ts';

/** Changes tried on one estate: each costs a derivation. */
const changes = (all: Readonly<Record<string, Change>>): fc.Arbitrary<string[]> =>
  fc.subarray(Object.keys(all), { minLength: 2, maxLength: 3 });

/**
 * A boundary on an identity takes a Deny away that spares identities with one: what a policy says about
 * `iam:PermissionsBoundary` of a target is the one way in which it may give (aws.md 1.12).
 */
const readsBoundaries = (estate: Estate, { document }: Addition): boolean =>
  JSON.stringify([estate, document]).includes('iam:PermissionsBoundary');

describe('what anybody reaches (issue 3)', () => {
  test(
    'is never less after an Allow was added',
    () => {
      let moved = 0;
      const more = fc.tuple(randomAddition('Allow'), changes(enlargements));
      const estates = holdsOnEstates(10, more, (estate, [addition, names]) => {
        const before = measure(estate);
        for (const name of names) {
          const changed = enlargements[name]!(estate, addition);
          if (changed !== estate) moved += expectNoLoss(before, measure(changed), name);
        }
      });
      // The changes must be worth asking about.
      if (estates >= enough) expect(moved).toBeGreaterThan(estates / 2);
    },
    patience,
  );

  test(
    'is never more after a Deny, an SCP, an RCP or a boundary was added',
    () => {
      let moved = 0;
      const more = fc.tuple(randomAddition('Deny'), changes(restrictions));
      const estates = holdsOnEstates(10, more, (estate, [addition, names]) => {
        const before = measure(estate);
        for (const name of names) {
          if (name === 'a boundary' && readsBoundaries(estate, addition)) continue;
          const changed = restrictions[name]!(estate, addition);
          if (changed === estate) continue;
          const after = measure(changed);
          // Whoever is named outside the input is known from then on: what is compared knows them too.
          const named = outsiders(before) !== outsiders(after);
          const unchanged = named ? measure(restrictions[name]!(estate, saidOfNothing(addition))) : before;
          expect(outsiders(unchanged)).toBe(outsiders(after));
          moved += expectNoLoss(after, unchanged, name);
        }
      });
      // The changes must be worth asking about.
      if (estates >= enough) expect(moved).toBeGreaterThan(estates / 2);
    },
    patience,
  );
});
