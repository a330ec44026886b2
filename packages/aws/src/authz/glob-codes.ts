import { ANY, NAME, ONE, type ValueToken } from './glob-token.ts';

/** Code of `*` in {@link globCodes}. */
export const ANY_CODE = -1;

/** Code of `?` in {@link globCodes}. */
export const ONE_CODE = -2;

/** Code of any text without a colon in {@link globCodes}. */
export const NAME_CODE = -3;

/** A glob as one number a character, for questions about two globs; neighbouring `*` are one. */
export function globCodes(tokens: readonly ValueToken[]): readonly number[] {
  const codes: number[] = [];
  for (const token of tokens) {
    if (token === ANY) {
      if (codes[codes.length - 1] !== ANY_CODE) codes.push(ANY_CODE);
    } else if (token === NAME) {
      codes.push(NAME_CODE);
    } else if (token === ONE) {
      codes.push(ONE_CODE);
    } else {
      for (let at = 0; at < token.length; at += 1) codes.push(token.charCodeAt(at));
    }
  }
  return codes;
}
