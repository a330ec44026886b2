import { describe, test } from 'vitest';
import { derivationAgreesWithOracle } from './oracle/derivation-agrees.ts';

// Two files of 500 estates each, so that both cores work on them.
const runs = Number(process.env['KEYREACH_ORACLE_RUNS'] ?? 500);

describe('derivation, first half', () => {
  test(`finds what asking every technique of every pair finds, on ${runs} random estates`, () => {
    derivationAgreesWithOracle(runs);
  }, 900_000);
});
