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
  if (node !== undefined && node.provider !== query.provider.semantics.provider) return NO_POLICIES;
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
  const add = (strength: GrantStrength, truth: Truth): void => {
    switch (strength) {
      case 'delegates':
        delegates = or(delegates, truth);
        break;
      case 'sufficient':
        sufficient = or(sufficient, truth);
        break;
      case 'bypasses-guards':
        bypasses = or(bypasses, truth);
        break;
    }
  };
  // Where the caller writes the policy anew, nothing is left of what it said.
  for (const grant of opened?.how === 'instead' ? [] : grants) {
    const { held, condition } = grant;
    const document = held.document;
    const governs = grant.exclusive === undefined || hasAction(grant.exclusive, query.action);
    if (grant.exclusive !== undefined && governs) exclusive = TRUE;
    let placed: Truth | undefined;
    // Asked once for the grant, and only where one of its statements speaks of the request.
    const placedTruth = (): Truth => {
      placed ??= condition === undefined ? TRUE : condition.evaluate(request);
      return placed;
    };
    // A text that speaks of some actions only can say nothing of others, whatever it says.
    if (document.unreadable !== undefined && governs) {
      const unread = unreadTruth(grant, query, guarded, placedTruth);
      if (unread.any !== FALSE) recorder?.unreadable('resource-grant', document, held);
      for (const [strength, truth] of unread.grants) add(strength, truth);
      if (document.mayDeny && ownDenies) pass = and(pass, not(unread.any));
    }
    for (const statement of document.statements) {
      let matches = statementTruth(statement, request, query.action);
      if (matches === FALSE) continue;
      const principals = statement.principals ?? grant.principals;
      if (!statement.allow) {
        if (!ownDenies) continue;
        let one = and(matches, principalTruth(principals, query.principal, guarded));
        if (one !== FALSE) one = and(one, placedTruth());
        if (one === FALSE) continue;
        recorder?.statement('explicit-deny', statement, one, held);
        pass = and(pass, not(one));
        continue;
      }
      matches = and(matches, not(excludedTruth(principals, query.principal, guarded)));
      let best: Truth = FALSE;
      for (const matcher of matches === FALSE ? [] : (principals?.include ?? [])) {
        let one = and(matches, matcherTruth(matcher, query.principal));
        if (one !== FALSE) one = and(one, placedTruth());
        if (one === FALSE) continue;
        best = or(best, one);
        add(strengthOf(matcher, query.principal), one);
      }
      if (best !== FALSE) recorder?.statement('resource-grant', statement, best, held);
    }
  }
  return { delegates, sufficient, bypasses, exclusive, pass, scopeGuard };
}

/** What a text that nobody could read may give, and whether it may say anything of the principal at all. */
interface UnreadTruth {
  readonly any: Truth;
  readonly grants: readonly (readonly [strength: GrantStrength, truth: Truth])[];
}

const UNREAD: UnreadTruth = {
  any: UNKNOWN,
  grants: [
    ['delegates', UNKNOWN],
    ['sufficient', UNKNOWN],
    ['bypasses-guards', UNKNOWN],
  ],
};

/** It may name anybody; where the placement says whom the text is for, it may only speak of those. */
function unreadTruth(
  { principals, condition }: ResourceGrant,
  { principal }: DecisionQuery,
  guarded: boolean,
  placedTruth: () => Truth,
): UnreadTruth {
  if (principals === undefined && condition === undefined) return UNREAD;
  if (principalTruth(principals, principal, guarded) === FALSE || placedTruth() === FALSE)
    return { any: FALSE, grants: [] };
  if (principals === undefined) return UNREAD;
  const naming = principals.include.filter((matcher) => matcherTruth(matcher, principal) !== FALSE);
  return { any: UNKNOWN, grants: naming.map((matcher) => [strengthOf(matcher, principal), UNKNOWN]) };
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
    if (document.unreadable !== undefined && document.mayDeny && document.applies?.evaluate(request) !== FALSE) {
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
