import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HubEdges } from './hub-edges.ts';
import { fullSet, setOf } from './range-set.ts';
import { type ReachGraph, ReachGraphBuilder } from './reach-graph.ts';
import { searchReach } from './reach-search.ts';
import type { Universe } from './universe.ts';

/** The size is all that hubs read of a universe. */
function universeOf(size: number): Universe {
  return { size } as Universe;
}

interface Fixture {
  readonly builder: ReachGraphBuilder;
  readonly hubs: HubEdges;
  readonly leaves: readonly number[];
}

function fixture(size: number): Fixture {
  const builder = new ReachGraphBuilder();
  const leaves = Array.from({ length: size }, (_, index) => builder.node('identity', index));
  return { builder, hubs: new HubEdges(builder), leaves };
}

/** Distances of the leaves that a node leads to; undefined for the others. */
function leavesFrom(graph: ReachGraph, node: number, leaves: readonly number[]): readonly (number | undefined)[] {
  const { distance } = searchReach(graph, node, 3);
  return leaves.map((leaf) => (distance[leaf] === -1 ? undefined : distance[leaf]));
}

it('leads to exactly the members of a set, each one step away, whatever else shares the tree', () => {
  const sets = fc.array(fc.uniqueArray(fc.nat(99), { maxLength: 100 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), sets, fc.constantFrom<0 | 1>(0, 1), (size, chosen, weight) => {
      const { builder, hubs, leaves } = fixture(size);
      const members = chosen.map((set) => set.filter((index) => index < size).sort((left, right) => left - right));
      const nodes = members.map((set) =>
        hubs.hub('become', 0, universeOf(size), setOf(set), (index) => leaves[index]!, weight),
      );
      const graph = builder.build();
      nodes.forEach((node, at) => {
        const expected = leaves.map((_, index) => (members[at]!.includes(index) ? weight : undefined));
        expect(leavesFrom(graph, node, leaves)).toEqual(expected);
      });
    }),
  );
});

it('shares the hub of equal sets, and only of those', () => {
  const { builder, hubs, leaves } = fixture(20);
  const hub = (face: string, space: number, set: readonly number[]): number =>
    hubs.hub(face, space, universeOf(20), setOf(set), (index) => leaves[index]!, 1);
  const one = hub('become', 0, [1, 2, 3]);
  expect(hub('become', 0, [1, 2, 3])).toBe(one);
  expect(hub('become', 0, [1, 2])).not.toBe(one);
  expect(hub('grant', 0, [1, 2, 3])).not.toBe(one);
  expect(hub('become', 1, [1, 2, 3])).not.toBe(one);
  expect(builder.build().nodeCount).toBe(24);
});

it('adds a number of edges that grows with the logarithm for a new range of many', () => {
  const size = 1 << 14;
  const { builder, hubs, leaves } = fixture(size);
  const leaf = (index: number): number => leaves[index]!;
  hubs.hub('become', 0, universeOf(size), fullSet(size), leaf, 1);
  const before = builder.build().targets.length;
  for (let from = 1; from <= 100; from += 1) {
    hubs.hub('become', 0, universeOf(size), [from, size - from], leaf, 1);
  }
  expect((builder.build().targets.length - before) / 100).toBeLessThan(4 * Math.log2(size));
});
