import { AuthorizationModel, CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { deriveReach, reachNodeKinds, type ScopedPredicate, searchReach, startNode } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { directoryPredicates } from './directory-predicates.ts';
import type { DirectoryTechnique } from './directory-row.ts';
import { entraTechniques } from './entra-techniques.ts';
import { graphTechniques } from './graph-techniques.ts';
import { CALLER, directoryEstate } from './testing/directory-estate.ts';
import { directorySemantics } from './testing/directory-semantics.ts';
import { type Circumstances, circumstancesOf, type Leaf, truthIn, waysOf } from './testing/directory-ways.ts';

const NOW = Date.UTC(2026, 10, 22);
const rows = [...entraTechniques, ...graphTechniques];

/** How surely the caller gains what the row promises, by the derivation itself. */
function gained(row: DirectoryTechnique, type: string, given: Circumstances, misplaced = false): Truth {
  const { graph, gain, sign } = directoryEstate(row, type, given, misplaced);
  const predicates: Readonly<Record<string, ScopedPredicate>> = Object.fromEntries(
    Object.keys(directoryPredicates).map((name) => [
      name,
      () => (given.facts as Readonly<Record<string, Truth>>)[name] ?? FALSE,
    ]),
  );
  const model = new AuthorizationModel(new GraphIndex(graph), [directorySemantics]);
  const catalogue = { provider: 'azure', home: 'resource-group', techniques: [row, sign], predicates };
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

/** The circumstances without one thing, in every way that it can be missing. */
function lacking(given: Circumstances, leaf: Leaf): readonly (readonly [string, Circumstances])[] {
  switch (leaf.is) {
    case 'listed':
      return [[`not in ${leaf.name}`, { ...given, lists: given.lists.filter((name) => name !== leaf.name) }]];
    case 'fact':
      return [
        [`not ${leaf.name}`, { ...given, facts: { ...given.facts, [leaf.name]: FALSE } }],
        [`unknown whether ${leaf.name}`, { ...given, facts: { ...given.facts, [leaf.name]: UNKNOWN } }],
      ];
    case 'permission': {
      const rest = given.grants.filter(({ name, place }) => name !== leaf.name || place !== leaf.place);
      return [[`without ${leaf.name}`, { ...given, grants: rest }]];
    }
  }
}

describe.each(rows.map((row) => [row.id, row] as const))('%s', (_, row) => {
  const [type = ''] = row.target.types;
  const ways = waysOf(row.requires);

  test.each(row.target.types.map((one) => [one]))('works on %s', (one) => {
    expect(gained(row, one, circumstancesOf(ways[0]!))).toBe(TRUE);
  });

  test('works in every way that it says, and not where one thing of it is missing', () => {
    for (const way of ways) {
      const given = circumstancesOf(way);
      expect([way, gained(row, type, given)]).toEqual([way, TRUE]);
      for (const leaf of way) {
        for (const [what, less] of lacking(given, leaf)) {
          expect([way, what, gained(row, type, less)]).toEqual([way, what, truthIn(less, row.requires)]);
        }
      }
    }
  });

  test('does not work with nothing, nor where what it asks of the target is held on another', () => {
    expect(gained(row, type, { grants: [], facts: {}, lists: [] })).toBe(FALSE);
    const way = ways.find((one) =>
      one.some((leaf) => leaf.is === 'listed' || (leaf.is === 'permission' && leaf.place === 'target')),
    );
    if (way !== undefined) expect(gained(row, type, circumstancesOf(way), true)).toBe(FALSE);
  });
});
