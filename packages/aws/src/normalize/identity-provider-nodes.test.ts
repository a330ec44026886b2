import { describe, expect, it } from 'vitest';
import { A, arn, details, estate, role, SCOPE, trust } from './testing/estate.ts';

const ISSUER = 'ci.example/org/1';
const OIDC = arn(`oidc-provider/${ISSUER}`);
const SAML = arn('saml-provider/idp');
const SUBJECT = `federated:${ISSUER}#job`;

const ci = role('ci', undefined, {
  AssumeRolePolicyDocument: trust({ Federated: OIDC }, { StringEquals: { [`${ISSUER}:sub`]: 'job' } }),
});
const people = role('people', undefined, { AssumeRolePolicyDocument: trust({ Federated: SAML }) });

const given = (identityProviders?: unknown, roles: readonly unknown[] = [ci, people]) =>
  estate({
    authorizationDetails: details({ roles }),
    ...(identityProviders === undefined ? {} : { identityProviders }),
  });
const lists = (oidc: readonly unknown[], saml: readonly unknown[]) => ({
  OpenIDConnectProviders: oidc,
  SAMLProviders: saml,
});

describe('vouching for subjects (aws.md 2.2, 2.3.1)', () => {
  it('a listed provider vouches for the subjects that policies name, and for no others', () => {
    const idle = arn('oidc-provider/idle.example');
    const graph = given(lists([{ Arn: OIDC }, { Arn: idle }], [{ Arn: SAML }]));
    expect(graph.edges('vouches-for')).toEqual([
      `vouches-for ${OIDC} -> ${SUBJECT}`,
      `vouches-for ${SAML} -> federated:${SAML}#*`,
    ]);
    expect(graph.node(idle).type).toBe('AWS::IAM::OIDCProvider');
    expect(graph.index.resources.filter(({ type }) => type === 'missing-identity-provider')).toEqual([]);
  });

  it('one that the account does not have is a node, for whoever may make it again', () => {
    const graph = given(lists([], [{ Arn: SAML }]));
    expect(graph.node(OIDC)).toEqual({
      kind: 'resource',
      id: OIDC,
      provider: 'aws',
      type: 'missing-identity-provider',
      name: ISSUER,
      scope: SCOPE,
      attributes: { issuer: ISSUER, missing: true },
    });
    expect(graph.edges('vouches-for')).toContain(`vouches-for ${OIDC} -> federated:${OIDC}#job`);
    expect(graph.index.node(SUBJECT)).toBeUndefined();
    expect(graph.node(`federated:${OIDC}#job`).attributes).toMatchObject({ issuer: ISSUER, providerMissing: true });
  });

  it('a missing SAML provider too, but only in the account that was asked', () => {
    const graph = given(lists([{ Arn: OIDC }], []));
    expect(graph.node(SAML)).toMatchObject({ type: 'missing-identity-provider', attributes: { missing: true } });
    expect(graph.node(OIDC).type).toBe('AWS::IAM::OIDCProvider');
  });

  it.each([
    ['no list', undefined],
    ['half a list', lists([7], [7])],
  ])('with %s it may be there: what follows from it is unknown', (_, providers) => {
    const graph = given(providers);
    expect(graph.node(OIDC)).toMatchObject({
      type: 'AWS::IAM::OIDCProvider',
      attributes: { issuer: ISSUER, collected: false },
    });
    expect(graph.node(OIDC).attributes).not.toHaveProperty('missing');
    expect(graph.edges('vouches-for')).toEqual([
      `vouches-for ${OIDC} -> ${SUBJECT} (unknown)`,
      `vouches-for ${SAML} -> federated:${SAML}#* (unknown)`,
    ]);
  });

  it('issuers that every account trusts have no object that vouches for them', () => {
    const google = role('google', undefined, {
      AssumeRolePolicyDocument: trust(
        { Federated: 'accounts.google.com' },
        { StringEquals: { 'accounts.google.com:sub': '1' } },
      ),
    });
    const graph = given(lists([], []), [google]);
    expect(graph.edges('vouches-for')).toEqual([]);
    expect(graph.node('federated:accounts.google.com#1')).toBeDefined();
  });

  it('a subject that two accounts accept is vouched for by a provider of each', () => {
    const B = '777788889999';
    const other = OIDC.replace(A, B);
    const graph = estate({
      [A]: { authorizationDetails: details({ roles: [ci] }), identityProviders: lists([{ Arn: OIDC }], []) },
      [B]: {
        authorizationDetails: details({
          roles: [
            role('ci', undefined, {
              Arn: arn('role/ci', B),
              AssumeRolePolicyDocument: trust({ Federated: other }, { StringEquals: { [`${ISSUER}:sub`]: 'job' } }),
            }),
          ],
        }),
      },
    });
    expect(graph.edges('vouches-for')).toEqual([
      `vouches-for ${OIDC} -> ${SUBJECT}`,
      `vouches-for ${other} -> ${SUBJECT} (unknown)`,
    ]);
  });
});
