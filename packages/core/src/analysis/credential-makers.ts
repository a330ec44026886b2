import { TRUE } from '../authz/truth.ts';
import type { Certainty, NodeId } from '../graph/model.ts';
import { reachNodeKinds } from '../reach/reach-graph.ts';
import { certaintyOf, type ReachModel } from '../reach/reach-model.ts';
import type { ReachSearch } from '../reach/reach-search.ts';

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

/**
 * Labels of techniques that make a credential on what runs as the identity, and not on the identity itself: on an application of Entra ID, which
 * its service principals sign in with (azure.md 2). Keys for a machine are none, so providers with zones have no such rows.
 */
function makingThereLabels(reach: ReachModel): Uint8Array {
  let labels = makingThere.get(reach);
  if (labels === undefined) {
    labels = Uint8Array.from(reach.techniques, ({ provider, yields, attack }) =>
      reach.scoped.has(provider) && yields === 'become-runtime' && attack.includes('T1098.001') ? 1 : 0,
    );
    makingThere.set(reach, labels);
  }
  return labels;
}

const makingThere: WeakMap<ReachModel, Uint8Array> = new WeakMap();

/** Labels of techniques that read credentials which the configuration of their target names. */
function readingLabels(reach: ReachModel): Uint8Array {
  let labels = reading.get(reach);
  if (labels === undefined) {
    labels = Uint8Array.from(reach.techniques, ({ yields }) => (yields === 'become-stored' ? 1 : 0));
    reading.set(reach, labels);
  }
  return labels;
}

const reading: WeakMap<ReachModel, Uint8Array> = new WeakMap();

/** What a search backwards from an identity has come to. */
interface Backwards {
  readonly node: number;
  /** The least sure edge on the way. */
  readonly truth: number;
  /** Passed a resource that names a credential, or one that runs as the identity. */
  readonly by: 'itself' | 'stored' | 'workload';
}

/**
 * Identities that can make or reset a credential of `identity`, or read one where it is stored, with permissions of their
 * own (obtainers, findings 3.2), on the identity or on an application that runs as it. `credential`: the one it is about, where it is about one; of stored ones only that counts,
 * and where it does less than its identity, making another that does as much counts too.
 */
export function credentialMakers(reach: ReachModel, identity: NodeId, credential?: NodeId): readonly DirectActor[] {
  const start = reach.nodeOf.get(identity);
  if (start === undefined) return [];
  const reverse = reverseOf(reach);
  const { labels, kinds, certainty } = reach.graph;
  const making = makingLabels(reach);
  const read = readingLabels(reach);
  const there = makingThereLabels(reach);
  const counts = { itself: making, stored: read, workload: there } as const;
  const hasThere = there.includes(1);
  const best = new Map<number, number>();
  // Ways to act as the identity lead to it, and hubs lead to them.
  const between = new Set((['hub', 'acting', 'session'] as const).map((kind) => reachNodeKinds.indexOf(kind)));
  const own = credential === undefined ? undefined : reach.starts.get(credential);
  const wayBack = (by: Backwards['by'], source: number): Backwards['by'] => {
    if (by !== 'itself') return by;
    if (isStored(reach, source, credential)) return 'stored';
    return hasThere && kinds[source] === WORKLOAD ? 'workload' : 'itself';
  };
  const queue: Backwards[] = [...new Set([start, own ?? start])].map((node) => ({ node, truth: TRUE, by: 'itself' }));
  const seen = new Set(queue.map(keyOf));
  for (let head = 0; head < queue.length; head += 1) {
    const { node, truth, by } = queue[head]!;
    for (let at = reverse.offsets[node]!; at < reverse.offsets[node + 1]!; at += 1) {
      const source = reverse.sources[at]!;
      const edge = reverse.edges[at]!;
      const label = labels[edge]!;
      const least = Math.min(truth, certainty[edge]!);
      if (label >= 0) {
        if (counts[by][label] === 1) callersOf(reach, reverse, source, least, best);
        continue;
      }
      const next: Backwards = { node: source, truth: least, by: wayBack(by, source) };
      if (next.by === 'itself' ? !between.has(kinds[source]!) : by === next.by && kinds[source] !== HUB) continue;
      if (seen.has(keyOf(next))) continue;
      seen.add(keyOf(next));
      queue.push(next);
    }
  }
  return [...best]
    .map(([node, truth]) => ({ id: reach.identities[node]!.id, certainty: certaintyOf(truth as 1 | 2 | 3) }))
    .filter((actor) => actor.id !== identity)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

const HUB = reachNodeKinds.indexOf('hub');
const FACE = reachNodeKinds.indexOf('face');
const WORKLOAD = reachNodeKinds.indexOf('workload');

function keyOf({ node, truth, by }: Backwards): string {
  return `${node} ${truth} ${by}`;
}

/** Whether a node stands for a resource whose configuration names the credential, or any where none is given. */
function isStored(reach: ReachModel, node: number, credential: NodeId | undefined): boolean {
  const ref = reach.graph.refs[node]!;
  if (reach.graph.kinds[node] !== FACE || ref < 0) return false;
  const { face, id } = reach.faces[ref]!;
  if (face !== 'stored') return false;
  return credential === undefined || reach.model.graph.outgoing(id, 'stores').some(({ to }) => to === credential);
}

/** The node of the identity that is held, or acted as, at a node; undefined at nodes that stand for something else. */
function identityAt(reach: ReachModel, node: number): number | undefined {
  switch (reachNodeKinds[reach.graph.kinds[node]!]) {
    case 'identity':
      return node;
    case 'acting':
    case 'session':
      return reach.nodeOf.get(reach.sessions[reach.graph.refs[node]!]!.identity.id);
    default:
      return undefined;
  }
}

/** Identities of a state or class node. */
function callersOf(
  reach: ReachModel,
  reverse: ReverseEdges,
  caller: number,
  certainty: number,
  best: Map<number, number>,
): void {
  const state = reachNodeKinds.indexOf('state');
  const ofClass = reachNodeKinds.indexOf('class');
  const queue = [caller];
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head]!;
    const held = identityAt(reach, node);
    if (held !== undefined) {
      if ((best.get(held) ?? 0) < certainty) best.set(held, certainty);
      continue;
    }
    for (let at = reverse.offsets[node]!; at < reverse.offsets[node + 1]!; at += 1) {
      const source = reverse.sources[at]!;
      const kind = reach.graph.kinds[source]!;
      if (kind === state || kind === ofClass || identityAt(reach, source) !== undefined) queue.push(source);
    }
  }
}

/** For how many identities a credential can be made or found, from what a search reaches, over edges as certain as its. */
export function credentialsMakeable(reach: ReachModel, { reached, least }: ReachSearch): number {
  const labels = makingLabels(reach);
  const found = readingLabels(reach);
  const there = makingThereLabels(reach);
  const { offsets, targets, certainty, labels: edgeLabels } = reach.graph;
  const seen = new Set<number>();
  const made = new Set<number>();
  const queue: number[] = [];
  for (const node of reached) {
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
      const label = edgeLabels[edge]!;
      const target = targets[edge]!;
      if (label < 0 || (labels[label] !== 1 && found[label] !== 1 && there[label] !== 1)) continue;
      if (certainty[edge]! < least || seen.has(target)) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head]!;
    const held = identityAt(reach, node);
    if (held !== undefined) {
      made.add(held);
      continue;
    }
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
      const target = targets[edge]!;
      if (seen.has(target) || certainty[edge]! < least) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return made.size;
}
