import { ANY_CODE, globCodes, NAME_CODE, ONE_CODE } from './glob-codes.ts';
import type { GlobToken, ValueToken } from './glob-token.ts';

/**
 * Whether every text that matches `narrow` matches `wide`. Never wrongly true; false may also mean "not seen to":
 * the wildcards of `narrow` are taken as characters of their own that only wildcards of `wide` can stand for.
 */
export function globCovers(wide: readonly GlobToken[], narrow: readonly ValueToken[]): boolean {
  const pattern = globCodes(wide);
  const text = globCodes(narrow);
  let p = 0;
  let t = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (t < text.length) {
    const code = pattern[p];
    const character = text[t]!;
    if (code === ANY_CODE) {
      starAt = p;
      resumeAt = t;
      p += 1;
    } else if (
      code !== undefined &&
      (code === ONE_CODE ? character !== ANY_CODE && character !== NAME_CODE : code === character)
    ) {
      p += 1;
      t += 1;
    } else if (starAt >= 0) {
      p = starAt + 1;
      resumeAt += 1;
      t = resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === ANY_CODE) p += 1;
  return p === pattern.length;
}
