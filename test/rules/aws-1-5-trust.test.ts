/** aws.md 1.5: what it takes to assume a role, one test or more for each row of the table. */
import { describe, expect, test } from 'vitest';
import {
  type Account,
  allow,
  ask,
  BEN,
  deny,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  organization,
  policy,
  ROOT,
  role,
  TARGET,
  trust,
  user,
  verdicts,
  WORKER,
  type World,
} from './rule-estate.ts';

const ASSUME = 'sts:AssumeRole';
const assume = allow(ASSUME, TARGET);
const CAP = iam('policy/cap');
const capped = { policies: [policy('cap', [allow('s3:*')])] };
const target = (...trusts: readonly Json[]): Account => ({ roles: [role('target', trusts)] });
const same = (statements: readonly Json[], ...trusts: readonly Json[]): World =>
  home({ users: [user('mia', statements)], ...target(...trusts) });
const bounded = (statements: readonly Json[], ...trusts: readonly Json[]): World =>
  home({ users: [user('mia', statements, { boundary: CAP })], ...capped, ...target(...trusts) });
const worker = (statements: readonly Json[], trusts: readonly Json[], boundary = false): World =>
  home({
    roles: [
      role('worker', [trust({ Service: 'ec2.amazonaws.com' })], statements, boundary ? { boundary: CAP } : {}),
      role('target', trusts),
    ],
    ...capped,
  });

describe('the same account', () => {
  verdicts('1.5 same account', [
    ['a user by ARN needs no allow', same([], trust({ AWS: MIA })), [MIA, ASSUME, TARGET], 'allow'],
    ['another user', same([], trust({ AWS: BEN })), [MIA, ASSUME, TARGET], 'deny'],
    ['a user by ARN, with a deny', same([deny(ASSUME)], trust({ AWS: MIA })), [MIA, ASSUME, TARGET], 'deny'],
    ['a user by ARN, whatever its boundary', bounded([], trust({ AWS: MIA })), [MIA, ASSUME, TARGET], 'allow'],
    [
      'a role session by ARN',
      worker([], [trust({ AWS: `arn:aws:sts::${HOME}:assumed-role/worker/ci` })], true),
      [WORKER, ASSUME, TARGET],
      'conditional',
    ],
    ['a role by ARN needs no allow', worker([], [trust({ AWS: WORKER })]), [WORKER, ASSUME, TARGET], 'allow'],
    [
      'a role by ARN whose boundary does not allow',
      worker([], [trust({ AWS: WORKER })], true),
      [WORKER, ASSUME, TARGET],
      'deny',
    ],
    ['the account and an allow', same([assume], trust({ AWS: HOME })), [MIA, ASSUME, TARGET], 'allow'],
    ['the account alone', same([], trust({ AWS: ROOT })), [MIA, ASSUME, TARGET], 'deny'],
    [
      'the account and an allow on another role',
      same([allow(ASSUME, WORKER)], trust({ AWS: ROOT })),
      [MIA, ASSUME, TARGET],
      'deny',
    ],
    [
      'the account, an allow, and a boundary without it',
      bounded([assume], trust({ AWS: ROOT })),
      [MIA, ASSUME, TARGET],
      'deny',
    ],
    ['everyone needs no allow', same([], trust('*')), [MIA, ASSUME, TARGET], 'allow'],
    ['everyone, whatever the boundary', bounded([], trust({ AWS: '*' })), [MIA, ASSUME, TARGET], 'allow'],
    ['everyone, with a deny', same([deny('sts:*')], trust('*')), [MIA, ASSUME, TARGET], 'deny'],
    ['nobody: `*:*` does not help', same([allow('*')]), [MIA, ASSUME, TARGET], 'deny'],
    [
      'a service: `*:*` does not help',
      same([allow('*')], trust({ Service: 'ec2.amazonaws.com' })),
      [MIA, ASSUME, TARGET],
      'deny',
    ],
    [
      'an SCP caps what the account trust leaves to the caller',
      {
        accounts: { [HOME]: { users: [user('mia', [assume])], ...target(trust({ AWS: HOME })) } },
        organization: organization({ scps: { [HOME]: [deny(ASSUME)] } }),
      },
      [MIA, ASSUME, TARGET],
      'deny',
    ],
    [
      'a deny in the trust policy',
      same([allow('*')], trust({ AWS: HOME }), { ...trust({ AWS: MIA }), Effect: 'Deny' }),
      [MIA, ASSUME, TARGET],
      'deny',
    ],
    [
      'a deny of another in the trust policy',
      same([allow('*')], trust({ AWS: HOME }), { ...trust({ AWS: BEN }), Effect: 'Deny' }),
      [MIA, ASSUME, TARGET],
      'allow',
    ],
  ]);
});

describe('a role and itself', () => {
  const self = (statements: readonly Json[], ...trusts: readonly Json[]): World =>
    home({ roles: [role('worker', trusts, statements)] });
  const all = [allow('*')];
  verdicts('1.5 itself', [
    ['it does not trust itself', self(all, trust({ Service: 'ec2.amazonaws.com' })), [WORKER, ASSUME, WORKER], 'deny'],
    ['it trusts itself', self([], trust({ AWS: WORKER })), [WORKER, ASSUME, WORKER], 'allow'],
    ['it trusts the account, and may assume', self(all, trust({ AWS: HOME })), [WORKER, ASSUME, WORKER], 'allow'],
  ]);
});

describe('another account', () => {
  const there = iam('role/target', OTHER);
  const across = (
    statements: readonly Json[],
    trusts: readonly Json[],
    more: { readonly boundary?: true; readonly organization?: Json } = {},
  ): World => ({
    accounts: {
      [HOME]: {
        users: [user('mia', statements, more.boundary === undefined ? {} : { boundary: CAP })],
        ...capped,
      },
      [OTHER]: { roles: [role('target', trusts, [], { account: OTHER })] },
    },
    ...(more.organization === undefined ? {} : { organization: more.organization }),
  });
  const may = [allow(ASSUME, there)];
  verdicts('1.5 another account', [
    ['by principal, and an allow', across(may, [trust({ AWS: MIA })]), [MIA, ASSUME, there], 'allow'],
    ['by account, and an allow', across(may, [trust({ AWS: HOME })]), [MIA, ASSUME, there], 'allow'],
    ['everyone, and an allow', across(may, [trust('*')]), [MIA, ASSUME, there], 'allow'],
    ['by principal alone', across([], [trust({ AWS: MIA })]), [MIA, ASSUME, there], 'deny'],
    ['everyone alone', across([], [trust('*')]), [MIA, ASSUME, there], 'deny'],
    ['an allow alone', across(may, [trust({ AWS: OTHER })]), [MIA, ASSUME, there], 'deny'],
    ['a boundary of the caller', across(may, [trust({ AWS: MIA })], { boundary: true }), [MIA, ASSUME, there], 'deny'],
    [
      'an SCP of the caller',
      across(may, [trust({ AWS: MIA })], { organization: organization({ scps: { [HOME]: [deny(ASSUME)] } }) }),
      [MIA, ASSUME, there],
      'deny',
    ],
    [
      'an SCP of the account of the role does not govern the caller',
      across(may, [trust({ AWS: MIA })], { organization: organization({ scps: { [OTHER]: [deny(ASSUME)] } }) }),
      [MIA, ASSUME, there],
      'allow',
    ],
    [
      'an RCP of the account of the role',
      across(may, [trust({ AWS: MIA })], { organization: organization({ rcps: { [OTHER]: [deny('sts:*')] } }) }),
      [MIA, ASSUME, there],
      'deny',
    ],
    [
      'an RCP of the account of the caller',
      across(may, [trust({ AWS: MIA })], { organization: organization({ rcps: { [HOME]: [deny('sts:*')] } }) }),
      [MIA, ASSUME, there],
      'allow',
    ],
    [
      'a role that is not in the input may trust anybody',
      across([allow(ASSUME)], []),
      [MIA, ASSUME, iam('role/x', '333333333333')],
      'unknown',
    ],
    [
      'one that is not in a listed account does not exist',
      across([allow('sqs:*')], []),
      [MIA, ASSUME, iam('role/x', OTHER)],
      'deny',
    ],
  ]);
});

describe('OIDC and SAML', () => {
  const OIDC = iam('oidc-provider/token.actions.githubusercontent.com');
  const SAML = iam('saml-provider/corp');
  const SUBJECT = 'federated:token.actions.githubusercontent.com#repo:acme/shop:ref:refs/heads/main';
  const WEB = 'sts:AssumeRoleWithWebIdentity';
  const named = {
    StringEquals: {
      'token.actions.githubusercontent.com:sub': 'repo:acme/shop:ref:refs/heads/main',
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
    },
  };
  const oidc = (action: unknown, more: Json = {}, file?: Json): World => ({
    accounts: {
      [HOME]: {
        users: [user('mia', [allow('*')])],
        roles: [role('target', [trust({ Federated: OIDC }, named, action)])],
        ...more,
      },
    },
    ...(file === undefined ? {} : { organization: file }),
  });
  verdicts('1.5 federation', [
    ['the subject the trust names', oidc(WEB), [SUBJECT, WEB, TARGET], 'allow'],
    ['with the action of another kind', oidc('sts:AssumeRoleWithSAML'), [SUBJECT, WEB, TARGET], 'deny'],
    ['with the plain action', oidc(ASSUME), [SUBJECT, WEB, TARGET], 'deny'],
    ['not a user, whatever it may do', oidc([WEB, ASSUME]), [MIA, ASSUME, TARGET], 'deny'],
    [
      'nor with the action of tokens, which a user has none of',
      same([allow('*')], trust({ AWS: HOME }, undefined, 'sts:*')),
      [MIA, WEB, TARGET],
      'deny',
    ],
    [
      'SCPs of the account of the role do not govern',
      oidc(WEB, {}, organization({ scps: { [HOME]: [deny('sts:*')] } })),
      [SUBJECT, WEB, TARGET],
      'allow',
    ],
    [
      'RCPs of it do',
      oidc(WEB, {}, organization({ rcps: { [HOME]: [deny('sts:AssumeRoleWithWebIdentity')] } })),
      [SUBJECT, WEB, TARGET],
      'deny',
    ],
    [
      'SAML',
      home({
        roles: [
          role('target', [
            trust(
              { Federated: SAML },
              { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
              'sts:AssumeRoleWithSAML',
            ),
          ]),
        ],
      }),
      [`federated:${SAML}#*`, 'sts:AssumeRoleWithSAML', TARGET],
      'allow',
    ],
    [
      'SAML with the action of another kind',
      home({ roles: [role('target', [trust({ Federated: SAML }, undefined, WEB)])] }),
      [`federated:${SAML}#*`, 'sts:AssumeRoleWithSAML', TARGET],
      'deny',
    ],
  ]);
});

describe('services', () => {
  const service = (condition?: Json): World => same([], trust({ Service: 'lambda.amazonaws.com' }, condition));
  const FROM_HOME = { StringEquals: { 'aws:SourceAccount': HOME } };
  verdicts('1.5 services', [
    ['the service it names', service(), ['lambda.amazonaws.com', ASSUME, TARGET], 'allow'],
    ['another service', service(), ['ec2.amazonaws.com', ASSUME, TARGET], 'deny'],
    [
      'narrowed to an account, which is not told',
      service(FROM_HOME),
      ['lambda.amazonaws.com', ASSUME, TARGET],
      'conditional',
    ],
    [
      'narrowed to the account',
      service(FROM_HOME),
      ['lambda.amazonaws.com', ASSUME, TARGET, { 'aws:SourceAccount': HOME }],
      'allow',
    ],
    [
      'narrowed to another account',
      service(FROM_HOME),
      ['lambda.amazonaws.com', ASSUME, TARGET, { 'aws:SourceAccount': OTHER }],
      'deny',
    ],
    [
      'narrowed to a resource',
      service({ ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*:111111111111:function:a' } }),
      ['lambda.amazonaws.com', ASSUME, TARGET, { 'aws:SourceArn': 'arn:aws:lambda:eu-west-1:111111111111:function:b' }],
      'deny',
    ],
    [
      'conditions on the source never hold for a user',
      same([allow('*')], trust({ AWS: HOME }, FROM_HOME)),
      [MIA, ASSUME, TARGET],
      'deny',
    ],
  ]);
});

describe('session tags and source identity', () => {
  const tagged = (...actions: readonly string[]): World => same([allow('*')], trust({ AWS: HOME }, undefined, actions));
  verdicts('1.5 session tags', [
    ['tags need consent of the trust', tagged(ASSUME, 'sts:TagSession'), [MIA, 'sts:TagSession', TARGET], 'allow'],
    ['without it', tagged(ASSUME), [MIA, 'sts:TagSession', TARGET], 'deny'],
    ['a source identity too', tagged(ASSUME, 'sts:SetSourceIdentity'), [MIA, 'sts:SetSourceIdentity', TARGET], 'allow'],
    ['without it', tagged(ASSUME), [MIA, 'sts:SetSourceIdentity', TARGET], 'deny'],
    [
      'and an allow of the caller where the trust names the account',
      same([assume], trust({ AWS: HOME }, undefined, [ASSUME, 'sts:TagSession'])),
      [MIA, 'sts:TagSession', TARGET],
      'deny',
    ],
    [
      'not where it names the user',
      same([], trust({ AWS: MIA }, undefined, [ASSUME, 'sts:TagSession'])),
      [MIA, 'sts:TagSession', TARGET],
      'allow',
    ],
  ]);
});

describe('external ids', () => {
  const external = { StringEquals: { 'sts:ExternalId': 'tenant' } };
  verdicts('1.5, 5.5 external ids', [
    ['the caller may give any', same([assume], trust({ AWS: HOME }, external)), [MIA, ASSUME, TARGET], 'allow'],
    [
      'told another',
      same([assume], trust({ AWS: HOME }, external)),
      [MIA, ASSUME, TARGET, { 'sts:ExternalId': 'x' }],
      'deny',
    ],
    [
      'told none',
      same([assume], trust({ AWS: HOME }, external)),
      [MIA, ASSUME, TARGET, { 'sts:ExternalId': null }],
      'deny',
    ],
    [
      'not one for the allow and another for the deny',
      same([assume, deny(ASSUME, '*', external)], trust({ AWS: HOME }, external)),
      [MIA, ASSUME, TARGET],
      'deny',
    ],
  ]);
});

test('aws.md 1.5: what a role can do is not what its caller can do', () => {
  const asked = ask(
    home({
      users: [user('mia', [assume, allow('s3:*')])],
      roles: [role('target', [trust({ AWS: HOME })], [allow('sqs:*')])],
    }),
  );
  expect(asked.can(TARGET, 's3:GetObject', 'arn:aws:s3:::x/y')).toBe('deny');
  expect(asked.can(TARGET, 'sqs:ListQueues', '*')).toBe('allow');
});
