import { UNKNOWN } from '../authz/truth.ts';
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

/** What to count: for each counter the nodes it counts, each once. */
export interface ReachCounter {
  readonly nodes: Int32Array;
}

/** The words of one tile; 64 words hold 2,048 sources and fit the cache with their neighbours. */
const TILE_WORDS = 64;

/**
 * For each source and each counter, how many of the counter's nodes the source reaches over edges at least as certain
 * as `least`, itself included where it is counted. Exact.
 *
 * Sources are handled in tiles of 2,048: rows of bits (which sources reach this component) are ORed along the
 * topological order, joint edges are then applied and the pass repeated until nothing changes. Sources that share the
 * component they lead to share the row.
 */
export function countReached(
  graph: ReachGraph,
  least: number,
  sources: Int32Array,
  counters: readonly ReachCounter[],
): Int32Array[] {
  const condensation = condense(graph, least);
  const { componentCount, componentOf, offsets, targets } = condensation;
  const results = counters.map(() => new Int32Array(sources.length));

  // Sources whose component only leads to one other and is led to by nothing inside share that one's row.
  const isJointPart = new Uint8Array(componentCount);
  for (let joint = 0; joint < graph.jointTo.length; joint += 1) {
    isJointPart[componentOf[graph.jointLeft[joint]!]!] = 1;
    isJointPart[componentOf[graph.jointRight[joint]!]!] = 1;
  }
  const weights = counters.map((counter) => {
    const weight = new Int32Array(componentCount);
    for (const node of counter.nodes) weight[componentOf[node]!]! += 1;
    return weight;
  });
  const rowOf = new Map<number, number>();
  const rowComponents: number[] = [];
  const rowFor = (component: number): number => {
    let row = rowOf.get(component);
    if (row === undefined) {
      row = rowComponents.length;
      rowOf.set(component, row);
      rowComponents.push(component);
    }
    return row;
  };
  const sourceRow = new Int32Array(sources.length);
  const sharesRow = new Uint8Array(sources.length);
  for (let source = 0; source < sources.length; source += 1) {
    const component = componentOf[sources[source]!]!;
    const single = offsets[component + 1]! - offsets[component]! === 1;
    // INVARIANT: without joint edges at the component, what it reaches is itself and what its one successor reaches.
    if (single && isJointPart[component] === 0) {
      const successor = targets[offsets[component]!]!;
      sourceRow[source] = rowFor(successor);
      sharesRow[source] = 1;
    } else {
      sourceRow[source] = rowFor(component);
    }
  }

  const sharing = sourcesByRow(sourceRow, sharesRow, rowComponents.length);
  const rowCounts = counters.map(() => new Int32Array(rowComponents.length));
  const words = Math.min(TILE_WORDS, Math.max(1, (rowComponents.length + 31) >>> 5));
  const bits = new Int32Array(componentCount * words);
  for (let first = 0; first < rowComponents.length; first += words * 32) {
    bits.fill(0);
    const size = Math.min(words * 32, rowComponents.length - first);
    for (let row = 0; row < size; row += 1) {
      bits[rowComponents[first + row]! * words + (row >>> 5)]! |= 1 << (row & 31);
    }
    propagate(graph, condensation, bits, words);
    for (let counter = 0; counter < counters.length; counter += 1) {
      countBits(bits, words, weights[counter]!, rowCounts[counter]!, first, size);
    }
    // A joint edge may lead a shared row back to the source's own component: then it is counted there already.
    for (let row = 0; row < size; row += 1) {
      for (let at = sharing.offsets[first + row]!; at < sharing.offsets[first + row + 1]!; at += 1) {
        const source = sharing.sources[at]!;
        const own = componentOf[sources[source]!]!;
        if (((bits[own * words + (row >>> 5)]! >>> (row & 31)) & 1) === 1) sharesRow[source] = 0;
      }
    }
  }
  for (let counter = 0; counter < counters.length; counter += 1) {
    const result = results[counter]!;
    for (let source = 0; source < sources.length; source += 1) {
      const own = sharesRow[source] === 1 ? weights[counter]![componentOf[sources[source]!]!]! : 0;
      result[source] = rowCounts[counter]![sourceRow[source]!]! + own;
    }
  }
  return results;
}

/** The sources that share a row, by row. */
function sourcesByRow(
  sourceRow: Int32Array,
  sharesRow: Uint8Array,
  rows: number,
): { readonly offsets: Int32Array; readonly sources: Int32Array } {
  const offsets = new Int32Array(rows + 1);
  for (let source = 0; source < sourceRow.length; source += 1) {
    if (sharesRow[source] === 1) offsets[sourceRow[source]! + 1]! += 1;
  }
  for (let row = 0; row < rows; row += 1) offsets[row + 1]! += offsets[row]!;
  const next = offsets.slice();
  const sources = new Int32Array(offsets[rows]!);
  for (let source = 0; source < sourceRow.length; source += 1) {
    if (sharesRow[source] !== 1) continue;
    const row = sourceRow[source]!;
    sources[next[row]!] = source;
    next[row]! += 1;
  }
  return { offsets, sources };
}

function propagate(graph: ReachGraph, condensation: Condensation, bits: Int32Array, words: number): void {
  const { componentCount, componentOf, offsets, targets } = condensation;
  const { jointLeft, jointRight, jointTo } = graph;
  for (;;) {
    for (let component = 0; component < componentCount; component += 1) {
      const base = component * words;
      let any = 0;
      for (let word = 0; word < words; word += 1) any |= bits[base + word]!;
      if (any === 0) continue;
      for (let edge = offsets[component]!; edge < offsets[component + 1]!; edge += 1) {
        const to = targets[edge]! * words;
        for (let word = 0; word < words; word += 1) bits[to + word]! |= bits[base + word]!;
      }
    }
    let changed = 0;
    for (let joint = 0; joint < jointTo.length; joint += 1) {
      const left = componentOf[jointLeft[joint]!]! * words;
      const right = componentOf[jointRight[joint]!]! * words;
      const to = componentOf[jointTo[joint]!]! * words;
      for (let word = 0; word < words; word += 1) {
        const added = bits[left + word]! & bits[right + word]! & ~bits[to + word]!;
        if (added !== 0) {
          bits[to + word]! |= added;
          changed = 1;
        }
      }
    }
    if (changed === 0) return;
  }
}

/** Adds the weight of every component to the counts of the sources whose bit it carries, through binary carry-save planes. */
function countBits(
  bits: Int32Array,
  words: number,
  weight: Int32Array,
  counts: Int32Array,
  first: number,
  size: number,
): void {
  const planes: Int32Array[] = [];
  for (let component = 0; component < weight.length; component += 1) {
    let left = weight[component]!;
    if (left === 0) continue;
    const base = component * words;
    for (let level = 0; left !== 0; level += 1, left >>>= 1) {
      if ((left & 1) === 0) continue;
      for (let word = 0; word < words; word += 1) {
        let carry = bits[base + word]!;
        for (let plane = level; carry !== 0; plane += 1) {
          while (planes.length <= plane) planes.push(new Int32Array(words));
          const row = planes[plane]!;
          const was = row[word]!;
          row[word] = was ^ carry;
          carry &= was;
        }
      }
    }
  }
  for (let row = 0; row < size; row += 1) {
    let count = 0;
    for (let plane = 0; plane < planes.length; plane += 1) {
      count += ((planes[plane]![row >>> 5]! >>> (row & 31)) & 1) * 2 ** plane;
    }
    counts[first + row] = count;
  }
}

/** Which nodes one source reaches over edges at least as certain as `least`: 1 where it does. */
export function reachFrom(graph: ReachGraph, least: number, source: number): Uint8Array {
  const reached = new Uint8Array(graph.nodeCount);
  const queue = new Int32Array(graph.nodeCount);
  const waiting = jointIndex(graph);
  let head = 0;
  let tail = 0;
  const visit = (node: number): void => {
    if (reached[node] === 1) return;
    reached[node] = 1;
    queue[tail] = node;
    tail += 1;
  };
  visit(source);
  while (head < tail) {
    const node = queue[head]!;
    head += 1;
    for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge += 1) {
      if (graph.certainty[edge]! >= least) visit(graph.targets[edge]!);
    }
    for (let at = waiting.offsets[node]!; at < waiting.offsets[node + 1]!; at += 1) {
      const joint = waiting.joints[at]!;
      if (reached[graph.jointLeft[joint]!] === 1 && reached[graph.jointRight[joint]!] === 1)
        visit(graph.jointTo[joint]!);
    }
  }
  return reached;
}

/** Joint edges by each of their two sources. */
export interface JointIndex {
  readonly offsets: Int32Array;
  readonly joints: Int32Array;
}

const indices: WeakMap<ReachGraph, JointIndex> = new WeakMap();

/** The joint edges of a graph by source, built once. */
export function jointIndex(graph: ReachGraph): JointIndex {
  const known = indices.get(graph);
  if (known !== undefined) return known;
  const offsets = new Int32Array(graph.nodeCount + 1);
  for (const side of [graph.jointLeft, graph.jointRight]) for (const node of side) offsets[node + 1]! += 1;
  for (let node = 0; node < graph.nodeCount; node += 1) offsets[node + 1]! += offsets[node]!;
  const next = offsets.slice();
  const joints = new Int32Array(graph.jointTo.length * 2);
  for (const side of [graph.jointLeft, graph.jointRight]) {
    for (let joint = 0; joint < side.length; joint += 1) {
      const node = side[joint]!;
      joints[next[node]!] = joint;
      next[node]! += 1;
    }
  }
  const index: JointIndex = { offsets, joints };
  indices.set(graph, index);
  return index;
}

/** The least certainty of the two bounds: `lo` over what is proven, `hi` over everything not excluded. */
export const bounds: { readonly lo: number; readonly hi: number } = { lo: 3, hi: UNKNOWN };
