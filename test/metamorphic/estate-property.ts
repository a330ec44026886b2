import fc from 'fast-check';
import type { Estate } from './estate.ts';
import { minimalEstate } from './minimal.ts';
import { randomEstate } from './random-estate.ts';

/** Fewer estates do not tell how often something is met. */
export const enough = 50;

/** Smaller estates asked about after a failure: about two minutes of them. */
const tries = 1500;

/** How long a property may take, in milliseconds: a machine may be busy, and a failure is made smaller first. */
export const patience = 900_000;

/**
 * Holds random estates to a property. `check` throws where it does not hold; `more` is what it needs besides the estate.
 * A failure is told with the smallest estate that still fails. `KEYREACH_ESTATE_RUNS` sets how many estates are tried
 * instead of `numRuns`. Returns how many were.
 */
export function holdsOnEstates<More>(
  numRuns: number,
  more: fc.Arbitrary<More>,
  check: (estate: Estate, more: More) => void,
): number {
  const { KEYREACH_ESTATE_RUNS: given } = process.env;
  const result = fc.check(fc.property(randomEstate, more, check), {
    numRuns: given === undefined ? numRuns : Number(given),
    // Estates are made smaller below, by leaving things out.
    endOnFailure: true,
  });
  if (!result.failed || result.counterexample === null) return result.numRuns;
  const [estate, rest] = result.counterexample;
  const problem = (candidate: Estate): Error | undefined => {
    try {
      check(candidate, rest);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  // What fails in another way is another failure.
  const kind = problem(estate)?.name;
  const smallest = minimalEstate(estate, (candidate) => problem(candidate)?.name === kind, tries);
  throw new Error(
    `${problem(smallest)?.message}\nestate: ${JSON.stringify(smallest)}\nwith: ${JSON.stringify(rest)}\nafter ${result.numRuns} estates, KEYREACH_SEED=${result.seed}`,
    { cause: problem(smallest) },
  );
}
