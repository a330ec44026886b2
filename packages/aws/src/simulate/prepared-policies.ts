import {
  ActionCatalogue,
  type ActionRef,
  type DecisionQuery,
  decideQuery,
  type RequestContext,
  type ResourceFacts,
  type Verdict,
  verdictOf,
} from '@keyreach/core/authz';
import { quoteText } from '@keyreach/core/graph';
import { arnSegments } from '../authz/arn-segments.ts';
import { callerSetsKey } from '../authz/caller-sets-key.ts';
import { type KeyReference, keyReference } from '../authz/key-reference.ts';
import { requestTemplates } from '../authz/request-templates.ts';
import { isAccountId } from '../bundle/arn.ts';
import { AWS } from '../normalize/aws-ids.ts';
import { type Caller, callerContext, callerKey, isServiceLinked, joinTexts, readCaller } from './caller.ts';
import { explainSimulation } from './explain-simulation.ts';
import { type PolicyProblem, type PolicySet, readPolicies } from './policy-set.ts';
import { addContext, addTags, requestTime, resourceAccountOf } from './request-context.ts';
import { readResource } from './request-place.ts';
import type { SimulatedPolicies } from './simulated-policies.ts';
import type { OrganizationFacts, SimulatedRequest } from './simulated-request.ts';
import { simulationError } from './simulation-error.ts';
import { type EstateResource, type SimulationEstate, simulationEstate } from './simulation-estate.ts';
import type { SimulationResult } from './simulation-result.ts';
import { simulationSemantics } from './simulation-semantics.ts';

/** Policies that are read once and asked many times. */
export interface PreparedPolicies {
  /** What in the policies cannot be read or decided; verdicts are `unknown` where it could matter. */
  readonly problems: readonly PolicyProblem[];
  /** The bare verdict. Throws a `KeyreachError` for a request that cannot be made (see {@link SimulatedRequest}). */
  evaluate(request: SimulatedRequest): Verdict;
  /** The verdict with everything behind it; several times the cost. Throws like `evaluate`. */
  explain(request: SimulatedRequest): SimulationResult;
}

/**
 * Reads policies for many requests: each text is parsed and compiled once. Changes to the objects afterwards have no effect.
 * Throws a `KeyreachError` `bad-policies` where they are not of the shape of {@link SimulatedPolicies}.
 *
 * @example
 * ```ts
 * const policies = preparePolicies({ identity: [document], scps: [[fullAccess], [guardrails]] });
 * for (const request of requests) console.log(request.action, policies.evaluate(request));
 * ```
 */
export function preparePolicies(policies: SimulatedPolicies): PreparedPolicies {
  return new Simulation(readPolicies(policies));
}

/** The engine's question for one request, with the estate it is put to. */
export interface SimulatedQuery {
  readonly estate: SimulationEstate;
  readonly query: DecisionQuery;
  /** A function, since most requests are not explained. */
  readonly assumptions: () => readonly string[];
}

/** A resource as one caller meets it. */
interface MetResource {
  readonly estate: SimulationEstate;
  readonly facts: ResourceFacts;
  /** The account it is taken to be in, where nothing tells. */
  readonly assumedAccount: string | undefined;
}

/** A caller with the estates it was asked in. */
interface KnownCaller {
  readonly caller: Caller;
  readonly session: string | undefined;
  readonly organization: OrganizationFacts | null | undefined;
  readonly context: RequestContext;
  readonly estates: Map<string, SimulationEstate>;
  readonly resources: Map<string, MetResource>;
}

/** What one set of policies remembers, in all: past these numbers it forgets everything and starts again. */
const MOST_CALLERS = 2_000;
const MOST_ESTATES = 1_000;
const MOST_RESOURCES = 50_000;
/** Spellings of actions, for all policies. */
const MOST_ACTIONS = 50_000;

/** Prepared policies; see {@link preparePolicies}. */
export class Simulation implements PreparedPolicies {
  readonly #policies: PolicySet;
  /** Callers by their text, where the request says nothing else of them. */
  readonly #named: Map<string, KnownCaller> = new Map();
  /** Callers by everything that the request says of them. */
  readonly #others: Map<string, KnownCaller> = new Map();
  #estates = 0;
  #resources = 0;

  constructor(policies: PolicySet) {
    this.#policies = policies;
  }

  get problems(): readonly PolicyProblem[] {
    return this.#policies.problems;
  }

  evaluate(request: SimulatedRequest): Verdict {
    const { estate, query } = this.query(request);
    return verdictOf(decideQuery(estate.model, query));
  }

  explain(request: SimulatedRequest): SimulationResult {
    const { estate, query, assumptions } = this.query(request);
    return explainSimulation(estate, query, assumptions());
  }

  /** The engine's question for a request. */
  query(request: SimulatedRequest): SimulatedQuery {
    if (typeof request !== 'object' || request === null) {
      throw simulationError('bad-request', 'the request must be an object');
    }
    const known = this.#caller(request);
    const context = new Map(known.context);
    const { principalTagKeys, resourceTagKeys } = this.#policies;
    const { principalTags, resourceTags } = request;
    if (principalTags !== undefined && principalTagKeys.size > 0 && 'account' in known.caller) {
      addTags(context, principalTagKeys, principalTags);
    }
    const action = actionRef(request.action);
    const checked = checkedRequest(request, action, known.caller);
    // A call that names no resource carries the tags of none.
    if (resourceTags !== undefined && resourceTagKeys.size > 0 && checked.resource !== '*') {
      addTags(context, resourceTagKeys, resourceTags);
    }
    if (request.context !== undefined) addContext(context, request.context);
    const now = requestTime(request.now, context);
    const { estate, facts, assumedAccount } = this.#resource(checked, action, context, known);
    const query: DecisionQuery = {
      principal: estate.principal,
      class: estate.class,
      action,
      resource: facts,
      provider: estate.model.provider(AWS)!,
      context,
      now,
    };
    return { estate, query, assumptions: () => assumptionsOf(checked, action, known.caller, assumedAccount) };
  }

  #caller({ principal, session, principalOrganization: organization }: SimulatedRequest): KnownCaller {
    const alone = typeof principal === 'string' && session === undefined && organization === undefined;
    const callers = alone ? this.#named : this.#others;
    const key = alone ? principal : knownKey(principal, session, organization);
    const known = callers.get(key);
    if (known !== undefined) return known;
    const caller = readCaller(principal);
    const created: KnownCaller = {
      caller,
      session: sessionOf(session, caller),
      organization: readOrganization(organization),
      context: callerContext(caller),
      estates: new Map(),
      resources: new Map(),
    };
    if (this.#named.size + this.#others.size >= MOST_CALLERS) this.#forget();
    callers.set(key, created);
    return created;
  }

  #forget(): void {
    for (const callers of [this.#named, this.#others]) {
      for (const { estates, resources } of callers.values()) {
        estates.clear();
        resources.clear();
      }
      callers.clear();
    }
    this.#estates = 0;
    this.#resources = 0;
  }

  #resource(request: SimulatedRequest, action: ActionRef, context: RequestContext, known: KnownCaller): MetResource {
    const { resource, resourceAccount, resourceOrganization } = request;
    const told = resourceAccount ?? (context.size === 0 ? undefined : resourceAccountOf(context));
    const boundary = context.size === 0 ? undefined : boundaryOf(action, context);
    const plain = told === undefined && resourceOrganization === undefined && boundary === undefined;
    if (plain) {
      const met = known.resources.get(resource);
      if (met !== undefined) return met;
    }
    const met = this.#meet(request, told, boundary, known);
    if (plain) {
      if (this.#resources >= MOST_RESOURCES) this.#forget();
      this.#resources += 1;
      known.resources.set(resource, met);
    }
    return met;
  }

  #meet(
    { resource, resourceAccount, resourceOrganization }: SimulatedRequest,
    told: string | undefined,
    boundary: string | null | undefined,
    known: KnownCaller,
  ): MetResource {
    const place = readResource(resource);
    const { caller } = known;
    if (resourceAccount !== undefined) checkAccount(resourceAccount, place.account);
    const own = 'account' in caller ? caller : undefined;
    const given = place.account ?? (told !== undefined && isAccountId(told) ? told : undefined);
    const account = given ?? own?.account;
    const same = own !== undefined && account === own.account;
    const organization =
      resourceOrganization === undefined && same ? known.organization : readOrganization(resourceOrganization);
    const on: EstateResource = {
      kind: place.kind,
      account,
      partition: place.partition ?? own?.partition ?? AWS,
      organization,
      ...(boundary === undefined ? {} : { itself: { id: resource, boundary } }),
    };
    let key = `${on.kind} ${account} ${on.partition}`;
    if (organization !== undefined) key += ` ${organizationKey(organization)}`;
    if (boundary !== undefined) key += `\n${resource}\n${boundary}`;
    let estate = known.estates.get(key);
    if (estate === undefined) {
      const by = {
        caller,
        session: known.session,
        organization: known.organization ?? (same ? organization : undefined),
      };
      estate = simulationEstate(this.#policies, known.organization === null ? { ...by, organization: null } : by, on);
      if (this.#estates >= MOST_ESTATES) this.#forget();
      this.#estates += 1;
      known.estates.set(key, estate);
    }
    const { node, scopes } = estate;
    return {
      estate,
      facts: node === undefined ? { id: resource, scopes } : { id: resource, node, scopes },
      assumedAccount: given === undefined && place.kind !== 'none' ? own?.account : undefined,
    };
  }
}

const actions: Map<string, ActionRef> = new Map();
let catalogue: { ref(name: string): ActionRef } | undefined;

function actionRef(action: string): ActionRef {
  const known = actions.get(action);
  if (known !== undefined) return known;
  if (typeof action !== 'string' || !/^[A-Za-z0-9-]{1,64}:[A-Za-z0-9_.-]{1,128}$/.test(action)) {
    throw simulationError(
      'bad-action',
      `${quoteText(String(action))} is not an action; give one like \`s3:GetObject\``,
    );
  }
  catalogue ??= new ActionCatalogue(simulationSemantics().actions);
  const ref = catalogue.ref(action);
  if (actions.size < MOST_ACTIONS) actions.set(action, ref);
  return ref;
}

function knownKey(
  principal: SimulatedRequest['principal'],
  session: string | undefined,
  organization: OrganizationFacts | null | undefined,
): string {
  const form = typeof principal === 'string' ? 'text' : 'object';
  return `${form} ${joinTexts([callerKey(principal), session], badSession)} ${organizationKey(organization)}`;
}

function sessionOf(kind: string | undefined, caller: Caller): string | undefined {
  if (kind === undefined) return caller.kind === 'federated-user' ? 'federation-token' : undefined;
  if ('account' in caller && simulationSemantics().session(kind) !== undefined) return kind;
  const why =
    'account' in caller ? 'is not a kind of session' : 'cannot be the session of a principal without an account';
  throw simulationError('bad-session', `${quoteText(String(kind))} ${why}`);
}

/** A copy, so that later changes of the object do not matter. */
function readOrganization(organization: OrganizationFacts | null | undefined): OrganizationFacts | null | undefined {
  if (organization === undefined || organization === null) return organization;
  const { id, path, managementAccount } = organization;
  if (typeof id !== 'string') throw badOrganization();
  return { id, path, managementAccount };
}

function organizationKey(organization: OrganizationFacts | null | undefined): string {
  if (organization === undefined) return '';
  if (organization === null) return 'none';
  if (typeof organization !== 'object') throw badOrganization();
  return joinTexts([organization.id, organization.path, organization.managementAccount], badOrganization);
}

function badOrganization(): Error {
  return simulationError('bad-context', 'an organization must be `{ id, path, managementAccount }`, or null for none');
}

function badSession(): Error {
  return simulationError('bad-session', 'the kind of session must be a text, such as `access-key`');
}

/** The boundary of the user or role that the request is about, for actions with which AWS tells that one (aws.md 1.12). */
function boundaryOf(action: ActionRef, context: RequestContext): string | null | undefined {
  const given = context.get('iam:permissionsboundary');
  if (given === undefined || callerSetsKey('iam:permissionsboundary', action.name) !== 'target') return undefined;
  return given?.[0] ?? null;
}

function checkAccount(given: string, named: string | undefined): void {
  if (!isAccountId(given)) {
    throw simulationError('bad-resource', `${quoteText(String(given))} is not an account id; give its twelve digits`);
  }
  if (named !== undefined && named !== given) {
    throw simulationError(
      'bad-resource',
      `the resource names account \`${named}\`, and its account is said to be \`${given}\``,
    );
  }
}

/** An action without resource types is checked against `*`, whatever resource is asked about (aws.md 1.10). */
function checkedRequest(request: SimulatedRequest, { name }: ActionRef, caller: Caller): SimulatedRequest {
  if (request.resource === '*' || typeof request.resource !== 'string' || !namesNoResource(name)) return request;
  const account = arnSegments(request.resource)?.[4] ?? '';
  // Of something in another account no such call speaks.
  const own = account === '' || ('account' in caller && caller.account === account);
  return own ? { ...request, resource: '*' } : request;
}

const withoutResource: Map<string, boolean> = new Map();

function namesNoResource(action: string): boolean {
  let known = withoutResource.get(action);
  if (known === undefined) {
    const templates = requestTemplates(action, undefined);
    known = templates.length === 1 && templates[0]?.length === 1 && templates[0][0] === '*';
    if (withoutResource.size < MOST_ACTIONS) withoutResource.set(action, known);
  }
  return known;
}

/** Whether the action and the resource tell the value of a key that the caller chooses in other requests (aws.md 1.12). */
function isFixed({ key: { fixedBy, read } }: KeyReference, action: ActionRef, id: string): boolean {
  const resource: ResourceFacts = { id, scopes: [] };
  if (fixedBy === undefined || read === undefined || fixedBy.free(action.name, resource)) return false;
  const node = { kind: 'identity', id: '', provider: AWS, type: 'none', name: '' } as const;
  const request = { principal: { node, scopes: [] }, action: action.name, resource, context: new Map(), now: 0 };
  return read(request, '').state !== 'undecided';
}

function assumptionsOf(
  request: SimulatedRequest,
  action: ActionRef,
  caller: Caller,
  assumedAccount: string | undefined,
): readonly string[] {
  const assumptions: string[] = [];
  if (assumedAccount !== undefined) {
    assumptions.push(
      `${quoteText(request.resource)} names no account; it is taken to belong to that of the principal, \`${assumedAccount}\``,
    );
  }
  for (const key of Object.keys(request.context ?? {}).sort()) {
    const reference = keyReference(key);
    if (reference.key.source !== 'chosen') continue;
    if (isFixed(reference, action, request.resource)) {
      assumptions.push(`${quoteText(key)} follows from the action and the resource: the context does not count`);
    }
    if (callerSetsKey(reference.key.key, action.name) !== 'not-sent') continue;
    assumptions.push(`AWS does not send ${quoteText(key)} with \`${action.name}\`: it is read as absent`);
  }
  if (caller.kind === 'role-session' && caller.role === undefined && isServiceLinked(caller)) {
    assumptions.push(`the role of ${quoteText(caller.arn)} is taken to be service-linked, by its name`);
  }
  return assumptions;
}
