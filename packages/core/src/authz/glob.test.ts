import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatch, literalPrefix, lowerBound, prefixRange } from './glob.ts';

const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });

/** The definition, read aloud. */
function slowMatch(pattern: string, given: string): boolean {
  if (pattern === '') return given === '';
  const rest = pattern.slice(1);
  if (pattern[0] === '*') return slowMatch(rest, given) || (given !== '' && slowMatch(pattern, given.slice(1)));
  return given !== '' && (pattern[0] === '?' || pattern[0] === given[0]) && slowMatch(rest, given.slice(1));
}

describe('globMatch', () => {
  it('agrees with the definition', () => {
    fc.assert(
      fc.property(glob, text, (pattern, given) => {
        expect(globMatch(pattern, given)).toBe(slowMatch(pattern, given));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes every character but `*` and `?` for itself', () => {
    expect(globMatch('a.c', 'abc')).toBe(false);
    expect(globMatch('[ab]', 'a')).toBe(false);
    expect(globMatch('\\*', '\\anything')).toBe(true);
  });

  it('is quick where backtracking would never end', () => {
    expect(globMatch(`${'*a'.repeat(200)}b`, 'a'.repeat(5_000))).toBe(false);
  });
});

describe('sorted lists', () => {
  const sorted = fc.uniqueArray(text, { maxLength: 30 }).map((list) => [...list].sort());

  it('are narrowed to exactly the elements with a prefix', () => {
    fc.assert(
      fc.property(sorted, text, (list, prefix) => {
        const [from, to] = prefixRange(list, prefix);
        expect(list.slice(from, to)).toEqual(list.filter((one) => one.startsWith(prefix)));
      }),
    );
  });

  it('are searched for the first element that is not below', () => {
    fc.assert(
      fc.property(sorted, text, (list, value) => {
        expect(lowerBound(list, value)).toBe(list.filter((one) => one < value).length);
      }),
    );
  });

  it('only need the text before the first wildcard', () => {
    expect(['s3:Get*', '*', '?x', 'exact'].map(literalPrefix)).toEqual(['s3:Get', '', '', 'exact']);
  });
});
