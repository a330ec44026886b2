import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionCatalogue, hasAction } from './action-catalogue.ts';
import { globMatch } from './glob.ts';

const service = fc.constantFrom('doc', 'role', 'x');
const verb = fc.string({ unit: fc.constantFrom('a', 'B', '*', '?'), maxLength: 3 });
const names = Array.from({ length: 70 }, (_, index) => `doc:A${String(index).padStart(2, '0')}`);
const catalogue = new ActionCatalogue([...names, 'role:a', 'role:aB', 'x:B']);

const pattern = fc.oneof(
  fc.tuple(service, verb).map(([left, right]) => `${left}:${right}`),
  fc.constantFrom('*', 'doc:a1*', 'DOC:?3?', 'doc:A69', ''),
);
const selector = fc.record({
  include: fc.array(pattern, { maxLength: 3 }),
  exclude: fc.array(pattern, { maxLength: 2 }),
});
const action = fc.constantFrom(...catalogue.names, 'role:unheardOf', 'new:Action', 'doc:', 'ROLE:AB');

describe('ActionCatalogue', () => {
  it('selects what one of the included patterns matches and none of the excluded, whatever the case', () => {
    fc.assert(
      fc.property(selector, action, (given, name) => {
        const matches = (one: string): boolean => globMatch(one.toLowerCase(), name.toLowerCase());
        const expected = given.include.some(matches) && !given.exclude.some(matches);
        expect(hasAction(catalogue.select(given), catalogue.ref(name))).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives a known action its place and its canonical spelling, an unknown one neither', () => {
    expect(catalogue.ref('DOC:a07')).toEqual({ index: 7, name: 'doc:A07', folded: 'doc:a07' });
    expect(catalogue.ref('New:Action')).toEqual({ index: -1, name: 'New:Action', folded: 'new:action' });
  });

  it('shares the set of equal selectors', () => {
    const given = { include: ['doc:*'], exclude: ['doc:A0*'] };
    expect(catalogue.select({ ...given })).toBe(catalogue.select({ ...given }));
  });

  it('refuses names out of order or given twice', () => {
    expect(() => new ActionCatalogue(['b', 'a'])).toThrow('`a` is out of place');
    expect(() => new ActionCatalogue(['a', 'A'])).toThrow('`A` is out of place');
  });
});
