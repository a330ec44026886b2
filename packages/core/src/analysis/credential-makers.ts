import type { Certainty, NodeId } from '../graph/model.ts';
import { certaintyOf, type ReachModel } from '../reach/derive.ts';
import { reachNodeKinds } from '../reach/reach-graph.ts';

/** Who can do something directly, strongest first for each, sorted by id. */
export interface DirectActor {
  readonly id: NodeId;
  readonly certainty: Certainty;
}

interface ReverseEdges {
  readonly offsets: Int32Array;
  readonly sources: Int32Array;
  readonly edges: Int32Array;
}

const reversed: WeakMap<ReachModel, ReverseEdges> = new WeakMap();

function reverseOf(reach: ReachModel): ReverseEdges {
  const known = reversed.get(reach);
  if (known !== undefined) return known;
  const { nodeCount, offsets: from, targets } = reach.graph;
  const offsets = new Int32Array(nodeCount + 1);
  for (const target of targets) offsets[target + 1]! += 1;
  for (let node = 0; node < nodeCount; node += 1) offsets[node + 1]! += offsets[node]!;
  const next = offsets.slice();
  const sources = new Int32Array(targets.length);
  const edges = new Int32Array(targets.length);
  for (let node = 0; node < nodeCount; node += 1) {
    for (let edge = from[node]!; edge < from[node + 1]!; edge += 1) {
      const target = targets[edge]!;
      sources[next[target]!] = node;
      edges[next[target]!] = edge;
      next[target]! += 1;
    }
  }
  const built: ReverseEdges = { offsets, sources, edges };
  reversed.set(reach, built);
  return built;
}

/** Labels of techniques that make, reset or read a credential of their target (ATT&CK T1098.001, findings 2.3). */
function makingLabels(reach: ReachModel): Uint8Array {
  let labels = making.get(reach);
  if (labels === undefined) {
    labels = makingLabelsOf(reach);
    making.set(reach, labels);
  }
  return labels;
}

const making: WeakMap<ReachModel, Uint8Array> = new WeakMap();

function makingLabelsOf(reach: ReachModel): Uint8Array {
  return Uint8Array.from(reach.techniques, (technique) =>
    technique.yields === 'become' && technique.attack.includes('T1098.001') ? 1 : 0,
  );
}

/** Identities that can make or reset a credential of `identity` with permissions of their own (obtainers, findings 3.2). */
export function credentialMakers(reach: ReachModel, identity: NodeId): readonly DirectActor[] {
  const start = reach.nodeOf.get(identity);
  if (start === undefined) return [];
  const reverse = reverseOf(reach);
  const labels = makingLabels(reach);
  const best = new Map<number, number>();
  const hub = reachNodeKinds.indexOf('hub');
  const queue: number[] = [start];
  const seen = new Set(queue);
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head]!;
    for (let at = reverse.offsets[node]!; at < reverse.offsets[node + 1]!; at += 1) {
      const source = reverse.sources[at]!;
      const edge = reverse.edges[at]!;
      const label = reach.graph.labels[edge]!;
      if (label >= 0) {
        if (labels[label] === 1) callersOf(reach, reverse, source, reach.graph.certainty[edge]!, best);
      } else if (reach.graph.kinds[source] === hub && !seen.has(source)) {
        seen.add(source);
        queue.push(source);
      }
    }
  }
  return [...best]
    .map(([node, truth]) => ({ id: reach.identities[node]!.id, certainty: certaintyOf(truth as 1 | 2 | 3) }))
    .filter((actor) => actor.id !== identity)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** Identities of a state or class node. */
function callersOf(
  reach: ReachModel,
  reverse: ReverseEdges,
  caller: number,
  certainty: number,
  best: Map<number, number>,
): void {
  const identity = reachNodeKinds.indexOf('identity');
  const state = reachNodeKinds.indexOf('state');
  const queue = [caller];
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head]!;
    if (reach.graph.kinds[node] === identity) {
      if ((best.get(node) ?? 0) < certainty) best.set(node, certainty);
      continue;
    }
    for (let at = reverse.offsets[node]!; at < reverse.offsets[node + 1]!; at += 1) {
      const source = reverse.sources[at]!;
      const kind = reach.graph.kinds[source]!;
      if (kind === identity || kind === state) queue.push(source);
    }
  }
}

/** How many identities a credential can be made for, over edges at least as certain as `least`, from what is reached. */
export function credentialsMakeable(reach: ReachModel, distance: Int32Array, least: number): number {
  const labels = makingLabels(reach);
  const { nodeCount, offsets, targets, certainty, labels: edgeLabels, kinds } = reach.graph;
  const identity = reachNodeKinds.indexOf('identity');
  const seen = new Uint8Array(nodeCount);
  const queue: number[] = [];
  for (let node = 0; node < nodeCount; node += 1) {
    if (distance[node]! < 0) continue;
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
      const label = edgeLabels[edge]!;
      const target = targets[edge]!;
      if (label < 0 || labels[label] !== 1 || certainty[edge]! < least || seen[target] === 1) continue;
      seen[target] = 1;
      queue.push(target);
    }
  }
  let count = 0;
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head]!;
    if (kinds[node] === identity) {
      count += 1;
      continue;
    }
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
      const target = targets[edge]!;
      if (seen[target] === 1) continue;
      seen[target] = 1;
      queue.push(target);
    }
  }
  return count;
}
