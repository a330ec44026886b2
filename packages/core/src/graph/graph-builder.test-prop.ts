import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { encodeGraph } from './graph-codec.ts';
import { arbitraryFacts, type Fact, graphOf } from './testing/arbitrary-facts.ts';

const shuffled = (facts: readonly Fact[]): fc.Arbitrary<readonly Fact[]> =>
  fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 });

it('equal facts give an equal graph, whatever their order and however often they repeat', () => {
  fc.assert(
    fc.property(
      arbitraryFacts.chain((facts) => fc.tuple(fc.constant(facts), shuffled(facts))),
      ([facts, others]) => {
        expect([...encodeGraph(graphOf(others))]).toEqual([...encodeGraph(graphOf(facts))]);
      },
    ),
    { numRuns: 300 },
  );
});

it('every reference of a built graph leads somewhere, except to scopes', () => {
  fc.assert(
    fc.property(arbitraryFacts, (facts) => {
      const graph = graphOf(facts);
      const nodes = new Set(graph.nodes.map(({ id }) => id));
      const documents = new Set(graph.documents.map(({ id }) => id));
      const policies = new Set(graph.policies.map(({ id }) => id));
      expect(nodes.size).toBe(graph.nodes.length);
      expect(graph.edges.every(({ from, to }) => nodes.has(from) && nodes.has(to))).toBe(true);
      expect(graph.policies.every(({ document }) => documents.has(document))).toBe(true);
      expect(graph.attachments.every(({ node, policy }) => nodes.has(node) && policies.has(policy))).toBe(true);
      expect(
        graph.usage.every(({ identity, credential = identity }) => nodes.has(identity) && nodes.has(credential)),
      ).toBe(true);
      expect(graph.observations.every(({ subject }) => nodes.has(subject))).toBe(true);
    }),
  );
});

it('no fact disappears without a gap', () => {
  fc.assert(
    fc.property(arbitraryFacts, (facts) => {
      const graph = graphOf(facts);
      const kept = new Set(graph.edges.map(({ type, from, to }) => canonicalJson([type, from, to])));
      const gaps = new Set(graph.gaps.map(({ what }) => what));
      for (const { add, value } of facts) {
        if (add !== 'edge' || kept.has(canonicalJson([value.type, value.from, value.to]))) continue;
        expect(gaps).toContain(`${value.type} edge`);
      }
    }),
  );
});
