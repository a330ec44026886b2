import fc from 'fast-check';

/** Where the random inputs of every property test start: a run that fails is to fail again, and for everybody. */
const FIXED = 20_261_122;

/** `KEYREACH_SEED=random` asks for other inputs every time, a number for those of a run that failed. */
const { KEYREACH_SEED: given = String(FIXED) } = process.env;

if (given !== 'random') {
  const seed = Number(given);
  if (!Number.isInteger(seed)) throw new RangeError(`KEYREACH_SEED is \`random\` or a whole number, not \`${given}\``);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
