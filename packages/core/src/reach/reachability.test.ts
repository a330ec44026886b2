import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentsLeadingTo, condense } from './condensation.ts';
import { type ReachGraph, ReachGraphBuilder } from './reach-graph.ts';
import { countReached, reachFrom } from './reachability.ts';

const NODES = 14;
const node = fc.nat(NODES - 1);

/** Graphs with edges of every certainty, loops, parallel edges and edges that need two sources. */
const graphs: fc.Arbitrary<ReachGraph> = fc
  .record({
    edges: fc.array(fc.tuple(node, node, fc.constantFrom<1 | 2 | 3>(1, 2, 3, 3)), { maxLength: 24 }),
    joints: fc.array(fc.tuple(node, node, node), { maxLength: 6 }),
  })
  .map(({ edges, joints }) => {
    const builder = new ReachGraphBuilder();
    for (let index = 0; index < NODES; index += 1) builder.node('identity', index);
    for (const [from, to, certainty] of edges) builder.edge(from, to, certainty);
    for (const [left, right, to] of joints) builder.joint(left, right, to);
    return builder.build();
  });
const least = fc.constantFrom(1, 2, 3);

/** Adds whatever any edge adds until nothing does. */
function closure(graph: ReachGraph, certainty: number, source: number): ReadonlySet<number> {
  const reached = new Set([source]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const from of [...reached]) {
      for (let edge = graph.offsets[from]!; edge < graph.offsets[from + 1]!; edge += 1) {
        if (graph.certainty[edge]! >= certainty) reached.add(graph.targets[edge]!);
      }
    }
    graph.jointTo.forEach((to, joint) => {
      if (reached.has(graph.jointLeft[joint]!) && reached.has(graph.jointRight[joint]!)) reached.add(to);
    });
  }
  return reached;
}

function withoutJoints(graph: ReachGraph): ReachGraph {
  const none = new Int32Array(0);
  return { ...graph, jointLeft: none, jointRight: none, jointTo: none };
}

describe('condense', () => {
  it('puts nodes together exactly where each reaches the other', () => {
    fc.assert(
      fc.property(graphs, least, (graph, certainty) => {
        const plain = withoutJoints(graph);
        const reach = Array.from({ length: NODES }, (_, from) => closure(plain, certainty, from));
        const { componentOf } = condense(graph, certainty);
        for (let left = 0; left < NODES; left += 1) {
          for (let right = 0; right < NODES; right += 1) {
            const together = reach[left]!.has(right) && reach[right]!.has(left);
            expect(componentOf[left] === componentOf[right]).toBe(together);
          }
        }
      }),
    );
  });

  it('keeps each edge between components once, and numbers components so that edges go up', () => {
    fc.assert(
      fc.property(graphs, least, (graph, certainty) => {
        const { componentOf, componentCount, offsets, targets } = condense(graph, certainty);
        const expected = new Set<string>();
        for (let from = 0; from < NODES; from += 1) {
          for (let edge = graph.offsets[from]!; edge < graph.offsets[from + 1]!; edge += 1) {
            const [left, right] = [componentOf[from]!, componentOf[graph.targets[edge]!]!];
            if (graph.certainty[edge]! >= certainty && left !== right) expected.add(`${left} ${right}`);
          }
        }
        const found: string[] = [];
        for (let from = 0; from < componentCount; from += 1) {
          for (let edge = offsets[from]!; edge < offsets[from + 1]!; edge += 1) {
            expect(targets[edge]!).toBeGreaterThan(from);
            found.push(`${from} ${targets[edge]}`);
          }
        }
        expect(found.sort()).toEqual([...expected].sort());
      }),
    );
  });

  it('does not recurse: a chain of 200,000 nodes', () => {
    const builder = new ReachGraphBuilder();
    for (let index = 0; index < 200_000; index += 1) builder.node('identity', index);
    for (let index = 1; index < 200_000; index += 1) builder.edge(index - 1, index);
    expect(condense(builder.build(), 3).componentCount).toBe(200_000);
  });
});

describe('reachFrom', () => {
  it('reaches what adding edge after edge reaches', () => {
    fc.assert(
      fc.property(graphs, least, node, (graph, certainty, source) => {
        const reached = closure(graph, certainty, source);
        expect([...reachFrom(graph, certainty, source)]).toEqual(
          Array.from({ length: NODES }, (_, index) => (reached.has(index) ? 1 : 0)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('countReached', () => {
  it('counts what adding edge after edge reaches, for every source and counter', () => {
    const sources = fc.array(node, { maxLength: 20 });
    // Walked to the end, given up on the way, or not begun.
    const steps = fc.constantFrom(undefined, 0, 3, 6);
    // What long walks come to is kept for none, the first, or as many as there is room for.
    const anchors = fc.constantFrom(undefined, 0, 1, 2);
    const crowds = fc.constantFrom(undefined, 0, 1, 2);
    const counters = fc.array(fc.uniqueArray(node), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        graphs,
        least,
        sources,
        counters,
        steps,
        anchors,
        crowds,
        fc.constantFrom(undefined, 1, 2),
        (graph, certainty, from, counted, steps, anchors, crowd, shared) => {
          const counts = countReached(
            graph,
            certainty,
            Int32Array.from(from),
            counted.map((nodes) => ({ nodes: Int32Array.from(nodes) })),
            { steps, anchors, crowd, shared },
          );
          counted.forEach((nodes, at) => {
            const expected = from.map((source) => {
              const reached = closure(graph, certainty, source);
              return nodes.filter((one) => reached.has(one)).length;
            });
            expect([...counts[at]!]).toEqual(expected);
          });
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('counts what two lead to together only for who comes to both', () => {
    const gates = fc.uniqueArray(fc.nat(3), { maxLength: 4 });
    // By source: the gates that it leads to, and another source or none.
    const callers = fc.array(fc.record({ gates, other: fc.option(fc.nat(9)) }), { minLength: 4, maxLength: 10 });
    const pairs = fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(1)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(callers, pairs, (ones, joints) => {
        const builder = new ReachGraphBuilder();
        const add = (count: number): readonly number[] =>
          Array.from({ length: count }, () => builder.node('identity', 0));
        const [from, to, ends] = [add(ones.length), add(4), add(2)];
        for (const end of ends) for (const one of add(12)) builder.edge(end, one);
        ones.forEach(({ gates: some, other }, at) => {
          for (const gate of some) builder.edge(from[at]!, to[gate]!);
          if (other !== null && other < ones.length) builder.edge(from[at]!, from[other]!);
        });
        for (const [left, right, end] of joints) builder.joint(to[left]!, to[right]!, ends[end]!);
        const graph = builder.build();
        const all = Int32Array.from(graph.kinds.keys());
        const [counts] = countReached(graph, 3, all, [{ nodes: all }], { steps: 2, shared: 1 });
        expect([...counts!]).toEqual([...all].map((source) => closure(graph, 3, source).size));
      }),
      { numRuns: 1_000 },
    );
  });

  it('counts over more than one tile of sources', () => {
    const count = 5_000;
    const builder = new ReachGraphBuilder();
    for (let index = 0; index < count; index += 1) builder.node('identity', index);
    for (let index = 1; index < count; index += 1) {
      builder.edge(index - 1, index);
      builder.edge(index - 1, count - 1);
    }
    const all = Int32Array.from({ length: count }, (_, index) => index);
    const [counts] = countReached(builder.build(), 3, all, [{ nodes: all }]);
    expect([...counts!]).toEqual([...all].map((index) => count - index));
  });
});

describe('componentsLeadingTo', () => {
  it('marks what comes to a node over edges alone', () => {
    fc.assert(
      fc.property(graphs.map(withoutJoints), least, node, (graph, certainty, to) => {
        const condensation = condense(graph, certainty);
        const leads = componentsLeadingTo(condensation, condensation.componentOf[to]!);
        for (let from = 0; from < NODES; from += 1) {
          const expected = closure(graph, certainty, from).has(to) ? 1 : 0;
          expect(leads[condensation.componentOf[from]!]).toBe(expected);
        }
      }),
    );
  });
});
