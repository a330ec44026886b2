import type { Gap, NodeId } from '../graph/model.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import type { DecisionQuery } from './decide.ts';
import { furtherRequest } from './further-resource.ts';

/** More gaps than this are not told for one decision. */
const MOST_GAPS = 8;

/**
 * What gaps may speak of that no decision reads: credentials and their use. Everything else may hold a policy, a tag or a
 * place in the organization, and counts.
 */
const NOT_READ: ReadonlySet<string> = new Set([
  'CloudTrail',
  'Identity Center assignments',
  'MFA devices',
  'SSH public keys',
  'access keys',
  'bundle manifest',
  'credential report',
  'duplicate resource',
  'identity providers',
  'last used',
  'login profiles',
  'service last accessed',
  'service-specific credentials',
  'signing certificates',
  'usage',
]);

/**
 * Gaps of the input that bear on one decision, in the order of the graph, at most eight: about the principal, the target, what
 * stands behind it, the scopes around them, and the policies that take part. Lists of resources count where the target itself is
 * not in the input.
 */
export function missingInput(
  model: AuthorizationModel,
  query: DecisionQuery,
  policies: readonly { readonly policy: string }[],
): readonly Gap[] {
  const { graph } = model;
  const { principal, resource, provider } = query;
  const places = new Set<NodeId>([principal.node.id, ...principal.scopes.map(({ id }) => id)]);
  for (const group of graph.groupsOf(principal.node.id)) places.add(group.id);
  const zone = provider.semantics.zoneOf(resource.id);
  for (const id of [resource.node?.id, zone, ...resource.scopes.map((scope) => scope.id)]) {
    if (id !== undefined) places.add(id);
  }
  if (zone !== undefined) for (const scope of graph.scopesOf(zone)) places.add(scope.id);
  for (const { policy } of policies) places.add(policy);
  const further = furtherRequest(model, query)?.query.resource;
  for (const id of [further?.node?.id, ...(further?.scopes ?? []).map((scope) => scope.id)]) {
    if (id !== undefined) places.add(id);
  }
  const target = resource.node?.kind === 'resource' || resource.node?.kind === 'identity';
  const around = new Set<NodeId>(
    [resource.node?.id, zone, ...resource.scopes.map((scope) => scope.id)].flatMap((id) => id ?? []),
  );
  const found: Gap[] = [];
  for (const place of [...places].sort()) {
    for (const gap of graph.gapsOf(place)) {
      if (NOT_READ.has(gap.what)) continue;
      if (gap.what === 'resources' && (target || (zone !== undefined && !around.has(place)))) continue;
      found.push(gap);
    }
  }
  return found.slice(0, MOST_GAPS);
}
