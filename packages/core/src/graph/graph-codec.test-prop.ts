import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeGraph, encodeGraph } from './graph-codec.ts';
import { arbitraryFacts, graphOf } from './testing/arbitrary-facts.ts';

it('what is written reads back equal, and writes to the same lines', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryFacts, async (facts) => {
      const graph = graphOf(facts);
      const lines = [...encodeGraph(graph)];
      const read = await decodeGraph(lines);
      expect(read).toEqual(graph);
      expect([...encodeGraph(read)]).toEqual(lines);
    }),
    { numRuns: 300 },
  );
});

it('no line can be lost unnoticed', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryFacts, fc.nat(), async (facts, place) => {
      const lines = [...encodeGraph(graphOf(facts))];
      lines.splice(place % lines.length, 1);
      await expect(decodeGraph(lines)).rejects.toMatchObject({ code: 'bad-graph' });
    }),
  );
});
