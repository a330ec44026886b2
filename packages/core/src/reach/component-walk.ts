import type { Condensation } from './condensation.ts';
import type { ReachGraph } from './reach-graph.ts';

/** Joint edges between components, and by each of the two components they start at. */
export interface JointComponents {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly to: Int32Array;
  readonly offsets: Int32Array;
  readonly joints: Int32Array;
}

/** The joint edges of a graph as edges of its components. */
export function jointComponents(graph: ReachGraph, componentOf: Int32Array, componentCount: number): JointComponents {
  const left = graph.jointLeft.map((node) => componentOf[node]!);
  const right = graph.jointRight.map((node) => componentOf[node]!);
  const to = graph.jointTo.map((node) => componentOf[node]!);
  const offsets = new Int32Array(componentCount + 1);
  for (const side of [left, right]) for (const component of side) offsets[component + 1]! += 1;
  for (let component = 0; component < componentCount; component += 1) offsets[component + 1]! += offsets[component]!;
  const next = offsets.slice();
  const joints = new Int32Array(to.length * 2);
  for (const side of [left, right]) {
    for (let joint = 0; joint < side.length; joint += 1) {
      const component = side[joint]!;
      joints[next[component]!] = joint;
      next[component]! += 1;
    }
  }
  return { left, right, to, offsets, joints };
}

/** Walks are given up after this many steps at least. */
const FEWEST_STEPS = 256;

/** What a step of a walk costs, in edges of one row of bits that are ORed. */
const STEP_COST = 4;

/** As many steps as a walk may take before rows of bits cost less: each passes every edge and component once, 32 rows to a word. */
export function stepsWorthWalking({ componentCount, targets }: Condensation): number {
  return Math.max(FEWEST_STEPS, Math.floor((targets.length + componentCount) / (32 * STEP_COST)));
}

/** What one component comes to, kept: whoever comes to it comes to all of that. */
interface Anchor {
  /** A bit for each component. */
  readonly bits: Int32Array;
  readonly size: number;
  /** The sum of each list of weights over what it comes to. */
  readonly sums: readonly number[];
}

/** Bytes that bits of anchors take together at most. */
const MOST_ANCHOR_BYTES = 256 * 2 ** 20;

/** As many anchors at most: each costs a walk as far as it leads. */
const MOST_ANCHORS = 512;

/**
 * Walks from one component after the other, each given up where handling many at once would cost less. What a component comes to
 * that cost a long walk is kept as an anchor while there is room: a walk that comes to an anchor has all of that, and goes on only
 * beside it. Components nearest to the ends of the graph are to be walked from first: then others find anchors on their way.
 */
export class ComponentWalk {
  readonly #condensation: Condensation;
  readonly #joints: JointComponents;
  readonly #most: number;
  readonly #weights: readonly Int32Array[];
  readonly #walkOf: Int32Array;
  readonly #queue: Int32Array;
  readonly #anchors: Map<number, Anchor> = new Map();
  readonly #mostAnchors: number;
  #base: Anchor | undefined;
  #walk = 0;
  #count = 0;

  /** `most`: steps after which a walk is given up, or an anchor made; `weights`: lists of a weight for each component. */
  constructor(
    condensation: Condensation,
    joints: JointComponents,
    most: number,
    weights: readonly Int32Array[],
    mostAnchors: number = MOST_ANCHORS,
  ) {
    this.#condensation = condensation;
    this.#joints = joints;
    this.#most = most;
    this.#weights = weights;
    const { componentCount } = condensation;
    this.#walkOf = new Int32Array(componentCount);
    this.#queue = new Int32Array(componentCount);
    const room = Math.floor(MOST_ANCHOR_BYTES / (4 * ((componentCount + 31) >>> 5) + 1));
    this.#mostAnchors = Math.min(mostAnchors, room);
  }

  /** Walks from a component; false where that was given up, and nothing is known of it. */
  from(start: number): boolean {
    const mayStay = this.#anchors.size < this.#mostAnchors;
    const steps = this.#go(start, mayStay ? Number.POSITIVE_INFINITY : this.#most);
    if (steps === undefined) return false;
    if (mayStay && steps > this.#most) this.#keep(start);
    return true;
  }

  /** Steps taken; undefined where they were too many. */
  #go(start: number, most: number): number | undefined {
    const { offsets, targets } = this.#condensation;
    const joints = this.#joints;
    const { left, right, to } = joints;
    const walkOf = this.#walkOf;
    const queue = this.#queue;
    this.#walk += 1;
    this.#base = undefined;
    const walk = this.#walk;
    let count = 0;
    const come = (component: number): void => {
      if (walkOf[component] === walk || this.#isInBase(component)) return;
      walkOf[component] = walk;
      queue[count] = component;
      count += 1;
    };
    const follow = (component: number): void => {
      for (let at = joints.offsets[component]!; at < joints.offsets[component + 1]!; at += 1) {
        const joint = joints.joints[at]!;
        if (this.isReached(left[joint]!) && this.isReached(right[joint]!)) come(to[joint]!);
      }
    };
    come(start);
    let steps = 0;
    for (let head = 0; head < count; head += 1) {
      const component = queue[head]!;
      const anchor = this.#anchors.get(component);
      if (anchor !== undefined && anchor.size > (this.#base?.size ?? 0)) {
        // What the smaller one comes to may not all be in the larger: it is walked again.
        const before = this.#base;
        this.#base = anchor;
        if (before !== undefined) forEachBit(before.bits, (one) => come(one));
        // What was come to before completes joints with what the anchor comes to.
        for (let at = 0; at < head; at += 1) follow(queue[at]!);
        steps += head;
      }
      const end = offsets[component + 1]!;
      steps += 1 + end - offsets[component]! + joints.offsets[component + 1]! - joints.offsets[component]!;
      if (steps > most) return undefined;
      for (let edge = offsets[component]!; edge < end; edge += 1) come(targets[edge]!);
      follow(component);
    }
    this.#count = count;
    return steps;
  }

  #keep(start: number): void {
    const bits = this.#base?.bits.slice() ?? new Int32Array((this.#condensation.componentCount + 31) >>> 5);
    let size = this.#base?.size ?? 0;
    for (let at = 0; at < this.#count; at += 1) {
      const component = this.#queue[at]!;
      if (((bits[component >>> 5]! >>> (component & 31)) & 1) === 1) continue;
      bits[component >>> 5]! |= 1 << (component & 31);
      size += 1;
    }
    this.#anchors.set(start, { bits, size, sums: this.#weights.map((_, at) => this.sum(at)) });
  }

  #isInBase(component: number): boolean {
    const bits = this.#base?.bits;
    return bits !== undefined && ((bits[component >>> 5]! >>> (component & 31)) & 1) === 1;
  }

  /** Whether the last walk, which was not given up, came to a component. */
  isReached(component: number): boolean {
    return this.#walkOf[component] === this.#walk || this.#isInBase(component);
  }

  /** The sum of a list of weights over the components that the last walk, which was not given up, came to. */
  sum(list: number): number {
    const weight = this.#weights[list]!;
    let sum = this.#base?.sums[list] ?? 0;
    for (let at = 0; at < this.#count; at += 1) {
      const component = this.#queue[at]!;
      if (!this.#isInBase(component)) sum += weight[component]!;
    }
    return sum;
  }
}

function forEachBit(bits: Int32Array, visit: (index: number) => void): void {
  bits.forEach((word, at) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) visit(at * 32 + (31 - Math.clz32(rest & -rest)));
  });
}
