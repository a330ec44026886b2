import { all, allowed, anyOf, holds, TENANT } from './directory-requirements.ts';
import { type DirectoryTechnique, directoryTable } from './directory-row.ts';

/** Roles over roles and consent (azure.md 3.4): who has them controls the directory. */
export const entraRoleTechniques: readonly DirectoryTechnique[] = directoryTable('azure.md 3.4', [
  {
    slug: 'entra-role-assign',
    title: 'Gives itself any role of the directory',
    attack: ['T1098.003'],
    target: TENANT,
    requires: anyOf('microsoft.directory/roleAssignments/create', 'microsoft.directory/scopedRoleMemberships/create'),
    yields: 'control',
  },
  {
    slug: 'entra-role-def',
    title: 'Adds actions to a custom role of the directory that it holds',
    attack: ['T1098.003'],
    target: { kind: 'resource', types: ['directory-role'] },
    requires: all(allowed('microsoft.directory/roleDefinitions/basic/update'), holds('custom-directory-role')),
    yields: 'extend',
  },
  {
    slug: 'entra-pim',
    title: 'Makes itself eligible for any role of the directory, or active in it',
    attack: ['T1098.003', 'T1548.005'],
    target: TENANT,
    requires: anyOf(
      'microsoft.directory/privilegedIdentityManagement/create',
      'microsoft.directory/privilegedIdentityManagement/basic/update',
    ),
    yields: 'control',
  },
  {
    slug: 'entra-consent',
    title: 'Grants an application any permission of Microsoft Graph',
    attack: ['T1098.003'],
    target: TENANT,
    requires: allowed('microsoft.directory/servicePrincipals/managePermissionGrantsForAll.microsoft-company-admin'),
    yields: 'control',
  },
  {
    slug: 'entra-grant-policy',
    title: 'Writes a policy by which it consents to any permission itself',
    attack: ['T1098.003'],
    target: TENANT,
    requires: anyOf(
      'microsoft.directory/permissionGrantPolicies/create',
      'microsoft.directory/permissionGrantPolicies/basic/update',
    ),
    yields: 'control',
  },
]);
