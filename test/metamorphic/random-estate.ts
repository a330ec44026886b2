import fc from 'fast-check';
import type { Estate } from './estate.ts';
import { arn, groupNames, keyId, main, other, policyNames, roleNames, uniqueId, userNames } from './names.ts';
import { noOrganization, randomOrganization } from './random-organization.ts';
import { randomDocument, weighted } from './random-statements.ts';
import type { Branch } from './tree.ts';

const time = '2024-01-01T00:00:00Z';

const some = <T>(item: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | undefined> =>
  fc.option(item, { freq, nil: undefined });
const present = (parts: Readonly<Record<string, unknown>>): Branch =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));

const tags = fc.constantFrom([], [{ Key: 'team', Value: 'red' }], [{ Key: 'Team', Value: 'blue' }]);

const inlinePolicies = fc
  .array(randomDocument('identity', 2), { maxLength: 2 })
  .map((documents) => documents.map((PolicyDocument, index) => ({ PolicyName: `inline-${index}`, PolicyDocument })));

const attached = (account: string): fc.Arbitrary<readonly Branch[]> =>
  fc
    .record({
      names: weighted<readonly string[]>([3, fc.constant([])], [3, fc.subarray([...policyNames], { maxLength: 2 })]),
      // AWS's own policies without their text, and one that was not listed.
      outside: weighted<string | undefined>(
        [14, fc.constant(undefined)],
        [1, fc.constant('arn:aws:iam::aws:policy/ReadOnlyAccess')],
        [1, fc.constant(arn(account, 'policy', 'missing'))],
      ),
    })
    .map(({ names, outside }) =>
      [...names.map((name) => arn(account, 'policy', name)), ...(outside === undefined ? [] : [outside])].map(
        (PolicyArn) => ({ PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1), PolicyArn }),
      ),
    );

/** The boundary of a user or role as the authorization details show it. */
export const boundaryOf = (account: string, name: string): Branch => ({
  PermissionsBoundaryType: 'Policy',
  PermissionsBoundaryArn: arn(account, 'policy', name),
});

const held = (account: string): fc.Arbitrary<Branch> =>
  fc
    .record({
      AttachedManagedPolicies: attached(account),
      PermissionsBoundary: weighted<Branch | undefined>(
        [6, fc.constant(undefined)],
        [2, fc.constantFrom(...policyNames).map((name) => boundaryOf(account, name))],
      ),
      Tags: tags,
    })
    .map(present);

const user = (account: string, name: string): fc.Arbitrary<Branch> =>
  fc
    .record({ more: held(account), UserPolicyList: inlinePolicies, GroupList: fc.subarray([...groupNames]) })
    .map(({ more, ...rest }) => ({
      Path: '/',
      UserName: name,
      UserId: uniqueId('AIDA', account, name),
      Arn: arn(account, 'user', name),
      CreateDate: time,
      ...rest,
      ...more,
    }));

const role = (account: string, name: string): fc.Arbitrary<Branch> =>
  fc
    .record({
      more: held(account),
      AssumeRolePolicyDocument: randomDocument('trust', 2),
      RolePolicyList: inlinePolicies,
    })
    .map(({ more, ...rest }) => ({
      Path: '/',
      RoleName: name,
      RoleId: uniqueId('AROA', account, name),
      Arn: arn(account, 'role', name),
      CreateDate: time,
      InstanceProfileList: [],
      ...rest,
      ...more,
    }));

const group = (account: string, name: string): fc.Arbitrary<Branch> =>
  fc.record({ GroupPolicyList: inlinePolicies, AttachedManagedPolicies: attached(account) }).map((more) => ({
    Path: '/',
    GroupName: name,
    GroupId: uniqueId('AGPA', account, name),
    Arn: arn(account, 'group', name),
    CreateDate: time,
    ...more,
  }));

/** A managed policy with the versions it has, the first in force. */
export function managedPolicy(account: string, name: string, ...documents: readonly unknown[]): Branch {
  return {
    PolicyName: name,
    PolicyId: uniqueId('ANPA', account, name),
    Arn: arn(account, 'policy', name),
    Path: '/',
    DefaultVersionId: 'v1',
    CreateDate: time,
    UpdateDate: time,
    PolicyVersionList: documents.map((Document, index) => ({
      Document,
      VersionId: `v${index + 1}`,
      IsDefaultVersion: index === 0,
      CreateDate: time,
    })),
  };
}

/** What S3 blocks in a whole account. */
export const accountBlockType = 'AWS::S3::AccountPublicAccessBlock';

const resources = (account: string): fc.Arbitrary<readonly Branch[]> => {
  const bucket = account === main ? 'data' : 'far';
  return fc
    .record({
      role: fc.constantFrom(...roleNames),
      bucketPolicy: some(randomDocument('bucket', 2), 3),
      KeyPolicy: some(randomDocument('key', 2), 8),
      tags: fc.array(some(tags, 2), { minLength: 3, maxLength: 3 }),
    })
    .map(({ role: name, bucketPolicy, KeyPolicy, tags: [first, second, last] }) => [
      {
        TypeName: 'AWS::Lambda::Function',
        Identifier: 'worker',
        Region: 'us-east-1',
        Properties: present({
          FunctionName: 'worker',
          Arn: `arn:aws:lambda:us-east-1:${account}:function:worker`,
          Role: arn(account, 'role', name),
          Tags: first,
        }),
      },
      { TypeName: 'AWS::S3::Bucket', Identifier: bucket, Properties: present({ Tags: second }) },
      ...(bucketPolicy === undefined
        ? []
        : [
            {
              TypeName: 'AWS::S3::BucketPolicy',
              Identifier: bucket,
              Properties: { Bucket: bucket, PolicyDocument: bucketPolicy },
            },
          ]),
      {
        TypeName: 'AWS::KMS::Key',
        Identifier: 'k1',
        Region: 'us-east-1',
        Properties: present({ KeyPolicy, Tags: last }),
      },
      {
        TypeName: 'AWS::SecretsManager::Secret',
        Identifier: `arn:aws:secretsmanager:us-east-1:${account}:secret:token-AbCdEf`,
        Properties: {},
      },
      { TypeName: accountBlockType, Identifier: account, Properties: {} },
    ]);
};

const accessKeys = (account: string): fc.Arbitrary<readonly Branch[]> =>
  fc
    .tuple(...userNames.map(() => fc.array(fc.constantFrom('Active', 'Active', 'Inactive'), { maxLength: 2 })))
    .map((lists) =>
      lists.flatMap((statuses, index) =>
        statuses.map((Status, slot) => ({
          UserName: userNames[index],
          AccessKeyId: keyId(account, userNames[index]!, slot),
          Status,
          CreateDate: time,
        })),
      ),
    );

const named = fc.subarray([...userNames]).map((names) => names.map((UserName) => ({ UserName, CreateDate: time })));

const account = (id: string): fc.Arbitrary<Branch> =>
  fc
    .record({
      users: fc.tuple(...userNames.map((name) => user(id, name))),
      roles: fc.tuple(...roleNames.map((name) => role(id, name))),
      groups: fc.tuple(...groupNames.map((name) => group(id, name))),
      policies: fc.tuple(
        ...policyNames.map((name) =>
          fc
            .array(randomDocument('identity', 2), { minLength: 1, maxLength: 2 })
            .map((versions) => managedPolicy(id, name, ...versions)),
        ),
      ),
      resources: some(resources(id), 5),
      accessKeys: some(accessKeys(id), 5),
      loginProfiles: some(named, 3),
      mfaDevices: some(
        named.map((list) =>
          list.map(({ UserName }) => ({ UserName, SerialNumber: `arn:aws:iam::${id}:mfa/${UserName}` })),
        ),
        3,
      ),
    })
    .map(({ users, roles, groups, policies, ...files }) => ({
      authorizationDetails: {
        UserDetailList: users,
        RoleDetailList: roles,
        GroupDetailList: groups,
        Policies: policies,
      },
      ...present(files),
    }));

/**
 * Estates of one or two accounts, with or without an organization, with everything decisions and derivations treat
 * specially, and now and then without a file or the text of a policy.
 */
export const randomEstate: fc.Arbitrary<Estate> = fc
  .record({
    first: account(main),
    second: some(account(other), 2),
    organization: weighted<Branch | undefined>(
      [3, randomOrganization],
      [2, fc.constant(noOrganization)],
      [1, fc.constant(undefined)],
    ),
  })
  .map(({ first, second, organization }) => ({
    ...(organization === undefined ? {} : { organization }),
    accounts: second === undefined ? { [main]: first } : { [main]: first, [other]: second },
  }));
