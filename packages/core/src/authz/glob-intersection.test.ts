import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatch } from './glob.ts';
import { globOfInstance, instantiateGlob, intersectGlobs } from './glob-intersection.ts';

const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 5 });

/** Every text of up to eight letters: long enough for two globs of up to five characters to meet in one of them. */
const texts = Array.from({ length: 8 }).reduce<readonly string[]>(
  (all) => ['', ...new Set(all.flatMap((text) => [`${text}a`, `${text}b`]))],
  [''],
);

describe('intersectGlobs', () => {
  it('says exactly which texts match both', () => {
    fc.assert(
      fc.property(glob, glob, (left, right) => {
        const { globs, complete } = intersectGlobs(left, right);
        expect(complete).toBe(true);
        const wrong = texts.filter(
          (text) => globs.some((one) => globMatch(one, text)) !== (globMatch(left, text) && globMatch(right, text)),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps nothing that another glob says as well, and nothing without texts', () => {
    fc.assert(
      fc.property(glob, glob, (left, right) => {
        const { globs } = intersectGlobs(left, right);
        expect(new Set(globs).size).toBe(globs.length);
        for (const one of globs) expect(texts.some((text) => globMatch(one, text))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('finds globs whose every instance matches both', () => {
    fc.assert(
      fc.property(glob, glob, fc.string({ unit: fc.constantFrom('a', 'z'), maxLength: 3 }), (left, right, fresh) => {
        for (const shared of intersectGlobs(left, right).globs) {
          const instance = instantiateGlob(shared, fresh);
          expect([globMatch(left, instance), globMatch(right, instance)]).toEqual([true, true]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds every order in which two texts can stand', () => {
    expect([...intersectGlobs('*a*', '*b*').globs].sort()).toEqual(['*a*b*', '*b*a*']);
    expect([...intersectGlobs('*ab*', '*ba*').globs].sort()).toEqual(['*ab*ba*', '*aba*', '*ba*ab*', '*bab*']);
    expect([...intersectGlobs('ab*', '*ba').globs].sort()).toEqual(['ab*ba', 'aba']);
  });

  it('keeps wildcards where both sides allow any text', () => {
    expect(intersectGlobs('arn:*:role/*', 'arn:aws:*').globs).toContain('arn:aws:*:role/*');
    expect(intersectGlobs('*', 'a?c')).toEqual({ globs: ['a?c'], complete: true });
    expect(intersectGlobs('team-*', '*-prod').globs).toContain('team-*-prod');
    expect(intersectGlobs('abc', 'abd')).toEqual({ globs: [], complete: true });
  });

  it('says so where the globs are too long, or share too much, to say everything', () => {
    expect(intersectGlobs(`*${'a'.repeat(3_000)}c*`, `*${'b'.repeat(3_000)}d*`)).toEqual({
      globs: [],
      complete: false,
    });
    const many = intersectGlobs('*a*b*c*d*e*f*', '*g*h*i*j*k*l*');
    expect(many.complete).toBe(false);
    for (const one of many.globs) expect(one).toMatch(/a.*b.*c.*d.*e.*f/);
  });

  it('costs little whatever the globs', () => {
    const started = performance.now();
    intersectGlobs('*a'.repeat(120), '*b'.repeat(120));
    intersectGlobs('?*'.repeat(120), '*?'.repeat(120));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('instantiateGlob', () => {
  it('uses text that no policy mentions, and can be read back', () => {
    const instance = instantiateGlob('a?b*', 'new');
    expect([globMatch('a?b*', instance), globMatch('axb*', instance)]).toEqual([true, false]);
    expect(globOfInstance(instance, 'new')).toBe('a?b*');
  });
});
