import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReachGraph, ReachGraphBuilder } from './reach-graph.ts';
import { searchReach } from './reach-search.ts';

const NODES = 12;
const node = fc.nat(NODES - 1);

const graphs: fc.Arbitrary<ReachGraph> = fc
  .record({
    edges: fc.array(fc.tuple(node, node, fc.constantFrom<1 | 2 | 3>(1, 2, 3, 3), fc.constantFrom<0 | 1>(0, 1)), {
      maxLength: 24,
    }),
    joints: fc.array(fc.tuple(node, node, node), { maxLength: 6 }),
  })
  .map(({ edges, joints }) => {
    const builder = new ReachGraphBuilder();
    for (let index = 0; index < NODES; index += 1) builder.node('identity', index);
    for (const [from, to, certainty, weight] of edges) builder.edge(from, to, certainty, -1, weight);
    for (const [left, right, to] of joints) builder.joint(left, right, to);
    return builder.build();
  });
const least = fc.constantFrom(1, 2, 3);

/** Lowers distances by any edge until none can be lowered: no order to get wrong. */
function slowDistances(graph: ReachGraph, source: number, certainty: number): readonly number[] {
  const distance = new Array<number>(NODES).fill(Number.POSITIVE_INFINITY);
  distance[source] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    const offer = (to: number, far: number): void => {
      if (far >= distance[to]!) return;
      distance[to] = far;
      changed = true;
    };
    for (let from = 0; from < NODES; from += 1) {
      for (let edge = graph.offsets[from]!; edge < graph.offsets[from + 1]!; edge += 1) {
        if (graph.certainty[edge]! >= certainty) offer(graph.targets[edge]!, distance[from]! + graph.weights[edge]!);
      }
    }
    graph.jointTo.forEach((to, joint) => {
      offer(to, Math.max(distance[graph.jointLeft[joint]!]!, distance[graph.jointRight[joint]!]!));
    });
  }
  return distance.map((far) => (far === Number.POSITIVE_INFINITY ? -1 : far));
}

describe('searchReach', () => {
  it('finds the shortest distances', () => {
    fc.assert(
      fc.property(graphs, node, least, (graph, source, certainty) => {
        expect([...searchReach(graph, source, certainty).distance]).toEqual(slowDistances(graph, source, certainty));
      }),
      { numRuns: 2_000 },
    );
  });

  it('remembers a way that costs what it says and ends at the source', () => {
    fc.assert(
      fc.property(graphs, node, least, (graph, source, certainty) => {
        const search = searchReach(graph, source, certainty);
        const { distance, parentEdge, parentNode, parentJoint } = search;
        const before = (at: number): readonly number[] => {
          const joint = parentJoint[at]!;
          return joint >= 0 ? [graph.jointLeft[joint]!, graph.jointRight[joint]!] : [parentNode[at]!];
        };
        for (let at = 0; at < NODES; at += 1) {
          if (distance[at] === -1 || at === source) continue;
          const edge = parentEdge[at]!;
          if (parentJoint[at] === -1) {
            expect(graph.targets[edge]).toBe(at);
            expect(graph.certainty[edge]).toBeGreaterThanOrEqual(certainty);
          } else {
            expect(graph.jointTo[parentJoint[at]!]).toBe(at);
          }
          const weight = parentJoint[at] === -1 ? graph.weights[edge]! : 0;
          expect(distance[at]).toBe(Math.max(...before(at).map((one) => distance[one]!)) + weight);
        }
        // Following parents from anywhere never comes back to a node it came from.
        const onTheWay = (at: number, seen: ReadonlySet<number>): boolean =>
          at === source || (!seen.has(at) && before(at).every((one) => onTheWay(one, new Set([...seen, at]))));
        for (let at = 0; at < NODES; at += 1) if (distance[at] !== -1) expect(onTheWay(at, new Set())).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('pays for the farther one of two sources', () => {
    const builder = new ReachGraphBuilder();
    const [source, near, far, both] = [0, 1, 2, 3].map((index) => builder.node('identity', index));
    builder.edge(source!, near!);
    builder.edge(near!, far!, 3, -1, 1);
    builder.joint(near!, far!, both!);
    expect(searchReach(builder.build(), source!, 3).distance[both!]).toBe(1);
  });
});
