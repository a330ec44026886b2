/** Rules of aws.md that the code does not follow yet. */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  bucket,
  deny,
  grant,
  group,
  HOME,
  home,
  iam,
  type Json,
  MANAGEMENT,
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
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const FILE = objectIn('exports');
const lambda = (region: string): string => `arn:aws:lambda:${region}:${HOME}:function:f`;
const withTarget = (...statements: readonly Json[]): World =>
  home({ users: [user('mia', statements)], roles: [role('target', [trust({ AWS: HOME })])] });

describe('limits', () => {
  const joins = (count: number, ...statements: readonly Json[]): number => {
    const names = Array.from({ length: count }, (_, index) => `group-${index}`);
    return ask(
      home({
        users: [user('mia', [allow('iam:AddUserToGroup', iam('group/admins')), ...statements], { groups: names })],
        groups: [...names.map((name) => group(name, [])), group('admins', [allow('*')])],
        files: { accessKeys: [] },
      }),
    ).radius(MIA).admin.length;
  };
  test('aws.md 1.8 limits: a user is in ten groups', () => {
    expect(joins(9)).toBe(1);
    expect(joins(10)).toBe(0);
    expect(joins(10, allow('iam:RemoveUserFromGroup'))).toBe(1);
  });
});

describe('canonical users', () => {
  const shared = (...own: readonly Json[]): World =>
    home({
      users: [user('mia', own)],
      resources: [...bucket('exports', grant({ CanonicalUser: 'c0ffee' }, GET)), ...bucket('open', grant('*', GET))],
    });
  verdicts('1.4 canonical user', [
    [
      'like an account it only delegates: nothing of its own allows',
      shared(allow('s3:ListBucket')),
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'and what is allowed in the account of the bucket needs no delegation',
      shared(allow(GET)),
      [MIA, GET, FILE],
      'allow',
    ],
    ['it is never an anonymous caller', shared(), [PUBLIC, GET, FILE], 'deny'],
    ['nor a service', shared(), ['logs.amazonaws.com', GET, FILE], 'deny'],
  ]);
});

describe('NotPrincipal', () => {
  const world = home({
    users: [user('mia')],
    resources: bucket('exports', { Effect: 'Deny', NotPrincipal: { AWS: [MIA, ROOT] }, Action: 's3:*', Resource: '*' }),
  });
  verdicts('1.9', [['the root user is named by its account', world, [ROOT, GET, FILE], 'allow']]);
});

const mia = (...statements: readonly Json[]): World =>
  home({ users: [user('mia', statements)], resources: bucket('exports') });

describe('aws:RequestedRegion', () => {
  const guard = deny('*', '*', { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } });
  const guarded = mia(allow('*'), guard);
  verdicts('1.12 aws:RequestedRegion', [
    [
      'a resource of another region is called there',
      guarded,
      [MIA, 'lambda:InvokeFunction', lambda('us-east-1')],
      'deny',
    ],
    ['one of the region', guarded, [MIA, 'lambda:InvokeFunction', lambda('eu-west-1')], 'allow'],
    ['IAM is called in us-east-1', guarded, [MIA, 'iam:DeleteUser', iam('user/x')], 'deny'],
    ['also without a resource', guarded, [MIA, 'iam:GetAccountSummary', '*'], 'deny'],
    [
      'a guard for us-east-1 leaves IAM',
      mia(allow('*', '*', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } })),
      [MIA, 'iam:DeleteUser', iam('user/x')],
      'allow',
    ],
    ['the caller picks the region of what is in none', guarded, [MIA, 'sqs:ListQueues', '*'], 'allow'],
    ['and that of its own call to STS', withTarget(allow('*'), guard), [MIA, 'sts:AssumeRole', TARGET], 'allow'],
  ]);
});

describe('principals that match nobody here', () => {
  const named = (AWS: string): World =>
    home({
      users: [user('mia')],
      groups: [group('team', [])],
      resources: [...bucket('exports', grant({ AWS }, GET)), ...bucket('open', grant('*', GET))],
    });
  const session = `arn:aws:sts::${HOME}:federated-user/x`;
  verdicts('1.4 principals', [
    ['a federated session is no anonymous caller', named(session), [PUBLIC, GET, FILE], 'deny'],
    ['a federated session is no service', named(session), ['logs.amazonaws.com', GET, FILE], 'deny'],
    ['a federated session is no user', named(session), [MIA, GET, FILE], 'deny'],
  ]);
});

describe('root and the policy of its bucket', () => {
  const BUCKET = 'arn:aws:s3:::exports';
  const locked = home({ resources: bucket('exports', refuse('*', 's3:*')) });
  const otherRoot: World = {
    accounts: { [HOME]: {}, [OTHER]: { resources: bucket('exports', grant('*', 's3:*'), refuse('*', 's3:*')) } },
  };
  const guarded: World = {
    accounts: { [HOME]: { resources: bucket('exports', refuse('*', 's3:*')) } },
    organization: organization({ scps: { [HOME]: [deny('s3:*')] } }),
  };
  verdicts('1.7 S3 bucket-owner root', [
    ['reads it despite its deny', locked, [ROOT, 's3:GetBucketPolicy', BUCKET], 'allow'],
    ['writes it', locked, [ROOT, 's3:PutBucketPolicy', BUCKET], 'allow'],
    ['deletes it', locked, [ROOT, 's3:DeleteBucketPolicy', BUCKET], 'allow'],
    ['nothing else', locked, [ROOT, 's3:ListBucket', BUCKET], 'deny'],
    ['not that of another account', otherRoot, [ROOT, 's3:GetBucketPolicy', BUCKET], 'deny'],
    ['not despite an SCP', guarded, [ROOT, 's3:GetBucketPolicy', BUCKET], 'deny'],
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

describe('S3 access points', () => {
  const AP = `arn:aws:s3:eu-west-1:${HOME}:accesspoint/ap`;
  const CALLER = iam('user/mia', OTHER);
  const shared = grant({ AWS: OTHER }, GET);
  const point = (statements: readonly Json[], ...ofBucket: readonly Json[]): World => ({
    accounts: {
      [OTHER]: { users: [user('mia', [allow('*')], { account: OTHER })] },
      [HOME]: {
        resources: [
          ...bucket('exports', ...ofBucket),
          resource('AWS::S3::AccessPoint', 'ap', { Arn: AP, Bucket: 'exports', Policy: { Statement: statements } }),
        ],
      },
    },
  });
  const OBJECT = `${AP}/object/file`;
  verdicts('1.12 access points', [
    ['both allow', point([shared], shared), [CALLER, GET, OBJECT], 'allow'],
    ['the access point alone', point([shared]), [CALLER, GET, OBJECT], 'deny'],
    ['the bucket alone', point([], shared), [CALLER, GET, OBJECT], 'deny'],
    ['a deny of the bucket', point([shared], shared, refuse('*', GET)), [CALLER, GET, OBJECT], 'deny'],
  ]);
});

describe('AssumeRoot', () => {
  const DELEGATED = OTHER;
  const world = (more: Json = {}): World => ({
    accounts: {
      [MANAGEMENT]: { users: [user('boss', [allow('sts:AssumeRoot')], { account: MANAGEMENT })] },
      [HOME]: { users: [user('mia', [allow('*')])] },
      [OTHER]: { users: [user('ada', [allow('sts:AssumeRoot')], { account: OTHER })] },
    },
    organization: { ...organization(), DelegatedAdministrators: [], ...more },
  });
  const delegated = {
    DelegatedAdministrators: [{ Id: DELEGATED, ServicePrincipals: ['iam.amazonaws.com'] }],
  };
  const ASSUME_ROOT = 'sts:AssumeRoot';
  const task = { 'sts:TaskPolicyArn': 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy' };
  verdicts('1.7 AssumeRoot', [
    ['the management account', world(), [iam('user/boss', MANAGEMENT), ASSUME_ROOT, ROOT, task], 'allow'],
    ['not a member', world(), [iam('user/ada', OTHER), ASSUME_ROOT, ROOT, task], 'deny'],
    ['not itself', world(), [MIA, ASSUME_ROOT, ROOT, task], 'deny'],
    ['a delegated administrator of IAM', world(delegated), [iam('user/ada', OTHER), ASSUME_ROOT, ROOT, task], 'allow'],
  ]);
});

describe('actions without resource types that are asked about a resource', () => {
  verdicts('1.10 no resource types', [
    [
      'the request is about *',
      mia(allow('iam:GetAccountSummary', iam('user/*'))),
      [MIA, 'iam:GetAccountSummary', iam('user/x')],
      'deny',
    ],
    ['and * allows it', mia(allow('iam:GetAccountSummary')), [MIA, 'iam:GetAccountSummary', iam('user/x')], 'allow'],
    [
      'keys are listed, not a key',
      mia(allow('kms:ListKeys', 'arn:aws:kms:*:*:key/*')),
      [MIA, 'kms:ListKeys', `arn:aws:kms:eu-west-1:${HOME}:key/1`],
      'deny',
    ],
    [
      'the list of buckets by one bucket',
      mia(allow('s3:ListAllMyBuckets', 'arn:aws:s3:::exports')),
      [MIA, 's3:ListAllMyBuckets', 'arn:aws:s3:::exports'],
      'deny',
    ],
    [
      'the list of buckets by all',
      mia(allow('s3:ListAllMyBuckets', 'arn:aws:s3:::*')),
      [MIA, 's3:ListAllMyBuckets', 'arn:aws:s3:::exports'],
      'allow',
    ],
  ]);
});
