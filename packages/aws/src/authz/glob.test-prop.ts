import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { compileGlob } from './glob.ts';
import { globCovers } from './glob-covers.ts';
import { globOverlaps } from './glob-overlaps.ts';
import { ANY, type GlobToken, ONE } from './glob-token.ts';
import { globTokens } from './glob-tokens.ts';

const pattern = fc
  .array(fc.constantFrom('a', 'b', ':', '*', '*', '?'), { maxLength: 9 })
  .map((codes) => codes.join(''));
const text = fc.array(fc.constantFrom('a', 'b', ':', '*', '?'), { maxLength: 9 }).map((codes) => codes.join(''));
const tokens = fc.array(fc.constantFrom<GlobToken>('a', 'b', '*', '?', 'ab', ANY, ONE), { maxLength: 7 });

/** Every text over a small alphabet up to a length. */
const texts: readonly string[] = allTexts(['a', 'b'], 10);

function allTexts(alphabet: readonly string[], length: number): string[] {
  if (length === 0) return [''];
  const shorter = allTexts(alphabet, length - 1);
  const longest = shorter.filter((one) => one.length === length - 1);
  return [...shorter, ...longest.flatMap((one) => alphabet.map((character) => one + character))];
}

function naive(glob: readonly GlobToken[], at: number, value: string): boolean {
  const token = glob[at];
  if (token === undefined) return value === '';
  if (token === ANY) return naive(glob, at + 1, value) || (value !== '' && naive(glob, at, value.slice(1)));
  if (token === ONE) return value !== '' && naive(glob, at + 1, value.slice(1));
  return value.startsWith(token) && naive(glob, at + 1, value.slice(token.length));
}

describe('a compiled glob agrees with the naive recursive matcher', () => {
  test.prop([pattern, text], { numRuns: 3_000 })('on policy text', (glob, value) => {
    expect(compileGlob(globTokens(glob)).matches(value)).toBe(naive(globTokens(glob), 0, value));
  });

  test.prop([tokens, text], { numRuns: 3_000 })('on text with literal wildcards', (glob, value) => {
    expect(compileGlob(glob).matches(value)).toBe(naive(glob, 0, value));
  });

  test.prop([pattern, text, text, text])('on a part of a text', (glob, before, value, after) => {
    const compiled = compileGlob(globTokens(glob));
    const all = before + value + after;
    expect(compiled.matchesBetween(all, before.length, before.length + value.length)).toBe(compiled.matches(value));
  });

  test.prop([pattern, text])('matches begin with its prefix', (glob, value) => {
    const compiled = compileGlob(globTokens(glob));
    if (compiled.matches(value)) expect(value.startsWith(compiled.prefix)).toBe(true);
    if (compiled.literal !== undefined) expect(compiled.matches(value)).toBe(value === compiled.literal);
    if (compiled.all) expect(compiled.matches(value)).toBe(true);
  });
});

describe('two globs', () => {
  const small = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 5 }).map((codes) => codes.join(''));
  const matched = (glob: string): readonly string[] => texts.filter((one) => naive(globTokens(glob), 0, one));

  test.prop([small, small], { numRuns: 400 })('overlap exactly where they share a text', (left, right) => {
    const shared = matched(left).some((one) => naive(globTokens(right), 0, one));
    // A shortest shared text is no longer than both globs together.
    expect(globOverlaps(globTokens(left), globTokens(right))).toBe(shared);
  });

  test.prop([small, small], { numRuns: 400 })('one covers another only if it matches all its texts', (wide, narrow) => {
    if (!globCovers(globTokens(wide), globTokens(narrow))) return;
    for (const one of matched(narrow)) expect([one, naive(globTokens(wide), 0, one)]).toEqual([one, true]);
  });

  test.prop([small])('a glob covers itself and overlaps itself', (glob) => {
    expect(globCovers(globTokens(glob), globTokens(glob))).toBe(true);
    expect(globOverlaps(globTokens(glob), globTokens(glob))).toBe(true);
  });
});
