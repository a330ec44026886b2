import { ActionCatalogue, hasAction } from '@keyreach/core/authz';
import type { ScopedRequirement } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import { azureSemantics } from '../authz/azure-semantics.ts';
import { directoryStatements } from '../catalogue/directory-statements.ts';
import { knownActions } from '../catalogue/known-actions.ts';
import { whole } from '../normalize/testing/tenant.ts';
import { azureTechniques } from './azure-techniques.ts';
import { entraTechniques } from './entra-techniques.ts';

/** Every action that a requirement asks for. */
function actionsIn(requirement: ScopedRequirement): readonly string[] {
  if ('allowed' in requirement) return [requirement.allowed];
  if ('somewhere' in requirement) return requirement.somewhere;
  if ('attached' in requirement) return actionsIn(requirement.attached);
  if ('beside' in requirement || 'anywhere' in requirement) return actionsIn(requirement.that);
  if ('all' in requirement) return requirement.all.flatMap(actionsIn);
  if ('any' in requirement) return requirement.any.flatMap(actionsIn);
  return [];
}

const asked = [...new Set(azureTechniques.techniques.flatMap(({ requires }) => actionsIn(requires)))].toSorted();

describe('actions that techniques ask for', () => {
  test('are all in the catalogue, in its spelling', () => {
    const known = new Set(knownActions);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
    expect(asked.length).toBeGreaterThan(200);
  });

  test('are single actions, no patterns', () => {
    expect(asked.filter((name) => /[*?{}]/.test(name))).toEqual([]);
    // What names every property set or every task is no task of one of them (docs/graph-azure.md, Actions).
    const grammar = asked.filter((name) => /\/all(?:Properties|Tasks|Entities)(?:\/|$)/i.test(name));
    expect(grammar).toEqual([
      'microsoft.azure.devOps/allEntities/allTasks',
      'microsoft.cloudPC/allEntities/allProperties/allTasks',
      'microsoft.intune/allEntities/allTasks',
    ]);
  });
});

/** What definitions of roles of the directory say (azure.md 3.4), and the rows that follow from it. */
const SAID: readonly (readonly [action: string, ...slugs: readonly string[]])[] = [
  ['microsoft.directory/roleAssignments/allProperties/allTasks', 'entra-role-assign'],
  ['microsoft.directory/scopedRoleMemberships/allProperties/allTasks', 'entra-role-assign'],
  ['microsoft.directory/roleDefinitions/allProperties/allTasks', 'entra-role-def'],
  ['microsoft.directory/privilegedIdentityManagement/allProperties/allTasks', 'entra-pim'],
  ['microsoft.directory/applications/credentials/update', 'entra-app-cred'],
  ['microsoft.directory/applications.myOrganization/credentials/update', 'entra-app-cred'],
  ['microsoft.directory/applications/allProperties/update', 'entra-app-auth', 'entra-app-cred', 'entra-app-owner'],
  ['microsoft.directory/servicePrincipals/credentials/update', 'entra-sp-cred'],
  ['microsoft.directory/servicePrincipals/managePermissionGrantsForAll.microsoft-company-admin', 'entra-consent'],
  ['microsoft.directory/permissionGrantPolicies/create', 'entra-grant-policy'],
  ['microsoft.directory/permissionGrantPolicies/allProperties/update', 'entra-grant-policy'],
  ['microsoft.directory/oAuth2PermissionGrants/allProperties/allTasks', 'entra-oauth-grant'],
  [
    'microsoft.directory/groups/allProperties/update',
    'entra-group-member',
    'entra-group-member-m365',
    'entra-group-member-security',
    'entra-group-rule',
  ],
  ['microsoft.directory/groups.unified/owners/update', 'entra-group-member-m365'],
  ['microsoft.directory/groupsAssignableToRoles/allProperties/update', 'entra-group-rag'],
  ['microsoft.directory/groups.security/dynamicMembershipRule/update', 'entra-group-rule'],
  ['microsoft.directory/users/inviteGuest', 'entra-guest'],
  ['microsoft.directory/users/password/update', 'entra-pw-reset'],
  ['microsoft.directory/users/authenticationMethods/create', 'entra-auth-method'],
  ['microsoft.directory/users/authorizationInfo/update', 'entra-cert-ids'],
  ['microsoft.directory/domains/allProperties/allTasks', 'entra-federation'],
  ['microsoft.directory/hybridAuthenticationPolicy/allProperties/allTasks', 'entra-hybrid'],
  ['microsoft.directory/passwordHashSync/allProperties/allTasks', 'entra-hybrid'],
  ['microsoft.directory/cloudProvisioning/allProperties/allTasks', 'entra-hybrid'],
  ['microsoft.directory/entitlementManagement/allProperties/allTasks', 'entra-entitlement'],
  ['microsoft.directory/lifecycleWorkflows/workflows/allProperties/allTasks', 'entra-lifecycle'],
  ['microsoft.intune/allEntities/allTasks', 'entra-intune'],
  ['microsoft.cloudPC/allEntities/allProperties/allTasks', 'entra-intune'],
  ['microsoft.directory/deviceLocalCredentials/password/read', 'entra-laps'],
  ['microsoft.azure.devOps/allEntities/allTasks', 'entra-devops'],
  ['microsoft.directory/agentIdentityBlueprints/credentials/update', 'entra-agent'],
  // The nearest that lead to nothing.
  ['microsoft.directory/roleAssignments/standard/read'],
  ['microsoft.directory/privilegedIdentityManagement/allProperties/read'],
  ['microsoft.directory/applications/basic/update'],
  ['microsoft.directory/servicePrincipals/managePermissionGrantsForAll.microsoft-application-admin'],
  ['microsoft.directory/groupsAssignableToRoles/allProperties/read'],
  ['microsoft.directory/groups/allProperties/read'],
  ['microsoft.directory/users/allProperties/read'],
  ['microsoft.directory/lifecycleWorkflows/workflows/allProperties/read'],
  ['microsoft.intune/allEntities/read'],
  ['microsoft.cloudPC/allEntities/allProperties/read'],
  ['microsoft.directory/organization/basic/update'],
];

describe('what roles of the directory say', () => {
  const catalogue = new ActionCatalogue(azureSemantics.actions);

  test.each(SAID)('%s', (action, ...slugs) => {
    const statements = directoryStatements({
      id: 'r',
      rolePermissions: whole({ allowedResourceActions: [action], excludedResourceActions: [] }),
      inheritsFrom: [],
    });
    const sets = statements.map(({ actions }) => catalogue.select(actions));
    const isSaid = (name: string): boolean => sets.some((set) => hasAction(set, catalogue.ref(name)));
    const found = entraTechniques.filter(({ requires }) => actionsIn(requires).some(isSaid));
    expect([...new Set(found.map(({ slug }) => slug))].sort()).toEqual([...slugs].sort());
  });
});
