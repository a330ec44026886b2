/** aws.md 1.7: root, the management account, role sessions and service-linked roles. */
import { describe } from 'vitest';
import {
  allow,
  bucket,
  deny,
  type Guards,
  grant,
  HOME,
  home,
  iam,
  type Json,
  MANAGEMENT,
  MIA,
  OTHER,
  OUTSIDE,
  objectIn,
  organization,
  ROOT,
  refuse,
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

describe('root of a member account', () => {
  const member = (guards: Guards, ...grants: readonly Json[]): World => ({
    accounts: { [HOME]: { roles: [role('target', [trust({ AWS: HOME })])], resources: bucket('exports', ...grants) } },
    organization: organization(guards),
  });
  verdicts('1.7 member root', [
    ['is allowed everything', member({}), [ROOT, GET, FILE], 'allow'],
    ['also in IAM', member({}), [ROOT, 'iam:DeleteRole', TARGET], 'allow'],
    ['limited by an SCP', member({ scps: { 'r-1': [deny('s3:*')] } }), [ROOT, GET, FILE], 'deny'],
    ['limited by an RCP', member({ rcps: { 'r-1': [deny('s3:*')] } }), [ROOT, GET, FILE], 'deny'],
    ['limited by a deny of the resource', member({}, refuse('*', 's3:*')), [ROOT, GET, FILE], 'deny'],
    ['not by one of another', member({}, refuse({ AWS: MIA }, 's3:*')), [ROOT, GET, FILE], 'allow'],
    ['assumes no role', member({}), [ROOT, 'sts:AssumeRole', TARGET], 'deny'],
  ]);
});

describe('the management account', () => {
  const world = (guards: Guards): World => ({
    accounts: {
      [MANAGEMENT]: {
        users: [user('boss', [allow('*')], { account: MANAGEMENT })],
        resources: bucket('books', grant('*', GET)),
      },
      [HOME]: { users: [user('mia', [allow('*')])], resources: bucket('exports') },
    },
    organization: organization(guards),
  });
  const boss = iam('user/boss', MANAGEMENT);
  const all = { scps: { 'r-1': [deny('*')], [MANAGEMENT]: [deny('*')] }, rcps: { 'r-1': [deny('*')] } };
  verdicts('1.7 management account', [
    ['no SCP for its principals', world(all), [boss, 'iam:CreateUser', iam('user/x', MANAGEMENT)], 'allow'],
    ['no SCP for its root user', world(all), [iam('root', MANAGEMENT), GET, objectIn('books')], 'allow'],
    ['no RCP for its resources', world(all), [boss, GET, objectIn('books')], 'allow'],
    ['the members have both', world(all), [MIA, GET, FILE], 'deny'],
    ['the members without', world({}), [MIA, GET, FILE], 'allow'],
  ]);
});

describe('role sessions', () => {
  const world = home({
    users: [user('mia', [allow('*')])],
    roles: [role('worker', [trust({ AWS: HOME })], [allow('*')])],
  });
  verdicts('1.7 role session', [
    [
      'no GetFederationToken',
      world,
      [WORKER, 'sts:GetFederationToken', `arn:aws:sts::${HOME}:federated-user/x`],
      'deny',
    ],
    ['no GetSessionToken', world, [WORKER, 'sts:GetSessionToken', '*'], 'deny'],
    ['a user has both', world, [MIA, 'sts:GetFederationToken', `arn:aws:sts::${HOME}:federated-user/x`], 'allow'],
    ['other calls of STS', world, [WORKER, 'sts:GetServiceBearerToken', '*'], 'allow'],
  ]);
});

describe('service-linked roles', () => {
  const path = '/aws-service-role/x.amazonaws.com/';
  const LINKED = iam(`role${path}AWSServiceRoleForX`);
  const world = home({
    users: [user('mia', [allow('*')])],
    roles: [
      role('AWSServiceRoleForX', [trust({ Service: 'x.amazonaws.com' })], [], { path }),
      role('AWSServiceRoleForY', [trust({ Service: 'x.amazonaws.com' })]),
    ],
  });
  verdicts('1.7 service-linked role', [
    ['its trust is fixed', world, [MIA, 'iam:UpdateAssumeRolePolicy', LINKED], 'deny'],
    ['its permissions are fixed', world, [MIA, 'iam:AttachRolePolicy', LINKED], 'deny'],
    ['it can be read', world, [MIA, 'iam:GetRole', LINKED], 'allow'],
    ['it goes with a call of its own', world, [MIA, 'iam:DeleteServiceLinkedRole', LINKED], 'allow'],
    [
      'a role that only has the name is not one',
      world,
      [MIA, 'iam:AttachRolePolicy', iam('role/AWSServiceRoleForY')],
      'allow',
    ],
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
    [
      'the root user of the management account',
      world(delegated),
      [iam('user/ada', OTHER), ASSUME_ROOT, iam('root', MANAGEMENT), task],
      'deny',
    ],
    [
      'that of an account outside the organization',
      world(),
      [iam('user/boss', MANAGEMENT), ASSUME_ROOT, iam('root', OUTSIDE), task],
      'unknown',
    ],
  ]);
});
