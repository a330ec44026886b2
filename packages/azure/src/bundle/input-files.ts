import type { Report } from '@keyreach/core/input';
import { readAppRoleAssignments, readPermissionGrants } from './app-grants.ts';
import { readApplications, readServicePrincipals } from './app-objects.ts';
import type { AzureInput } from './azure-input.ts';
import { readAdministrativeUnits, readGroups, readOrganizations, readUsers } from './directory-objects.ts';
import {
  readDirectoryRoleAssignments,
  readDirectoryRoleDefinitions,
  readGroupSchedules,
  readRolePolicies,
} from './directory-roles.ts';
import { readFederatedCredentials } from './federated-credentials-file.ts';
import { readManagementGroups, readSubscriptions } from './hierarchy-files.ts';
import { readResources } from './resources-file.ts';
import { readRoleDefinitions } from './role-definitions.ts';
import { readDenyAssignments, readRoleAssignments, readScheduleInstances } from './role-grants.ts';
import { readSignInReports } from './sign-in-reports.ts';

/** Names of the lists of a bundle, as {@link AzureInput} and `azureInputFromObjects` call them. */
export type InputFileKey = Exclude<
  keyof AzureInput,
  'activityLogs' | 'signInLogs' | 'graphActivityLogs' | 'recordedUse' | 'collectedAt' | 'gaps'
>;

/** What is known of a file before reading it. */
export interface InputFile {
  readonly key: InputFileKey;
  /** Path in the bundle. */
  readonly path: string;
  /** The list of a file that holds several. */
  readonly list?: string;
  /** What is missing without it, as gaps call it. */
  readonly what: string;
  /** The command that produces it. */
  readonly fix: string;
  /** Whether its rows are of the tenant, or of single subscriptions. */
  readonly of: 'tenant' | 'subscriptions';
  /** True where nothing is missing without it: another file may tell the same. */
  readonly optional?: true;
}

const GRAPH = 'az rest --method get --url https://graph.microsoft.com';

/** Every file of one value (bundles.md, Azure; docs/bundles-azure.md). */
export const INPUT_FILES: readonly InputFile[] = [
  {
    key: 'managementGroups',
    path: 'management-groups.json',
    what: 'management groups',
    fix: 'az account management-group show --name TENANT_ID --expand --recurse --output json',
    of: 'tenant',
  },
  {
    key: 'subscriptions',
    path: 'subscriptions.json',
    what: 'subscriptions',
    fix: 'az account list --all --output json',
    of: 'subscriptions',
  },
  {
    key: 'resources',
    path: 'resources.json',
    what: 'resources',
    fix: 'az graph query -q "resources | union resourcecontainers | project id, name, type, location, kind, identity, managedBy, tags, properties | order by id asc" --first 1000, all pages',
    of: 'subscriptions',
  },
  {
    key: 'roleDefinitions',
    path: 'role-definitions.json',
    what: 'role definitions',
    fix: 'az role definition list --output json',
    of: 'tenant',
  },
  {
    key: 'roleAssignments',
    path: 'role-assignments.json',
    what: 'role assignments',
    fix: 'az role assignment list --all --output json for every subscription, and --scope GROUP for every management group',
    of: 'subscriptions',
  },
  {
    key: 'denyAssignments',
    path: 'deny-assignments.json',
    what: 'deny assignments',
    fix: 'az rest --method get --url https://management.azure.com/subscriptions/ID/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01 for every subscription',
    of: 'subscriptions',
  },
  {
    key: 'roleEligibilities',
    path: 'pim.json',
    list: 'roleEligibilityScheduleInstances',
    what: 'eligible roles of Azure',
    fix: 'az rest --method get --url https://management.azure.com/SCOPE/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01 for every subscription and management group',
    of: 'subscriptions',
  },
  {
    key: 'roleSchedules',
    path: 'pim.json',
    list: 'roleAssignmentScheduleInstances',
    what: 'active schedules of roles of Azure',
    fix: 'az rest --method get --url https://management.azure.com/SCOPE/providers/Microsoft.Authorization/roleAssignmentScheduleInstances?api-version=2020-10-01 for every subscription and management group',
    of: 'subscriptions',
  },
  {
    key: 'organizations',
    path: 'graph/organization.json',
    what: 'tenant',
    fix: `${GRAPH}/v1.0/organization`,
    of: 'tenant',
  },
  {
    key: 'applications',
    path: 'graph/applications.json',
    what: 'applications',
    fix: `${GRAPH}/v1.0/applications?$top=999, all pages, with owners of /applications/ID/owners`,
    of: 'tenant',
  },
  {
    key: 'servicePrincipals',
    path: 'graph/servicePrincipals.json',
    what: 'service principals',
    fix: `${GRAPH}/v1.0/servicePrincipals?$top=999, all pages, with owners of /servicePrincipals/ID/owners`,
    of: 'tenant',
  },
  {
    key: 'users',
    path: 'graph/users.json',
    what: 'users',
    fix: `${GRAPH}/v1.0/users?$top=999&$select=id,displayName,userPrincipalName,accountEnabled,userType,onPremisesSyncEnabled,isManagementRestricted,createdDateTime,lastPasswordChangeDateTime, all pages`,
    of: 'tenant',
  },
  {
    key: 'groups',
    path: 'graph/groups.json',
    what: 'groups',
    fix: `${GRAPH}/v1.0/groups?$top=999, all pages, with members of /groups/ID/members and owners of /groups/ID/owners`,
    of: 'tenant',
  },
  {
    key: 'administrativeUnits',
    path: 'graph/administrativeUnits.json',
    what: 'administrative units',
    fix: `${GRAPH}/v1.0/directory/administrativeUnits, with members of /directory/administrativeUnits/ID/members`,
    of: 'tenant',
  },
  {
    key: 'directoryRoleDefinitions',
    path: 'graph/roleDefinitions.json',
    what: 'directory roles',
    fix: `${GRAPH}/v1.0/roleManagement/directory/roleDefinitions`,
    of: 'tenant',
  },
  {
    key: 'directoryRoleAssignments',
    path: 'graph/roleAssignments.json',
    what: 'assignments of directory roles',
    fix: `${GRAPH}/v1.0/roleManagement/directory/roleAssignments`,
    of: 'tenant',
  },
  {
    key: 'directoryRoleEligibilities',
    path: 'graph/roleEligibilityScheduleInstances.json',
    what: 'eligible directory roles',
    fix: `${GRAPH}/v1.0/roleManagement/directory/roleEligibilityScheduleInstances`,
    of: 'tenant',
  },
  {
    key: 'directoryRoleSchedules',
    path: 'graph/roleAssignmentScheduleInstances.json',
    what: 'active schedules of directory roles',
    fix: `${GRAPH}/v1.0/roleManagement/directory/roleAssignmentScheduleInstances`,
    of: 'tenant',
    optional: true,
  },
  {
    key: 'groupEligibilities',
    path: 'graph/groupEligibilityScheduleInstances.json',
    what: 'eligible members of groups',
    fix: `${GRAPH}/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$filter=groupId eq 'ID' for every group`,
    of: 'tenant',
  },
  {
    key: 'rolePolicies',
    path: 'graph/roleManagementPolicyAssignments.json',
    what: 'activation rules of directory roles',
    fix: `${GRAPH}/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'&$expand=policy($expand=rules)`,
    of: 'tenant',
  },
  {
    key: 'appRoleAssignments',
    path: 'graph/appRoleAssignments.json',
    what: 'application permissions',
    fix: `${GRAPH}/v1.0/servicePrincipals/ID/appRoleAssignedTo for every service principal with app roles`,
    of: 'tenant',
  },
  {
    key: 'permissionGrants',
    path: 'graph/oauth2PermissionGrants.json',
    what: 'delegated permissions',
    fix: `${GRAPH}/v1.0/oauth2PermissionGrants`,
    of: 'tenant',
  },
  {
    key: 'federatedCredentials',
    path: 'graph/federatedIdentityCredentials.json',
    what: 'federated credentials',
    fix: 'az ad app federated-credential list --id OBJECT_ID and az identity federated-credential list --identity-name NAME --resource-group GROUP for every application and user-assigned identity',
    of: 'tenant',
  },
  {
    key: 'servicePrincipalSignIns',
    path: 'graph/reports/servicePrincipalSignInActivities.json',
    what: 'last sign-ins of applications',
    fix: `${GRAPH}/beta/reports/servicePrincipalSignInActivities`,
    of: 'tenant',
  },
  {
    key: 'credentialSignIns',
    path: 'graph/reports/appCredentialSignInActivities.json',
    what: 'last sign-ins by credential',
    fix: `${GRAPH}/beta/reports/appCredentialSignInActivities`,
    of: 'tenant',
  },
];

/** Directories of log files, with the lists of the input that they make. */
export const LOG_DIRECTORIES = [
  { key: 'activityLogs', path: 'activity-logs', what: 'activity logs' },
  { key: 'signInLogs', path: 'sign-in-logs', what: 'sign-in logs' },
  { key: 'graphActivityLogs', path: 'graph-activity-logs', what: 'logs of calls of Microsoft Graph' },
] as const;

/** Readers of the files, each for its shape; `undefined`: nothing of the file could be used. */
export const READERS: {
  readonly [Key in InputFileKey]: (raw: unknown, report: Report) => AzureInput[Key] | undefined;
} = {
  managementGroups: readManagementGroups,
  subscriptions: readSubscriptions,
  resources: readResources,
  roleDefinitions: readRoleDefinitions,
  roleAssignments: readRoleAssignments,
  denyAssignments: readDenyAssignments,
  roleEligibilities: readScheduleInstances,
  roleSchedules: readScheduleInstances,
  organizations: readOrganizations,
  applications: readApplications,
  servicePrincipals: readServicePrincipals,
  users: readUsers,
  groups: readGroups,
  administrativeUnits: readAdministrativeUnits,
  directoryRoleDefinitions: readDirectoryRoleDefinitions,
  directoryRoleAssignments: readDirectoryRoleAssignments,
  directoryRoleEligibilities: readDirectoryRoleAssignments,
  directoryRoleSchedules: readDirectoryRoleAssignments,
  groupEligibilities: readGroupSchedules,
  rolePolicies: readRolePolicies,
  appRoleAssignments: readAppRoleAssignments,
  permissionGrants: readPermissionGrants,
  federatedCredentials: readFederatedCredentials,
  servicePrincipalSignIns: readSignInReports,
  credentialSignIns: readSignInReports,
};
