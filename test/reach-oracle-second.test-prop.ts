import type { TechniqueYield } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { derivationAgreesWithOracle } from './oracle/derivation-agrees.ts';
import { practiceAccess, practiceSemantics, practiceTechniques } from './oracle/practice-techniques.ts';
import { practiceEstates } from './oracle/random-practice.ts';

const runs = Number(process.env['KEYREACH_ORACLE_RUNS'] ?? 300);

/** Yields that hardly any hundred of estates goes without. */
const COMMON: readonly (TechniqueYield | 'access')[] = [
  'become',
  'become-runtime',
  'become-stored',
  'grant',
  'grant-members',
  'unguard',
  'make',
  'open-resource',
  'retag-resource',
  'access',
];

/** How many of all yields occur; one or the other seldom one may be missed. */
const YIELDS = practiceTechniques.techniques.map((row) => row.yields);
const MOST_MISSED = 4;

describe('derivation with a row for everything that a technique can say', () => {
  test(`finds what asking every technique of every pair finds, on ${runs} random estates`, () => {
    const { compared, reached, yields } = derivationAgreesWithOracle(runs, practiceEstates, {
      semantics: practiceSemantics,
      catalogue: practiceTechniques,
      access: practiceAccess,
    });
    // The estates must be worth asking about.
    expect(compared).toBeGreaterThan(runs / 3);
    expect(reached).toBeGreaterThan(3 * runs);
    if (runs < 250) return;
    for (const one of COMMON) expect(yields.get(one) ?? 0, one).toBeGreaterThan(runs / 100);
    const missed = [...new Set(YIELDS)].filter((one) => !yields.has(one));
    expect(missed.length, missed.join(' ')).toBeLessThanOrEqual(MOST_MISSED);
  }, 900_000);
});
