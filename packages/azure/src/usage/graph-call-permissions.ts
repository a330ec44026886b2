/** A kind of call of Microsoft Graph with the application permissions that each allow it. */
interface GraphCall {
  readonly method: string;
  /** Path with ids replaced, in lower case; `*` at the end: anything below too. */
  readonly path: string;
  readonly permissions: readonly string[];
}

const READ_APPS = [
  'Application.Read.All',
  'Application.ReadUpdate.All',
  'Application.ReadWrite.All',
  'Application.ReadWrite.OwnedBy',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
];

const WRITE_APPS = [
  'Application.ReadUpdate.All',
  'Application.ReadWrite.All',
  'Application.ReadWrite.OwnedBy',
  'Directory.ReadWrite.All',
];

const READ_USERS = [
  'Directory.Read.All',
  'Directory.ReadWrite.All',
  'User.Read.All',
  'User.ReadBasic.All',
  'User.ReadWrite.All',
  'User.ManageIdentities.All',
  'User.EnableDisableAccount.All',
];

const WRITE_USERS = [
  'Directory.ReadWrite.All',
  'User.ReadWrite.All',
  'User.ManageIdentities.All',
  'User.EnableDisableAccount.All',
  'User-PasswordProfile.ReadWrite.All',
];

const READ_GROUPS = [
  'Directory.Read.All',
  'Directory.ReadWrite.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'GroupMember.Read.All',
  'GroupMember.ReadWrite.All',
];

const WRITE_MEMBERS = ['Directory.ReadWrite.All', 'Group.ReadWrite.All', 'GroupMember.ReadWrite.All'];

const READ_ROLES = [
  'Directory.Read.All',
  'Directory.ReadWrite.All',
  'RoleManagement.Read.All',
  'RoleManagement.Read.Directory',
  'RoleManagement.ReadWrite.Directory',
];

const call = (method: string, path: string, ...permissions: readonly string[]): GraphCall => ({
  method,
  path,
  permissions,
});

/**
 * Calls whose permissions are told by the permissions reference of Microsoft Graph: those of the permissions that techniques know
 * (azure.md 3.5) and the usual ones that read. A call that is not here may have needed any permission.
 */
const CALLS: readonly GraphCall[] = [
  call('GET', '/applications*', ...READ_APPS),
  call('POST', '/applications/{id}/addpassword', ...WRITE_APPS),
  call('POST', '/applications/{id}/removepassword', ...WRITE_APPS),
  call('PATCH', '/applications/{id}', ...WRITE_APPS),
  call(
    'POST',
    '/applications',
    'Application.ReadWrite.All',
    'Application.ReadWrite.OwnedBy',
    'Directory.ReadWrite.All',
  ),
  call('POST', '/applications/{id}/owners/$ref', 'Application.ReadWrite.All', 'Directory.ReadWrite.All'),
  call('POST', '/applications/{id}/federatedidentitycredentials', ...WRITE_APPS),
  call('POST', '/serviceprincipals/{id}/approleassignments', 'AppRoleAssignment.ReadWrite.All'),
  call('POST', '/serviceprincipals/{id}/approleassignedto', 'AppRoleAssignment.ReadWrite.All'),
  call('DELETE', '/serviceprincipals/{id}/approleassignments/*', 'AppRoleAssignment.ReadWrite.All'),
  call('DELETE', '/serviceprincipals/{id}/approleassignedto/*', 'AppRoleAssignment.ReadWrite.All'),
  call('POST', '/serviceprincipals/{id}/addpassword', ...WRITE_APPS),
  call('PATCH', '/serviceprincipals/{id}', ...WRITE_APPS),
  call('GET', '/serviceprincipals*', ...READ_APPS),
  call('GET', '/users', ...READ_USERS),
  call('GET', '/users/{id}', ...READ_USERS),
  call('PATCH', '/users/{id}', ...WRITE_USERS),
  call('POST', '/users', 'Directory.ReadWrite.All', 'User.ReadWrite.All'),
  call('DELETE', '/users/{id}', 'User.ReadWrite.All', 'User.DeleteRestore.All'),
  call('GET', '/users/{id}/messages*', 'Mail.Read', 'Mail.ReadWrite', 'Mail.ReadBasic.All'),
  call('POST', '/users/{id}/sendmail', 'Mail.Send'),
  call(
    'GET',
    '/users/{id}/authentication/*',
    'UserAuthenticationMethod.Read.All',
    'UserAuthenticationMethod.ReadWrite.All',
  ),
  call('GET', '/groups', ...READ_GROUPS),
  call('GET', '/groups/{id}', ...READ_GROUPS),
  call('GET', '/groups/{id}/members*', ...READ_GROUPS),
  call('GET', '/groups/{id}/owners*', ...READ_GROUPS),
  call('POST', '/groups/{id}/members/$ref', ...WRITE_MEMBERS),
  call('DELETE', '/groups/{id}/members/*', ...WRITE_MEMBERS),
  call('POST', '/groups/{id}/owners/$ref', 'Directory.ReadWrite.All', 'Group.ReadWrite.All'),
  call('POST', '/groups', 'Directory.ReadWrite.All', 'Group.ReadWrite.All', 'Group.Create'),
  call('PATCH', '/groups/{id}', 'Directory.ReadWrite.All', 'Group.ReadWrite.All'),
  call(
    'GET',
    '/rolemanagement/directory/*',
    ...READ_ROLES,
    'RoleAssignmentSchedule.Read.Directory',
    'RoleEligibilitySchedule.Read.Directory',
  ),
  call('POST', '/rolemanagement/directory/roleassignments', 'RoleManagement.ReadWrite.Directory'),
  call('DELETE', '/rolemanagement/directory/roleassignments/*', 'RoleManagement.ReadWrite.Directory'),
  call('GET', '/auditlogs/*', 'AuditLog.Read.All'),
  call(
    'GET',
    '/organization*',
    'Organization.Read.All',
    'Organization.ReadWrite.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
  ),
  call(
    'GET',
    '/directory/administrativeunits*',
    'AdministrativeUnit.Read.All',
    'AdministrativeUnit.ReadWrite.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
  ),
  call('GET', '/policies/*', 'Policy.Read.All'),
  call(
    'GET',
    '/oauth2permissiongrants*',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
    'DelegatedPermissionGrant.ReadWrite.All',
  ),
  call('POST', '/oauth2permissiongrants', 'Directory.ReadWrite.All', 'DelegatedPermissionGrant.ReadWrite.All'),
];

/**
 * Application permissions each of which allows a call, by its method and path with ids replaced; undefined for a call of which
 * that is not known.
 *
 * @example
 * permissionsOfGraphCall('POST /users/{id}/sendmail'); // ['Mail.Send']
 */
export function permissionsOfGraphCall(action: string): readonly string[] | undefined {
  const space = action.indexOf(' ');
  const method = action.slice(0, space).toUpperCase();
  const path = action.slice(space + 1).toLowerCase();
  return CALLS.find((one) => one.method === method && matches(one.path, path))?.permissions;
}

function matches(pattern: string, path: string): boolean {
  if (!pattern.endsWith('*')) return pattern === path;
  const start = pattern.slice(0, -1);
  if (start.endsWith('/')) return path.startsWith(start) && path.length > start.length;
  return path === start || path.startsWith(`${start}/`) || path.startsWith(`${start}(`);
}
