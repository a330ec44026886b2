import { describe, expect, it } from 'vitest';
import { readIdentityCenter } from './identity-center.ts';
import { readWith } from './testing/report.ts';

const SET = 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0000000000000001';
const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
const read = (raw: unknown) => readWith((report) => readIdentityCenter(raw, report));
const EMPTY = {
  Instances: [],
  PermissionSets: [],
  AccountAssignments: [],
  Users: [],
  Groups: [],
  GroupMemberships: [],
};
const setOf = (extra: Readonly<Record<string, unknown>>) =>
  read({ ...EMPTY, PermissionSets: [{ PermissionSetArn: SET, Name: 'Admin', ...extra }] });

describe('identity-center.json (aws.md 3.3)', () => {
  it('holds instances, sets, assignments, people and groups', () => {
    const { value, problems } = read({
      Instances: [{ InstanceArn: INSTANCE, IdentityStoreId: 'd-1', OwnerAccountId: '111122223333', Extra: 1 }],
      PermissionSets: [
        {
          PermissionSet: { PermissionSetArn: SET, Name: 'Admin', SessionDuration: 'PT8H' },
          AttachedManagedPolicies: [{ Name: 'ReadOnlyAccess', Arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
          CustomerManagedPolicyReferences: [{ Name: 'limit' }],
          InlinePolicy: '{"Version":"2012-10-17"}',
          PermissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
          Tags: [{ Key: 'a', Value: 'b' }],
        },
      ],
      AccountAssignments: [
        { AccountId: '444455556666', PermissionSetArn: SET, PrincipalType: 'GROUP', PrincipalId: 'g-1' },
      ],
      Users: [{ UserId: 'u-1', UserName: 'grace', UserStatus: 'DISABLED', Emails: [{ Value: 'g@example.com' }] }],
      Groups: [{ GroupId: 'g-1', DisplayName: 'admins', ExternalIds: [{ Issuer: 'x', Id: 'y' }] }],
      GroupMemberships: [{ GroupId: 'g-1', MemberId: { UserId: 'u-1' } }],
    });
    expect(problems).toEqual([]);
    expect(value).toEqual({
      instances: {
        complete: true,
        items: [{ InstanceArn: INSTANCE, IdentityStoreId: 'd-1', OwnerAccountId: '111122223333' }],
      },
      permissionSets: {
        complete: true,
        items: [
          {
            PermissionSetArn: SET,
            Name: 'Admin',
            SessionDuration: 'PT8H',
            managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
            customerManagedPolicies: [{ path: '/', name: 'limit' }],
            hasInlinePolicy: true,
            boundary: { arn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
            Tags: { a: 'b' },
          },
        ],
      },
      assignments: {
        complete: true,
        items: [{ AccountId: '444455556666', PermissionSetArn: SET, PrincipalType: 'GROUP', PrincipalId: 'g-1' }],
      },
      users: { complete: true, items: [{ UserId: 'u-1', UserName: 'grace', enabled: false }] },
      groups: { complete: true, items: [{ GroupId: 'g-1', DisplayName: 'admins', provisioned: true }] },
      memberships: { complete: true, items: [{ GroupId: 'g-1', UserId: 'u-1' }] },
    });
  });

  it('is empty where every list is', () => {
    const { value, problems } = read(EMPTY);
    expect(problems).toEqual([]);
    for (const list of Object.values(value ?? {})) expect(list).toEqual({ items: [], complete: true });
  });

  it('does not take a list that is not there for an empty one', () => {
    const { value, problems } = read({ PermissionSets: [], AccountAssignments: [] });
    expect(value?.assignments.complete).toBe(true);
    for (const list of [value?.users, value?.groups, value?.memberships, value?.instances]) {
      expect(list).toEqual({ items: [], complete: false });
    }
    expect(problems).toEqual(
      ['Instances', 'Users', 'Groups', 'GroupMemberships'].map(
        (key) => `${key}: expected a list, empty if there are none`,
      ),
    );
  });

  it('leaves out what cannot be used, and says where it stood', () => {
    const { value, problems } = read({
      ...EMPTY,
      Instances: [{ InstanceArn: 'x' }, { InstanceArn: INSTANCE, OwnerAccountId: 'me', IdentityStoreId: 'a b' }],
      PermissionSets: [{ PermissionSetArn: SET }, { Name: 'Admin' }, 7],
      AccountAssignments: [
        { AccountId: 'x', PermissionSetArn: SET, PrincipalType: 'GROUP', PrincipalId: 'g' },
        { AccountId: '444455556666', PermissionSetArn: SET, PrincipalType: 'ROBOT', PrincipalId: 'g' },
        { AccountId: '444455556666', PermissionSetArn: SET, PrincipalType: 'USER', PrincipalId: '' },
      ],
      Users: [{ UserName: 'nobody' }],
      Groups: [{}],
      GroupMemberships: [{ GroupId: 'g', MemberId: 'u' }],
    });
    expect(value?.instances.items).toEqual([{ InstanceArn: INSTANCE }]);
    for (const list of [value?.permissionSets, value?.assignments, value?.users, value?.groups, value?.memberships]) {
      expect(list).toEqual({ items: [], complete: false });
    }
    expect(problems).toEqual([
      'Instances[0].InstanceArn: expected an ARN of Identity Center',
      'Instances[1].IdentityStoreId: expected an id',
      'Instances[1].OwnerAccountId: expected an account id',
      'PermissionSets[0].Name: expected a permission set name',
      'PermissionSets[1].PermissionSetArn: expected an ARN of Identity Center',
      'PermissionSets[2]: expected an object',
      'AccountAssignments[0].AccountId: expected an account id',
      'AccountAssignments[1].PrincipalType: expected `USER` or `GROUP`',
      'AccountAssignments[2].PrincipalId: expected an id',
      'Users[0].UserId: expected an id',
      'Groups[0].GroupId: expected an id',
      'GroupMemberships[0].MemberId.UserId: expected an id',
    ]);
  });

  it('tells what a set does not have from what nobody asked', () => {
    const unread = setOf({}).value?.permissionSets.items[0];
    expect(unread).toEqual({
      PermissionSetArn: SET,
      Name: 'Admin',
      managedPolicies: undefined,
      customerManagedPolicies: undefined,
      hasInlinePolicy: undefined,
      boundary: undefined,
      Tags: undefined,
    });
    const none = setOf({
      ManagedPolicies: [],
      CustomerManagedPolicyReferences: [],
      InlinePolicy: '',
      PermissionsBoundary: null,
    }).value?.permissionSets.items[0];
    expect(none).toMatchObject({
      managedPolicies: [],
      customerManagedPolicies: [],
      hasInlinePolicy: false,
      boundary: null,
    });
  });

  it.each([
    [{ ManagedPolicies: [{ Arn: 'x' }] }, 'ManagedPolicies[0].Arn: expected the ARN of a policy'],
    [{ CustomerManagedPolicyReferences: {} }, 'CustomerManagedPolicyReferences: expected an array'],
    [{ InlinePolicy: 7 }, 'InlinePolicy: expected a policy'],
    [{ PermissionsBoundary: 'x' }, 'PermissionsBoundary: expected an object, or null where there is none'],
    [{ PermissionsBoundary: {} }, 'PermissionsBoundary.ManagedPolicyArn: expected the ARN of a policy'],
    [{ SessionDuration: 'ages' }, 'SessionDuration: expected a duration such as `PT8H`'],
    [{ Tags: 7 }, 'Tags: expected a list of tags'],
  ])('an unreadable property of a set is unknown: %j', (extra, problem) => {
    const { value, problems } = setOf(extra);
    expect(problems).toEqual([`PermissionSets[0].${problem}`]);
    const { PermissionSetArn: _, Name: __, ...facts } = value?.permissionSets.items[0] ?? {};
    expect(Object.values(facts).filter((fact) => fact !== undefined)).toEqual([]);
  });

  it('refuses another shape', () => {
    for (const raw of [null, 'text', [], {}, { Users: [] }]) {
      expect(read(raw)).toEqual({
        value: undefined,
        problems: [': expected an object with `PermissionSets` and `AccountAssignments`'],
      });
    }
  });
});
