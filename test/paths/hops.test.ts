/**
 * What the hops of a path say, next to the nearest estate where they say something else: what is done to oneself or another,
 * through what, and with which policies (design 6; aws.md 2.1, 2.3).
 */
import type { Radius } from '@keyreach/core/analysis';
import type { Hop, HopEvidence } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import {
  type Account,
  accessKey,
  allow,
  CAPPED,
  cap,
  deny,
  estate,
  group,
  HOME,
  iam,
  mia,
  policy,
  REGION,
  resource,
  role,
  SUBJECT,
  TARGET,
  TRUSTS_ACCOUNT,
  trustsService,
  user,
} from '../scenario-estate.ts';

const target = role('target', [TRUSTS_ACCOUNT]);
const assume = allow('sts:AssumeRole', TARGET);
const denies = policy('denies', [deny('sts:AssumeRole', TARGET)]);
const held = { attached: [iam('policy/denies')] };
const NEW = `new-identity:arn:aws:account::${HOME}:account`;
const KEY = `${SUBJECT}/accesskey/AKIAMIA1000000000000`;

function pathTo(radius: Radius, to: string): readonly Hop[] {
  const found = radius.reaches.find(({ id }) => id === to) ?? radius.admin.find(({ scope }) => scope === to);
  if (found === undefined) throw new RangeError(`\`${to}\` is not reached`);
  return found.path;
}

const short = (id: string): string => id.slice(id.lastIndexOf(':') + 1);

/** `from technique to`, what is done and through what. */
function told(hops: readonly Hop[]): readonly unknown[] {
  return hops.map(({ from, technique, to, change, via }) => [
    `${short(from)} ${technique} ${short(to)}`,
    ...(change === undefined ? [] : [change]),
    ...(via === undefined ? [] : [via]),
  ]);
}

const ASSUMES = ['user/mia sts-assume-role role/target'];

describe('what somebody does to itself (aws.md 2.3.1)', () => {
  const rows: readonly (readonly [name: string, home: Account, expected: readonly unknown[]])[] = [
    [
      'a managed policy that denies is detached, the one that denies and no other',
      {
        users: [
          user('mia', [assume, allow('iam:DetachUserPolicy', SUBJECT)], {
            attached: [iam('policy/also'), iam('policy/denies')],
          }),
        ],
        policies: [policy('also', [deny('s3:*')]), denies],
        roles: [target],
      },
      [
        [
          'user/mia iam-remove-deny/detach-user-policy user/mia',
          { change: 'drop', policies: [{ policy: iam('policy/denies'), node: SUBJECT }] },
        ],
        ASSUMES,
      ],
    ],
    [
      'a policy of its group is detached from the group',
      {
        users: [user('mia', [assume, allow('iam:DetachGroupPolicy', iam('group/all'))], { groups: ['all'] })],
        groups: [group('all', [], held)],
        policies: [denies],
        roles: [target],
      },
      [
        [
          'user/mia iam-remove-deny/detach-group-policy user/mia',
          { change: 'drop', policies: [{ policy: iam('policy/denies'), node: iam('group/all') }] },
          [iam('group/all')],
        ],
        ASSUMES,
      ],
    ],
    [
      'a policy it may name is attached',
      {
        users: mia(allow('iam:AttachUserPolicy', SUBJECT, { ArnEquals: { 'iam:PolicyARN': iam('policy/assumes') } })),
        policies: [policy('assumes', [assume])],
        roles: [target],
      },
      [['user/mia iam-attach-user-policy user/mia', { change: 'grant', policies: [iam('policy/assumes')] }], ASSUMES],
    ],
    [
      'its boundary is replaced by one it may name',
      {
        users: [
          user(
            'mia',
            [
              assume,
              allow('iam:PutUserPermissionsBoundary', SUBJECT, {
                ArnEquals: { 'iam:PermissionsBoundary': iam('policy/wide') },
              }),
            ],
            CAPPED,
          ),
        ],
        policies: [policy('cap', [allow('iam:PutUserPermissionsBoundary')]), policy('wide', [allow('sts:*')])],
        roles: [target],
      },
      [['user/mia iam-put-user-boundary user/mia', { change: 'guard', policy: iam('policy/wide') }], ASSUMES],
    ],
    [
      'its boundary is removed',
      {
        users: [user('mia', [assume, allow('iam:DeleteUserPermissionsBoundary')], CAPPED)],
        ...cap('iam:DeleteUserPermissionsBoundary'),
        roles: [target],
      },
      [['user/mia iam-delete-user-boundary user/mia', { change: 'guard' }], ASSUMES],
    ],
    [
      'its tags are changed',
      {
        users: mia(
          allow('iam:TagUser', SUBJECT),
          allow('sts:AssumeRole', TARGET, { StringEquals: { 'aws:PrincipalTag/team': 'red' } }),
        ),
        roles: [target],
      },
      [['user/mia iam-tag-self-abac/user user/mia', { change: 'retag' }], ASSUMES],
    ],
    [
      'it registers an MFA device',
      {
        users: mia(
          allow(['iam:CreateVirtualMFADevice', 'iam:EnableMFADevice']),
          allow('sts:AssumeRole', TARGET, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
        ),
        roles: [target],
      },
      [['user/mia iam-enroll-mfa user/mia', { change: 'session', session: 'mfa-session' }], ASSUMES],
    ],
    [
      'it joins a group',
      {
        users: mia(allow('iam:AddUserToGroup', iam('group/assumers'))),
        groups: [group('assumers', [assume])],
        roles: [target],
      },
      [
        [
          'user/mia iam-add-user-to-group user/mia',
          { change: 'join', groups: [iam('group/assumers')] },
          [iam('group/assumers')],
        ],
        ASSUMES,
      ],
    ],
    [
      'it joins two groups of which each gives a half',
      {
        users: mia(allow('iam:AddUserToGroup')),
        groups: [
          group('first', [allow('lambda:CreateFunction'), allow('lambda:InvokeFunction')]),
          group('second', [allow('iam:PassRole', TARGET)]),
        ],
        roles: [role('target', [trustsService('lambda')])],
      },
      [
        [
          'user/mia iam-add-user-to-group user/mia',
          { change: 'join', groups: [iam('group/first')] },
          [iam('group/first')],
        ],
        [
          'user/mia iam-add-user-to-group user/mia',
          { change: 'join', groups: [iam('group/second')] },
          [iam('group/second')],
        ],
        ['user/mia lambda-create-invoke role/target'],
      ],
    ],
  ];
  test.each(rows)('aws.md 2.3.1: %s', (_, home, expected) => {
    expect(told(pathTo(estate(home).radius(SUBJECT), TARGET))).toEqual(expected);
  });

  test('aws.md 2.3.1: both groups are cited where each gives a half', () => {
    const [, home] = rows.at(-1)!;
    const [first, second, create] = pathTo(estate(home).radius(SUBJECT), TARGET);
    expect([...actionsOf(first!), ...actionsOf(second!)]).toEqual([
      `iam:AddUserToGroup ${iam('group/first')}`,
      `iam:AddUserToGroup ${iam('group/second')}`,
    ]);
    const cited = create!.evidence.flatMap((one) => (one.kind === 'permission' ? one.reasons : []));
    expect(cited.map(({ through }) => through)).toEqual(
      expect.arrayContaining([iam('group/first'), iam('group/second')]),
    );
    expect(cited.map(({ policyType }) => policyType)).not.toContain('added');
  });
});

function actionsOf({ evidence }: Hop): readonly string[] {
  return evidence.flatMap((one) => (one.kind === 'permission' ? [`${one.action} ${one.resource}`] : []));
}

function structure({ evidence }: Hop): readonly HopEvidence[] {
  return evidence.filter(({ kind }) => kind === 'structure');
}

describe('identities made on the way (aws.md 2.3, "admin up to a boundary")', () => {
  const within = { StringEquals: { 'iam:PermissionsBoundary': iam('policy/cap') } };

  test('aws.md 2.3.1: a new role says up to which boundary, and its policies are cited by name', () => {
    const home = {
      users: mia(allow('iam:CreateRole', '*', within), allow('iam:PutRolePolicy', '*', within)),
      ...cap('sts:AssumeRole'),
      roles: [target],
    };
    const path = pathTo(estate(home).radius(SUBJECT), TARGET);
    expect(told(path)).toEqual([
      [`user/mia iam-create-role-admin ${short(NEW)}`, { change: 'make', guard: iam('policy/cap') }],
      [`${short(NEW)} sts-assume-role role/target`],
    ]);
    const [made, assumed] = path;
    expect(made!.to).toBe(NEW);
    const named = made!.evidence.map((one) => (one.kind === 'permission' ? one.context : undefined));
    expect(named).toEqual(named.map(() => ({ 'iam:PermissionsBoundary': [iam('policy/cap')] })));
    const guards = assumed!.evidence.flatMap((one) =>
      one.kind === 'permission' ? one.reasons.filter(({ layer }) => layer === 'identity-guard') : [],
    );
    expect(guards.map((one) => one.policy)).toEqual([iam('policy/cap')]);
  });

  test('aws.md 2.3.1: a new user says which group it is put into', () => {
    const home = {
      users: mia(allow(['iam:CreateUser', 'iam:CreateAccessKey']), allow('iam:AddUserToGroup', iam('group/assumers'))),
      groups: [group('assumers', [assume])],
      roles: [target],
    };
    const [made] = pathTo(estate(home).radius(SUBJECT), TARGET);
    expect(made).toMatchObject({ to: NEW, change: { change: 'make', groups: [iam('group/assumers')] } });
    expect(actionsOf(made!)).toContain(`iam:AddUserToGroup ${iam('group/assumers')}`);
  });
});

describe('resources opened first (aws.md 2.3.5; 2.3.1, resource-tag-abac)', () => {
  const bucket = resource('AWS::S3::Bucket', 'b', {});

  test('aws.md 2.3.5: a bucket policy that is written shows the access that follows', () => {
    const home = { users: mia(allow('s3:PutBucketPolicy', 'arn:aws:s3:::b')), resources: [bucket] };
    const [hop] = pathTo(estate(home).radius(SUBJECT), 'arn:aws:s3:::b');
    expect(hop).toMatchObject({
      technique: 's3-put-bucket-policy',
      change: { change: 'open-resource', instead: true, after: 'access-data-write' },
    });
    const [write, access] = hop!.evidence;
    expect(write).toMatchObject({ action: 's3:PutBucketPolicy', reasons: [{ policyType: 'inline', on: SUBJECT }] });
    expect(access).toMatchObject({ kind: 'permission', reasons: [{ layer: 'resource-grant', policyType: 'added' }] });
  });

  test('aws.md 2.3.5: access that is there without writing says nothing of a policy', () => {
    const home = {
      users: mia(allow(['s3:PutBucketPolicy', 's3:PutObject', 's3:GetObject'], ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'])),
      resources: [bucket],
    };
    const [hop] = pathTo(estate(home).radius(SUBJECT), 'arn:aws:s3:::b');
    expect(hop).toMatchObject({ technique: 'access-data-write' });
    expect(hop!.change).toBeUndefined();
  });

  test('aws.md 2.3.1: tags that are changed show the access that hangs on them', () => {
    const id = `arn:aws:secretsmanager:${REGION}:${HOME}:secret:s-AbCdEf`;
    const red = { StringEquals: { 'secretsmanager:ResourceTag/team': 'red' } };
    const home = {
      users: mia(allow('secretsmanager:GetSecretValue', '*', red), allow('secretsmanager:TagResource')),
      resources: [resource('AWS::SecretsManager::Secret', id, { Tags: [{ Key: 'team', Value: 'blue' }] })],
    };
    const [hop] = pathTo(estate(home).radius(SUBJECT), id);
    expect(hop!.change).toEqual({ change: 'retag-resource', after: 'access-secret-read' });
    expect(actionsOf(hop!)).toEqual([`secretsmanager:TagResource ${id}`, `secretsmanager:GetSecretValue ${id}`]);
  });

  test('aws.md 2.3.1: tags of another resource than the hop leads to are told with what hangs on them', () => {
    const id = `arn:aws:lambda:${REGION}:${HOME}:function:f`;
    const red = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
    const home = {
      users: mia(
        allow(['iam:PassRole', 'lambda:TagResource']),
        allow(['lambda:UpdateFunctionConfiguration', 'lambda:InvokeFunction'], '*', red),
      ),
      roles: [role('target', [trustsService('lambda')])],
      resources: [resource('AWS::Lambda::Function', 'f', { FunctionName: 'f', Arn: id, Tags: [] })],
    };
    const [hop] = pathTo(estate(home).radius(SUBJECT), TARGET);
    expect(hop).toMatchObject({ technique: 'lambda-swap-role', certainty: 'allow' });
    const onFunction = hop!.evidence.flatMap((one) =>
      one.kind === 'permission' && one.resource === id ? [[one.action, one.onceChanged]] : [],
    );
    expect(onFunction).toEqual([
      ['lambda:TagResource', undefined],
      ['lambda:UpdateFunctionConfiguration', 'tags'],
      ['lambda:InvokeFunction', 'tags'],
    ]);
  });
});

describe('credentials on the way (aws.md 5.2)', () => {
  const FUNCTION = `arn:aws:lambda:${REGION}:${HOME}:function:f`;
  const BOB = iam('user/bob');
  const BOB_KEY = `${BOB}/accesskey/AKIABOB1000000000000`;
  const named = resource('AWS::Lambda::Function', 'f', {
    FunctionName: 'f',
    Arn: FUNCTION,
    Role: iam('role/plain'),
    Environment: { Variables: { AWS_ACCESS_KEY_ID: 'AKIABOB1000000000000' } },
  });
  const stored = (status = 'Active'): Account => ({
    users: [...mia(allow('lambda:GetFunctionConfiguration')), user('bob', [assume])],
    keys: [accessKey('bob', 1, status)],
    resources: [named],
    roles: [role('plain', [trustsService('lambda')]), target],
  });

  test('aws.md 3.6: a key named by a configuration is read first, then used', () => {
    const path = pathTo(estate(stored()).radius(SUBJECT), TARGET);
    expect(told(path)).toEqual([
      ['user/mia read-stored-credential/lambda-function user/bob/accesskey/AKIABOB1000000000000', [FUNCTION]],
      ['user/bob/accesskey/AKIABOB1000000000000 authenticates user/bob'],
      ['user/bob sts-assume-role role/target'],
    ]);
    expect(structure(path[0]!)).toEqual([
      { kind: 'structure', relation: 'stores', from: FUNCTION, to: BOB_KEY, certainty: 'conditional' },
    ]);
  });

  test('findings.md 3.2: who may read a key where it is stored is an obtainer of it, who may not is none', () => {
    const { radius } = estate(stored());
    const obtainers = [{ id: SUBJECT, certainty: 'conditional' }];
    expect(radius(BOB_KEY).obtainers).toEqual(expect.arrayContaining(obtainers));
    expect(radius(BOB).obtainers).toEqual(expect.arrayContaining(obtainers));
    const without = estate({ ...stored(), users: [...mia(), user('bob', [assume])] });
    expect(without.radius(BOB_KEY).obtainers.map(({ id }) => id)).not.toContain(SUBJECT);
  });

  test('findings.md 3.2: another key of the user that is stored nowhere is not read by reading that one', () => {
    const home = { ...stored(), keys: [accessKey('bob', 1), accessKey('bob', 2)] };
    const { radius } = estate(home);
    expect(radius(`${BOB}/accesskey/AKIABOB2000000000000`).obtainers.map(({ id }) => id)).not.toContain(SUBJECT);
  });

  test('aws.md 5.2: a path begins with the credential, and says in which session where that matters', () => {
    const mfa = deny('sts:*', '*', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } });
    const home = { users: mia(allow('iam:PutUserPolicy', SUBJECT), mfa), roles: [target] };
    const [first] = pathTo(estate(home).radius(KEY), TARGET);
    expect(first).toMatchObject({
      from: KEY,
      to: SUBJECT,
      technique: 'authenticates',
      session: { kind: 'access-key' },
    });
    const plain = estate({ users: mia(assume), roles: [target] }).radius(KEY);
    const [authenticates] = pathTo(plain, TARGET);
    expect(authenticates).toMatchObject({ from: KEY, technique: 'authenticates' });
    expect(authenticates!.session).toBeUndefined();
  });

  test('aws.md 5.2: a credential for one service says that it is limited', () => {
    const { engine, radius } = estate({
      users: mia(allow('*')),
      resources: [
        resource('AWS::Logs::LogGroup', '/app', {
          LogGroupName: '/app',
          Arn: `arn:aws:logs:${REGION}:${HOME}:log-group:/app:*`,
        }),
      ],
      files: {
        serviceSpecificCredentials: [
          {
            UserName: 'mia',
            ServiceSpecificCredentialId: 'ACCAMIA1000000000000',
            ServiceName: 'logs.amazonaws.com',
            Status: 'Active',
            CreateDate: '2020-01-01T00:00:00Z',
          },
        ],
      },
    });
    const credential = engine.graph.credentials.find(({ session }) => session === 'logs-api-key')!;
    const limited = radius(credential.id);
    expect(limited.admin).toEqual([]);
    const paths = limited.reaches.filter(({ access }) => access !== undefined).map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(0);
    for (const [first] of paths) {
      expect(first).toMatchObject({ from: credential.id, session: { kind: 'logs-api-key', limited: true } });
    }
    expect(radius(KEY).admin.map(({ path }) => path[0]?.session?.limited)).toEqual([undefined]);
  });
});
