import type { GraphNode } from '../graph/model.ts';
import type { AuthorizationModel, ProviderModel } from './authorization-model.ts';
import { type Opening, openingOf, zoneRelation } from './combination.ts';
import type { DecisionQuery, DecisionRecorder } from './decision-query.ts';
import { type ResourcePolicies, resourcePolicies, resourceSide } from './resource-side.ts';
import type { FurtherResource, ResourceFacts } from './semantics.ts';
import { TRUE, type Truth, UNKNOWN } from './truth.ts';

/** What the policies of a further resource say of a request (`ProviderSemantics.alsoGoverns`). */
export interface FurtherConsent {
  /** How far they open to the principal; its own grants are those on the first resource. */
  readonly opening: Opening;
  /** Whether no explicit deny among them matches. */
  readonly pass: Truth;
  /** Whether every guard on the scopes of the further resource lets the request pass. */
  readonly scopeGuard: Truth;
}

const AGREED: FurtherConsent = { opening: asOpen(TRUE), pass: TRUE, scopeGuard: TRUE };
const NOT_TOLD: FurtherConsent = { opening: asOpen(UNKNOWN), pass: UNKNOWN, scopeGuard: TRUE };

function asOpen(truth: Truth): Opening {
  return { withGrant: truth, withGuard: truth, byItself: truth };
}

/** What stands behind the resource of a request. */
export interface Behind {
  readonly named: FurtherResource;
  /** What the input holds of it; undefined where that is nothing, so that its policies may say anything. */
  readonly resource: (ResourceFacts & { readonly node: GraphNode }) | undefined;
}

/** Finds what stands behind a resource for an action; undefined where nothing does. */
export function behind(
  model: AuthorizationModel,
  provider: ProviderModel,
  front: ResourceFacts,
  action: string,
): Behind | undefined {
  const { semantics } = provider;
  if (front.node === undefined || semantics.frontTypes?.has(front.node.type) !== true) return undefined;
  const named = semantics.alsoGoverns?.(front, action);
  if (named === undefined) return undefined;
  const { node, ...facts } = named.id === undefined ? NOTHING : model.resourceFacts(named.id, provider);
  return { named, resource: node === undefined ? undefined : { ...facts, node, front } };
}

const NOTHING: ResourceFacts = { id: '', scopes: [] };

/** The request of a query as it comes to what stands behind its resource, with the policies there. */
export interface FurtherRequest {
  readonly query: DecisionQuery;
  readonly policies: ResourcePolicies;
}

/** The same request, asked about what stands behind its resource; undefined where the input holds no such thing. */
export function furtherRequest(model: AuthorizationModel, query: DecisionQuery): FurtherRequest | undefined {
  const resource = behind(model, query.provider, query.resource, query.action.name)?.resource;
  if (resource === undefined) return undefined;
  const asked: DecisionQuery = { ...query, resource };
  return { query: asked, policies: resourcePolicies(model, asked) };
}

/**
 * Asks the resource behind another one (the bucket of an access point, aws.md 1.12): it must let the principal in as well. In the
 * zone of the principal a grant of its own does that; what the policy of the resource in front gives, the policy of the one
 * behind must give too (S3 user guide, policies of access points). One that the
 * input does not hold may say anything.
 */
export function furtherConsent(
  model: AuthorizationModel,
  query: DecisionQuery,
  recorder: DecisionRecorder | undefined,
): FurtherConsent {
  const { provider, action, resource } = query;
  const found = behind(model, provider, resource, action.name);
  if (found === undefined) return AGREED;
  if (found.resource === undefined) {
    const what = found.named.id === undefined ? 'what' : `\`${found.named.id}\`, which`;
    recorder?.assume(`${what} stands behind \`${resource.id}\` is not in the input; its policies may say anything`);
    return NOT_TOLD;
  }
  const asked: DecisionQuery = { ...query, resource: found.resource };
  const side = resourceSide(asked, resourcePolicies(model, asked), recorder, true);
  return { opening: openingOf(asked, side, zoneRelation(model, asked)), pass: side.pass, scopeGuard: side.scopeGuard };
}
