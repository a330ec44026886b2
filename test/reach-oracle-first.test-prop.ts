import { awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import type { TechniqueCatalogue } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { derivationAgreesWithOracle, time } from './oracle/derivation-agrees.ts';
import { practiceSemantics } from './oracle/practice-techniques.ts';
import { randomEstate } from './oracle/random-accounts.ts';
import { practiceEstates } from './oracle/random-practice.ts';

// Two files, so that both cores work on them: here the techniques of AWS, there rows for everything a row can say.
const runs = Number(process.env['KEYREACH_ORACLE_RUNS'] ?? 8);

/** Where everybody may do much, whoever can be changed at all can be changed in more ways than are combined. */
const CHANGING_MORE = ['retag', 'sign-in', 'leave', 'replace-holders'];

const fewChanges: TechniqueCatalogue = {
  ...awsTechniques,
  techniques: awsTechniques.techniques
    .filter(({ yields, names }) => {
      if (CHANGING_MORE.includes(yields) || yields.startsWith('drop-')) return false;
      return !yields.startsWith('unguard') || names === undefined;
    })
    .map(({ rewrites: _, ...row }) => row),
};

describe('derivation with the techniques of AWS', () => {
  test(`finds what asking every technique of every pair finds, on ${runs} estates of much that is allowed`, () => {
    const estates = randomEstate.map((estate) => normalizeAws(awsInputFromObjects(estate), { now: time }));
    const { compared, reached } = derivationAgreesWithOracle(runs, estates, {
      semantics: awsSemantics,
      catalogue: fewChanges,
    });
    // Many are left out: the rows of AWS change what they change in many ways. Some must be left, and worth asking about.
    expect(compared).toBeGreaterThan(0);
    expect(reached).toBeGreaterThan(compared);
  }, 900_000);

  test(`the same on ${runs} estates of little that is allowed`, () => {
    const { compared, reached } = derivationAgreesWithOracle(runs, practiceEstates, {
      semantics: { ...practiceSemantics, actions: awsSemantics.actions },
      catalogue: awsTechniques,
    });
    expect(compared).toBeGreaterThan(0);
    expect(reached).toBeGreaterThan(compared);
  }, 900_000);
});
