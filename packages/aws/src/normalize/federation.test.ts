import { describe, expect, it } from 'vitest';
import { compileFederated } from './federation.ts';
import { NO_DIRECTORY } from './principal-directory.ts';

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

it('a provider that the account does not have vouches for nobody', () => {
  const directory = { ...NO_DIRECTORY, providerKnownMissing: () => true };
  expect(compileFederated(PROVIDER, {}, directory)).toEqual({
    matchers: [{ match: 'unresolved', text: PROVIDER, dangling: true }],
    externals: [],
  });
});

it('what is neither is undecided', () => {
  for (const text of ['login.example.com', 'arn:aws:iam::444455556666:user/a', '']) {
    expect(compile(text)).toEqual({ matchers: [{ match: 'unresolved', text, dangling: false }], externals: [] });
  }
});
