import type { AccessClass } from '@keyreach/core/reach';

/** Ends of actions, in lower case, that return a credential or key material (azure.md 3.2, 3.3). */
const SECRETS: readonly string[] = [
  '/accessprofiles/listcredential/action',
  '/config/list/action',
  '/generatecredentials/action',
  '/getauthtoken/action',
  '/getsecret/action',
  '/host/listkeys/action',
  '/listaccountsas/action',
  '/listadmincredentials/action',
  '/listadminkeys/action',
  '/listclusteradmincredential/action',
  '/listclusterusercredential/action',
  '/listconnectionstrings/action',
  '/listcredentials/action',
  '/listkeys/action',
  '/listsecrets/action',
  '/listservicesas/action',
  '/listvalue/action',
  '/publishxml/action',
  '/retrieveregistrationtoken/action',
];

/** Ends of actions that by themselves change who may do what, or mint a credential of somebody else. */
const PERMISSIONS: readonly string[] = [
  '/accesspolicies/write',
  '/administrators/write',
  '/authorizationrules/write',
  '/denyassignments/delete',
  '/denyassignments/write',
  '/elevateaccess/action',
  '/federatedidentitycredentials/write',
  '/roleassignments/delete',
  '/roleassignments/write',
  '/roleassignmentschedulerequests/write',
  '/roledefinitions/write',
  '/roleeligibilityschedulerequests/write',
  '/sqlroleassignments/write',
  '/trustedaccessrolebindings/write',
];

/** The access class of an action of Azure, the directory or Microsoft Graph (findings 3.1), whatever it is done to. */
export function accessClassOf(action: string): AccessClass {
  const name = action.toLowerCase();
  if (name.startsWith('graph:') || name.startsWith('app:')) return name.includes('write') ? 'data-write' : 'data-read';
  if (SECRETS.some((end) => name.endsWith(end))) return 'secret-read';
  if (PERMISSIONS.some((end) => name.endsWith(end))) return 'permission-admin';
  const data = name.startsWith('data:');
  if (name.endsWith('/delete') || name.endsWith('/purge/action')) return 'delete';
  if (name.endsWith('/read') || name.endsWith('/readmetadata/action')) {
    return data && !name.endsWith('/readmetadata/action') ? 'data-read' : 'meta-read';
  }
  if (!data) return 'control';
  return READS.some((end) => name.endsWith(end)) ? 'data-read' : 'data-write';
}

/** Data actions that read, though their names do not end so. */
const READS: readonly string[] = [
  '/backup/action',
  '/decrypt/action',
  '/query/action',
  '/receive/action',
  '/unwrap/action',
  '/verify/action',
];
