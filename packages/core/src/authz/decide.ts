import type { GraphNode, IdentityNode, NodeId, PrincipalMatcher, PrincipalSelector } from '../graph/model.ts';
import { type ActionRef, hasAction } from './action-catalogue.ts';
import type { AuthorizationModel, ProviderModel, ResourceGrant } from './authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from './compiled-document.ts';
import type { PrincipalClass } from './principal-class.ts';
import type { ConditionRequest, PrincipalFacts, RequestContext, ResourceFacts } from './semantics.ts';
import { and, CONDITIONAL, FALSE, not, or, TRUE, type Truth, UNKNOWN } from './truth.ts';

/** The question put to the engine, with everything looked up. */
export interface DecisionQuery {
  readonly principal: PrincipalFacts;
  /** Identity side; undefined for principals that hold no policies (a service, a federated caller, the public). */
  readonly class: PrincipalClass | undefined;
  readonly action: ActionRef;
  readonly resource: ResourceFacts;
  readonly provider: ProviderModel;
  readonly context: RequestContext;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The parts of a decision that can each block it. */
export type DecisionLayer =
  | 'explicit-deny'
  | 'service-rule'
  | 'identity-grant'
  | 'identity-guard'
  | 'principal-scope-guard'
  | 'resource-grant'
  | 'resource-scope-guard';

/** Told of everything that took part, when an explanation is wanted. */
export interface DecisionRecorder {
  statement(layer: DecisionLayer, statement: CompiledStatement, truth: Truth): void;
  unreadable(layer: DecisionLayer, document: CompiledDocument): void;
  layer(layer: DecisionLayer, truth: Truth): void;
  assume(text: string): void;
}

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

const NO_RESOURCE_SIDE: ResourceSide = {
  delegates: FALSE,
  sufficient: FALSE,
  bypasses: FALSE,
  exclusive: FALSE,
  pass: TRUE,
  scopeGuard: TRUE,
};

/** More combinations of caller-chosen values than this leave the answer `CONDITIONAL`. */
const MOST_ASSIGNMENTS = 128;

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
  const grants = resourceGrants(model, query);
  const assignments = chosenAssignments(query, grants);
  if (assignments === undefined) return evaluate(model, query, grants, undefined);
  let best: Truth = FALSE;
  for (const context of assignments) {
    const truth = evaluate(model, { ...query, context }, grants, undefined);
    best = or(best, truth);
    if (best === TRUE) return TRUE;
  }
  return best;
}

/** The same decision with everything that took part told to `recorder`, for the choice of keys that carries furthest. */
export function explainQuery(
  model: AuthorizationModel,
  query: DecisionQuery,
  recorder: DecisionRecorder,
): { readonly truth: Truth; readonly context: RequestContext } {
  const grants = resourceGrants(model, query);
  const assignments = chosenAssignments(query, grants) ?? [query.context];
  let best: Truth = FALSE;
  let chosen: RequestContext = assignments[0] ?? query.context;
  for (const context of assignments) {
    const truth = evaluate(model, { ...query, context }, grants, undefined);
    if (truth > best) {
      best = truth;
      chosen = context;
    }
    if (best === TRUE) break;
  }
  const truth = evaluate(model, { ...query, context: chosen }, grants, recorder);
  return { truth, context: chosen };
}

function resourceGrants(model: AuthorizationModel, query: DecisionQuery): readonly ResourceGrant[] {
  const node = query.resource.node;
  return node === undefined ? [] : model.grantsOn(node.id);
}

/** Contexts to try for the keys the caller chooses; undefined where there is nothing to choose. */
export function chosenAssignments(
  query: Pick<DecisionQuery, 'class' | 'action' | 'context' | 'provider'>,
  grants: readonly ResourceGrant[],
): readonly RequestContext[] | undefined {
  const values = new Map<string, Set<string>>();
  const several = new Set<string>();
  const collect = (statements: readonly CompiledStatement[]): void => {
    for (const statement of statements) {
      if (statement.condition === undefined || !hasAction(statement.actions, query.action)) continue;
      for (const { key, values: candidates, multivalued } of statement.condition.chosen) {
        if (query.context.has(key)) continue;
        if (multivalued === true) several.add(key);
        let known = values.get(key);
        if (known === undefined) {
          known = new Set();
          values.set(key, known);
        }
        for (const candidate of candidates) known.add(candidate);
      }
    }
  };
  if (query.class?.hasChosen === true) {
    for (const document of documentsOf(query.class)) collect(document.statements);
  }
  for (const grant of grants) if (grant.held.document.hasChosen) collect(grant.held.document.statements);
  if (values.size === 0) return undefined;

  let assignments: Map<string, readonly string[] | null>[] = [new Map(query.context)];
  for (const [key, candidates] of [...values].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const sorted = [...candidates].sort();
    const options: (readonly string[] | null)[] = sorted.map((value) => [value]);
    // A key may take several values at once: one demanded by a grant, another by a guard.
    if (sorted.length > 1 && several.has(key)) options.push(sorted);
    options.push([query.provider.semantics.conditions.freshValue], null);
    if (assignments.length * options.length > MOST_ASSIGNMENTS) continue; // stays unset: conditional
    assignments = assignments.flatMap((assignment) => options.map((option) => new Map(assignment).set(key, option)));
  }
  return assignments;
}

function documentsOf(principalClass: PrincipalClass): readonly CompiledDocument[] {
  return [
    ...principalClass.grants,
    ...principalClass.guards,
    ...principalClass.sessionGuards,
    ...principalClass.scopeGuards.flat(),
  ];
}

/** One decision under one context (design, section 4; aws.md 1.3). */
function evaluate(
  model: AuthorizationModel,
  query: DecisionQuery,
  grants: readonly ResourceGrant[],
  recorder: DecisionRecorder | undefined,
): Truth {
  const { provider, action, resource } = query;
  if (provider.semantics.alwaysAllowed.includes(action.name)) return TRUE;
  const rule = provider.semantics.serviceRule(action.folded, query.principal.node.type, resource.id);
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
    for (const guard of principalClass.guards) {
      identityGuard = and(identityGuard, unionTruth([guard], request, action, 'identity-guard', recorder));
    }
    for (const guard of principalClass.sessionGuards) {
      identityGuard = and(identityGuard, unionTruth([guard], request, action, 'identity-guard', recorder));
    }
    for (const level of principalClass.scopeGuards) {
      principalScopeGuard = and(
        principalScopeGuard,
        unionTruth(level, request, action, 'principal-scope-guard', recorder),
      );
    }
  }

  const side = resourceSide(model, query, grants, recorder);
  pass = and(pass, side.pass);
  if (pass === FALSE && recorder === undefined) return FALSE;

  const relation = zoneRelation(model, query);
  const allowed = combine(query, side, relation, identityGrant, identityGuard);
  if (recorder !== undefined) {
    recorder.layer('explicit-deny', pass);
    if (principalClass !== undefined) {
      recorder.layer('identity-grant', identityGrant);
      if (principalClass.guards.length > 0) recorder.layer('identity-guard', identityGuard);
      if (principalClass.scopeGuards.length > 0) recorder.layer('principal-scope-guard', principalScopeGuard);
    }
    recorder.layer('resource-grant', resourceLayer(query, side, relation));
    recorder.layer('resource-scope-guard', side.scopeGuard);
    if (relation === 'assumed-same') {
      recorder.assume(
        `\`${resource.id}\` is not in the input and names no zone; it is taken to belong to the zone of the principal`,
      );
    }
  }
  return and(and(allowed, pass), and(principalScopeGuard, side.scopeGuard));
}

type ZoneRelation = 'same' | 'assumed-same' | 'cross' | 'outside';

/** Whether principal and resource share a zone; `outside` for principals that stand in no zone where zones exist. */
function zoneRelation(model: AuthorizationModel, query: DecisionQuery): ZoneRelation {
  if (query.class === undefined) return 'outside';
  const own = query.class.zone;
  const node = query.resource.node;
  const of =
    (node === undefined ? undefined : model.graph.zoneOf(node.id)?.id) ??
    query.provider.semantics.zoneOf(query.resource.id);
  if (of === undefined) {
    if (query.class.external) return 'cross';
    return node === undefined && own !== undefined && query.resource.id !== '*' ? 'assumed-same' : 'same';
  }
  return of === own ? 'same' : 'cross';
}

function combine(
  query: DecisionQuery,
  side: ResourceSide,
  relation: ZoneRelation,
  identityGrant: Truth,
  identityGuard: Truth,
): Truth {
  const any = or(side.delegates, or(side.sufficient, side.bypasses));
  switch (relation) {
    case 'outside':
      return or(side.sufficient, side.bypasses);
    case 'cross':
      return and(and(identityGrant, identityGuard), crossZone(query, any));
    case 'same':
    case 'assumed-same': {
      const own = and(and(identityGrant, identityGuard), delegation(query, side));
      return or(own, or(and(side.sufficient, identityGuard), side.bypasses));
    }
  }
}

/** Whether the principal's own grants count on the resource. */
function delegation(query: DecisionQuery, side: ResourceSide): Truth {
  const needs =
    query.resource.node === undefined &&
    query.provider.semantics.needsResourceGrant(query.action.name, query.resource.id);
  if (needs) return UNKNOWN;
  return or(not(side.exclusive), side.delegates);
}

/** What the other side must say; a resource that is not in the input may say anything, if its kind can say it at all. */
function crossZone(query: DecisionQuery, any: Truth): Truth {
  if (query.provider.semantics.needsNoConsent(query.action.name)) return TRUE;
  if (query.resource.node !== undefined) return any;
  return query.provider.semantics.takesOutsiders(query.action.name, query.resource.id) ? or(any, UNKNOWN) : any;
}

function resourceLayer(query: DecisionQuery, side: ResourceSide, relation: ZoneRelation): Truth {
  const any = or(side.delegates, or(side.sufficient, side.bypasses));
  if (relation === 'outside') return or(side.sufficient, side.bypasses);
  if (relation === 'cross') return crossZone(query, any);
  return or(delegation(query, side), or(side.sufficient, side.bypasses));
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
  for (const statement of principalClass.deny) {
    const one = statementTruth(statement, request, action);
    if (one === FALSE) continue;
    recorder?.statement('explicit-deny', statement, one);
    truth = and(truth, not(one));
    if (truth === FALSE && recorder === undefined) return FALSE;
  }
  if (recorder !== undefined && principalClass.denyUnknown) {
    for (const document of documentsOf(principalClass)) {
      if (document.unreadable !== undefined && document.mayDeny) recorder.unreadable('explicit-deny', document);
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
  for (const statement of principalClass.allow) {
    const one = statementTruth(statement, request, action);
    if (one === FALSE) continue;
    recorder?.statement('identity-grant', statement, one);
    truth = or(truth, one);
    if (truth === TRUE && recorder === undefined) return TRUE;
  }
  if (recorder !== undefined && principalClass.grantUnknown) {
    for (const document of principalClass.grants) {
      if (document.unreadable !== undefined) recorder.unreadable('identity-grant', document);
    }
  }
  return truth;
}

/** Whether one of the allow statements of a guard (a union of documents) matches. */
function unionTruth(
  documents: readonly CompiledDocument[],
  request: ConditionRequest,
  action: ActionRef,
  layer: DecisionLayer,
  recorder: DecisionRecorder | undefined,
): Truth {
  let truth: Truth = FALSE;
  for (const document of documents) {
    if (document.unreadable !== undefined) {
      recorder?.unreadable(layer, document);
      truth = or(truth, UNKNOWN);
    }
    for (const statement of document.statements) {
      if (!statement.allow) continue;
      const one = statementTruth(statement, request, action);
      if (one === FALSE) continue;
      recorder?.statement(layer, statement, one);
      truth = or(truth, one);
      if (truth === TRUE && recorder === undefined) return TRUE;
    }
  }
  return truth;
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

/** What the policies on a resource, and the guards on its scopes, say of one principal. */
export function resourceSideOf(model: AuthorizationModel, query: DecisionQuery): ResourceSide {
  return resourceSide(model, query, resourceGrants(model, query), undefined);
}

function resourceSide(
  model: AuthorizationModel,
  query: DecisionQuery,
  grants: readonly ResourceGrant[],
  recorder: DecisionRecorder | undefined,
): ResourceSide {
  const holder = guardedNode(model, query);
  const guarded = (query.class?.guards.length ?? 0) > 0;
  // Calls of the provider's own identities pass every guard on resources (aws.md 1.2).
  const exempt = query.principal.node.kind === 'identity' && query.principal.node.providerManaged === true;
  const levels = holder === undefined || exempt ? [] : model.resourceGuardsOn(holder);
  if (grants.length === 0 && levels.length === 0) return NO_RESOURCE_SIDE;
  const request: ConditionRequest = {
    principal: query.principal,
    action: query.action.name,
    resource: query.resource,
    context: query.context,
    now: query.now,
  };
  let scopeGuard: Truth = TRUE;
  let guardsPass: Truth = TRUE;
  for (const level of levels) {
    const documents = level.map((held) => held.document);
    scopeGuard = and(scopeGuard, unionTruth(documents, request, query.action, 'resource-scope-guard', recorder));
    guardsPass = and(guardsPass, guardPass(documents, request, query.action, 'resource-scope-guard', recorder));
  }
  let delegates: Truth = FALSE;
  let sufficient: Truth = FALSE;
  let bypasses: Truth = FALSE;
  let exclusive: Truth = FALSE;
  let pass: Truth = guardsPass;
  for (const grant of grants) {
    const document = grant.held.document;
    const governs = grant.exclusive === undefined || hasAction(grant.exclusive, query.action);
    if (grant.exclusive !== undefined && governs) exclusive = TRUE;
    // A text that speaks of some actions only can say nothing of others, whatever it says.
    if (document.unreadable !== undefined && governs) {
      recorder?.unreadable('resource-grant', document);
      delegates = or(delegates, UNKNOWN);
      sufficient = or(sufficient, UNKNOWN);
      bypasses = or(bypasses, UNKNOWN);
      if (document.mayDeny) pass = and(pass, UNKNOWN);
    }
    for (const statement of document.statements) {
      const matches = statementTruth(statement, request, query.action);
      if (matches === FALSE) continue;
      if (!statement.allow) {
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
        switch (matcher.match === 'unresolved' ? 'sufficient' : matcher.strength) {
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

/** The node whose scopes guard the resource: its own, or the zone its id names. */
function guardedNode(model: AuthorizationModel, query: DecisionQuery): GraphNode | undefined {
  if (query.resource.node !== undefined) return query.resource.node;
  const zone = query.provider.semantics.zoneOf(query.resource.id);
  return zone === undefined ? undefined : model.graph.node(zone);
}

function excludedTruth(selector: PrincipalSelector | undefined, principal: PrincipalFacts, guarded: boolean): Truth {
  if (selector?.excludes === 'all-identities') return guarded ? FALSE : sparedTruth(selector, principal);
  let truth: Truth = FALSE;
  for (const matcher of selector?.exclude ?? []) truth = or(truth, matcherTruth(matcher, principal));
  return truth;
}

/** Whether a list names a principal in every capacity: by itself and by its zone (aws.md 1.9). */
function sparedTruth(selector: PrincipalSelector, principal: PrincipalFacts): Truth {
  let self: Truth = FALSE;
  let zone: Truth = FALSE;
  for (const matcher of selector.exclude) {
    const one = matcherTruth(matcher, principal);
    if (matcher.match === 'scope') zone = or(zone, one);
    else self = or(self, one);
    if (matcher.match === 'anyone') zone = or(zone, one);
  }
  const needsZone = principal.scopes.some((scope) => scope.zone === true);
  if (!needsZone) return self;
  if (self === FALSE && zone === FALSE) return FALSE;
  // A role is named by its sessions as well, which nobody can list beforehand.
  const whole = and(self, zone);
  if (whole === TRUE) return principal.node.type === 'user' ? TRUE : UNKNOWN;
  return UNKNOWN;
}

/** Whether a rule names a principal; a rule without principals speaks of whoever it is placed on. */
export function principalTruth(
  selector: PrincipalSelector | undefined,
  principal: PrincipalFacts,
  guarded: boolean,
): Truth {
  if (selector === undefined) return TRUE;
  let truth: Truth = FALSE;
  for (const matcher of selector.include) truth = or(truth, matcherTruth(matcher, principal));
  return and(truth, not(excludedTruth(selector, principal, guarded)));
}

function matcherTruth(matcher: PrincipalMatcher, principal: PrincipalFacts): Truth {
  switch (matcher.match) {
    case 'node':
      if (matcher.id !== principal.node.id) return FALSE;
      return matcher.certainty === undefined ? TRUE : CONDITIONAL;
    case 'scope':
      return inScope(principal, matcher.id) ? TRUE : FALSE;
    case 'anyone':
      return TRUE;
    case 'service':
      return principal.node.type === 'service' && principal.node.name === matcher.name ? TRUE : FALSE;
    case 'unresolved':
      return matcher.dangling ? FALSE : UNKNOWN;
  }
}

function inScope(principal: PrincipalFacts, scope: NodeId): boolean {
  for (const one of principal.scopes) if (one.id === scope) return true;
  return false;
}

/** Whether a statement matches action, resource and condition; principals are a question of their own. */
export function statementTruth(statement: CompiledStatement, request: ConditionRequest, action: ActionRef): Truth {
  if (!hasAction(statement.actions, action)) return FALSE;
  let truth = resourceTruth(statement, request);
  if (truth === FALSE) return FALSE;
  if (statement.condition !== undefined) truth = and(truth, statement.condition.evaluate(request));
  if (statement.undecidable !== undefined) truth = and(truth, UNKNOWN);
  return truth;
}

/** Whether a statement's resource patterns match an id. */
function resourceTruth(
  statement: CompiledStatement,
  { resource: { id }, principal, context }: ConditionRequest,
): Truth {
  const include = statement.include;
  if (include === undefined) return TRUE;
  let truth: Truth = FALSE;
  for (const pattern of include) {
    const one = pattern.all ? TRUE : pattern.matches(id, principal, context);
    if (one > truth) truth = one;
    if (truth === TRUE) break;
  }
  if (truth === FALSE || statement.exclude.length === 0) return truth;
  let excluded: Truth = FALSE;
  for (const pattern of statement.exclude) excluded = or(excluded, pattern.matches(id, principal, context));
  return and(truth, not(excluded));
}
