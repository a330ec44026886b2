import type { GraphIndex, NodeId } from '@keyreach/core/graph';
import { armScope } from './arm-scope.ts';
import { AZURE, entraId, managementGroupId, roleDefinitionId, tenantId } from './azure-ids.ts';

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const ROLES = '/microsoft.authorization/roledefinitions/';

/**
 * The id that a node of Azure has, or would have, in a graph, for a name that people write: a resource id in any case and form,
 * `subscriptions/ID`, `managementGroups/NAME`, the id of a tenant, object or application. Text that is none of these, such as a name
 * or a user principal name, comes back as it is. Whether there is such a node is another question.
 *
 * @example
 * azureNodeId(graph, '/Subscriptions/S/resourceGroups/RG/'); // '/subscriptions/s/resourcegroups/rg'
 */
export function azureNodeId(graph: GraphIndex, text: string): NodeId {
  const tenants = tenantsOf(graph);
  const [tenant] = tenants;
  if (tenant === undefined) return text;
  const group = /^managementgroups\/([^/]+)$/i.exec(text)?.[1];
  if (group !== undefined) return managementGroupId(group);
  const path = /^subscriptions\/./i.test(text) ? `/${text}` : text;
  if (path.startsWith('/')) {
    // The root is one of each tenant.
    if (path === '/' && tenants.length > 1) return text;
    const scope = armScope(path, tenant);
    if (scope === undefined) return text;
    return scope.id.includes(ROLES) ? roleDefinitionId(scope.id) : scope.id;
  }
  return ID.test(text) ? (graph.node(tenantId(text))?.id ?? objectOf(graph, tenants, text) ?? text) : text;
}

const known: WeakMap<GraphIndex, readonly string[]> = new WeakMap();

/** Ids of the tenants of a graph, without the beginning that ids of their nodes have. */
function tenantsOf(graph: GraphIndex): readonly string[] {
  let found = known.get(graph);
  if (found === undefined) {
    found = graph.scopes.flatMap(({ provider, type, id }) =>
      provider === AZURE && type === 'tenant' ? [id.slice(tenantId('').length)] : [],
    );
    known.set(graph, found);
  }
  return found;
}

/** By object id, else the identity of an application id: what logs in, and not the registration of the same id. */
function objectOf(graph: GraphIndex, tenants: readonly string[], id: string): NodeId | undefined {
  const listed = tenants.map((tenant) => entraId(tenant, id)).filter((node) => graph.node(node) !== undefined);
  if (listed.length > 0) return listed.length === 1 ? listed[0] : undefined;
  const wanted = id.toLowerCase();
  const found = graph.identities.filter(({ provider, attributes }) => {
    const appId = attributes?.['appId'];
    return provider === AZURE && typeof appId === 'string' && appId.toLowerCase() === wanted;
  });
  return found.length === 1 ? found[0]?.id : undefined;
}
