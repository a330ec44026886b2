import type { ReachGraph } from './reach-graph.ts';

/** Strongly connected components over the edges in use, numbered in topological order: every edge goes to a higher number. */
export interface Condensation {
  readonly componentCount: number;
  /** Component of each node. */
  readonly componentOf: Int32Array;
  /** Distinct edges between components, in compressed rows. */
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
}

/** Condenses the part of a graph whose edges are at least as certain as `least`. Iterative Tarjan; joint edges stand apart. */
export function condense(graph: ReachGraph, least: number): Condensation {
  const { nodeCount, offsets, targets, certainty } = graph;
  const index = new Int32Array(nodeCount).fill(-1);
  const low = new Int32Array(nodeCount);
  const onStack = new Uint8Array(nodeCount);
  const componentOf = new Int32Array(nodeCount).fill(-1);
  const stack = new Int32Array(nodeCount);
  const callNode = new Int32Array(nodeCount);
  const callEdge = new Int32Array(nodeCount);
  let stackSize = 0;
  let counter = 0;
  let components = 0;
  for (let root = 0; root < nodeCount; root += 1) {
    if (index[root] !== -1) continue;
    let depth = 0;
    callNode[0] = root;
    callEdge[0] = offsets[root]!;
    index[root] = low[root] = counter;
    counter += 1;
    stack[stackSize] = root;
    stackSize += 1;
    onStack[root] = 1;
    while (depth >= 0) {
      const node = callNode[depth]!;
      const at = callEdge[depth]!;
      if (at < offsets[node + 1]!) {
        callEdge[depth] = at + 1;
        if (certainty[at]! < least) continue;
        const next = targets[at]!;
        if (index[next] === -1) {
          index[next] = low[next] = counter;
          counter += 1;
          stack[stackSize] = next;
          stackSize += 1;
          onStack[next] = 1;
          depth += 1;
          callNode[depth] = next;
          callEdge[depth] = offsets[next]!;
        } else if (onStack[next] === 1 && index[next]! < low[node]!) {
          low[node] = index[next]!;
        }
        continue;
      }
      if (low[node] === index[node]) {
        for (;;) {
          stackSize -= 1;
          const member = stack[stackSize]!;
          onStack[member] = 0;
          componentOf[member] = components;
          if (member === node) break;
        }
        components += 1;
      }
      depth -= 1;
      if (depth >= 0) {
        const parent = callNode[depth]!;
        if (low[node]! < low[parent]!) low[parent] = low[node]!;
      }
    }
  }
  // Tarjan numbers components in reverse topological order.
  for (let node = 0; node < nodeCount; node += 1) componentOf[node] = components - 1 - componentOf[node]!;
  return { componentCount: components, componentOf, ...componentEdges(graph, least, componentOf, components) };
}

function componentEdges(
  graph: ReachGraph,
  least: number,
  componentOf: Int32Array,
  components: number,
): { readonly offsets: Int32Array; readonly targets: Int32Array } {
  const { nodeCount, offsets: from, targets: to, certainty } = graph;
  // Nodes by component, so that the edges of a component can be made distinct with one mark array.
  const starts = new Int32Array(components + 1);
  for (let node = 0; node < nodeCount; node += 1) starts[componentOf[node]! + 1]! += 1;
  for (let component = 0; component < components; component += 1) starts[component + 1]! += starts[component]!;
  const next = starts.slice();
  const members = new Int32Array(nodeCount);
  for (let node = 0; node < nodeCount; node += 1) {
    const component = componentOf[node]!;
    members[next[component]!] = node;
    next[component]! += 1;
  }
  const offsets = new Int32Array(components + 1);
  const mark = new Int32Array(components).fill(-1);
  const targets = new Int32Array(to.length);
  let length = 0;
  for (let component = 0; component < components; component += 1) {
    for (let at = starts[component]!; at < starts[component + 1]!; at += 1) {
      const node = members[at]!;
      for (let edge = from[node]!; edge < from[node + 1]!; edge += 1) {
        if (certainty[edge]! < least) continue;
        const target = componentOf[to[edge]!]!;
        if (target === component || mark[target] === component) continue;
        mark[target] = component;
        targets[length] = target;
        length += 1;
      }
    }
    offsets[component + 1] = length;
  }
  return { offsets, targets: targets.slice(0, length) };
}

/** By component: 1 where it leads to a component, or is it. */
export function componentsLeadingTo({ offsets, targets, componentCount }: Condensation, to: number): Uint8Array {
  const leads = new Uint8Array(componentCount);
  leads[to] = 1;
  // Edges lead from lower numbers to higher ones.
  for (let component = to - 1; component >= 0; component -= 1) {
    for (let edge = offsets[component]!; edge < offsets[component + 1]!; edge += 1) {
      if (leads[targets[edge]!] === 0) continue;
      leads[component] = 1;
      break;
    }
  }
  return leads;
}
