/** aws.md 2.2: the subjects of each issuer, and who can have one that a trust policy accepts. */
import { describe, expect, test } from 'vitest';
import { type Account, ask, home, iam, type Json, role, TARGET, trust, verdicts } from './rule-estate.ts';

const WEB = 'sts:AssumeRoleWithWebIdentity';

interface Issuer {
  readonly name: string;
  readonly host: string;
  readonly audience: string;
  readonly subject: string;
  /** A subject of the same issuer that differs as little as can be. */
  readonly next: string;
  /** A pattern that covers the subject and not the next one. */
  readonly pattern: string;
}

const ISSUERS: readonly Issuer[] = [
  {
    name: 'GitHub Actions, branch',
    host: 'token.actions.githubusercontent.com',
    audience: 'sts.amazonaws.com',
    subject: 'repo:acme/shop:ref:refs/heads/main',
    next: 'repo:acme/shop:ref:refs/heads/dev',
    pattern: 'repo:acme/shop:ref:refs/heads/m*',
  },
  {
    name: 'GitHub Actions, environment',
    host: 'token.actions.githubusercontent.com',
    audience: 'sts.amazonaws.com',
    subject: 'repo:acme/shop:environment:production',
    next: 'repo:acme/shop:pull_request',
    pattern: 'repo:acme/shop:environment:*',
  },
  {
    name: 'GitLab',
    host: 'gitlab.com',
    audience: 'https://gitlab.com',
    subject: 'project_path:acme/shop:ref_type:branch:ref:main',
    next: 'project_path:acme/web:ref_type:branch:ref:main',
    pattern: 'project_path:acme/shop:*',
  },
  {
    name: 'HCP Terraform',
    host: 'app.terraform.io',
    audience: 'aws.workload.identity',
    subject: 'organization:acme:project:p:workspace:w:run_phase:apply',
    next: 'organization:acme:project:p:workspace:w:run_phase:plan',
    pattern: 'organization:acme:project:p:workspace:w:run_phase:a*',
  },
  {
    name: 'EKS',
    host: 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    audience: 'sts.amazonaws.com',
    subject: 'system:serviceaccount:shop:pay',
    next: 'system:serviceaccount:web:pay',
    pattern: 'system:serviceaccount:shop:*',
  },
  {
    name: 'Microsoft Entra',
    host: 'sts.windows.net/00000000-0000-0000-0000-000000000000/',
    audience: 'api://aws',
    subject: '11111111-1111-1111-1111-111111111111',
    next: '22222222-2222-2222-2222-222222222222',
    pattern: '1111*',
  },
  {
    name: 'CircleCI',
    host: 'oidc.circleci.com/org/0123',
    audience: '0123',
    subject: 'org/0123/project/p/user/u',
    next: 'org/0123/project/q/user/u',
    pattern: 'org/0123/project/p/*',
  },
  {
    name: 'Bitbucket',
    host: 'api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
    audience: 'ari:cloud:bitbucket::workspace/0123',
    subject: '{repo}:{step}',
    next: '{other}:{step}',
    pattern: '{repo}:*',
  },
  {
    name: 'Buildkite',
    host: 'agent.buildkite.com',
    audience: 'sts.amazonaws.com',
    subject: 'organization:acme:pipeline:p:ref:refs/heads/main',
    next: 'organization:acme:pipeline:q:ref:refs/heads/main',
    pattern: 'organization:acme:pipeline:p:*',
  },
  {
    name: 'Vercel',
    host: 'oidc.vercel.com/acme',
    audience: 'https://vercel.com/acme',
    subject: 'owner:acme:project:p:environment:production',
    next: 'owner:acme:project:p:environment:preview',
    pattern: 'owner:acme:project:p:environment:prod*',
  },
];

const trustIn = (host: string, condition: Json): Json =>
  trust({ Federated: iam(`oidc-provider/${host}`) }, condition, WEB);

describe.each(ISSUERS)('$name', ({ host, audience, subject, next, pattern }) => {
  const exactly = (sub: string, aud = audience): Json => ({
    StringEquals: { [`${host}:sub`]: sub, [`${host}:aud`]: aud },
  });
  const id = (sub: string): string => `federated:${host}#${sub}`;

  test('aws.md 2.2: the subject the trust names, and not the next', () => {
    const asked = ask(
      home({
        roles: [role('target', [trustIn(host, exactly(subject))]), role('worker', [trustIn(host, exactly(next))])],
      }),
    );
    expect(asked.can(id(subject), WEB, TARGET)).toBe('allow');
    expect(asked.can(id(next), WEB, TARGET)).toBe('deny');
    expect(asked.whoCan(WEB, TARGET)).toEqual({ [id(subject)]: 'allow' });
  });

  test('aws.md 2.2: a pattern names those it covers', () => {
    const like = { StringLike: { [`${host}:sub`]: pattern }, StringEquals: { [`${host}:aud`]: audience } };
    const asked = ask(
      home({
        roles: [
          role('target', [trustIn(host, like)]),
          role('worker', [trustIn(host, exactly(subject))]),
          role('other', [trustIn(host, exactly(next))]),
        ],
      }),
    );
    expect(asked.can(id(pattern), WEB, TARGET)).toBe('allow');
    expect(asked.can(id(next), WEB, TARGET)).toBe('deny');
  });

  test('aws.md 2.2: without an audience every audience of the provider will do', () => {
    const asked = ask(
      home({ roles: [role('target', [trustIn(host, { StringEquals: { [`${host}:sub`]: subject } })])] }),
    );
    expect(asked.can(id(subject), WEB, TARGET)).toBe('allow');
  });

  test('aws.md 2.2: a claim that is not modelled is known only from the token', () => {
    const asked = ask(
      home({
        roles: [role('target', [trustIn(host, { ...exactly(subject), Bool: { [`${host}:verified`]: 'true' } })])],
      }),
    );
    expect(asked.can(id(subject), WEB, TARGET)).toBe('conditional');
  });

  test('aws.md 2.2: a provider that the account does not have vouches for nobody', () => {
    const of = (arn: string): Account => ({
      roles: [role('target', [trustIn(host, exactly(subject))])],
      files: { identityProviders: { OpenIDConnectProviders: [{ Arn: arn }], SAMLProviders: [] } },
    });
    const certain = (arn: string): readonly string[] =>
      Object.entries(ask(home(of(arn))).whoCan(WEB, TARGET)).flatMap(([who, how]) => (how === 'allow' ? [who] : []));
    expect(certain(iam(`oidc-provider/${host}`))).toEqual([id(subject)]);
    expect(certain(iam('oidc-provider/elsewhere.example.com'))).toEqual([]);
  });
});

describe('issuers that need no provider', () => {
  const built = (host: string, keys: Readonly<Record<string, string>>): Json =>
    trust(
      { Federated: host },
      { StringEquals: Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${host}:${key}`, value])) },
      WEB,
    );
  const world = (first: Json, second: Json) => home({ roles: [role('target', [first]), role('worker', [second])] });
  const google = (sub: string) => built('accounts.google.com', { aud: 'app', oaud: 'app', sub });
  const amazon = (user_id: string) => built('www.amazon.com', { app_id: 'app', user_id });
  const facebook = (id: string) => built('graph.facebook.com', { app_id: 'app', id });
  verdicts('2.2', [
    [
      'Google: the service account',
      world(google('100'), google('200')),
      ['federated:accounts.google.com#100', WEB, TARGET],
      'allow',
    ],
    [
      'Google: another',
      world(google('100'), google('200')),
      ['federated:accounts.google.com#200', WEB, TARGET],
      'deny',
    ],
    [
      'Login with Amazon: the user',
      world(amazon('a'), amazon('b')),
      ['federated:www.amazon.com#a', WEB, TARGET],
      'allow',
    ],
    [
      'Login with Amazon: another',
      world(amazon('a'), amazon('b')),
      ['federated:www.amazon.com#b', WEB, TARGET],
      'deny',
    ],
    [
      'Facebook: the user',
      world(facebook('a'), facebook('b')),
      ['federated:graph.facebook.com#a', WEB, TARGET],
      'allow',
    ],
    ['Facebook: another', world(facebook('a'), facebook('b')), ['federated:graph.facebook.com#b', WEB, TARGET], 'deny'],
  ]);
});

describe('trusts that strangers can meet', () => {
  const host = 'token.actions.githubusercontent.com';
  const subjects = (condition: Json | undefined, of = host): readonly boolean[] => {
    const federated = { Federated: iam(`oidc-provider/${of}`) };
    const { graph } = ask(home({ roles: [role('target', [trust(federated, condition, WEB)])] }));
    return graph.identities
      .filter(({ type }) => type === 'federated-subject')
      .map(({ attributes }) => attributes?.['openToStrangers'] === true);
  };
  const like = (sub: string): Json => ({ StringLike: { [`${host}:sub`]: sub } });
  test.each([
    ['no condition on the subject', undefined],
    ['an audience alone', { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' } }],
    ['*', like('*')],
    ['repo:*', like('repo:*')],
    ['an owner without a slash', like('repo:acme*')],
    ['ForAllValues', { 'ForAllValues:StringLike': { [`${host}:sub`]: 'repo:acme/*' } }],
  ])('aws.md 2.2 rules: %s', (_, condition) => {
    expect(subjects(condition)).toEqual([true]);
  });
  test.each([
    ['an owner', like('repo:acme/*')],
    ['a repository', like('repo:acme/shop:*')],
    ['a branch', { StringEquals: { [`${host}:sub`]: 'repo:acme/shop:ref:refs/heads/main' } }],
  ])('aws.md 2.2 rules: not %s', (_, condition) => {
    expect(subjects(condition)).toEqual([false]);
  });
  test('aws.md 2.2 rules: an issuer with one tenant serves nobody else', () => {
    expect(subjects(undefined, 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF')).toEqual([
      false,
    ]);
  });
});
