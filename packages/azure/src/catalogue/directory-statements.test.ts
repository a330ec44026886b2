import { globMatch } from '@keyreach/core/authz';
import { describe, expect, it } from 'vitest';
import { directoryStatements } from './directory-statements.ts';

const of = (allowed: readonly string[], excluded: readonly string[] = [], condition?: string) =>
  directoryStatements({
    id: 'R',
    templateId: 'T-1',
    inheritsFrom: [],
    rolePermissions: {
      items: [
        {
          allowedResourceActions: allowed,
          excludedResourceActions: excluded,
          ...(condition === undefined ? {} : { condition }),
        },
      ],
      complete: true,
    },
  });
const gives = (statements: ReturnType<typeof of>, action: string): readonly unknown[] =>
  statements
    .filter(({ actions: { include, exclude } }) => {
      const matches = (pattern: string): boolean => globMatch(pattern.toLowerCase(), action.toLowerCase());
      return include.some(matches) && !exclude.some(matches);
    })
    .map(({ condition }) => condition?.body);
const D = 'microsoft.directory';

describe('actions of directory roles', () => {
  it('name all tasks and all property sets of an entity, and of those that are part of it', () => {
    const all = of([`${D}/applications/allProperties/allTasks`]);
    expect(gives(all, `${D}/applications/credentials/update`)).toEqual([undefined]);
    expect(gives(all, `${D}/applications.myOrganization/owners/update`)).toEqual([undefined]);
    expect(gives(all, `${D}/applications/create`)).toEqual([undefined]);
    expect(gives(all, `${D}/servicePrincipals/credentials/update`)).toEqual([]);
    const update = of([`${D}/groups/allProperties/update`]);
    expect(gives(update, `${D}/groups/members/update`)).toEqual([undefined]);
    expect(gives(update, `${D}/groups.security/members/update`)).toEqual([undefined]);
    expect(gives(update, `${D}/groups/members/read`)).toEqual([]);
    expect(gives(update, `${D}/groupsAssignableToRoles/members/update`)).toEqual([]);
    expect(gives(of([`${D}/groups.security/members/update`]), `${D}/groups/members/update`)).toEqual([]);
    expect(gives(of(['microsoft.intune/allEntities/allTasks']), 'microsoft.intune/devices/wipe')).toEqual([undefined]);
  });

  it('are less what the block excludes, and limited to own objects or oneself', () => {
    const most = of([`${D}/applications/allProperties/allTasks`], [`${D}/applications/credentials/update`]);
    expect(gives(most, `${D}/applications/credentials/update`)).toEqual([]);
    expect(gives(most, `${D}/applications/owners/update`)).toEqual([undefined]);
    const owners = of([`${D}/applications/owners/update`], [], '$SubjectIsOwner');
    expect(gives(owners, `${D}/applications/owners/update`)).toEqual([{ owner: true }]);
    expect(gives(of([`${D}/users/password/update`], [], '$ResourceIsSelf'), `${D}/users/password/update`)).toEqual([
      { self: true },
    ]);
    expect(gives(of([`${D}/x/y/update`], [], '$Other'), `${D}/x/y/update`)).toEqual([{ unknown: expect.any(String) }]);
  });

  it('that take over users hold for those the role may reset', () => {
    const all = of([`${D}/users/allProperties/allTasks`]);
    expect(gives(all, `${D}/users/password/update`)).toEqual([{ resets: 't-1' }]);
    expect(gives(all, `${D}/users/authenticationMethods/basic/update`)).toEqual([{ resets: 't-1' }]);
    expect(gives(all, `${D}/users/manager/update`)).toEqual([undefined]);
    const one = of([`${D}/users/authenticationMethods/basic/update`, `${D}/users/password/update`]);
    expect(one).toHaveLength(1);
    expect(gives(one, `${D}/users/authenticationMethods/create`)).toEqual([]);
    expect(gives(of([`${D}/users/password/update`], [], '$SubjectIsOwner'), `${D}/users/password/update`)).toEqual([
      { all: [{ owner: true }, { resets: 't-1' }] },
    ]);
  });
});
