import type { Condensation } from './condensation.ts';
import type { ReachGraph } from './reach-graph.ts';

/** Joint edges between components, and by each of the two components they start at. */
export interface JointComponents {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly to: Int32Array;
  readonly offsets: Int32Array;
  readonly joints: Int32Array;
  /** Components at which many start: 1 for those. */
  readonly isCrowded: Uint8Array;
  /** Of a crowded component, the joint edges that start at another one of them as well. */
  readonly crowded: ReadonlyMap<number, readonly number[]>;
}

/** Limits of walks; what they come to does not depend on them. */
export interface WalkLimits {
  /** Steps after which a walk is given up, or an anchor made; as many as are worth it if not given. */
  readonly steps?: number | undefined;
  /** Of so many components at most what they come to is kept. */
  readonly anchors?: number | undefined;
  /** With more joint edges a component is crowded. */
  readonly crowd?: number | undefined;
  /** A component is shared if so many others lead to it. */
  readonly shared?: number | undefined;
}

/** A component is crowded with more joint edges than this. */
const CROWD = 32;

/** The joint edges of a graph as edges of its components. `crowd`: with more of them a component is crowded. */
export function jointComponents(
  graph: ReachGraph,
  componentOf: Int32Array,
  componentCount: number,
  crowd: number = CROWD,
): JointComponents {
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
  const isCrowded = new Uint8Array(componentCount);
  for (let component = 0; component < componentCount; component += 1) {
    if (offsets[component + 1]! - offsets[component]! > crowd) isCrowded[component] = 1;
  }
  const crowded = new Map<number, number[]>();
  const list = (component: number, joint: number): void => {
    const known = crowded.get(component);
    if (known === undefined) crowded.set(component, [joint]);
    else known.push(joint);
  };
  for (let joint = 0; joint < to.length; joint += 1) {
    if (isCrowded[left[joint]!] === 0 || isCrowded[right[joint]!] === 0) continue;
    list(left[joint]!, joint);
    list(right[joint]!, joint);
  }
  return { left, right, to, offsets, joints, isCrowded, crowded };
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
  /** Where joint edges of crowded components lead together with what it comes to, as far as it was asked. */
  readonly led: Map<number, Int32Array>;
}

/** Bytes that bits of anchors take together at most. */
const MOST_ANCHOR_BYTES = 256 * 2 ** 20;

/** After so many anchors more are kept only while walks come to them. */
const TRIED_ANCHORS = 16;

/** A walk leads far if it comes to one in this many of all components, beside what an anchor comes to. */
const FAR = 16;

/** So far below it an anchor is looked for, and among so many at each step. */
const MOST_BELOW = 4;
const MOST_NEXT = 128;

/** A component is shared if so many others lead to it. Of so many of those at most it is asked what they come to together. */
const SHARED = 16;
const MOST_SHARED = 16;

/** As many sets of components at most are kept together. */
const MOST_GROUPS = 16;

/** Components that together come to much more than each of them, and that many lead to. */
interface Group {
  readonly members: readonly number[];
  readonly anchor: Anchor;
}

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
  readonly #isAnchor: Uint8Array;
  readonly #mostAnchors: number;
  readonly #shared: number;
  /** By each of their members. */
  readonly #groups: Map<number, Group[]> = new Map();
  readonly #isMember: Uint8Array;
  #groupCount = 0;
  /** How many components lead to each; undefined until it is asked. */
  #leading: Int32Array | undefined;
  #base: Anchor | undefined;
  /** Walks that came to an anchor. */
  #hits = 0;
  #walk = 0;
  #count = 0;

  /** `weights`: lists of a weight for each component. */
  constructor(
    condensation: Condensation,
    joints: JointComponents,
    weights: readonly Int32Array[],
    { steps = stepsWorthWalking(condensation), anchors = MOST_ANCHORS, shared = SHARED }: WalkLimits = {},
  ) {
    this.#condensation = condensation;
    this.#joints = joints;
    this.#most = steps;
    this.#shared = shared;
    this.#weights = weights;
    const { componentCount } = condensation;
    this.#walkOf = new Int32Array(componentCount);
    this.#queue = new Int32Array(componentCount);
    this.#isAnchor = new Uint8Array(componentCount);
    this.#isMember = new Uint8Array(componentCount);
    const room = Math.floor(MOST_ANCHOR_BYTES / (4 * ((componentCount + 31) >>> 5) + 1));
    this.#mostAnchors = Math.min(anchors, room);
  }

  /** Walks from a component; false where that was given up, and nothing is known of it. */
  from(start: number): boolean {
    const mayStay =
      this.#anchors.size < this.#mostAnchors &&
      (this.#anchors.size < TRIED_ANCHORS || this.#hits >= this.#anchors.size);
    const steps = this.#go([start], mayStay ? Number.POSITIVE_INFINITY : this.#most);
    if (steps === undefined) return false;
    if (this.#base !== undefined) this.#hits += 1;
    if (mayStay && steps > this.#most) {
      const count = this.#count;
      this.#keep(start);
      if (count * FAR > this.#condensation.componentCount) {
        const below = this.#keepBelow(start, count);
        if (below.from === start) this.#keepTogether(start, count);
        this.#go([start], Number.POSITIVE_INFINITY);
      }
    }
    return true;
  }

  /**
   * Where a walk leads far by way of joint edges between what it comes to at once, and others do as well, that is kept for all of them.
   */
  #keepTogether(start: number, count: number): void {
    if (this.#groupCount >= Math.min(MOST_GROUPS, this.#mostAnchors)) return;
    const { offsets, targets } = this.#condensation;
    this.#leading ??= leadingTo(this.#condensation);
    const leading = this.#leading;
    let members = [...targets.subarray(offsets[start]!, offsets[start + 1]!)].filter(
      (one) => leading[one]! >= this.#shared,
    );
    if (members.length < 2 || members.length > MOST_SHARED) return;
    const isEnough = (some: readonly number[]): boolean => {
      this.#go(some, Number.POSITIVE_INFINITY);
      return this.#count * 2 > count;
    };
    if (!isEnough(members)) return;
    for (const one of members) {
      const others = members.filter((other) => other !== one);
      if (others.length > 0 && isEnough(others)) members = others;
    }
    // What is kept of one component is found wherever it is come to.
    if (members.length < 2) return;
    this.#go(members, Number.POSITIVE_INFINITY);
    const group = { members, anchor: this.#walked() };
    this.#groupCount += 1;
    for (const one of members) {
      const known = this.#groups.get(one);
      if (known === undefined) this.#groups.set(one, [group]);
      else known.push(group);
      this.#isMember[one] = 1;
    }
  }

  /**
   * Where a walk leads far by way of something that it comes to early, that is worth more as an anchor: others come to it another way.
   * Says from what it leads as far, as far below as that was looked for.
   */
  #keepBelow(start: number, count: number): { readonly from: number; readonly count: number } {
    let [from, left] = [start, count];
    for (let depth = 0; depth < MOST_BELOW; depth += 1) {
      let next = -1;
      for (const component of this.#queue.slice(0, Math.min(left, MOST_NEXT))) {
        if (component === from || this.#isAnchor[component] === 1 || this.#anchors.size >= this.#mostAnchors) continue;
        this.#go([component], Number.POSITIVE_INFINITY);
        if (this.#count * 2 <= left) continue;
        next = component;
        break;
      }
      if (next < 0) break;
      left = this.#count;
      this.#keep(next);
      from = next;
    }
    return { from, count: left };
  }

  /** Steps taken; undefined where they were too many. */
  #go(starts: readonly number[], most: number): number | undefined {
    const { offsets, targets } = this.#condensation;
    const { left, right, to, offsets: jointOffsets, joints, isCrowded, crowded } = this.#joints;
    const walkOf = this.#walkOf;
    const queue = this.#queue;
    this.#walk += 1;
    this.#base = undefined;
    const walk = this.#walk;
    let count = 0;
    let steps = 0;
    const come = (component: number): void => {
      if (walkOf[component] === walk) return;
      walkOf[component] = walk;
      queue[count] = component;
      count += 1;
    };
    const join = (joint: number): void => {
      if (walkOf[left[joint]!] === walk && walkOf[right[joint]!] === walk) come(to[joint]!);
    };
    const follow = (component: number): void => {
      const end = jointOffsets[component + 1]!;
      steps += end - jointOffsets[component]!;
      for (let at = jointOffsets[component]!; at < end; at += 1) join(joints[at]!);
    };
    starts.forEach(come);
    for (let head = 0; head < count; head += 1) {
      const component = queue[head]!;
      if (this.#anchorAt(component) !== undefined) return this.#goWithAnchors(starts, most);
      const end = offsets[component + 1]!;
      steps += 1 + end - offsets[component]!;
      for (let edge = offsets[component]!; edge < end; edge += 1) come(targets[edge]!);
      if (isCrowded[component] === 0) {
        follow(component);
      } else {
        // Few of those who could come to the other ends of its joint edges did: what they lead to is asked of them.
        crowded.get(component)?.forEach(join);
        for (let at = 0; at < head; at += 1) if (isCrowded[queue[at]!] === 0) follow(queue[at]!);
      }
      if (steps > most) return undefined;
    }
    this.#count = count;
    return steps;
  }

  /** The same for a walk that comes to an anchor. Apart from the other, as most walks come to none and pay for no bits. */
  #goWithAnchors(starts: readonly number[], most: number): number | undefined {
    const { offsets, targets } = this.#condensation;
    const { left, right, to, offsets: jointOffsets, joints, isCrowded, crowded } = this.#joints;
    const walkOf = this.#walkOf;
    const queue = this.#queue;
    this.#walk += 1;
    this.#base = undefined;
    const walk = this.#walk;
    let count = 0;
    let steps = 0;
    const come = (component: number): void => {
      if (walkOf[component] === walk || this.#isInBase(component)) return;
      walkOf[component] = walk;
      queue[count] = component;
      count += 1;
    };
    const join = (joint: number): void => {
      if (this.isReached(left[joint]!) && this.isReached(right[joint]!)) come(to[joint]!);
    };
    const follow = (component: number): void => {
      const end = jointOffsets[component + 1]!;
      steps += end - jointOffsets[component]!;
      for (let at = jointOffsets[component]!; at < end; at += 1) join(joints[at]!);
    };
    starts.forEach(come);
    for (let head = 0; head < count; head += 1) {
      const component = queue[head]!;
      const anchor = this.#anchorAt(component);
      if (anchor !== undefined && anchor.size > (this.#base?.size ?? 0)) {
        // What the smaller one comes to may not all be in the larger: it is walked again.
        const before = this.#base;
        this.#base = anchor;
        if (before !== undefined) forEachBit(before.bits, (one) => come(one));
        // What was come to before completes joints with what the anchor comes to; what is in that as well has nothing to add.
        for (let at = 0; at < head; at += 1) {
          const one = queue[at]!;
          if (this.#isInBase(one)) continue;
          if (isCrowded[one] === 1) this.#ledWith(anchor, one).forEach(come);
          else follow(one);
        }
        steps += head;
      }
      const end = offsets[component + 1]!;
      steps += 1 + end - offsets[component]!;
      for (let edge = offsets[component]!; edge < end; edge += 1) come(targets[edge]!);
      if (isCrowded[component] === 0) {
        follow(component);
      } else if (!this.#isInBase(component)) {
        crowded.get(component)?.forEach(join);
        for (let at = 0; at < head; at += 1) if (isCrowded[queue[at]!] === 0) follow(queue[at]!);
        if (this.#base !== undefined) this.#ledWith(this.#base, component).forEach(come);
      }
      if (steps > most) return undefined;
    }
    this.#count = count;
    return steps;
  }

  /** The largest of what is kept of a component, alone and with others that the walk came to as well. */
  #anchorAt(component: number): Anchor | undefined {
    let found = this.#isAnchor[component] === 1 ? this.#anchors.get(component) : undefined;
    if (this.#isMember[component] === 0) return found;
    for (const { members, anchor } of this.#groups.get(component)!) {
      if (anchor.size > (found?.size ?? 0) && members.every((one) => this.isReached(one))) found = anchor;
    }
    return found;
  }

  #keep(start: number): void {
    this.#isAnchor[start] = 1;
    this.#anchors.set(start, this.#walked());
  }

  /** What the last walk came to, which was not given up. */
  #walked(): Anchor {
    const bits = this.#base?.bits.slice() ?? new Int32Array((this.#condensation.componentCount + 31) >>> 5);
    let size = this.#base?.size ?? 0;
    for (let at = 0; at < this.#count; at += 1) {
      const component = this.#queue[at]!;
      if (((bits[component >>> 5]! >>> (component & 31)) & 1) === 1) continue;
      bits[component >>> 5]! |= 1 << (component & 31);
      size += 1;
    }
    return { bits, size, sums: this.#weights.map((_, at) => this.sum(at)), led: new Map() };
  }

  /** Where joint edges lead from a crowded component and what an anchor comes to, beside that. */
  #ledWith({ bits, led }: Anchor, component: number): Int32Array {
    let found = led.get(component);
    if (found === undefined) {
      const { left, right, to, offsets, joints } = this.#joints;
      const isIn = (one: number): boolean => ((bits[one >>> 5]! >>> (one & 31)) & 1) === 1;
      const ends = new Set<number>();
      for (let at = offsets[component]!; at < offsets[component + 1]!; at += 1) {
        const joint = joints[at]!;
        const other = left[joint] === component ? right[joint]! : left[joint]!;
        if (isIn(other) && !isIn(to[joint]!)) ends.add(to[joint]!);
      }
      found = Int32Array.from(ends);
      led.set(component, found);
    }
    return found;
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

/** How many components lead to each. */
function leadingTo({ componentCount, targets }: Condensation): Int32Array {
  const leading = new Int32Array(componentCount);
  for (let edge = 0; edge < targets.length; edge += 1) leading[targets[edge]!]! += 1;
  return leading;
}

function forEachBit(bits: Int32Array, visit: (index: number) => void): void {
  bits.forEach((word, at) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) visit(at * 32 + (31 - Math.clz32(rest & -rest)));
  });
}
