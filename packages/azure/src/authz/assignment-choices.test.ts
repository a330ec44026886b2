import { type Givable, UNKNOWN } from '@keyreach/core/authz';
import type { IdentityNode } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import { azureConditionLanguage } from './condition-language.ts';

const language = azureConditionLanguage('roles');

const ROLE = '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]';
const TYPE = '@Request[Microsoft.Authorization/roleAssignments:PrincipalType]';
const ID = '@Request[Microsoft.Authorization/roleAssignments:PrincipalId]';
const A = 'aaaaaaaa-0000-0000-0000-000000000001';
const B = 'bbbbbbbb-0000-0000-0000-000000000002';
const one = (role: string): string => `${ROLE} ForAnyOfAnyValues:GuidEquals{${role}}`;
const START = '/providers/microsoft.authorization/roledefinitions/';

const USER = 'cccccccc-0000-0000-0000-00000000000a';
const GROUP = 'cccccccc-0000-0000-0000-00000000000b';
const identity = (id: string, type: string): IdentityNode => {
  return { kind: 'identity', id: `entra:t/${id}`, provider: 'azure', type, name: id };
};
const identities = [identity(USER, 'user'), identity(GROUP, 'group')];
const givable: Givable = {
  policies: [],
  isComplete: false,
  identity: (name) => identities.find(({ id }) => id.slice('entra:t/'.length).replaceAll('-', '') === name),
};
const limitOf = (abac: string, around: Givable = givable) => language.handsOut?.([{ abac }], around);

/** What can be given to whom: `roles -> types with how surely, principals with how surely`; undefined: anything to everybody. */
function gives(abac: string, around: Givable = givable): readonly string[] | undefined {
  return limitOf(abac, around)?.gives.map(({ policies: roles, to }) => {
    const what = roles?.map((id) => id.slice(START.length, START.length + 1)).join(' ') ?? 'any';
    if (to === undefined) return `${what} -> everybody`;
    const types = [...to.types].map(([type, truth]) => `${type} ${truth}`);
    const named = [...to.named].map(([id, truth]) => `${id.slice(-1)} ${truth}`);
    return `${what} -> ${[...types, ...named, `outsider ${to.outsider}`].join(', ')}`;
  });
}

/** Roles that can be given to anybody at all; undefined where any can. */
function policies(abac: string, roles?: readonly string[]): readonly string[] | undefined {
  const limit = limitOf(abac, roles === undefined ? givable : { ...givable, policies: roles, isComplete: true });
  if (limit === undefined || limit.gives.some((one) => one.policies === undefined)) return undefined;
  return limit.gives.flatMap((one) => one.policies?.map((id) => id.slice(START.length)) ?? []).sort();
}

describe('handsOut', () => {
  it.each([
    [one(A), [A]],
    [one(`${B}, ${A.replaceAll('-', '').toUpperCase()}`), [A, B]],
    [`((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (${one(A)}))`, [A]],
    [`${one(A)} OR ${one(B)}`, [A, B]],
    [`${one(A)} AND ${one(B)}`, []],
    [`${one(A)} AND ${TYPE} StringEqualsIgnoreCase 'ServicePrincipal'`, [A]],
    [`${one(A)} AND ${TYPE} StringEquals 'Robot'`, []],
    [`(${one(A)} AND ${TYPE} StringEquals 'User') OR (${one(B)} AND ${ID} GuidEquals ${USER})`, [A, B]],
    [`@Resource[HasObotoken] boolequals true && (${one(A)})`, [A]],
    // Whoever may give a role that is not named may give what it likes, where nobody knows all roles.
    [`${ROLE} ForAnyOfAllValues:GuidNotEquals{${A}, ${B}}`, undefined],
    [`${one(A)} OR ${TYPE} StringEquals 'User'`, undefined],
    [`${TYPE} StringEquals 'User'`, undefined],
    [`!(ActionMatches{'Microsoft.Authorization/roleAssignments/*'}) OR ${one(A)}`, [A]],
    ["@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'a'", undefined],
    ['nonsense(', undefined],
  ])('%s', (text, expected) => {
    expect(policies(text)).toEqual(expected);
  });

  it('to all roles but some, where all are known', () => {
    const C = 'cccccccc-0000-0000-0000-000000000003';
    const all = [A, B, C].map((id) => `/providers/microsoft.authorization/roledefinitions/${id}`);
    const given = (abac: string) => policies(abac, all);
    const notOf = (...roles: readonly string[]) => `${ROLE} ForAnyOfAllValues:GuidNotEquals{${roles.join(', ')}}`;
    expect(given(notOf(A, B))).toEqual([C]);
    expect(given(`${notOf(A)} AND ${TYPE} StringEqualsIgnoreCase 'ServicePrincipal'`)).toEqual([B, C]);
    expect(given(`${notOf(A)} AND ${one(B)}`)).toEqual([B]);
    expect(given(`${notOf(A)} OR ${one(A)}`)).toBeUndefined();
    expect(given(`${TYPE} StringEquals 'User'`)).toBeUndefined();
  });

  it('limits assignments alone', () => {
    const limit = language.handsOut?.([{ all: [{ abac: one(A) }, { eligible: {} }] }]);
    expect(limit?.holdsFor('microsoft.authorization/roleassignments/WRITE')).toBe(true);
    expect(limit?.holdsFor('Microsoft.Authorization/roleDefinitions/write')).toBe(false);
    expect(language.handsOut?.([{ vault: 'rbac' }])).toBeUndefined();
  });

  describe('to whom', () => {
    const machines = 'service-principal 3, managed-identity 3, agent 3, unknown-principal 1, outsider 1';
    const users = 'user 3, unknown-principal 1, outsider 1';
    const type = (...types: readonly string[]) =>
      `${TYPE} ForAnyOfAnyValues:StringEqualsIgnoreCase {${types.map((name) => `'${name}'`).join(', ')}}`;
    const to = (...ids: readonly string[]) => `${ID} ForAnyOfAnyValues:GuidEquals {${ids.join(', ')}}`;
    const notTo = (...ids: readonly string[]) => `${ID} ForAnyOfAllValues:GuidNotEquals {${ids.join(', ')}}`;
    it.each([
      ['machines', `${one(A)} AND ${type('ServicePrincipal')}`, [`a -> ${machines}`]],
      ['users', `${one(A)} AND ${type('user')}`, [`a -> ${users}`]],
      ['any role to machines', type('ServicePrincipal'), [`any -> ${machines}`]],
      ['every type', `${one(A)} AND ${type('User', 'Group', 'ServicePrincipal')}`, ['a -> everybody']],
      ['any role to every type', type('User', 'Group', 'ServicePrincipal'), undefined],
      // Whoever likes may be put into a group of the giver's own.
      [
        'groups',
        `${one(A)} AND ${type('Group')}`,
        ['a -> user 1, group 3, service-principal 1, managed-identity 1, agent 1, unknown-principal 1, outsider 1'],
      ],
      ['one user', `${one(A)} AND ${to(USER)}`, ['a -> a 3, outsider 0']],
      ['a user and a group', `${one(A)} AND ${to(USER, GROUP)}`, ['a -> a 3, b 3, outsider 0']],
      ['a principal that nobody has', `${one(A)} AND ${to(B)}`, []],
      ['a user as a machine', `${one(A)} AND ${to(USER)} AND ${type('ServicePrincipal')}`, []],
      ['a group as one', `${one(A)} AND ${to(GROUP)} AND ${type('Group')}`, ['a -> b 3, outsider 0']],
      [
        'users but one',
        `${one(A)} AND ${type('User')} AND ${notTo(USER)}`,
        [`a -> user 3, unknown-principal 1, a 0, outsider 1`],
      ],
      ['everybody but what nobody has', `${one(A)} AND ${notTo(B)}`, ['a -> everybody']],
      [
        'one role to machines, another to users',
        `(${one(A)} AND ${type('ServicePrincipal')}) OR (${one(B)} AND ${type('User')})`,
        [`a -> ${machines}`, `b -> ${users}`],
      ],
      [
        'one role to everybody, any other to machines',
        `${one(A)} OR ${type('ServicePrincipal')}`,
        [`b -> ${machines}`, 'a -> everybody'],
      ],
    ])('%s', (_, abac, expected) => {
      expect(gives(abac, { ...givable, policies: [`${START}${A}`, `${START}${B}`], isComplete: true })).toEqual(
        expected,
      );
    });

    it('perhaps, of roles that the input does not have', () => {
      const known = { ...givable, policies: [`${START}${A}`, `${START}${B}`] };
      expect(gives(`${one(A)} OR ${type('User')}`, known)).toEqual([
        `b -> ${users}`,
        'any -> user 1, unknown-principal 1, outsider 1',
        'a -> everybody',
      ]);
      expect(gives(`${ROLE} ForAnyOfAllValues:GuidNotEquals{${A}}`, known)).toEqual([
        'b -> everybody',
        'any -> user 1, group 1, service-principal 1, managed-identity 1, agent 1, unknown-principal 1, outsider 1',
      ]);
    });

    it('by all conditions of one grant together', () => {
      const bodies = [
        { abac: `${one(A)} OR ${one(B)}` },
        { abac: `${one(A)} AND ${type('Group')}` },
        { abac: to(USER) },
      ];
      expect(language.handsOut?.(bodies.slice(0, 2), givable)?.gives).toHaveLength(1);
      // The user is no group, and the group not the user.
      expect(language.handsOut?.(bodies, givable)?.gives).toEqual([]);
    });

    it('is not told apart for more than can be tried', () => {
      const many = Array.from({ length: 300 }, (_, at) => `${A.slice(0, -3)}${String(at).padStart(3, '0')}`);
      const limit = limitOf(`${one(many.join(', '))} AND ${to(...many)}`);
      expect(limit?.gives).toHaveLength(1);
      expect(limit?.gives[0]?.policies).toBeUndefined();
      expect([...(limit?.gives[0]?.to?.types.values() ?? [])].every((truth) => truth === UNKNOWN)).toBe(true);
    });
  });
});
