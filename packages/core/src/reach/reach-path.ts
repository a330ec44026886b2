import type { Certainty, GraphNode, NodeId } from '../graph/model.ts';
import { type HopCaller, type HopEvidence, hopEvidence } from './evidence.ts';
import { reachNodeKinds } from './reach-graph.ts';
import { certaintyOf, type ReachModel } from './reach-model.ts';
import type { ReachSearch } from './reach-search.ts';

/** One step of a path: whoever holds `from` gets hold of `to`. */
export interface Hop {
  readonly from: NodeId;
  readonly to: NodeId;
  /** Technique id, or `runs-as` and `access` for what needs none. */
  readonly technique: string;
  readonly certainty: Certainty;
  readonly evidence: readonly HopEvidence[];
}

/** A hop before its evidence is looked up. */
interface Step {
  readonly from: NodeId;
  readonly to: NodeId;
  /** Index of the technique, or -1 for a structural step. */
  readonly label: number;
  readonly relation: string;
  readonly certainty: Certainty;
  readonly caller: HopCaller | undefined;
  /** What the technique is aimed at, where that is not `to` (a policy that `to` holds). */
  readonly target: NodeId;
}

/** Where a walk along parents stands. */
interface Walk {
  readonly steps: Step[];
  holder: NodeId;
  caller: HopCaller | undefined;
  pending: { readonly label: number; readonly certainty: number; readonly caller: HopCaller | undefined } | undefined;
  /** First node a pending technique reached. */
  target: NodeId | undefined;
}

const IDENTITY = reachNodeKinds.indexOf('identity');

/** The hops from the source of a search to a node, each with the statements that prove it. */
export function pathTo(reach: ReachModel, search: ReachSearch, node: number): readonly Hop[] {
  return stepsTo(reach, search, node).steps.map((step) => hopOf(reach, step));
}

function hopOf(reach: ReachModel, step: Step): Hop {
  const base = { from: step.from, to: step.to, certainty: step.certainty };
  if (step.label < 0) {
    const evidence: HopEvidence[] = [
      { kind: 'structure', relation: step.relation, from: step.from, to: step.to, certainty: step.certainty },
    ];
    return { ...base, technique: step.relation, evidence };
  }
  const technique = reach.techniques[step.label]!;
  const target: GraphNode | undefined = reach.model.graph.node(step.target);
  const evidence = step.caller === undefined ? [] : hopEvidence(reach, technique, step.caller, target).evidence;
  return { ...base, technique: technique.id, evidence };
}

/**
 * Walks parents back to the source, then folds the nodes into steps between things a reader knows. Every joint edge on
 * the way is folded once, however many ways lead through it, and none by recursion: both halves of one may hold the next.
 */
function stepsTo(reach: ReachModel, search: ReachSearch, node: number): Walk {
  const { jointLeft, jointRight } = reach.graph;
  const folded = new Map<number, Walk>();
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (folded.has(at)) continue;
    const { first, chain } = chainTo(search, at);
    const joint = first === search.source ? -1 : search.parentJoint[first]!;
    const left = joint === -1 ? undefined : folded.get(jointLeft[joint]!);
    const right = joint === -1 ? undefined : folded.get(jointRight[joint]!);
    if (joint !== -1 && (left === undefined || right === undefined)) {
      waiting.push(at, jointRight[joint]!, jointLeft[joint]!);
      continue;
    }
    const walk =
      left === undefined || right === undefined ? walkFrom(reach, first) : jointWalk(reach, first, left, right);
    for (const next of chain) advance(reach, search, walk, next);
    folded.set(at, walk);
  }
  return folded.get(node)!;
}

/** The nodes after the source, or after the last joint edge, on the way to a node. */
function chainTo(search: ReachSearch, node: number): { readonly first: number; readonly chain: readonly number[] } {
  const chain: number[] = [];
  let at = node;
  while (at !== search.source && search.parentJoint[at] === -1) {
    chain.push(at);
    at = search.parentNode[at]!;
  }
  return { first: at, chain: chain.reverse() };
}

function walkFrom(reach: ReachModel, source: number): Walk {
  const ref = reach.graph.refs[source]!;
  const starts = reachNodeKinds[reach.graph.kinds[source]!];
  const holder = (starts === 'identity' ? reach.identities[ref]! : reach.sessions[ref]!.identity).id;
  return { steps: [], holder, caller: undefined, pending: undefined, target: undefined };
}

/** Both ways to a joint node, the second ending in what was done to the identity held by the first. */
function jointWalk(reach: ReachModel, node: number, held: Walk, done: Walk): Walk {
  const known = new Set(held.steps.map(stepKey));
  const steps = [...held.steps, ...done.steps.filter((step) => !known.has(stepKey(step)))];
  const pending = done.pending;
  if (pending !== undefined) {
    steps.push({
      from: done.holder,
      to: held.holder,
      label: pending.label,
      relation: '',
      certainty: certaintyOf(pending.certainty as 1 | 2 | 3),
      caller: pending.caller,
      target: done.target ?? held.holder,
    });
  }
  // A joined group leads to a state straight away, and what that state may do is its own.
  const isState = reachNodeKinds[reach.graph.kinds[node]!] === 'state';
  const state = isState ? reach.states[reach.graph.refs[node]!] : undefined;
  const caller = state === undefined ? undefined : { class: state.class, facts: state.facts };
  return { steps, holder: held.holder, caller, pending: undefined, target: undefined };
}

function stepKey(step: Step): string {
  return JSON.stringify([step.from, step.to, step.label, step.relation]);
}

function advance(reach: ReachModel, search: ReachSearch, walk: Walk, node: number): void {
  const { graph } = reach;
  const edge = search.parentEdge[node]!;
  const label = graph.labels[edge]!;
  if (label >= 0) {
    walk.pending = { label, certainty: graph.certainty[edge]!, caller: callerFor(reach, walk) };
    walk.target = undefined;
  }
  const ref = graph.refs[node]!;
  // A way is as sure as its least sure part.
  if (walk.pending !== undefined && graph.certainty[edge]! < walk.pending.certainty) {
    walk.pending = { ...walk.pending, certainty: graph.certainty[edge]! };
  }
  switch (reachNodeKinds[graph.kinds[node]!]!) {
    case 'state': {
      const state = reach.states[ref]!;
      walk.caller = { class: state.class, facts: state.facts };
      return;
    }
    case 'class':
      walk.caller = { class: reach.classes[ref]!, facts: walk.caller?.facts ?? reach.classes[ref]!.facts };
      return;
    case 'hub':
    case 'elevated':
      return;
    case 'face':
      if (ref >= 0) walk.target ??= reach.faces[ref]!.id;
      return;
    case 'identity':
    case 'acting':
    case 'session': {
      const id = (graph.kinds[node] === IDENTITY ? reach.identities[ref]! : reach.sessions[ref]!.identity).id;
      // Who acts as an identity in some session holds it: no step of its own.
      if (walk.pending === undefined && walk.holder === id) return;
      const from = reachNodeKinds[graph.kinds[search.parentNode[node]!]!];
      const runs = reach.model.graph.outgoing(walk.holder, 'runs-as').some(({ to }) => to === id);
      const relation = from !== 'workload' ? 'federates' : runs ? 'runs-as' : 'vouches-for';
      arrive(walk, id, graph.certainty[edge]!, relation);
      return;
    }
    case 'made':
      arrive(walk, reach.made[ref]!, graph.certainty[edge]!, 'makes');
      return;
    case 'workload':
      arrive(walk, reach.workloads[ref]!, graph.certainty[edge]!, 'controls');
      return;
    case 'zone-control':
      arrive(walk, reach.zones[ref]!, graph.certainty[edge]!, 'controls');
      return;
    case 'access':
      // From a class of access to access of any class is no step of its own.
      if (label < 0 && walk.pending === undefined && walk.holder === reach.accesses[ref]!.resource) return;
      arrive(walk, reach.accesses[ref]!.resource, graph.certainty[edge]!, 'access');
      return;
  }
}

/** Facts of the identity actually held, for evidence that cites its own policies. */
function callerFor(reach: ReachModel, walk: Walk): HopCaller | undefined {
  const caller = walk.caller;
  if (caller === undefined) return undefined;
  const holder = reach.model.graph.identity(walk.holder);
  if (holder === undefined) return caller;
  const { session, chosenTags } = caller.facts;
  const facts = {
    ...reach.model.factsOf(holder),
    ...(session === undefined ? {} : { session }),
    ...(chosenTags === undefined ? {} : { chosenTags }),
  };
  return { class: caller.class, facts };
}

function arrive(walk: Walk, id: NodeId, certainty: number, relation: string): void {
  const pending = walk.pending;
  walk.steps.push({
    from: walk.holder,
    to: id,
    label: pending?.label ?? -1,
    relation,
    certainty: certaintyOf((pending?.certainty ?? certainty) as 1 | 2 | 3),
    caller: pending?.caller,
    target: id,
  });
  walk.holder = id;
  walk.caller = undefined;
  walk.pending = undefined;
  walk.target = undefined;
}
