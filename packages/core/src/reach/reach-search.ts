import type { ReachGraph } from './reach-graph.ts';
import { jointIndex } from './reachability.ts';

/** What one source reaches over edges at least as certain as `least`, with shortest distances and a way back. */
export interface ReachSearch {
  readonly source: number;
  readonly least: number;
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
 * Shortest distances from one source. Edges weigh 0 or 1; a joint edge costs as much as the farther of its two sources,
 * so a node is settled in order of distance like in any breadth-first search.
 */
export function searchReach(graph: ReachGraph, source: number, least: number): ReachSearch {
  const { nodeCount, offsets, targets, certainty, weights, jointLeft, jointRight, jointTo } = graph;
  const distance = new Int32Array(nodeCount).fill(-1);
  const parentEdge = new Int32Array(nodeCount).fill(-1);
  const parentNode = new Int32Array(nodeCount).fill(-1);
  const parentJoint = new Int32Array(nodeCount).fill(-1);
  const settled = new Uint8Array(nodeCount);
  const joints = jointIndex(graph);
  let current: number[] = [source];
  let next: number[] = [];
  distance[source] = 0;
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
        distance[target] = far;
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
        distance[target] = round;
        parentEdge[target] = -1;
        parentNode[target] = -1;
        parentJoint[target] = joint;
        current.push(target);
      }
    }
    current = next;
    next = [];
  }
  return { source, least, distance, parentEdge, parentNode, parentJoint };
}
