import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enough, holdsOnEstates, patience } from './estate-property.ts';
import { boundsOf, idIn, type Level, type Measured, measure, type Reaches } from './measure.ts';
import { main } from './names.ts';

/** Estates tried unless more are asked for. */
const usual = 24;

const searched = [3, 2, 1] as const;

/** The numbers of a radius count what it lists, and what is proven is no more than what is not excluded. */
function expectCounts(subject: string, { counts, radius }: Reaches): void {
  for (const [name, { lo, hi }] of boundsOf(counts)) {
    expect(lo, `${name}.lo of ${subject}`).not.toBeNull();
    if (hi !== null) expect(lo, `${name} of ${subject}`).toBeLessThanOrEqual(hi);
  }
  const identities = radius.reaches.filter(({ kind }) => kind === 'identity');
  const sure = identities.filter(({ certainty }) => certainty === 'allow');
  expect(counts.identities, `identities of ${subject}`).toEqual({ lo: sure.length, hi: identities.length });
  expect(counts.adminScopes, `scopes of ${subject}`).toEqual({
    lo: radius.admin.filter(({ certainty }) => certainty === 'allow').length,
    hi: radius.admin.length,
  });
}

/** What is found over sure edges is found over all edges, and no farther away. */
function expectNested({ engine }: Measured): void {
  for (const { id } of engine.graph.identities) {
    const found = searched.map((least) => engine.search(id, least)?.distance);
    for (const [index, distance] of found.entries()) {
      const wider = found[index + 1];
      if (wider === undefined || distance === undefined) continue;
      const outside = [...distance.keys()].filter(
        (node) => distance[node]! >= 0 && (wider[node]! < 0 || wider[node]! > distance[node]!),
      );
      expect(outside, `nodes reached by ${id} at ${searched[index]} only`).toEqual([]);
    }
  }
}

/** What makes an estate worth asking about, for its users and roles. */
function featuresOf({ reaches }: Measured): ReadonlySet<string> {
  const met = new Set<string>();
  const words: Readonly<Record<Level, string>> = { 0: 'none', 1: 'unknown', 2: 'conditional', 3: 'sure' };
  for (const [subject, { levels }] of reaches) {
    if (!subject.includes(main) || subject.includes(':root')) continue;
    for (const [what, level] of levels) {
      const kind = what.slice(0, what.indexOf(' '));
      met.add(`${kind} ${words[level]}`);
      if (kind === 'identity' && !idIn(what).includes(main)) met.add(`identity elsewhere`);
    }
  }
  return met;
}

describe('the bounds of a radius (findings.md 3.1)', () => {
  test(
    'hold what is proven within what is not excluded, and count what is listed',
    () => {
      const seen = new Map<string, number>();
      const estates = holdsOnEstates(usual, fc.constant(undefined), (estate) => {
        const measured = measure(estate);
        for (const feature of featuresOf(measured)) seen.set(feature, (seen.get(feature) ?? 0) + 1);
        for (const [subject, reached] of measured.reaches) expectCounts(subject, reached);
        expectNested(measured);
      });
      // Random estates must meet every kind of answer, and often, for the properties of this directory to mean something.
      const share = (feature: string): number => (seen.get(feature) ?? 0) / estates;
      for (const kind of ['identity', 'admin', 'resource']) {
        for (const word of ['sure', 'conditional', 'unknown']) {
          const feature = `${kind} ${word}`;
          if (estates >= enough) expect(share(feature), feature).toBeGreaterThan(0.1);
          else if (estates >= usual) expect(share(feature), feature).toBeGreaterThan(0);
        }
      }
      if (estates < enough) return;
      expect(share('identity elsewhere')).toBeGreaterThan(0.1);
      expect(share('unlisted sure')).toBeGreaterThan(0.05);
    },
    patience,
  );
});
