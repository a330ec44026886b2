import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { sameContent } from './same-content.ts';

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, reversedKeys(item)]);
  return Object.fromEntries(entries.reverse());
}

it('canonical text reads back to the value and does not depend on key order', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(value);
      expect(canonicalJson(reversedKeys(value))).toBe(text);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

it('sameContent agrees with the canonical text', () => {
  const small = fc.jsonValue({ maxDepth: 2, depthSize: 'xsmall' });
  fc.assert(
    fc.property(small, small, (left, right) => {
      expect(sameContent(left, right)).toBe(canonicalJson(left) === canonicalJson(right));
      expect(sameContent(left, reversedKeys(left))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
