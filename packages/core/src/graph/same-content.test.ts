import { describe, expect, it } from 'vitest';
import { sameContent } from './same-content.ts';

describe('sameContent', () => {
  it.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: 1, b: undefined }, { a: 1, c: 2 }, false],
    [{ a: undefined, b: 1 }, { b: 1, a: 2 }, false],
    [[1, 2], [1, 3], false],
    [[1], [1, 2], false],
    [[], {}, false],
    [{}, [], false],
    [null, {}, false],
    ['1', 1, false],
    [0, -0, true],
    [{ toString: 1 }, {}, false],
    [{}, { toString: 1 }, false],
  ])('of %j and %j is %s', (left, right, expected) => {
    expect(sameContent(left, right)).toBe(expected);
  });

  it('does not overflow the stack', () => {
    const deep = (): unknown => {
      let value: unknown = [];
      for (let level = 0; level < 100_000; level += 1) value = [value];
      return value;
    };
    const value = deep();
    expect(sameContent(value, value)).toBe(true);
    expect(sameContent(value, deep())).toBe(false);
  });
});
