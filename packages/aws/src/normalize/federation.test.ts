import { describe, expect, it } from 'vitest';
import { compileFederated } from './federation.ts';
import { NO_DIRECTORY } from './principal-directory.ts';
import { details, estate, role } from './testing/estate.ts';

const GITHUB = 'token.actions.githubusercontent.com';
const PROVIDER = `arn:aws:iam::444455556666:oidc-provider/${GITHUB}`;
const compile = (text: string, block = {}) => compileFederated(text, block, NO_DIRECTORY);
const subjects = (text: string, block = {}) =>
  compile(text, block).externals.map(({ id, attributes }) => [id, attributes?.['claims']]);

describe('OIDC (aws.md 2.2)', () => {
  it('names the subjects of the condition, with the other claims', () => {
    expect(
      compile(PROVIDER, {
        StringEquals: { [`${GITHUB}:aud`]: ['sts.amazonaws.com'] },
        StringLike: { [`${GITHUB.toUpperCase()}:SUB`]: ['repo:o/b:*', 'repo:o/a:*'] },
      }),
    ).toEqual({
      matchers: [
        { match: 'node', id: `federated:${GITHUB}#repo:o/a:*`, strength: 'bypasses-guards' },
        { match: 'node', id: `federated:${GITHUB}#repo:o/b:*`, strength: 'bypasses-guards' },
      ],
      externals: ['repo:o/a:*', 'repo:o/b:*'].map((sub) => ({
        id: `federated:${GITHUB}#${sub}`,
        type: 'federated-subject',
        name: sub,
        attributes: { issuer: GITHUB, claims: { aud: 'sts.amazonaws.com', sub }, providers: [PROVIDER] },
      })),
    });
  });

  it('is every subject where none is named', () => {
    const all = [[`federated:${GITHUB}#*`, {}]];
    expect(subjects(PROVIDER)).toEqual(all);
    expect(subjects(PROVIDER, { StringNotEquals: { [`${GITHUB}:sub`]: ['x'] } })).toEqual(all);
    expect(subjects(PROVIDER, { 'ForAllValues:StringLike': { [`${GITHUB}:sub`]: ['repo:o/a:*'] } })).toEqual(all);
    expect(subjects(PROVIDER, { StringEquals: { 'other.example:sub': ['x'] } })).toEqual(all);
  });

  it('takes the exact condition of two', () => {
    const block = {
      StringLike: { [`${GITHUB}:sub`]: ['repo:*'] },
      StringEquals: { [`${GITHUB}:sub`]: ['repo:o/a:ref:x'] },
    };
    expect(subjects(PROVIDER, block)).toEqual([[`federated:${GITHUB}#repo:o/a:ref:x`, { sub: 'repo:o/a:ref:x' }]]);
  });

  it('keeps a star apart from a wildcard', () => {
    const block = { StringEquals: { [`${GITHUB}:sub`]: ['repo:o/*'] } };
    expect(subjects(PROVIDER, block)).toEqual([[`federated:${GITHUB}#repo:o/\${*}`, { sub: `repo:o/\${*}` }]]);
  });

  it('lists claims with several values as alternatives', () => {
    const block = { 'ForAnyValue:StringEquals': { [`${GITHUB}:aud`]: ['b', 'a'] } };
    expect(subjects(PROVIDER, block)).toEqual([[`federated:${GITHUB}#*`, { aud: ['a', 'b'] }]]);
  });

  it('leaves claims open that AWS may or may not know (aws.md 2.2, unknown keys)', () => {
    const attributes = (block: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>) =>
      compile(PROVIDER, block).externals[0]?.attributes;
    expect(
      attributes({ StringEquals: { [`${GITHUB}:repository_owner`]: ['acme'], [`${GITHUB}:aud`]: ['a'] } }),
    ).toEqual({
      issuer: GITHUB,
      claims: { aud: 'a' },
      providers: [PROVIDER],
      openToStrangers: 'conditional',
    });
    expect(attributes({ StringEquals: { [`${GITHUB}:aud`]: ['a'] } })).toMatchObject({ openToStrangers: true });
    const named = { [`${GITHUB}:sub`]: ['repo:o/a:ref:x'], [`${GITHUB}:repository_owner`]: ['acme'] };
    expect(attributes({ StringEquals: named })).not.toHaveProperty('openToStrangers');
  });

  it('keeps the path of the issuer', () => {
    const eks = 'oidc.eks.eu-west-1.amazonaws.com/id/ABC';
    expect(
      subjects(`arn:aws:iam::444455556666:oidc-provider/${eks}`, {
        StringEquals: { [`${eks}:sub`]: ['system:serviceaccount:a:b'] },
      }),
    ).toEqual([[`federated:${eks}#system:serviceaccount:a:b`, { sub: 'system:serviceaccount:a:b' }]]);
  });
});

describe('issuers that need no provider', () => {
  it('name the subject by a claim of their own', () => {
    expect(subjects('accounts.google.com', { StringEquals: { 'accounts.google.com:sub': ['1'] } })).toEqual([
      ['federated:accounts.google.com#1', { sub: '1' }],
    ]);
    expect(
      subjects('www.amazon.com', { StringEquals: { 'www.amazon.com:user_id': ['u'], 'www.amazon.com:app_id': ['a'] } }),
    ).toEqual([['federated:www.amazon.com#u', { app_id: 'a', user_id: 'u' }]]);
    expect(subjects('graph.facebook.com', { StringEquals: { 'graph.facebook.com:id': ['f'] } })).toEqual([
      ['federated:graph.facebook.com#f', { id: 'f' }],
    ]);
  });

  it('says that guests of a pool are anybody, and its users are not', () => {
    const cognito = 'cognito-identity.amazonaws.com';
    const opened = (amr: string) =>
      compile(cognito, {
        StringEquals: { [`${cognito}:aud`]: ['eu-west-1:p'] },
        'ForAnyValue:StringLike': { [`${cognito}:amr`]: [amr] },
      }).externals[0]?.attributes?.['openToStrangers'];
    expect(opened('unauthenticated')).toBe(true);
    expect(opened('authenticated')).toBeUndefined();
  });

  it('keeps the pools of Cognito, and guests from users, apart', () => {
    const cognito = 'cognito-identity.amazonaws.com';
    const block = {
      StringEquals: { [`${cognito}:aud`]: ['eu-west-1:p'] },
      'ForAnyValue:StringLike': { [`${cognito}:amr`]: ['unauthenticated'] },
    };
    expect(subjects(cognito, block)).toEqual([
      [`federated:${cognito}#eu-west-1:p/unauthenticated`, { aud: 'eu-west-1:p', amr: 'unauthenticated' }],
    ]);
    expect(subjects(cognito)).toEqual([[`federated:${cognito}#*`, {}]]);
  });
});

describe('SAML', () => {
  it('has the provider for an issuer', () => {
    const provider = 'arn:aws:iam::444455556666:saml-provider/idp';
    expect(
      compile(provider, { StringEquals: { 'SAML:aud': ['https://signin.aws.amazon.com/saml'] } }).externals,
    ).toEqual([
      {
        id: `federated:${provider}#*`,
        type: 'federated-subject',
        name: `any subject of ${provider}`,
        attributes: {
          issuer: provider,
          claims: { aud: 'https://signin.aws.amazon.com/saml' },
          providers: [provider],
        },
      },
    ]);
    expect(subjects(provider, { StringEquals: { 'SAML:sub': ['bob'] } })).toEqual([
      [`federated:${provider}#bob`, { sub: 'bob' }],
    ]);
  });
});

describe('a provider that the account does not have (aws.md 2.2)', () => {
  const directory = { ...NO_DIRECTORY, providerKnownMissing: (id: string) => id === PROVIDER };

  it('vouches for nobody, until somebody makes it again', () => {
    const block = { StringEquals: { [`${GITHUB}:sub`]: ['repo:o/a:ref:x'] } };
    const id = `federated:${PROVIDER}#repo:o/a:ref:x`;
    expect(compileFederated(PROVIDER, block, directory)).toEqual({
      matchers: [
        { match: 'unresolved', text: PROVIDER, dangling: true },
        { match: 'node', id, strength: 'bypasses-guards', certainty: 'conditional' },
      ],
      externals: [
        {
          id,
          type: 'federated-subject',
          name: 'repo:o/a:ref:x',
          attributes: {
            issuer: GITHUB,
            claims: { sub: 'repo:o/a:ref:x' },
            providers: [PROVIDER],
            providerMissing: true,
          },
        },
      ],
    });
  });

  it('lets no stranger in, however open the trust', () => {
    expect(compileFederated(PROVIDER, {}, directory).externals[0]?.attributes).not.toHaveProperty('openToStrangers');
    expect(compile(PROVIDER).externals[0]?.attributes).toHaveProperty('openToStrangers', true);
  });

  it('does not touch issuers that need no provider, or providers that are there', () => {
    expect(compileFederated('accounts.google.com', {}, directory)).toEqual(compile('accounts.google.com'));
    const saml = 'arn:aws:iam::444455556666:saml-provider/idp';
    expect(compileFederated(saml, {}, directory)).toEqual(compile(saml));
  });
});

it('what is neither is undecided', () => {
  for (const text of ['login.example.com', 'arn:aws:iam::444455556666:user/a', '']) {
    expect(compile(text)).toEqual({ matchers: [{ match: 'unresolved', text, dangling: false }], externals: [] });
  }
});

describe('aws.md 2.1 guests of a pool that the input lists', () => {
  const pool = 'eu-west-1:0a1b2c3d-0000-4000-8000-000000000000';
  const issuer = 'cognito-identity.amazonaws.com';
  const openness = (properties: Readonly<Record<string, unknown>>, Identifier = pool) => {
    const statement = {
      Effect: 'Allow',
      Principal: { Federated: issuer },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${issuer}:aud`]: pool },
        'ForAnyValue:StringLike': { [`${issuer}:amr`]: 'unauthenticated' },
      },
    };
    const trusted = { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [statement] } };
    return estate({
      authorizationDetails: details({ roles: [role('guest', '*', trusted)] }),
      resources: [{ TypeName: 'AWS::Cognito::IdentityPool', Identifier, Region: 'eu-west-1', Properties: properties }],
    }).node(`federated:${issuer}#${pool}/unauthenticated`).attributes?.['openToStrangers'];
  };

  it('are nobody where the pool has none', () => {
    expect(openness({ AllowUnauthenticatedIdentities: false })).toBeUndefined();
    expect(openness({ AllowUnauthenticatedIdentities: true })).toBe(true);
  });

  it('are anybody where it does not say, and where another pool has none', () => {
    expect(openness({})).toBe(true);
    expect(openness({ AllowUnauthenticatedIdentities: false }, 'eu-west-1:another')).toBe(true);
  });
});
