import { TRUE, type Truth } from '../authz/truth.ts';

/**
 * What a node of the reach graph stands for. Only `identity`, `workload`, `zone-control` and `access` mean something to
 * a reader; the others share edges between many.
 */
export type ReachNodeKind =
  /** An identity of the graph; holding it is what reach is about. */
  | 'identity'
  /** An identity acted as without knowing in which kind of session; apart from `identity` only where that matters. */
  | 'acting'
  /** An identity acted as in one kind of session, or within the limits of one credential. */
  | 'session'
  /** Identities that are also alike to policies on resources. */
  | 'state'
  /** Identities with the same holdings. */
  | 'class'
  /** A set of targets; every caller that may act on just these shares it. */
  | 'hub'
  /** An identity with permissions it gave itself or was given. */
  | 'elevated'
  /** Something can be done to the node: permissions added, guard lifted, group joined. */
  | 'face'
  /** An identity of the caller's own making. */
  | 'made'
  /** A workload whose code or configuration is controlled. */
  | 'workload'
  /** Control of a whole zone. */
  | 'zone-control'
  /** Access of one class to one resource. */
  | 'access';

/** Kinds in the order of their codes in {@link ReachGraph.kinds}. */
export const reachNodeKinds: readonly ReachNodeKind[] = [
  'identity',
  'acting',
  'session',
  'state',
  'class',
  'hub',
  'elevated',
  'face',
  'made',
  'workload',
  'zone-control',
  'access',
];

/** A derived graph on dense integers, edges in compressed rows. Structural edges carry label -1. */
export interface ReachGraph {
  readonly nodeCount: number;
  readonly kinds: Uint8Array;
  /** What the node refers to, by kind: index into the table of that kind. */
  readonly refs: Int32Array;
  /** Edges of node n are at `offsets[n] … offsets[n + 1] - 1`. */
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  /** Truth value of the edge: `TRUE`, `CONDITIONAL` or `UNKNOWN`. */
  readonly certainty: Uint8Array;
  /** 1 where walking the edge means holding one more identity, else 0. */
  readonly weights: Uint8Array;
  /** Index of the technique, or -1. */
  readonly labels: Int32Array;
  /** Joint edges: `jointTo[k]` is reached when both `jointLeft[k]` and `jointRight[k]` are. */
  readonly jointLeft: Int32Array;
  readonly jointRight: Int32Array;
  readonly jointTo: Int32Array;
}

/** A list of integers that grows. */
class IntList {
  length: number = 0;
  #items: Int32Array = new Int32Array(1024);

  push(value: number): void {
    if (this.length === this.#items.length) {
      const wider = new Int32Array(this.#items.length * 2);
      wider.set(this.#items);
      this.#items = wider;
    }
    this.#items[this.length] = value;
    this.length += 1;
  }

  toArray(): Int32Array {
    return this.#items.slice(0, this.length);
  }
}

/** Collects nodes and edges and packs them, as often as asked to. Nodes are numbered in the order they are added. */
export class ReachGraphBuilder {
  readonly #kinds: IntList = new IntList();
  readonly #refs: IntList = new IntList();
  readonly #from: IntList = new IntList();
  readonly #to: IntList = new IntList();
  readonly #data: IntList = new IntList();
  readonly #labels: IntList = new IntList();
  readonly #jointLeft: IntList = new IntList();
  readonly #jointRight: IntList = new IntList();
  readonly #jointTo: IntList = new IntList();

  /** Adds a node and returns its number. */
  node(kind: ReachNodeKind, ref: number): number {
    this.#kinds.push(reachNodeKinds.indexOf(kind));
    this.#refs.push(ref);
    return this.#kinds.length - 1;
  }

  /** Adds an edge. `weight` 1 where it means holding one more identity. */
  edge(from: number, to: number, certainty: Truth = TRUE, label: number = -1, weight: 0 | 1 = 0): void {
    this.#from.push(from);
    this.#to.push(to);
    this.#data.push(certainty * 2 + weight);
    this.#labels.push(label);
  }

  /** Adds an edge that needs both of its sources. */
  joint(left: number, right: number, to: number): void {
    this.#jointLeft.push(left);
    this.#jointRight.push(right);
    this.#jointTo.push(to);
  }

  /** Packs everything; edges of a node keep the order they were added in. */
  build(): ReachGraph {
    const nodeCount = this.#kinds.length;
    const from = this.#from.toArray();
    const to = this.#to.toArray();
    const data = this.#data.toArray();
    const given = this.#labels.toArray();
    const offsets = new Int32Array(nodeCount + 1);
    for (let edge = 0; edge < from.length; edge += 1) offsets[from[edge]! + 1]! += 1;
    for (let node = 0; node < nodeCount; node += 1) offsets[node + 1]! += offsets[node]!;
    const next = offsets.slice();
    const targets = new Int32Array(from.length);
    const certainty = new Uint8Array(from.length);
    const weights = new Uint8Array(from.length);
    const labels = new Int32Array(from.length);
    for (let edge = 0; edge < from.length; edge += 1) {
      const at = next[from[edge]!]!;
      next[from[edge]!] = at + 1;
      targets[at] = to[edge]!;
      certainty[at] = data[edge]! >> 1;
      weights[at] = data[edge]! & 1;
      labels[at] = given[edge]!;
    }
    return {
      nodeCount,
      kinds: Uint8Array.from(this.#kinds.toArray()),
      refs: this.#refs.toArray(),
      offsets,
      targets,
      certainty,
      weights,
      labels,
      jointLeft: this.#jointLeft.toArray(),
      jointRight: this.#jointRight.toArray(),
      jointTo: this.#jointTo.toArray(),
    };
  }
}
