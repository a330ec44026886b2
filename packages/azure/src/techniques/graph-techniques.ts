import type { ScopedYield } from '@keyreach/core/reach';
import type { GraphPermission } from '../catalogue/graph-permissions.ts';
import {
  APPLICATION,
  APPLICATION_GIVES_TOKENS,
  ARM_ROOT,
  all,
  allowed,
  EDITABLE_GROUP,
  GROUP,
  holds,
  METHOD_ON,
  onTenant,
  PASSES_ON,
  PASSWORD_SIGNS_IN,
  PERSON_SIGNS_IN,
  PRINCIPAL_TAKES_CREDENTIALS,
  SERVICE_PRINCIPAL,
  TENANT,
  USER,
} from './directory-requirements.ts';
import {
  type DirectoryAction,
  type DirectoryAttackId,
  type DirectoryRequirement,
  type DirectoryRow,
  type DirectoryTarget,
  type DirectoryTechnique,
  directoryTable,
} from './directory-row.ts';
import { OWNS } from './owner-techniques.ts';

/** Slug of the row of an application permission: `graph-` and its name, dots as hyphens, lower case. */
export function graphSlug(permission: GraphPermission): string {
  return `graph-${permission.replaceAll('.', '-').toLowerCase()}`;
}

const graph = (permission: GraphPermission): DirectoryAction => `graph:${permission}`;

type RowText = readonly [title: string, attack: readonly DirectoryAttackId[]];

const rowOf = (
  permission: GraphPermission,
  variant: string | undefined,
  [title, attack]: RowText,
  target: DirectoryTarget,
  requires: readonly DirectoryRequirement[],
  yields: ScopedYield,
): DirectoryRow => ({
  slug: graphSlug(permission),
  ...(variant === undefined ? {} : { variant }),
  title,
  attack,
  target,
  requires: all(allowed(graph(permission)), ...requires),
  yields,
});

const CONTROL: RowText = ['Gives itself whatever the directory can give', ['T1098.003']];
const CREDENTIAL: RowText = ['Adds a credential and signs in with it', ['T1098.001']];
const MEMBER: RowText = ['Adds itself to the group', ['T1098.003']];
const RULE: RowText = ['Rewrites the rule of the dynamic group so that it matches', ['T1098.003']];
const ATTRIBUTES: RowText = ['Writes attributes of users that the rule of the dynamic group looks at', ['T1098.003']];
const SIGN_IN: RowText = ['Gives itself a way to sign in as the user', ['T1556.006']];
const DEVICE: RowText = ['Runs code on managed devices and takes the tokens of whoever uses them', ['T1072']];

const control = (permission: GraphPermission, ...requires: readonly DirectoryRequirement[]): DirectoryRow =>
  rowOf(permission, undefined, CONTROL, TENANT, requires, 'control');

const onApplications = (permission: GraphPermission, ...requires: readonly DirectoryRequirement[]): DirectoryRow =>
  rowOf(
    permission,
    'application',
    CREDENTIAL,
    APPLICATION,
    [...requires, holds('no-blueprint'), APPLICATION_GIVES_TOKENS],
    'become-runtime',
  );

const onPrincipals = (permission: GraphPermission, ...requires: readonly DirectoryRequirement[]): DirectoryRow =>
  rowOf(permission, 'principal', CREDENTIAL, SERVICE_PRINCIPAL, [...requires, PRINCIPAL_TAKES_CREDENTIALS], 'become');

const onBlueprints = (permission: GraphPermission): DirectoryRow =>
  rowOf(
    permission,
    undefined,
    CREDENTIAL,
    APPLICATION,
    [holds('agent-blueprint'), APPLICATION_GIVES_TOKENS],
    'become-runtime',
  );

/** Groups but those that roles may be given to. */
const member = (permission: GraphPermission, ...requires: readonly DirectoryRequirement[]): DirectoryRow =>
  rowOf(permission, undefined, MEMBER, GROUP, [...requires, holds('not-role-assignable'), EDITABLE_GROUP], 'join');

/** Groups of every kind, those that roles may be given to among them. */
const anyMember = (permission: GraphPermission, ...requires: readonly DirectoryRequirement[]): DirectoryRow =>
  rowOf(permission, undefined, MEMBER, GROUP, [...requires, EDITABLE_GROUP], 'join');

const dynamicMember = (permission: GraphPermission, text: RowText, ...requires: readonly DirectoryRequirement[]) =>
  rowOf(
    permission,
    'dynamic',
    text,
    GROUP,
    [...requires, holds('dynamic-membership'), holds('managed-in-cloud')],
    'join',
  );

const user = (permission: GraphPermission, text: RowText, ...requires: readonly DirectoryRequirement[]): DirectoryRow =>
  rowOf(permission, undefined, text, USER, requires, 'become');

/** Takes a member out of its restricted unit first, which this permission may, and then does what the other one allows (1.4). */
function outOfUnit(
  variant: string,
  [title, attack]: RowText,
  target: DirectoryTarget,
  permissions: readonly GraphPermission[],
  requires: readonly DirectoryRequirement[],
  yields: ScopedYield,
): DirectoryRow {
  return {
    slug: graphSlug('AdministrativeUnit.ReadWrite.All'),
    variant,
    title,
    attack,
    target,
    requires: all(
      onTenant(graph('AdministrativeUnit.ReadWrite.All')),
      holds('management-restricted'),
      onTenant(...permissions.map(graph)),
      ...requires,
    ),
    yields,
  };
}

const UNPROVEN: DirectoryRequirement = holds('unverified-path');

/** Application permissions of Microsoft Graph (azure.md 3.5). Members of restricted units are none of their targets. */
export const graphTechniques: readonly DirectoryTechnique[] = directoryTable('azure.md 3.5', [
  control('AppRoleAssignment.ReadWrite.All'),
  control('Domain.ReadWrite.All'),
  control('Policy.ReadWrite.PermissionGrant'),
  control('RoleManagement.ReadWrite.Directory'),
  control('RoleAssignmentSchedule.ReadWrite.Directory', holds('controls-a-user')),
  control('RoleEligibilitySchedule.ReadWrite.Directory', holds('controls-a-user')),
  control('PrivilegedAccess.ReadWrite.AzureAD', UNPROVEN),
  { ...control('PrivilegedAccess.ReadWrite.AzureResources', UNPROVEN), target: ARM_ROOT },

  onApplications('Application.ReadWrite.All'),
  onPrincipals('Application.ReadWrite.All'),
  onApplications('Application.ReadUpdate.All'),
  onPrincipals('Application.ReadUpdate.All'),
  onApplications('Application.ReadWrite.OwnedBy', OWNS),
  onPrincipals('Application.ReadWrite.OwnedBy', OWNS),
  onApplications('Directory.ReadWrite.All', UNPROVEN),
  onPrincipals('Directory.ReadWrite.All', UNPROVEN),
  { ...onPrincipals('ServicePrincipalEndpoint.ReadWrite.All'), variant: 'owner' },
  onBlueprints('AgentIdentityBlueprint.AddRemoveCreds.All'),
  onBlueprints('AgentIdentityBlueprint.ReadWrite.All'),

  member('Directory.ReadWrite.All'),
  member('Group.ReadWrite.All'),
  member('GroupMember.ReadWrite.All'),
  { ...anyMember('RoleManagement.ReadWrite.Directory', holds('role-assignable')), variant: 'group' },
  anyMember('PrivilegedAccess.ReadWrite.AzureADGroup'),
  anyMember('PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup'),
  anyMember('PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup', holds('controls-a-user')),
  member('EntitlementManagement.ReadWrite.All', holds('in-a-catalogue-within-reach')),
  member('Group-OnPremisesSyncBehavior.ReadWrite.All', holds('controls-the-other-directory')),
  member('LifecycleWorkflows.ReadWrite.All', holds('controls-a-user')),
  dynamicMember('Group.ReadWrite.All', RULE),
  dynamicMember('Directory.ReadWrite.All', RULE, UNPROVEN),
  dynamicMember('User.ReadWrite.All', ATTRIBUTES, holds('rule-looks-at-users')),
  dynamicMember('SignInIdentifier.ReadWrite.All', ATTRIBUTES, holds('rule-looks-at-users')),

  user(
    'User-PasswordProfile.ReadWrite.All',
    ['Resets the password of the user', ['T1098.003']],
    holds('no-administrator'),
    PASSWORD_SIGNS_IN,
  ),
  user('UserAuthenticationMethod.ReadWrite.All', SIGN_IN, PASSES_ON, PERSON_SIGNS_IN),
  user('UserAuthMethod-TAP.ReadWrite.All', SIGN_IN, PASSES_ON, PERSON_SIGNS_IN),
  user('UserAuthMethod-HardwareOATH.ReadWrite.All', SIGN_IN, METHOD_ON, PERSON_SIGNS_IN),
  user('UserAuthMethod-Phone.ReadWrite.All', SIGN_IN, METHOD_ON, PERSON_SIGNS_IN),
  user('UserAuthMethod-QR.ReadWrite.All', SIGN_IN, METHOD_ON, PERSON_SIGNS_IN),
  user('UserAuthMethod-Passkey.ReadWrite.All', SIGN_IN, UNPROVEN, PERSON_SIGNS_IN),
  user('UserAuthMethod-Password.ReadWrite.All', SIGN_IN, UNPROVEN, PERSON_SIGNS_IN),
  user('UserAuthMethod-SoftwareOATH.ReadWrite.All', SIGN_IN, UNPROVEN, PERSON_SIGNS_IN),
  user('User.ManageIdentities.All', SIGN_IN, UNPROVEN, PERSON_SIGNS_IN),
  user(
    'Organization.ReadWrite.All',
    ['Makes the directory trust a certificate authority of its own', ['T1556.006', 'T1606.002']],
    holds('certificate-sign-in-on'),
    PERSON_SIGNS_IN,
  ),
  user('PublicKeyInfrastructure.ReadWrite.All', SIGN_IN, holds('certificate-sign-in-on'), UNPROVEN, PERSON_SIGNS_IN),
  user(
    'OnPremDirectorySynchronization.ReadWrite.All',
    ['Takes over synchronisation and signs in as a user that it brings', ['T1556.007']],
    holds('synchronised'),
    UNPROVEN,
    PERSON_SIGNS_IN,
  ),
  {
    ...user('LifecycleWorkflows.ReadWrite.All', SIGN_IN, holds('passes-on'), PERSON_SIGNS_IN),
    variant: 'pass',
  },
  user(
    'DelegatedPermissionGrant.ReadWrite.All',
    ['Grants a client of its own the rights of users and acts as those who sign in to it', ['T1528']],
    holds('person'),
    holds('user-signs-in-there'),
  ),
  user('DeviceManagementConfiguration.ReadWrite.All', DEVICE, holds('uses-a-managed-device'), PERSON_SIGNS_IN),
  user('DeviceManagementRBAC.ReadWrite.All', DEVICE, holds('uses-a-managed-device'), PERSON_SIGNS_IN),
  user('DeviceManagementScripts.ReadWrite.All', DEVICE, holds('uses-a-managed-device'), PERSON_SIGNS_IN),
  user('DeviceManagementApps.ReadWrite.All', DEVICE, holds('uses-a-managed-device'), UNPROVEN, PERSON_SIGNS_IN),
  user(
    'DeviceManagementManagedDevices.PrivilegedOperations.All',
    DEVICE,
    holds('uses-a-managed-device'),
    UNPROVEN,
    PERSON_SIGNS_IN,
  ),

  outOfUnit(
    'group',
    MEMBER,
    GROUP,
    ['Directory.ReadWrite.All', 'Group.ReadWrite.All', 'GroupMember.ReadWrite.All'],
    [holds('not-role-assignable'), EDITABLE_GROUP],
    'join',
  ),
  outOfUnit(
    'user',
    ['Resets the password of the user', ['T1098.003']],
    USER,
    ['User-PasswordProfile.ReadWrite.All'],
    [holds('no-administrator'), PASSWORD_SIGNS_IN],
    'become',
  ),
  outOfUnit(
    'user-pass',
    SIGN_IN,
    USER,
    ['UserAuthenticationMethod.ReadWrite.All', 'UserAuthMethod-TAP.ReadWrite.All'],
    [PASSES_ON, PERSON_SIGNS_IN],
    'become',
  ),
]);
