import type { Certainty, IdentityNode, NodeId } from '../graph/model.ts';
import type { AuthorizationModel, ProviderModel } from './authorization-model.ts';
import { type DecisionQuery, decideQuery, servicePrincipal } from './decide.ts';
import { type Explanation, explain } from './explain.ts';
import type { RequestContext } from './semantics.ts';
import { FALSE } from './truth.ts';

/** A request in the words of a person: may this principal do this on that. */
export interface AccessRequest {
  readonly principal: NodeId;
  readonly action: string;
  readonly resource: string;
  /** Known request context, key in lower case; null for a key known to be absent. */
  readonly context?: RequestContext;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const NO_CONTEXT: RequestContext = new Map();

/** Looks up everything a request names. Throws a `RangeError` for a principal the graph does not have. */
export function accessQuery(model: AuthorizationModel, request: AccessRequest): DecisionQuery {
  const identity = model.graph.identity(request.principal);
  if (identity === undefined) throw new RangeError(`no identity \`${request.principal}\` in the graph`);
  return identityQuery(model, identity, request);
}

function identityQuery(
  model: AuthorizationModel,
  identity: IdentityNode,
  request: Omit<AccessRequest, 'principal'>,
): DecisionQuery {
  const provider = providerOf(model, identity.provider);
  return {
    principal: model.factsOf(identity),
    class: model.classOf(identity),
    action: provider.catalogue.ref(request.action),
    resource: model.resourceFacts(checkedResource(model, identity, provider, request), provider),
    provider,
    context: request.context ?? NO_CONTEXT,
    now: request.now,
  };
}

/** `*` for an action that is always checked against one certain resource means that one (aws.md 1.10, S3 bucket lists). */
function checkedResource(
  model: AuthorizationModel,
  identity: IdentityNode,
  provider: ProviderModel,
  { action, resource }: Omit<AccessRequest, 'principal'>,
): string {
  if (resource !== '*') return resource;
  const templates = provider.semantics.requestTemplates(
    provider.catalogue.ref(action).name,
    model.graph.zoneOf(identity.id),
  );
  const [only] = templates[0] ?? [];
  return templates.length === 1 && templates[0]?.length === 1 && only !== undefined && !only.includes('*') ? only : '*';
}

/** Decides a request and explains it. Throws a `RangeError` for a principal the graph does not have. */
export function can(model: AuthorizationModel, request: AccessRequest): Explanation {
  return explain(model, accessQuery(model, request));
}

/** Who is allowed an action on a resource, strongest first, then by id. Groups and services are not listed. */
export function whoCan(
  model: AuthorizationModel,
  request: Omit<AccessRequest, 'principal'>,
): readonly { readonly id: NodeId; readonly certainty: Certainty }[] {
  const found: { id: NodeId; certainty: Certainty; truth: number }[] = [];
  for (const identity of model.graph.identities) {
    if (identity.type === 'group' || model.provider(identity.provider) === undefined) continue;
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
  request: Omit<AccessRequest, 'principal'>,
): DecisionQuery {
  const languages = providerOf(model, provider);
  return {
    principal: servicePrincipal(provider, service),
    class: undefined,
    action: languages.catalogue.ref(request.action),
    resource: model.resourceFacts(request.resource, languages),
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
