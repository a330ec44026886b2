import type { InputFileKey } from '../input-files.ts';

const ID = '/subscriptions/S/providers/Microsoft.Authorization';
const SCHEDULE = { scope: '/', roleDefinitionId: 'r', principalId: 'p' };
const DIRECTORY = { id: 'a', principalId: 'p', roleDefinitionId: 'r', directoryScopeId: '/', further: 1 };

/** One good value for each list of a bundle, with fields nobody knows. */
export const GOOD_FILES: Readonly<Record<InputFileKey, unknown>> = {
  managementGroups: [{ id: '/providers/Microsoft.Management/managementGroups/root', name: 'root', further: 1 }],
  subscriptions: [{ id: '/subscriptions/S', subscriptionId: 'S', tenantId: 'T', further: 1 }],
  resources: [{ id: '/subscriptions/S/resourceGroups/rg', type: 'Microsoft.Resources/resourceGroups', further: 1 }],
  roleDefinitions: [
    {
      id: `${ID}/roleDefinitions/r`,
      properties: { roleName: 'R', type: 'CustomRole', permissions: [{ actions: ['*'] }], further: 1 },
    },
  ],
  roleAssignments: [{ id: `${ID}/roleAssignments/a`, properties: { ...SCHEDULE, further: 1 } }],
  denyAssignments: [{ id: `${ID}/denyAssignments/d`, properties: { scope: '/', permissions: [], principals: [] } }],
  roleEligibilities: [{ id: `${ID}/roleEligibilityScheduleInstances/e`, properties: { ...SCHEDULE, further: 1 } }],
  roleSchedules: [{ id: `${ID}/roleAssignmentScheduleInstances/s`, properties: SCHEDULE }],
  organizations: [{ id: 'T', verifiedDomains: [{ name: 'contoso.com' }], further: 1 }],
  applications: [{ id: 'o', appId: 'a', passwordCredentials: [], keyCredentials: [], appRoles: [], further: 1 }],
  servicePrincipals: [{ id: 'sp', appId: 'a', passwordCredentials: [], keyCredentials: [], appRoles: [], further: 1 }],
  users: [{ id: 'u', userPrincipalName: 'u@contoso.com', further: 1 }],
  groups: [{ id: 'g', members: [{ id: 'u', '@odata.type': '#microsoft.graph.user' }], owners: [], further: 1 }],
  administrativeUnits: [{ id: 'au', members: [], further: 1 }],
  directoryRoleDefinitions: [{ id: 'r', rolePermissions: [{ allowedResourceActions: ['x'], further: 1 }] }],
  directoryRoleAssignments: [DIRECTORY],
  directoryRoleEligibilities: [DIRECTORY],
  directoryRoleSchedules: [{ ...DIRECTORY, assignmentType: 'Activated' }],
  groupEligibilities: [{ id: 'g_member_1', principalId: 'p', groupId: 'g', accessId: 'member', further: 1 }],
  rolePolicies: [{ id: 'x', scopeId: '/', scopeType: 'DirectoryRole', roleDefinitionId: 'r', further: 1 }],
  appRoleAssignments: [{ id: 'x', appRoleId: 'r', principalId: 'p', resourceId: 's', further: 1 }],
  permissionGrants: [{ id: 'x', clientId: 'c', resourceId: 's', scope: 'b a', further: 1 }],
  federatedCredentials: [
    { parent: 'applications/o', value: [{ id: 'f', issuer: 'https://i', subject: 's', audiences: ['a'], further: 1 }] },
  ],
  servicePrincipalSignIns: [{ appId: 'a', lastSignInActivity: { lastSignInDateTime: '2026-01-01T00:00:00Z' } }],
  credentialSignIns: [{ keyId: 'k', signInActivity: { lastSignInDateTime: '2026-01-01T00:00:00Z' }, further: 1 }],
};
