/**
 * What an identity can do to itself and to others short of becoming them, next to the nearest estate where it cannot
 * (aws.md 2.3.1): denies that go with their policy, tags policies look at, new identities up to a boundary, credentials
 * that differ from their identity.
 */
import { describe, expect, test } from 'vitest';
import {
  type Account,
  ADMIN,
  allow,
  CAPPED,
  cap,
  deny,
  documentOf,
  estate,
  group,
  HOME,
  iam,
  MAYBE,
  mia,
  NOTHING,
  policy,
  REACHED,
  REGION,
  resource,
  role,
  SUBJECT,
  scenarios,
  TARGET,
  TRUSTS_ACCOUNT,
  trust,
  trustsService,
  user,
} from './scenario-estate.ts';

const target = role('target', [TRUSTS_ACCOUNT]);
const assume = allow('sts:AssumeRole', TARGET);
const noAssume = deny('sts:AssumeRole', TARGET);

describe('iam-remove-deny (aws.md 2.3.1)', () => {
  const denies = policy('denies', [noAssume]);
  const held = { attached: [iam('policy/denies')] };
  const detach = (resource = SUBJECT) => allow('iam:DetachUserPolicy', resource);
  scenarios([
    ['a deny that stays', { users: [user('mia', [assume], held)], policies: [denies], roles: [target] }, NOTHING],
    [
      'a managed policy that may be detached',
      { users: [user('mia', [assume, detach()], held)], policies: [denies], roles: [target] },
      REACHED,
    ],
    [
      'one that may be detached from another user',
      { users: [user('mia', [assume, detach(iam('user/x'))], held)], policies: [denies], roles: [target] },
      NOTHING,
    ],
    [
      'a managed policy that may be detached by name',
      {
        users: [
          user(
            'mia',
            [assume, allow('iam:DetachUserPolicy', SUBJECT, { ArnEquals: { 'iam:PolicyARN': iam('policy/denies') } })],
            held,
          ),
        ],
        policies: [denies],
        roles: [target],
      },
      REACHED,
    ],
    [
      'another that may be detached by name',
      {
        users: [
          user(
            'mia',
            [assume, allow('iam:DetachUserPolicy', SUBJECT, { ArnEquals: { 'iam:PolicyARN': iam('policy/other') } })],
            held,
          ),
        ],
        policies: [denies],
        roles: [target],
      },
      NOTHING,
    ],
    [
      'an inline policy that may be deleted takes its own allow along',
      { users: [user('mia', [assume, allow('iam:DeleteUserPolicy', SUBJECT), noAssume])], roles: [target] },
      NOTHING,
    ],
    [
      'an inline policy that may be deleted beside a group that allows',
      {
        users: [user('mia', [allow('iam:DeleteUserPolicy', SUBJECT), noAssume], { groups: ['allows'] })],
        groups: [group('allows', [assume])],
        roles: [target],
      },
      REACHED,
    ],
    [
      'a group that denies and may be left',
      {
        users: [user('mia', [assume, allow('iam:RemoveUserFromGroup', iam('group/denies'))], { groups: ['denies'] })],
        groups: [group('denies', [noAssume])],
        roles: [target],
      },
      REACHED,
    ],
    [
      'a group that denies, and another that may be left',
      {
        users: [user('mia', [assume, allow('iam:RemoveUserFromGroup', iam('group/x'))], { groups: ['denies', 'x'] })],
        groups: [group('denies', [noAssume]), group('x')],
        roles: [target],
      },
      NOTHING,
    ],
    [
      'a policy of a group that may be detached from it',
      {
        users: [user('mia', [assume, allow('iam:DetachGroupPolicy', iam('group/all'))], { groups: ['all'] })],
        groups: [group('all', [], { attached: [iam('policy/denies')] })],
        policies: [denies],
        roles: [target],
      },
      REACHED,
    ],
    [
      'two denies of which one may go',
      {
        users: [user('mia', [assume, detach()], { ...held, groups: ['denies'] })],
        groups: [group('denies', [noAssume])],
        policies: [denies],
        roles: [target],
      },
      NOTHING,
    ],
    [
      'two denies that may both go',
      {
        users: [
          user('mia', [assume, detach(), allow('iam:RemoveUserFromGroup', iam('group/denies'))], {
            ...held,
            groups: ['denies'],
          }),
        ],
        groups: [group('denies', [noAssume])],
        policies: [denies],
        roles: [target],
      },
      REACHED,
    ],
    [
      'writing an inline policy over the one that denies everything else',
      { users: [user('mia', [allow('iam:PutUserPolicy', SUBJECT), deny('s3:*')])] },
      ADMIN,
    ],
    [
      'a new version of the policy that denies',
      {
        users: [user('mia', [assume, allow('iam:CreatePolicyVersion', iam('policy/denies'))], held)],
        policies: [denies],
        roles: [target],
      },
      { ...ADMIN, ...REACHED },
    ],
  ]);
});

describe('identities made up to a boundary (aws.md 2.3, "admin up to a boundary")', () => {
  const within = { StringEquals: { 'iam:PermissionsBoundary': iam('policy/cap') } };
  const makes = (condition?: typeof within) => [
    allow('iam:CreateRole', '*', condition),
    allow('iam:PutRolePolicy', '*', condition),
  ];
  scenarios([
    ['without a boundary', { users: mia(...makes()) }, ADMIN],
    [
      'within a boundary that allows one role',
      { users: mia(...makes(within)), ...cap('sts:AssumeRole'), roles: [target] },
      REACHED,
    ],
    ['within a boundary that does not', { users: mia(...makes(within)), ...cap('s3:*'), roles: [target] }, NOTHING],
    ['within a boundary that allows everything', { users: mia(...makes(within)), ...cap('*') }, ADMIN],
    [
      'a user within a boundary needs a credential',
      {
        users: mia(allow(['iam:CreateUser', 'iam:PutUserPolicy'], '*', within)),
        ...cap('sts:AssumeRole'),
        roles: [target],
      },
      NOTHING,
    ],
    [
      'a user within a boundary, with a key',
      {
        users: mia(allow(['iam:CreateUser', 'iam:PutUserPolicy'], '*', within), allow('iam:CreateAccessKey')),
        ...cap('sts:AssumeRole'),
        roles: [target],
      },
      REACHED,
    ],
    [
      'a user in a group that allows',
      {
        users: mia(allow(['iam:CreateUser', 'iam:CreateAccessKey', 'iam:AddUserToGroup'])),
        groups: [group('allows', [assume])],
        roles: [target],
      },
      REACHED,
    ],
    [
      'a user that may be put into another group',
      {
        users: mia(
          allow(['iam:CreateUser', 'iam:CreateAccessKey'], iam('user/new')),
          allow('iam:AddUserToGroup', iam('group/x')),
        ),
        groups: [group('allows', [assume]), group('x')],
        roles: [target],
      },
      NOTHING,
    ],
    [
      'a role with a policy of a list',
      {
        users: mia(
          allow('iam:CreateRole'),
          allow('iam:AttachRolePolicy', '*', { ArnEquals: { 'iam:PolicyARN': iam('policy/listed') } }),
        ),
        policies: [policy('listed', [assume])],
        roles: [target],
      },
      REACHED,
    ],
    [
      'a role with a policy of a list that allows something else',
      {
        users: mia(
          allow('iam:CreateRole'),
          allow('iam:AttachRolePolicy', '*', { ArnEquals: { 'iam:PolicyARN': iam('policy/listed') } }),
        ),
        policies: [policy('listed', [allow('s3:*')])],
        roles: [target],
      },
      NOTHING,
    ],
  ]);
});

describe('policies that may be attached (aws.md 2.3.1)', () => {
  const only = (name: string) => ({ ArnEquals: { 'iam:PolicyARN': iam(`policy/${name}`) } });
  const listed = { policies: [policy('listed', [assume]), policy('other', [allow('s3:*')])], roles: [target] };
  scenarios([
    ['one that allows', { users: mia(allow('iam:AttachUserPolicy', SUBJECT, only('listed'))), ...listed }, REACHED],
    ['one that does not', { users: mia(allow('iam:AttachUserPolicy', SUBJECT, only('other'))), ...listed }, NOTHING],
    ['any', { users: mia(allow('iam:AttachUserPolicy', SUBJECT)), ...listed }, { ...REACHED, ...ADMIN }],
    [
      'any but within a boundary of the user',
      {
        users: [user('mia', [allow('iam:AttachUserPolicy', SUBJECT)], CAPPED)],
        policies: [...listed.policies, ...(cap('iam:*', 'sts:AssumeRole').policies ?? [])],
        roles: [target],
      },
      { ...REACHED, ...ADMIN },
    ],
  ]);
});

describe('older versions of a policy (aws.md 2.3.1, iam-set-default-policy-version)', () => {
  const versions = (older: ReturnType<typeof allow>) => ({
    PolicyName: 'p',
    Arn: iam('policy/p'),
    DefaultVersionId: 'v2',
    PolicyVersionList: [
      { VersionId: 'v2', IsDefaultVersion: true, Document: documentOf(allow('s3:ListAllMyBuckets')) },
      { VersionId: 'v1', IsDefaultVersion: false, Document: documentOf(older) },
    ],
  });
  const holder = user('mia', [allow('iam:SetDefaultPolicyVersion')], { attached: [iam('policy/p')] });
  scenarios([
    ['one that allows', { users: [holder], policies: [versions(assume)], roles: [target] }, REACHED],
    ['one that does not', { users: [holder], policies: [versions(allow('s3:*'))], roles: [target] }, NOTHING],
  ]);
});

describe('tags that policies look at (aws.md 2.3.1, iam-tag-self-abac)', () => {
  const tagged = allow('sts:AssumeRole', TARGET, { StringEquals: { 'aws:PrincipalTag/team': 'red' } });
  scenarios([
    ['without the tag', { users: mia(tagged), roles: [target] }, NOTHING],
    ['one that may tag itself', { users: mia(tagged, allow('iam:TagUser', SUBJECT)), roles: [target] }, REACHED],
    ['one that may tag another', { users: mia(tagged, allow('iam:TagUser', iam('user/x'))), roles: [target] }, NOTHING],
    [
      'a trust policy that looks at the tag',
      {
        users: mia(assume, allow('iam:TagUser', SUBJECT)),
        roles: [role('target', [trust({ AWS: iam('root') }, { StringEquals: { 'aws:PrincipalTag/team': 'red' } })])],
      },
      REACHED,
    ],
  ]);
});

describe('credentials differ from their identity (aws.md 1.7, 1.12 class K)', () => {
  const home: Account = {
    users: mia(assume),
    roles: [role('target', [trust({ AWS: iam('root') }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })])],
  };
  const KEY = `${SUBJECT}/accesskey/AKIAMIA1000000000000`;

  test('a role that wants MFA is out of reach of an access key', () => {
    const { radius } = estate(home);
    expect(radius(KEY).reaches).toEqual([]);
    expect(radius(SUBJECT).reaches.map(({ id, certainty }) => [id, certainty])).toEqual([[TARGET, 'conditional']]);
  });

  test('whoever may register a device for the user passes it', () => {
    const { radius } = estate({
      ...home,
      users: mia(assume, allow(['iam:CreateVirtualMFADevice', 'iam:EnableMFADevice'])),
    });
    // The device lets a session with MFA be made of the key; when it was shown is not what this role asks.
    expect(radius(KEY).reaches.map(({ id, certainty }) => [id, certainty])).toEqual([[TARGET, 'allow']]);
  });

  test('a deny without MFA stops an access key and not everyone', () => {
    const { radius } = estate({
      users: mia(assume, deny('*', '*', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } })),
      roles: [target],
    });
    expect(radius(KEY).reaches).toEqual([]);
    expect(radius(SUBJECT).reaches.map(({ certainty }) => certainty)).toEqual(['conditional']);
  });
});

describe('changes made in one kind of session (aws.md 1.7, 2.3.1)', () => {
  const KEY = `${SUBJECT}/accesskey/AKIAMIA1000000000000`;
  const home = (...more: ReturnType<typeof allow>[]): Account => ({
    users: mia(
      allow('iam:PutUserPolicy', SUBJECT),
      deny('sts:*', '*', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }),
      ...more,
    ),
    groups: [],
    roles: [role('target', [TRUSTS_ACCOUNT])],
    policies: [],
  });

  test('a key that may write its own policy is rid of its own inline deny', () => {
    expect(
      estate(home())
        .radius(KEY)
        .reaches.map(({ id, certainty }) => [id, certainty]),
    ).toEqual([[TARGET, 'allow']]);
  });

  test('a key whose group denies without MFA gains nothing there by a policy of its own', () => {
    const denied = group('all', [deny('*', '*', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } })]);
    const { radius } = estate({
      users: [user('mia', [allow('iam:PutUserPolicy', SUBJECT)], { groups: ['all'] })],
      groups: [denied],
      roles: [role('target', [TRUSTS_ACCOUNT])],
    });
    expect(radius(KEY).reaches).toEqual([]);
    expect(radius(KEY).admin).toEqual([]);
    expect(radius(SUBJECT).admin.map(({ certainty }) => certainty)).toEqual(['conditional']);
  });
});

describe('policies and tags of resources (aws.md 2.3.5; 2.3.1, resource-tag-abac)', () => {
  const bucket = resource('AWS::S3::Bucket', 'b', {});
  const secret = (tags: readonly unknown[]) =>
    resource('AWS::SecretsManager::Secret', `arn:aws:secretsmanager:${REGION}:${HOME}:secret:s-AbCdEf`, { Tags: tags });
  const classes = (home: Account, cls: string): string | undefined => {
    const [reached] = estate(home)
      .radius(SUBJECT)
      .reaches.filter(({ kind }) => kind === 'resource');
    return reached?.access?.find((one) => one.class === cls)?.certainty;
  };

  test('whoever may write the policy of a bucket may read what is in it', () => {
    expect(
      classes({ users: mia(allow('s3:PutBucketPolicy', 'arn:aws:s3:::b')), resources: [bucket] }, 'data-read'),
    ).toBe('allow');
    expect(
      classes({ users: mia(allow('s3:GetBucketPolicy', 'arn:aws:s3:::b')), resources: [bucket] }, 'data-read'),
    ).toBe(undefined);
  });

  test('a deny of its own does not stand against whom it lets in from outside', () => {
    const users = mia(allow('s3:PutBucketPolicy', 'arn:aws:s3:::b'), deny('s3:GetObject*'), deny('s3:ListBucket*'));
    expect(classes({ users, resources: [bucket] }, 'data-read')).toBe('allow');
    expect(classes({ users, resources: [bucket] }, 'data-write')).toBe('allow');
    const kept = mia(allow('s3:PutBucketPolicy', 'arn:aws:s3:::b'), deny('s3:*'));
    expect(classes({ users: kept, resources: [bucket] }, 'data-read')).toBe(undefined);
  });

  test('a grant of a key gives what grants can give', () => {
    const key = resource('AWS::KMS::Key', `arn:aws:kms:${REGION}:${HOME}:key/1`, {
      KeyPolicy: documentOf({ Effect: 'Allow', Principal: { AWS: iam('root') }, Action: 'kms:*', Resource: '*' }),
    });
    const home: Account = { users: mia(allow('kms:CreateGrant')), resources: [key] };
    expect(classes(home, 'data-read')).toBe('allow');
    expect(classes(home, 'delete')).toBe(undefined);
  });

  test('tags that access hangs on, and that the caller may change', () => {
    const reads = allow('secretsmanager:GetSecretValue', '*', {
      StringEquals: { 'secretsmanager:ResourceTag/team': 'red' },
    });
    const blue = secret([{ Key: 'team', Value: 'blue' }]);
    expect(classes({ users: mia(reads), resources: [blue] }, 'secret-read')).toBe(undefined);
    expect(classes({ users: mia(reads, allow('secretsmanager:TagResource')), resources: [blue] }, 'secret-read')).toBe(
      'allow',
    );
    expect(classes({ users: mia(reads), resources: [secret([{ Key: 'team', Value: 'red' }])] }, 'secret-read')).toBe(
      'allow',
    );
  });

  const opensAny = allow('lambda:AddPermission');
  scenarios([
    [
      'the policy of a function, where nobody lists the functions there are',
      { users: mia(opensAny), roles: [role('target', [trustsService('lambda')])], resources: null },
      MAYBE,
    ],
    [
      'the policy of one, where whoever writes it may not touch the function still',
      {
        users: mia(opensAny, deny('lambda:Update*')),
        roles: [role('target', [trustsService('lambda')])],
        resources: null,
      },
      NOTHING,
    ],
    [
      'the policy of one, where there is none',
      { users: mia(opensAny), roles: [role('target', [trustsService('lambda')])] },
      NOTHING,
    ],
  ]);

  // What is done to one resource is done to no other that the same technique asks about.
  const red = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
  const tags = [{ Key: 'team', Value: 'red' }];
  const worker = (properties: object) =>
    resource('AWS::Lambda::Function', 'f', {
      FunctionName: 'f',
      Arn: `arn:aws:lambda:${REGION}:${HOME}:function:f`,
      ...properties,
    });
  const passes = allow('iam:PassRole', TARGET);
  const updates = allow(['lambda:UpdateFunctionConfiguration', 'lambda:InvokeFunction'], '*', red);
  const online = resource('AWS::EC2::Instance', 'i-1', {
    InstanceId: 'i-1',
    IamInstanceProfile: 'p',
    CommandAgentOnline: true,
  });
  const instanceRole = role('target', [trustsService('ec2')], [], { profile: 'p' });
  const onInstances = allow('ssm:SendCommand', 'arn:aws:ec2:*:*:instance/*', red);
  const functionRole = role('target', [trustsService('lambda')]);
  scenarios([
    [
      'a role passed to a function that has the tag',
      { users: mia(passes, updates), roles: [functionRole], resources: [worker({ Tags: tags })] },
      REACHED,
    ],
    [
      'tags of the role, where it is the function that must have the tag',
      { users: mia(passes, updates, allow('iam:TagRole')), roles: [functionRole], resources: [worker({ Tags: [] })] },
      NOTHING,
    ],
    [
      'tags of the function, where the caller may change them',
      {
        users: mia(passes, updates, allow('lambda:TagResource')),
        roles: [functionRole],
        resources: [worker({ Tags: [] })],
      },
      REACHED,
    ],
    [
      'those of another function',
      {
        users: mia(passes, updates, allow('lambda:TagResource', `arn:aws:lambda:${REGION}:${HOME}:function:g`)),
        roles: [functionRole],
        resources: [worker({ Tags: [] })],
      },
      NOTHING,
    ],
    [
      'tags of both, where both must have the tag',
      {
        users: mia(
          allow('iam:PassRole', TARGET, { StringEquals: { 'iam:ResourceTag/team': 'red' } }),
          updates,
          allow(['iam:TagRole', 'lambda:TagResource']),
        ),
        roles: [functionRole],
        resources: [worker({ Tags: [] })],
      },
      REACHED,
    ],
    [
      'tags of an instance, where the document may be any',
      {
        users: mia(onInstances, allow('ssm:SendCommand', 'arn:aws:ssm:*::document/*'), allow('ec2:CreateTags')),
        roles: [instanceRole],
        resources: [online],
      },
      REACHED,
    ],
    [
      'tags of an instance, where the document must have the tag as well, and one that has it is not in the input',
      {
        users: mia(onInstances, allow('ssm:SendCommand', 'arn:aws:ssm:*:*:document/*', red), allow('ec2:CreateTags')),
        roles: [instanceRole],
        resources: [online],
      },
      MAYBE,
    ],
  ]);
});
