import { describe, expect, it } from 'vitest';
import { azureConditionLanguage } from './condition-language.ts';

const ROLE = '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]';
const TYPE = '@Request[Microsoft.Authorization/roleAssignments:PrincipalType]';
const ID = '@Request[Microsoft.Authorization/roleAssignments:PrincipalId]';
const A = 'aaaaaaaa-0000-0000-0000-000000000001';
const B = 'bbbbbbbb-0000-0000-0000-000000000002';
const one = (role: string): string => `${ROLE} ForAnyOfAnyValues:GuidEquals{${role}}`;
const policies = (abac: string) =>
  azureConditionLanguage
    .handsOut?.({ abac })
    ?.policies.map((id) => id.slice('/providers/microsoft.authorization/roledefinitions/'.length));

describe('handsOut', () => {
  it.each([
    [one(A), [A]],
    [one(`${B}, ${A.replaceAll('-', '').toUpperCase()}`), [A, B]],
    [`((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (${one(A)}))`, [A]],
    [`${one(A)} OR ${one(B)}`, [A, B]],
    [`${one(A)} AND ${one(B)}`, []],
    [`${one(A)} AND ${TYPE} StringEqualsIgnoreCase 'ServicePrincipal'`, [A]],
    [`${one(A)} AND ${TYPE} StringEquals 'Robot'`, []],
    [`(${one(A)} AND ${TYPE} StringEquals 'User') OR (${one(B)} AND ${ID} GuidEquals ${A})`, [A, B]],
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
    const given = (abac: string) =>
      azureConditionLanguage.handsOut?.({ abac }, all)?.policies.map((id) => id.slice(id.lastIndexOf('/') + 1));
    const notOf = (...roles: readonly string[]) => `${ROLE} ForAnyOfAllValues:GuidNotEquals{${roles.join(', ')}}`;
    expect(given(notOf(A, B))).toEqual([C]);
    expect(given(`${notOf(A)} AND ${TYPE} StringEqualsIgnoreCase 'ServicePrincipal'`)).toEqual([B, C]);
    expect(given(`${notOf(A)} AND ${one(B)}`)).toEqual([B]);
    expect(given(`${notOf(A)} OR ${one(A)}`)).toBeUndefined();
    expect(given(`${TYPE} StringEquals 'User'`)).toBeUndefined();
  });

  it('limits assignments alone', () => {
    const limit = azureConditionLanguage.handsOut?.({ all: [{ abac: one(A) }, { eligible: {} }] });
    expect(limit?.holdsFor('microsoft.authorization/roleassignments/WRITE')).toBe(true);
    expect(limit?.holdsFor('Microsoft.Authorization/roleDefinitions/write')).toBe(false);
    expect(azureConditionLanguage.handsOut?.({ vault: 'rbac' })).toBeUndefined();
  });
});
