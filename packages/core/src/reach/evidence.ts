import { type DecisionQuery, decideQuery, servicePrincipal } from '../authz/decide.ts';
import { explain, type Reason } from '../authz/explain.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import { and, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { Certainty, GraphNode, NodeId } from '../graph/model.ts';
import { anyName, chooseResources, chooseWithin } from './caller-choice.ts';
import { certaintyOf, type ReachModel } from './derive.ts';
import { contextOf, resourceOn } from './requirement.ts';
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
  const found = collect(reach, technique, technique.requires, caller, target);
  return { certainty: certaintyOf(found.truth), evidence: found.evidence };
}

function collect(
  reach: ReachModel,
  technique: Technique,
  requirement: Requirement,
  caller: HopCaller,
  target: GraphNode | undefined,
): Found {
  if ('all' in requirement) {
    let truth: Truth = TRUE;
    const evidence: HopEvidence[] = [];
    for (const part of requirement.all) {
      const found = collect(reach, technique, part, caller, target);
      truth = and(truth, found.truth);
      evidence.push(...found.evidence);
    }
    return { truth, evidence };
  }
  if ('any' in requirement) {
    let best: Found = { truth: FALSE, evidence: [] };
    for (const part of requirement.any) {
      const found = collect(reach, technique, part, caller, target);
      if (found.truth > best.truth) best = found;
    }
    return best;
  }
  if ('holds' in requirement) return predicateEvidence(reach, technique, requirement.holds, target);
  if ('service' in requirement) return serviceEvidence(reach, technique, requirement.service, requirement.may, target);
  if ('allows' in requirement) return choiceEvidence(reach, technique, requirement.allows, requirement.context, caller);
  if (target?.kind === 'resource' && target.uncollected === true && requirement.on === undefined) {
    const found = choiceEvidence(reach, technique, [requirement.allowed], requirement.context, caller);
    // Nobody knows whether there is one: the input does not list the resources of the zone.
    const listed: HopEvidence = { kind: 'fact', fact: 'listed-in-the-input', of: target.id, certainty: 'unknown' };
    return { truth: and(found.truth, UNKNOWN), evidence: [...found.evidence, listed] };
  }
  const resource =
    requirement.on === undefined
      ? (target?.id ?? '*')
      : target === undefined
        ? requirement.on.replaceAll('{zone}', caller.class.zone ?? '')
        : resourceOn(requirement.on, target, caller.class.zone);
  const inside =
    target !== undefined && requirement.on !== undefined && requirement.on !== '*' && resource.includes('*');
  if (!inside) return permission(reach, technique, requirement.allowed, resource, requirement.context, caller);
  const provider = reach.model.provider(technique.provider)!;
  const question = {
    model: reach.model,
    provider,
    class: caller.class,
    facts: caller.facts,
    context: contextOf(requirement.context),
    now: reach.now,
  };
  const witness = chooseWithin(question, resource, provider.catalogue.ref(requirement.allowed)).resource;
  const found = permission(reach, technique, requirement.allowed, witness, requirement.context, caller);
  return {
    truth: found.truth,
    evidence: found.evidence.map((one) => ('resource' in one ? { ...one, resource: anyName(one.resource) } : one)),
  };
}

function query(
  reach: ReachModel,
  technique: Technique,
  action: string,
  resource: string,
  fixed: FixedContext | undefined,
  caller: { readonly class: PrincipalClass | undefined; readonly facts: PrincipalFacts },
): DecisionQuery {
  const provider = reach.model.provider(technique.provider)!;
  return {
    principal: caller.facts,
    class: caller.class,
    action: provider.catalogue.ref(action),
    resource: reach.model.resourceFacts(resource, provider),
    provider,
    context: contextOf(fixed),
    now: reach.now,
  };
}

function permission(
  reach: ReachModel,
  technique: Technique,
  action: string,
  resource: string,
  fixed: FixedContext | undefined,
  caller: HopCaller,
): Found {
  const asked = query(reach, technique, action, resource, fixed, caller);
  const truth = decideQuery(reach.model, asked);
  if (truth === FALSE) return { truth, evidence: [] };
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

function choiceEvidence(
  reach: ReachModel,
  technique: Technique,
  actions: readonly string[],
  fixed: FixedContext | undefined,
  caller: HopCaller,
): Found {
  const provider = reach.model.provider(technique.provider)!;
  const answer = chooseResources(
    {
      model: reach.model,
      provider,
      class: caller.class,
      facts: caller.class.facts,
      context: contextOf(fixed),
      now: reach.now,
    },
    actions,
  );
  if (answer.truth === FALSE) return { truth: FALSE, evidence: [] };
  const evidence = answer.witnesses.map(({ action, resource }) => {
    const asked = query(reach, technique, action, resource, fixed, caller);
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
    ...query(reach, technique, may, target.id, undefined, { class: undefined, facts }),
    context: semantics.serviceContext(reach.model.graph.zoneOf(target.id)),
  };
  const truth = decideQuery(reach.model, asked);
  if (truth === FALSE) return { truth, evidence: [] };
  return { truth, evidence: [permissionEvidence(reach, asked, truth)] };
}
