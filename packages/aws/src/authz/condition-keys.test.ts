import { CONDITIONAL, FALSE, type PrincipalFacts, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { describe, expect, test } from 'vitest';
import { conditionKeys } from './condition-keys.ts';
import { evaluate } from './testing/evaluate.ts';
import {
  ACCOUNT,
  account,
  anyone,
  federated,
  identity,
  NOW,
  OTHER_ACCOUNT,
  organization,
  principal,
  resource,
  role,
  root,
  service,
  user,
} from './testing/facts.ts';

const is = (key: string, value: string, who: PrincipalFacts): Truth =>
  evaluate({ StringEquals: { [key]: value } }, { principal: who });
const isAbsent = (key: string, who: PrincipalFacts): Truth => evaluate({ Null: { [key]: 'true' } }, { principal: who });

const lambda = service('lambda.amazonaws.com');
const vendor = principal(
  identity('external-account', { id: `arn:aws:iam::${OTHER_ACCOUNT}:root`, attributes: { accountId: OTHER_ACCOUNT } }),
  [],
);
const martian = principal(identity('martian', { id: 'martian' }), []);

describe('aws.md 1.11, last table: keys by kind of caller', () => {
  test('aws:username', () => {
    expect(is('aws:username', 'alice', user('alice'))).toBe(TRUE);
    expect(is('aws:username', 'bob', user('alice'))).toBe(FALSE);
    for (const who of [role('alice'), root(), lambda, anyone]) expect(isAbsent('aws:username', who)).toBe(TRUE);
    expect(is('aws:username', 'alice', vendor)).toBe(CONDITIONAL);
    expect(is('aws:username', 'alice', martian)).toBe(UNKNOWN);
  });

  test('aws:userid', () => {
    expect(is('aws:userid', 'AIDAEXAMPLEUSER', user('alice'))).toBe(TRUE);
    expect(is('aws:userid', 'AIDAEXAMPLEOTHER', user('alice'))).toBe(FALSE);
    expect(is('aws:userid', ACCOUNT, root())).toBe(TRUE);
    expect(is('aws:userid', `${ACCOUNT}:bob`, principal(identity('federated-user', { name: 'bob' })))).toBe(TRUE);
    expect(is('aws:userid', 'AIDAEXAMPLEUSER', user('alice', { attributes: {} }))).toBe(UNKNOWN);
    // Whoever starts a role session picks its name.
    const like = (value: string) => evaluate({ StringLike: { 'aws:userid': value } }, { principal: role('r') });
    expect(like('AROAEXAMPLEROLE:*')).toBe(TRUE);
    expect(like('AROAEXAMPLEROLE:alice')).toBe(CONDITIONAL);
    expect(like('AROAOTHERROLE:*')).toBe(FALSE);
    expect(evaluate({ StringNotLike: { 'aws:userid': 'AROAEXAMPLEROLE:*' } }, { principal: role('r') })).toBe(FALSE);
    expect(evaluate({ StringNotLike: { 'aws:userid': 'AROAOTHERROLE:*' } }, { principal: role('r') })).toBe(TRUE);
  });

  test('aws:PrincipalType', () => {
    expect(is('aws:PrincipalType', 'User', user('a'))).toBe(TRUE);
    expect(is('aws:PrincipalType', 'AssumedRole', role('r'))).toBe(TRUE);
    expect(is('aws:PrincipalType', 'Account', root())).toBe(TRUE);
    expect(is('aws:PrincipalType', 'FederatedUser', principal(identity('federated-user')))).toBe(TRUE);
    expect(is('aws:PrincipalType', 'User', role('r'))).toBe(FALSE);
    expect(is('aws:PrincipalType', 'User', vendor)).toBe(CONDITIONAL);
  });

  test('aws:PrincipalArn is the role, not its session', () => {
    const like = (value: string, who: PrincipalFacts) =>
      evaluate({ ArnLike: { 'aws:PrincipalArn': value } }, { principal: who });
    expect(like(`arn:aws:iam::${ACCOUNT}:role/r`, role('r'))).toBe(TRUE);
    expect(like(`arn:aws:iam::*:role/*`, role('path/r'))).toBe(TRUE);
    expect(like(`arn:aws:sts::${ACCOUNT}:assumed-role/r/*`, role('r'))).toBe(FALSE);
    expect(like(`arn:aws:iam::${ACCOUNT}:user/a`, user('a'))).toBe(TRUE);
    expect(like(`arn:aws:iam::${ACCOUNT}:root`, root())).toBe(TRUE);
    for (const who of [anyone, lambda]) expect(isAbsent('aws:PrincipalArn', who)).toBe(TRUE);
  });

  test('a principal of another account can have any name there', () => {
    const like = (value: string) => evaluate({ ArnLike: { 'aws:PrincipalArn': value } }, { principal: vendor });
    expect(like(`arn:aws:iam::${OTHER_ACCOUNT}:role/scanner`)).toBe(CONDITIONAL);
    expect(like(`arn:*:*::${OTHER_ACCOUNT}:*`)).toBe(TRUE);
    expect(like(`arn:aws:iam::${ACCOUNT}:role/scanner`)).toBe(FALSE);
    expect(
      evaluate({ ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/*` } }, { principal: vendor }),
    ).toBe(TRUE);
    expect(is('aws:PrincipalArn', `arn:aws:iam::${OTHER_ACCOUNT}:role/scanner`, vendor)).toBe(CONDITIONAL);
    expect(is('aws:PrincipalAccount', OTHER_ACCOUNT, vendor)).toBe(TRUE);
  });
});

describe('aws.md 1.4: one session of a role outside the input', () => {
  const session = principal(
    identity('role-session', {
      id: `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/scanner/nightly`,
      attributes: { accountId: OTHER_ACCOUNT },
    }),
    [],
  );
  const like = (key: string, value: string) => evaluate({ StringLike: { [key]: value } }, { principal: session });

  test('is a session of a role whose path and id are not known', () => {
    expect(like('aws:PrincipalArn', `arn:aws:iam::${OTHER_ACCOUNT}:role/*`)).toBe(TRUE);
    expect(like('aws:PrincipalArn', `arn:aws:iam::${OTHER_ACCOUNT}:role/*scanner`)).toBe(TRUE);
    expect(like('aws:PrincipalArn', `arn:aws:iam::${OTHER_ACCOUNT}:role/scanner`)).toBe(CONDITIONAL);
    expect(like('aws:PrincipalArn', `arn:aws:iam::${OTHER_ACCOUNT}:role/other`)).toBe(FALSE);
    expect(like('aws:userid', '*:nightly')).toBe(TRUE);
    expect(like('aws:userid', 'AROAEXAMPLEROLE:nightly')).toBe(CONDITIONAL);
    expect(like('aws:userid', '*:weekly')).toBe(FALSE);
    expect(is('aws:PrincipalType', 'AssumedRole', session)).toBe(TRUE);
    expect(is('aws:PrincipalAccount', OTHER_ACCOUNT, session)).toBe(TRUE);
    expect(isAbsent('aws:username', session)).toBe(TRUE);
    expect(isAbsent('aws:TokenIssueTime', session)).toBe(FALSE);
    expect(is('aws:PrincipalTag/team', 'red', session)).toBe(CONDITIONAL);
    const odd = principal(identity('role-session', { id: 'x' }), []);
    expect(is('aws:PrincipalArn', 'x', odd)).toBe(UNKNOWN);
    expect(is('aws:userid', 'x', odd)).toBe(UNKNOWN);
  });
});

describe('aws.md 1.12, S: the caller', () => {
  test('aws:PrincipalAccount and kms:CallerAccount', () => {
    for (const key of ['aws:PrincipalAccount', 'kms:CallerAccount']) {
      expect(is(key, ACCOUNT, user('a'))).toBe(TRUE);
      expect(is(key, OTHER_ACCOUNT, user('a'))).toBe(FALSE);
      // Without scopes the ARN tells.
      expect(is(key, ACCOUNT, user('a', {}, []))).toBe(TRUE);
      expect(is(key, ACCOUNT, martian)).toBe(UNKNOWN);
      expect(is(key, ACCOUNT, anyone)).toBe(FALSE);
      expect(isAbsent(key, lambda)).toBe(TRUE);
    }
  });

  test('AWS contradicts itself on whether anonymous requests carry it', () => {
    expect(isAbsent('aws:PrincipalAccount', anyone)).toBe(CONDITIONAL);
    expect(evaluate({ StringEqualsIfExists: { 'aws:PrincipalAccount': ACCOUNT } }, { principal: anyone })).toBe(
      CONDITIONAL,
    );
    expect(evaluate({ StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } }, { principal: anyone })).toBe(TRUE);
  });

  const member = [account({ organizationPath: 'o-aaaaaaaaaa/r-1/ou-1/' }), organization];

  test('aws:PrincipalOrgID', () => {
    expect(is('aws:PrincipalOrgID', 'o-aaaaaaaaaa', user('a', {}, member))).toBe(TRUE);
    expect(is('aws:PrincipalOrgID', 'o-bbbbbbbbbb', user('a', {}, member))).toBe(FALSE);
    // Not collected is not the same as none.
    expect(is('aws:PrincipalOrgID', 'o-aaaaaaaaaa', user('a'))).toBe(UNKNOWN);
    expect(isAbsent('aws:PrincipalOrgID', user('a', {}, [account({ organization: 'none' })]))).toBe(TRUE);
    expect(isAbsent('aws:PrincipalOrgID', user('a', {}, [account({ organizationId: null })]))).toBe(TRUE);
    for (const who of [lambda, anyone]) expect(isAbsent('aws:PrincipalOrgID', who)).toBe(TRUE);
  });

  test('aws:PrincipalOrgID of an account that is known not to be in an organization', () => {
    const stranger = principal(
      identity('external-account', {
        id: 'x',
        attributes: { accountId: OTHER_ACCOUNT, outsideOrganizations: ['o-aaaaaaaaaa'] },
      }),
      [],
    );
    const tests = (operator: string, key: string, value: string) =>
      evaluate({ [operator]: { [key]: value } }, { principal: stranger });
    expect(tests('StringEquals', 'aws:PrincipalOrgID', 'o-aaaaaaaaaa')).toBe(FALSE);
    expect(tests('StringNotEquals', 'aws:PrincipalOrgID', 'o-aaaaaaaaaa')).toBe(TRUE);
    expect(tests('StringEquals', 'aws:PrincipalOrgID', 'o-bbbbbbbbbb')).toBe(UNKNOWN);
    expect(tests('StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-aaaaaaaaaa')).toBe(UNKNOWN);
    expect(tests('Null', 'aws:PrincipalOrgID', 'true')).toBe(UNKNOWN);
    expect(tests('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-aaaaaaaaaa/*')).toBe(FALSE);
    expect(tests('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-*')).toBe(UNKNOWN);
    expect(tests('StringEquals', 'aws:PrincipalOrgID', '${aws:PrincipalOrgID}')).toBe(UNKNOWN);
  });

  test('aws:PrincipalOrgPaths', () => {
    const paths = (value: string, who: PrincipalFacts) =>
      evaluate({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': value } }, { principal: who });
    expect(paths('o-aaaaaaaaaa/r-1/ou-1/*', user('a', {}, member))).toBe(TRUE);
    expect(paths('o-aaaaaaaaaa/*/ou-2/*', user('a', {}, member))).toBe(FALSE);
    expect(paths('o-aaaaaaaaaa/*', user('a', {}, [account(), organization]))).toBe(UNKNOWN);
    expect(paths('o-aaaaaaaaaa/*', user('a', {}, [account({ organization: 'none' })]))).toBe(FALSE);
  });

  test('aws:PrincipalTag', () => {
    expect(is('aws:PrincipalTag/team', 'red', user('a', { tags: { Team: 'red' } }))).toBe(TRUE);
    expect(is('aws:PrincipalTag/team', 'red', user('a', { tags: { Team: 'blue' } }))).toBe(FALSE);
    expect(isAbsent('aws:PrincipalTag/team', user('a', { tags: {} }))).toBe(TRUE);
    expect(is('aws:PrincipalTag/team', 'red', user('a'))).toBe(UNKNOWN);
    expect(is('aws:PrincipalTag/__proto__', 'red', user('a', { tags: {} }))).toBe(FALSE);
    expect(is('aws:PrincipalTag/constructor', 'red', user('a', { tags: {} }))).toBe(FALSE);
    expect(isAbsent('aws:PrincipalTag/team', lambda)).toBe(TRUE);
    // Set by the certificate, the other account, or the identity provider.
    expect(is('aws:PrincipalTag/x509Subject/CN', 'host', service('rolesanywhere.amazonaws.com'))).toBe(CONDITIONAL);
    expect(is('aws:PrincipalTag/team', 'red', vendor)).toBe(CONDITIONAL);
    expect(is('aws:PrincipalTag/team', 'red', federated('gitlab.com', {}))).toBe(CONDITIONAL);
  });

  test('two spellings of one tag key: which one is sent is not known', () => {
    const both = user('a', { tags: { team: 'red', Team: 'blue' } });
    expect(is('aws:PrincipalTag/team', 'red', both)).toBe(UNKNOWN);
    expect(isAbsent('aws:PrincipalTag/team', both)).toBe(FALSE);
  });

  test('aws:PrincipalIsAWSService and its names', () => {
    const bool = (value: string, who: PrincipalFacts) =>
      evaluate({ Bool: { 'aws:PrincipalIsAWSService': value } }, { principal: who });
    expect(bool('true', lambda)).toBe(TRUE);
    expect(bool('false', user('a'))).toBe(TRUE);
    expect(bool('true', role('r'))).toBe(FALSE);
    expect(is('aws:PrincipalServiceName', 'lambda.amazonaws.com', lambda)).toBe(TRUE);
    expect(is('aws:PrincipalServiceName', 's3.amazonaws.com', lambda)).toBe(FALSE);
    expect(isAbsent('aws:PrincipalServiceName', user('a'))).toBe(TRUE);
    expect(isAbsent('aws:PrincipalServiceNamesList', lambda)).toBe(FALSE);
    expect(isAbsent('aws:PrincipalServiceNamesList', user('a'))).toBe(TRUE);
  });

  test('aws:SourceAccount and aws:SourceArn come with calls of services only', () => {
    for (const key of ['aws:SourceAccount', 'aws:SourceArn', 'aws:SourceOrgID', 'aws:SourceOrgPaths']) {
      for (const who of [user('a'), role('r'), root(), anyone, vendor]) expect(isAbsent(key, who)).toBe(TRUE);
      expect(isAbsent(key, lambda)).toBe(CONDITIONAL);
      expect(isAbsent(key, martian)).toBe(UNKNOWN);
    }
    const forUs = service('sns.amazonaws.com', { sourceAccount: ACCOUNT, sourceArn: null });
    expect(is('aws:SourceAccount', ACCOUNT, forUs)).toBe(TRUE);
    expect(is('aws:SourceAccount', OTHER_ACCOUNT, forUs)).toBe(FALSE);
    expect(isAbsent('aws:SourceArn', forUs)).toBe(TRUE);
  });
});

describe('aws.md 1.12, S: calls made directly', () => {
  test('not through a service', () => {
    expect(evaluate({ Bool: { 'aws:ViaAWSService': 'false' } })).toBe(TRUE);
    expect(evaluate({ Bool: { 'aws:ViaAWSService': 'true' } })).toBe(FALSE);
    expect(evaluate({ 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } })).toBe(FALSE);
    expect(
      evaluate({ Null: { 'aws:CalledViaFirst': 'true', 'aws:CalledViaLast': 'true', 'kms:ViaService': 'true' } }),
    ).toBe(TRUE);
    expect(evaluate({ StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }, { principal: lambda })).toBe(
      CONDITIONAL,
    );
  });

  test('aws:SecureTransport is assumed', () => {
    expect(evaluate({ Bool: { 'aws:SecureTransport': 'true' } })).toBe(TRUE);
    expect(evaluate({ Bool: { 'aws:SecureTransport': 'false' } })).toBe(FALSE);
  });

  test('aws:CurrentTime and aws:EpochTime are those of the snapshot', () => {
    expect(evaluate({ DateLessThan: { 'aws:CurrentTime': '2026-11-23T00:00:00Z' } })).toBe(TRUE);
    expect(evaluate({ DateLessThan: { 'aws:CurrentTime': '2026-11-22T00:00:00Z' } })).toBe(FALSE);
    expect(evaluate({ DateGreaterThan: { 'aws:EpochTime': '2026-11-21T00:00:00Z' } })).toBe(TRUE);
    expect(evaluate({ NumericGreaterThan: { 'aws:EpochTime': String(NOW / 1000) } })).toBe(FALSE);
    expect(evaluate({ NumericEquals: { 'aws:EpochTime': String(NOW / 1000) } })).toBe(TRUE);
  });
});

describe('aws.md 1.12, S: the target', () => {
  const bucket = 'arn:aws:s3:::bucket';
  const queue = `arn:aws:sqs:eu-west-1:${OTHER_ACCOUNT}:queue`;

  test('aws:ResourceAccount and s3:ResourceAccount', () => {
    for (const key of ['aws:ResourceAccount', 's3:ResourceAccount']) {
      const of = (value: string, target: Parameters<typeof resource>) =>
        evaluate({ StringEquals: { [key]: value } }, { resource: resource(...target) });
      expect(of(ACCOUNT, [bucket])).toBe(TRUE);
      expect(of(OTHER_ACCOUNT, [bucket])).toBe(FALSE);
      expect(evaluate({ StringEquals: { [key]: OTHER_ACCOUNT } }, { resource: { id: queue, scopes: [] } })).toBe(TRUE);
      expect(evaluate({ StringEquals: { [key]: ACCOUNT } }, { resource: { id: bucket, scopes: [] } })).toBe(UNKNOWN);
      expect(evaluate({ StringEquals: { [key]: ACCOUNT } }, { resource: { id: '*', scopes: [] } })).toBe(CONDITIONAL);
    }
  });

  test('aws:ResourceOrgID and aws:ResourceOrgPaths', () => {
    const inside = resource(bucket, {}, [account({ organizationPath: 'o-aaaaaaaaaa/r-1/' }), organization]);
    expect(evaluate({ StringEquals: { 'aws:ResourceOrgID': 'o-aaaaaaaaaa' } }, { resource: inside })).toBe(TRUE);
    expect(evaluate({ StringEquals: { 'aws:ResourceOrgID': 'o-bbbbbbbbbb' } }, { resource: inside })).toBe(FALSE);
    expect(evaluate({ StringEquals: { 'aws:ResourceOrgID': 'o-aaaaaaaaaa' } }, { resource: resource(bucket) })).toBe(
      UNKNOWN,
    );
    expect(
      evaluate({ 'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': 'o-aaaaaaaaaa/*' } }, { resource: inside }),
    ).toBe(TRUE);
  });

  test.each(['aws:ResourceTag/env', 'iam:ResourceTag/env', 'ec2:ResourceTag/Env', 'ssm:resourceTag/env'])(
    '%s',
    (key) => {
      const tagged = (tags?: Readonly<Record<string, string>>) =>
        evaluate(
          { StringEquals: { [key]: 'prod' } },
          { resource: resource(queue, tags === undefined ? {} : { tags }) },
        );
      expect(tagged({ Env: 'prod' })).toBe(TRUE);
      expect(tagged({ Env: 'dev' })).toBe(FALSE);
      expect(tagged({})).toBe(FALSE);
      expect(tagged()).toBe(UNKNOWN);
      expect(evaluate({ StringEquals: { [key]: 'prod' } }, { resource: { id: queue, scopes: [] } })).toBe(UNKNOWN);
      // A request without a resource has no tags.
      expect(evaluate({ Null: { [key]: 'true' } }, { resource: { id: '*', scopes: [] } })).toBe(TRUE);
    },
  );

  test('the tags of a bucket are not those of its objects', () => {
    const object = { ...resource(bucket, { tags: { env: 'prod' } }), id: `${bucket}/key` };
    expect(evaluate({ StringEquals: { 'aws:ResourceTag/env': 'prod' } }, { resource: object })).toBe(UNKNOWN);
    // A log group goes by two ARNs.
    const group = 'arn:aws:logs:eu-west-1:111122223333:log-group:g';
    const both = { ...resource(`${group}:*`, { tags: { env: 'prod' } }), id: group };
    expect(evaluate({ StringEquals: { 'aws:ResourceTag/env': 'prod' } }, { resource: both })).toBe(TRUE);
  });
});

describe('aws.md 1.12, C: chosen by the caller', () => {
  test.each([
    ['iam:PassedToService', 'iam:PassRole'],
    ['iam:AssociatedResourceArn', 'iam:PassRole'],
    ['iam:PermissionsBoundary', 'iam:CreateRole'],
    ['iam:PolicyARN', 'iam:AttachRolePolicy'],
    ['iam:AWSServiceName', 'iam:CreateServiceLinkedRole'],
    ['iam:ServiceSpecificCredentialServiceName', 'iam:CreateServiceSpecificCredential'],
    ['sts:ExternalId', 'sts:AssumeRole'],
    ['sts:ExternalId', 'sts:TagSession'],
    ['sts:RoleSessionName', 'sts:AssumeRoleWithWebIdentity'],
    ['sts:SourceIdentity', 'sts:SetSourceIdentity'],
    ['sts:DurationSeconds', 'sts:AssumeRole'],
    ['sts:TaskPolicyArn', 'sts:AssumeRoot'],
    ['aws:RequestTag/team', 'ec2:CreateTags'],
    ['aws:RequestedRegion', 's3:CreateBucket'],
    ['aws:RequestedRegion', 'iam:PassRole'],
    ['sts:ExternalId', 'future:Action'],
    ['s3:prefix', 's3:ListBucket'],
  ])('%s with %s', (key, action) => {
    const block = { StringEquals: { [key]: 'x' } };
    expect(evaluate(block, { action })).toBe(CONDITIONAL);
    expect(evaluate(block, { action, context: { [key.toLowerCase()]: 'x' } })).toBe(TRUE);
    expect(evaluate(block, { action, context: { [key.toLowerCase()]: 'y' } })).toBe(FALSE);
    expect(evaluate(block, { action, context: { [key.toLowerCase()]: null } })).toBe(FALSE);
  });

  test.each([
    ['iam:PassedToService', 'lambda:CreateFunction'],
    ['sts:ExternalId', 's3:GetObject'],
    ['iam:PolicyARN', 'iam:CreateAccessKey'],
    ['iam:PermissionsBoundary', 'iam:CreateAccessKey'],
    ['aws:RequestTag/team', 'ec2:TerminateInstances'],
    ['s3:prefix', 's3:GetObject'],
  ])('%s is not sent with %s, whatever the context says', (key, action) => {
    const context = { [key.toLowerCase()]: 'x' };
    expect(evaluate({ StringEquals: { [key]: 'x' } }, { action })).toBe(FALSE);
    expect(evaluate({ StringEquals: { [key]: 'x' } }, { action, context })).toBe(FALSE);
    expect(evaluate({ Null: { [key]: 'true' } }, { action, context })).toBe(TRUE);
  });

  test('iam:PermissionsBoundary is chosen where one is set, and else that of the target', () => {
    const boundary = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
    const block = { ArnEquals: { 'iam:PermissionsBoundary': boundary } };
    const on = (action: string, own: string | null | undefined, context = {}) => {
      const node = identity('role', own === undefined ? { attributes: {} } : { attributes: { boundary: own } });
      return evaluate(block, { action, resource: { id: node.id, node, scopes: [] }, context });
    };
    for (const action of [
      'iam:CreateUser',
      'iam:CreateRole',
      'iam:PutUserPermissionsBoundary',
      'iam:PutRolePermissionsBoundary',
    ]) {
      expect(on(action, null)).toBe(CONDITIONAL);
      expect(on(action, null, { 'iam:permissionsboundary': boundary })).toBe(TRUE);
    }
    for (const action of [
      'iam:AttachRolePolicy',
      'iam:PutRolePolicy',
      'iam:DetachUserPolicy',
      'iam:DeleteRolePermissionsBoundary',
    ]) {
      expect(on(action, boundary)).toBe(TRUE);
      expect(on(action, `${boundary}2`)).toBe(FALSE);
      expect(on(action, null)).toBe(FALSE);
      expect(on(action, undefined)).toBe(UNKNOWN);
      // Trying the value does not give the target a boundary.
      expect(on(action, null, { 'iam:permissionsboundary': boundary })).toBe(FALSE);
      expect(evaluate(block, { action })).toBe(UNKNOWN);
    }
  });
});

describe('aws.md 1.12, R: known at request time', () => {
  test.each([
    'aws:SourceIp',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:UserAgent',
    'aws:Referer',
    'kms:EncryptionContext:tenant',
    'aws:VpceOrgPaths',
    'aws:ViaAWSMCPService',
    'future:Key',
    's3:ExistingObjectTag/k',
    'nonsense',
  ])('%s', (key) => {
    for (const operator of ['StringEquals', 'StringNotEquals', 'StringEqualsIfExists', 'ForAnyValue:StringLike']) {
      expect(evaluate({ [operator]: { [key]: 'x' } })).toBe(CONDITIONAL);
    }
    expect(evaluate({ Null: { [key]: 'true' } })).toBe(CONDITIONAL);
    expect(evaluate({ 'ForAnyValue:StringEquals': { [key]: 'x' } }, { context: { [key.toLowerCase()]: 'x' } })).toBe(
      TRUE,
    );
  });
});

describe('aws.md 1.12, K: decided by the kind of credential', () => {
  test('aws:MultiFactorAuthPresent', () => {
    const mfa = (operator: string, value: string, who: PrincipalFacts) =>
      evaluate({ [operator]: { 'aws:MultiFactorAuthPresent': value } }, { principal: who });
    for (const who of [user('a'), role('r'), root()]) expect(mfa('Bool', 'true', who)).toBe(CONDITIONAL);
    // Absent or false, so never true; and a deny without it applies.
    for (const who of [lambda, federated('gitlab.com', {})]) {
      expect(mfa('Bool', 'true', who)).toBe(FALSE);
      expect(mfa('BoolIfExists', 'false', who)).toBe(TRUE);
      expect(mfa('Bool', 'false', who)).toBe(CONDITIONAL);
    }
    expect(isAbsent('aws:MultiFactorAuthPresent', anyone)).toBe(TRUE);
    expect(isAbsent('aws:MultiFactorAuthAge', lambda)).toBe(TRUE);
  });

  test('aws:TokenIssueTime: sessions older than their longest lifetime do not exist', () => {
    const before = (time: string, who: PrincipalFacts) =>
      evaluate({ DateLessThan: { 'aws:TokenIssueTime': time } }, { principal: who });
    // `AWSRevokeOlderSessions`: long past, and just now.
    expect(before('2026-01-01T00:00:00Z', role('r'))).toBe(FALSE);
    expect(before('2026-11-21T23:00:00Z', role('r'))).toBe(CONDITIONAL);
    expect(before('2026-11-22T00:00:01Z', role('r'))).toBe(TRUE);
    expect(isAbsent('aws:TokenIssueTime', role('r'))).toBe(FALSE);
    // Access keys of users have none.
    expect(before('2026-01-01T00:00:00Z', user('a'))).toBe(FALSE);
    expect(before('2026-11-22T00:00:01Z', user('a'))).toBe(CONDITIONAL);
    expect(isAbsent('aws:TokenIssueTime', user('a'))).toBe(CONDITIONAL);
    expect(isAbsent('aws:TokenIssueTime', lambda)).toBe(TRUE);
    const equals = (time: string) => evaluate({ DateEquals: { 'aws:TokenIssueTime': time } }, { principal: role('r') });
    expect(equals('2026-11-21T23:00:00Z')).toBe(CONDITIONAL);
    expect(equals('2026-01-01')).toBe(FALSE);
    const after = (operator: string, time: string) =>
      evaluate({ [operator]: { 'aws:TokenIssueTime': time } }, { principal: role('r') });
    expect(after('DateGreaterThan', '2026-01-01')).toBe(TRUE);
    expect(after('DateGreaterThan', '2026-11-22')).toBe(FALSE);
    expect(after('DateGreaterThanEquals', '2026-11-22')).toBe(CONDITIONAL);
    expect(after('DateLessThanEquals', '2026-11-22')).toBe(TRUE);
    expect(after('StringLike', '2026*')).toBe(CONDITIONAL);
    expect(after('NumericLessThan', '5')).toBe(CONDITIONAL);
  });

  test.each([
    'ec2:SourceInstanceArn',
    'ec2:RoleDelivery',
    'lambda:SourceFunctionArn',
    'ssm:SourceInstanceArn',
    'glue:RoleAssumedBy',
    'glue:CredentialIssuingService',
    'aws:Ec2InstanceSourceVpc',
    'aws:Ec2InstanceSourcePrivateIPv4',
    'identitystore:UserId',
    'aws:FederatedProvider',
    'aws:SourceIdentity',
  ])('%s is in sessions of roles only', (key) => {
    for (const who of [user('a'), root(), lambda, anyone]) expect(isAbsent(key, who)).toBe(TRUE);
    expect(isAbsent(key, role('r'))).toBe(CONDITIONAL);
  });

  test('aws:AssumedRoot is in sessions of AssumeRoot only', () => {
    expect(isAbsent('aws:AssumedRoot', root())).toBe(CONDITIONAL);
    for (const who of [user('a'), role('r'), lambda]) expect(isAbsent('aws:AssumedRoot', who)).toBe(TRUE);
  });
});

describe('aws.md 1.12 and 2.2: claims of federated subjects', () => {
  const issuer = 'token.actions.githubusercontent.com';
  const subject = federated(issuer, { sub: 'repo:o/r:*', aud: 'sts.amazonaws.com', ref: null });
  const sub = (operator: string, value: string | readonly string[], who = subject) =>
    evaluate({ [operator]: { [`${issuer}:sub`]: value } }, { principal: who, action: 'sts:AssumeRoleWithWebIdentity' });

  test('true where the policy covers every subject, false where none, else conditional', () => {
    expect(sub('StringLike', 'repo:o/r:*')).toBe(TRUE);
    expect(sub('StringLike', 'repo:o/*')).toBe(TRUE);
    expect(sub('StringLike', ['repo:x/y:*', 'repo:o/*'])).toBe(TRUE);
    expect(sub('StringLike', 'repo:o/r:ref:refs/heads/main')).toBe(CONDITIONAL);
    expect(sub('StringEquals', 'repo:o/r:ref:refs/heads/main')).toBe(CONDITIONAL);
    expect(sub('StringLike', 'repo:*:environment:prod')).toBe(CONDITIONAL);
    expect(sub('StringLike', 'repo:o/other:*')).toBe(FALSE);
    expect(sub('StringEquals', 'repo:o/r')).toBe(FALSE);
    expect(sub('StringEqualsIgnoreCase', 'REPO:O/R:x')).toBe(CONDITIONAL);
    expect(sub('StringNotLike', 'repo:o/*')).toBe(FALSE);
    expect(sub('StringNotLike', 'repo:o/other:*')).toBe(TRUE);
    expect(sub('ForAllValues:StringLike', 'repo:o/*')).toBe(TRUE);
    // `StringEquals` takes the policy's star as text, which the claim can be too.
    expect(sub('StringEquals', 'repo:o/r:*')).toBe(CONDITIONAL);
  });

  test('other claims', () => {
    const claim = (name: string, value: string) =>
      evaluate({ StringEquals: { [`${issuer}:${name}`]: value } }, { principal: subject });
    expect(claim('aud', 'sts.amazonaws.com')).toBe(TRUE);
    expect(claim('AUD', 'other')).toBe(FALSE);
    expect(claim('ref', 'x')).toBe(FALSE);
    expect(claim('not_modelled', 'x')).toBe(CONDITIONAL);
  });

  test('another issuer says nothing', () => {
    expect(sub('StringLike', 'repo:o/*', federated('gitlab.com', { sub: 'repo:o/r' }))).toBe(FALSE);
    expect(evaluate({ Null: { [`${issuer}:sub`]: 'true' } }, { principal: federated('gitlab.com', {}) })).toBe(TRUE);
    expect(sub('StringLike', '*', federated(`https://${issuer.toUpperCase()}`, { sub: 'x' }))).toBe(TRUE);
  });

  test('issuers with a path and SAML', () => {
    const eks = 'oidc.eks.eu-west-1.amazonaws.com/id/ABC';
    const pod = federated(eks, { sub: 'system:serviceaccount:ns:*' });
    const of = (value: string) => evaluate({ StringLike: { [`${eks}:sub`]: value } }, { principal: pod });
    expect(of('system:serviceaccount:ns:*')).toBe(TRUE);
    expect(of('system:serviceaccount:other:*')).toBe(FALSE);
    const saml = federated('arn:aws:iam::111122223333:saml-provider/idp', {
      aud: 'https://signin.aws.amazon.com/saml',
    });
    expect(is('SAML:aud', 'https://signin.aws.amazon.com/saml', saml)).toBe(TRUE);
    expect(is('SAML:aud', 'https://other', saml)).toBe(FALSE);
    expect(isAbsent('saml:aud', federated('gitlab.com', {}))).toBe(TRUE);
  });

  test('callers that are not federated', () => {
    for (const who of [user('a'), root(), lambda, anyone]) expect(sub('StringLike', '*', who)).toBe(FALSE);
    expect(sub('StringLike', '*', role('r'))).toBe(CONDITIONAL);
    expect(sub('StringLike', '*', federated(issuer))).toBe(UNKNOWN);
    const nobody = principal(identity('federated-subject', { id: 'x', attributes: {} }), []);
    expect(sub('StringLike', '*', nobody)).toBe(CONDITIONAL);
    const byId = principal(
      identity('federated-subject', { id: `federated:${issuer}#x`, attributes: { claims: { sub: 'x' } } }),
      [],
    );
    expect(sub('StringLike', 'x', byId)).toBe(TRUE);
  });

  test('a claim is written like a value of StringLike', () => {
    const like = (claim: string, value: string) => sub('StringLike', value, federated(issuer, { sub: claim }));
    expect(like('a?c', 'a?c')).toBe(TRUE);
    expect(like('a?c', 'abc')).toBe(CONDITIONAL);
    expect(like('a?c', 'ac')).toBe(FALSE);
    expect(like('a${*}', 'a${*}')).toBe(TRUE);
    expect(like('a${*}', 'ab')).toBe(FALSE);
    expect(like('a${aws:username}', 'ab')).toBe(CONDITIONAL);
  });

  test('of a list the token has one', () => {
    const several = federated(issuer, { aud: ['a', 'b'], sub: ['repo:o/r:*', 'repo:o/s:*'] });
    const aud = (operator: string, value: string | readonly string[]) =>
      evaluate({ [operator]: { [`${issuer}:aud`]: value } }, { principal: several });
    expect(aud('StringEquals', ['a', 'b', 'c'])).toBe(TRUE);
    expect(aud('StringEquals', 'a')).toBe(CONDITIONAL);
    expect(aud('StringEquals', 'c')).toBe(FALSE);
    expect(aud('StringNotEquals', 'c')).toBe(TRUE);
    expect(aud('StringNotEquals', 'a')).toBe(CONDITIONAL);
    expect(sub('StringLike', 'repo:o/*', several)).toBe(TRUE);
    expect(sub('StringLike', 'repo:o/r:*', several)).toBe(CONDITIONAL);
    expect(evaluate({ Null: { [`${issuer}:aud`]: 'true' } }, { principal: several })).toBe(FALSE);
  });

  test('odd claims', () => {
    const odd = federated(issuer, { n: 5, b: true, list: [], mixed: ['a', 1], object: {} });
    const claim = (name: string, value: string) =>
      evaluate({ StringEquals: { [`${issuer}:${name}`]: value } }, { principal: odd });
    expect(claim('n', '5')).toBe(TRUE);
    expect(claim('b', 'true')).toBe(TRUE);
    expect(claim('list', 'a')).toBe(FALSE);
    expect(claim('mixed', 'a')).toBe(CONDITIONAL);
    expect(claim('object', 'a')).toBe(CONDITIONAL);
  });
});

describe('the table of keys', () => {
  test('is in lower case, without duplicates, and every row can be read', () => {
    expect(new Set(conditionKeys.map(({ key }) => key)).size).toBe(conditionKeys.length);
    for (const { key, reads, read } of conditionKeys) {
      expect(key).toBe(key.toLowerCase());
      expect([key, reads !== 'nothing' && read === undefined]).toEqual([key, false]);
      for (const who of [user('a'), role('r'), root(), lambda, anyone, vendor, martian, federated('gitlab.com')]) {
        evaluate({ StringEquals: { [`${key}x`]: 'x', [key]: 'x' } }, { principal: who });
      }
    }
  });
});
