import type {
  AzureInput,
  AzurePermissionBlock,
  AzureResource,
  AzureRoleAssignment,
  AzureRoleDefinition,
  AzureSubscription,
  EntraApplication,
  EntraAppRoleAssignment,
  EntraCredential,
  EntraGroup,
  EntraRoleAssignment,
  EntraRoleDefinition,
  EntraServicePrincipal,
  EntraUser,
} from '@keyreach/azure/offline';
import { randomNumbers } from './random-numbers.ts';

/** A list that is known to be whole. */
function whole<T>(items: readonly T[]): { readonly items: readonly T[]; readonly complete: true } {
  return { items, complete: true };
}

const TENANT = '00000000-0000-4000-8000-000000000001';
const GRAPH_APP = '00000003-0000-0000-c000-000000000000';
const TIME = '2025-06-01T00:00:00Z';

/** A GUID made of what it is for and a number. */
function guid(kind: number, index: number): string {
  return `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}

const role = (
  index: number,
  roleName: string,
  ...blocks: readonly Partial<AzurePermissionBlock>[]
): AzureRoleDefinition => ({
  id: `/providers/Microsoft.Authorization/roleDefinitions/${guid(1, index)}`,
  roleName,
  roleType: 'BuiltInRole',
  assignableScopes: ['/'],
  permissions: whole(
    blocks.map((block) => ({ actions: [], notActions: [], dataActions: [], notDataActions: [], ...block })),
  ),
});

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/** Roles that assignments name, most common first for workloads. */
const ROLES: readonly AzureRoleDefinition[] = [
  role(1, 'Storage Blob Data Reader', {
    actions: ['Microsoft.Storage/storageAccounts/blobServices/containers/read'],
    dataActions: [`${BLOBS}/read`],
  }),
  role(2, 'Key Vault Secrets User', {
    dataActions: [
      'Microsoft.KeyVault/vaults/secrets/getSecret/action',
      'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
    ],
  }),
  role(3, 'AcrPull', { actions: ['Microsoft.ContainerRegistry/registries/pull/read'] }),
  role(4, 'Monitoring Metrics Publisher', { dataActions: ['Microsoft.Insights/Metrics/Write'] }),
  role(5, 'Storage Blob Data Contributor', { dataActions: [`${BLOBS}/read`, `${BLOBS}/write`, `${BLOBS}/delete`] }),
  role(6, 'Reader', { actions: ['*/read'] }),
  role(7, 'Website Contributor', { actions: ['Microsoft.Web/sites/*', 'Microsoft.Resources/deployments/*'] }),
  role(8, 'Virtual Machine Contributor', {
    actions: [
      'Microsoft.Compute/virtualMachines/*',
      'Microsoft.Compute/disks/*',
      'Microsoft.Network/networkInterfaces/*',
    ],
  }),
  role(9, 'Managed Identity Operator', {
    actions: [
      'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
      'Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action',
    ],
  }),
  role(10, 'Contributor', {
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
    ],
  }),
  role(11, 'Owner', { actions: ['*'] }),
  role(12, 'User Access Administrator', { actions: ['*/read', 'Microsoft.Authorization/*'] }),
  role(
    13,
    'Key Vault Data Access Administrator',
    {
      actions: ['Microsoft.Authorization/roleAssignments/read'],
    },
    {
      actions: ['Microsoft.Authorization/roleAssignments/write', 'Microsoft.Authorization/roleAssignments/delete'],
      condition:
        "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{00000001-0000-4000-8000-000000000002})) AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{00000001-0000-4000-8000-000000000002}))",
      conditionVersion: '2.0',
    },
  ),
];

const directoryRole = (index: number, displayName: string, actions: readonly string[]): EntraRoleDefinition => ({
  id: guid(2, index),
  templateId: guid(2, index),
  displayName,
  isBuiltIn: true,
  isEnabled: true,
  rolePermissions: whole([{ allowedResourceActions: actions, excludedResourceActions: [] }]),
  inheritsFrom: [],
});

const DIRECTORY_ROLES: readonly EntraRoleDefinition[] = [
  directoryRole(1, 'Global Administrator', [
    'microsoft.directory/applications/allProperties/allTasks',
    'microsoft.directory/servicePrincipals/allProperties/allTasks',
    'microsoft.directory/groups/allProperties/allTasks',
    'microsoft.directory/users/allProperties/allTasks',
    'microsoft.directory/roleAssignments/allProperties/allTasks',
  ]),
  directoryRole(2, 'Application Administrator', [
    'microsoft.directory/applications/credentials/update',
    'microsoft.directory/servicePrincipals/credentials/update',
    'microsoft.directory/applications/owners/update',
  ]),
  directoryRole(3, 'Groups Administrator', [
    'microsoft.directory/groups/members/update',
    'microsoft.directory/groups/owners/update',
  ]),
];

/** Application permissions of Microsoft Graph that some applications hold. */
const GRAPH_ROLES: readonly (readonly [value: string, id: string])[] = [
  ['User.Read.All', 'df021288-bdef-4463-88db-98f22de89214'],
  ['Directory.Read.All', '7ab1d382-f21e-4acd-a863-ba3e13f7da61'],
  ['Group.ReadWrite.All', '62a82d76-70ea-41e2-9197-370581804d09'],
  ['Application.ReadWrite.OwnedBy', '18a4783c-866b-4cc7-a460-3d5e5662c884'],
  ['Application.ReadWrite.All', '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9'],
];

/**
 * A tenant of subscriptions as platform teams build them: three levels of management groups, five resource groups a subscription,
 * thirty managed identities and twenty applications for each with four assignments of their own, groups for people, a few directory
 * administrators and applications with permissions on Microsoft Graph. 2,000 subscriptions make 100,000 service principals and about 500,000 role
 * assignments.
 */
export function syntheticTenant(count: number): AzureInput {
  const random = randomNumbers(20_260_601);
  const below = (most: number): number => Math.floor(random() * most);
  const chance = (share: number): boolean => random() < share;
  const assignments: AzureRoleAssignment[] = [];
  const resources: AzureResource[] = [];
  const subscriptions: AzureSubscription[] = [];
  const servicePrincipals: EntraServicePrincipal[] = [];
  const applications: EntraApplication[] = [];
  const users: EntraUser[] = [];
  const groups: EntraGroup[] = [];
  const appRoles: EntraAppRoleAssignment[] = [];
  const directoryAssignments: EntraRoleAssignment[] = [];
  const assign = (scope: string, index: number, principalId: string, principalType: string): void => {
    const name = guid(3, assignments.length);
    assignments.push({
      id: `${scope === '/' ? '' : scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      scope,
      roleDefinitionId: ROLES[index - 1]!.id,
      principalId,
      principalType,
    });
  };
  const resource = (id: string, type: string, more: Partial<AzureResource> = {}): string => {
    resources.push({
      id,
      type,
      name: id.slice(id.lastIndexOf('/') + 1),
      location: 'westeurope',
      tags: {},
      properties: {},
      ...more,
    });
    return id;
  };
  const bare = (id: string, appId: string, displayName: string) => ({
    id,
    appId,
    displayName,
    createdDateTime: TIME,
    owners: whole([]),
    appRoles: whole([]),
    tags: [],
  });
  let principals = 0;
  const servicePrincipal = (
    displayName: string,
    servicePrincipalType: string,
    alternativeNames: readonly string[] = [],
  ): EntraServicePrincipal => {
    const index = principals;
    principals += 1;
    const made: EntraServicePrincipal = {
      ...bare(guid(4, index), guid(5, index), displayName),
      servicePrincipalType,
      appOwnerOrganizationId: TENANT,
      accountEnabled: true,
      alternativeNames,
      oauth2PermissionScopes: [],
      credentials: whole([]),
    };
    servicePrincipals.push(made);
    return made;
  };
  const people = (name: string, size: number, options: Partial<EntraGroup> = {}): string => {
    const members = Array.from({ length: size }, (_, index) => {
      const id = guid(6, users.length);
      users.push({ id, userPrincipalName: `${name}-${index}@corp.example`, userType: 'Member', accountEnabled: true });
      return { id, odataType: 'user' };
    });
    const id = guid(7, groups.length);
    groups.push({
      id,
      displayName: name,
      securityEnabled: true,
      mailEnabled: false,
      groupTypes: [],
      isAssignableToRole: false,
      members: whole(members),
      owners: whole(members.slice(0, 1).map((member) => member.id)),
      ...options,
    });
    return id;
  };

  const graph: EntraServicePrincipal = {
    ...bare(guid(8, 0), GRAPH_APP, 'Microsoft Graph'),
    appRoles: whole(
      GRAPH_ROLES.map(([value, id]) => ({ id, value, allowedMemberTypes: ['Application'], isEnabled: true })),
    ),
    servicePrincipalType: 'Application',
    appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    accountEnabled: true,
    alternativeNames: [],
    oauth2PermissionScopes: [],
    credentials: whole([]),
  };
  servicePrincipals.push(graph);

  const groupId = (name: string): string => `/providers/Microsoft.Management/managementGroups/${name}`;
  const departments = Math.max(1, Math.ceil(count / 200));
  const teams = Math.max(1, Math.ceil(count / 20));
  const managementGroups = [
    { id: groupId(TENANT), name: TENANT, displayName: 'Tenant Root Group', tenantId: TENANT },
    ...Array.from({ length: departments }, (_, index) => ({
      id: groupId(`department-${index}`),
      name: `department-${index}`,
      tenantId: TENANT,
      parentId: groupId(TENANT),
    })),
    ...Array.from({ length: teams }, (_, index) => ({
      id: groupId(`team-${index}`),
      name: `team-${index}`,
      tenantId: TENANT,
      parentId: groupId(`department-${index % departments}`),
    })),
  ];
  assign(groupId(TENANT), 12, people('platform-admins', 8, { isAssignableToRole: true }), 'Group');
  assign(groupId(TENANT), 6, people('auditors', 20), 'Group');
  for (let team = 0; team < teams; team += 1) {
    assign(groupId(`team-${team}`), 10, people(`team-${team}-leads`, 3), 'Group');
    assign(groupId(`team-${team}`), 6, people(`team-${team}`, 12), 'Group');
  }

  for (let index = 0; index < count; index += 1) {
    const team = index % teams;
    const subscriptionId = guid(9, index);
    const subscription = `/subscriptions/${subscriptionId}`;
    subscriptions.push({
      subscriptionId,
      tenantId: TENANT,
      displayName: `team-${team}-${index}`,
      state: 'Enabled',
      managementGroups: [`team-${team}`],
      managedByTenants: [],
    });
    const resourceGroups = Array.from({ length: 5 }, (_, at) =>
      resource(`${subscription}/resourceGroups/rg-${at}`, 'Microsoft.Resources/resourceGroups'),
    );
    const group = (): string => resourceGroups[below(resourceGroups.length)]!;
    const data = resourceGroups.flatMap((one) => [
      resource(`${one}/providers/Microsoft.Storage/storageAccounts/data`, 'Microsoft.Storage/storageAccounts', {
        properties: { allowSharedKeyAccess: chance(0.5) },
      }),
      resource(`${one}/providers/Microsoft.KeyVault/vaults/vault`, 'Microsoft.KeyVault/vaults', {
        properties: { enableRbacAuthorization: true, accessPolicies: [] },
      }),
      resource(
        `${one}/providers/Microsoft.ContainerRegistry/registries/images`,
        'Microsoft.ContainerRegistry/registries',
      ),
    ]);
    const registryOf = (at: number): string => data[at * 3 + 2]!;
    const ownRoles = (principalId: string, at: number): void => {
      assign(data[at * 3]!, chance(0.2) ? 5 : 1, principalId, 'ServicePrincipal');
      assign(data[at * 3 + 1]!, 2, principalId, 'ServicePrincipal');
      assign(registryOf(at), 3, principalId, 'ServicePrincipal');
      assign(resourceGroups[at]!, 4, principalId, 'ServicePrincipal');
    };
    for (let workload = 0; workload < 20; workload += 1) {
      const at = workload % 5;
      const [type, path] =
        workload % 2 === 0
          ? (['Microsoft.Compute/virtualMachines', 'vm'] as const)
          : (['Microsoft.Web/sites', 'site'] as const);
      const id = `${resourceGroups[at]!}/providers/${type}/${path}-${workload}`;
      const { id: principalId } = servicePrincipal(`${path}-${workload}`, 'ManagedIdentity', ['isExplicit=False', id]);
      resource(id, type, { identity: { type: 'SystemAssigned', principalId, tenantId: TENANT, userAssigned: [] } });
      ownRoles(principalId, at);
    }
    for (let workload = 0; workload < 10; workload += 1) {
      const at = workload % 5;
      const id = `${resourceGroups[at]!}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity-${workload}`;
      const { id: principalId, appId } = servicePrincipal(`identity-${workload}`, 'ManagedIdentity', [
        'isExplicit=True',
        id,
      ]);
      resource(id, 'Microsoft.ManagedIdentity/userAssignedIdentities', {
        properties: { principalId, clientId: appId, tenantId: TENANT },
      });
      resource(
        `${resourceGroups[at]!}/providers/Microsoft.App/containerApps/app-${workload}`,
        'Microsoft.App/containerApps',
        {
          identity: { type: 'UserAssigned', userAssigned: [{ id, principalId, clientId: appId }] },
        },
      );
      ownRoles(principalId, at);
    }
    for (let application = 0; application < 20; application += 1) {
      const made = servicePrincipal(`deploy-${index}-${application}`, 'Application');
      const secret: EntraCredential = {
        kind: 'password',
        keyId: guid(10, applications.length),
        startDateTime: TIME,
        endDateTime: '2027-06-01T00:00:00Z',
      };
      applications.push({
        ...bare(guid(11, applications.length), made.appId, made.displayName ?? ''),
        credentials: whole([secret]),
        owners: whole([users[below(users.length)]!.id]),
        signInAudience: 'AzureADMyOrg',
        redirectUris: [],
        requiredResourceAccess: [],
      });
      assign(group(), 7, made.id, 'ServicePrincipal');
      assign(group(), 8, made.id, 'ServicePrincipal');
      assign(group(), application % 5 === 0 ? 9 : 1, made.id, 'ServicePrincipal');
      assign(application === 0 ? subscription : group(), application === 0 ? 10 : 3, made.id, 'ServicePrincipal');
      if (chance(0.02)) {
        const [, appRoleId] = GRAPH_ROLES[Math.min(GRAPH_ROLES.length - 1, Math.floor(-Math.log(1 - random()) * 1.5))]!;
        appRoles.push({
          id: `role-${appRoles.length}`,
          appRoleId,
          principalId: made.id,
          principalType: 'ServicePrincipal',
          resourceId: graph.id,
        });
      }
    }
    const readers = people(`readers-${index}`, 3);
    for (const one of resourceGroups) for (const at of [6, 1, 7]) assign(one, at, readers, 'Group');
    for (let person = 0; person < 34; person += 1) {
      assign(group(), chance(0.1) ? 10 : 6, users[below(users.length)]!.id, 'User');
    }
    if (chance(0.05)) assign(subscription, 11, people(`owners-${index}`, 2), 'Group');
    if (chance(0.1)) assign(subscription, 13, servicePrincipals[servicePrincipals.length - 1]!.id, 'ServicePrincipal');
  }
  [1, 1, 2, 2, 2, 3, 3].forEach((at, index) => {
    directoryAssignments.push({
      id: guid(12, index),
      principalId: users[index]!.id,
      roleDefinitionId: DIRECTORY_ROLES[at - 1]!.id,
      directoryScopeId: '/',
    });
  });

  return {
    managementGroups: whole(managementGroups),
    subscriptions: whole(subscriptions),
    resources: whole(resources),
    roleDefinitions: whole(ROLES),
    roleAssignments: whole(assignments),
    denyAssignments: whole([]),
    roleEligibilities: whole([]),
    roleSchedules: whole([]),
    organizations: whole([
      { id: TENANT, displayName: 'Corp', verifiedDomains: [{ name: 'corp.example', isDefault: true }] },
    ]),
    applications: whole(applications),
    servicePrincipals: whole(servicePrincipals),
    users: whole(users),
    groups: whole(groups),
    administrativeUnits: whole([]),
    directoryRoleDefinitions: whole(DIRECTORY_ROLES),
    directoryRoleAssignments: whole(directoryAssignments),
    directoryRoleEligibilities: whole([]),
    directoryRoleSchedules: whole([]),
    groupEligibilities: whole([]),
    rolePolicies: whole([]),
    appRoleAssignments: whole(appRoles),
    permissionGrants: whole([]),
    federatedCredentials: whole([]),
    activityLogs: [],
    signInLogs: [],
    graphActivityLogs: [],
    recordedUse: [],
    collectedAt: TIME,
    gaps: [],
  };
}
