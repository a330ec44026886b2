import type { Verdict } from '@keyreach/core/authz';
import { describe, expect, it } from 'vitest';
import { evaluateRequest } from './evaluate-request.ts';
import type { SimulatedPolicies } from './simulated-policies.ts';
import type { ContextValue, SimulatedRequest } from './simulated-request.ts';
import { A, allow, B, bare, deny, iam, policy, QUEUE, SESSION, sends, USER } from './testing/policies.ts';

const verdict = (request: SimulatedRequest, policies: SimulatedPolicies): Verdict =>
  evaluateRequest(request, policies).verdict;

describe('actions and resources (aws.md 1.10)', () => {
  it.each([
    ['actions ignore case', 'SQS:sendmessage', '*', 'allow'],
    ['`*` in the middle of a name', 'sqs:S*Message', '*', 'allow'],
    ['`?` is exactly one character', 'sqs:Send?essage', '*', 'allow'],
    ['`?` is not none', 'sqs:SendMessage?', '*', 'deny'],
    ['the lone `*` spans services', '*', '*', 'allow'],
    ['a wildcard in the service names nothing', 's*:SendMessage', '*', 'deny'],
    ['another service', 'sns:*', '*', 'deny'],
    ['the resource itself', 'sqs:*', QUEUE, 'allow'],
    ['resources mind case', 'sqs:*', QUEUE.replace('jobs', 'Jobs'), 'deny'],
    ['`*` in a segment', 'sqs:*', `arn:aws:sqs:*:${A}:j*`, 'allow'],
    ['another account', 'sqs:*', `arn:aws:sqs:*:${B}:*`, 'deny'],
    ['another region', 'sqs:*', `arn:aws:sqs:us-east-1:${A}:*`, 'deny'],
  ] as const)('aws.md 1.10: %s', (_, action, resource, expected) => {
    expect(verdict(sends(), bare({ identity: [allow(action, resource)] }))).toBe(expected);
  });

  it('aws.md 1.10: NotAction and NotResource are complements', () => {
    const not = (NotAction: string, NotResource: string): object => policy({ Effect: 'Allow', NotAction, NotResource });
    expect(verdict(sends(), bare({ identity: [not('iam:*', 'arn:aws:s3:::x')] }))).toBe('allow');
    expect(verdict(sends(), bare({ identity: [not('sqs:*', 'arn:aws:s3:::x')] }))).toBe('deny');
    expect(verdict(sends(), bare({ identity: [not('iam:*', QUEUE)] }))).toBe('deny');
  });

  it('aws.md 1.10: an action without resources is allowed by a literal `*` alone', () => {
    const list = sends({ action: 'sqs:ListQueues', resource: '*' });
    expect(verdict(list, bare({ identity: [allow('sqs:*', '*')] }))).toBe('allow');
    expect(verdict(list, bare({ identity: [allow('sqs:*', 'arn:aws:sqs:*:*:*')] }))).toBe('deny');
  });

  it('aws.md 1.10: an action that AWS may add one day is matched by its name', () => {
    const request = sends({ action: 'sqs:DoSomethingNew' });
    expect(verdict(request, bare({ identity: [allow('sqs:Do*')] }))).toBe('allow');
    expect(verdict(request, bare({ identity: [allow('sqs:Send*')] }))).toBe('deny');
  });

  it('aws.md 1.10: without Version 2012-10-17 variables are plain text', () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::home/${aws:username}/*' };
    const own = sends({ action: 's3:GetObject', resource: 'arn:aws:s3:::home/ci/x' });
    expect(verdict(own, bare({ identity: [{ Version: '2012-10-17', Statement: statement }] }))).toBe('allow');
    expect(verdict(own, bare({ identity: [{ Statement: statement }] }))).toBe('deny');
    const others = { ...own, resource: 'arn:aws:s3:::home/ann/x' };
    expect(verdict(others, bare({ identity: [{ Version: '2012-10-17', Statement: statement }] }))).toBe('deny');
  });
});

describe('conditions (aws.md 1.11)', () => {
  const test = (operator: string, values: unknown, context: Readonly<Record<string, ContextValue>>, key = 'test:key') =>
    verdict(
      sends({ context }),
      bare({ identity: [allow('*', '*', { Condition: { [operator]: { [key]: values } } })] }),
    );

  it.each([
    ['StringEquals', 'a', 'a', 'A'],
    ['StringNotEquals', 'a', 'b', 'a'],
    ['StringEqualsIgnoreCase', 'a', 'A', 'b'],
    ['StringNotEqualsIgnoreCase', 'a', 'b', 'A'],
    ['StringLike', 'a*', 'abc', 'ba'],
    ['StringNotLike', 'a*', 'ba', 'abc'],
    ['ArnLike', 'arn:aws:s3:::b*', 'arn:aws:s3:::b1', 'arn:aws:s3:::c'],
    ['ArnNotEquals', 'arn:aws:s3:::b*', 'arn:aws:s3:::c', 'arn:aws:s3:::b1'],
    ['NumericLessThan', '5', 4, 5],
    ['NumericGreaterThanEquals', '5', 5, 4],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['Bool', 'true', true, false],
    ['BinaryEquals', 'QmFzZTY0', 'QmFzZTY0', 'b3RoZXI='],
    ['IpAddress', '10.0.0.0/8', '10.1.2.3', '11.0.0.1'],
    ['NotIpAddress', '10.0.0.0/8', '11.0.0.1', '10.1.2.3'],
  ] as const)('aws.md 1.11: %s', (operator, value, holds, fails) => {
    expect(test(operator, value, { 'test:Key': holds })).toBe('allow');
    expect(test(operator, value, { 'test:Key': fails })).toBe('deny');
    const negated = operator.includes('Not');
    expect(test(operator, value, { 'test:Key': null }), 'absent').toBe(negated ? 'allow' : 'deny');
    expect(test(`${operator}IfExists`, value, { 'test:Key': null }), 'absent, IfExists').toBe('allow');
    expect(test(operator, value, {}), 'not told').toBe('conditional');
  });

  it('aws.md 1.11: Null asks whether a key is there', () => {
    expect(test('Null', 'true', { 'test:key': null })).toBe('allow');
    expect(test('Null', 'true', { 'test:key': 'x' })).toBe('deny');
    expect(test('Null', 'false', { 'test:key': 'x' })).toBe('allow');
  });

  it('aws.md 1.11: set operators', () => {
    const keys = { 'aws:TagKeys': ['team', 'cost'] };
    const tags = (operator: string, values: readonly string[], context: Readonly<Record<string, ContextValue>>) =>
      verdict(
        sends({ action: 'sqs:TagQueue', context }),
        bare({ identity: [allow('*', '*', { Condition: { [operator]: { 'aws:TagKeys': values } } })] }),
      );
    expect(tags('ForAllValues:StringEquals', ['team', 'cost'], keys)).toBe('allow');
    expect(tags('ForAllValues:StringEquals', ['team'], keys)).toBe('deny');
    expect(tags('ForAllValues:StringEquals', ['team'], { 'aws:TagKeys': [] })).toBe('allow');
    expect(tags('ForAnyValue:StringEquals', ['team'], keys)).toBe('allow');
    expect(tags('ForAnyValue:StringEquals', ['other'], keys)).toBe('deny');
    expect(tags('ForAnyValue:StringEquals', ['team'], { 'aws:TagKeys': null })).toBe('deny');
  });

  it('aws.md 1.11: all keys of a block must hold, one value of a key suffices', () => {
    const Condition = { StringEquals: { 'x:a': ['1', '2'], 'x:b': '3' } };
    const identity = [allow('*', '*', { Condition })];
    expect(verdict(sends({ context: { 'x:a': '2', 'x:b': '3' } }), bare({ identity }))).toBe('allow');
    expect(verdict(sends({ context: { 'x:a': '2', 'x:b': '4' } }), bare({ identity }))).toBe('deny');
    expect(verdict(sends({ context: { 'x:a': '2' } }), bare({ identity }))).toBe('conditional');
    expect(verdict(sends({ context: { 'x:a': '9' } }), bare({ identity }))).toBe('deny');
  });

  it('aws.md 1.11: an operator nobody knows is unknown, and cannot overturn a deny', () => {
    const odd = { Condition: { StringResembles: { 'x:a': '1' } } };
    expect(verdict(sends(), bare({ identity: [allow('*', '*', odd)] }))).toBe('unknown');
    expect(verdict(sends(), bare({ identity: [allow('*'), deny('*', '*', odd)] }))).toBe('unknown');
  });

  const told = { arn: SESSION, role: iam('role/ops/deploy'), uniqueId: 'AROADEPLOYXXXXXXXXXX' };
  it.each([
    ['user', { arn: USER, uniqueId: 'AIDACIXXXXXXXXXXXXXX' }, 'ci', 'AIDACIXXXXXXXXXXXXXX', 'User', USER],
    ['role session', told, undefined, 'AROADEPLOYXXXXXXXXXX:s1', 'AssumedRole', iam('role/ops/deploy')],
    ['root user', iam('root'), undefined, A, 'Account', iam('root')],
    [
      'federated session',
      `arn:aws:sts::${A}:federated-user/guest`,
      undefined,
      `${A}:guest`,
      'FederatedUser',
      `arn:aws:sts::${A}:federated-user/guest`,
    ],
  ] as const)('aws.md 1.11: variables of a %s', (_, principal, username, userid, type, arn) => {
    const ask = (key: string, value: string): Verdict => {
      // A deny is asked, since nothing caps one.
      const refused = deny('*', '*', { Condition: { StringNotEqualsIfExists: { [key]: value } } });
      const absent = deny('*', '*', { Condition: { Null: { [key]: 'true' } } });
      return verdict(
        sends({ principal }),
        bare({
          identity: [allow('*'), refused, absent],
          session: [allow('*'), refused, absent],
          scps: [[allow('*'), refused, absent]],
        }),
      );
    };
    expect(ask('aws:username', username ?? 'ci')).toBe(username === undefined ? 'deny' : 'allow');
    for (const [key, value] of [
      ['aws:userid', userid],
      ['aws:PrincipalType', type],
      ['aws:PrincipalArn', arn],
    ] as const) {
      expect(ask(key, value), key).toBe('allow');
      expect(ask(key, `${value}x`), key).toBe('deny');
    }
  });
});

describe('context keys (aws.md 1.12)', () => {
  const organization = { id: 'o-1', path: 'o-1/r-1/ou-1/' };
  const where = (key: string, value: string, set = ''): SimulatedPolicies =>
    bare({ identity: [allow('*', '*', { Condition: { [`${set}StringLike`]: { [key]: value } } })] });

  it.each([
    ['aws:PrincipalOrgID', 'o-1', ''],
    ['aws:ResourceOrgID', 'o-1', ''],
    ['aws:PrincipalOrgPaths', 'o-1/*/ou-1/*', 'ForAnyValue:'],
    ['aws:ResourceOrgPaths', 'o-1/*/ou-1/*', 'ForAnyValue:'],
  ])('aws.md 1.12: %s', (key, value, set) => {
    const policies = where(key, value, set);
    expect(verdict(sends({ principalOrganization: organization }), policies)).toBe('allow');
    expect(verdict(sends({ principalOrganization: { id: 'o-2', path: 'o-2/r-2/' } }), policies)).toBe('deny');
    expect(verdict(sends({ principalOrganization: null }), policies)).toBe('deny');
    expect(verdict(sends(), policies)).toBe('unknown');
  });

  it('aws.md 1.12: the organization of a resource in another account is its own', () => {
    const resource = policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' });
    const foreign = sends({ resource: QUEUE.replace(A, B), principalOrganization: organization });
    const policies = { ...where('aws:ResourceOrgID', 'o-1'), resource };
    expect(verdict(foreign, policies)).toBe('unknown');
    expect(verdict({ ...foreign, resourceOrganization: organization }, policies)).toBe('allow');
    expect(verdict({ ...foreign, resourceOrganization: null }, policies)).toBe('deny');
  });

  it.each([
    ['aws:PrincipalAccount', A, B],
    ['aws:ResourceAccount', A, B],
    ['aws:SecureTransport', 'true', 'false'],
    ['aws:ViaAWSService', 'false', 'true'],
    ['aws:PrincipalIsAWSService', 'false', 'true'],
  ])('aws.md 1.12: %s is known of a direct call', (key, is, isNot) => {
    expect(verdict(sends(), where(key, is))).toBe('allow');
    expect(verdict(sends(), where(key, isNot))).toBe('deny');
  });

  it('aws.md 1.12: a tag in two spellings is sent in one of them, nobody knows which', () => {
    const policies = where('aws:PrincipalTag/team', 'red');
    expect(verdict(sends({ principalTags: { Team: 'red' } }), policies)).toBe('allow');
    expect(verdict(sends({ principalTags: { Team: 'red', team: 'blue' } }), policies)).toBe('unknown');
    expect(verdict(sends({ principalTags: { constructor: 'x' } }), policies)).toBe('deny');
    expect(verdict(sends({ principalTags: {}, context: { 'aws:PrincipalTag/TEAM': 'red' } }), policies)).toBe('allow');
  });

  it('aws.md 1.12: the boundary of a target is told by the context', () => {
    const policies = where('iam:PermissionsBoundary', iam('policy/limit'));
    const attach = sends({ action: 'iam:AttachUserPolicy', resource: USER });
    expect(verdict({ ...attach, context: { 'iam:PermissionsBoundary': iam('policy/limit') } }, policies)).toBe('allow');
    expect(verdict({ ...attach, context: { 'iam:PermissionsBoundary': iam('policy/other') } }, policies)).toBe('deny');
    expect(verdict({ ...attach, context: { 'iam:PermissionsBoundary': null } }, policies)).toBe('deny');
    expect(verdict(attach, policies)).toBe('unknown');
    const create = sends({ action: 'iam:CreateUser', resource: USER });
    expect(verdict({ ...create, context: { 'iam:PermissionsBoundary': iam('policy/limit') } }, policies)).toBe('allow');
    expect(verdict(create, policies)).toBe('conditional');
  });

  it('aws.md 1.12: the region of a resource is that of the request; the context tells that of a bucket', () => {
    const policies = where('aws:RequestedRegion', 'eu-west-1');
    const send = (region: string) => sends({ resource: `arn:aws:sqs:${region}:${A}:jobs` });
    expect(verdict(send('eu-west-1'), policies)).toBe('allow');
    expect(verdict(send('us-east-1'), policies)).toBe('deny');
    const context = { 'aws:RequestedRegion': 'eu-west-1' };
    const lies = evaluateRequest({ ...send('us-east-1'), context }, policies);
    expect(lies.verdict).toBe('deny');
    expect(lies.assumptions).toContain(
      '`aws:RequestedRegion` follows from the action and the resource: the context does not count',
    );
    const get = sends({ action: 's3:GetObject', resource: 'arn:aws:s3:::data/x' });
    expect(verdict(get, policies)).toBe('unknown');
    expect(verdict({ ...get, context }, policies)).toBe('allow');
    expect(verdict({ ...get, context: { 'aws:RequestedRegion': 'us-east-1' } }, policies)).toBe('deny');
  });

  it.each([
    ['iam:PassedToService', 'iam:PassRole', iam('role/x'), 'ec2.amazonaws.com'],
    ['aws:RequestedRegion', 'sqs:ListQueues', '*', 'eu-west-1'],
    ['s3:prefix', 's3:ListBucket', 'arn:aws:s3:::data', 'home/'],
  ])('aws.md 1.12: %s is chosen by the request', (key, action, resource, value) => {
    const request = sends({ action, resource });
    expect(verdict(request, where(key, value))).toBe('conditional');
    expect(verdict({ ...request, context: { [key]: value } }, where(key, value))).toBe('allow');
    expect(verdict({ ...request, context: { [key]: 'other' } }, where(key, value))).toBe('deny');
  });
});
