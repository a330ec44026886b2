import type { Listed, Report } from '@keyreach/core/input';
import { describe, expect, it } from 'vitest';
import { readAppRoleAssignments, readPermissionGrants } from './app-grants.ts';
import { readApplications, readServicePrincipals } from './app-objects.ts';
import { readAdministrativeUnits, readGroups, readOrganizations, readUsers } from './directory-objects.ts';
import { readDirectoryRoleAssignments, readDirectoryRoleDefinitions, readRolePolicies } from './directory-roles.ts';
import { readFederatedCredentials } from './federated-credentials-file.ts';
import { readManagementGroups, readSubscriptions } from './hierarchy-files.ts';
import { UNREADABLE } from './record-fields.ts';
import { readResources } from './resources-file.ts';
import { readRoleDefinitions } from './role-definitions.ts';
import { readDenyAssignments, readRoleAssignments, readScheduleInstances } from './role-grants.ts';
import { readSignInReports } from './sign-in-reports.ts';
import { readWith } from './testing/report.ts';

/** What a reader makes of elements, and whether it said that something is wrong. */
function read<T>(
  reader: (raw: unknown, report: Report) => Listed<T> | undefined,
  ...elements: readonly unknown[]
): { readonly items: readonly T[]; readonly complete: boolean; readonly told: boolean } {
  const { value, problems } = readWith((report) => reader(elements, report));
  return { items: value?.items ?? [], complete: value?.complete ?? false, told: problems.length > 0 };
}

const GROUPS = '/providers/Microsoft.Management/managementGroups';
const ROLES = '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions';
const WHOLE = { complete: true, told: false };

describe('management groups', () => {
  it('are read with children expanded to any depth, nested or flat', () => {
    const leaf = { id: '/subscriptions/S1', type: '/subscriptions', name: 'S1', displayName: 'Shop' };
    const mid = { id: `${GROUPS}/mid`, type: 'Microsoft.Management/managementGroups', name: 'mid', children: [leaf] };
    const root = { id: `${GROUPS}/root`, name: 'root', properties: { tenantId: 'T', children: [mid] } };
    const flat = { id: `${GROUPS}/root`, name: 'root', tenantId: 'T', children: [mid] };
    const expected = [
      {
        id: `${GROUPS}/root`,
        name: 'root',
        tenantId: 'T',
        children: [{ id: `${GROUPS}/mid`, type: 'Microsoft.Management/managementGroups' }],
      },
      {
        id: `${GROUPS}/mid`,
        name: 'mid',
        parentId: `${GROUPS}/root`,
        children: [{ id: '/subscriptions/S1', type: '/subscriptions', displayName: 'Shop' }],
      },
    ];
    for (const one of [root, flat]) expect(read(readManagementGroups, one)).toEqual({ items: expected, ...WHOLE });
  });

  it('are read from descendants, from chains, and without children', () => {
    const parent = { parent: { id: `${GROUPS}/mid` } };
    expect(
      read(
        readManagementGroups,
        { id: `${GROUPS}/a`, type: 'Microsoft.Management/managementGroups', name: 'a', properties: parent },
        { id: '/subscriptions/S', type: '/subscriptions', name: 'S', properties: { displayName: 'Shop', ...parent } },
        {
          id: `${GROUPS}/b`,
          name: 'b',
          properties: { details: { managementGroupAncestorsChain: [{ name: 'mid' }, { name: 'T' }] }, children: null },
        },
      ).items,
    ).toEqual([
      { id: `${GROUPS}/a`, name: 'a', parentId: `${GROUPS}/mid` },
      {
        id: `${GROUPS}/mid`,
        name: 'mid',
        children: [{ id: '/subscriptions/S', type: '/subscriptions', displayName: 'Shop' }],
      },
      { id: `${GROUPS}/b`, name: 'b', parentId: `${GROUPS}/mid` },
    ]);
  });

  it('nest without end in nothing that is read', () => {
    let group: Record<string, unknown> = { id: `${GROUPS}/x` };
    for (let depth = 0; depth < 5000; depth += 1) group = { id: `${GROUPS}/${depth}`, children: [group] };
    const { items, complete, told } = read(readManagementGroups, group);
    expect([items.length < 100, complete, told]).toEqual([true, false, true]);
  });
});

describe('subscriptions', () => {
  it('are read as the API, Resource Graph and az print them', () => {
    const expected = { subscriptionId: 'S', tenantId: 'T', displayName: 'Shop', state: 'Enabled' };
    expect(
      read(
        readSubscriptions,
        { id: '/subscriptions/S', ...expected, managedByTenants: [{ tenantId: 'M' }] },
        { id: 'S', name: 'Shop', tenantId: 'T', state: 'Enabled', managedByTenants: [] },
        {
          id: '/subscriptions/S',
          subscriptionId: 'S',
          name: 'Shop',
          tenantId: 'T',
          properties: { state: 'Enabled', managementGroupAncestorsChain: [{ name: 'near' }, { name: 'T' }] },
        },
      ),
    ).toEqual({
      items: [
        { ...expected, managedByTenants: ['M'] },
        { ...expected, managedByTenants: [] },
        { ...expected, managementGroups: ['near', 'T'], managedByTenants: [] },
      ],
      ...WHOLE,
    });
  });

  it('have no chain where a part of it cannot be read', () => {
    const chain = { managementGroupAncestorsChain: [{ name: 7 }, { name: 'T' }] };
    const { items, told } = read(readSubscriptions, { subscriptionId: 'S', properties: chain });
    expect([items, told]).toEqual([[{ subscriptionId: 'S', managedByTenants: [] }], true]);
  });
});

describe('role definitions', () => {
  const block = { actions: ['*'], notActions: ['a/b'], dataActions: [], notDataActions: [] };

  it('are read nested and flat', () => {
    const expected = {
      id: `${ROLES}/r`,
      roleName: 'R',
      roleType: 'CustomRole',
      assignableScopes: ['/'],
      permissions: { items: [block], complete: true },
    };
    const common = { roleName: 'R', assignableScopes: ['/'], permissions: [{ ...block, condition: null }] };
    const type = 'Microsoft.Authorization/roleDefinitions';
    expect(
      read(
        readRoleDefinitions,
        { id: `${ROLES}/r`, type, properties: { ...common, type: 'CustomRole' } },
        { id: `${ROLES}/r`, type, ...common, roleType: 'CustomRole' },
        { name: 'r', ...common },
      ),
    ).toEqual({
      items: [expected, expected, { ...expected, id: 'r', roleType: undefined }],
      ...WHOLE,
    });
  });

  it('lose a block of which a list cannot be read, and say so', () => {
    const permissions = [{ ...block, notActions: 'a/b' }, { actions: ['x'] }];
    const { items, told } = read(readRoleDefinitions, { id: 'r', permissions }, { id: 'q' });
    expect(told).toBe(true);
    expect(items.map((role) => role.permissions)).toEqual([
      { items: [{ actions: ['x'], notActions: [], dataActions: [], notDataActions: [] }], complete: false },
      { items: [], complete: false },
    ]);
  });

  it('keep that there is a condition, whatever it is', () => {
    const long = 'x'.repeat(70_000);
    const permissions = [
      { ...block, condition: 'c', conditionVersion: '2.0' },
      { ...block, condition: 7 },
      { ...block, condition: long },
    ];
    const { items } = read(readRoleDefinitions, { id: 'r', permissions });
    expect(items[0]?.permissions.items.map(({ condition }) => condition)).toEqual(['c', UNREADABLE, UNREADABLE]);
  });
});

describe('role assignments', () => {
  const grant = { scope: '/Subscriptions/S', roleDefinitionId: `${ROLES}/r`, principalId: 'P', principalType: 'User' };

  it('are read nested and flat, with nulls or without', () => {
    const nulls = { condition: null, description: null, delegatedManagedIdentityResourceId: null, createdOn: null };
    expect(
      read(
        readRoleAssignments,
        { id: 'a', properties: { ...grant, ...nulls } },
        { id: 'b', ...grant, condition: '@x', conditionVersion: '2.0', createdOn: '2026-01-01T00:00:00.1234567Z' },
      ),
    ).toEqual({
      items: [
        { id: 'a', ...grant },
        { id: 'b', ...grant, condition: '@x', conditionVersion: '2.0', createdOn: '2026-01-01T00:00:00.123Z' },
      ],
      ...WHOLE,
    });
  });

  it('keep dates that decide, readable or not', () => {
    const instance = { id: 'a', ...grant, memberType: 'Direct', assignmentType: 'Activated', startDateTime: null };
    const { items, told } = read(
      readScheduleInstances,
      { ...instance, endDateTime: '2026-02-01T00:00:00Z' },
      { ...instance, endDateTime: 'soon' },
      { ...instance, endDateTime: null },
    );
    expect(items.map(({ endDateTime }) => endDateTime)).toEqual(['2026-02-01T00:00:00.000Z', UNREADABLE, undefined]);
    expect([told, items[0]?.startDateTime]).toEqual([true, undefined]);
  });
});

describe('deny assignments', () => {
  const deny = { id: 'd', scope: '/subscriptions/s', permissions: [{ actions: ['*'] }] };

  it('name who is denied and spared', () => {
    const everybody = { id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' };
    const more = { principals: [everybody], excludePrincipals: [{ id: 'x', type: null }], isSystemProtected: true };
    const { items } = read(readDenyAssignments, { id: 'd', properties: { ...deny, ...more } });
    expect(items).toMatchObject([
      {
        principals: { items: [everybody], complete: true },
        excludePrincipals: { items: [{ id: 'x' }], complete: true },
        doNotApplyToChildScopes: false,
        isSystemProtected: true,
      },
    ]);
  });

  it('deny nobody knows whom without principals, and spare nobody without exclusions', () => {
    const [item] = read(readDenyAssignments, deny).items;
    expect([item?.principals.complete, item?.excludePrincipals.complete]).toEqual([false, true]);
    const [damaged] = read(readDenyAssignments, { ...deny, excludePrincipals: [7] }).items;
    expect(damaged?.excludePrincipals).toEqual({ items: [], complete: false });
  });
});

describe('resources', () => {
  const ID = '/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/web';

  it('are read with identities of either kind', () => {
    const identity = {
      type: 'SystemAssigned, UserAssigned',
      principalId: 'P',
      tenantId: 'T',
      userAssignedIdentities: { '/subscriptions/S/x/One': { principalId: 'Q', clientId: 'C' }, '/two': null },
    };
    const { items, complete } = read(readResources, { id: ID, identity, tags: null, properties: { a: 1 } });
    expect([items, complete]).toEqual([
      [
        {
          id: ID,
          type: 'Microsoft.Compute/virtualMachines',
          name: 'web',
          identity: {
            type: 'SystemAssigned, UserAssigned',
            principalId: 'P',
            tenantId: 'T',
            userAssigned: [{ id: '/subscriptions/S/x/One', principalId: 'Q', clientId: 'C' }, { id: '/two' }],
          },
          tags: {},
          properties: { a: 1 },
        },
      ],
      true,
    ]);
  });

  it('with an identity that cannot be read stay, and the list is not all', () => {
    for (const identity of ['SystemAssigned', { userAssignedIdentities: ['/x'] }]) {
      const { items, complete, told } = read(readResources, { id: ID, identity });
      expect([items.length, items[0]?.identity, complete, told]).toEqual([1, undefined, false, true]);
    }
    expect(read(readResources, { id: ID, identity: null })).toMatchObject({ ...WHOLE, items: [{ id: ID }] });
  });

  it('are read flat as az prints them, and no columns of tables', () => {
    const flat = {
      id: ID,
      resourceGroup: 'RG',
      provisioningState: 'Succeeded',
      location: 'x',
      allowSharedKeyAccess: false,
    };
    const listed = { id: ID, resourceGroup: 'RG', provisioningState: 'Succeeded', properties: null, createdTime: 'x' };
    const row = { id: ID, resourceGroup: 'RG', subscriptionId: 's', provisioningState: 'x', sharedKey: true };
    const { items } = read(readResources, flat, listed, row);
    expect(items.map(({ properties }) => properties)).toEqual([
      { provisioningState: 'Succeeded', allowSharedKeyAccess: false },
      {},
      {},
    ]);
    const identity = {
      id: '/subscriptions/s/resourceGroups/RG/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i',
    };
    expect(read(readResources, { ...identity, resourceGroup: 'RG', principalId: 'P' }).items[0]?.properties).toEqual({
      principalId: 'P',
    });
  });
});

describe('applications and service principals', () => {
  const secret = {
    keyId: 'k',
    displayName: 'ci',
    hint: 'abc',
    secretText: null,
    startDateTime: '2026-01-01T00:00:00Z',
    endDateTime: '9999-12-31T23:59:59.9999999Z',
  };
  const own = { id: 'O', appId: 'A', appRoles: [] };

  it('have secrets and certificates without anything of their material', () => {
    const key = { keyId: 'c', type: 'AsymmetricX509Cert', usage: 'Verify', customKeyIdentifier: 'dGh1bWI=', key: 'x' };
    const { items } = read(readApplications, { ...own, passwordCredentials: [secret], keyCredentials: [key] });
    expect(items[0]?.credentials).toEqual({
      items: [
        {
          kind: 'password',
          keyId: 'k',
          displayName: 'ci',
          startDateTime: '2026-01-01T00:00:00.000Z',
          endDateTime: '9999-12-31T23:59:59.999Z',
        },
        { kind: 'key', keyId: 'c', type: 'AsymmetricX509Cert', usage: 'Verify', customKeyIdentifier: 'dGh1bWI=' },
      ],
      complete: true,
    });
  });

  it.each([
    ['a list was not asked for', { passwordCredentials: [secret] }, [1, false]],
    ['a list is null', { passwordCredentials: null, keyCredentials: [] }, [0, false]],
    ['one cannot be read', { passwordCredentials: [secret, {}], keyCredentials: [] }, [1, false]],
    ['there are none', { passwordCredentials: [], keyCredentials: [] }, [0, true]],
  ])('do not have all credentials where %s', (_, lists, expected) => {
    const { credentials } = read(readServicePrincipals, { ...own, ...lists }).items[0]!;
    expect([credentials.items.length, credentials.complete]).toEqual(expected);
  });

  it.each([
    ['absent', {}, undefined],
    ['null', { owners: null }, undefined],
    ['empty', { owners: [] }, { items: [], complete: true }],
    ['ids or objects', { owners: ['u', { id: 'v' }] }, { items: ['u', 'v'], complete: true }],
    ['partly damaged', { owners: ['u', {}] }, { items: ['u'], complete: false }],
    ['one page', { owners: ['u'], 'owners@odata.nextLink': 'x' }, { items: ['u'], complete: false }],
    ['none at all', { owners: 7 }, { items: [], complete: false }],
  ])('have owners that are %s', (_, more, expected) => {
    expect(read(readApplications, { ...own, ...more }).items[0]?.owners).toEqual(expected);
  });

  it('do not take what an expansion cut for all owners', () => {
    const owners = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `u${index}`);
    const cut = read(readApplications, { ...own, owners: owners(20) }, { ...own, owners: owners(3) });
    expect(cut.items.map((item) => item.owners?.complete)).toEqual([false, true]);
    const own20 = read(readApplications, { ...own, owners: owners(20) }, { ...own, owners: owners(21) });
    expect(own20.items.map((item) => item.owners?.complete)).toEqual([true, true]);
    const group = { id: 'g', members: owners(20), owners: [] };
    expect(read(readGroups, group).items[0]).toMatchObject({
      members: { complete: false },
      owners: { complete: true },
    });
  });

  it.each([
    ['absent', {}, undefined],
    ['null', { servicePrincipalLockConfiguration: null }, [false, false]],
    ['off', { servicePrincipalLockConfiguration: { isEnabled: false, allProperties: true } }, [false, true]],
    ['on', { servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } }, [true, true]],
    ['damaged', { servicePrincipalLockConfiguration: { isEnabled: 'perhaps' } }, undefined],
    ['no object', { servicePrincipalLockConfiguration: true }, undefined],
  ])('have a lock that is %s', (_, more, expected) => {
    const lock = read(readApplications, { ...own, ...more }).items[0]?.lock;
    expect(lock === undefined ? undefined : [lock.isEnabled, lock.allProperties]).toEqual(expected);
  });

  it('keep what tells whose they are', () => {
    const [item] = read(readServicePrincipals, {
      ...own,
      '@odata.type': '#microsoft.graph.agentIdentity',
      servicePrincipalType: 'ServiceIdentity',
      appOwnerOrganizationId: 'T',
      accountEnabled: true,
      agentIdentityBlueprintId: 'B',
      alternativeNames: ['isExplicit=True', '/subscriptions/x'],
      verifiedPublisher: { displayName: null, verifiedPublisherId: null },
      customSecurityAttributes: { Project: { '@odata.type': '#x', Name: 'Blue' } },
      appRoles: [{ id: 'r', value: 'Read', isEnabled: true, allowedMemberTypes: ['Application'] }],
    }).items;
    expect(item).toMatchObject({
      odataType: 'agentIdentity',
      servicePrincipalType: 'ServiceIdentity',
      appOwnerOrganizationId: 'T',
      accountEnabled: true,
      agentIdentityBlueprintId: 'B',
      alternativeNames: ['isExplicit=True', '/subscriptions/x'],
      customSecurityAttributes: { Project: { '@odata.type': '#x', Name: 'Blue' } },
      appRoles: { items: [{ id: 'r', value: 'Read', isEnabled: true, allowedMemberTypes: ['Application'] }] },
    });
    expect(item).not.toHaveProperty('verifiedPublisher');
  });
});

describe('users, groups and units', () => {
  it('tell what is unset from what was not asked for', () => {
    const { items } = read(
      readGroups,
      { id: 'a', isAssignableToRole: null, onPremisesSyncEnabled: null, isManagementRestricted: null },
      { id: 'b', isAssignableToRole: true },
      { id: 'c' },
    );
    expect(items).toEqual([
      {
        id: 'a',
        groupTypes: [],
        isAssignableToRole: false,
        onPremisesSyncEnabled: false,
        isManagementRestricted: false,
      },
      { id: 'b', groupTypes: [], isAssignableToRole: true },
      { id: 'c', groupTypes: [] },
    ]);
  });

  it('have members with the types that are told', () => {
    const members = [{ id: 'u', '@odata.type': '#microsoft.graph.user' }, { id: 'x' }, 'y'];
    const expected = { items: [{ id: 'u', odataType: 'user' }, { id: 'x' }, { id: 'y' }], complete: true };
    expect(read(readGroups, { id: 'g', members }).items[0]?.members).toEqual(expected);
    expect(read(readAdministrativeUnits, { id: 'au', members }).items[0]?.members).toEqual(expected);
    expect(read(readAdministrativeUnits, { id: 'au' }).items).toEqual([{ id: 'au' }]);
  });

  it('have a last sign-in that succeeded, where it is told', () => {
    const times = {
      lastSignInDateTime: '2026-03-01T00:00:00Z',
      lastNonInteractiveSignInDateTime: '2026-04-01T00:00:00Z',
    };
    const last = (signInActivity: unknown): string | undefined =>
      read(readUsers, { id: 'u', signInActivity }).items[0]?.lastSignInDateTime;
    expect(last({ ...times, lastSuccessfulSignInDateTime: '2026-02-01T00:00:00Z' })).toBe('2026-02-01T00:00:00.000Z');
    expect(last(times)).toBe('2026-04-01T00:00:00.000Z');
    expect([last({ lastSignInDateTime: '0001-01-01T00:00:00Z' }), last(null)]).toEqual([undefined, undefined]);
  });

  it('are of a tenant that is a list or one object', () => {
    const organization = {
      id: 'T',
      displayName: 'Contoso',
      verifiedDomains: [{ name: 'contoso.com', isDefault: true }],
    };
    const one = readWith((report) => readOrganizations(organization, report)).value;
    expect(one).toEqual({ items: [organization], complete: true });
    expect(read(readOrganizations, organization).items).toEqual([organization]);
  });
});

describe('directory roles', () => {
  it('have permissions with their conditions, and those they inherit', () => {
    const rolePermissions = [
      { allowedResourceActions: ['a'], excludedResourceActions: null, condition: '$SubjectIsOwner' },
      { allowedResourceActions: ['b', 7] },
    ];
    const { items, told } = read(readDirectoryRoleDefinitions, {
      id: 'r',
      rolePermissions,
      inheritsPermissionsFrom: [{ id: 'reader' }],
    });
    expect(items).toEqual([
      {
        id: 'r',
        rolePermissions: {
          items: [{ allowedResourceActions: ['a'], excludedResourceActions: [], condition: '$SubjectIsOwner' }],
          complete: false,
        },
        inheritsFrom: ['reader'],
      },
    ]);
    expect(told).toBe(true);
    expect(read(readDirectoryRoleDefinitions, { id: 'r' }).items[0]?.rolePermissions.complete).toBe(false);
  });

  it('are assigned somewhere, or it is not told where', () => {
    const assignment = { id: 'a', principalId: 'p', roleDefinitionId: 'r' };
    expect(
      read(readDirectoryRoleAssignments, { ...assignment, directoryScopeId: '/', appScopeId: null }, assignment),
    ).toEqual({ items: [{ ...assignment, directoryScopeId: '/' }, assignment], ...WHOLE });
  });

  it('say what activation asks for', () => {
    const approval = {
      id: 'Approval_EndUser_Assignment',
      setting: {
        isApprovalRequired: true,
        approvalStages: [
          {
            primaryApprovers: [
              { '@odata.type': '#microsoft.graph.singleUser', userId: 'u' },
              { '@odata.type': '#microsoft.graph.groupMembers', groupId: 'g' },
              { '@odata.type': '#microsoft.graph.requestorManager', managerLevel: 1 },
            ],
          },
        ],
      },
    };
    const enablement = { id: 'Enablement_EndUser_Assignment', enabledRules: ['MultiFactorAuthentication'] };
    const common = { scopeId: '/', scopeType: 'DirectoryRole', roleDefinitionId: 'r' };
    expect(
      read(readRolePolicies, { ...common, policy: { rules: [enablement, approval] } }, { ...common, policyId: 'x' })
        .items,
    ).toEqual([
      { ...common, approvalRequired: true, approvers: ['u', 'g'], enabledRules: ['MultiFactorAuthentication'] },
      { ...common, approvers: [], enabledRules: [] },
    ]);
  });
});

describe('grants of applications', () => {
  it('are read with and without an id of their own', () => {
    const grant = { appRoleId: 'R', principalId: 'P', resourceId: 'S' };
    expect(read(readAppRoleAssignments, { id: 'x', ...grant }, grant).items.map(({ id }) => id)).toEqual([
      'x',
      'p/s/r',
    ]);
    const { items } = read(readPermissionGrants, { id: 'x', clientId: 'c', resourceId: 's', scope: ' b  a b' });
    expect(items).toEqual([{ id: 'x', clientId: 'c', resourceId: 's', scopes: ['a', 'b'] }]);
  });
});

describe('federated credentials', () => {
  const credential = { id: 'f', name: 'ci', issuer: 'https://i', subject: 's', audiences: ['a'] };

  it('are read by parent, flat, and by an id that tells what they are on', () => {
    const parent = '/subscriptions/s/providers/Microsoft.ManagedIdentity/userAssignedIdentities/N';
    const id = `${parent}/federatedIdentityCredentials/ci`;
    const { id: _, ...properties } = credential;
    expect(
      read(
        readFederatedCredentials,
        { parent: 'applications/o', value: [credential] },
        { parent: 'applications/empty', value: [] },
        { id, name: 'ci', properties },
        { ...credential, id },
        { ...credential, parent: 'applications/p' },
      ),
    ).toEqual({
      items: [
        { ...credential, parent: 'applications/o' },
        { ...credential, id, parent },
        { ...credential, id, parent },
        { ...credential, parent: 'applications/p' },
      ],
      ...WHOLE,
    });
  });

  it('have a subject or an expression', () => {
    const { subject: _, ...rest } = credential;
    const expression = { value: "claims['sub'] matches 'x'", languageVersion: 1 };
    const { items, complete } = read(
      readFederatedCredentials,
      { parent: 'applications/o', value: [{ ...rest, claimsMatchingExpression: expression }, rest] },
      credential,
    );
    expect(items).toEqual([{ ...rest, parent: 'applications/o', claimsMatchingExpression: expression }]);
    expect(complete).toBe(false);
  });
});

describe('reports of sign-ins', () => {
  it('keep whose use it is and when, and nothing else', () => {
    const row = {
      id: 'x',
      keyId: 'K',
      keyType: 'secret',
      appId: 'A',
      credentialOrigin: 'servicePrincipal',
      servicePrincipalObjectId: 'S',
      token: 'x',
      signInActivity: { lastSignInDateTime: '2026-01-01T00:00:00-8:00', lastSignInRequestId: 'r' },
    };
    expect(read(readSignInReports, row)).toEqual({
      items: [
        {
          appId: 'A',
          keyId: 'K',
          servicePrincipalObjectId: 'S',
          raw: {
            appId: 'A',
            credentialOrigin: 'servicePrincipal',
            keyId: 'K',
            keyType: 'secret',
            servicePrincipalObjectId: 'S',
            signInActivity: { lastSignInDateTime: '2026-01-01T08:00:00.000Z' },
          },
        },
      ],
      ...WHOLE,
    });
  });

  it('are left out where a date cannot be read, which would be "never"', () => {
    const damaged = { appId: 'A', lastSignInActivity: { lastSignInDateTime: 'x' } };
    expect(read(readSignInReports, damaged, { appId: 'B', lastSignInActivity: null })).toEqual({
      items: [{ appId: 'B', raw: { appId: 'B' } }],
      complete: false,
      told: true,
    });
  });
});
