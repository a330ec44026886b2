import type { GrantStrength, GraphNode, PrincipalMatcher } from '../graph/model.ts';
import { type ActionRef, hasAction } from './action-catalogue.ts';
import type { AuthorizationModel, ResourceGrant } from './authorization-model.ts';
import type { CompiledDocument } from './compiled-document.ts';
import type { DecisionLayer, DecisionQuery, DecisionRecorder } from './decision-query.ts';
import type { HeldPolicy } from './principal-class.ts';
import { excludedTruth, isApart, matcherTruth, principalTruth } from './principal-matching.ts';
import type { ConditionRequest, OpenedResource, PrincipalFacts } from './semantics.ts';
import { statementTruth, unionTruth } from './statement-truth.ts';
import { and, FALSE, not, or, TRUE, type Truth, UNKNOWN } from './truth.ts';

/** How far the policies on a resource carry for one principal. */
export interface ResourceSide {
  readonly delegates: Truth;
  readonly sufficient: Truth;
  readonly bypasses: Truth;
  /** The principal's own grants count only where the resource delegates. */
  readonly exclusive: Truth;
  /** Whether no explicit deny of a policy on the resource, or of a guard on its scopes, matches. */
  readonly pass: Truth;
  /** Whether every guard on the scopes of the resource lets the request pass. */
  readonly scopeGuard: Truth;
}

/** The policies that speak for a resource: on it and on its scopes. */
export interface ResourcePolicies {
  readonly grants: readonly ResourceGrant[];
  /** One entry for each scope that has guards, outermost first. */
  readonly levels: readonly (readonly HeldPolicy[])[];
}

const NO_RESOURCE_SIDE: ResourceSide = {
  delegates: FALSE,
  sufficient: FALSE,
  bypasses: FALSE,
  exclusive: FALSE,
  pass: TRUE,
  scopeGuard: TRUE,
};

/** Finds the policies that speak for the resource of a query. */
export function resourcePolicies(
  model: AuthorizationModel,
  query: Pick<DecisionQuery, 'principal' | 'resource' | 'provider'>,
): ResourcePolicies {
  const node = query.resource.node;
  const holder = node ?? guardedZone(model, query);
  // Calls of the provider's own identities pass every guard on resources (aws.md 1.2).
  const exempt = query.principal.node.kind === 'identity' && query.principal.node.providerManaged === true;
  return {
    grants: node === undefined ? NO_POLICIES.grants : model.grantsOn(node.id),
    levels: holder === undefined || exempt ? NO_POLICIES.levels : model.resourceGuardsOn(holder),
  };
}

const NO_POLICIES: ResourcePolicies = { grants: [], levels: [] };

/** The zone that a resource without node names by its id: its scopes guard it. */
function guardedZone(
  model: AuthorizationModel,
  query: Pick<DecisionQuery, 'resource' | 'provider'>,
): GraphNode | undefined {
  const zone = query.provider.semantics.zoneOf(query.resource.id);
  return zone === undefined ? undefined : model.graph.node(zone);
}

/** What the policies on a resource, and the guards on its scopes, say of one principal. */
export function resourceSideOf(model: AuthorizationModel, query: DecisionQuery): ResourceSide {
  return resourceSide(query, resourcePolicies(model, query), undefined, true);
}

/**
 * The same for policies that are at hand; `recorder` is told of all that takes part. `ownDenies`: false where denies of the
 * policies on the resource do not count for the principal; those of its scopes always do.
 */
export function resourceSide(
  query: DecisionQuery,
  { grants, levels }: ResourcePolicies,
  recorder: DecisionRecorder | undefined,
  ownDenies: boolean,
): ResourceSide {
  const opened = openedFor(query);
  if (grants.length === 0 && levels.length === 0 && opened === undefined) return NO_RESOURCE_SIDE;
  const guarded = (query.class?.guards.length ?? 0) > 0;
  const request: ConditionRequest = {
    principal: query.principal,
    action: query.action.name,
    resource: query.resource,
    context: query.context,
    now: query.now,
  };
  let scopeGuard: Truth = TRUE;
  let pass: Truth = TRUE;
  for (const level of levels) {
    const documents = level.map((held) => held.document);
    scopeGuard = and(scopeGuard, unionTruth(documents, request, query.action, 'resource-scope-guard', recorder));
    pass = and(pass, guardPass(documents, request, query.action, 'resource-scope-guard', recorder));
  }
  let delegates: Truth = FALSE;
  let sufficient: Truth = FALSE;
  let bypasses: Truth = FALSE;
  let exclusive: Truth = FALSE;
  if (opened !== undefined) {
    // The caller has itself let in by name; whether it finds a form that gets past its own guards is left open.
    delegates = TRUE;
    sufficient = TRUE;
    bypasses = guarded ? UNKNOWN : TRUE;
  }
  // Where the caller writes the policy anew, nothing is left of what it said.
  for (const grant of opened?.how === 'instead' ? [] : grants) {
    const document = grant.held.document;
    const governs = grant.exclusive === undefined || hasAction(grant.exclusive, query.action);
    if (grant.exclusive !== undefined && governs) exclusive = TRUE;
    // A text that speaks of some actions only can say nothing of others, whatever it says.
    if (document.unreadable !== undefined && governs) {
      recorder?.unreadable('resource-grant', document);
      delegates = or(delegates, UNKNOWN);
      sufficient = or(sufficient, UNKNOWN);
      bypasses = or(bypasses, UNKNOWN);
      if (document.mayDeny && ownDenies) pass = and(pass, UNKNOWN);
    }
    for (const statement of document.statements) {
      const matches = statementTruth(statement, request, query.action);
      if (matches === FALSE) continue;
      if (!statement.allow) {
        if (!ownDenies) continue;
        const one = and(matches, principalTruth(statement.principals, query.principal, guarded));
        if (one === FALSE) continue;
        recorder?.statement('explicit-deny', statement, one);
        pass = and(pass, not(one));
        continue;
      }
      const excluded = excludedTruth(statement.principals, query.principal, guarded);
      let best: Truth = FALSE;
      for (const matcher of statement.principals?.include ?? []) {
        const one = and(and(matches, matcherTruth(matcher, query.principal)), not(excluded));
        if (one === FALSE) continue;
        best = or(best, one);
        switch (strengthOf(matcher, query.principal)) {
          case 'delegates':
            delegates = or(delegates, one);
            break;
          case 'sufficient':
            sufficient = or(sufficient, one);
            break;
          case 'bypasses-guards':
            bypasses = or(bypasses, one);
            break;
        }
      }
      if (best !== FALSE) recorder?.statement('resource-grant', statement, best);
    }
  }
  return { delegates, sufficient, bypasses, exclusive, pass, scopeGuard };
}

/** How the caller has opened the resource to itself for the action, if it has. */
function openedFor({ resource: { opened }, action }: DecisionQuery): OpenedResource | undefined {
  if (opened?.actions === undefined) return opened;
  return hasAction(opened.actions, action) ? opened : undefined;
}

/** A session apart from its identity is not the one that a grant to the identity means (aws.md 1.4, second row). */
function strengthOf(matcher: PrincipalMatcher, principal: PrincipalFacts): GrantStrength {
  if (matcher.match === 'unresolved') return matcher.strength ?? 'sufficient';
  return matcher.match === 'node' && matcher.strength === 'bypasses-guards' && isApart(principal)
    ? 'sufficient'
    : matcher.strength;
}

function guardPass(
  documents: readonly CompiledDocument[],
  request: ConditionRequest,
  action: ActionRef,
  layer: DecisionLayer,
  recorder: DecisionRecorder | undefined,
): Truth {
  let truth: Truth = TRUE;
  for (const document of documents) {
    if (document.unreadable !== undefined && document.mayDeny) {
      recorder?.unreadable(layer, document);
      truth = and(truth, UNKNOWN);
    }
    for (const statement of document.statements) {
      if (statement.allow) continue;
      const one = and(
        statementTruth(statement, request, action),
        principalTruth(statement.principals, request.principal, false),
      );
      if (one === FALSE) continue;
      recorder?.statement('explicit-deny', statement, one);
      truth = and(truth, not(one));
    }
  }
  return truth;
}
