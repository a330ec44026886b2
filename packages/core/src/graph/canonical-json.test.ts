import { describe, expect, it } from 'vitest';
import { canonicalJson, isDeeperThan, MAX_DEPTH } from './canonical-json.ts';

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

describe('canonicalJson', () => {
  it('sorts keys by code units at every level', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }], É: 0, Z: 0, '\u{10000}': 0, '\uffee': 0 })).toBe(
      '{"Z":0,"a":[{"c":2,"d":1}],"b":1,"É":0,"\u{10000}":0,"\uffee":0}',
    );
  });

  it('sorts keys that objects keep apart', () => {
    expect(canonicalJson({ 9: 0, 10: 0, a: { 2: [{ z: 0, 11: 1 }] } })).toBe(
      '{"10":0,"9":0,"a":{"2":[{"11":1,"z":0}]}}',
    );
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"x":1},"a":2}'))).toBe('{"__proto__":{"x":1},"a":2,"b":1}');
  });

  it('leaves out what is undefined, in the plain and in the awkward case', () => {
    expect(canonicalJson({ a: undefined, b: { c: undefined } })).toBe('{"b":{}}');
    expect(canonicalJson({ 1: undefined, b: { 2: 0, c: undefined } })).toBe('{"b":{"2":0}}');
  });

  it('does not change its argument', () => {
    const value = Object.freeze({ b: Object.freeze([Object.freeze({ d: 1, c: 2 })]), a: 1 });
    expect(canonicalJson(value)).toBe('{"a":1,"b":[{"c":2,"d":1}]}');
    expect(Object.keys(value)).toEqual(['b', 'a']);
  });

  it.each([
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    () => 0,
    Symbol('s'),
    1n,
    [undefined],
    { a: [Number.NaN] },
    { 1: { a: 1n } },
  ])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'not-json' }));
  });

  it('takes values up to the bound and refuses deeper ones without overflowing the stack', () => {
    expect(JSON.parse(canonicalJson(nested(MAX_DEPTH)))).toEqual(nested(MAX_DEPTH));
    for (const depth of [MAX_DEPTH + 1, 10_000, 100_000]) {
      expect(() => canonicalJson(nested(depth))).toThrow(expect.objectContaining({ code: 'too-deep' }));
      expect(() => canonicalJson({ 1: nested(depth) })).toThrow(expect.objectContaining({ code: 'too-deep' }));
    }
  });
});

describe('isDeeperThan', () => {
  it('counts arrays and objects', () => {
    expect(isDeeperThan('text', 0)).toBe(false);
    expect(isDeeperThan([], 0)).toBe(true);
    expect(isDeeperThan(nested(5), 5)).toBe(false);
    expect(isDeeperThan(nested(6), 5)).toBe(true);
    expect(isDeeperThan(nested(100_000), 256)).toBe(true);
  });
});
