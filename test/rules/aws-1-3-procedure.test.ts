/** aws.md 1.3: the steps of the decision, each with the request that passes and the nearest that does not. */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  bucket,
  deny,
  document,
  grant,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  objectIn,
  organization,
  PUBLIC,
  policy,
  ROOT,
  refuse,
  resource,
  role,
  TARGET,
  trust,
  user,
  verdicts,
  WORKER,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const FILE = objectIn('exports');
const there = objectIn('theirs');
const mia = (...statements: readonly Json[]): World =>
  home({ users: [user('mia', statements)], resources: bucket('exports') });
const withBucket = (statements: readonly Json[], ...grants: readonly Json[]): World =>
  home({ users: [user('mia', statements)], resources: bucket('exports', ...grants) });
const across = (statements: readonly Json[], ...grants: readonly Json[]): World => ({
  accounts: {
    [HOME]: { users: [user('mia', statements)] },
    [OTHER]: { resources: bucket('theirs', ...grants) },
  },
});

describe('step 0: what needs no grant', () => {
  const worker = home({ roles: [role('worker', [trust({ AWS: HOME })])] });
  verdicts('1.3 step 0', [
    ['sts:GetCallerIdentity is always allowed', mia(), [MIA, 'sts:GetCallerIdentity', '*'], 'allow'],
    ['a deny does not stop it', mia(deny('*')), [MIA, 'sts:GetCallerIdentity', '*'], 'allow'],
    ['sts:GetAccessKeyInfo is not', mia(), [MIA, 'sts:GetAccessKeyInfo', '*'], 'deny'],
    ['sts:GetSessionToken by a user needs no allow', mia(), [MIA, 'sts:GetSessionToken', '*'], 'allow'],
    ['a deny stops it', mia(deny('sts:*')), [MIA, 'sts:GetSessionToken', '*'], 'deny'],
    ['a role session has none', worker, [WORKER, 'sts:GetSessionToken', '*'], 'deny'],
    ['sts:GetFederationToken needs one', mia(), [MIA, 'sts:GetFederationToken', '*'], 'deny'],
    ['dynamodb:DescribeEndpoints needs no allow', mia(), [MIA, 'dynamodb:DescribeEndpoints', '*'], 'allow'],
    ['dynamodb:DescribeLimits does', mia(), [MIA, 'dynamodb:DescribeLimits', '*'], 'deny'],
  ]);
});

describe('step 1: a deny anywhere, in either account', () => {
  verdicts('1.3 step 1', [
    ['in the identity policy', withBucket([allow(GET), deny(GET)]), [MIA, GET, FILE], 'deny'],
    ['in the resource policy', withBucket([allow(GET)], refuse('*', GET, '*')), [MIA, GET, FILE], 'deny'],
    [
      'in the resource policy, of another',
      withBucket([allow(GET)], refuse({ AWS: OTHER }, GET, '*')),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'in the boundary',
      home({
        users: [user('mia', [allow(GET)], { boundary: iam('policy/cap') })],
        policies: [policy('cap', [allow('*'), deny(GET)])],
        resources: bucket('exports'),
      }),
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'in the identity policy, across accounts',
      across([allow(GET), deny(GET)], grant({ AWS: HOME }, GET)),
      [MIA, GET, there],
      'deny',
    ],
    [
      'in the other account',
      across([allow(GET)], grant({ AWS: HOME }, GET), refuse({ AWS: HOME }, GET)),
      [MIA, GET, there],
      'deny',
    ],
    ['nowhere', across([allow(GET)], grant({ AWS: HOME }, GET)), [MIA, GET, there], 'allow'],
    [
      'a direct grant does not pass an explicit deny of the boundary',
      home({
        users: [user('mia', [], { boundary: iam('policy/cap') })],
        policies: [policy('cap', [deny(GET)])],
        resources: bucket('exports', grant({ AWS: MIA }, GET)),
      }),
      [MIA, GET, FILE],
      'deny',
    ],
  ]);
});

describe('step 4: services, anonymous callers, root', () => {
  verdicts('1.3 step 4', [
    [
      'a service the policy names',
      withBucket([], grant({ Service: 'logs.amazonaws.com' }, GET)),
      ['logs.amazonaws.com', GET, FILE],
      'allow',
    ],
    [
      'another service',
      withBucket([], grant({ Service: 'sns.amazonaws.com' }, GET)),
      ['logs.amazonaws.com', GET, FILE],
      'deny',
    ],
    ['a service and everyone', withBucket([], grant('*', GET)), ['logs.amazonaws.com', GET, FILE], 'allow'],
    ['a service and the account', withBucket([], grant({ AWS: HOME }, GET)), ['logs.amazonaws.com', GET, FILE], 'deny'],
    ['a service without a policy', withBucket([]), ['logs.amazonaws.com', GET, FILE], 'deny'],
    ['anonymous, everyone', withBucket([], grant('*', GET)), [PUBLIC, GET, FILE], 'allow'],
    ['anonymous, everyone of AWS is the same', withBucket([], grant({ AWS: '*' }, GET)), [PUBLIC, GET, FILE], 'allow'],
    [
      'anonymous, an account',
      home({ resources: [...bucket('exports', grant({ AWS: HOME }, GET)), ...bucket('open', grant('*', GET))] }),
      [PUBLIC, GET, FILE],
      'deny',
    ],
    ['root needs no grant', mia(), [ROOT, GET, FILE], 'allow'],
    ['root, denied by the resource', withBucket([], refuse('*', GET)), [ROOT, GET, FILE], 'deny'],
    ['root across accounts, granted', across([], grant({ AWS: HOME }, GET)), [ROOT, GET, there], 'allow'],
    ['root across accounts, not granted', across([], grant({ AWS: OTHER }, GET)), [ROOT, GET, there], 'deny'],
  ]);
});

describe('step 5: the same account', () => {
  const bounded = (statements: readonly Json[], cap: readonly Json[]): World =>
    home({
      users: [user('mia', statements, { boundary: iam('policy/cap') })],
      policies: [policy('cap', cap)],
      resources: bucket('exports'),
    });
  verdicts('1.3 step 5', [
    ['a: the resource names the user', withBucket([], grant({ AWS: MIA }, GET)), [MIA, GET, FILE], 'allow'],
    ['a: the resource names another', withBucket([], grant({ AWS: iam('user/ben') }, GET)), [MIA, GET, FILE], 'deny'],
    ['b: an identity policy', mia(allow(GET)), [MIA, GET, FILE], 'allow'],
    ['b: an identity policy for another object', mia(allow(GET, objectIn('x'))), [MIA, GET, FILE], 'deny'],
    ['b: identity policy and boundary', bounded([allow(GET)], [allow('s3:*')]), [MIA, GET, FILE], 'allow'],
    ['b: a boundary alone', bounded([], [allow('s3:*')]), [MIA, GET, FILE], 'deny'],
    ['b: a boundary without it', bounded([allow(GET)], [allow('sqs:*')]), [MIA, GET, FILE], 'deny'],
    [
      'c: a role that trusts the account',
      home({ users: [user('mia', [allow('*')])], roles: [role('target', [trust({ AWS: HOME })])] }),
      [MIA, 'sts:AssumeRole', TARGET],
      'allow',
    ],
    [
      'c: a role that trusts another account',
      home({ users: [user('mia', [allow('*')])], roles: [role('target', [trust({ AWS: OTHER })])] }),
      [MIA, 'sts:AssumeRole', TARGET],
      'deny',
    ],
    [
      'c: other actions on the role need no consent',
      home({ users: [user('mia', [allow('*')])], roles: [role('target', [trust({ AWS: OTHER })])] }),
      [MIA, 'iam:GetRole', TARGET],
      'allow',
    ],
  ]);
});

/** A queue and a key of another account that let everybody do everything. */
const QUEUE = `arn:aws:sqs:eu-west-1:${OTHER}:jobs`;
const KEY = `arn:aws:kms:eu-west-1:${OTHER}:key/1`;
const openElsewhere: World = {
  accounts: {
    [HOME]: { users: [user('mia', [allow('*')])] },
    [OTHER]: {
      users: [user('mia', [allow('*')], { account: OTHER })],
      resources: [
        resource('AWS::SQS::Queue', QUEUE, { Arn: QUEUE }),
        resource('AWS::SQS::QueuePolicy', 'p', {
          Queues: [`https://sqs.eu-west-1.amazonaws.com/${OTHER}/jobs`],
          PolicyDocument: document(grant('*', 'sqs:*', QUEUE)),
        }),
        resource('AWS::KMS::Key', '1', {
          KeyId: '1',
          Arn: KEY,
          KeyPolicy: document(grant({ AWS: '*' }, 'kms:*', '*')),
        }),
      ],
    },
  },
};
const THEIR_MIA = iam('user/mia', OTHER);

describe('step 6: actions that services keep within the account (SQS and KMS developer guides)', () => {
  verdicts('1.3 step 6', [
    ['messages are sent across accounts', openElsewhere, [MIA, 'sqs:SendMessage', QUEUE], 'allow'],
    ['a queue is not deleted across accounts', openElsewhere, [MIA, 'sqs:DeleteQueue', QUEUE], 'deny'],
    ['nor is its policy written', openElsewhere, [MIA, 'sqs:SetQueueAttributes', QUEUE], 'deny'],
    ['but in its own', openElsewhere, [THEIR_MIA, 'sqs:DeleteQueue', QUEUE], 'allow'],
    ['keys decrypt across accounts', openElsewhere, [MIA, 'kms:Decrypt', KEY], 'allow'],
    ['and give grants', openElsewhere, [MIA, 'kms:CreateGrant', KEY], 'allow'],
    ['a key is not deleted across accounts', openElsewhere, [MIA, 'kms:ScheduleKeyDeletion', KEY], 'deny'],
    ['nor is its policy written', openElsewhere, [MIA, 'kms:PutKeyPolicy', KEY], 'deny'],
    ['but in its own', openElsewhere, [THEIR_MIA, 'kms:PutKeyPolicy', KEY], 'allow'],
  ]);
  test('reach says the same', () => {
    const { radius } = ask(openElsewhere);
    const classes = (id: string): readonly string[] =>
      radius(MIA)
        .reaches.find((one) => one.id === id)
        ?.access?.map((one) => one.class) ?? [];
    expect(classes(QUEUE)).toContain('data-read');
    expect(classes(QUEUE)).not.toContain('permission-admin');
    expect(classes(KEY)).toContain('data-read');
    expect(classes(KEY)).not.toContain('delete');
    const { reaches } = radius(THEIR_MIA);
    const own = (id: string): readonly string[] | undefined =>
      reaches.find((one) => one.id === id)?.access?.map((one) => one.class);
    expect(own(KEY)).toContain('delete');
    expect(own(QUEUE)).toContain('permission-admin');
  });
});

describe('step 6: across accounts', () => {
  const bounded = (cap: readonly Json[], ...grants: readonly Json[]): World => ({
    accounts: {
      [HOME]: {
        users: [user('mia', [allow(GET)], { boundary: iam('policy/cap') })],
        policies: [policy('cap', cap)],
      },
      [OTHER]: { resources: bucket('theirs', ...grants) },
    },
  });
  const INSTANCE = `arn:aws:ec2:eu-west-1:${OTHER}:instance/i-1`;
  const instances = { [OTHER]: { resources: [resource('AWS::EC2::Instance', INSTANCE)] } };
  verdicts('1.3 step 6', [
    ['both sides, by account', across([allow(GET)], grant({ AWS: HOME }, GET)), [MIA, GET, there], 'allow'],
    ['both sides, by name', across([allow(GET)], grant({ AWS: MIA }, GET)), [MIA, GET, there], 'allow'],
    ['both sides, everyone', across([allow(GET)], grant('*', GET)), [MIA, GET, there], 'allow'],
    ['A alone', across([allow(GET)]), [MIA, GET, there], 'deny'],
    ['B alone, by name: nothing bypasses', across([], grant({ AWS: MIA }, GET)), [MIA, GET, there], 'deny'],
    ['B alone, everyone: nothing bypasses', across([], grant('*', GET)), [MIA, GET, there], 'deny'],
    ['a boundary that allows', bounded([allow('s3:*')], grant({ AWS: MIA }, GET)), [MIA, GET, there], 'allow'],
    ['a boundary without it', bounded([allow('sqs:*')], grant({ AWS: MIA }, GET)), [MIA, GET, there], 'deny'],
    [
      'a type without resource policies',
      { accounts: { [HOME]: { users: [user('mia', [allow('*')])] }, ...instances } },
      [MIA, 'ec2:StopInstances', INSTANCE],
      'deny',
    ],
    [
      'IAM objects of another account, not in the input',
      mia(allow('*')),
      [MIA, 'iam:DeleteUser', iam('user/x', OTHER)],
      'deny',
    ],
    [
      'a queue of another account that is not in the input may let anybody in',
      mia(allow('*')),
      [MIA, 'sqs:SendMessage', `arn:aws:sqs:eu-west-1:${OTHER}:jobs`],
      'unknown',
    ],
    [
      'what is not allowed at home stays denied there',
      mia(),
      [MIA, 'sqs:SendMessage', `arn:aws:sqs:eu-west-1:${OTHER}:jobs`],
      'deny',
    ],
  ]);
});

describe('what needs no allow', () => {
  const capped = (...cap: readonly Json[]): World =>
    home({ users: [user('mia', [], { boundary: iam('policy/cap') })], policies: [policy('cap', cap)] });
  const listed: World = {
    accounts: { [HOME]: { users: [user('mia')] } },
    organization: organization({ only: { [HOME]: [allow('s3:*')] } }),
  };
  verdicts('1.3 step 0', [
    ['needs none of a boundary', capped(allow('s3:*')), [MIA, 'sts:GetSessionToken', '*'], 'allow'],
    ['nor of an SCP', listed, [MIA, 'sts:GetSessionToken', '*'], 'allow'],
    ['a deny of the boundary stops it', capped(deny('sts:*')), [MIA, 'sts:GetSessionToken', '*'], 'deny'],
  ]);
});
