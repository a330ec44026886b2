import { FALSE, TRUE, UNKNOWN } from '@keyreach/core/authz';
import { expect, test } from 'vitest';
import { mayReset } from './reset-matrix.ts';

const GLOBAL = '62e90394-69f5-4237-9190-012177145e10';
const HELPDESK = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
const AUTHENTICATION = 'c4e39bd9-1100-46d3-8c65-fb160da0071f';
const USER = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
const PARTNER1 = '4ba39ca4-527c-499a-b93d-d9b492c50246';
const READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';

test.each([
  ['helpdesk resets users without roles', HELPDESK, [], false, TRUE],
  ['and others of its kind', HELPDESK, [HELPDESK, READERS], false, TRUE],
  ['but no user with one role beyond', HELPDESK, [READERS, USER], false, FALSE],
  ['nor one in a group that roles may be given to', HELPDESK, [], true, FALSE],
  ['nor an authentication administrator', HELPDESK, [AUTHENTICATION], false, FALSE],
  ['who resets no helpdesk', AUTHENTICATION, [HELPDESK], false, FALSE],
  ['user administrators reset one another', USER, [USER, HELPDESK], false, TRUE],
  ['partners of the first tier none with a role', PARTNER1, [READERS], false, FALSE],
  ['global administrators anybody', GLOBAL.toUpperCase(), [GLOBAL], true, TRUE],
  ['roles that were not read', HELPDESK, undefined, false, UNKNOWN],
  ['protection that was not read', HELPDESK, [], undefined, UNKNOWN],
  ['protection that is known anyway', HELPDESK, undefined, true, FALSE],
  ['a custom role, a user without roles', 'custom', [], false, TRUE],
  ['a custom role, another user', 'custom', [READERS], false, UNKNOWN],
] as const)('%s', (_, resetter, roles, isProtected, expected) => {
  expect(mayReset(resetter, roles, isProtected)).toBe(expected);
});
