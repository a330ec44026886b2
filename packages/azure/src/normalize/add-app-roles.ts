import type { NodeId } from '@keyreach/core/graph';
import type { EntraServicePrincipal } from '../bundle/azure-input.ts';
import { graphPermission } from '../catalogue/graph-permissions.ts';
import type { ApplicationDirectory } from './application-directory.ts';
import { AZURE, entraId, tenantId } from './azure-ids.ts';
import { distinctRecords } from './distinct-records.ts';
import { AZURE_AD_GRAPH, MICROSOFT_GRAPH } from './first-party.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { API_PERMISSIONS, addUndecidedPolicy, addUnreadGrants, GRAPH_PERMISSIONS } from './undecided-grant.ts';

/** The id that stands for access without any role. */
const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000';

/** Places app roles: application permissions of Microsoft Graph on the tenant, others on the API that defines them (azure.md 1.5). */
export function addAppRoles(context: NormalizeContext, directory: ApplicationDirectory): void {
  const { input, builder, tenant, principals } = context;
  const apis = new Map(directory.servicePrincipals.map((one) => [one.id.toLowerCase(), one]));
  const added = new Map<string, Placed>();
  for (const assignment of distinctRecords(input.appRoleAssignments?.items)) {
    const appRoleId = assignment.appRoleId.toLowerCase();
    if (appRoleId === DEFAULT_ACCESS) continue;
    const resourceId = assignment.resourceId.toLowerCase();
    const key = `${resourceId} ${appRoleId}`;
    const placed = added.get(key) ?? addRole(resourceId, appRoleId, apis.get(resourceId), context);
    added.set(key, placed);
    const type = assignment.principalType?.toLowerCase();
    const holder = principals.name(
      assignment.principalId,
      type === 'user' || type === 'group' ? { type } : type === 'serviceprincipal' ? { type: 'service-principal' } : {},
    );
    builder.attachment({
      policy: placed.policy,
      node: placed.node,
      role: 'resource-grant',
      // Of a group the direct members only (azure.md 1.5).
      principals: {
        include: [{ match: 'member', id: holder, strength: 'sufficient', direct: true }],
        exclude: [],
      },
      ...(placed.isGraph ? { condition: { language: 'azure', body: { directory: 'graph' } } } : {}),
      name: assignment.id,
    });
  }
  if (input.appRoleAssignments?.complete === true) return;
  addUnreadGrants(
    tenantId(tenant),
    {
      id: `unread app role assignments of ${tenantId(tenant)}`,
      name: 'app role assignments',
      type: 'app-role',
      actions: API_PERMISSIONS,
      why: 'not all assignments of app roles are in the input',
    },
    context,
  );
}

interface Placed {
  readonly policy: string;
  readonly node: NodeId;
  readonly isGraph: boolean;
}

/** Adds the policy of an app role, and tells where it is placed. */
function addRole(
  resourceId: string,
  appRoleId: string,
  api: EntraServicePrincipal | undefined,
  context: NormalizeContext,
): Placed {
  const { builder, tenant } = context;
  const appId = api?.appId.toLowerCase();
  const isGraph = appId === MICROSOFT_GRAPH || appId === AZURE_AD_GRAPH;
  const onTenant = isGraph || api === undefined;
  const node = onTenant ? tenantId(tenant) : entraId(tenant, resourceId);
  const policy = `app-role:${appId ?? resourceId}/${appRoleId}`;
  const role = api?.appRoles.items.find(({ id }) => id.toLowerCase() === appRoleId);
  // Ids of Microsoft Graph are its own and do not change, so its roles are known without its list of them.
  const value = role === undefined && appId === MICROSOFT_GRAPH ? graphPermission(appRoleId) : role?.value;
  // A value with a star would name more than itself.
  if (appId !== undefined && value !== undefined && value !== '' && !value.includes('*')) {
    const action = appId === MICROSOFT_GRAPH ? `graph:${value}` : `app:${appId}/${value}`;
    const document = builder.document({
      provider: AZURE,
      statements: [{ effect: 'allow', actions: { include: [action], exclude: [] }, index: 0 }],
    });
    builder.policy({ id: policy, provider: AZURE, name: value, type: 'app-role', document });
    return { policy, node, isGraph };
  }
  const actions =
    appId === undefined ? API_PERMISSIONS : appId === MICROSOFT_GRAPH ? GRAPH_PERMISSIONS : [`app:${appId}/*`];
  const why =
    api === undefined
      ? `the API \`${resourceId.slice(0, 100)}\` is not in the input; what its app role gives is unknown`
      : `the app role \`${appRoleId.slice(0, 100)}\` has no value in the input; what it gives is unknown`;
  // A role without a value, of an API that tells all of its roles, appears in no token.
  const isNothing = role !== undefined && (value ?? '') === '' && appId !== MICROSOFT_GRAPH;
  if (isNothing) {
    const document = builder.document({ provider: AZURE, statements: [] });
    builder.policy({ id: policy, provider: AZURE, name: role.displayName ?? appRoleId, type: 'app-role', document });
    return { policy, node, isGraph };
  }
  addUndecidedPolicy({ id: policy, name: role?.displayName ?? appRoleId, type: 'app-role', actions, why }, context);
  builder.gap({ scope: node, what: 'app role', why, kind: 'not-collected' });
  return { policy, node, isGraph };
}
