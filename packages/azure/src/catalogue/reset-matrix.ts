import { FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';

const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';
const GUEST_INVITER = '95e79109-95c0-4d8e-aee3-d01accf2d47b';
const PASSWORD_ADMINISTRATOR = '966707d0-3269-4727-9be2-8c3a10f19b9d';
const HELPDESK_ADMINISTRATOR = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
const MESSAGE_CENTER_READER = '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b';
const REPORTS_READER = '4a5d8f65-41da-4de4-8968-e035b65339cf';
const USER_EXPERIENCE_SUCCESS_MANAGER = '27460883-1df1-4691-b032-3b79643e5e63';
const USAGE_SUMMARY_REPORTS_READER = '75934031-6c7e-415a-99d7-48dbd49e875e';
const AUTHENTICATION_ADMINISTRATOR = 'c4e39bd9-1100-46d3-8c65-fb160da0071f';
const GROUPS_ADMINISTRATOR = 'fdd7a751-b60b-444a-984c-02652fe8fa1c';
const USER_ADMINISTRATOR = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
const PARTNER_TIER1_SUPPORT = '4ba39ca4-527c-499a-b93d-d9b492c50246';
const PARTNER_TIER2_SUPPORT = 'e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8';
const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';
const PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = '7be44c8a-adaf-4e2a-84d6-ab2649e08a13';

const READERS = [MESSAGE_CENTER_READER, REPORTS_READER, USER_EXPERIENCE_SUCCESS_MANAGER, USAGE_SUMMARY_REPORTS_READER];
const LEAST = [DIRECTORY_READERS, GUEST_INVITER, PASSWORD_ADMINISTRATOR];
const HELPDESK = [...LEAST, HELPDESK_ADMINISTRATOR, ...READERS];

/**
 * Roles that a user may have for its password to be reset, by template id of the role of whoever resets it (azure.md 1.4);
 * `anybody`: whatever the user is.
 */
export const resetMatrix: ReadonlyMap<string, 'anybody' | ReadonlySet<string>> = new Map<
  string,
  'anybody' | ReadonlySet<string>
>([
  [PASSWORD_ADMINISTRATOR, new Set(LEAST)],
  [HELPDESK_ADMINISTRATOR, new Set(HELPDESK)],
  [AUTHENTICATION_ADMINISTRATOR, new Set([...LEAST, ...READERS, AUTHENTICATION_ADMINISTRATOR])],
  [USER_ADMINISTRATOR, new Set([...HELPDESK, GROUPS_ADMINISTRATOR, USER_ADMINISTRATOR])],
  [PARTNER_TIER1_SUPPORT, new Set<string>()],
  [GLOBAL_ADMINISTRATOR, 'anybody'],
  [PRIVILEGED_AUTHENTICATION_ADMINISTRATOR, 'anybody'],
  [PARTNER_TIER2_SUPPORT, 'anybody'],
]);

/**
 * Whether whoever has a role may reset a user: `roles` are the template ids of the user's directory roles, lower case;
 * `isProtected`: a member or owner of a group that roles may be given to, or with a role over a restricted unit. Undefined: not
 * collected. Roles that the matrix does not name reset users without roles; of others nothing is known.
 *
 * @example
 * mayReset('62e90394-69f5-4237-9190-012177145e10', undefined, undefined); // TRUE
 */
export function mayReset(
  resetter: string,
  roles: readonly string[] | undefined,
  isProtected: boolean | undefined,
): Truth {
  const targets = resetMatrix.get(resetter.toLowerCase());
  if (targets === 'anybody') return TRUE;
  if (targets === undefined) return roles?.length === 0 && isProtected === false ? TRUE : UNKNOWN;
  if (isProtected === true || roles?.some((role) => !targets.has(role)) === true) return FALSE;
  return roles === undefined || isProtected === undefined ? UNKNOWN : TRUE;
}
