import type { Verdict } from '@keyreach/core/authz';
import { describe, expect, it } from 'vitest';
import { evaluateRequest } from './evaluate-request.ts';
import type { SimulatedPolicies } from './simulated-policies.ts';
import type { SimulatedRequest } from './simulated-request.ts';
import {
  A,
  ALL,
  allow,
  B,
  bare,
  deny,
  FEDERATED_USER,
  FOREIGN_QUEUE,
  FROM_OFFICE,
  grant,
  iam,
  KEY,
  policy,
  QUEUE,
  ROLE,
  refuse,
  SESSION,
  sends,
  sts,
  USER,
} from './testing/policies.ts';

const ask = (request: SimulatedRequest, policies: SimulatedPolicies) => evaluateRequest(request, policies);
const verdict = (request: SimulatedRequest, policies: SimulatedPolicies): Verdict => ask(request, policies).verdict;

const SEND = 'sqs:SendMessage';
const ROOT = iam('root');
const LINKED = iam('role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX');
const LAMBDA = { service: 'lambda.amazonaws.com' };
const MEMBER = { id: 'o-1', path: 'o-1/r-1/ou-1/', managementAccount: B };

describe('service control policies (aws.md 1.2)', () => {
  const scps = [[ALL], [allow('sns:*')]];
  const policies = bare({ identity: [ALL], scps, resource: grant('*', SEND) });

  it.each([
    ['a user', USER],
    ['a role', ROLE],
    ['a role session', SESSION],
    ['a federated session', FEDERATED_USER],
    ['the root user', ROOT],
  ])('aws.md 1.2: %s of a member account is capped, also by way of a resource policy', (_, principal) => {
    const session = principal === FEDERATED_USER ? [ALL] : [];
    expect(ask(sends({ principal, principalOrganization: MEMBER }), { ...policies, session })).toMatchObject({
      verdict: 'deny',
      decidedBy: 'scp',
      guardrails: { scps: 'evaluated' },
    });
    expect(verdict(sends({ principal }), { ...policies, session, scps: [[ALL], [ALL]] })).toBe('allow');
  });

  it.each([
    ['the management account', { principalOrganization: { ...MEMBER, managementAccount: A } }],
    [
      'the root user of the management account',
      { principal: ROOT, principalOrganization: { id: 'o-1', managementAccount: A } },
    ],
    ['an account in no organization', { principalOrganization: null }],
    ['a service-linked role', { principal: LINKED }],
    ['a session of a service-linked role', { principal: sts('assumed-role/AWSServiceRoleForX/s') }],
    ['a service', { principal: LAMBDA }],
    ['an anonymous caller', { principal: 'anonymous' }],
  ])('aws.md 1.2: %s is not', (_, given) => {
    expect(ask(sends(given), policies)).toMatchObject({ verdict: 'allow', guardrails: { scps: 'not applicable' } });
  });

  it('aws.md 1.2: caps the principal in resources of other accounts too, and not the callers of its resources', () => {
    const foreign = bare({ identity: [ALL], resource: grant({ AWS: A }, SEND) });
    expect(verdict(sends({ resource: FOREIGN_QUEUE }), foreign)).toBe('allow');
    expect(verdict(sends({ resource: FOREIGN_QUEUE }), { ...foreign, scps })).toBe('deny');
    const visitor = { principal: iam('user/x', B), resource: QUEUE };
    expect(verdict(sends(visitor), bare({ identity: [ALL], resource: grant({ AWS: B }, SEND) }))).toBe('allow');
  });

  it.each([
    ['every level must allow', [[ALL], [allow('sns:*')], [ALL]], 'deny'],
    ['a level allows where one of its policies does', [[ALL], [allow('sns:*'), allow('sqs:*')], [ALL]], 'allow'],
    ['a deny on any level denies', [[ALL, deny('sqs:*')], [ALL], [ALL]], 'deny'],
    ['a deny of something else does not', [[ALL, deny('sns:*')], [ALL], [ALL]], 'allow'],
    [
      'Allow with NotAction allows the rest',
      [[policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })]],
      'allow',
    ],
    ['and not what it excepts', [[policy({ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' })]], 'deny'],
    ['Allow with Resource allows that one', [[allow('sqs:*', QUEUE)]], 'allow'],
    ['and no other', [[allow('sqs:*', `${QUEUE}-other`)]], 'deny'],
    ['Allow with a condition that is open is conditional', [[allow('*', '*', FROM_OFFICE)]], 'conditional'],
    [
      'a Principal is not valid in one',
      [[policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' })]],
      'unknown',
    ],
    ['a level without policies cannot be: unknown', [[ALL], [], [ALL]], 'unknown'],
    ['no levels at all: there are none', [], 'allow'],
  ] as const)('aws.md 1.2: %s', (_, levels, expected) => {
    expect(verdict(sends(), bare({ identity: [ALL], scps: levels }))).toBe(expected);
  });
});

describe('resource control policies (aws.md 1.2)', () => {
  const rcps = [[], [policy({ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' })]];
  const policies = bare({ identity: [ALL], rcps, resource: grant('*', SEND) });

  it.each([
    ['a user of the account', { principal: USER }],
    ['the root user of the account', { principal: ROOT }],
    ['a user of another account', { principal: iam('user/x', B) }],
    ['an anonymous caller', { principal: 'anonymous' }],
    ['a service', { principal: LAMBDA }],
  ])('aws.md 1.2: caps %s', (_, given) => {
    expect(ask(sends(given), policies)).toMatchObject({ verdict: 'deny', decidedBy: 'explicit-deny' });
    expect(verdict(sends(given), { ...policies, rcps: [[], []] })).toBe('allow');
  });

  it.each([
    ['resources of the management account', { resourceOrganization: { id: 'o-1', managementAccount: A } }],
    ['calls of service-linked roles', { principal: LINKED }],
  ])('aws.md 1.2: does not cap %s', (_, given) => {
    expect(ask(sends(given), policies)).toMatchObject({ verdict: 'allow', guardrails: { rcps: 'not applicable' } });
  });

  it('aws.md 1.2: speaks of services that support them, and never of kms:RetireGrant', () => {
    const everything = [[policy({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' })]];
    const key = bare({ identity: [ALL], rcps: everything, resource: grant({ AWS: A }, 'kms:*') });
    expect(verdict(sends({ action: 'kms:Decrypt', resource: KEY }), key)).toBe('deny');
    expect(verdict(sends({ action: 'kms:RetireGrant', resource: KEY }), key)).toBe('allow');
    const user = bare({ identity: [ALL], rcps: everything });
    expect(verdict(sends({ action: 'iam:GetUser', resource: USER }), user)).toBe('allow');
    expect(verdict(sends(), user)).toBe('deny');
  });

  it('aws.md 1.2: RCPFullAWSAccess is on every level without being listed', () => {
    expect(verdict(sends(), bare({ identity: [ALL], rcps: [[], []] }))).toBe('allow');
    expect(
      verdict(
        sends(),
        bare({ identity: [ALL], rcps: [[policy({ Effect: 'Deny', Principal: USER, Action: '*', Resource: '*' })]] }),
      ),
    ).toBe('unknown');
  });
});

describe('policies of the principal (aws.md 1.2)', () => {
  it('aws.md 1.2: identity policies do not apply to root, services, federated or anonymous callers', () => {
    for (const principal of [LAMBDA, 'anonymous', { federated: 'accounts.google.com', subject: '1' }] as const) {
      expect(ask(sends({ principal }), bare({ identity: [ALL] }))).toMatchObject({
        verdict: 'deny',
        guardrails: { identity: 'not applicable', boundary: 'not applicable', session: 'not applicable' },
      });
    }
    expect(ask(sends({ principal: ROOT }), bare({ identity: [] }))).toMatchObject({ verdict: 'allow' });
  });

  it('aws.md 1.2: a boundary caps the user, role and their sessions, and not the root user', () => {
    const policies = bare({ identity: [ALL], boundary: allow('sns:*') });
    for (const principal of [USER, ROLE, SESSION]) {
      expect(ask(sends({ principal }), policies)).toMatchObject({ verdict: 'deny', decidedBy: 'boundary' });
      expect(verdict(sends({ principal }), { ...policies, boundary: ALL })).toBe('allow');
    }
    expect(verdict(sends({ principal: ROOT }), policies)).toBe('allow');
  });

  it('aws.md 1.2: session policies are one result: what one of them allows, and the identity too', () => {
    const policies = bare({ identity: [allow('sqs:*')], session: [allow('sns:*'), allow(SEND)] });
    expect(verdict(sends({ principal: SESSION }), policies)).toBe('allow');
    expect(ask(sends({ principal: SESSION }), { ...policies, session: [allow('sns:*')] })).toMatchObject({
      verdict: 'deny',
      decidedBy: 'session-policy',
    });
    expect(verdict(sends({ principal: SESSION, action: 'sns:Publish' }), policies)).toBe('deny');
    expect(verdict(sends({ principal: SESSION }), { ...policies, session: [ALL, deny(SEND)] })).toBe('deny');
  });

  it('aws.md 1.2: an endpoint policy caps every caller that goes through the endpoint', () => {
    const vpcEndpoint = grant('*', 'sns:*');
    const policies = bare({ identity: [ALL], resource: grant('*', SEND), vpcEndpoint });
    for (const principal of [USER, ROLE, ROOT, 'anonymous', iam('user/x', B)]) {
      expect(ask(sends({ principal }), policies)).toMatchObject({ verdict: 'deny', decidedBy: 'vpc-endpoint' });
      expect(verdict(sends({ principal }), { ...policies, vpcEndpoint: grant('*', 'sqs:*') })).toBe('allow');
    }
    const only = { ...policies, vpcEndpoint: grant({ AWS: USER }, '*') };
    expect(verdict(sends(), only)).toBe('allow');
    expect(verdict(sends({ principal: ROLE }), only)).toBe('deny');
    expect(
      verdict(sends(), {
        ...policies,
        vpcEndpoint: policy(
          ...[grant('*', '*'), refuse({ AWS: USER }, SEND)].flatMap(
            (one) => (one as { Statement: object[] }).Statement,
          ),
        ),
      }),
    ).toBe('deny');
    const list = sends({ action: 's3:ListAllMyBuckets', resource: '*' });
    expect(verdict(list, { ...policies, resource: null })).toBe('deny');
    expect(verdict(list, { ...policies, resource: null, vpcEndpoint: grant('*', '*') })).toBe('allow');
    expect(verdict(list, { ...policies, vpcEndpoint: null })).toBe('allow');
  });
});

describe('the decision procedure (aws.md 1.3)', () => {
  it('aws.md 1.3 step 0: GetCallerIdentity is always allowed, even where denied', () => {
    const request = sends({ action: 'sts:GetCallerIdentity', resource: '*' });
    expect(verdict(request, bare({ identity: [deny('*')] }))).toBe('allow');
  });

  it('aws.md 1.3 step 0: some actions need no allow, and can be denied', () => {
    const token = sends({ action: 'sts:GetSessionToken', resource: '*' });
    expect(verdict(token, bare({ identity: [] }))).toBe('allow');
    expect(verdict(token, bare({ identity: [deny('sts:*')] }))).toBe('deny');
    const endpoints = sends({ action: 'dynamodb:DescribeEndpoints', resource: '*' });
    expect(verdict(endpoints, bare({ identity: [] }))).toBe('allow');
    expect(verdict(sends({ action: 'dynamodb:ListTables', resource: '*' }), bare({ identity: [] }))).toBe('deny');
  });

  it.each([
    ['identity', { identity: [ALL, deny(SEND)] }],
    ['boundary', { boundary: policy(...statements(ALL), ...statements(deny(SEND))) }],
    ['session', { session: [ALL, deny(SEND)] }],
    ['scps', { scps: [[ALL, deny(SEND)]] }],
    ['rcps', { rcps: [[refuse('*', SEND)]] }],
    ['resource', { resource: refuse({ AWS: A }, SEND) }],
  ])('aws.md 1.3 step 1: a deny in %s denies, one of another action does not', (part, given) => {
    const policies = bare({ identity: [ALL], resource: grant({ AWS: SESSION }, '*'), ...given });
    const request = sends({ principal: SESSION });
    expect(ask(request, policies)).toMatchObject({ verdict: 'deny', decidedBy: 'explicit-deny' });
    const other = { ...request, action: 'sqs:DeleteMessage' };
    expect(verdict(other, policies), part).toBe('allow');
  });

  it('aws.md 1.3 step 4: a service needs the resource policy, and no more', () => {
    expect(
      verdict(sends({ principal: LAMBDA }), bare({ resource: grant({ Service: 'lambda.amazonaws.com' }, SEND) })),
    ).toBe('allow');
    expect(
      verdict(sends({ principal: LAMBDA }), bare({ resource: grant({ Service: 'sns.amazonaws.com' }, SEND) })),
    ).toBe('deny');
    expect(verdict(sends({ principal: LAMBDA }), bare({}))).toBe('deny');
    expect(verdict(sends({ principal: LAMBDA }), {})).toBe('unknown');
    const named = { Condition: { StringEquals: { 'aws:SourceAccount': A } } };
    const narrowed = bare({ resource: grant({ Service: 'lambda.amazonaws.com' }, SEND, named) });
    expect(verdict(sends({ principal: LAMBDA, context: { 'aws:SourceAccount': A } }), narrowed)).toBe('allow');
    expect(verdict(sends({ principal: LAMBDA, context: { 'aws:SourceAccount': B } }), narrowed)).toBe('deny');
    expect(verdict(sends({ principal: LAMBDA }), narrowed)).toBe('conditional');
  });

  it('aws.md 1.3 step 4: an anonymous caller needs `*`, and not an account', () => {
    expect(verdict(sends({ principal: 'anonymous' }), bare({ resource: grant('*', SEND) }))).toBe('allow');
    expect(verdict(sends({ principal: 'anonymous' }), bare({ resource: grant({ AWS: A }, SEND) }))).toBe('deny');
  });

  it('aws.md 1.3 step 4: the root user is allowed in its account, and needs consent in another', () => {
    expect(verdict(sends({ principal: ROOT }), bare({}))).toBe('allow');
    expect(verdict(sends({ principal: ROOT }), bare({ resource: refuse({ AWS: A }, SEND) }))).toBe('deny');
    expect(verdict(sends({ principal: ROOT, resource: FOREIGN_QUEUE }), bare({}))).toBe('deny');
    expect(
      verdict(sends({ principal: ROOT, resource: FOREIGN_QUEUE }), bare({ resource: grant({ AWS: A }, SEND) })),
    ).toBe('allow');
  });

  it('aws.md 1.3 step 5b: a federated session without session policy has no permissions of its user', () => {
    const policies = bare({ identity: [ALL], session: [] });
    expect(ask(sends({ principal: FEDERATED_USER }), policies)).toMatchObject({
      verdict: 'deny',
      decidedBy: 'session-policy',
    });
    expect(verdict(sends({ principal: FEDERATED_USER }), { ...policies, session: [allow(SEND)] })).toBe('allow');
    expect(verdict(sends({ principal: FEDERATED_USER }), { identity: [ALL] })).toBe('unknown');
    expect(verdict(sends({ principal: SESSION }), policies)).toBe('allow');
  });

  it.each([
    ['identity and resource', {}, 'allow'],
    ['the resource alone', { identity: [] }, 'deny'],
    ['the identity alone', { resource: null }, 'deny'],
    ['a resource that names the user', { resource: grant({ AWS: USER }, SEND) }, 'allow'],
    ['a resource that names everybody', { resource: grant('*', SEND) }, 'allow'],
    [
      'a resource that names the user, without an identity policy',
      { identity: [], resource: grant({ AWS: USER }, SEND) },
      'deny',
    ],
    ['a boundary that does not allow', { boundary: allow('sns:*') }, 'deny'],
    ['an SCP that does not allow', { scps: [[allow('sns:*')]] }, 'deny'],
    ['a resource policy that is not given', { resource: undefined }, 'unknown'],
    ['a deny on the side of the resource', { resource: refuse('*', SEND) }, 'deny'],
  ])('aws.md 1.3 step 6: in another account, with %s', (_, given, expected) => {
    const policies = bare({ identity: [ALL], resource: grant({ AWS: A }, SEND), ...given });
    expect(verdict(sends({ resource: FOREIGN_QUEUE }), policies)).toBe(expected);
  });

  it('aws.md 1.3 steps 5 and 6: a resource policy that is not given is none in the own account, and missing in another', () => {
    const asked = (resource: string) => evaluateRequest(sends({ resource }), { identity: [ALL] });
    const own = asked(QUEUE);
    expect([own.verdict, own.guardrails.resource]).toEqual(['allow', 'not given']);
    const { verdict, decidedBy, reasons } = asked(FOREIGN_QUEUE);
    expect([verdict, decidedBy]).toEqual(['unknown', 'resource-policy']);
    expect(reasons.flatMap(({ note }) => note ?? [])).toEqual(['the policy of the resource is not given']);
  });

  it('aws.md 1.3 step 6B: what has no resource policy is never allowed in another account', () => {
    const request = sends({ action: 'iam:GetUser', resource: iam('user/x', B) });
    expect(verdict(request, { identity: [ALL] })).toBe('deny');
    expect(verdict(sends({ action: 'iam:GetUser', resource: iam('user/x') }), { identity: [ALL] })).toBe('allow');
  });
});

function statements(document: object): readonly object[] {
  return (document as { readonly Statement: readonly object[] }).Statement;
}

describe('tags of what a call does not name (aws.md 1.10)', () => {
  const red = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
  const policies = bare({
    identity: [allow('kms:*', '*', { Condition: red })],
    resource: grant({ AWS: ROOT }, 'kms:*'),
  });
  const asks = (action: string): Verdict =>
    verdict(
      { principal: USER, action, resource: KEY, resourceTags: { team: 'red' }, now: '2026-01-01T00:00:00Z' },
      policies,
    );

  it('count for a call about the key, and not for one that lists keys', () => {
    expect(asks('kms:DescribeKey')).toBe('allow');
    expect(asks('kms:ListKeys')).not.toBe('allow');
  });
});
