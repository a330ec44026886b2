import type { IdentityNode } from '../graph/model.ts';
import type { ActionRef } from './action-catalogue.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import { chosenAssignments, documentsOf } from './chosen-assignments.ts';
import { letsIn, mayBeOpened, openingOf, zoneRelation } from './combination.ts';
import type { DecisionQuery, DecisionRecorder } from './decision-query.ts';
import { furtherConsent, furtherRequest } from './further-resource.ts';
import { joinedChoices } from './joined-choices.ts';
import type { PrincipalClass } from './principal-class.ts';
import { type ResourcePolicies, resourcePolicies, resourceSide } from './resource-side.ts';
import type { ConditionRequest, PrincipalFacts, RequestContext, ResourceFacts, ServiceRule } from './semantics.ts';
import { statementTruth, unionTruth } from './statement-truth.ts';
import { and, FALSE, not, or, TRUE, type Truth, UNKNOWN } from './truth.ts';
import { unreadAssumptions } from './unread-assumptions.ts';

export type { DecisionLayer, DecisionQuery, DecisionRecorder } from './decision-query.ts';
export { principalTruth } from './principal-matching.ts';
export { type ResourceSide, resourceSideOf } from './resource-side.ts';
export { statementTruth } from './statement-truth.ts';

/** Facts of a service acting as itself; it holds no policies and stands in no zone. */
export function servicePrincipal(provider: string, name: string): PrincipalFacts {
  const node: IdentityNode = { kind: 'identity', id: `service:${name}`, provider, type: 'service', name };
  return { node, scopes: [] };
}

/**
 * Decides a request: `TRUE` is allowed, `FALSE` denied (explicitly or because nothing grants it). Keys the caller
 * chooses are chosen in its favour, all at once, never one way for a grant and another way for a deny.
 */
export function decideQuery(model: AuthorizationModel, query: DecisionQuery): Truth {
  if (query.principal.joined === undefined) return decideAs(model, query);
  let best: Truth = FALSE;
  for (const principal of joinedChoices(model, query, resourcePolicies(model, query))) {
    best = or(best, decideAs(model, { ...query, principal }));
    if (best === TRUE) break;
  }
  return best;
}

/** The decision for a principal as it is. */
function decideAs(model: AuthorizationModel, query: DecisionQuery): Truth {
  const policies = resourcePolicies(model, query);
  const assignments = chosenAssignments(query, policies, furtherRequest(model, query));
  let best: Truth = FALSE;
  if (assignments === undefined) {
    best = evaluate(model, query, policies, undefined);
  } else {
    for (const context of assignments) {
      best = or(best, evaluate(model, { ...query, context }, policies, undefined));
      if (best === TRUE) break;
    }
  }
  return best === FALSE ? FALSE : and(best, neededTruth(model, query));
}

/** The same decision with everything that took part told to `recorder`, for the choice of keys that carries furthest. */
export function explainQuery(
  model: AuthorizationModel,
  asked: DecisionQuery,
  recorder: DecisionRecorder,
): { readonly truth: Truth; readonly context: RequestContext } {
  const query = asked.principal.joined === undefined ? asked : bestJoined(model, asked);
  const policies = resourcePolicies(model, query);
  const assignments = chosenAssignments(query, policies, furtherRequest(model, query)) ?? [query.context];
  let best: Truth = FALSE;
  let chosen: RequestContext = assignments[0] ?? query.context;
  for (const context of assignments) {
    const truth = evaluate(model, { ...query, context }, policies, undefined);
    if (truth > best) {
      best = truth;
      chosen = context;
    }
    if (best === TRUE) break;
  }
  const truth = evaluate(model, { ...query, context: chosen }, policies, recorder);
  const needed = neededTruth(model, query);
  if (needed !== TRUE) recorder.layer('identity-guard', needed);
  return { truth: and(truth, needed), context: chosen };
}

/** The query with the choice of groups to be in that carries furthest, the first of equal ones. */
function bestJoined(model: AuthorizationModel, asked: DecisionQuery): DecisionQuery {
  let best: DecisionQuery | undefined;
  let truth: Truth = FALSE;
  for (const principal of joinedChoices(model, asked, resourcePolicies(model, asked))) {
    const query = { ...asked, principal };
    const one = decideAs(model, query);
    if (best !== undefined && one <= truth) continue;
    best = query;
    truth = one;
    if (truth === TRUE) break;
  }
  return best ?? asked;
}

/** Whether the one action is allowed without which the session lets nothing pass ({@link SessionFacts.needs}). */
export function neededTruth(model: AuthorizationModel, query: DecisionQuery): Truth {
  const needs = query.principal.session?.needs;
  if (needs === undefined) return TRUE;
  const action = query.provider.catalogue.ref(needs);
  return action.folded === query.action.folded ? TRUE : decideQuery(model, { ...query, action, resource: NO_RESOURCE });
}

const NO_RESOURCE: ResourceFacts = { id: '*', scopes: [] };

/** One decision under one context (design, section 4; aws.md 1.3). */
function evaluate(
  model: AuthorizationModel,
  query: DecisionQuery,
  policies: ResourcePolicies,
  recorder: DecisionRecorder | undefined,
): Truth {
  const { provider, action, resource } = query;
  if (resource.node !== undefined && resource.node.provider !== provider.semantics.provider) {
    // Nothing of one provider takes requests of another; an identity of the one may act as one of the other.
    recorder?.layer('service-rule', FALSE);
    return FALSE;
  }
  if (provider.semantics.alwaysAllowed.includes(action.name)) return TRUE;
  const relation = zoneRelation(model, query);
  const isTooFar = relation === 'cross' && provider.semantics.withinZone?.has(action.folded) === true;
  const rule = isTooFar ? 'never' : ruleOf(model, query);
  if (rule === 'never') {
    recorder?.layer('service-rule', FALSE);
    return FALSE;
  }
  const principalClass = query.class;

  let pass: Truth = TRUE;
  let identityGrant: Truth = FALSE;
  let identityGuard: Truth = TRUE;
  let principalScopeGuard: Truth = TRUE;
  if (principalClass !== undefined) {
    // INVARIANT: rules on the identity side cannot tell members of a class apart, so one member's facts serve for all.
    const request: ConditionRequest = {
      principal: principalClass.facts,
      action: action.name,
      resource,
      context: query.context,
      now: query.now,
    };
    pass = identityPass(principalClass, request, action, recorder);
    if (pass === FALSE && recorder === undefined) return FALSE;
    identityGrant = rule === 'no-grant-needed' ? TRUE : grantTruth(principalClass, request, action, recorder);
    if (rule !== 'no-grant-needed') {
      for (const guard of principalClass.guards) {
        identityGuard = and(identityGuard, unionTruth([guard], request, action, 'identity-guard', recorder));
      }
      for (const guard of principalClass.sessionGuards) {
        identityGuard = and(identityGuard, unionTruth([guard], request, action, 'identity-guard', recorder));
      }
      if (principalClass.unionGuards.length > 0) {
        const passes = unionTruth(principalClass.unionGuards, request, action, 'identity-guard', recorder);
        identityGuard = and(identityGuard, passes);
      }
      for (const level of principalClass.scopeGuards) {
        principalScopeGuard = and(
          principalScopeGuard,
          unionTruth(level, request, action, 'principal-scope-guard', recorder),
        );
      }
    }
  }

  const ownDenies = !(rule === 'past-own-denies' && relation === 'same');
  const side = resourceSide(query, policies, recorder, ownDenies);
  const further = furtherConsent(model, query, recorder);
  pass = and(and(pass, side.pass), further.pass);
  if (pass === FALSE && recorder === undefined) return FALSE;

  const opening = openingOf(query, side, relation);
  let allowed = letsIn(opening, identityGrant, identityGuard);
  const missing = allowed === FALSE && mayBeOpened(model, query, relation);
  // A grant above it would be one that guards on the principal cap; a policy of its own may get past them.
  if (missing) allowed = provider.semantics.zoneless === true ? and(UNKNOWN, identityGuard) : UNKNOWN;
  const isLetOn = letsIn(further.opening, identityGrant, identityGuard);
  allowed = and(allowed, isLetOn);
  if (recorder !== undefined) {
    const zoneless = provider.semantics.zoneless === true;
    if (rule === 'undecided') recorder.layer('service-rule', UNKNOWN);
    recorder.layer('explicit-deny', pass);
    if (principalClass !== undefined) {
      // Where nothing is ever granted on the side of the principal, nothing is missing there.
      if (!zoneless || principalClass.grants.length > 0) recorder.layer('identity-grant', identityGrant);
      if (principalClass.guards.length + principalClass.sessionGuards.length + principalClass.unionGuards.length > 0)
        recorder.layer('identity-guard', identityGuard);
      if (principalClass.scopeGuards.length > 0) recorder.layer('principal-scope-guard', principalScopeGuard);
    }
    // Without zones the grant that is placed on the resource or above it is the only one there is.
    const withGrant = zoneless ? and(identityGrant, opening.withGrant) : opening.withGrant;
    const opened = or(withGrant, or(opening.withGuard, opening.byItself));
    recorder.layer('resource-grant', and(missing ? or(opened, UNKNOWN) : opened, isLetOn));
    recorder.layer('resource-scope-guard', and(side.scopeGuard, further.scopeGuard));
    if (relation === 'assumed-same') {
      recorder.assume(
        `\`${resource.id}\` is not in the input and names no zone; it is taken to belong to the zone of the principal`,
      );
    }
    if (missing) {
      const where = zoneless ? 'on it or above it' : 'on it';
      recorder.assume(`\`${resource.id}\` is not in the input; a policy ${where} may let the principal in`);
    }
    if (allowed !== FALSE) for (const text of unreadAssumptions(query)) recorder.assume(text);
  }
  if (rule === 'undecided') pass = and(pass, UNKNOWN);
  return and(and(allowed, pass), and(principalScopeGuard, and(side.scopeGuard, further.scopeGuard)));
}

/** What the service itself says of a request; nothing, for nearly all of them. */
function ruleOf(
  { graph }: AuthorizationModel,
  { provider: { semantics }, action, principal, resource }: DecisionQuery,
): ServiceRule | undefined {
  if (!semantics.hasServiceRule(action.folded)) return undefined;
  const zone = principal.scopes.find((scope) => scope.zone === true);
  const named = semantics.zoneOf(resource.id);
  const of = named === undefined ? undefined : graph.node(named);
  return semantics.serviceRule(
    action.folded,
    principal.node.type,
    resource.id,
    zone,
    of?.kind === 'scope' ? of : undefined,
  );
}

/**
 * Whether no explicit deny on the identity side matches. Each deny is negated before they are joined: with one that is
 * conditional and another that is unknown, the request is unknown, not conditional.
 */
function identityPass(
  principalClass: PrincipalClass,
  request: ConditionRequest,
  action: ActionRef,
  recorder: DecisionRecorder | undefined,
): Truth {
  let truth: Truth = principalClass.denyUnknown ? UNKNOWN : TRUE;
  for (const document of principalClass.unreadDenies) {
    if (document.applies?.evaluate(request) === FALSE) continue;
    recorder?.unreadable('explicit-deny', document);
    truth = and(truth, UNKNOWN);
  }
  for (const statement of principalClass.deny) {
    const one = statementTruth(statement, request, action);
    if (one === FALSE) continue;
    recorder?.statement('explicit-deny', statement, one);
    truth = and(truth, not(one));
    if (truth === FALSE && recorder === undefined) return FALSE;
  }
  if (recorder !== undefined && principalClass.denyUnknown) {
    for (const document of documentsOf(principalClass)) {
      if (document.unreadable !== undefined && document.mayDeny && document.applies === undefined)
        recorder.unreadable('explicit-deny', document);
    }
  }
  return truth;
}

function grantTruth(
  principalClass: PrincipalClass,
  request: ConditionRequest,
  action: ActionRef,
  recorder: DecisionRecorder | undefined,
): Truth {
  let truth: Truth = principalClass.grantUnknown ? UNKNOWN : FALSE;
  for (const document of principalClass.unreadGrants) {
    if (document.applies?.evaluate(request) === FALSE) continue;
    recorder?.unreadable('identity-grant', document);
    truth = or(truth, UNKNOWN);
  }
  for (const statement of principalClass.allow) {
    const one = statementTruth(statement, request, action);
    if (one === FALSE) continue;
    recorder?.statement('identity-grant', statement, one);
    truth = or(truth, one);
    if (truth === TRUE && recorder === undefined) return TRUE;
  }
  if (recorder !== undefined && principalClass.grantUnknown) {
    for (const document of principalClass.grants) {
      if (document.unreadable !== undefined && document.applies === undefined)
        recorder.unreadable('identity-grant', document);
    }
  }
  return truth;
}
