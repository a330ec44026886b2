import { describe, expect, it } from 'vitest';
import { type AuthorizationDetails, readAuthorizationDetails } from './authorization-details.ts';
import { readWith } from './testing/report.ts';

const EMPTY = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] };
const A = '111122223333';

function read(raw: unknown, accountId: string | null = A) {
  return readWith((report) => readAuthorizationDetails(raw, accountId ?? undefined, report));
}

function details(raw: unknown): { readonly lists: AuthorizationDetails; readonly problems: readonly string[] } {
  const { value, problems } = read(raw);
  return { lists: value!.get(A)!, problems };
}

describe('readAuthorizationDetails', () => {
  it('reads users, groups, roles and policies with what they hold', () => {
    const { lists, problems } = details({
      UserDetailList: [
        {
          Path: '/a/',
          UserName: 'ci',
          UserId: 'AIDA1',
          Arn: `arn:aws:iam::${A}:user/a/ci`,
          CreateDate: 1678358505,
          GroupList: ['g'],
          UserPolicyList: [{ PolicyName: 'p', PolicyDocument: '%7B%7D' }],
          AttachedManagedPolicies: [{ PolicyName: 'm', PolicyArn: `arn:aws:iam::${A}:policy/m` }],
          PermissionsBoundary: {
            PermissionsBoundaryType: 'Policy',
            PermissionsBoundaryArn: `arn:aws:iam::${A}:policy/b`,
          },
          Tags: [{ Key: 'team', Value: 'shop' }],
          Unknown: { anything: true },
        },
      ],
      GroupDetailList: [{ GroupName: 'g', Arn: `arn:aws:iam::${A}:group/g`, AttachedManagedPolicies: [] }],
      RoleDetailList: [
        {
          RoleName: 'used',
          Arn: `arn:aws:iam::${A}:role/used`,
          RoleLastUsed: { LastUsedDate: '2026-01-01', Region: 'eu-west-1' },
        },
        { RoleName: 'never', Arn: `arn:aws:iam::${A}:role/never`, RoleLastUsed: {} },
        { RoleName: 'unknown', Arn: `arn:aws:iam::${A}:role/x/y/unknown` },
      ],
      Policies: [
        {
          PolicyName: 'm',
          Arn: `arn:aws:iam::${A}:policy/m`,
          DefaultVersionId: 'v1',
          PermissionsBoundaryUsageCount: null,
          PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: {} }],
        },
      ],
    });
    expect(problems).toEqual([]);
    expect(lists.users).toEqual({
      complete: true,
      items: [
        {
          Arn: `arn:aws:iam::${A}:user/a/ci`,
          Path: '/a/',
          CreateDate: '2023-03-09T10:41:45.000Z',
          AttachedManagedPolicies: {
            complete: true,
            items: [{ PolicyArn: `arn:aws:iam::${A}:policy/m`, PolicyName: 'm' }],
          },
          UserName: 'ci',
          UserId: 'AIDA1',
          GroupList: { complete: true, items: ['g'] },
          UserPolicyList: { complete: true, items: [{ PolicyName: 'p', PolicyDocument: '%7B%7D' }] },
          PermissionsBoundary: `arn:aws:iam::${A}:policy/b`,
          Tags: { team: 'shop' },
        },
      ],
    });
    expect(
      lists.roles.items.map(({ Path, RoleLastUsed, Tags, PermissionsBoundary }) => [
        Path,
        RoleLastUsed,
        Tags,
        PermissionsBoundary,
      ]),
    ).toEqual([
      ['/', { LastUsedDate: '2026-01-01T00:00:00.000Z', Region: 'eu-west-1' }, {}, null],
      ['/', null, {}, null],
      ['/x/y/', undefined, {}, null],
    ]);
    expect(lists.policies.items[0]?.versions.items).toHaveLength(1);
  });

  it('refuses what is no reply', () => {
    for (const raw of [undefined, null, 1, 'x', [], {}, { Users: [] }]) {
      const { value, problems } = read(raw);
      expect(value).toBeUndefined();
      expect(problems).toEqual([
        ': expected an object with `UserDetailList`, `GroupDetailList`, `RoleDetailList`, `Policies`',
      ]);
    }
  });

  it('treats a list that is missing, or is none, as unknown and not empty', () => {
    const { lists, problems } = details({
      ...EMPTY,
      UserDetailList: undefined,
      RoleDetailList: 'none',
      GroupDetailList: null,
    });
    expect(lists.users).toEqual({ items: [], complete: false });
    expect(lists.roles).toEqual({ items: [], complete: false });
    expect(lists.groups).toEqual({ items: [], complete: false });
    expect(lists.policies).toEqual({ items: [], complete: true });
    expect(problems).toEqual([
      'UserDetailList: expected an array',
      'GroupDetailList: expected an array',
      'RoleDetailList: expected an array',
    ]);
    const { Policies: _, ...without } = EMPTY;
    expect(details(without).problems).toEqual(['Policies: expected a list, empty if there are none']);
  });

  it('leaves out a bad element, says where, and keeps the rest', () => {
    const good = { UserName: 'a', Arn: `arn:aws:iam::${A}:user/a` };
    const { lists, problems } = details({
      ...EMPTY,
      UserDetailList: [null, 1, [], {}, { UserName: 'b', Arn: 'nonsense' }, { ...good, UserName: 7 }, good],
    });
    expect(lists.users.items.map(({ UserName }) => UserName)).toEqual(['a']);
    expect(lists.users.complete).toBe(false);
    expect(problems).toEqual([
      'UserDetailList[0]: expected an object',
      'UserDetailList[1]: expected an object',
      'UserDetailList[2]: expected an object',
      'UserDetailList[3].Arn: expected an IAM ARN',
      'UserDetailList[3].UserName: expected a string, not empty and of ordinary length',
      'UserDetailList[4].Arn: expected an IAM ARN',
      'UserDetailList[5].UserName: expected a string, not empty and of ordinary length',
    ]);
  });

  it('notes which inner lists are incomplete', () => {
    const { lists, problems } = details({
      ...EMPTY,
      UserDetailList: [
        {
          UserName: 'a',
          Arn: `arn:aws:iam::${A}:user/a`,
          GroupList: ['g', 1],
          UserPolicyList: 'no',
          AttachedManagedPolicies: [{ PolicyName: 'x' }],
          PermissionsBoundary: {},
          Tags: [{ Key: 'k', Value: 1 }],
          CreateDate: 'then',
        },
      ],
    });
    const [user] = lists.users.items;
    expect(user).toMatchObject({
      GroupList: { items: ['g'], complete: false },
      UserPolicyList: { items: [], complete: false },
      AttachedManagedPolicies: { items: [], complete: false },
      PermissionsBoundary: undefined,
      Tags: undefined,
    });
    expect(problems).toHaveLength(6);
  });

  it('keeps the first of several with one ARN and says so once', () => {
    const user = { UserName: 'a', Arn: `arn:aws:iam::${A}:user/a` };
    const { lists, problems } = details({ ...EMPTY, UserDetailList: [{ ...user, UserId: 'first' }, user, user] });
    expect(lists.users.items.map(({ UserId }) => UserId)).toEqual(['first']);
    expect(problems).toEqual([
      `UserDetailList: expected each ARN once, \`arn:aws:iam::${A}:user/a\` is listed again; the first is kept`,
    ]);
  });

  it('splits a file that holds several accounts and gives AWS managed policies to each', () => {
    const managed = { PolicyName: 'x', Arn: 'arn:aws:iam::aws:policy/x', PolicyVersionList: [] };
    const { value } = read(
      {
        ...EMPTY,
        UserDetailList: ['444455556666', '777788889999'].map((id) => ({
          UserName: 'a',
          Arn: `arn:aws:iam::${id}:user/a`,
        })),
        Policies: [managed],
      },
      null,
    );
    expect([...value!.keys()]).toEqual(['444455556666', '777788889999']);
    for (const { users, policies } of value!.values())
      expect([users.items.length, policies.items.length]).toEqual([1, 1]);
  });

  it('knows an account without anything in it where it is told the account', () => {
    expect([...read(EMPTY).value!.keys()]).toEqual([A]);
    expect([...read(EMPTY, null).value!.keys()]).toEqual([]);
  });

  it('marks a page of several as incomplete', () => {
    const { lists, problems } = details({ ...EMPTY, IsTruncated: true, Marker: 'x' });
    expect(lists.users.complete).toBe(false);
    expect(problems).toEqual(['IsTruncated: expected all pages merged into one file']);
  });
});
