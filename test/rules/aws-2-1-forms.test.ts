/** aws.md 2.1: the shapes of trust by which an identity is obtained, one by one, with the nearest shape that is not it. */
import { describe } from 'vitest';
import {
  type Account,
  allow,
  HOME,
  home,
  iam,
  type Json,
  MANAGEMENT,
  MIA,
  OTHER,
  organization,
  role,
  TARGET,
  trust,
  user,
  verdicts,
  type World,
} from './rule-estate.ts';

const ASSUME = 'sts:AssumeRole';
const WEB = 'sts:AssumeRoleWithWebIdentity';
const trusting = (principal: unknown, condition?: Json, action: unknown = ASSUME, more: Account = {}): World =>
  home({ roles: [role('target', [trust(principal, condition, action)])], ...more });

describe('roles of other accounts', () => {
  const name = 'OrganizationAccountAccessRole';
  const world = (trusted: string): World => ({
    accounts: {
      [MANAGEMENT]: { users: [user('boss', [allow(ASSUME)], { account: MANAGEMENT })] },
      [HOME]: { users: [user('mia', [allow(ASSUME)])], roles: [role(name, [trust({ AWS: trusted })])] },
    },
    organization: organization(),
  });
  const boss = iam('user/boss', MANAGEMENT);
  verdicts('2.1 assume-role', [
    ['the management account into a member', world(MANAGEMENT), [boss, ASSUME, iam(`role/${name}`)], 'allow'],
    ['a member into its own such role', world(MANAGEMENT), [MIA, ASSUME, iam(`role/${name}`)], 'deny'],
    ['a role of that name that trusts somebody else', world(OTHER), [boss, ASSUME, iam(`role/${name}`)], 'deny'],
  ]);
});

describe('web identity', () => {
  const provider = iam('oidc-provider/idp.example.com/tenant');
  const key = 'idp.example.com/tenant';
  const named = { StringEquals: { [`${key}:sub`]: 'app-1' } };
  const subject = (name: string): string => `federated:${key}#${name}`;
  const listed = (arn: string): Account => ({
    files: { identityProviders: { OpenIDConnectProviders: [{ Arn: arn }], SAMLProviders: [] } },
  });
  verdicts('2.1 web identity', [
    [
      'a subject of the provider',
      trusting({ Federated: provider }, named, WEB),
      [subject('app-1'), WEB, TARGET],
      'allow',
    ],
    [
      'a provider that the account has',
      trusting({ Federated: provider }, named, WEB, listed(provider)),
      [subject('app-1'), WEB, TARGET],
      'allow',
    ],
    [
      'another subject',
      home({
        roles: [
          role('target', [trust({ Federated: provider }, named, WEB)]),
          role('worker', [trust({ Federated: provider }, { StringEquals: { [`${key}:sub`]: 'app-2' } }, WEB)]),
        ],
      }),
      [subject('app-2'), WEB, TARGET],
      'deny',
    ],
  ]);
});

describe('SAML', () => {
  const corp = iam('saml-provider/corp');
  const other = iam('saml-provider/other');
  const SAML = 'sts:AssumeRoleWithSAML';
  const audience = { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } };
  const world = home({
    roles: [
      role('target', [trust({ Federated: corp }, audience, SAML)]),
      role('worker', [trust({ Federated: other }, audience, SAML)]),
    ],
  });
  verdicts('2.1 SAML', [
    ['callers of the provider', world, [`federated:${corp}#*`, SAML, TARGET], 'allow'],
    ['callers of another', world, [`federated:${other}#*`, SAML, TARGET], 'deny'],
  ]);
});

describe('Roles Anywhere', () => {
  const service = 'rolesanywhere.amazonaws.com';
  const anchor = `arn:aws:rolesanywhere:eu-west-1:${HOME}:trust-anchor/1`;
  const actions = [ASSUME, 'sts:TagSession', 'sts:SetSourceIdentity'];
  const ofAnchor = trusting({ Service: service }, { ArnEquals: { 'aws:SourceArn': anchor } }, actions);
  const named = trusting(
    { Service: service },
    { StringEquals: { 'aws:PrincipalTag/x509Subject/CN': 'web-1' } },
    actions,
  );
  verdicts('2.1 Roles Anywhere', [
    ['any certificate', trusting({ Service: service }, undefined, actions), [service, ASSUME, TARGET], 'allow'],
    ['of the trust anchor', ofAnchor, [service, ASSUME, TARGET, { 'aws:SourceArn': anchor }], 'allow'],
    ['of another anchor', ofAnchor, [service, ASSUME, TARGET, { 'aws:SourceArn': `${anchor}2` }], 'deny'],
    ['of an anchor that is not told', ofAnchor, [service, ASSUME, TARGET], 'conditional'],
    ['a certificate by its subject', named, [service, ASSUME, TARGET], 'conditional'],
    ['that subject', named, [service, ASSUME, TARGET, { 'aws:PrincipalTag/x509Subject/CN': 'web-1' }], 'allow'],
    ['another subject', named, [service, ASSUME, TARGET, { 'aws:PrincipalTag/x509Subject/CN': 'web-2' }], 'deny'],
    ['session tags', ofAnchor, [service, 'sts:TagSession', TARGET, { 'aws:SourceArn': anchor }], 'allow'],
  ]);
});

describe('pods', () => {
  const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';
  const of = (account: string): Json => ({
    StringEquals: { [`${issuer}:sub`]: `system:serviceaccount:${account}`, [`${issuer}:aud`]: 'sts.amazonaws.com' },
  });
  const provider = { Federated: iam(`oidc-provider/${issuer}`) };
  const irsa = home({
    roles: [
      role('target', [trust(provider, of('shop:pay'), WEB)]),
      role('worker', [trust(provider, of('shop:web'), WEB)]),
    ],
  });
  const service = 'pods.eks.amazonaws.com';
  const actions = [ASSUME, 'sts:TagSession'];
  const narrowed = trusting(
    { Service: service },
    { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'shop' } },
    actions,
  );
  verdicts('2.1 EKS IRSA', [
    ['the service account', irsa, [`federated:${issuer}#system:serviceaccount:shop:pay`, WEB, TARGET], 'allow'],
    ['another of the namespace', irsa, [`federated:${issuer}#system:serviceaccount:shop:web`, WEB, TARGET], 'deny'],
  ]);
  verdicts('2.1 EKS Pod Identity', [
    ['the service', trusting({ Service: service }, undefined, actions), [service, ASSUME, TARGET], 'allow'],
    [
      'it tags the session',
      trusting({ Service: service }, undefined, actions),
      [service, 'sts:TagSession', TARGET],
      'allow',
    ],
    [
      'not where the trust has no TagSession',
      trusting({ Service: service }),
      [service, 'sts:TagSession', TARGET],
      'deny',
    ],
    [
      'the namespace',
      narrowed,
      [service, 'sts:TagSession', TARGET, { 'aws:RequestTag/kubernetes-namespace': 'shop' }],
      'allow',
    ],
    [
      'another namespace',
      narrowed,
      [service, 'sts:TagSession', TARGET, { 'aws:RequestTag/kubernetes-namespace': 'web' }],
      'deny',
    ],
  ]);
});

describe('services', () => {
  const SERVICES = [
    'ec2',
    'lambda',
    'ecs-tasks',
    'codebuild',
    'glue',
    'sagemaker',
    'tasks.apprunner',
    'states',
    'scheduler',
    'bedrock-agentcore',
    'credentials.iot',
    'ssm',
  ];
  verdicts(
    '2.1 service roles',
    SERVICES.flatMap((name) => {
      const service = `${name}.amazonaws.com`;
      return [
        [`${name}`, trusting({ Service: service }), [service, ASSUME, TARGET], 'allow'] as const,
        [`not ${name}`, trusting({ Service: 'other.amazonaws.com' }), [service, ASSUME, TARGET], 'deny'] as const,
      ];
    }),
  );
});

describe('Cognito', () => {
  const host = 'cognito-identity.amazonaws.com';
  const pool = 'eu-west-1:11111111-1111-1111-1111-111111111111';
  const of = (aud: string, amr: string): Json => ({
    StringEquals: { [`${host}:aud`]: aud },
    'ForAnyValue:StringLike': { [`${host}:amr`]: amr },
  });
  const federated = { Federated: host };
  const world = home({
    roles: [
      role('target', [trust(federated, of(pool, 'authenticated'), WEB)]),
      role('worker', [trust(federated, of(pool, 'unauthenticated'), WEB)]),
      role('elsewhere', [trust(federated, of(`${pool}2`, 'authenticated'), WEB)]),
    ],
  });
  verdicts('2.1 Cognito identity pool', [
    ['users of the pool', world, [`federated:${host}#${pool}/authenticated`, WEB, TARGET], 'allow'],
    ['its guests', world, [`federated:${host}#${pool}/unauthenticated`, WEB, TARGET], 'deny'],
    ['users of another pool', world, [`federated:${host}#${pool}2/authenticated`, WEB, TARGET], 'deny'],
  ]);
});

describe('calls that need only the own permission', () => {
  const may = (action: string): World => home({ users: [user('mia', [allow(action)]), user('ben')] });
  const calls = ['signin:CreateOAuth2Token', 'iam:AcceptDelegationRequest', 'sts:GetWebIdentityToken'];
  verdicts(
    '2.1 calls',
    calls.flatMap((action) => [
      [`${action}, allowed`, may(action), [MIA, action, '*'], 'allow'] as const,
      [`${action}, not allowed`, may('s3:*'), [MIA, action, '*'], 'deny'] as const,
    ]),
  );
});
