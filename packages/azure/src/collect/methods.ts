import type { Audience, AzureMethod } from './azure-call.ts';

function method(name: string, audience: Audience, permission: string, verb: AzureMethod['verb'] = 'GET'): AzureMethod {
  return { name, audience, verb, permission };
}

const AUTHORIZATION = 'Microsoft.Authorization';

/** Names of the kinds of calls. */
export type MethodName =
  | 'administrativeUnits'
  | 'appRoleAssignments'
  | 'applicationCredentials'
  | 'applicationOwners'
  | 'applications'
  | 'credentialSignIns'
  | 'denyAssignments'
  | 'directoryAssignments'
  | 'directoryEligibilities'
  | 'directoryRoles'
  | 'directorySchedules'
  | 'groupEligibilities'
  | 'groupMembers'
  | 'groupOwners'
  | 'groups'
  | 'identityCredentials'
  | 'managementGroups'
  | 'logAnalytics'
  | 'organization'
  | 'permissionGrants'
  | 'resourceGraph'
  | 'roleAssignments'
  | 'roleDefinitions'
  | 'roleEligibilities'
  | 'rolePolicies'
  | 'roleSchedules'
  | 'servicePrincipalOwners'
  | 'servicePrincipalSignIns'
  | 'servicePrincipals'
  | 'subscriptions'
  | 'unitMembers'
  | 'users';

/** Every call that a collection makes (azure.md 4.1 to 4.3), with the smallest permission it needs. */
export const METHODS: Readonly<Record<MethodName, AzureMethod>> = {
  subscriptions: method('subscriptions', 'arm', 'Microsoft.Resources/subscriptions/read'),
  managementGroups: method('managementGroups', 'arm', 'Microsoft.Management/managementGroups/read'),
  resourceGraph: method('resourceGraph', 'arm', '*/read', 'POST'),
  roleAssignments: method('roleAssignments', 'arm', `${AUTHORIZATION}/roleAssignments/read`),
  roleDefinitions: method('roleDefinitions', 'arm', `${AUTHORIZATION}/roleDefinitions/read`),
  denyAssignments: method('denyAssignments', 'arm', `${AUTHORIZATION}/denyAssignments/read`),
  roleEligibilities: method(
    'roleEligibilityScheduleInstances',
    'arm',
    `${AUTHORIZATION}/roleEligibilityScheduleInstances/read`,
  ),
  roleSchedules: method(
    'roleAssignmentScheduleInstances',
    'arm',
    `${AUTHORIZATION}/roleAssignmentScheduleInstances/read`,
  ),
  identityCredentials: method(
    'userAssignedIdentities/federatedIdentityCredentials',
    'arm',
    'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read',
  ),
  logAnalytics: method('logAnalytics', 'logs', 'Microsoft.OperationalInsights/workspaces/query/read', 'POST'),
  organization: method('organization', 'graph', 'Organization.Read.All'),
  applications: method('applications', 'graph', 'Application.Read.All'),
  applicationOwners: method('applications/owners', 'graph', 'Application.Read.All'),
  applicationCredentials: method('applications/federatedIdentityCredentials', 'graph', 'Application.Read.All'),
  servicePrincipals: method('servicePrincipals', 'graph', 'Application.Read.All'),
  servicePrincipalOwners: method('servicePrincipals/owners', 'graph', 'Application.Read.All'),
  appRoleAssignments: method('servicePrincipals/appRoleAssignedTo', 'graph', 'Application.Read.All'),
  permissionGrants: method('oauth2PermissionGrants', 'graph', 'Directory.Read.All'),
  users: method('users', 'graph', 'User.Read.All'),
  groups: method('groups', 'graph', 'Group.Read.All'),
  groupMembers: method('groups/members', 'graph', 'GroupMember.Read.All'),
  groupOwners: method('groups/owners', 'graph', 'Group.Read.All'),
  administrativeUnits: method('administrativeUnits', 'graph', 'AdministrativeUnit.Read.All'),
  unitMembers: method('administrativeUnits/members', 'graph', 'AdministrativeUnit.Read.All'),
  directoryRoles: method('roleManagement/directory/roleDefinitions', 'graph', 'RoleManagement.Read.Directory'),
  directoryAssignments: method('roleManagement/directory/roleAssignments', 'graph', 'RoleManagement.Read.Directory'),
  directoryEligibilities: method(
    'roleManagement/directory/roleEligibilityScheduleInstances',
    'graph',
    'RoleEligibilitySchedule.Read.Directory',
  ),
  directorySchedules: method(
    'roleManagement/directory/roleAssignmentScheduleInstances',
    'graph',
    'RoleAssignmentSchedule.Read.Directory',
  ),
  groupEligibilities: method(
    'privilegedAccess/group/eligibilityScheduleInstances',
    'graph',
    'PrivilegedEligibilitySchedule.Read.AzureADGroup',
  ),
  rolePolicies: method('policies/roleManagementPolicyAssignments', 'graph', 'RoleManagement.Read.Directory'),
  servicePrincipalSignIns: method('reports/servicePrincipalSignInActivities', 'graph', 'AuditLog.Read.All'),
  credentialSignIns: method('reports/appCredentialSignInActivities', 'graph', 'AuditLog.Read.All'),
};
