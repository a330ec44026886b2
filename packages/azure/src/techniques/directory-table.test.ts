import { describe, expect, test } from 'vitest';
import { GRAPH_PERMISSIONS_WITHOUT_ID, graphPermissionIds } from '../catalogue/graph-permissions.ts';
import { armTechniques } from './azure-techniques.ts';
import { BLOODHOUND_EDGES, bloodHoundEdges } from './bloodhound-edges.ts';
import { directoryPredicates } from './directory-predicates.ts';
import { entraTechniques } from './entra-techniques.ts';
import { graphSlug, graphTechniques } from './graph-techniques.ts';
import { inertArmTechniques } from './inert-arm-techniques.ts';
import { inertDirectoryTechniques } from './inert-directory-techniques.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Ids of azure.md 3.4. */
const ENTRA = words(`
  entra-role-assign entra-role-def entra-pim entra-app-cred entra-sp-cred entra-app-owner entra-app-auth
  entra-consent entra-consent-app entra-grant-policy entra-oauth-grant entra-app-assign entra-group-member
  entra-group-member-security entra-group-member-m365 entra-group-rag entra-group-rule entra-user-attr
  entra-guest entra-csa entra-pw-reset entra-auth-method entra-cert-ids entra-federation entra-hybrid
  entra-org-ca entra-auth-policy entra-ca entra-xtenant entra-au entra-entitlement entra-lifecycle entra-intune
  entra-laps entra-devops entra-exchange entra-gdap entra-agent entra-provision entra-user-dos own-app own-sp
  own-group runs-as fic attached agent-parent member pim-eligible pim-approver stored-secret
`);

/** Permissions of azure.md 3.5. */
const GRAPH = words(`
  AdministrativeUnit.ReadWrite.All Application.ReadUpdate.All Application.ReadWrite.All
  Application.ReadWrite.OwnedBy AppRoleAssignment.ReadWrite.All DelegatedAdminRelationship.ReadWrite.All
  DeviceManagementConfiguration.ReadWrite.All DeviceManagementRBAC.ReadWrite.All
  DeviceManagementScripts.ReadWrite.All Directory.ReadWrite.All Domain.ReadWrite.All
  EntitlementManagement.ReadWrite.All Group-OnPremisesSyncBehavior.ReadWrite.All Group.ReadWrite.All
  GroupMember.ReadWrite.All Organization.ReadWrite.All Policy.ReadWrite.AuthenticationMethod
  Policy.ReadWrite.ConditionalAccess Policy.ReadWrite.PermissionGrant PrivilegedAccess.ReadWrite.AzureAD
  PrivilegedAccess.ReadWrite.AzureADGroup PrivilegedAccess.ReadWrite.AzureResources
  PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup
  RoleAssignmentSchedule.ReadWrite.Directory RoleEligibilitySchedule.ReadWrite.Directory
  RoleManagement.ReadWrite.Directory RoleManagementPolicy.ReadWrite.AzureADGroup
  RoleManagementPolicy.ReadWrite.Directory SecurityIdentitiesActions.ReadWrite.All
  SignInIdentifier.ReadWrite.All Synchronization.ReadWrite.All User.DeleteRestore.All
  User.EnableDisableAccount.All User.ReadWrite.All User-PasswordProfile.ReadWrite.All
  UserAuthenticationMethod.ReadWrite.All UserAuthMethod-HardwareOATH.ReadWrite.All
  UserAuthMethod-Phone.ReadWrite.All UserAuthMethod-QR.ReadWrite.All UserAuthMethod-TAP.ReadWrite.All
  ServicePrincipalEndpoint.ReadWrite.All AgentIdentityBlueprint.AddRemoveCreds.All
  AgentIdentityBlueprint.ReadWrite.All DelegatedPermissionGrant.ReadWrite.All LifecycleWorkflows.ReadWrite.All
  CustomSecAttributeAssignment.ReadWrite.All PublicKeyInfrastructure.ReadWrite.All
  Policy.ReadWrite.CrossTenantAccess Policy.ReadWrite.AuthenticationFlows Policy.ReadWrite.FedTokenValidation
  OnPremDirectorySynchronization.ReadWrite.All User.ManageIdentities.All UserAuthMethod-Passkey.ReadWrite.All
  UserAuthMethod-Password.ReadWrite.All UserAuthMethod-SoftwareOATH.ReadWrite.All
  DeviceManagementApps.ReadWrite.All DeviceManagementManagedDevices.PrivilegedOperations.All
  RoleManagement.ReadWrite.Exchange RoleManagement.ReadWrite.CloudPC RoleManagement.ReadWrite.Defender
  Mail.ReadWrite Files.ReadWrite.All Sites.FullControl.All
`);

/** Edges of azure.md 3.6. */
const EDGES = words(`
  AZAKSContributor AZAddMembers AZAddOwner AZAddSecret AZAppAdmin AZAuthenticatesTo AZAutomationContributor
  AZAvereContributor AZCloudAppAdmin AZContains AZContributor AZExecuteCommand AZGetCertificates AZGetKeys
  AZGetSecrets AZGlobalAdmin AZGrant AZGrantSelf AZHasRole AZKeyVaultContributor AZLogicAppContributor
  AZMGAddMember AZMGAddOwner AZMGAddSecret AZMGAppRoleAssignment_ReadWrite_All AZMGApplication_ReadWrite_All
  AZMGDirectory_ReadWrite_All AZMGGrantAppRoles AZMGGrantRole AZMGGroupMember_ReadWrite_All
  AZMGGroup_ReadWrite_All AZMGRoleManagement_ReadWrite_Directory AZMGServicePrincipalEndpoint_ReadWrite_All
  AZManageEntraDS AZManagedIdentity AZMemberOf AZNodeResourceGroup AZOwner AZOwns AZPrivilegedAuthAdmin
  AZPrivilegedRoleAdmin AZResetPassword AZRoleApprover AZRoleEligible AZRunsAs AZScopedTo
  AZUserAccessAdministrator AZVMAdminLogin AZVMContributor AZWebsiteContributor SyncedToADUser
`);

const rows = [...entraTechniques, ...graphTechniques];

describe('techniques of the directory', () => {
  test('ids are unique, and made of the name of the row', () => {
    const ids = rows.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const { id, slug } of rows) expect(id === `azure-${slug}` || id.startsWith(`azure-${slug}-`)).toBe(true);
  });

  test('every row of the tables is a technique or has a reason why not, never both', () => {
    const expected = [...ENTRA, ...GRAPH.map((name) => graphSlug(name as keyof typeof graphPermissionIds))];
    const slugs = [...new Set(rows.map(({ slug }) => slug))];
    const inert = inertDirectoryTechniques.map(({ slug }) => slug);
    expect([...slugs, ...inert].toSorted()).toEqual([...new Set(expected)].toSorted());
    for (const { reason } of inertDirectoryTechniques) expect(reason).not.toBe('');
  });

  test('the catalogue has the permissions of the tables', () => {
    const known: readonly string[] = [...Object.keys(graphPermissionIds), ...GRAPH_PERMISSIONS_WITHOUT_ID];
    expect(GRAPH.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('every predicate is named by a row', () => {
    const named = new Set(JSON.stringify(rows).match(/(?<="holds":")[^"]+/g));
    expect([...named].toSorted()).toEqual(Object.keys(directoryPredicates).toSorted());
  });

  test.each(rows.map((row) => [row.id, row] as const))('%s has a title, a source and ATT&CK ids', (_, row) => {
    expect(row.title).toMatch(/^[A-Z][^.]*[^.]$/);
    expect(row.reference).toMatch(/^azure\.md 3\.[45]$/);
    expect(row.attack.length).toBeGreaterThan(0);
    expect(row.target.types.length).toBeGreaterThan(0);
  });
});

describe('edges of BloodHound', () => {
  test('none is missing, and none is made up', () => {
    expect([...BLOODHOUND_EDGES].toSorted()).toEqual([...EDGES].toSorted());
    expect([...bloodHoundEdges.keys()]).toEqual([...BLOODHOUND_EDGES]);
  });

  test.each([...bloodHoundEdges])('%s is a technique or a fact', (_, { techniques, facts, rule }) => {
    const known = [...armTechniques, ...inertArmTechniques, ...rows, ...inertDirectoryTechniques];
    const slugs = new Set(known.map(({ slug }) => slug));
    expect(techniques.filter((slug) => !slugs.has(slug))).toEqual([]);
    expect(techniques.length + facts.length).toBeGreaterThan(0);
    expect(rule).not.toBe('');
  });
});
