import { and, TRUE, type Truth } from '../authz/truth.ts';
import type { Certainty, CredentialNode, GraphEdge, NodeId, Provider } from '../graph/model.ts';
import type { AccessClass } from './access-class.ts';
import { isUnlistedAccess } from './access-techniques.ts';
import { usable } from './caller-states.ts';
import { CHANGED } from './changed-targets.ts';
import type { HopCaller, HopEvidence } from './evidence.ts';
import type { HopChange, HopSession } from './hop-change.ts';
import { changeBy, openingOf } from './opened-others.ts';
import { PASSED_ON, UNLISTED } from './passed-on.ts';
import { type ReachNodeKind, reachNodeKinds } from './reach-graph.ts';
import { certaintyOf, type Face, type ReachModel, truthOf, zonedTechnique } from './reach-model.ts';
import type { ReachSearch } from './reach-search.ts';
import type { NodeChange } from './target-decisions.ts';
import type { Technique } from './technique.ts';

/** A hop before its evidence is looked up. */
export interface Step {
  readonly from: NodeId;
  readonly to: NodeId;
  /** Index of the technique, or -1 for a structural step. */
  readonly label: number;
  readonly relation: string;
  readonly certainty: Certainty;
  readonly caller: HopCaller | undefined;
  /** What the technique is aimed at, where that is not `to`. */
  readonly via: readonly NodeId[];
  readonly change: HopChange | undefined;
  readonly session: HopSession | undefined;
  /** Rows one of which gives `to` once the technique has opened it. */
  readonly after: readonly Technique[];
  /** What somebody else has made of the target before. */
  readonly changed: NodeChange | undefined;
  /** For access to what the input does not list: of which class. */
  readonly unlisted: AccessClass | undefined;
  /** What the step rests on beside what the technique asks for. */
  readonly facts: readonly HopEvidence[];
  /** What the attacker has made of the estate before, in providers without zones. */
  readonly made: readonly EstateChange[];
}

/** What an attacker has made of one node, see {@link HopChange}. */
export interface EstateChange {
  readonly on: NodeId;
  readonly change: HopChange;
}

/** A technique on the way, before it is known where it leads. */
interface Pending {
  readonly label: number;
  readonly truth: Truth;
  readonly caller: HopCaller | undefined;
  /** What somebody else has made of its target before. */
  readonly changed: NodeChange | undefined;
  /** The first thing it does, and the last: a change of a group is one of its members. */
  readonly first: Face | undefined;
  readonly last: Face | undefined;
  /** What is done to the same target first, and by whom: a policy is put on it before the text of that policy is changed. */
  readonly before: readonly { readonly from: NodeId; readonly pending: Pending }[];
  /** What was made of the estate before. */
  readonly made: readonly EstateChange[];
}

/** Where a walk along parents stands. */
interface Walk {
  readonly steps: Step[];
  holder: NodeId;
  /** The credential it was got hold of by, where one was told. */
  credential: CredentialNode | undefined;
  caller: Pick<HopCaller, 'class' | 'facts'> | undefined;
  /** How sure anything can be that the caller does. */
  cap: Truth;
  /** What was done to the holder. */
  changes: readonly HopChange[];
  /** What somebody else has made of the node that the holder goes on to. */
  changed: NodeChange | undefined;
  pending: Pending | undefined;
  /** The group whose assignments are used. */
  group: NodeId | undefined;
  /** What was made of the estate, in providers without zones. */
  made: readonly EstateChange[];
  /** The provider whose outsider acts, who was let in by what the holder made of the estate. */
  outsiderOf: Provider | undefined;
}

/**
 * Walks parents back to the source, then folds the nodes into steps between things a reader knows. Every joint edge on
 * the way is folded once, however many ways lead through it, and none by recursion: both halves of one may hold the next.
 */
export function stepsTo(
  reach: ReachModel,
  search: ReachSearch,
  node: number,
  credential: CredentialNode | undefined,
): readonly Step[] {
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
      left === undefined || right === undefined
        ? walkFrom(reach, first, credential)
        : jointWalk(reach, left, right, first);
    for (const next of chain) advance(reach, search, walk, next);
    folded.set(at, walk);
  }
  return folded.get(node)!.steps;
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

function kindAt(reach: ReachModel, node: number): ReachNodeKind {
  return reachNodeKinds[reach.graph.kinds[node]!]!;
}

function walkFrom(reach: ReachModel, source: number, credential: CredentialNode | undefined): Walk {
  const id = identityAt(reach, source)!;
  const walk: Walk = {
    steps: [],
    holder: credential?.id ?? id,
    credential,
    caller: undefined,
    cap: TRUE,
    changes: [],
    changed: undefined,
    pending: undefined,
    group: undefined,
    made: [],
    outsiderOf: undefined,
  };
  // A credential of several identities is left for the one that the way goes on from.
  if (credential !== undefined && !isShared(reach, source)) authenticate(reach, walk, id, sessionAt(reach, source));
  return walk;
}

/** The identity a node stands for in whatever session; undefined at nodes that stand for something else. */
function identityAt(reach: ReachModel, node: number): NodeId | undefined {
  const ref = reach.graph.refs[node]!;
  switch (kindAt(reach, node)) {
    case 'identity':
      return reach.identities[ref]!.id;
    case 'acting':
    case 'session':
      return reach.sessions[ref]!.identity.id;
    default:
      return undefined;
  }
}

/** Whether a node is a credential of several identities: it leads to ways to act as others. */
function isShared(reach: ReachModel, node: number): boolean {
  const own = identityAt(reach, node);
  return (
    kindAt(reach, node) === 'session' &&
    edgesOf(reach, node).some((to) => identityAt(reach, to) !== undefined && identityAt(reach, to) !== own)
  );
}

function edgesOf({ graph }: ReachModel, node: number): readonly number[] {
  return [...graph.targets.subarray(graph.offsets[node]!, graph.offsets[node + 1]!)];
}

/** The kind of session a node stands for, where it is one of its own. */
function sessionAt(reach: ReachModel, node: number): HopSession | undefined {
  if (kindAt(reach, node) !== 'session') return undefined;
  const { identity, kind } = reach.sessions[reach.graph.refs[node]!]!;
  const whole = edgesOf(reach, node).includes(reach.nodeOf.get(identity.id)!);
  if (kind === undefined && whole) return undefined;
  return { ...(kind === undefined ? {} : { kind }), ...(whole ? {} : { limited: true }) };
}

/** The step from a credential to the identity it is one of. */
function authenticate(reach: ReachModel, walk: Walk, to: NodeId, session: HopSession | undefined): void {
  const { credential, holder } = walk;
  const edge = reach.model.graph.outgoing(holder, 'authenticates').find((one) => one.to === to);
  walk.steps.push({
    ...STRUCTURAL,
    from: holder,
    to,
    relation: 'authenticates',
    certainty: credential === undefined ? 'allow' : certaintyOf(usable(credential, edge?.certainty)),
    session,
  });
  walk.holder = to;
}

const STRUCTURAL: Omit<Step, 'from' | 'to' | 'relation' | 'certainty'> = {
  label: -1,
  caller: undefined,
  via: [],
  change: undefined,
  session: undefined,
  after: [],
  changed: undefined,
  unlisted: undefined,
  facts: [],
  made: [],
};

/** Both ways to a joint node, the second ending in what was done to the identity held by the first. */
function jointWalk(reach: ReachModel, held: Walk, done: Walk, node: number): Walk {
  const steps = [...held.steps];
  const known = new Set(steps.map(stepKey));
  // What was done to come here need not be done again.
  const tell = (step: Step): void => {
    const key = stepKey(step);
    if (known.has(key)) return;
    known.add(key);
    steps.push(step);
  };
  done.steps.forEach(tell);
  if (held.pending === undefined && done.pending === undefined && held.made.length + done.made.length > 0) {
    // Whoever holds the one goes on in an estate that was changed by the other.
    return { ...held, steps, made: madeOf([...held.made, ...done.made]) };
  }
  const { pending } = done;
  if (held.pending !== undefined && pending !== undefined && kindAt(reach, node) === 'face') {
    // Both are done to something that is held in another way.
    const last = faceAt(reach, node) ?? pending.last;
    const before = [...held.pending.before, { from: held.holder, pending: held.pending }, ...pending.before];
    return { ...done, steps, pending: { ...pending, last, before } };
  }
  const changes = [...held.changes];
  const change = (from: NodeId, one: Pending, to: NodeId): void => {
    tell({
      ...STRUCTURAL,
      from,
      to,
      label: one.label,
      relation: '',
      certainty: certaintyOf(one.truth),
      caller: one.caller,
      via: viaOf(reach, one, to),
      change: one.last?.told,
      changed: one.changed,
      facts: provisionOf(reach, one, to),
    });
  };
  const last = pending?.last;
  if (pending !== undefined && last?.face === CHANGED) {
    // What is changed is what the holder goes on to, and not the holder.
    change(done.holder, pending, last.id);
    const opener = zonedTechnique(reach, pending.label)!;
    const made = changeBy(opener, reach.model.provider(opener.provider)!);
    return { ...held, steps, changed: { ...made, node: last.id } };
  }
  const changeHeld = (from: NodeId, one: Pending): void => {
    const told = one.last?.told;
    if (told !== undefined) changes.push(told);
    change(from, one, held.holder);
  };
  if (pending !== undefined) {
    for (const one of pending.before) changeHeld(one.from, one.pending);
    changeHeld(done.holder, pending);
  }
  return {
    steps,
    holder: held.holder,
    credential: held.credential,
    caller: undefined,
    cap: TRUE,
    changes,
    changed: undefined,
    pending: undefined,
    group: undefined,
    made: madeOf([...held.made, ...done.made]),
    outsiderOf: held.outsiderOf,
  };
}

/** Each change of the estate once, in the order they were made. */
function madeOf(changes: readonly EstateChange[]): readonly EstateChange[] {
  return [...new Map(changes.map((one) => [JSON.stringify([one.on, one.change]), one])).values()];
}

/** The face a node stands for; undefined for those that only lead on. */
function faceAt({ graph, faces }: ReachModel, node: number): Face | undefined {
  const ref = graph.refs[node]!;
  return ref < 0 ? undefined : faces[ref];
}

/** What a technique is aimed at, where that is not the node it leads to. */
function viaOf(reach: ReachModel, pending: Pending, to: NodeId): readonly NodeId[] {
  const { first, last } = pending;
  if (first === undefined) return [];
  const told = last?.told;
  if (told?.change === 'join') return told.groups;
  if (told?.change === 'lift' || told?.change === 'open') return told.policies;
  if (told?.change === 'leave-scopes') return [];
  const template = templateOf(reach, pending, to);
  if (template !== undefined) return [template.from];
  return first.id === to ? [] : [first.id];
}

/** The template that a change of an identity made from it is aimed at. */
function templateOf(reach: ReachModel, { label }: Pending, to: NodeId): GraphEdge | undefined {
  const { target } = reach.techniques[label]!;
  if (target.kind !== 'resource') return undefined;
  const { graph } = reach.model;
  return graph.incoming(to, 'provisions').find(({ from }) => target.types.includes(graph.node(from)?.type ?? ''));
}

/** That an identity is made from the template that is changed. */
function provisionOf(reach: ReachModel, pending: Pending, to: NodeId): readonly HopEvidence[] {
  const edge = pending.first === undefined ? undefined : templateOf(reach, pending, to);
  if (edge === undefined) return [];
  return [{ kind: 'structure', relation: 'provisions', from: edge.from, to, certainty: edge.certainty ?? 'allow' }];
}

function stepKey({ from, to, label, relation, via, change }: Step): string {
  return JSON.stringify([from, to, label, relation, via, change ?? null]);
}

function advance(reach: ReachModel, search: ReachSearch, walk: Walk, node: number): void {
  const { graph } = reach;
  const edge = search.parentEdge[node]!;
  const label = graph.labels[edge]!;
  const kind = kindAt(reach, node);
  const ref = graph.refs[node]!;
  const said = graph.certainty[edge]! as Truth;
  if (kind === 'state' && kindAt(reach, search.parentNode[node]!) === 'state') {
    // The same without a guard that leaves everything undecided: the caller is who it was.
    walk.cap = and(walk.cap, said);
    return;
  }
  const truth = and(said, walk.cap);
  if (label >= 0) {
    const caller = callerFor(reach, walk);
    const { changed, made } = walk;
    walk.pending = { label, truth, caller, changed, first: undefined, last: undefined, before: [], made };
  } else if (walk.pending !== undefined && walk.pending.last?.face !== 'stored') {
    // A way is as sure as its least sure part.
    walk.pending = { ...walk.pending, truth: and(walk.pending.truth, truth) };
  }
  switch (kind) {
    case 'state':
      walk.caller = { class: reach.states[ref]!.class, facts: reach.states[ref]!.facts };
      return;
    case 'class':
      if (walk.caller === undefined || walk.cap === TRUE) {
        walk.caller = { class: reach.classes[ref]!, facts: walk.caller?.facts ?? reach.classes[ref]!.facts };
      }
      return;
    case 'hub':
      return;
    case 'elevated':
      if (truth !== TRUE) changeTogether(walk, truth);
      return;
    case 'face':
      if (ref >= 0) face(reach, walk, ref);
      return;
    case 'identity':
    case 'acting':
    case 'session':
      hold(reach, search, walk, node);
      return;
    case 'made':
      arrive(reach, walk, node, reach.made[ref]!.id, truth, 'makes', reach.made[ref]!.told);
      walk.changes = [reach.made[ref]!.told];
      return;
    case 'workload':
      arrive(reach, walk, node, reach.workloads[ref]!, truth, 'controls');
      return;
    case 'zone-control':
      controlScope(reach, walk, node, reach.zones[ref]!, truth);
      return;
    case 'access':
      // From a class of access to access of any class is no step of its own.
      if (label < 0 && walk.pending === undefined && walk.holder === reach.accesses[ref]!.resource) return;
      arrive(reach, walk, node, reach.accesses[ref]!.resource, truth, 'access');
      return;
  }
}

function face(reach: ReachModel, walk: Walk, ref: number): void {
  const reached = reach.faces[ref]!;
  if (reached.face.startsWith('scoped-') && reached.told !== undefined)
    changeEstate(reach, walk, reached, reached.told);
  else if (walk.pending === undefined) walk.group = reached.id;
  else walk.pending = { ...walk.pending, first: walk.pending.first ?? reached, last: reached };
}

/** Control of a scope; of a provider without zones it is that of the scopes below too, which is told as one step. */
function controlScope(reach: ReachModel, walk: Walk, node: number, scope: NodeId, truth: Truth): void {
  const provider = reach.model.graph.node(scope)?.provider;
  const isTree = provider !== undefined && reach.scoped.has(provider);
  const last = walk.steps[walk.steps.length - 1];
  const isBelow = isTree && walk.pending === undefined && last?.label === -1 && last.relation === 'controls';
  if (isBelow && last.to === walk.holder) {
    walk.steps[walk.steps.length - 1] = { ...last, to: scope };
    walk.holder = scope;
  } else {
    arrive(reach, walk, node, scope, truth, 'controls');
  }
  if (!isTree) return;
  walk.made = madeOf([...walk.made, { on: scope, change: { change: 'control' } }]);
  walk.outsiderOf = provider;
}

/** The holder changes something about the estate, and stays who it is. */
function changeEstate(reach: ReachModel, walk: Walk, { id }: Face, change: HopChange): void {
  const { pending, holder } = walk;
  if (pending !== undefined) {
    walk.steps.push({
      ...STRUCTURAL,
      from: holder,
      to: id,
      label: pending.label,
      relation: '',
      certainty: certaintyOf(pending.truth),
      caller: pending.caller,
      change,
      made: pending.made,
    });
    walk.pending = undefined;
  }
  walk.made = madeOf([...walk.made, { on: id, change }]);
  if (change.change === 'control' || change.change === 'hand-out') {
    walk.outsiderOf = reach.model.graph.node(id)?.provider;
  }
}

/** All changes of one identity at once, which nobody followed in every combination. */
function changeTogether(walk: Walk, truth: Truth): void {
  walk.steps.push({
    ...STRUCTURAL,
    from: walk.holder,
    to: walk.holder,
    relation: 'together',
    certainty: certaintyOf(truth),
    change: { change: 'together' },
  });
}

/** The walk comes to an identity, acted as in some way. */
function hold(reach: ReachModel, search: ReachSearch, walk: Walk, node: number): void {
  const id = identityAt(reach, node)!;
  const truth = reach.graph.certainty[search.parentEdge[node]!]! as Truth;
  const from = search.parentNode[node]!;
  if (walk.pending === undefined) {
    // Who acts as an identity in some session holds it: no step of its own.
    if (walk.holder === id) return;
    if (kindAt(reach, from) === 'session' && isShared(reach, from)) {
      if (walk.credential !== undefined) walk.holder = walk.credential.id;
      authenticate(reach, walk, id, sessionAt(reach, node));
      return;
    }
    const leads = (relation: 'runs-as' | 'provisions'): boolean =>
      reach.model.graph.outgoing(walk.holder, relation).some(({ to }) => to === id);
    const ofWorkload = leads('runs-as') ? 'runs-as' : leads('provisions') ? 'provisions' : 'vouches-for';
    const relation = kindAt(reach, from) === 'workload' ? ofWorkload : 'federates';
    arrive(reach, walk, node, id, truth, relation);
    return;
  }
  const { last } = walk.pending;
  const stored = last?.face === 'stored' ? storedCredential(reach, last.id, node, truth) : undefined;
  if (last === undefined || stored === undefined) {
    arrive(reach, walk, node, id, truth, '');
    return;
  }
  readCredential(walk, last.id, stored.credential, stored.certainty);
  if (!isShared(reach, node)) authenticate(reach, walk, id, sessionAt(reach, node));
}

/** The credential named by a resource that leads to a node. */
function storedCredential(
  reach: ReachModel,
  resource: NodeId,
  node: number,
  truth: Truth,
): { readonly credential: CredentialNode; readonly certainty: Certainty } | undefined {
  const { graph } = reach.model;
  for (const { to, certainty = 'allow' } of graph.outgoing(resource, 'stores')) {
    const credential = graph.node(to);
    if (credential?.kind !== 'credential' || usable(credential, certainty) !== truth) continue;
    const starts = graph.outgoing(to, 'authenticates').map((edge) => reach.starts.get(to) ?? reach.nodeOf.get(edge.to));
    if (starts.includes(node)) return { credential, certainty };
  }
  return undefined;
}

/** The step from whoever reads a resource to the credential its configuration names. */
function readCredential(walk: Walk, resource: NodeId, credential: CredentialNode, certainty: Certainty): void {
  const pending = walk.pending!;
  const stores: HopEvidence = { kind: 'structure', relation: 'stores', from: resource, to: credential.id, certainty };
  walk.steps.push({
    ...STRUCTURAL,
    from: walk.holder,
    to: credential.id,
    label: pending.label,
    relation: '',
    certainty: certaintyOf(and(pending.truth, truthOf(certainty))),
    caller: pending.caller,
    via: [resource],
    changed: pending.changed,
    facts: [stores],
    made: pending.made,
  });
  reset(walk, credential.id);
  walk.credential = credential;
}

/** Facts of the identity actually held, for evidence that cites its own policies. */
function callerFor(reach: ReachModel, walk: Walk): HopCaller | undefined {
  const { caller, changes } = walk;
  const outsider = walk.outsiderOf === undefined ? undefined : reach.outsiders.get(walk.outsiderOf);
  if (outsider !== undefined) return { ...outsider, changes };
  if (caller === undefined) return undefined;
  const holder = reach.model.graph.identity(walk.holder);
  if (holder === undefined) return { ...caller, changes };
  const { session, chosenTags } = caller.facts;
  const facts = {
    ...reach.model.factsOf(holder),
    ...(session === undefined ? {} : { session }),
    ...(chosenTags === undefined ? {} : { chosenTags }),
  };
  return { class: caller.class, facts, changes };
}

/** The walk comes to something new. */
function arrive(
  reach: ReachModel,
  walk: Walk,
  node: number,
  to: NodeId,
  truth: Truth,
  relation: string,
  told?: HopChange,
): void {
  const { pending, holder, group } = walk;
  const technique = pending === undefined ? undefined : zonedTechnique(reach, pending.label);
  const isBehind = pending?.first?.face === PASSED_ON;
  const front = isBehind || pending?.first?.face === UNLISTED ? pending.first.id : undefined;
  const unlisted = unlistedAt(reach, node);
  walk.steps.push({
    from: holder,
    to,
    label: pending?.label ?? -1,
    relation,
    certainty: certaintyOf(pending?.truth ?? truth),
    caller: pending === undefined && unlisted !== undefined ? callerFor(reach, walk) : pending?.caller,
    via: pending === undefined ? (group === undefined ? [] : [group]) : viaOf(reach, pending, to),
    change: told ?? (technique === undefined ? undefined : openingOf(technique)),
    session: sessionAt(reach, node),
    after: technique === undefined ? [] : rowsAfter(reach, technique, node, front),
    changed: pending?.changed,
    unlisted,
    facts: [
      ...(pending === undefined && group !== undefined ? membership(reach, holder, group) : []),
      ...(isBehind && front !== undefined && front !== to ? [leadsOn(front, to)] : []),
    ],
    made: pending?.made ?? [],
  });
  reset(walk, to);
}

/** The class of access to what the input does not list that a node stands for. */
function unlistedAt(reach: ReachModel, node: number): AccessClass | undefined {
  if (kindAt(reach, node) !== 'access') return undefined;
  const leaf = reach.accesses[reach.graph.refs[node]!]!;
  return leaf.unbounded ? leaf.class : undefined;
}

function reset(walk: Walk, holder: NodeId): void {
  walk.holder = holder;
  walk.credential = undefined;
  walk.caller = undefined;
  walk.cap = TRUE;
  walk.changes = [];
  walk.changed = undefined;
  walk.pending = undefined;
  walk.group = undefined;
  walk.outsiderOf = undefined;
}

/** That the holder is a member of the group, where it was not put into it on the way. */
function membership(reach: ReachModel, holder: NodeId, group: NodeId): readonly HopEvidence[] {
  const edge = reach.model.graph.outgoing(holder, 'member-of').find(({ to }) => to === group);
  if (edge === undefined) return [];
  const certainty = edge.certainty ?? 'allow';
  return [{ kind: 'structure', relation: 'member-of', from: holder, to: group, certainty }];
}

/** That access by way of one resource is access to another, which the requests are done to. */
function leadsOn(from: NodeId, to: NodeId): HopEvidence {
  return { kind: 'structure', relation: 'stands-before', from, to, certainty: 'allow' };
}

/**
 * The rows that lead to a node, for a technique that has opened what it stands for, or what stands before that (`front`).
 */
function rowsAfter(
  reach: ReachModel,
  opener: Technique,
  node: number,
  front: NodeId | undefined,
): readonly Technique[] {
  if (openingOf(opener) === undefined) return [];
  const ref = reach.graph.refs[node]!;
  const kind = kindAt(reach, node);
  const reached = kind === 'access' ? reach.accesses[ref]!.resource : undefined;
  const id = kind === 'workload' ? reach.workloads[ref]! : (front ?? reached);
  const type = reach.model.graph.node(id ?? identityAt(reach, node) ?? '')?.type;
  const access = kind === 'access' ? `access-${reach.accesses[ref]!.class ?? ''}` : undefined;
  const unlisted = unlistedAt(reach, node) !== undefined;
  const zoned = reach.techniques.flatMap((_, label) => zonedTechnique(reach, label) ?? []);
  return zoned.filter((technique) => {
    const { id: name, provider, target, yields, passedOn } = technique;
    if (provider !== opener.provider || type === undefined) return false;
    if (!('types' in target) || !target.types.includes(type)) return false;
    if (unlisted || isUnlistedAccess(technique)) return unlisted && isUnlistedAccess(technique) && name === access;
    if (access !== undefined) return name === access && (passedOn === true) === (front !== undefined);
    if (name.startsWith('access-')) return false;
    return kind === 'workload' ? yields === 'become-runtime' || yields === 'become-subjects' : yields === 'become';
  });
}
