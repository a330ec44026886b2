import { isCollective } from '../graph/collective.ts';
import type { Certainty, CredentialNode, IdentityNode, NodeId, ScopeNode } from '../graph/model.ts';
import type { AuthorizationModel, ProviderModel } from './authorization-model.ts';
import { type DecisionQuery, decideQuery, servicePrincipal } from './decide.ts';
import { type DetailedExplanation, explainInDetail } from './detailed-explanation.ts';
import type { RequestContext, ResourceFacts } from './semantics.ts';
import { FALSE, type Verdict } from './truth.ts';

/** A request in the words of a person: may this principal do this on that. */
export interface AccessRequest {
  readonly principal: NodeId;
  /**
   * A credential of the principal that the request is made with: its kind of session, what restricts it and its status then
   * count too. Absent: the principal may act in any session it can have.
   */
  readonly credential?: NodeId;
  readonly action: string;
  readonly resource: string;
  /** Known request context, key in lower case; null for a key known to be absent. */
  readonly context?: RequestContext;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The credential a request is made with, as it bears on the verdict (findings 3.1). */
export interface CredentialInUse {
  readonly id: NodeId;
  /** `expired` also where it ends before `now`. */
  readonly status: CredentialNode['status'];
  /** The verdict with the credential active. */
  readonly ifActive: Verdict;
}

/** The answer to a request, explained in full. */
export interface AccessAnswer extends DetailedExplanation {
  /** Set where the request names a credential. */
  readonly credential?: CredentialInUse;
}

const NO_CONTEXT: RequestContext = new Map();

/**
 * Looks up everything a request names. Throws a `RangeError` for a principal the graph does not have, and for a credential
 * that is none of the principal.
 */
export function accessQuery(model: AuthorizationModel, request: AccessRequest): DecisionQuery {
  const identity = model.graph.identity(request.principal);
  if (identity === undefined) throw new RangeError(`no identity \`${request.principal}\` in the graph`);
  const query = identityQuery(model, identity, request);
  if (request.credential === undefined) return query;
  const credential = credentialOf(model, request.credential, identity);
  const facts = model.credentialFacts(identity, credential);
  const guards = model.credentialGuards(credential).map((held) => held.document);
  return { ...query, principal: facts, class: model.classFor(facts, guards) };
}

function credentialOf(model: AuthorizationModel, id: NodeId, identity: IdentityNode): CredentialNode {
  const found = model.graph.credentialsOf(identity.id).find((one) => one.id === id);
  if (found === undefined) throw new RangeError(`\`${id}\` is no credential of \`${identity.id}\` in the graph`);
  return found;
}

function identityQuery(
  model: AuthorizationModel,
  identity: IdentityNode,
  request: Omit<AccessRequest, 'principal' | 'credential'>,
): DecisionQuery {
  const provider = providerOf(model, identity.provider);
  return {
    principal: model.factsOf(identity),
    class: model.classOf(identity),
    action: provider.catalogue.ref(request.action),
    resource: checkedResource(model, model.graph.zoneOf(identity.id), provider, request),
    provider,
    context: request.context ?? NO_CONTEXT,
    now: request.now,
  };
}

/**
 * An action that names no resource, or always the same one, is checked against that whatever resource a person asks about
 * (aws.md 1.10). Asked about something in another zone, it stays that thing, without policies: no such call speaks of it.
 */
function checkedResource(
  model: AuthorizationModel,
  zone: ScopeNode | undefined,
  provider: ProviderModel,
  { action, resource }: Pick<AccessRequest, 'action' | 'resource'>,
): ResourceFacts {
  const facts = model.resourceFacts(resource, provider);
  const templates = provider.semantics.requestTemplates(provider.catalogue.ref(action).name, zone);
  const [only] = templates[0] ?? [];
  const fixed = templates.length === 1 && templates[0]?.length === 1 ? only : undefined;
  if (fixed === undefined || resource === fixed || (fixed !== '*' && fixed.includes('*'))) return facts;
  const of =
    (facts.node === undefined ? undefined : model.graph.zoneOf(facts.node.id)?.id) ??
    provider.semantics.zoneOf(resource);
  return of === undefined || of === zone?.id ? model.resourceFacts(fixed, provider) : { id: resource, scopes: [] };
}

/**
 * Decides a request and explains it. A credential that is disabled or expired makes an allowed request `conditional` (on its
 * being enabled again), one of unknown status `unknown`, as they do for what it reaches (findings 3.1). Throws a `RangeError`
 * for a principal the graph does not have, and for a credential that is none of the principal.
 */
export function can(model: AuthorizationModel, request: AccessRequest): AccessAnswer {
  const query = accessQuery(model, request);
  const answer = explainInDetail(model, query);
  if (request.credential === undefined) return answer;
  const node = credentialOf(model, request.credential, query.principal.node);
  const status = statusAt(node, request.now);
  return {
    ...answer,
    verdict: verdictUnder(status, answer.verdict),
    credential: { id: node.id, status, ifActive: answer.verdict },
  };
}

function statusAt({ status, expires }: CredentialNode, now: number): CredentialNode['status'] {
  return status === 'active' && expires !== undefined && Date.parse(expires) <= now ? 'expired' : status;
}

function verdictUnder(status: CredentialNode['status'], verdict: Verdict): Verdict {
  switch (status) {
    case 'active':
      return verdict;
    case 'disabled':
    case 'expired':
      return verdict === 'allow' ? 'conditional' : verdict;
    case 'unknown':
      return verdict === 'deny' ? verdict : 'unknown';
  }
}

/** Somebody who is allowed an action on a resource. */
export interface AllowedPrincipal {
  readonly id: NodeId;
  readonly certainty: Certainty;
}

/**
 * Who is allowed an action on a resource, strongest first, then by id. Services are not listed, nor are identities that only
 * stand for their members ({@link isCollective}).
 */
export function whoCan(
  model: AuthorizationModel,
  request: Omit<AccessRequest, 'principal' | 'credential'>,
): readonly AllowedPrincipal[] {
  const found: { id: NodeId; certainty: Certainty; truth: number }[] = [];
  for (const identity of model.graph.identities) {
    if (isCollective(identity) || model.provider(identity.provider) === undefined) continue;
    const truth = decideQuery(model, identityQuery(model, identity, request));
    if (truth === FALSE) continue;
    found.push({ id: identity.id, certainty: truth === 3 ? 'allow' : truth === 2 ? 'conditional' : 'unknown', truth });
  }
  found.sort((left, right) => right.truth - left.truth || (left.id < right.id ? -1 : 1));
  return found.map(({ id, certainty }) => ({ id, certainty }));
}

/** The query for a service acting as itself. */
export function serviceQuery(
  model: AuthorizationModel,
  provider: string,
  service: string,
  request: Omit<AccessRequest, 'principal' | 'credential'>,
): DecisionQuery {
  const languages = providerOf(model, provider);
  return {
    principal: servicePrincipal(provider, service),
    class: undefined,
    action: languages.catalogue.ref(request.action),
    resource: checkedResource(model, undefined, languages, request),
    provider: languages,
    context: request.context ?? NO_CONTEXT,
    now: request.now,
  };
}

function providerOf(model: AuthorizationModel, name: string): ProviderModel {
  const provider = model.provider(name);
  if (provider === undefined) throw new RangeError(`no semantics given for provider \`${name}\``);
  return provider;
}
