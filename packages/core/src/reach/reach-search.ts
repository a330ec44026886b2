import type { ReachGraph } from './reach-graph.ts';
import { jointIndex } from './reachability.ts';

/**
 * What one source reaches over edges at least as certain as `least`, with shortest distances and a way back. Of a search in a
 * {@link SearchSpace} only until the next one there.
 */
export interface ReachSearch {
  readonly source: number;
  readonly least: number;
  /** The nodes reached, the source first, in no other order that means anything. */
  readonly reached: Int32Array;
  /** Identities held on the way, or -1 where not reached. */
  readonly distance: Int32Array;
  /** Edge by which a node was reached, or -1. */
  readonly parentEdge: Int32Array;
  /** Node that edge starts at. */
  readonly parentNode: Int32Array;
  /** Joint edge by which a node was reached, or -1. */
  readonly parentJoint: Int32Array;
}

/**
 * Room for searches of graphs of one size, one after the other. A search then costs what it reaches, and not the size of the
 * graph: what many subjects each reach little of is searched quickly.
 */
export class SearchSpace {
  readonly distance: Int32Array;
  readonly parentEdge: Int32Array;
  readonly parentNode: Int32Array;
  readonly parentJoint: Int32Array;
  readonly settled: Uint8Array;
  readonly #reached: Int32Array;
  #count = 0;

  constructor(nodeCount: number) {
    this.distance = new Int32Array(nodeCount).fill(-1);
    this.parentEdge = new Int32Array(nodeCount).fill(-1);
    this.parentNode = new Int32Array(nodeCount).fill(-1);
    this.parentJoint = new Int32Array(nodeCount).fill(-1);
    this.settled = new Uint8Array(nodeCount);
    this.#reached = new Int32Array(nodeCount);
  }

  /** Forgets the last search. */
  clear(): void {
    for (let at = 0; at < this.#count; at += 1) {
      const node = this.#reached[at]!;
      this.distance[node] = -1;
      this.parentEdge[node] = -1;
      this.parentNode[node] = -1;
      this.parentJoint[node] = -1;
      this.settled[node] = 0;
    }
    this.#count = 0;
  }

  /** Notes the distance of a node, which may get nearer. */
  come(node: number, distance: number): void {
    if (this.distance[node] === -1) {
      this.#reached[this.#count] = node;
      this.#count += 1;
    }
    this.distance[node] = distance;
  }

  /** The nodes that have a distance. */
  get reached(): Int32Array {
    return this.#reached.subarray(0, this.#count);
  }
}

/**
 * Shortest distances from one source. Edges weigh 0 or 1; a joint edge costs as much as the farther of its two sources,
 * so a node is settled in order of distance like in any breadth-first search. `space`: room to search in, of this graph's size;
 * a new one if not given.
 */
export function searchReach(
  graph: ReachGraph,
  source: number,
  least: number,
  space: SearchSpace = new SearchSpace(graph.nodeCount),
): ReachSearch {
  const { offsets, targets, certainty, weights, jointLeft, jointRight, jointTo } = graph;
  space.clear();
  const { distance, parentEdge, parentNode, parentJoint, settled } = space;
  const joints = jointIndex(graph);
  let current: number[] = [source];
  let next: number[] = [];
  space.come(source, 0);
  for (let round = 0; current.length > 0; round += 1) {
    // Nodes of the round, first come first served; edges of weight 0 extend the round itself.
    for (let head = 0; head < current.length; head += 1) {
      const node = current[head]!;
      if (settled[node] === 1) continue;
      settled[node] = 1;
      for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
        if (certainty[edge]! < least) continue;
        const target = targets[edge]!;
        const far = round + weights[edge]!;
        if (distance[target] !== -1 && distance[target]! <= far) continue;
        space.come(target, far);
        parentEdge[target] = edge;
        parentNode[target] = node;
        parentJoint[target] = -1;
        if (far === round) current.push(target);
        else next.push(target);
      }
      for (let at = joints.offsets[node]!; at < joints.offsets[node + 1]!; at += 1) {
        const joint = joints.joints[at]!;
        if (settled[jointLeft[joint]!] !== 1 || settled[jointRight[joint]!] !== 1) continue;
        const target = jointTo[joint]!;
        if (distance[target] !== -1 && distance[target]! <= round) continue;
        space.come(target, round);
        parentEdge[target] = -1;
        parentNode[target] = -1;
        parentJoint[target] = joint;
        current.push(target);
      }
    }
    current = next;
    next = [];
  }
  return { source, least, reached: space.reached, distance, parentEdge, parentNode, parentJoint };
}
