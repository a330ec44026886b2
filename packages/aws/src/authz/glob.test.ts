import { describe, expect, test } from 'vitest';
import { compileGlob } from './glob.ts';
import { ANY, ONE } from './glob-token.ts';
import { globTokens } from './glob-tokens.ts';

const glob = (text: string) => compileGlob(globTokens(text));

describe('aws.md 1.10: `*` is any text, `?` exactly one character', () => {
  test.each([
    ['', ['']],
    ['abc', ['abc']],
    ['*', ['', 'a', 'a/b:c']],
    ['**', ['', 'a']],
    ['a*', ['a', 'ab', 'a*']],
    ['*a', ['a', 'ba', 'aa']],
    ['a*a', ['aa', 'aba', 'aaa']],
    ['a*b*c', ['abc', 'axbxc', 'abbcc', 'abcbc']],
    ['?', ['a', '*', '?']],
    ['a?c', ['abc', 'a/c']],
    ['?*', ['a', 'ab']],
    ['*?', ['a', 'ab']],
    ['*a?c*', ['abc', 'xxabcxx', 'aabacc']],
    ['*ab?*?ba*', ['abxyba', 'xabababax']],
    ['a*?', ['ab', 'abc']],
    ['[a]{1}.+^$\\', ['[a]{1}.+^$\\']],
  ])('%s matches', (pattern, texts) => {
    for (const text of texts) expect([text, glob(pattern).matches(text)]).toEqual([text, true]);
  });

  test.each([
    ['', ['a']],
    ['abc', ['ab', 'abcd', 'xabc', 'ABC']],
    ['a*', ['', 'ba', 'A']],
    ['*a', ['', 'ab']],
    ['a*a', ['a', 'ab', 'aab']],
    ['a*b*c', ['ac', 'acb', 'abcd', 'cba']],
    ['?', ['', 'ab']],
    ['a?c', ['ac', 'abbc']],
    ['?*', ['']],
    ['a*?', ['a']],
    ['*a?c*', ['ac', 'a', 'abbc']],
    ['ab*ba', ['aba', 'ab', 'ba']],
    ['[ab]', ['a', 'b']],
    ['a.c', ['abc']],
  ])('%s does not match', (pattern, texts) => {
    for (const text of texts) expect([text, glob(pattern).matches(text)]).toEqual([text, false]);
  });

  test('characters marked as text are no wildcards', () => {
    const literal = compileGlob(['a', '*', 'b', ANY]);
    expect(literal.matches('a*bc')).toBe(true);
    expect(literal.matches('axbc')).toBe(false);
    expect(compileGlob(['?', ONE]).matches('?x')).toBe(true);
    expect(compileGlob(['?', ONE]).matches('xx')).toBe(false);
  });

  test('tells its literal text and prefix', () => {
    expect(glob('abc')).toMatchObject({ literal: 'abc', prefix: 'abc', all: false });
    expect(glob('ab*c')).toMatchObject({ literal: undefined, prefix: 'ab', all: false });
    expect(glob('ab?c')).toMatchObject({ literal: undefined, prefix: 'ab', all: false });
    expect(glob('***')).toMatchObject({ literal: undefined, prefix: '', all: true });
    expect(glob('*?')).toMatchObject({ all: false });
    expect(compileGlob(['a', '*'])).toMatchObject({ literal: 'a*', prefix: 'a*' });
  });

  test('looks at a part of a text only', () => {
    const part = glob('b*d');
    expect(part.matchesBetween('abcde', 1, 4)).toBe(true);
    expect(part.matchesBetween('abcde', 1, 5)).toBe(false);
    expect(part.matchesBetween('abcde', 0, 4)).toBe(false);
    expect(glob('*c*').matchesBetween('abcde', 0, 2)).toBe(false);
    expect(glob('').matchesBetween('abcde', 2, 2)).toBe(true);
  });
});

describe('hostile patterns do not blow up', () => {
  const long = 10_000;
  const within = (milliseconds: number, run: () => void): void => {
    const start = performance.now();
    run();
    expect(performance.now() - start).toBeLessThan(milliseconds);
  };

  test.each([
    ['many stars, no match', '*a'.repeat(long / 2), `${'a'.repeat(long)}b`, false],
    ['many stars, match', '*a'.repeat(long / 2), 'a'.repeat(long), true],
    ['many stars and question marks', '*a?'.repeat(long / 3), 'a'.repeat(long), true],
    ['a long run that almost fits everywhere', `*${'a'.repeat(long / 2)}b*`, 'a'.repeat(long), false],
    ['the same with a question mark', `*${'a'.repeat(long / 2)}?b*`, 'a'.repeat(long), false],
    ['stars only', '*'.repeat(long), 'a'.repeat(long), true],
  ])('%s', (_, pattern, text, expected) => {
    within(2_000, () => expect(glob(pattern).matches(text)).toBe(expected));
  });
});
