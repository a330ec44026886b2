import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatch } from './glob.ts';
import { instantiateGlob, intersectGlobs } from './glob-intersection.ts';

const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 5 });

/** Every text of up to eight letters: long enough for two globs of up to five characters to meet in one of them. */
const texts = Array.from({ length: 8 }).reduce<readonly string[]>(
  (all) => ['', ...new Set(all.flatMap((text) => [`${text}a`, `${text}b`]))],
  [''],
);

describe('intersectGlobs', () => {
  it('finds a glob exactly where some text matches both', () => {
    fc.assert(
      fc.property(glob, glob, (left, right) => {
        const shared = texts.some((text) => globMatch(left, text) && globMatch(right, text));
        expect(intersectGlobs(left, right) !== undefined).toBe(shared);
      }),
      { numRuns: 500 },
    );
  });

  it('finds a glob whose every instance matches both', () => {
    fc.assert(
      fc.property(glob, glob, fc.string({ unit: fc.constantFrom('a', 'z'), maxLength: 3 }), (left, right, fresh) => {
        const shared = intersectGlobs(left, right);
        if (shared === undefined) return;
        const instance = instantiateGlob(shared, fresh);
        expect([globMatch(left, instance), globMatch(right, instance)]).toEqual([true, true]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps wildcards where both sides allow any text', () => {
    expect(intersectGlobs('arn:*:role/*', 'arn:aws:*')).toBe('arn:aws:role/*');
    expect(intersectGlobs('*', 'a?c')).toBe('a?c');
    expect(intersectGlobs('abc', 'abd')).toBeUndefined();
  });

  it('gives up where the search would be too large', () => {
    expect(intersectGlobs(`*${'a'.repeat(3_000)}`, `*${'b'.repeat(3_000)}`)).toBe('too-large');
  });
});
