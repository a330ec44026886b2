import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob } from './glob.ts';
import { ANY, type GlobToken, ONE } from './glob-token.ts';
import { variableValues } from './variable-values.ts';

describe('aws.md 1.11, Variables: what a variable must stand for', () => {
  test.each<readonly [before: readonly GlobToken[], after: readonly GlobToken[], text: string, readonly string[]]>([
    [[], [], 'blue', ['blue']],
    [['team/'], ['/', ANY], 'team/blue/a.txt', ['blue']],
    [['team/'], ['/', ANY], 'team/blue/a/b', ['blue', 'blue/a']],
    [['team/'], [], 'crew/blue', []],
    [['ab'], ['bc'], 'abc', []],
    [['ab'], ['bc'], 'abbc', ['']],
    [[ONE], [ONE], 'abc', ['b']],
  ])('between %j and %j in %s', (before, after, text, values) => {
    const found = variableValues(before, after, text);
    expect([[...found.values].sort(), found.complete]).toEqual([values, true]);
  });

  test('every value, and no other, makes the text match', () => {
    const tokens = fc.array(fc.constantFrom<GlobToken>('a', 'b', ANY, ONE), { maxLength: 3 });
    fc.assert(
      fc.property(
        tokens,
        tokens,
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 5 }),
        (before, after, text) => {
          const found = variableValues(before, after, text);
          expect(found.complete).toBe(true);
          const parts = new Set<string>();
          for (let from = 0; from <= text.length; from += 1) {
            for (let to = from; to <= text.length; to += 1) {
              const fits =
                compileGlob(before).matches(text.slice(0, from)) && compileGlob(after).matches(text.slice(to));
              if (fits) parts.add(text.slice(from, to));
            }
          }
          expect([...found.values].sort()).toEqual([...parts].sort());
        },
      ),
    );
  });

  test('says so where there are too many, or the text is too long', () => {
    expect(variableValues([ANY], [ANY], 'abcdefgh').complete).toBe(false);
    expect(variableValues([], [], 'a'.repeat(5_000))).toEqual({ values: [], complete: false });
  });
});
