import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeGraph } from './graph-codec.ts';
import { mergeGraphs } from './merge-graphs.ts';
import type { GraphNode } from './model.ts';
import { arbitraryFacts, type Fact, graphOf } from './testing/arbitrary-facts.ts';

/** Nodes by reference say the same wherever they occur, and less than the collected node. */
function byReference(fact: Fact, ids: ReadonlySet<string>): Fact {
  if (fact.add !== 'node' || !ids.has(fact.value.id)) return fact;
  const { id } = fact.value;
  const value: GraphNode = { kind: 'identity', id, provider: 'aws', type: 'role', name: id, external: true };
  return { add: 'node', value };
}

/** Whoever attaches a synthetic policy has made it. */
function isSynthetic(fact: Fact): boolean {
  return fact.add === 'policy' && fact.value.type === 'synthetic';
}

/** Parts that may overlap, and the same parts in another order. */
const parts = arbitraryFacts.chain((facts) => {
  const ids = facts.flatMap((fact) => (fact.add === 'node' && fact.value.kind !== 'scope' ? [fact.value.id] : []));
  const part = fc
    .tuple(fc.subarray([...facts]), fc.subarray(ids))
    .map(([some, references]) =>
      [...some, ...facts.filter(isSynthetic)].map((fact) => byReference(fact, new Set(references))),
    )
    .map(graphOf);
  return fc
    .array(part, { minLength: 1, maxLength: 4 })
    .chain((graphs) => fc.tuple(fc.constant(graphs), fc.shuffledSubarray(graphs, { minLength: graphs.length })));
});

it('does not depend on the order of graphs that do not contradict one another', () => {
  fc.assert(
    fc.property(parts, ([graphs, others]) => {
      expect([...encodeGraph(mergeGraphs(others))]).toEqual([...encodeGraph(mergeGraphs(graphs))]);
    }),
    { numRuns: 300 },
  );
});

it('changes nothing when repeated, or when done in steps', () => {
  fc.assert(
    fc.property(parts, ([graphs]) => {
      const merged = mergeGraphs(graphs);
      expect(mergeGraphs([merged])).toEqual(merged);
      expect(mergeGraphs([merged, ...graphs])).toEqual(merged);
      expect(graphs.reduce((left, right) => mergeGraphs([left, right]))).toEqual(
        graphs.length > 1 ? merged : graphs[0],
      );
    }),
  );
});

it('keeps a node by reference only where no graph has collected it', () => {
  fc.assert(
    fc.property(parts, ([graphs]) => {
      const isExternal = (node: GraphNode): boolean => node.kind === 'identity' && node.external === true;
      const collected = new Set(
        graphs.flatMap(({ nodes }) => nodes.filter((node) => !isExternal(node)).map(({ id }) => id)),
      );
      const { nodes } = mergeGraphs(graphs);
      expect(new Set(nodes.map(({ id }) => id))).toEqual(
        new Set(graphs.flatMap((graph) => graph.nodes.map(({ id }) => id))),
      );
      for (const node of nodes) expect(isExternal(node)).toBe(!collected.has(node.id));
    }),
  );
});
