import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameStarts } from './name-starts.ts';
import { forEachMember } from './range-set.ts';

function meeting(names: readonly string[], prefixes: readonly string[]): readonly number[] {
  const found: number[] = [];
  forEachMember(new NameStarts(names).meeting(prefixes), (index) => found.push(index));
  return found;
}

test('names are found that begin with a prefix, and those that a prefix begins with', () => {
  const names = ['data/one', 'da*', 'other', '*', 'data'];
  expect(meeting(names, ['data/'])).toEqual([0, 1, 3, 4]);
  expect(meeting(names, ['data/one/more', 'oth'])).toEqual([0, 1, 2, 3, 4]);
  expect(meeting(names, ['x'])).toEqual([3]);
  expect(meeting(names, [])).toEqual([]);
  expect(meeting([], ['data'])).toEqual([]);
});

test('they are the ones that looking at each of them finds', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 5 });
  const name = fc.tuple(text, fc.constantFrom('', '*', '?a')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), fc.array(text, { maxLength: 4 }), (names, prefixes) => {
      const expected = [...names.keys()].filter((index) => {
        const [start] = names[index]!.split(/[*?]/) as [string];
        return prefixes.some((prefix) => start.startsWith(prefix) || prefix.startsWith(start));
      });
      expect(meeting(names, prefixes)).toEqual(expected);
    }),
  );
});
