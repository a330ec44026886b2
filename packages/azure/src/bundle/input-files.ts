import type { Listed, Report } from '@keyreach/core/input';
import { readManagementGroups, readResources, readSubscriptions } from './arm-inventory.ts';
import { readDenyAssignments, readRoleAssignments, readRoleDefinitions } from './arm-roles.ts';
import type { AzureInput } from './azure-input.ts';
import { readApplications, readServicePrincipals } from './graph-apps.ts';
import { readAdministrativeUnits, readGroups, readOrganizations, readUsers } from './graph-directory.ts';
import {
  readAppRoleAssignments,
  readDirectoryAssignments,
  readDirectoryRoleDefinitions,
  readFederatedCredentials,
  readGroupEligibilities,
  readPermissionGrants,
  readRolePolicies,
  readSignInReport,
} from './graph-roles.ts';

/** Lists of {@link AzureInput} that are files of their own. */
export type InputFileKey = Exclude<
  keyof AzureInput,
  | 'roleEligibilities'
  | 'roleSchedules'
  | 'activityLogs'
  | 'signInLogs'
  | 'graphActivityLogs'
  | 'recordedUse'
  | 'collectedAt'
  | 'gaps'
>;

/** What is known of a file before reading it. */
export interface InputFile<Key extends string> {
  readonly key: Key;
  /** Path in the bundle. */
  readonly path: string;
  /** What is missing without it, as gaps call it. */
  readonly what: string;
  /** The command that produces it. */
  readonly fix: string;
  /** True where nothing is missing without it: it is an addition. */
  readonly optional?: true;
}

const graph = (path: string): string => `az rest --url 'https://graph.microsoft.com/v1.0/${path}', all pages`;
const arm = (path: string): string => `az rest --url 'https://management.azure.com/${path}', all pages`;

/** Every file of one list (bundles.md, Azure; docs/bundles-azure.md). */
export const INPUT_FILES: readonly InputFile<InputFileKey>[] = [
  {
    key: 'managementGroups',
    path: 'management-groups.json',
    what: 'management groups',
    fix: 'az account management-group list --output json, with az account management-group show --name ROOT --expand --recurse --output json',
  },
  {
    key: 'subscriptions',
    path: 'subscriptions.json',
    what: 'subscriptions',
    fix: 'az account list --all --output json',
  },
  {
    key: 'resources',
    path: 'resources.json',
    what: 'resources',
    fix: "az graph query --query 'resources', all pages, and az group list --output json for every subscription",
  },
  {
    key: 'roleDefinitions',
    path: 'role-definitions.json',
    what: 'role definitions',
    fix: 'az role definition list --output json for every subscription',
  },
  {
    key: 'roleAssignments',
    path: 'role-assignments.json',
    what: 'role assignments',
    fix: 'az role assignment list --all --include-inherited --output json for every subscription',
  },
  {
    key: 'denyAssignments',
    path: 'deny-assignments.json',
    what: 'deny assignments',
    fix: arm('subscriptions/ID/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01'),
  },
  { key: 'organizations', path: 'graph/organization.json', what: 'tenant', fix: graph('organization') },
  {
    key: 'applications',
    path: 'graph/applications.json',
    what: 'applications',
    fix: graph('applications?$expand=owners($select=id)'),
  },
  {
    key: 'servicePrincipals',
    path: 'graph/servicePrincipals.json',
    what: 'service principals',
    fix: graph('servicePrincipals?$expand=owners($select=id)'),
  },
  { key: 'users', path: 'graph/users.json', what: 'users', fix: graph('users') },
  {
    key: 'groups',
    path: 'graph/groups.json',
    what: 'groups',
    fix: `${graph('groups')}, with members and owners of each`,
  },
  {
    key: 'administrativeUnits',
    path: 'graph/administrativeUnits.json',
    what: 'administrative units',
    fix: `${graph('directory/administrativeUnits')}, with members of each`,
  },
  {
    key: 'directoryRoleDefinitions',
    path: 'graph/roleDefinitions.json',
    what: 'directory role definitions',
    fix: graph('roleManagement/directory/roleDefinitions?$expand=inheritsPermissionsFrom'),
  },
  {
    key: 'directoryRoleAssignments',
    path: 'graph/roleAssignments.json',
    what: 'directory role assignments',
    fix: graph('roleManagement/directory/roleAssignments'),
  },
  {
    key: 'directoryRoleEligibilities',
    path: 'graph/roleEligibilityScheduleInstances.json',
    what: 'eligible directory roles',
    fix: graph('roleManagement/directory/roleEligibilityScheduleInstances'),
  },
  {
    key: 'directoryRoleSchedules',
    path: 'graph/roleAssignmentScheduleInstances.json',
    what: 'activated directory roles',
    fix: graph('roleManagement/directory/roleAssignmentScheduleInstances'),
    optional: true,
  },
  {
    key: 'groupEligibilities',
    path: 'graph/groupEligibilityScheduleInstances.json',
    what: 'eligible group memberships',
    fix: graph("identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$filter=groupId eq 'ID'"),
    optional: true,
  },
  {
    key: 'rolePolicies',
    path: 'graph/roleManagementPolicyAssignments.json',
    what: 'activation policies',
    fix: graph(
      "policies/roleManagementPolicyAssignments?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'&$expand=policy($expand=rules)",
    ),
  },
  {
    key: 'appRoleAssignments',
    path: 'graph/appRoleAssignments.json',
    what: 'app role assignments',
    fix: `${graph('servicePrincipals/ID/appRoleAssignments')}, for every service principal`,
  },
  {
    key: 'permissionGrants',
    path: 'graph/oauth2PermissionGrants.json',
    what: 'delegated permissions',
    fix: graph('oauth2PermissionGrants'),
  },
  {
    key: 'federatedCredentials',
    path: 'graph/federatedIdentityCredentials.json',
    what: 'federated credentials',
    fix: `${graph('applications/ID/federatedIdentityCredentials')}, for every application, and az identity federated-credential list for every user-assigned identity, each with its \`parent\``,
  },
  {
    key: 'servicePrincipalSignIns',
    path: 'graph/reports/servicePrincipalSignInActivities.json',
    what: 'last sign-ins of service principals',
    fix: "az rest --url 'https://graph.microsoft.com/beta/reports/servicePrincipalSignInActivities', all pages",
  },
  {
    key: 'credentialSignIns',
    path: 'graph/reports/appCredentialSignInActivities.json',
    what: 'last sign-ins by credential',
    fix: "az rest --url 'https://graph.microsoft.com/beta/reports/appCredentialSignInActivities', all pages",
  },
];

/** Schedule instances of Privileged Identity Management of Azure Resource Manager: two lists in one file. */
export const PIM_FILE: InputFile<'pim'> = {
  key: 'pim',
  path: 'pim.json',
  what: 'eligible and activated roles',
  fix: arm('SCOPE/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01'),
};

/** Readers of the files, each for its shape; `undefined`: nothing of the file could be used. */
export const READERS: {
  readonly [Key in InputFileKey]: (
    raw: unknown,
    report: Report,
  ) => (NonNullable<AzureInput[Key]> & Listed<unknown>) | undefined;
} = {
  managementGroups: readManagementGroups,
  subscriptions: readSubscriptions,
  resources: readResources,
  roleDefinitions: readRoleDefinitions,
  roleAssignments: readRoleAssignments,
  denyAssignments: readDenyAssignments,
  organizations: readOrganizations,
  applications: readApplications,
  servicePrincipals: readServicePrincipals,
  users: readUsers,
  groups: readGroups,
  administrativeUnits: readAdministrativeUnits,
  directoryRoleDefinitions: readDirectoryRoleDefinitions,
  directoryRoleAssignments: readDirectoryAssignments,
  directoryRoleEligibilities: readDirectoryAssignments,
  directoryRoleSchedules: readDirectoryAssignments,
  groupEligibilities: readGroupEligibilities,
  rolePolicies: readRolePolicies,
  appRoleAssignments: readAppRoleAssignments,
  permissionGrants: readPermissionGrants,
  federatedCredentials: readFederatedCredentials,
  servicePrincipalSignIns: readSignInReport,
  credentialSignIns: readSignInReport,
};
