import { AuthorizationModel, CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import {
  deriveReach,
  reachNodeKinds,
  type ScopedPredicate,
  type ScopedTechnique,
  searchReach,
  startNode,
} from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { azureSemantics } from '../authz/azure-semantics.ts';
import { UNCOLLECTED } from './arm-types.ts';
import { azureTechniques } from './azure-techniques.ts';
import { CALLER, type Disturbance, isDeniable, techniqueEstate } from './testing/technique-estate.ts';
import { type Circumstances, circumstancesOf, type Leaf, NOTHING, truthIn, waysOf } from './testing/technique-ways.ts';

const NOW = Date.UTC(2026, 10, 22);

/** How surely the caller gains what the row promises, by the derivation itself. */
function gained(row: ScopedTechnique, type: string, given: Circumstances, disturbance: Disturbance = 'none'): Truth {
  const { graph, gain, sign } = techniqueEstate(row, type, given, disturbance);
  const predicates: Readonly<Record<string, ScopedPredicate>> = Object.fromEntries(
    Object.keys(azureTechniques.predicates).map((name) => [name, () => given.facts[name] ?? FALSE]),
  );
  const model = new AuthorizationModel(new GraphIndex(graph), [azureSemantics]);
  const reach = deriveReach(model, [{ ...azureTechniques, techniques: [row, sign], predicates }], { now: NOW });
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
      const isIt = (one: Leaf | Circumstances['grants'][number]): boolean =>
        'place' in one && one.name === leaf.name && one.place === leaf.place;
      const eligible = given.grants.map((one) => (isIt(one) ? { ...one, eligible: true as const } : one));
      return [
        [`without ${leaf.name}`, { ...given, grants: given.grants.filter((one) => !isIt(one)) }],
        [`${leaf.name} to be activated`, { ...given, grants: eligible }],
        [`${leaf.name} that a machine cannot activate`, { ...given, grants: eligible, interactive: false }],
        ...(isDeniable(leaf.name) ? [[`${leaf.name} denied`, { ...given, denied: [leaf.name] }] as const] : []),
      ];
    }
  }
}

const isOnTarget = (leaf: Leaf): boolean =>
  leaf.is === 'listed' || (leaf.is === 'permission' && leaf.place === 'target');

describe.each(azureTechniques.techniques.map((row) => [row.id, row] as const))('%s', (_, row) => {
  const types = row.target.types.filter((type) => type !== UNCOLLECTED);
  const [type = ''] = types;
  const ways = waysOf(row.requires);
  const first = circumstancesOf(ways[0]!);

  test('works on every type of target', () => {
    expect(types.map((one) => [one, gained(row, one, first)])).toEqual(types.map((one) => [one, TRUE]));
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

  test('does not work with nothing, nor where what it asks of the target is held beside it', () => {
    expect(gained(row, type, NOTHING)).toBe(FALSE);
    const way = ways.find((one) => one.some(isOnTarget));
    if (way !== undefined) expect(gained(row, type, circumstancesOf(way), 'other-node')).toBe(FALSE);
  });

  test('works by what is granted above the target', () => {
    const way = ways.find((one) => one.some(isOnTarget)) ?? ways[0]!;
    expect(gained(row, type, circumstancesOf(way), 'granted-above')).toBe(TRUE);
  });

  if (type === 'user' || type === 'group') {
    test('does not work on a member of a restricted unit by rights over the whole directory', () => {
      for (const way of ways) {
        const given = { ...circumstancesOf(way), restricted: true };
        expect([way, gained(row, type, given)]).toEqual([way, truthIn(given, row.requires)]);
      }
    });
  }

  if (first.grants.some(({ name }) => isDeniable(name))) {
    test('does not work against denies, but for those of others', () => {
      expect(gained(row, type, first, 'denied')).toBe(FALSE);
      expect(gained(row, type, first, 'denied-to-all')).toBe(FALSE);
      expect(gained(row, type, first, 'denied-to-others')).toBe(TRUE);
    });
  }

  if (row.target.types.includes(UNCOLLECTED)) {
    test('is unknown on what was not listed', () => {
      expect(gained(row, UNCOLLECTED, first, 'uncollected')).toBe(UNKNOWN);
    });
  }
});
