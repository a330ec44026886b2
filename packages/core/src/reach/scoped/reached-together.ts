import type { Truth } from '../../authz/truth.ts';
import { type ReachGraph, reachNodeKinds } from '../reach-graph.ts';
import { SearchSpace, searchReach } from '../reach-search.ts';

const STARTS = new Set((['identity', 'acting', 'session'] as const).map((kind) => reachNodeKinds.indexOf(kind)));

/** What one attacker comes to: some of the tokens, and some of the other nodes that were asked about. */
export interface Together {
  /** Places in the list of tokens, ascending. */
  readonly tokens: readonly number[];
  readonly nodes: readonly number[];
}

/** What is asked about attackers. */
export interface TogetherQuestion {
  readonly tokens: readonly number[];
  /** Only attackers that come to some of these are asked about. */
  readonly some: readonly number[];
  readonly nodes: ReadonlySet<number>;
  /** Nodes that one who comes to all of them has every permission by; of what such attackers come to only `always` counts. */
  readonly everything: readonly number[];
  readonly always: ReadonlySet<number>;
  /** How sure the way must be at least. */
  readonly least: Truth;
}

/** For every attacker that comes to a token: which tokens, and which of some nodes, it comes to; equal ones once. */
export function reachedTogether(
  graph: ReachGraph,
  { tokens, some, nodes, everything, always, least }: TogetherQuestion,
): readonly Together[] {
  const isStart = (node: number): boolean => STARTS.has(graph.kinds[node]!);
  const backward = leadingRows(graph, least, true);
  const starts = leadingTo(graph, backward, some).filter(isStart);
  const plain = everything.length === 0 ? backward : leadingRows(graph, least, false);
  let holders: ReadonlySet<number> = new Set();
  everything.forEach((node, at) => {
    const leading = leadingTo(graph, plain, [node]).filter(isStart);
    holders = new Set(at === 0 ? leading : leading.filter((one) => holders.has(one)));
  });
  const place = new Map(tokens.map((node, at) => [node, at]));
  const space = new SearchSpace(graph.nodeCount);
  const found = new Map<string, Together>();
  const seen = new Set<string>();
  const [only] = everything;
  // Of those who have everything and whom everything leads to, one comes to what all come to.
  const led = new Set(
    everything.length === 1 && always.size > 0 ? searchReach(graph, only!, least, space).reached : [],
  );
  let isLedSeen = false;
  for (const start of starts.sort((left, right) => left - right)) {
    const isWhole = holders.has(start);
    if (isWhole && always.size === 0) continue;
    if (isWhole && led.has(start)) {
      if (isLedSeen) continue;
      isLedSeen = true;
    }
    // Identities that lead to the same come to the same.
    const first = `${isWhole} ${graph.targets.subarray(graph.offsets[start]!, graph.offsets[start + 1]!).join(' ')}`;
    if (seen.has(first)) continue;
    seen.add(first);
    const its: number[] = [];
    const others: number[] = [];
    for (const node of searchReach(graph, start, least, space).reached) {
      const token = place.get(node);
      if (token !== undefined) its.push(token);
      else if (isWhole ? always.has(node) : nodes.has(node)) others.push(node);
    }
    if (its.length === 0 || others.length === 0) continue;
    const together = { tokens: its.sort(ascending), nodes: others.sort(ascending) };
    found.set(`${together.tokens.join(' ')}|${together.nodes.join(' ')}`, together);
  }
  return [...found.values()];
}

function ascending(left: number, right: number): number {
  return left - right;
}

interface Rows {
  readonly offsets: Int32Array;
  readonly sources: Int32Array;
}

/** Where edges at least as sure as `least` come from, by where they end; with `joints` either side of a joint edge. */
function leadingRows(graph: ReachGraph, least: Truth, joints: boolean): Rows {
  const { nodeCount, offsets, targets, certainty, jointLeft, jointRight, jointTo } = graph;
  const starts = new Int32Array(nodeCount + 1);
  const visit = (add: (source: number, target: number) => void): void => {
    for (let node = 0; node < nodeCount; node += 1) {
      for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
        if (certainty[edge]! >= least) add(node, targets[edge]!);
      }
    }
    for (let joint = 0; joints && joint < jointTo.length; joint += 1) {
      add(jointLeft[joint]!, jointTo[joint]!);
      add(jointRight[joint]!, jointTo[joint]!);
    }
  };
  visit((_, target) => {
    starts[target + 1]! += 1;
  });
  for (let node = 0; node < nodeCount; node += 1) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const sources = new Int32Array(starts[nodeCount]!);
  visit((source, target) => {
    sources[next[target]!] = source;
    next[target]! += 1;
  });
  return { offsets: starts, sources };
}

/** The nodes that lead to some of a list, themselves among them. */
function leadingTo({ nodeCount }: ReachGraph, { offsets, sources }: Rows, to: readonly number[]): readonly number[] {
  const seen = new Uint8Array(nodeCount);
  const found = [...to];
  for (const node of to) seen[node] = 1;
  for (let at = 0; at < found.length; at += 1) {
    const node = found[at]!;
    for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
      const source = sources[edge]!;
      if (seen[source] === 1) continue;
      seen[source] = 1;
      found.push(source);
    }
  }
  return found;
}
