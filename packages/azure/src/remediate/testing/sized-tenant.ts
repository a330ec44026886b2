import type { PermissionUse, ProposedBindings, UseState } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex, type IdentityNode } from '@keyreach/core/graph';
import { azureSemantics } from '../../authz/azure-semantics.ts';
import type {
  AzureInput,
  AzurePermissionBlock,
  AzureRoleAssignment,
  AzureRoleDefinition,
} from '../../bundle/azure-input.ts';
import { normalizeAzure } from '../../normalize/normalize.ts';
import { NOW, object, servicePrincipal, tenantInput, whole } from '../../normalize/testing/tenant.ts';
import { rightSizedAssignments } from '../right-sized-assignments.ts';

/** Object id of the service principal of tests. */
export const CI = 'aaaaaaaa-0000-0000-0000-000000000001';
export const SUBSCRIPTION = '/subscriptions/bbbbbbbb-0000-0000-0000-000000000001';
export const RG = `${SUBSCRIPTION}/resourcegroups/g`;
export const ROOT_GROUP = '/providers/microsoft.management/managementgroups/root';
export const VAULT = `${RG}/providers/microsoft.keyvault/vaults/v`;

/** A block of a role. */
export function block(own: Partial<AzurePermissionBlock>): AzurePermissionBlock {
  return { actions: [], notActions: [], dataActions: [], notDataActions: [], ...own };
}

/** A role; built-in unless it is called `custom…`. */
export function role(name: string, ...blocks: readonly AzurePermissionBlock[]): AzureRoleDefinition {
  return {
    id: `/providers/Microsoft.Authorization/roleDefinitions/${name}`,
    roleName: name,
    roleType: name.startsWith('custom') ? 'CustomRole' : 'BuiltInRole',
    assignableScopes: ['/'],
    permissions: whole(...blocks),
  };
}

/** An assignment of a role on a scope. */
export function assigned(name: string, scope: string, own: Partial<AzureRoleAssignment> = {}): AzureRoleAssignment {
  return {
    id: assignmentId(scope, name),
    scope,
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${name}`,
    principalId: CI,
    principalType: 'ServicePrincipal',
    ...own,
  };
}

export function assignmentId(scope: string, name: string): string {
  return `${scope === '/' ? '' : scope}/providers/Microsoft.Authorization/roleAssignments/${name}-assignment`;
}

/** Input with a subscription, a group and a vault that asks roles in it, and the service principal `ci`. */
export function sizedInput(own: Partial<AzureInput> = {}): AzureInput {
  const resource = { userAssigned: [], properties: {} };
  return tenantInput({
    managementGroups: whole({
      id: ROOT_GROUP,
      name: 'root',
      children: [{ id: SUBSCRIPTION, type: '/subscriptions' }],
    }),
    subscriptions: whole({ subscriptionId: SUBSCRIPTION.slice(15), managedByTenants: [] }),
    resources: whole(
      { ...resource, id: RG, type: 'Microsoft.Resources/resourceGroups', name: 'g' },
      {
        ...resource,
        id: VAULT,
        type: 'Microsoft.KeyVault/vaults',
        name: 'v',
        properties: { enableRbacAuthorization: true },
      },
    ),
    servicePrincipals: whole(servicePrincipal(CI, 'app-ci', { displayName: 'ci' })),
    ...own,
  });
}

export function modelOf(input: AzureInput): AuthorizationModel {
  return new AuthorizationModel(new GraphIndex(normalizeAzure(input, { now: NOW })), [azureSemantics]);
}

/** The service principal of tests in a model. */
export function ciOf(model: AuthorizationModel): IdentityNode {
  return model.graph.identity(object(CI))!;
}

/** What is known of use: by action or pattern; `otherwise` of the rest. */
export function useBy(
  states: Readonly<Record<string, UseState>>,
  otherwise: UseState = 'unused',
): (permission: string) => PermissionUse {
  const folded = new Map(Object.entries(states).map(([name, state]) => [name.toLowerCase(), state]));
  return (permission) => ({
    permission,
    state: folded.get(permission.toLowerCase()) ?? otherwise,
    sources: [],
  });
}

/** Reads are in no log; every other action is unused unless told. */
export function activityLogOf(states: Readonly<Record<string, UseState>> = {}): (permission: string) => PermissionUse {
  const told = useBy(states, 'unknown');
  return (permission) => {
    const use = told(permission);
    const isSeen = !permission.startsWith('data:') && /\/(?:write|delete|action)$/i.test(permission);
    return use.state === 'unknown' && isSeen ? { ...use, state: 'unused' } : use;
  };
}

/** The proposal for `ci`. */
export function proposed(
  input: Partial<AzureInput>,
  useOf: (permission: string) => PermissionUse,
  unknown: 'keep' | 'drop' = 'keep',
): ProposedBindings {
  const model = modelOf(sizedInput(input));
  const found = rightSizedAssignments(model, ciOf(model), { now: NOW, windowDays: 90, unknown, useOf });
  if (found.outcome !== 'proposed') throw new Error(found.reasons.join());
  return found;
}
