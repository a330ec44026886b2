import { and, CONDITIONAL, type ConditionRequest, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { GraphNode, Json } from '@keyreach/core/graph';

const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';
const GUEST_INVITER = '95e79109-95c0-4d8e-aee3-d01accf2d47b';
const PASSWORD_ADMIN = '966707d0-3269-4727-9be2-8c3a10f19b9d';
const HELPDESK_ADMIN = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
const AUTHENTICATION_ADMIN = 'c4e39bd9-1100-46d3-8c65-fb160da0071f';
const USER_ADMIN = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
const GROUPS_ADMIN = 'fdd7a751-b60b-444a-984c-02652fe8fa1c';

/** Message Center, Reports, User Experience Success Manager, Usage Summary Reports. */
const READERS: readonly string[] = [
  '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b',
  '4a5d8f65-41da-4de4-8968-e035b65339cf',
  '27460883-1df1-4691-b032-3b79643e5e63',
  '75934031-6c7e-415a-99d7-48dbd49e875e',
];

const PASSWORD: readonly string[] = [DIRECTORY_READERS, GUEST_INVITER, PASSWORD_ADMIN];
const HELPDESK: readonly string[] = [...PASSWORD, HELPDESK_ADMIN, ...READERS];

/** Roles that may reset others, with the roles their targets may have (azure.md 1.4); `any`: all. */
const MAY_RESET: ReadonlyMap<string, ReadonlySet<string> | 'any'> = new Map<string, ReadonlySet<string> | 'any'>([
  [PASSWORD_ADMIN, new Set(PASSWORD)],
  [HELPDESK_ADMIN, new Set(HELPDESK)],
  [AUTHENTICATION_ADMIN, new Set([...HELPDESK.filter((role) => role !== HELPDESK_ADMIN), AUTHENTICATION_ADMIN])],
  [USER_ADMIN, new Set([...HELPDESK, GROUPS_ADMIN, USER_ADMIN])],
  // Partner Tier1 Support.
  ['4ba39ca4-527c-499a-b93d-d9b492c50246', new Set()],
  // Global Administrator, Privileged Authentication Administrator, Partner Tier2 Support.
  ['62e90394-69f5-4237-9190-012177145e10', 'any'],
  ['7be44c8a-adaf-4e2a-84d6-ab2649e08a13', 'any'],
  ['e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8', 'any'],
]);

/** Actions that a role over a unit allows on users without roles only (azure.md 1.4). */
const SENSITIVE: readonly string[] = [
  'microsoft.directory/users/password/',
  'microsoft.directory/users/authenticationmethods/',
  'microsoft.directory/users/userprincipalname/',
  'microsoft.directory/users/enable',
  'microsoft.directory/users/disable',
  'microsoft.directory/users/delete',
  'microsoft.directory/users/restore',
];

/** Whether the holder of a role may reset the target: a user whose roles the matrix of azure.md 1.4 allows. */
export function mayReset(role: string, { resource: { node } }: ConditionRequest): Truth {
  const allowed = MAY_RESET.get(role);
  if (allowed === 'any') return TRUE;
  if (node === undefined) return UNKNOWN;
  // Of the whole directory: it depends on whom.
  if (node.kind === 'scope') return CONDITIONAL;
  if (node.type !== 'user') return FALSE;
  const roles = textsOf(node.attributes?.['directoryRoles']);
  const inGroup = factOf(node, 'inRoleAssignableGroup');
  const spared = inGroup === undefined ? UNKNOWN : inGroup ? FALSE : TRUE;
  if (roles === undefined) return and(UNKNOWN, spared);
  if (roles.length === 0) return spared;
  // Whom other roles may reset beyond users without roles is not documented.
  if (allowed === undefined) return and(UNKNOWN, spared);
  return and(roles.every((one) => allowed.has(one)) ? TRUE : FALSE, spared);
}

/** Whether a role over the directory, or over one of its units, carries to the target (azure.md 1.4). */
export function isInDirectory(unit: string | undefined, { resource: { node }, action }: ConditionRequest): Truth {
  if (node === undefined) return UNKNOWN;
  const restricted = RESTRICTABLE.has(node.type) ? factOf(node, 'managementRestricted') : false;
  if (unit === undefined) return restricted === undefined ? UNKNOWN : restricted ? FALSE : TRUE;
  if (!RESTRICTABLE.has(node.type)) return FALSE;
  const units = textsOf(node.attributes?.['administrativeUnits']);
  if (units === undefined) return UNKNOWN;
  if (!units.includes(unit)) return FALSE;
  // Of several units nobody tells here which is the one that restricts.
  const own = restricted === false || units.length === 1 ? TRUE : UNKNOWN;
  const folded = action.toLowerCase();
  if (!SENSITIVE.some((start) => folded.startsWith(start))) return own;
  const roles = textsOf(node.attributes?.['directoryRoles']);
  return and(own, roles === undefined ? UNKNOWN : roles.length === 0 ? TRUE : FALSE);
}

/** What can be in a unit. */
const RESTRICTABLE: ReadonlySet<string> = new Set(['user', 'group', 'device', 'unknown-principal']);

function factOf(node: GraphNode, key: string): boolean | undefined {
  const value = node.attributes?.[key];
  return typeof value === 'boolean' ? value : undefined;
}

function textsOf(json: Json | undefined): readonly string[] | undefined {
  return Array.isArray(json) ? (json as readonly Json[]).map((one) => String(one).toLowerCase()) : undefined;
}
