import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import { type DecisionQuery, decideQuery, servicePrincipal } from '../authz/decide.ts';
import { traceDecision } from '../authz/decision-trace.ts';
import { explanationOf, type Reason } from '../authz/explain.ts';
import { behind } from '../authz/further-resource.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { OpenedResource, PrincipalFacts, RequestContext } from '../authz/semantics.ts';
import { and, CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { Certainty, GraphNode, NodeId, Provider } from '../graph/model.ts';
import type { AccessClass } from './access-class.ts';
import { anyName, type ChoiceQuestion, chooseResources, chooseWithin, isNewName } from './caller-choice.ts';
import { heldOnTheWay } from './held-on-the-way.ts';
import type { HopChange } from './hop-change.ts';
import { hopRequests } from './hop-requests.ts';
import { madePolicies } from './made-policies.ts';
import { changeBy } from './opened-others.ts';
import { certaintyOf, type ReachModel } from './reach-model.ts';
import { choiceIsLimited, contextOf, inZone, resourceOn } from './requirement.ts';
import { isAboutTarget } from './requirement-text.ts';
import { asChanged, type NodeChange } from './target-decisions.ts';
import type { FixedContext, Requirement, Technique } from './technique.ts';

/** An allowed action with the statements that allow it. */
export interface PermissionEvidence {
  readonly kind: 'permission';
  readonly action: string;
  /** The resource asked about; `*` in it stands for text the caller chooses. */
  readonly resource: string;
  readonly certainty: Certainty;
  /** Who is allowed: the caller, or a service acting as itself. */
  readonly principal: NodeId;
  /** Request context the hop fixes: the service a role is passed to, the policy named; null for a key left out. */
  readonly context?: Readonly<Record<string, readonly string[] | null>>;
  /**
   * What is changed about the resource first: by another permission of the hop, where it is not what the hop leads to, or by an
   * earlier hop.
   */
  readonly onceChanged?: 'tags' | 'policy';
  readonly reasons: readonly Reason[];
}

/** One thing a hop rests on: a permission, a fact about the target, or a relation the input states. */
export type HopEvidence =
  | PermissionEvidence
  | { readonly kind: 'fact'; readonly fact: string; readonly of: NodeId; readonly certainty: Certainty }
  | {
      readonly kind: 'structure';
      readonly relation: string;
      readonly from: NodeId;
      readonly to: NodeId;
      readonly certainty: Certainty;
    };

/** The caller of one hop. */
export interface HopCaller {
  readonly class: PrincipalClass;
  readonly facts: PrincipalFacts;
  /** What was done to it on the way, first to last. */
  readonly changes: readonly HopChange[];
}

/** One hop to be proven. */
export interface HopQuestion {
  readonly technique: Technique;
  readonly caller: HopCaller;
  /** What the technique is aimed at, each in a request of its own; empty for one that aims at nothing in particular. */
  readonly targets: readonly GraphNode[];
  readonly change: HopChange | undefined;
  /** What somebody else has made of the target before. */
  readonly changed: NodeChange | undefined;
  /**
   * Rows one of which gives what the hop leads to once the technique has opened the target (its tags or its policy are the
   * caller's choice); empty for techniques that give it themselves.
   */
  readonly after: readonly Technique[];
}

/** What proves a hop. */
export interface HopProof {
  readonly certainty: Certainty;
  readonly evidence: readonly HopEvidence[];
  /** The row of `after` that gives what the hop leads to. */
  readonly after?: string;
  /** It gives it to a principal in a zone of the attacker's own, which the caller lets in. */
  readonly outsider?: true;
}

interface Found {
  readonly truth: Truth;
  readonly evidence: readonly HopEvidence[];
}

const NOTHING: Found = { truth: FALSE, evidence: [] };

/** The evidence for one technique of one caller: everything it takes, of alternatives the strongest. */
export function hopEvidence(
  reach: ReachModel,
  { technique, caller, targets, change, changed, after }: HopQuestion,
): HopProof {
  const found: Found[] = [];
  let opened: Opened | undefined;
  const before = changed === undefined ? {} : { changed, changedBefore: true as const };
  const base: Hop = { reach, provider: technique.provider, row: technique, caller, given: undefined, ...before };
  for (const target of targets.length === 0 ? [undefined] : targets) {
    for (const given of hopRequests(technique, change, caller.class.zone)) {
      found.push(requested({ ...base, given }, technique, target));
    }
    if (after.length === 0) continue;
    opened = whenOpened(reach, technique, caller, after, target);
    found.push(opened.found);
  }
  for (const group of change?.change === 'make' ? (change.groups ?? []) : []) {
    if (technique.joins !== undefined) found.push(collect(base, technique.joins.that, reach.model.graph.node(group)));
  }
  return {
    certainty: certaintyOf(found.reduce<Truth>((least, { truth }) => and(least, truth), TRUE)),
    evidence: distinct(found.flatMap(({ evidence }) => evidence)),
    ...(opened?.row === undefined ? {} : { after: opened.row.id }),
    ...(opened?.outsider === true ? { outsider: true as const } : {}),
  };
}

/**
 * One request of a hop. Where it names a policy that allows everything, one of the caller's making may do as well; a guard of its
 * making has a name that no policy has.
 */
function requested(hop: Hop, { names, bounds, requires }: Technique, target: GraphNode | undefined): Found {
  const asked = (given: FixedContext | undefined): Found => collect({ ...hop, given }, requires, target);
  const making = (by: string, id: string, used: Found): Found => {
    const made = permission(withoutChange(hop), by, id, NO_CONTEXT);
    return { truth: and(made.truth, used.truth), evidence: [...made.evidence, ...used.evidence] };
  };
  let best = asked(hop.given);
  const strongest = names?.strongest === undefined ? undefined : inZone(names.strongest, hop.caller.class.zone);
  if (names?.made !== undefined && best.truth !== TRUE && hop.given?.[names.key] === strongest) {
    for (const { id } of madePolicies(questionOf(hop, NO_CONTEXT), names).policies) {
      const found = making(names.made.by, id, asked({ ...hop.given, [names.key]: id }));
      if (found.truth > best.truth) best = found;
    }
  }
  if (best.truth === FALSE && names !== undefined) best = namingAny(hop, names.key, asked);
  const guard = bounds === undefined ? undefined : hop.given?.[bounds.key];
  if (best.truth === FALSE && bounds !== undefined) best = namingAny(hop, bounds.key, asked);
  if (bounds?.made !== undefined && typeof guard === 'string' && isNewName(guard)) {
    best = making(bounds.made.by, guard, best);
  }
  return { ...best, evidence: best.evidence.map(withAnyName) };
}

/** A request of which nobody knows which policy it may name: there are too many to ask for each. */
function namingAny(hop: Hop, key: string, asked: (given: FixedContext) => Found): Found {
  const { [key]: _, ...others } = hop.given ?? {};
  const found = asked(others);
  if (found.truth === FALSE) return NOTHING;
  const { id } = hop.caller.facts.node;
  const open: HopEvidence = { kind: 'fact', fact: 'which-policy-may-be-named', of: id, certainty: 'unknown' };
  return { truth: and(found.truth, UNKNOWN), evidence: [...found.evidence, open] };
}

const NO_CONTEXT: RequestContext = new Map();

/** The same evidence with `*` for text that the caller chooses. */
function withAnyName(one: HopEvidence): HopEvidence {
  if (one.kind !== 'permission') return one;
  const context = Object.entries(one.context ?? {}).map(
    ([key, values]) => [key, values?.map(anyName) ?? null] as const,
  );
  return {
    ...one,
    resource: anyName(one.resource),
    ...(one.context === undefined ? {} : { context: Object.fromEntries(context) }),
  };
}

function questionOf({ reach, provider, caller, changed }: Hop, context: RequestContext): ChoiceQuestion {
  return {
    model: reach.model,
    provider: reach.model.provider(provider)!,
    class: caller.class,
    facts: caller.facts,
    context,
    now: reach.now,
    ...(changed === undefined ? {} : { changed }),
  };
}

/** The evidence for access of a class to resources of the caller's zone that the input does not list. */
export function unlistedEvidence(
  reach: ReachModel,
  caller: HopCaller,
  accessClass: AccessClass,
): readonly HopEvidence[] {
  const proof = reach.unbounded.get(caller.class.provider)?.proof(caller.class, accessClass);
  if (proof === undefined) return [];
  const { provider } = caller.class;
  if (proof.action !== undefined) {
    const found = choiceEvidence(
      { reach, provider, caller, row: undefined, given: undefined },
      [proof.action],
      new Map(),
    );
    if (found.truth !== FALSE) return found.evidence;
  }
  const of = caller.facts.node.id;
  return [{ kind: 'fact', fact: `${accessClass}-of-what-is-not-listed`, of, certainty: certaintyOf(proof.truth) }];
}

/** What is allowed on a target once it was opened, to whom and by which row. */
interface Opened {
  readonly found: Found;
  readonly row: Technique | undefined;
  readonly outsider?: true;
}

/** What a caller then is allowed on a target that it has opened to itself, or to a zone of the attacker's own. */
function whenOpened(
  reach: ReachModel,
  opener: Technique,
  caller: HopCaller,
  after: readonly Technique[],
  target: GraphNode | undefined,
): Opened {
  const change = changeBy(opener, reach.model.provider(opener.provider)!);
  const changed = target === undefined ? {} : { changed: { ...change, node: target.id } };
  let best: Opened = { found: NOTHING, row: undefined };
  const ask = (as: HopCaller, more: { readonly outsider?: true }): void => {
    for (const technique of after) {
      if (best.found.truth === TRUE) return;
      const { provider, requires } = technique;
      const found = collect(
        { reach, provider, row: technique, caller: as, given: undefined, ...changed, ...more },
        requires,
        target,
      );
      if (found.truth > best.found.truth) best = { found, row: technique, ...more };
    }
  };
  ask(caller, {});
  const outsider = change.opensResource === undefined ? undefined : reach.outsiders.get(opener.provider);
  if (outsider !== undefined) ask({ ...outsider, changes: [] }, { outsider: true });
  return best;
}

function distinct(evidence: readonly HopEvidence[]): readonly HopEvidence[] {
  return [...new Map(evidence.map((one) => [JSON.stringify(one), one])).values()];
}

/** One hop being explained. */
interface Hop {
  readonly reach: ReachModel;
  readonly provider: Provider;
  /** Absent for what is no technique. */
  readonly row: Technique | undefined;
  readonly caller: HopCaller;
  /** Context beside what the requirement fixes: the policies a request names. */
  readonly given: FixedContext | undefined;
  /** What was made of the target before. */
  readonly changed?: NodeChange;
  /** That is not what the hop tells of by itself: the target is not what it leads to, or somebody else has changed it. */
  readonly changedBefore?: true;
  /** The caller is a principal in a zone of the attacker's own. */
  readonly outsider?: true;
}

/** The same hop where it rests on something that the caller has not changed. */
function withoutChange({ changed: _, changedBefore: __, ...hop }: Hop): Hop {
  return hop;
}

function collect(hop: Hop, requirement: Requirement, target: GraphNode | undefined): Found {
  const { reach, provider: name, caller } = hop;
  if ('all' in requirement) {
    let truth: Truth = TRUE;
    const evidence: HopEvidence[] = [];
    for (const part of requirement.all) {
      const found = collect(hop, part, target);
      truth = and(truth, found.truth);
      evidence.push(...found.evidence);
    }
    return { truth, evidence };
  }
  if ('any' in requirement) {
    let best: Found = NOTHING;
    for (const part of requirement.any) {
      const found = collect(hop, part, target);
      if (found.truth > best.truth) best = found;
    }
    return best;
  }
  if ('some' in requirement) return otherEvidence(hop, requirement);
  if ('zoneHolds' in requirement) {
    return predicateEvidence(reach, name, requirement.zoneHolds, zoneNode(reach, caller));
  }
  if ('holds' in requirement) {
    return predicateEvidence(reach, name, requirement.holds, target ?? zoneNode(reach, caller));
  }
  if ('service' in requirement) return serviceEvidence(hop, requirement.service, requirement.may, target);
  const zone = caller.class.zone;
  const context = contextOf(requirement.context, zone, hop.given);
  if ('allows' in requirement) return choiceEvidence(withoutChange(hop), requirement.allows, context);
  if (target?.kind === 'resource' && target.uncollected === true && isAboutTarget(requirement.on)) {
    // The target stands for what it names, and what lies in that.
    const { changed } = hop;
    const asking = changed === undefined ? hop : { ...hop, changed: { ...changed, node: undefined } };
    const found = choiceEvidence(asking, [requirement.allowed], context);
    // Nobody knows whether there is one: the input does not list the resources of the zone.
    const listed: HopEvidence = { kind: 'fact', fact: 'listed-in-the-input', of: target.id, certainty: 'unknown' };
    return { truth: and(found.truth, UNKNOWN), evidence: [...found.evidence, listed] };
  }
  const resource =
    requirement.on === undefined
      ? (target?.id ?? '*')
      : target === undefined
        ? inZone(requirement.on, zone)
        : resourceOn(requirement.on, target, zone);
  const inside = requirement.on !== undefined && requirement.on !== '*' && resource.includes('*');
  const freely = (found: Found): Found =>
    requirement.freely === true ? withinChoice(hop, requirement.allowed, context, found) : found;
  if (!inside) return freely(permission(hop, requirement.allowed, resource, context));
  const provider = reach.model.provider(name)!;
  const question = questionOf(hop, context);
  const witness = chooseWithin(question, resource, provider.catalogue.ref(requirement.allowed)).resource;
  const found = permission(hop, requirement.allowed, witness, context);
  return freely({
    truth: found.truth,
    evidence: found.evidence.map((one) => ('resource' in one ? { ...one, resource: anyName(one.resource) } : one)),
  });
}

/** What needs any value the caller likes rests on what the rest of its policies leave it to choose. */
function withinChoice({ reach, provider, caller }: Hop, name: string, context: RequestContext, found: Found): Found {
  const action = reach.model.provider(provider)!.catalogue.ref(name);
  if (found.truth !== TRUE || !choiceIsLimited(caller.class, action, context)) return found;
  const { id } = caller.facts.node;
  const limited: HopEvidence = { kind: 'fact', fact: 'free-to-choose-the-value', of: id, certainty: 'conditional' };
  return { truth: CONDITIONAL, evidence: [...found.evidence, limited] };
}

function zoneNode(reach: ReachModel, caller: HopCaller): GraphNode | undefined {
  return caller.class.zone === undefined ? undefined : reach.model.graph.node(caller.class.zone);
}

type AskingOthers = Extract<Requirement, { readonly some: unknown }>;

/** Evidence about the first other target of the caller's zone for which a requirement holds best. */
function otherEvidence(hop: Hop, { some: aim, that, openings = [] }: AskingOthers): Found {
  const { graph } = hop.reach.model;
  const zone = hop.caller.class.zone;
  const asIs = withoutChange(hop);
  const candidates: readonly GraphNode[] = aim.kind === 'identity' ? graph.identities : graph.resources;
  let best: Found = NOTHING;
  for (const node of candidates) {
    if (!aim.types.includes(node.type) || graph.zoneOf(node.id)?.id !== zone) continue;
    const found = collect(asIs, that, node);
    if (found.truth > best.truth) best = found;
    for (const { types, by, change } of openings) {
      if (best.truth === TRUE) break;
      if (!types.includes(node.type)) continue;
      const opened = collect(asIs, by, node);
      if (opened.truth <= best.truth) continue;
      const then = collect({ ...hop, changed: { ...change, node: node.id }, changedBefore: true }, that, node);
      const truth = and(opened.truth, then.truth);
      if (truth > best.truth) best = { truth, evidence: [...opened.evidence, ...then.evidence] };
    }
    if (best.truth === TRUE) break;
  }
  return best;
}

function query(
  { reach, provider: name, changed }: Hop,
  action: string,
  resource: string,
  context: RequestContext,
  caller: { readonly class: PrincipalClass | undefined; readonly facts: PrincipalFacts },
): DecisionQuery {
  const provider = reach.model.provider(name)!;
  const facts = reach.model.resourceFacts(resource, provider);
  return {
    principal: caller.facts,
    class: caller.class,
    action: provider.catalogue.ref(action),
    resource: changed === undefined ? facts : asChanged(changed, facts),
    provider,
    context,
    now: reach.now,
  };
}

function permission(hop: Hop, action: string, resource: string, context: RequestContext): Found {
  const asked = query(hop, action, resource, context, hop.caller);
  const truth = decideQuery(hop.reach.model, asked);
  if (truth === FALSE) return NOTHING;
  return { truth, evidence: [permissionEvidence(hop, asked, truth), ...unlistedBehind(hop, asked)] };
}

/** That the input does not hold what stands behind the resource of a request, whose policies may say anything. */
function unlistedBehind({ reach }: Hop, { provider, resource, action }: DecisionQuery): readonly HopEvidence[] {
  const further = behind(reach.model, provider, resource, action.name);
  if (further === undefined || further.resource !== undefined) return [];
  const of = resource.node?.id ?? resource.id;
  return [{ kind: 'fact', fact: 'what-it-stands-before-is-in-the-input', of, certainty: 'unknown' }];
}

function permissionEvidence(hop: Hop, asked: DecisionQuery, truth: Truth): PermissionEvidence {
  const { reach, caller } = hop;
  const trace = traceDecision(reach.model, asked);
  const added =
    asked.class === undefined ? [] : heldOnTheWay(reach.model, asked.principal.node, asked.class, caller.changes);
  const { reasons: all } = explanationOf({ ...trace, policies: [...trace.policies, ...added] });
  // What an outsider holds at home is its own affair.
  const reasons = hop.outsider === true ? all.filter(({ layer }) => layer !== 'identity-grant') : all;
  const opened = asked.resource.opened;
  return {
    kind: 'permission',
    action: asked.action.name,
    resource: asked.resource.id,
    certainty: certaintyOf(truth),
    principal: asked.principal.node.id,
    ...(asked.context.size === 0 ? {} : { context: contextFields(hop, asked.context) }),
    ...(hop.changedBefore === undefined ? {} : changedFirst(asked)),
    reasons: opened !== undefined && opens(opened, asked.action) ? [...reasons, statementOf(asked)] : reasons,
  };
}

function changedFirst({ resource }: DecisionQuery): Pick<PermissionEvidence, 'onceChanged'> {
  if (resource.chosenTags === true) return { onceChanged: 'tags' };
  return resource.opened === undefined ? {} : { onceChanged: 'policy' };
}

/** Context by key, spelled as the row spells it. */
function contextFields({ row, given }: Hop, context: RequestContext): NonNullable<PermissionEvidence['context']> {
  const keys = [...(row === undefined ? [] : contextKeys(row.requires)), ...Object.keys(given ?? {})];
  const spelled = new Map(keys.map((key) => [key.toLowerCase(), key]));
  const fields = [...context].map(([key, value]) => [spelled.get(key) ?? key, value] as const);
  return Object.fromEntries(fields.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function contextKeys(requirement: Requirement): readonly string[] {
  if ('all' in requirement) return requirement.all.flatMap(contextKeys);
  if ('any' in requirement) return requirement.any.flatMap(contextKeys);
  if ('some' in requirement) {
    return [requirement.that, ...(requirement.openings ?? []).map(({ by }) => by)].flatMap(contextKeys);
  }
  return 'context' in requirement ? Object.keys(requirement.context ?? {}) : [];
}

function opens({ actions }: OpenedResource, action: ActionRef): boolean {
  return actions === undefined || hasAction(actions, action);
}

/** The statement that the caller writes into the policy of the resource. */
function statementOf({ resource }: DecisionQuery): Reason {
  return {
    layer: 'resource-grant',
    effect: 'allow',
    policy: 'added',
    policyName: 'statement added on the way',
    policyType: 'added',
    on: resource.id,
    certainty: 'allow',
    dependsOn: [],
  };
}

function choiceEvidence(hop: Hop, actions: readonly string[], context: RequestContext): Found {
  const { reach, caller } = hop;
  const question = questionOf(hop, context);
  const answer = chooseResources(question, actions);
  if (answer.truth === FALSE) return NOTHING;
  const evidence: HopEvidence[] = answer.witnesses.map(({ action, resource }) => {
    const asked = query(hop, action, resource, context, caller);
    return { ...permissionEvidence(hop, asked, decideQuery(reach.model, asked)), resource: anyName(resource) };
  });
  const proven = evidence.reduce<number>((least, one) => Math.min(least, ranks[one.certainty]), TRUE);
  if (proven > answer.truth) {
    // The search for a resource to name was not exhaustive, or the action takes resources that nobody lists.
    const certainty = certaintyOf(answer.truth);
    evidence.push({ kind: 'fact', fact: 'resource-to-name-is-known', of: caller.facts.node.id, certainty });
  }
  return { truth: answer.truth, evidence };
}

const ranks: Readonly<Record<Certainty, number>> = { allow: TRUE, conditional: CONDITIONAL, unknown: UNKNOWN };

function predicateEvidence(reach: ReachModel, provider: Provider, name: string, target: GraphNode | undefined): Found {
  const predicate = reach.predicates.get(provider)?.[name];
  if (predicate === undefined || target === undefined) return { truth: FALSE, evidence: [] };
  const truth = predicate(target, reach.model.graph);
  return {
    truth,
    evidence: truth === FALSE ? [] : [{ kind: 'fact', fact: name, of: target.id, certainty: certaintyOf(truth) }],
  };
}

function serviceEvidence(hop: Hop, service: string, may: string, target: GraphNode | undefined): Found {
  if (target === undefined) return { truth: FALSE, evidence: [] };
  const { reach, provider: name } = hop;
  const facts = servicePrincipal(name, service);
  const { semantics } = reach.model.provider(name)!;
  const asked = {
    // What the caller opens, it opens to itself.
    ...query(withoutChange(hop), may, target.id, new Map(), { class: undefined, facts }),
    context: semantics.serviceContext(reach.model.graph.zoneOf(target.id)),
  };
  const truth = decideQuery(reach.model, asked);
  if (truth === FALSE) return { truth, evidence: [] };
  return { truth, evidence: [permissionEvidence(hop, asked, truth)] };
}
