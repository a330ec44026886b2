import type { Verdict } from '@keyreach/core/authz';
import { describe, expect, it } from 'vitest';
import { evaluateRequest } from './evaluate-request.ts';
import type { SimulatedPolicies } from './simulated-policies.ts';
import type { SimulatedRequest } from './simulated-request.ts';
import {
  A,
  ALL,
  allow,
  assumes,
  B,
  bare,
  deny,
  grant,
  iam,
  KEY,
  policy,
  ROLE,
  refuse,
  SESSION,
  sends,
  sts,
  trust,
  USER,
} from './testing/policies.ts';

const verdict = (request: SimulatedRequest, policies: SimulatedPolicies): Verdict =>
  evaluateRequest(request, policies).verdict;

const CALLER_ROLE = iam('role/caller');
const CALLER = sts('assumed-role/caller/s');
const GITHUB = `arn:aws:iam::${A}:oidc-provider/token.actions.githubusercontent.com`;
const SAML = `arn:aws:iam::${A}:saml-provider/idp`;

describe('role trust (aws.md 1.5)', () => {
  it.each([
    ['the user by its ARN: no identity policy needed', USER, { AWS: USER }, [], 'allow'],
    ['another user', USER, { AWS: iam('user/other') }, [ALL], 'deny'],
    ['the user by its ARN, and a deny', USER, { AWS: USER }, [deny('sts:*')], 'deny'],
    ['the session by its ARN', CALLER, { AWS: CALLER }, [], 'allow'],
    ['another session', CALLER, { AWS: sts('assumed-role/caller/t') }, [ALL], 'deny'],
    ['the role of the session', CALLER, { AWS: CALLER_ROLE }, [], 'allow'],
    ['the account, with an identity policy', USER, { AWS: A }, [allow('sts:AssumeRole', ROLE)], 'allow'],
    [
      'the account, with an identity policy for another role',
      USER,
      { AWS: A },
      [allow('sts:AssumeRole', iam('role/x'))],
      'deny',
    ],
    ['the account, without an identity policy', USER, { AWS: A }, [], 'deny'],
    ['everybody', USER, { AWS: '*' }, [], 'allow'],
    ['nobody that is here: no edge, even with everything allowed', USER, { AWS: B }, [ALL], 'deny'],
  ] as const)('aws.md 1.5: same account, trust of %s', (_, principal, named, identity, expected) => {
    expect(verdict(assumes({ principal }), bare({ identity, resource: trust(named) }))).toBe(expected);
  });

  it('aws.md 1.5: boundary and session policy cap a trust of the role, not one of user or session', () => {
    const boundary = allow('sns:*');
    expect(
      verdict(assumes({ principal: CALLER }), bare({ identity: [], boundary, resource: trust({ AWS: CALLER_ROLE }) })),
    ).toBe('deny');
    expect(
      verdict(
        assumes({ principal: CALLER }),
        bare({ identity: [], boundary: ALL, resource: trust({ AWS: CALLER_ROLE }) }),
      ),
    ).toBe('allow');
    expect(
      verdict(
        assumes({ principal: CALLER }),
        bare({ identity: [], session: [boundary], resource: trust({ AWS: CALLER_ROLE }) }),
      ),
    ).toBe('deny');
    expect(
      verdict(
        assumes({ principal: CALLER }),
        bare({ identity: [], boundary, session: [boundary], resource: trust({ AWS: CALLER }) }),
      ),
    ).toBe('allow');
    expect(verdict(assumes(), bare({ identity: [], boundary, resource: trust({ AWS: USER }) }))).toBe('allow');
    expect(verdict(assumes(), bare({ identity: [ALL], boundary, resource: trust({ AWS: A }) }))).toBe('deny');
    expect(
      verdict(assumes(), bare({ identity: [ALL], scps: [[allow('sns:*')]], resource: trust({ AWS: USER }) })),
    ).toBe('deny');
  });

  it.each([
    ['trust and identity', {}, 'allow'],
    ['trust of the user and no identity policy', { identity: [], resource: trust({ AWS: USER }) }, 'deny'],
    ['trust of the user and identity', { resource: trust({ AWS: USER }) }, 'allow'],
    ['trust of everybody and identity', { resource: trust('*') }, 'allow'],
    ['no trust', { resource: trust({ AWS: '555566667777' }) }, 'deny'],
    ['a boundary without it', { boundary: allow('sns:*') }, 'deny'],
    ['an SCP without it', { scps: [[allow('sns:*')]] }, 'deny'],
    ['an RCP of the role’s account', { rcps: [[refuse('*', 'sts:*')]] }, 'deny'],
    ['a trust policy that is not given', { resource: undefined }, 'unknown'],
  ])('aws.md 1.5: another account, with %s', (_, given, expected) => {
    const policies = bare({ identity: [ALL], resource: trust({ AWS: A }), ...given });
    expect(verdict(assumes({ resource: iam('role/deploy', B) }), policies)).toBe(expected);
  });

  it('aws.md 1.5: without its trust policy nothing is known of a role, and with none nobody assumes it', () => {
    expect(verdict(assumes(), { identity: [ALL] })).toBe('unknown');
    expect(verdict(assumes(), { identity: [] })).toBe('unknown');
    expect(verdict(assumes(), bare({ identity: [ALL], resource: null }))).toBe('deny');
    expect(verdict(assumes({ action: 'iam:GetRole' }), { identity: [ALL] })).toBe('allow');
  });

  it.each([
    ['the subject it names', { subject: 'repo:acme/app:ref:refs/heads/main' }, 'allow'],
    ['another repository', { subject: 'repo:evil/app:ref:refs/heads/main' }, 'deny'],
    ['a subject that is not told', {}, 'conditional'],
  ])('aws.md 1.5: an OIDC caller with %s', (_, given, expected) => {
    const resource = trust({ Federated: GITHUB }, 'sts:AssumeRoleWithWebIdentity', {
      Condition: {
        StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
        StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/*' },
      },
    });
    const request = assumes({
      action: 'sts:AssumeRoleWithWebIdentity',
      principal: { federated: GITHUB, ...given },
      context: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
    });
    expect(verdict(request, bare({ resource }))).toBe(expected);
    expect(
      verdict(
        { ...request, principal: { federated: 'https://token.actions.githubusercontent.com', ...given } },
        bare({ resource }),
      ),
    ).toBe(expected);
    expect(verdict({ ...request, action: 'sts:AssumeRoleWithSAML' }, bare({ resource }))).toBe('deny');
    expect(verdict({ ...request, principal: { federated: 'gitlab.com', ...given } }, bare({ resource }))).toBe('deny');
    expect(
      verdict({ ...request, context: { 'token.actions.githubusercontent.com:aud': 'other' } }, bare({ resource })),
    ).toBe('deny');
    expect(verdict(request, bare({ resource, rcps: [[refuse('*', 'sts:AssumeRoleWithWebIdentity')]] }))).toBe('deny');
    expect(verdict(request, bare({ resource, scps: [[allow('sns:*')]] }))).toBe(expected);
  });

  it('aws.md 1.5: the provider of the trust is the one in that account', () => {
    const resource = trust({ Federated: GITHUB }, 'sts:AssumeRoleWithWebIdentity');
    const request = assumes({ action: 'sts:AssumeRoleWithWebIdentity', principal: { federated: GITHUB } });
    expect(verdict(request, bare({ resource }))).toBe('allow');
    expect(verdict({ ...request, principal: { federated: GITHUB.replace(A, B) } }, bare({ resource }))).toBe('deny');
    expect(
      verdict({ ...request, principal: { federated: 'token.actions.githubusercontent.com' } }, bare({ resource })),
    ).toBe('allow');
  });

  it('aws.md 1.5: a SAML caller needs its provider, action and audience', () => {
    const resource = trust({ Federated: SAML }, 'sts:AssumeRoleWithSAML', {
      Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
    });
    const request = assumes({
      action: 'sts:AssumeRoleWithSAML',
      principal: { federated: SAML, subject: 'ann' },
      context: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' },
    });
    expect(verdict(request, bare({ resource }))).toBe('allow');
    expect(verdict({ ...request, principal: { federated: `${SAML}-2` } }, bare({ resource }))).toBe('deny');
    expect(verdict({ ...request, context: { 'SAML:aud': 'other' } }, bare({ resource }))).toBe('deny');
    expect(verdict({ ...request, principal: USER }, bare({ identity: [ALL], resource }))).toBe('deny');
  });

  it('aws.md 1.5: a service needs to be trusted, its conditions narrow it', () => {
    const request = assumes({ principal: { service: 'ec2.amazonaws.com' } });
    expect(verdict(request, bare({ resource: trust({ Service: 'ec2.amazonaws.com' }) }))).toBe('allow');
    expect(verdict(request, bare({ resource: trust({ Service: 'ecs.amazonaws.com' }) }))).toBe('deny');
    expect(verdict(request, bare({ resource: trust({ AWS: A }) }))).toBe('deny');
    const from = trust({ Service: 'ec2.amazonaws.com' }, 'sts:AssumeRole', {
      Condition: { StringEquals: { 'aws:SourceAccount': A } },
    });
    expect(verdict({ ...request, context: { 'aws:SourceAccount': A } }, bare({ resource: from }))).toBe('allow');
    expect(verdict({ ...request, context: { 'aws:SourceAccount': B } }, bare({ resource: from }))).toBe('deny');
    // A user's own call carries no source account.
    const users = trust({ AWS: USER }, 'sts:AssumeRole', { Condition: { StringEquals: { 'aws:SourceAccount': A } } });
    expect(verdict(assumes(), bare({ identity: [ALL], resource: users }))).toBe('deny');
  });

  it('aws.md 1.5: a role that assumes itself needs to trust itself', () => {
    const itself = assumes({ principal: { arn: SESSION, role: ROLE } });
    expect(verdict(itself, bare({ identity: [ALL], resource: trust({ AWS: iam('role/other') }) }))).toBe('deny');
    expect(verdict(itself, bare({ identity: [ALL], resource: trust({ AWS: ROLE }) }))).toBe('allow');
  });

  it('aws.md 1.5: tags and source identity are actions of their own in the trust', () => {
    const onlyAssume = bare({ identity: [ALL], resource: trust({ AWS: A }) });
    for (const action of ['sts:TagSession', 'sts:SetSourceIdentity']) {
      expect(verdict(assumes({ action }), onlyAssume)).toBe('deny');
      expect(
        verdict(assumes({ action }), { ...onlyAssume, resource: trust({ AWS: A }, ['sts:AssumeRole', action]) }),
      ).toBe('allow');
    }
  });

  it('aws.md 1.12: an external id that is not told leaves the trust conditional, one that is decides', () => {
    const resource = trust({ AWS: B }, 'sts:AssumeRole', {
      Condition: { StringEquals: { 'sts:ExternalId': 'tenant-7' } },
    });
    const vendor = assumes({ principal: iam('role/vendor', B) });
    const policies = bare({ identity: [ALL], resource });
    expect(evaluateRequest(vendor, policies)).toMatchObject({
      verdict: 'conditional',
      missingContext: ['sts:ExternalId'],
    });
    expect(verdict({ ...vendor, context: { 'sts:ExternalId': 'tenant-7' } }, policies)).toBe('allow');
    expect(verdict({ ...vendor, context: { 'sts:ExternalId': 'tenant-8' } }, policies)).toBe('deny');
    expect(verdict({ ...vendor, context: { 'sts:ExternalId': null } }, policies)).toBe('deny');
  });

  it('aws.md 1.5: a trust policy has no Resource, another resource policy may', () => {
    expect(verdict(assumes(), bare({ identity: [ALL], resource: grant({ AWS: A }, 'sts:AssumeRole') }))).toBe(
      'unknown',
    );
    expect(verdict(sends(), bare({ identity: [ALL], resource: grant({ AWS: A }, 'sqs:*') }))).toBe('allow');
  });
});

describe('KMS keys (aws.md 1.6)', () => {
  const decrypts = (given: Partial<SimulatedRequest> = {}) => sends({ action: 'kms:Decrypt', resource: KEY, ...given });

  it.each([
    ['names the user: sufficient', { AWS: USER }, [], 'allow'],
    ['names the account: identity policies count', { AWS: A }, [ALL], 'allow'],
    ['names the account, and no identity policy', { AWS: A }, [], 'deny'],
    ['names neither: nobody, not even administrators', { AWS: iam('role/x') }, [ALL], 'deny'],
  ])('aws.md 1.6: a key policy that %s', (_, named, identity, expected) => {
    expect(verdict(decrypts(), bare({ identity, resource: grant(named, 'kms:*') }))).toBe(expected);
  });

  it('aws.md 1.6: a key whose policy is not given is unknown, not open', () => {
    expect(verdict(decrypts(), { identity: [ALL] })).toBe('unknown');
    expect(verdict(decrypts(), bare({ identity: [ALL], resource: null }))).toBe('deny');
    expect(verdict(sends(), { identity: [ALL] })).toBe('allow');
  });

  it('aws.md 1.6: another account needs the key policy and its identity policy', () => {
    const resource = grant({ AWS: B }, 'kms:Decrypt');
    const visitor = decrypts({ principal: iam('user/x', B) });
    expect(verdict(visitor, bare({ identity: [ALL], resource }))).toBe('allow');
    expect(verdict(visitor, bare({ identity: [], resource }))).toBe('deny');
    expect(verdict(visitor, bare({ identity: [ALL], resource: grant({ AWS: A }, 'kms:*') }))).toBe('deny');
  });

  it('aws.md 1.6: actions without a key ask identity policies alone', () => {
    for (const action of ['kms:ListKeys', 'kms:CreateKey', 'kms:GenerateRandom']) {
      expect(verdict(decrypts({ action, resource: '*' }), bare({ identity: [ALL] }))).toBe('allow');
      expect(verdict(decrypts({ action, resource: '*' }), bare({ identity: [] }))).toBe('deny');
    }
  });

  it('aws.md 1.6: kms:ViaService is absent in direct calls, and decides where it is told', () => {
    const resource = grant({ AWS: A }, 'kms:*', {
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    });
    expect(verdict(decrypts(), bare({ identity: [ALL], resource }))).toBe('deny');
    expect(
      verdict(
        decrypts({ context: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }),
        bare({ identity: [ALL], resource }),
      ),
    ).toBe('allow');
  });
});

describe('sessions (aws.md 1.7)', () => {
  const mfa = (operator: string, value: string): object =>
    allow('*', '*', { Condition: { [operator]: { 'aws:MultiFactorAuthPresent': value } } });

  it.each([
    ['a kind that is not told', undefined, 'conditional', 'conditional'],
    ['an access key', 'access-key', 'deny', 'allow'],
    ['GetSessionToken with MFA', 'mfa-session', 'allow', 'allow'],
  ])('aws.md 1.7, 1.12: MFA in %s', (_, session, present, ifExists) => {
    const given = session === undefined ? {} : { session };
    expect(verdict(sends(given), bare({ identity: [mfa('Bool', 'true')] }))).toBe(present);
    expect(verdict(sends(given), bare({ identity: [mfa('BoolIfExists', 'true')] }))).toBe(ifExists);
  });

  it('aws.md 1.7: GetSessionToken without MFA calls no IAM, and other services', () => {
    const request = sends({ action: 'iam:ListUsers', resource: '*', session: 'session-token' });
    expect(evaluateRequest(request, bare({ identity: [ALL] }))).toMatchObject({
      verdict: 'deny',
      decidedBy: 'session-kind',
    });
    expect(verdict(sends({ session: 'session-token' }), bare({ identity: [ALL] }))).toBe('allow');
    expect(verdict({ ...request, session: 'mfa-session' }, bare({ identity: [ALL] }))).toBe('allow');
  });

  it('aws.md 1.7: a federated session calls no IAM and of STS only GetCallerIdentity', () => {
    const guest = { principal: sts('federated-user/guest') };
    const policies = bare({ identity: [ALL], session: [ALL] });
    expect(verdict(sends(guest), policies)).toBe('allow');
    expect(verdict(sends({ ...guest, action: 'iam:ListUsers', resource: '*' }), policies)).toBe('deny');
    expect(verdict(sends({ ...guest, action: 'sts:GetCallerIdentity', resource: '*' }), policies)).toBe('allow');
    expect(verdict(assumes(guest), { ...policies, resource: trust({ AWS: A }) })).toBe('deny');
  });

  it('aws.md 1.7: a role session gets no session or federation token', () => {
    for (const action of ['sts:GetSessionToken', 'sts:GetFederationToken']) {
      expect(
        evaluateRequest(sends({ principal: SESSION, action, resource: '*' }), bare({ identity: [ALL] })),
      ).toMatchObject({
        verdict: 'deny',
        decidedBy: 'service-rule',
      });
      expect(verdict(sends({ action, resource: '*' }), bare({ identity: [ALL] }))).toBe('allow');
    }
  });

  it('aws.md 1.7: the root user is limited by SCPs and denies of resources, not by identity policies', () => {
    const root = { principal: iam('root') };
    expect(verdict(sends(root), bare({ identity: [deny('*')], boundary: deny('*') }))).toBe('allow');
    expect(verdict(sends(root), bare({ scps: [[ALL, deny('sqs:*')]] }))).toBe('deny');
  });

  it('aws.md 1.8: objects that AWS owns stay as they are, whatever is allowed', () => {
    const managed = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const own = iam('policy/own');
    const change = (resource: string) => sends({ action: 'iam:CreatePolicyVersion', resource });
    expect(evaluateRequest(change(managed), bare({ identity: [ALL] }))).toMatchObject({
      verdict: 'deny',
      decidedBy: 'service-rule',
    });
    expect(verdict(change(own), bare({ identity: [ALL] }))).toBe('allow');
    const reserved = iam('role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_0123456789abcdef');
    expect(verdict(sends({ action: 'iam:PutRolePolicy', resource: reserved }), bare({ identity: [ALL] }))).toBe('deny');
    expect(verdict(sends({ action: 'iam:PutRolePolicy', resource: ROLE }), bare({ identity: [ALL] }))).toBe('allow');
  });
});

describe('federated claims (aws.md 2.2)', () => {
  it('aws.md 2.2: keys of another issuer are absent', () => {
    const resource = policy({
      Effect: 'Allow',
      Principal: { Federated: 'cognito-identity.amazonaws.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { 'cognito-identity.amazonaws.com:aud': 'pool' },
        'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
      },
    });
    const request = assumes({
      action: 'sts:AssumeRoleWithWebIdentity',
      principal: { federated: 'cognito-identity.amazonaws.com', subject: 'eu-west-1:1' },
      context: {
        'cognito-identity.amazonaws.com:aud': 'pool',
        'cognito-identity.amazonaws.com:amr': ['authenticated', 'x'],
      },
    });
    expect(verdict(request, bare({ resource }))).toBe('allow');
    const guest = {
      'cognito-identity.amazonaws.com:aud': 'pool',
      'cognito-identity.amazonaws.com:amr': ['unauthenticated'],
    };
    expect(verdict({ ...request, context: guest }, bare({ resource }))).toBe('deny');
    expect(verdict({ ...request, principal: { federated: 'accounts.google.com' } }, bare({ resource }))).toBe('deny');
  });
});
