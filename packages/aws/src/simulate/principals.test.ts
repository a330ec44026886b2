import type { Verdict } from '@keyreach/core/authz';
import { describe, expect, it } from 'vitest';
import { evaluateRequest } from './evaluate-request.ts';
import type { SimulatedPolicies } from './simulated-policies.ts';
import type { SimulatedPrincipal } from './simulated-request.ts';
import {
  A,
  ALL,
  allow,
  B,
  bare,
  deny,
  FEDERATED_USER,
  grant,
  iam,
  ROLE,
  refuse,
  SESSION,
  sends,
  sts,
  USER,
} from './testing/policies.ts';

const SEND = 'sqs:SendMessage';
const AIDA = 'AIDACIXXXXXXXXXXXXXX';
const AROA = 'AROADEPLOYXXXXXXXXXX';
const LAMBDA = { service: 'lambda.amazonaws.com' };
/** The session with what its ARN does not tell. */
const KNOWN_SESSION = { arn: SESSION, role: ROLE, uniqueId: AROA };
const KNOWN_GUEST = { arn: FEDERATED_USER, user: USER, uniqueId: AIDA };

const verdict = (principal: SimulatedPrincipal, policies: SimulatedPolicies): Verdict =>
  evaluateRequest(sends({ principal }), policies).verdict;

/** What is decided without an identity policy, and then where a boundary or session policy has no Allow. */
function row(principal: SimulatedPrincipal, named: unknown): readonly Verdict[] {
  const resource = grant(named, SEND);
  const session = [ALL];
  return [
    verdict(principal, bare({ identity: [], session, resource })),
    verdict(principal, bare({ identity: [], session, resource, boundary: allow('sns:*') })),
    verdict(principal, bare({ identity: [], session: [allow('sns:*')], resource })),
  ];
}

const ALLOWED = ['allow', 'allow', 'allow'];
const CAPPED = ['allow', 'deny', 'deny'];
const NONE = ['deny', 'deny', 'deny'];
const OPEN = ['unknown', 'deny', 'deny'];

describe('what a grant on a resource of the same account carries (aws.md 1.4)', () => {
  it.each([
    ['the user, by its ARN', USER, { AWS: USER }, ALLOWED],
    ['another user', USER, { AWS: iam('user/other') }, NONE],
    ['a user of that name below a path', USER, { AWS: iam('user/dev/ci') }, NONE],
    ['a user whose name differs in case', USER, { AWS: iam('user/CI') }, NONE],
    ['a wildcard inside an ARN', USER, { AWS: iam('user/*') }, NONE],
    ['the user, by its unique id', { arn: USER, uniqueId: AIDA }, { AWS: AIDA }, ALLOWED],
    ['another unique id', { arn: USER, uniqueId: 'AIDAOTHERXXXXXXXXXXX' }, { AWS: AIDA }, NONE],
    ['a unique id of a role, for a user', USER, { AWS: AROA }, NONE],
    ['a group, which is no principal', USER, { AWS: iam('group/g') }, NONE],

    ['the role, for its session', KNOWN_SESSION, { AWS: ROLE }, CAPPED],
    ['the role, by its unique id', KNOWN_SESSION, { AWS: AROA }, CAPPED],
    ['another role', KNOWN_SESSION, { AWS: iam('role/ops/other') }, NONE],
    ['a role of that name at another path', KNOWN_SESSION, { AWS: iam('role/deploy') }, NONE],
    ['the role, for a role in whatever session', ROLE, { AWS: ROLE }, CAPPED],
    ['the session itself', KNOWN_SESSION, { AWS: SESSION }, ALLOWED],
    ['another session of the role', KNOWN_SESSION, { AWS: sts('assumed-role/deploy/s2') }, NONE],
    ['a session of a role of another account', KNOWN_SESSION, { AWS: sts('assumed-role/deploy/s1', B) }, NONE],

    ['the federated session itself', KNOWN_GUEST, { AWS: FEDERATED_USER }, ALLOWED],
    ['another federated session', KNOWN_GUEST, { AWS: sts('federated-user/other') }, NONE],
    ['the user that made the federated session', KNOWN_GUEST, { AWS: USER }, CAPPED],
    ['the unique id of the user that made it', KNOWN_GUEST, { AWS: AIDA }, CAPPED],
    ['another user than made it', KNOWN_GUEST, { AWS: iam('user/other') }, NONE],
    ['a federated session, for the user itself', USER, { AWS: FEDERATED_USER }, NONE],

    ['everybody, as `*`', USER, '*', ALLOWED],
    ['everybody, as AWS `*`', KNOWN_SESSION, { AWS: '*' }, ALLOWED],
    ['a service, for a user', USER, { Service: 'lambda.amazonaws.com' }, NONE],
    ['an identity provider, for a user', USER, { Federated: 'accounts.google.com' }, NONE],
    ['nobody: text that is no principal', 'anonymous', { AWS: 'nobody' }, NONE],
  ] as const)('aws.md 1.4: %s', (_, principal, named, expected) => {
    // A user takes no session policies: its third verdict is the first one.
    const isUser = principal === USER || (typeof principal === 'object' && principal.arn === USER);
    const [alone, bounded, capped] = row(principal as SimulatedPrincipal, named);
    expect([alone, bounded, isUser ? expected[2] : capped]).toEqual(expected);
  });

  it.each([
    ['the account, by its id', { AWS: A }],
    ['the account, by its root ARN', { AWS: iam('root') }],
  ])('aws.md 1.4: %s only lets identity policies count', (_, named) => {
    const resource = grant(named, SEND);
    for (const principal of [USER, KNOWN_SESSION, KNOWN_GUEST]) {
      expect(verdict(principal, bare({ identity: [], session: [ALL], resource }))).toBe('deny');
      expect(verdict(principal, bare({ identity: [ALL], session: [ALL], resource }))).toBe('allow');
      expect(verdict(principal, bare({ identity: [ALL], session: [ALL], resource, boundary: allow('sns:*') }))).toBe(
        'deny',
      );
    }
    expect(verdict(KNOWN_SESSION, bare({ identity: [ALL], session: [allow('sns:*')], resource }))).toBe('deny');
  });

  it('aws.md 1.4: `*` includes services and anonymous callers', () => {
    expect(verdict(LAMBDA, bare({ resource: grant('*', SEND) }))).toBe('allow');
    expect(verdict('anonymous', bare({ resource: grant({ AWS: '*' }, SEND) }))).toBe('allow');
    expect(verdict(LAMBDA, bare({ resource: grant({ AWS: A }, SEND) }))).toBe('deny');
  });

  it('aws.md 1.4: `*` with aws:PrincipalArn is past boundary and session policy too, for that principal', () => {
    const to = (arn: string) => grant('*', SEND, { Condition: { ArnEquals: { 'aws:PrincipalArn': arn } } });
    expect(
      verdict(
        KNOWN_SESSION,
        bare({ identity: [], session: [allow('sns:*')], boundary: allow('sns:*'), resource: to(ROLE) }),
      ),
    ).toBe('allow');
    expect(verdict(KNOWN_SESSION, bare({ identity: [], resource: to(iam('role/ops/other')) }))).toBe('deny');
    expect(verdict('anonymous', bare({ resource: to(ROLE) }))).toBe('deny');
  });

  it('aws.md 1.4: which account a canonical id means is not told; like an account it only delegates', () => {
    const resource = grant({ CanonicalUser: 'a'.repeat(64) }, SEND);
    const elsewhere = { resource, identity: [allow('*')] };
    const stranger = iam('user/x', B);
    expect(verdict(USER, bare({ identity: [], resource }))).toBe('deny');
    expect(verdict(stranger, bare(elsewhere))).toBe('unknown');
    expect(verdict(stranger, bare({ ...elsewhere, identity: [] }))).toBe('deny');
    expect(verdict('anonymous', bare({ resource }))).toBe('deny');
  });

  it('aws.md 1.4: a unique id is open where the request does not tell the caller’s', () => {
    expect(row(KNOWN_SESSION.arn, { AWS: AROA })).toEqual(OPEN);
    expect(verdict(USER, bare({ identity: [], resource: grant({ AWS: AIDA }, SEND) }))).toBe('unknown');
    expect(verdict(iam('root'), bare({ resource: refuse({ AWS: AIDA }, SEND) }))).toBe('allow');
  });

  it('aws.md 1.4: the path of the role of a session is open where the request does not tell it', () => {
    expect(row(SESSION, { AWS: iam('role/deploy') })).toEqual(CAPPED);
    expect(row(SESSION, { AWS: ROLE })).toEqual(OPEN);
    expect(row(SESSION, { AWS: iam('role/ops/other') })).toEqual(NONE);
    expect(row(ROLE, { AWS: SESSION })).toEqual(['conditional', 'conditional', 'conditional']);
    expect(row(ROLE, { AWS: sts('assumed-role/other/s1') })).toEqual(NONE);
  });

  it('aws.md 1.4: who made a federated session is open where the request does not tell it', () => {
    expect(row(FEDERATED_USER, { AWS: USER })).toEqual(OPEN);
    expect(row(FEDERATED_USER, { AWS: ROLE })).toEqual(NONE);
  });

  it.each([
    ['the account matches all its principals', { AWS: A }, [USER, SESSION, FEDERATED_USER, iam('root')]],
    ['a role matches every session of it', { AWS: ROLE }, [ROLE, KNOWN_SESSION]],
    ['a user matches the federated sessions it made', { AWS: USER }, [USER, KNOWN_GUEST]],
    ['a service matches the service', { Service: 'lambda.amazonaws.com' }, [LAMBDA]],
  ] as const)('aws.md 1.4: in a Deny %s', (_, named, principals) => {
    const both = (principal: SimulatedPrincipal, who: unknown) =>
      verdict(
        principal,
        bare({ identity: [ALL], session: [ALL], resource: join(grant('*', SEND), refuse(who, SEND)) }),
      );
    for (const principal of principals) expect(both(principal, named), JSON.stringify(principal)).toBe('deny');
    for (const principal of principals) expect(both(principal, { AWS: B }), JSON.stringify(principal)).toBe('allow');
  });

  it('aws.md 1.4: accounts of another partition are others', () => {
    const chinese = 'arn:aws-cn:iam::111122223333:user/ci';
    const queue = 'arn:aws-cn:sqs:cn-north-1:111122223333:jobs';
    const ask = (named: string) =>
      evaluateRequest(
        sends({ principal: chinese, resource: queue }),
        bare({ identity: [ALL], resource: refuse({ AWS: named }, SEND) }),
      ).verdict;
    expect(ask(A)).toBe('deny');
    expect(ask('arn:aws-cn:iam::111122223333:root')).toBe('deny');
    expect(ask(iam('root'))).toBe('allow');
  });
});

describe('NotPrincipal (aws.md 1.9)', () => {
  const except = (...AWS: readonly string[]): object =>
    join(grant('*', SEND), {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', NotPrincipal: { AWS }, Action: SEND, Resource: '*' }],
    });
  const ask = (principal: SimulatedPrincipal, resource: object, more: SimulatedPolicies = {}) =>
    verdict(principal, bare({ identity: [ALL], session: [ALL], resource, ...more }));

  it.each([
    ['a user, listed with its account', USER, [USER, A], 'allow'],
    ['a user, by its unique id with its account', { arn: USER, uniqueId: AIDA }, [AIDA, A], 'allow'],
    ['a user, listed without its account', USER, [USER], 'unknown'],
    ['the account of a user only', USER, [A], 'unknown'],
    ['a user that is not listed', USER, [iam('user/other'), B], 'deny'],
    ['a session, listed with role and account', KNOWN_SESSION, [SESSION, ROLE, A], 'allow'],
    ['a session without its role', KNOWN_SESSION, [SESSION, A], 'unknown'],
    ['the role without its session', KNOWN_SESSION, [ROLE, A], 'unknown'],
    ['a role in whatever session, with one listed', ROLE, [SESSION, ROLE, A], 'unknown'],
    ['a session that is not listed', KNOWN_SESSION, [iam('role/other'), B], 'deny'],
    ['a federated session, listed with user and account', KNOWN_GUEST, [FEDERATED_USER, USER, A], 'allow'],
    ['a federated session without its user', KNOWN_GUEST, [FEDERATED_USER, A], 'unknown'],
    ['the root user, by its account', iam('root'), [A], 'allow'],
    ['the root user of another account', iam('root'), [B], 'deny'],
    ['an anonymous caller', 'anonymous', [A], 'deny'],
    ['everybody', USER, ['*'], 'allow'],
  ] as const)('aws.md 1.9: Deny with NotPrincipal and %s', (_, principal, listed, expected) => {
    expect(ask(principal, except(...listed))).toBe(expected);
  });

  it('aws.md 1.9: spares a service that it lists, and no other', () => {
    const spare = (Service: string): object =>
      join(grant('*', SEND), {
        Statement: [{ Effect: 'Deny', NotPrincipal: { Service }, Action: SEND, Resource: '*' }],
      });
    expect(ask(LAMBDA, spare('lambda.amazonaws.com'))).toBe('allow');
    expect(ask(LAMBDA, spare('sns.amazonaws.com'))).toBe('deny');
  });

  it('aws.md 1.9: never spares a caller with a boundary; a session policy is none', () => {
    expect(ask(USER, except(USER, A), { boundary: ALL })).toBe('deny');
    expect(ask(USER, except(USER, A), { boundary: null })).toBe('allow');
    expect(ask(KNOWN_SESSION, except(SESSION, ROLE, A), { session: [ALL] })).toBe('allow');
  });

  it('aws.md 1.9: Allow with NotPrincipal is not decided, and grants nobody it excepts', () => {
    const others = { Statement: [{ Effect: 'Allow', NotPrincipal: { AWS: USER }, Action: SEND, Resource: '*' }] };
    expect(verdict(iam('user/other'), bare({ identity: [], resource: others }))).toBe('unknown');
    expect(verdict(USER, bare({ identity: [], resource: others }))).toBe('deny');
  });

  it('aws.md 1.9: is not valid in policies of the principal', () => {
    const invalid = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', NotPrincipal: { AWS: A }, Action: '*', Resource: '*' }],
    };
    expect(verdict(USER, bare({ identity: [ALL, invalid] }))).toBe('unknown');
    expect(verdict(USER, bare({ identity: [ALL], scps: [[ALL, invalid]] }))).toBe('unknown');
    expect(verdict(USER, bare({ identity: [ALL, deny('sns:*')] }))).toBe('allow');
  });
});

function join(...documents: readonly object[]): object {
  const statements = documents.flatMap((one) => (one as { readonly Statement: readonly object[] }).Statement);
  return { Version: '2012-10-17', Statement: statements };
}
