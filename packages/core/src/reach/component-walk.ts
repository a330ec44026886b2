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

/** Walks from one component after the other, each given up where handling many at once would cost less. */
export class ComponentWalk {
  readonly #condensation: Condensation;
  readonly #joints: JointComponents;
  readonly #most: number;
  readonly #walkOf: Int32Array;
  readonly #queue: Int32Array;
  #walk = 0;
  #count = 0;

  /** `most`: steps after which a walk is given up. */
  constructor(condensation: Condensation, joints: JointComponents, most: number) {
    this.#condensation = condensation;
    this.#joints = joints;
    this.#most = most;
    const { componentCount } = condensation;
    this.#walkOf = new Int32Array(componentCount);
    this.#queue = new Int32Array(componentCount);
  }

  /** Walks from a component; false where that was given up, and nothing is known of it. */
  from(start: number): boolean {
    const { offsets, targets } = this.#condensation;
    const joints = this.#joints;
    const { left, right, to } = joints;
    const walkOf = this.#walkOf;
    const queue = this.#queue;
    this.#walk += 1;
    const walk = this.#walk;
    walkOf[start] = walk;
    queue[0] = start;
    let count = 1;
    let steps = 0;
    for (let head = 0; head < count; head += 1) {
      const component = queue[head]!;
      const end = offsets[component + 1]!;
      const jointEnd = joints.offsets[component + 1]!;
      steps += 1 + end - offsets[component]! + jointEnd - joints.offsets[component]!;
      if (steps > this.#most) return false;
      for (let edge = offsets[component]!; edge < end; edge += 1) {
        const next = targets[edge]!;
        if (walkOf[next] === walk) continue;
        walkOf[next] = walk;
        queue[count] = next;
        count += 1;
      }
      for (let at = joints.offsets[component]!; at < jointEnd; at += 1) {
        const joint = joints.joints[at]!;
        const next = to[joint]!;
        if (walkOf[next] === walk || walkOf[left[joint]!] !== walk || walkOf[right[joint]!] !== walk) continue;
        walkOf[next] = walk;
        queue[count] = next;
        count += 1;
      }
    }
    this.#count = count;
    return true;
  }

  /** Whether the last walk, which was not given up, came to a component. */
  isReached(component: number): boolean {
    return this.#walkOf[component] === this.#walk;
  }

  /** The sum of the weights of the components that the last walk, which was not given up, came to. */
  sum(weight: Int32Array): number {
    let sum = 0;
    for (let at = 0; at < this.#count; at += 1) sum += weight[this.#queue[at]!]!;
    return sum;
  }
}
