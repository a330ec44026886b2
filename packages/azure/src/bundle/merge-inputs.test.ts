import { describe, expect, it } from 'vitest';
import { type AzureInputObjects, azureInputFromObjects } from './input-from-objects.ts';
import { ABSENT, ABSENT_OF_SOME, mergeAzureInputs } from './merge-inputs.ts';

const subscription = (id: string): AzureInputObjects => ({ subscriptions: [{ subscriptionId: id, tenantId: 'T' }] });
const deny = (scope: string): object => ({ id: `${scope}/d`, scope, permissions: [], principals: [] });
const merged = (...inputs: readonly AzureInputObjects[]) => mergeAzureInputs(inputs.map(azureInputFromObjects));

describe('inputs side by side', () => {
  it('add up, and lack what all of them lack', () => {
    const input = merged({ ...subscription('a'), users: [{ id: 'u' }] }, { ...subscription('b'), groups: [] });
    expect(input.subscriptions?.items).toHaveLength(2);
    expect([input.users?.complete, input.groups?.complete]).toEqual([true, true]);
    const absent = input.gaps.filter(({ why }) => why === ABSENT).map(({ what }) => what);
    expect(absent).toContain('applications');
    expect(absent).not.toContain('users');
    expect(absent).not.toContain('groups');
  });

  it('prove of a list about subscriptions only what is in it where one of another subscription has none', () => {
    const one = { ...subscription('a'), denyAssignments: [deny('/subscriptions/a')] };
    const input = merged(one, subscription('b'));
    expect(input.denyAssignments).toMatchObject({ items: [{}], complete: false });
    expect(input.gaps.filter(({ why }) => why === ABSENT_OF_SOME)).toMatchObject([{ what: 'deny assignments' }]);
    const both = merged(one, { ...subscription('b'), denyAssignments: [] });
    expect(both.denyAssignments?.complete).toBe(true);
  });

  it('need no list of their own where they are about the directory, or the same subscription', () => {
    const one = { ...subscription('A'), denyAssignments: [] };
    for (const other of [{ users: [] }, subscription('a'), { roleAssignments: [] }]) {
      expect(merged(one, other).denyAssignments?.complete).toBe(true);
    }
    const elsewhere = { id: 'a', scope: '/subscriptions/b/resourceGroups/x', roleDefinitionId: 'r', principalId: 'p' };
    expect(merged(one, { roleAssignments: [elsewhere] }).denyAssignments?.complete).toBe(false);
  });

  it('have all of a list about the tenant once one of them has', () => {
    const page = { value: [{ id: 'u' }], '@odata.nextLink': 'x' };
    expect(merged({ users: page }, { users: [{ id: 'u' }, { id: 'v' }] }).users).toMatchObject({ complete: true });
    expect(merged({ users: page }, { groups: [] }).users?.complete).toBe(false);
    expect(merged({ subscriptions: page }, subscription('a')).subscriptions?.complete).toBe(false);
  });

  it('were collected when the oldest of them was', () => {
    const at = (collectedAt: string): AzureInputObjects => ({ users: [], collectedAt });
    expect(merged(at('2026-02-01T00:00:00Z'), at('2026-01-01T00:00:00Z')).collectedAt).toBe('2026-01-01T00:00:00.000Z');
  });

  it('are nothing where nothing is given', () => {
    expect(mergeAzureInputs([])).toEqual({
      activityLogs: [],
      signInLogs: [],
      graphActivityLogs: [],
      recordedUse: [],
      gaps: [],
    });
  });
});
