import { type DecisionQuery, decideQuery, servicePrincipal } from '../authz/decide.ts';
import { explain, type Reason } from '../authz/explain.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts, RequestContext } from '../authz/semantics.ts';
import { and, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { Certainty, GraphNode, NodeId } from '../graph/model.ts';
import { anyName, chooseResources, chooseWithin } from './caller-choice.ts';
import { choosesKey, nameablePolicies } from './named-policies.ts';
import { certaintyOf, type ReachModel } from './reach-model.ts';
import { contextOf, inZone, resourceOn } from './requirement.ts';
import type { FixedContext, OtherTarget, Requirement, Technique } from './technique.ts';

/** An allowed action with the statements that allow it. */
export interface PermissionEvidence {
  readonly kind: 'permission';
  readonly action: string;
  /** The resource asked about; `*` in it stands for text the caller chooses. */
  readonly resource: string;
  readonly certainty: Certainty;
  /** Who is allowed: the caller, or a service acting as itself. */
  readonly principal: NodeId;
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
}

interface Found {
  readonly truth: Truth;
  readonly evidence: readonly HopEvidence[];
}

/** The evidence for one technique of one caller on one target; the strongest alternative where several hold. */
export function hopEvidence(
  reach: ReachModel,
  technique: Technique,
  caller: HopCaller,
  target: GraphNode | undefined,
): { readonly certainty: Certainty; readonly evidence: readonly HopEvidence[] } {
  let best: Found = NOTHING;
  for (const given of givenContexts(reach, technique, caller, target)) {
    const found = collect({ reach, technique, caller, given }, technique.requires, target);
    if (found.truth > best.truth) best = found;
    if (best.truth === TRUE) break;
  }
  return { certainty: certaintyOf(best.truth), evidence: best.evidence };
}

const NOTHING: Found = { truth: FALSE, evidence: [] };

/** One hop being explained. */
interface Hop {
  readonly reach: ReachModel;
  readonly technique: Technique;
  readonly caller: HopCaller;
  /** Context beside what the requirement fixes: the policies a request names. */
  readonly given: FixedContext | undefined;
}

/** What the request of a technique can name, the most telling first. */
function givenContexts(
  reach: ReachModel,
  { names, bounds, provider, yields }: Technique,
  { class: principalClass }: HopCaller,
  target: GraphNode | undefined,
): readonly (FixedContext | undefined)[] {
  const languages = reach.model.provider(provider)!;
  const nameable = (key: string): readonly string[] =>
    choosesKey(principalClass, key)
      ? nameablePolicies(reach.model, languages, principalClass, key).map(({ id }) => id)
      : [];
  let contexts: readonly FixedContext[] = [{}];
  if (bounds !== undefined) {
    contexts = [{ [bounds.key]: null }, ...nameable(bounds.key).map((id) => ({ [bounds.key]: id }))];
  }
  if (names === undefined) return contexts;
  const held = yields.startsWith('drop') && target !== undefined ? reach.model.graph.attachmentsOn(target.id) : [];
  const policies = [
    ...(names.strongest === undefined ? [] : [inZone(names.strongest, principalClass.zone)]),
    ...held.map(({ policy }) => policy),
    ...nameable(names.key),
  ];
  return contexts.flatMap((context) => policies.map((id) => ({ ...context, [names.key]: id })));
}

function collect(hop: Hop, requirement: Requirement, target: GraphNode | undefined): Found {
  const { reach, technique, caller } = hop;
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
  if ('some' in requirement) return otherEvidence(hop, requirement.some, requirement.that);
  if ('zoneHolds' in requirement) {
    return predicateEvidence(reach, technique, requirement.zoneHolds, zoneNode(reach, caller));
  }
  if ('holds' in requirement) {
    return predicateEvidence(reach, technique, requirement.holds, target ?? zoneNode(reach, caller));
  }
  if ('service' in requirement) return serviceEvidence(reach, technique, requirement.service, requirement.may, target);
  const zone = caller.class.zone;
  const context = contextOf(requirement.context, zone, hop.given);
  if ('allows' in requirement) return choiceEvidence(hop, requirement.allows, context);
  if (target?.kind === 'resource' && target.uncollected === true && requirement.on === undefined) {
    const found = choiceEvidence(hop, [requirement.allowed], context);
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
  if (!inside) return permission(hop, requirement.allowed, resource, context);
  const provider = reach.model.provider(technique.provider)!;
  const question = {
    model: reach.model,
    provider,
    class: caller.class,
    facts: caller.facts,
    context,
    now: reach.now,
  };
  const witness = chooseWithin(question, resource, provider.catalogue.ref(requirement.allowed)).resource;
  const found = permission(hop, requirement.allowed, witness, context);
  return {
    truth: found.truth,
    evidence: found.evidence.map((one) => ('resource' in one ? { ...one, resource: anyName(one.resource) } : one)),
  };
}

function zoneNode(reach: ReachModel, caller: HopCaller): GraphNode | undefined {
  return caller.class.zone === undefined ? undefined : reach.model.graph.node(caller.class.zone);
}

/** Evidence about the first other target of the caller's zone for which a requirement holds best. */
function otherEvidence(hop: Hop, aim: OtherTarget, that: Requirement): Found {
  const { graph } = hop.reach.model;
  const zone = hop.caller.class.zone;
  const candidates: readonly GraphNode[] = aim.kind === 'identity' ? graph.identities : graph.resources;
  let best: Found = NOTHING;
  for (const node of candidates) {
    if (!aim.types.includes(node.type) || graph.zoneOf(node.id)?.id !== zone) continue;
    const found = collect(hop, that, node);
    if (found.truth > best.truth) best = found;
    if (best.truth === TRUE) break;
  }
  return best;
}

function query(
  reach: ReachModel,
  technique: Technique,
  action: string,
  resource: string,
  context: RequestContext,
  caller: { readonly class: PrincipalClass | undefined; readonly facts: PrincipalFacts },
): DecisionQuery {
  const provider = reach.model.provider(technique.provider)!;
  return {
    principal: caller.facts,
    class: caller.class,
    action: provider.catalogue.ref(action),
    resource: reach.model.resourceFacts(resource, provider),
    provider,
    context,
    now: reach.now,
  };
}

function permission(
  { reach, technique, caller }: Hop,
  action: string,
  resource: string,
  context: RequestContext,
): Found {
  const asked = query(reach, technique, action, resource, context, caller);
  const truth = decideQuery(reach.model, asked);
  if (truth === FALSE) return NOTHING;
  return { truth, evidence: [permissionEvidence(reach, asked, truth)] };
}

function permissionEvidence(reach: ReachModel, asked: DecisionQuery, truth: Truth): PermissionEvidence {
  return {
    kind: 'permission',
    action: asked.action.name,
    resource: asked.resource.id,
    certainty: certaintyOf(truth),
    principal: asked.principal.node.id,
    reasons: explain(reach.model, asked).reasons,
  };
}

function choiceEvidence(hop: Hop, actions: readonly string[], context: RequestContext): Found {
  const { reach, technique, caller } = hop;
  const provider = reach.model.provider(technique.provider)!;
  const answer = chooseResources(
    {
      model: reach.model,
      provider,
      class: caller.class,
      facts: caller.class.facts,
      context,
      now: reach.now,
    },
    actions,
  );
  if (answer.truth === FALSE) return NOTHING;
  const evidence = answer.witnesses.map(({ action, resource }) => {
    const asked = query(reach, technique, action, resource, context, caller);
    const evidence = permissionEvidence(reach, asked, decideQuery(reach.model, asked));
    return { ...evidence, resource: anyName(resource) };
  });
  return { truth: answer.truth, evidence };
}

function predicateEvidence(
  reach: ReachModel,
  technique: Technique,
  name: string,
  target: GraphNode | undefined,
): Found {
  const predicate = reach.predicates.get(technique.provider)?.[name];
  if (predicate === undefined || target === undefined) return { truth: FALSE, evidence: [] };
  const truth = predicate(target, reach.model.graph);
  return {
    truth,
    evidence: truth === FALSE ? [] : [{ kind: 'fact', fact: name, of: target.id, certainty: certaintyOf(truth) }],
  };
}

function serviceEvidence(
  reach: ReachModel,
  technique: Technique,
  service: string,
  may: string,
  target: GraphNode | undefined,
): Found {
  if (target === undefined) return { truth: FALSE, evidence: [] };
  const facts = servicePrincipal(technique.provider, service);
  const { semantics } = reach.model.provider(technique.provider)!;
  const asked = {
    ...query(reach, technique, may, target.id, new Map(), { class: undefined, facts }),
    context: semantics.serviceContext(reach.model.graph.zoneOf(target.id)),
  };
  const truth = decideQuery(reach.model, asked);
  if (truth === FALSE) return { truth, evidence: [] };
  return { truth, evidence: [permissionEvidence(reach, asked, truth)] };
}
