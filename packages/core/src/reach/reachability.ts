import { UNKNOWN } from '../authz/truth.ts';
import { ComponentWalk, type JointComponents, jointComponents, type WalkLimits } from './component-walk.ts';
import { type Condensation, condense } from './condensation.ts';
import type { ReachGraph } from './reach-graph.ts';

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
 * Sources that share the component they lead to share a row. Rows that reach little are walked one by one, as long as that is
 * cheaper; the others are handled in tiles of 2,048: rows of bits (which of them reach this component) are ORed along the
 * topological order, joint edges are then applied and the pass repeated until nothing changes. What comes out does not depend on
 * `limits`.
 */
export function countReached(
  graph: ReachGraph,
  least: number,
  sources: Int32Array,
  counters: readonly ReachCounter[],
  limits: WalkLimits = {},
): Int32Array[] {
  const condensation = condense(graph, least);
  const { componentCount, componentOf, offsets, targets } = condensation;
  const results = counters.map(() => new Int32Array(sources.length));
  const joints = jointComponents(graph, componentOf, componentCount, limits.crowd);

  // Sources whose component only leads to one other and is led to by nothing inside share that one's row.
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
    const isJointPart = joints.offsets[component + 1]! > joints.offsets[component]!;
    // INVARIANT: without joint edges at the component, what it reaches is itself and what its one successor reaches.
    if (single && !isJointPart) {
      const successor = targets[offsets[component]!]!;
      sourceRow[source] = rowFor(successor);
      sharesRow[source] = 1;
    } else {
      sourceRow[source] = rowFor(component);
    }
  }

  const sharing = sourcesByRow(sourceRow, sharesRow, rowComponents.length);
  const rowCounts = counters.map(() => new Int32Array(rowComponents.length));
  // A joint edge may lead a shared row back to the source's own component: then it is counted there already.
  const unshare = (row: number, isReached: (component: number) => boolean): void => {
    for (let at = sharing.offsets[row]!; at < sharing.offsets[row + 1]!; at += 1) {
      const source = sharing.sources[at]!;
      if (isReached(componentOf[sources[source]!]!)) sharesRow[source] = 0;
    }
  };
  const walk = new ComponentWalk(condensation, joints, weights, limits);
  const far: number[] = [];
  // Edges lead to higher numbers: what is led to is walked from before what leads there.
  const order = Int32Array.from(rowComponents.keys()).sort(
    (left, right) => rowComponents[right]! - rowComponents[left]!,
  );
  for (const row of order) {
    if (!walk.from(rowComponents[row]!)) {
      far.push(row);
      continue;
    }
    for (let counter = 0; counter < counters.length; counter += 1) {
      rowCounts[counter]![row] = walk.sum(counter);
    }
    unshare(row, (component) => walk.isReached(component));
  }
  const words = Math.min(TILE_WORDS, Math.max(1, (far.length + 31) >>> 5));
  const bits = new Int32Array(far.length === 0 ? 0 : componentCount * words);
  for (let first = 0; first < far.length; first += words * 32) {
    bits.fill(0);
    const rows = far.slice(first, first + words * 32);
    rows.forEach((row, bit) => {
      bits[rowComponents[row]! * words + (bit >>> 5)]! |= 1 << (bit & 31);
    });
    propagate(condensation, joints, bits, words);
    for (let counter = 0; counter < counters.length; counter += 1) {
      countBits(bits, words, weights[counter]!, rowCounts[counter]!, rows);
    }
    rows.forEach((row, bit) => {
      unshare(row, (component) => ((bits[component * words + (bit >>> 5)]! >>> (bit & 31)) & 1) === 1);
    });
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

function propagate(
  { componentCount, offsets, targets }: Condensation,
  { left: jointLeft, right: jointRight, to: jointTo }: JointComponents,
  bits: Int32Array,
  words: number,
): void {
  for (let first = 0; ; ) {
    for (let component = first; component < componentCount; component += 1) {
      const base = component * words;
      let any = 0;
      for (let word = 0; word < words; word += 1) any |= bits[base + word]!;
      if (any === 0) continue;
      for (let edge = offsets[component]!; edge < offsets[component + 1]!; edge += 1) {
        const to = targets[edge]! * words;
        for (let word = 0; word < words; word += 1) bits[to + word]! |= bits[base + word]!;
      }
    }
    // Edges lead to higher numbers: what comes before everything that joint edges added to stays as it is.
    first = componentCount;
    for (let joint = 0; joint < jointTo.length; joint += 1) {
      const left = jointLeft[joint]! * words;
      const right = jointRight[joint]! * words;
      const to = jointTo[joint]! * words;
      for (let word = 0; word < words; word += 1) {
        const added = bits[left + word]! & bits[right + word]! & ~bits[to + word]!;
        if (added !== 0) {
          bits[to + word]! |= added;
          first = Math.min(first, jointTo[joint]!);
        }
      }
    }
    if (first === componentCount) return;
  }
}

/** Adds the weight of every component to the counts of the sources whose bit it carries, through binary carry-save planes. */
function countBits(
  bits: Int32Array,
  words: number,
  weight: Int32Array,
  counts: Int32Array,
  rows: readonly number[],
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
  rows.forEach((row, bit) => {
    let count = 0;
    for (let plane = 0; plane < planes.length; plane += 1) {
      count += ((planes[plane]![bit >>> 5]! >>> (bit & 31)) & 1) * 2 ** plane;
    }
    counts[row] = count;
  });
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
