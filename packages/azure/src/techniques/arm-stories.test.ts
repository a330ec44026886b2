import { AuthorizationModel, CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { GraphIndex, type NodeId } from '@keyreach/core/graph';
import { deriveReach, reachNodeKinds, searchReach, startNode } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { azureSemantics } from '../authz/azure-semantics.ts';
import type { AzureInput, AzureResource, AzureRoleAssignment } from '../bundle/azure-input.ts';
import { sharedKeyIdentityId } from '../normalize/azure-ids.ts';
import { normalizeAzure } from '../normalize/normalize.ts';
import { group, NOW, object, part, servicePrincipal, tenantInput, user, whole } from '../normalize/testing/tenant.ts';
import { azureTechniques } from './azure-techniques.ts';

const SUB = '/subscriptions/99999999-0000-0000-0000-000000000001';
const SHOP = `${SUB}/resourceGroups/shop`;
const TWIN = `${SUB}/resourceGroups/twin`;
const ROLE = '/providers/Microsoft.Authorization/roleDefinitions/team';

const resource = (group: string, path: string, own: Partial<AzureResource> = {}): AzureResource => {
  const [namespace = '', ...rest] = path.split('/');
  const types = rest.filter((_, index) => index % 2 === 0);
  return {
    id: `${group}/providers/${path}`,
    type: [namespace, ...types].join('/'),
    name: rest.at(-1)!,
    properties: {},
    identity: { type: 'SystemAssigned', principalId: `${rest.at(-1)}-id`, userAssigned: [] },
    ...own,
  };
};

const powered = (state: string): Partial<AzureResource> => ({
  properties: { extended: { instanceView: { powerState: { code: `PowerState/${state}` } } } },
});
const machine = resource(SHOP, 'Microsoft.Compute/virtualMachines/vm', powered('running'));

interface Role {
  readonly actions?: readonly string[];
  readonly dataActions?: readonly string[];
  readonly assignableScopes?: readonly string[];
}

/** A subscription in which ana is assigned one custom role, and whatever else is given. */
function estate(role: Role, scope: string, own: Partial<AzureInput> = {}): Partial<AzureInput> {
  return {
    subscriptions: whole({ subscriptionId: SUB.slice('/subscriptions/'.length), managedByTenants: [] }),
    users: whole(user('ana')),
    resources: whole(machine),
    roleDefinitions: whole({
      id: ROLE,
      roleName: 'Team',
      roleType: 'CustomRole',
      assignableScopes: role.assignableScopes ?? [SUB],
      permissions: whole({
        actions: role.actions ?? [],
        notActions: [],
        dataActions: role.dataActions ?? [],
        notDataActions: [],
      }),
    }),
    roleAssignments: whole(assigned('ana', scope)),
    ...own,
  };
}

const assigned = (principalId: string, scope: string): AzureRoleAssignment => ({
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${principalId}`,
  scope,
  roleDefinitionId: ROLE,
  principalId,
});

/** How surely somebody comes to hold an identity. */
function holds(to: NodeId, own: Partial<AzureInput>, from = 'ana'): Truth {
  const graph = new GraphIndex(normalizeAzure(tenantInput(own), { now: NOW }));
  expect(graph.identity(to)?.id).toBe(to);
  const reach = deriveReach(new AuthorizationModel(graph, [azureSemantics]), [azureTechniques], {
    now: Date.parse(NOW),
  });
  for (const least of [TRUE, CONDITIONAL, UNKNOWN] as const) {
    const { reached } = searchReach(reach.graph, startNode(reach, object(from))!, least);
    const isHeld = reached.some(
      (node) => reachNodeKinds[reach.graph.kinds[node]!] === 'identity' && reach.identities[node]!.id === to,
    );
    if (isHeld) return least;
  }
  return FALSE;
}

const RUN: Role = { actions: ['Microsoft.Compute/virtualMachines/runCommand/action'] };
const VM = object('vm-id');

describe('a command on a machine', () => {
  test('is run by who may where the machine is', () => {
    expect(holds(VM, estate(RUN, machine.id))).toBe(TRUE);
    expect(holds(VM, estate(RUN, SHOP))).toBe(TRUE);
    expect(holds(VM, estate(RUN, SUB))).toBe(TRUE);
    expect(holds(VM, estate(RUN, TWIN))).toBe(FALSE);
    expect(holds(VM, estate({ actions: ['Microsoft.Compute/virtualMachines/write'] }, SHOP))).toBe(FALSE);
    expect(holds(VM, estate({ dataActions: RUN.actions! }, SHOP))).toBe(FALSE);
  });

  test('waits for the machine to be on', () => {
    const off = { resources: whole(resource(SHOP, 'Microsoft.Compute/virtualMachines/vm', powered('deallocated'))) };
    expect(holds(VM, estate(RUN, SHOP, off))).toBe(CONDITIONAL);
  });

  test('is run by members of groups, nested ones too', () => {
    const groups = whole(
      group('outer', { members: whole({ id: 'inner', odataType: 'group' }) }),
      group('inner', { members: whole({ id: 'ana', odataType: 'user' }) }),
      group('other', {}),
    );
    const to = (principalId: string) =>
      estate(RUN, SHOP, { groups, roleAssignments: whole(assigned(principalId, SHOP)) });
    expect([holds(VM, to('outer')), holds(VM, to('inner')), holds(VM, to('other'))]).toEqual([TRUE, TRUE, FALSE]);
  });

  test('is for users that activate, not for machines that could', () => {
    const eligible = (principalId: string, memberType: string) =>
      estate(RUN, SHOP, {
        servicePrincipals: whole(servicePrincipal('robot', 'robot-app')),
        roleAssignments: whole(),
        roleEligibilities: whole({ ...assigned(principalId, SHOP), memberType }),
      });
    expect(holds(VM, eligible('ana', 'Direct'))).toBe(CONDITIONAL);
    expect(holds(VM, eligible('robot', 'Direct'), 'robot')).toBe(FALSE);
    const active = estate(RUN, SHOP, {
      roleAssignments: whole(),
      roleSchedules: whole({ ...assigned('ana', SHOP), memberType: 'Direct', assignmentType: 'Activated' }),
    });
    expect(holds(VM, active)).toBe(TRUE);
  });

  test('is stopped by deny assignments that speak of it', () => {
    const denied = (deny: object): Partial<AzureInput> =>
      estate(RUN, SHOP, {
        denyAssignments: whole({
          id: `${SUB}/providers/Microsoft.Authorization/denyAssignments/d`,
          scope: SUB,
          permissions: whole({ actions: ['*'], notActions: ['*/read'], dataActions: [], notDataActions: [] }),
          doNotApplyToChildScopes: false,
          principals: whole({ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }),
          excludePrincipals: whole(),
          isSystemProtected: true,
          ...deny,
        }),
      });
    expect(holds(VM, denied({}))).toBe(FALSE);
    expect(holds(VM, denied({ excludePrincipals: whole({ id: 'ana', type: 'User' }) }))).toBe(TRUE);
    expect(holds(VM, denied({ doNotApplyToChildScopes: true }))).toBe(TRUE);
    expect(holds(VM, denied({ scope: TWIN }))).toBe(TRUE);
    expect(holds(VM, denied({ principals: part({ id: 'somebody' }) }))).toBe(UNKNOWN);
  });

  test('is unknown where the role or the machines are', () => {
    expect(holds(VM, estate(RUN, SHOP, { roleDefinitions: whole() }))).toBe(UNKNOWN);
    const principal = servicePrincipal('vm-id', 'vm-app', {
      servicePrincipalType: 'ManagedIdentity',
      alternativeNames: [machine.id],
    });
    const unlisted = { resources: part<AzureResource>(), servicePrincipals: whole(principal) };
    expect(holds(VM, estate(RUN, SUB, unlisted))).toBe(UNKNOWN);
    expect(holds(VM, estate({ actions: ['*/read'] }, SUB, unlisted))).toBe(FALSE);
  });
});

describe('facts of resources', () => {
  const on = (one: AzureResource, role: Role): Partial<AzureInput> => estate(role, SHOP, { resources: whole(one) });

  test('local accounts of a cluster, which who may write it switches on', () => {
    const cluster = (disableLocalAccounts: boolean): AzureResource =>
      resource(SHOP, 'Microsoft.ContainerService/managedClusters/c', {
        properties: { disableLocalAccounts, identityProfile: { kubeletidentity: { objectId: 'kubelet' } } },
      });
    const list = 'Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action';
    const write = 'Microsoft.ContainerService/managedClusters/write';
    const kubelet = object('kubelet');
    expect(holds(kubelet, on(cluster(false), { actions: [list] }))).toBe(TRUE);
    expect(holds(kubelet, on(cluster(true), { actions: [list] }))).toBe(FALSE);
    expect(holds(kubelet, on(cluster(true), { actions: [list, write] }))).toBe(TRUE);
    expect(holds(kubelet, on(cluster(false), { actions: [write] }))).toBe(CONDITIONAL);
  });

  test('whether keys of an account are taken', () => {
    const account = (allowSharedKeyAccess: boolean): AzureResource =>
      resource(SHOP, 'Microsoft.Storage/storageAccounts/s', { properties: { allowSharedKeyAccess } });
    const keys = 'Microsoft.Storage/storageAccounts/listKeys/action';
    const key = sharedKeyIdentityId(account(true).id);
    expect(holds(key, on(account(true), { actions: [keys] }))).toBe(TRUE);
    expect(holds(key, on(account(false), { actions: [keys] }))).toBe(FALSE);
    expect(holds(key, on(account(true), { actions: ['Microsoft.Storage/storageAccounts/read'] }))).toBe(FALSE);
    // Its key is off as it stands, and on again once she writes the account.
    const both = { actions: [keys, 'Microsoft.Storage/storageAccounts/write'] };
    expect(holds(key, on(account(false), both))).toBe(CONDITIONAL);
  });

  test('an app and its slot run as two', () => {
    const own = (role: Role): Partial<AzureInput> =>
      estate(role, SHOP, {
        resources: whole(
          resource(SHOP, 'Microsoft.Web/sites/app'),
          resource(SHOP, 'Microsoft.Web/sites/app/slots/staging'),
        ),
      });
    const both = (...actions: readonly string[]): readonly Truth[] =>
      ['app-id', 'staging-id'].map((id) => holds(object(id), own({ actions })));
    expect(both('Microsoft.Web/sites/write')).toEqual([TRUE, FALSE]);
    expect(both('Microsoft.Web/sites/slots/write')).toEqual([CONDITIONAL, TRUE]);
    expect(both('Microsoft.Web/sites/slots/write', 'Microsoft.Web/sites/slotsswap/action')).toEqual([TRUE, TRUE]);
    expect(both('Microsoft.Web/sites/slots/read')).toEqual([FALSE, FALSE]);
  });

  test('runbooks that somebody else starts', () => {
    const account = resource(SHOP, 'Microsoft.Automation/automationAccounts/a');
    const may = (...tasks: readonly string[]): Truth =>
      holds(
        object('a-id'),
        on(account, { actions: tasks.map((task) => `Microsoft.Automation/automationAccounts/${task}`) }),
      );
    expect(may('runbooks/write', 'jobs/write')).toBe(TRUE);
    expect(may('runbooks/draft/content/write', 'runbooks/draft/testJob/write')).toBe(TRUE);
    expect(may('runbooks/write')).toBe(CONDITIONAL);
    expect(may('runbooks/draft/write', 'runbooks/publish/action')).toBe(CONDITIONAL);
    expect(may('runbooks/draft/write')).toBe(FALSE);
    expect(may('runbooks/read', 'schedules/write')).toBe(FALSE);
  });
});

describe('a user-assigned identity', () => {
  const uami: AzureResource = {
    id: `${SHOP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u`,
    type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    name: 'u',
    properties: { principalId: 'uami', clientId: 'uami-app' },
  };
  const assign = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
  const may = (scope: string, ...actions: readonly string[]): Truth =>
    holds(object('uami'), estate({ actions }, scope, { resources: whole(uami) }));

  test('is attached by who may attach it and make something to attach it to', () => {
    expect(may(SUB, assign, 'Microsoft.ContainerInstance/containerGroups/write')).toBe(TRUE);
    expect(
      may(SUB, 'Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action', 'Microsoft.App/jobs/write'),
    ).toBe(TRUE);
    expect(may(SUB, assign)).toBe(FALSE);
    expect(may(SUB, 'Microsoft.ContainerInstance/containerGroups/write')).toBe(FALSE);
    expect(may(TWIN, assign, 'Microsoft.ContainerInstance/containerGroups/write')).toBe(FALSE);
  });

  test('is anybody’s who may add a subject that it trusts', () => {
    const add = 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write';
    expect(may(SHOP, add)).toBe(TRUE);
    expect(may(TWIN, add)).toBe(FALSE);
    expect(may(SHOP, 'Microsoft.ManagedIdentity/userAssignedIdentities/write')).toBe(FALSE);
  });
});

describe('a custom role', () => {
  test('is rewritten by who may in the one scope where it can be assigned', () => {
    const edit = 'Microsoft.Authorization/roleDefinitions/write';
    expect(holds(VM, estate({ actions: [edit] }, SUB))).toBe(TRUE);
    expect(holds(VM, estate({ actions: [edit] }, SHOP))).toBe(FALSE);
    expect(holds(VM, estate({ actions: [edit], assignableScopes: [SUB, TWIN] }, SUB))).toBe(UNKNOWN);
    expect(holds(VM, estate({ actions: ['Microsoft.Authorization/roleDefinitions/read'] }, SUB))).toBe(FALSE);
  });
});
