import { awsInputFromObjects, normalizeAws } from '@keyreach/aws/offline';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Estate } from './estate.ts';
import { enough, holdsOnEstates, patience } from './estate-property.ts';
import { levelOf, type Measured, measure, now } from './measure.ts';
import { renamed, renamedText, unrelatedAccount, withoutSingleKeys, withUnrelatedAccount } from './neighbours.ts';
import { noOrganization } from './random-organization.ts';

/** What everybody reaches, line by line; `rename` gives ids other names. */
function lines({ reaches }: Measured, rename: (text: string) => string = (text) => text): readonly string[] {
  const found: string[] = [];
  for (const [subject, reached] of reaches) {
    for (const what of reached.levels.keys()) {
      found.push(`${rename(subject)} reaches ${rename(what)} at ${levelOf(reached, what)}`);
    }
  }
  return found.sort();
}

const nothing = fc.constant(undefined);

/** Whether it is known of every account where it belongs. */
function isListed(estate: Estate): boolean {
  const { nodes } = normalizeAws(awsInputFromObjects(estate), { now: new Date(now).toISOString() });
  return nodes.every((node) => node.kind !== 'scope' || node.zone !== true || node.scope !== undefined);
}

describe('what anybody reaches (issue 3)', () => {
  test(
    'is the same beside an account that has nothing to do with theirs',
    () => {
      holdsOnEstates(10, nothing, (given) => {
        // Where nobody says which organization an account is in, another one may well be in the same.
        const estate = isListed(given) ? given : { ...given, organization: noOrganization };
        const before = measure(estate);
        const after = measure(withUnrelatedAccount(estate));
        const old = new Set(before.reaches.keys());
        const kept = lines(after)
          .filter((line) => old.has(line.slice(0, line.indexOf(' reaches '))))
          // An account that is only known by reference may be the management account of this one.
          .filter((line) => !(line.includes(unrelatedAccount) && line.endsWith(' at 1')));
        // Whoever may assume roles of accounts that the input does not hold is not let in by this one.
        expect(kept).toEqual(lines(before));
      });
    },
    patience,
  );

  test(
    'is the same without the credential of somebody else',
    () => {
      let removed = 0;
      const estates = holdsOnEstates(10, nothing, (estate) => {
        const { estate: changed, removed: keys } = withoutSingleKeys(estate);
        if (keys.length === 0) return;
        removed += keys.length;
        const others = lines(measure(estate)).filter((line) => !keys.some((key) => line.includes(`/${key} reaches`)));
        expect(lines(measure(changed))).toEqual(others);
      });
      if (estates >= enough) expect(removed).toBeGreaterThan(0);
    },
    patience,
  );

  test(
    'is the same under other names',
    () => {
      let compared = 0;
      const estates = holdsOnEstates(10, nothing, (estate) => {
        const expected = lines(measure(estate), renamedText);
        expect(lines(measure(renamed(estate)))).toEqual(expected);
        compared += expected.length;
      });
      if (estates >= enough) expect(compared).toBeGreaterThan(estates);
    },
    patience,
  );
});
