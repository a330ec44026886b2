import type { Certainty, GraphNode, NodeId } from '../graph/model.ts';
import { certaintyOf, type ReachModel } from './derive.ts';
import { type HopCaller, type HopEvidence, hopEvidence } from './evidence.ts';
import { reachNodeKinds } from './reach-graph.ts';
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

/** Walks parents back to the source, then folds the nodes into steps between things a reader knows. */
function stepsTo(reach: ReachModel, search: ReachSearch, node: number): Walk {
  const chain: number[] = [];
  let at = node;
  while (at !== search.source && search.parentJoint[at] === -1) {
    chain.push(at);
    at = search.parentNode[at]!;
  }
  let walk: Walk;
  if (at === search.source) {
    const id = reach.identities[reach.graph.refs[at]!]!.id;
    walk = { steps: [], holder: id, caller: undefined, pending: undefined, target: undefined };
  } else {
    walk = jointWalk(reach, search, at);
  }
  for (const next of chain.reverse()) advance(reach, search, walk, next);
  return walk;
}

/** Both ways to a joint node, the second ending in what was done to the identity held by the first. */
function jointWalk(reach: ReachModel, search: ReachSearch, node: number): Walk {
  const joint = search.parentJoint[node]!;
  const held = stepsTo(reach, search, reach.graph.jointLeft[joint]!);
  const done = stepsTo(reach, search, reach.graph.jointRight[joint]!);
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
  return { steps, holder: held.holder, caller: undefined, pending: undefined, target: undefined };
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
      arrive(reach, walk, reach.identities[ref]!.id, graph.certainty[edge]!, 'runs-as');
      return;
    case 'workload':
      arrive(reach, walk, reach.workloads[ref]!, graph.certainty[edge]!, 'controls');
      return;
    case 'zone-control':
      arrive(reach, walk, reach.zones[ref]!, graph.certainty[edge]!, 'controls');
      return;
    case 'access':
      arrive(reach, walk, reach.accesses[ref]!.resource, graph.certainty[edge]!, 'access');
      return;
  }
}

/** Facts of the identity actually held, for evidence that cites its own policies. */
function callerFor(reach: ReachModel, walk: Walk): HopCaller | undefined {
  const caller = walk.caller;
  if (caller === undefined) return undefined;
  const holder = reach.model.graph.identity(walk.holder);
  return holder === undefined ? caller : { class: caller.class, facts: reach.model.factsOf(holder) };
}

function arrive(reach: ReachModel, walk: Walk, id: NodeId, certainty: number, relation: string): void {
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
  void reach;
  walk.holder = id;
  walk.caller = undefined;
  walk.pending = undefined;
  walk.target = undefined;
}
