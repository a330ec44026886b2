import { AuthorizationModel, CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex, type NodeId } from '@keyreach/core/graph';
import { deriveReach, reachNodeKinds, type ScopedPredicate, searchReach, startNode } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { gcpSemantics } from '../authz/gcp-semantics.ts';
import { gcpTechniqueRows, gcpTechniques } from './gcp-techniques.ts';
import { gcpPredicates } from './predicates.ts';
import { UNCOLLECTED } from './target-types.ts';
import type { GcpTechnique } from './technique-row.ts';
import { BEYOND, CALLER, type Disturbance, type TechniqueEstate, techniqueEstate } from './testing/technique-estate.ts';
import { type Circumstances, circumstancesOf, type Leaf, truthIn, waysOf } from './testing/technique-ways.ts';

const NOW = Date.UTC(2026, 10, 22);

/** Only what a row names is in question; everything else has the names that roles of the estate give it. */
const semantics = { ...gcpSemantics, actions: [] };

/** How surely the caller gains what the row promises, by the derivation itself. */
function gained(row: GcpTechnique, type: string, given: Circumstances, disturbance: Disturbance = 'none'): Truth {
  const estate = techniqueEstate(row, type, given, disturbance);
  return reached(estate, row, given, estate.gain);
}

/** How surely the caller comes to hold an identity by one row. */
function reached({ graph, signs }: TechniqueEstate, row: GcpTechnique, given: Circumstances, gain: NodeId): Truth {
  const predicates: Readonly<Record<string, ScopedPredicate>> = Object.fromEntries(
    Object.keys(gcpPredicates).map((name) => [
      name,
      () => (Object.hasOwn(given.facts, name) ? (given.facts as Readonly<Record<string, Truth>>)[name]! : FALSE),
    ]),
  );
  const model = new AuthorizationModel(new GraphIndex(graph), [semantics]);
  const catalogue = { ...gcpTechniques, techniques: [row, ...signs], predicates };
  const reach = deriveReach(model, [catalogue], { now: NOW });
  const source = startNode(reach, CALLER)!;
  for (const least of [TRUE, CONDITIONAL, UNKNOWN] as const) {
    const { distance } = searchReach(reach.graph, source, least);
    for (let node = 0; node < reach.graph.nodeCount; node += 1) {
      const ref = reach.graph.refs[node]!;
      if (distance[node] === -1 || ref === -1) continue;
      if (reachNodeKinds[reach.graph.kinds[node]!] === 'identity' && reach.identities[ref]!.id === gain) return least;
    }
  }
  return FALSE;
}

function isOn(leaf: Leaf, place: string): boolean {
  return leaf.is === 'permission' && leaf.place === place;
}

describe.each(gcpTechniqueRows.map((row) => [row.id, row] as const))('%s', (_, row) => {
  const types = row.target.types.filter((type) => type !== UNCOLLECTED);
  const [type = ''] = types;
  const ways = waysOf(row.requires);

  test.each(types.map((one) => [one]))('works on %s', (one) => {
    expect(gained(row, one, circumstancesOf(ways[0]!))).toBe(TRUE);
  });

  test('works in every way that it says, and not where one thing of it is missing', () => {
    for (const way of ways) {
      const given = circumstancesOf(way);
      expect([way, gained(row, type, given)]).toEqual([way, TRUE]);
      for (const leaf of way) {
        for (const [what, less] of lacking(given, leaf)) {
          const expected = truthIn(less, row.requires);
          expect([way, what, gained(row, type, less)]).toEqual([way, what, expected]);
        }
      }
    }
  });

  test('does not work with nothing, nor where what it asks of the target is held on another', () => {
    expect(gained(row, type, { grants: [], denied: [], facts: {}, listed: false })).toBe(FALSE);
    // What is asked on the organization, and held on a project, is another node as well.
    const way = ways.find((one) => one.some((leaf) => isOn(leaf, 'target')));
    if (way === undefined) return;
    expect(gained(row, type, circumstancesOf(way), 'other-node')).toBe(FALSE);
  });
});

const withLimits = gcpTechniqueRows.filter(({ within }) => within !== undefined);

test.each(withLimits.map((row) => [row.id, row] as const))('%s gives nothing beyond its limit', (_, row) => {
  const [type = ''] = row.target.types.filter((one) => one !== UNCOLLECTED);
  const given = circumstancesOf(waysOf(row.requires)[0]!);
  const estate = techniqueEstate(row, type, given);
  expect(reached(estate, row, given, BEYOND)).toBe(FALSE);
  // Without its limit the row leads there.
  const { within: _within, ...whole } = row;
  expect(reached(estate, whole, given, BEYOND)).toBe(TRUE);
});

const unlistable = gcpTechniqueRows.filter(({ target }) => target.types.some((one) => one === UNCOLLECTED));

test.each(unlistable.map((row) => [row.id, row] as const))('%s is unknown on what was not listed', (_, row) => {
  const given = circumstancesOf(waysOf(row.requires)[0]!);
  expect(gained(row, UNCOLLECTED, given, 'uncollected')).toBe(UNKNOWN);
});

/** The circumstances without one thing, in every way that it can be missing. */
function lacking(given: Circumstances, leaf: Leaf): readonly (readonly [string, Circumstances])[] {
  switch (leaf.is) {
    case 'listed':
      return [['not listed', { ...given, listed: false }]];
    case 'fact':
      return [
        [`not ${leaf.name}`, { ...given, facts: { ...given.facts, [leaf.name]: FALSE } }],
        [`unknown whether ${leaf.name}`, { ...given, facts: { ...given.facts, [leaf.name]: UNKNOWN } }],
      ];
    case 'permission': {
      const rest = given.grants.filter(({ name, place }) => name !== leaf.name || place !== leaf.place);
      return [
        [`without ${leaf.name}`, { ...given, grants: rest }],
        [`${leaf.name} denied`, { ...given, denied: [leaf.name] }],
      ];
    }
  }
}
