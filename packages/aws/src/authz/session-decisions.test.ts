import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { IdentityNode, Json, PrincipalMatcher } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import { type Asking, BUCKET, DecisionEstate, ROLE, ROOT, type Rule, USER } from './testing/decision-estate.ts';
import { account } from './testing/facts.ts';

const ALL: readonly Rule[] = [{}];
const NOTHING: readonly Rule[] = [{ actions: ['ec2:DescribeInstances'] }];

describe('aws.md 1.4: what an implicit deny elsewhere can still block', () => {
  interface Row {
    readonly identity: IdentityNode;
    readonly who: PrincipalMatcher;
    readonly session?: string;
    /** Without any identity policy. */
    readonly bare: Truth;
    /** Under a boundary that does not allow the action. */
    readonly boundary: Truth;
    /** Under a session policy that does not. */
    readonly sessionPolicy?: Truth;
  }
  const user: PrincipalMatcher = { match: 'node', id: USER.id, strength: 'bypasses-guards' };
  const role: PrincipalMatcher = { match: 'node', id: ROLE.id, strength: 'sufficient' };
  const roleSession: PrincipalMatcher = { ...role, strength: 'bypasses-guards', certainty: 'conditional' };
  const anyone: PrincipalMatcher = { match: 'anyone', strength: 'bypasses-guards' };
  const accountRoot: PrincipalMatcher = { match: 'scope', id: account().id, strength: 'delegates' };
  const rows: Readonly<Record<string, Row>> = {
    'user/U, long-term key': { identity: USER, who: user, session: 'access-key', bare: TRUE, boundary: TRUE },
    'user/U, GetSessionToken': { identity: USER, who: user, session: 'session-token', bare: TRUE, boundary: TRUE },
    'user/U, federated-user session of U': {
      identity: USER,
      who: user,
      session: 'federation-token',
      bare: TRUE,
      boundary: FALSE,
      sessionPolicy: FALSE,
    },
    'federated-user/N, that session': {
      identity: {
        ...USER,
        id: USER.id.replace('iam', 'sts').replace('user/alice', 'federated-user/n'),
        type: 'federated-user',
      },
      who: { ...user, id: USER.id.replace('iam', 'sts').replace('user/alice', 'federated-user/n') },
      session: 'federation-token',
      bare: TRUE,
      boundary: TRUE,
      sessionPolicy: TRUE,
    },
    'role/R, any session': {
      identity: ROLE,
      who: role,
      session: 'role-session',
      bare: TRUE,
      boundary: FALSE,
      sessionPolicy: FALSE,
    },
    'assumed-role/R/S, a session that may be S': {
      identity: ROLE,
      who: roleSession,
      session: 'role-session',
      bare: CONDITIONAL,
      boundary: CONDITIONAL,
      sessionPolicy: CONDITIONAL,
    },
    '*': { identity: ROLE, who: anyone, session: 'role-session', bare: TRUE, boundary: TRUE, sessionPolicy: TRUE },
    'account or root': {
      identity: ROLE,
      who: accountRoot,
      session: 'role-session',
      bare: FALSE,
      boundary: FALSE,
      sessionPolicy: FALSE,
    },
  };

  test.each(Object.entries(rows))('%s', (_, { identity, who, session, bare, boundary, sessionPolicy }) => {
    const asking: Asking = session === undefined ? {} : { session };
    const bucketPolicy = [{ actions: ['s3:GetBucketAcl'], who: [who] }];
    const ask = (fields: { grants?: readonly Rule[]; boundary?: readonly Rule[] }, how: Asking = asking): Truth =>
      new DecisionEstate({ identity, bucketPolicy, ...fields }).decide('s3:GetBucketAcl', BUCKET, how);
    expect(ask({})).toBe(bare);
    expect(ask({ boundary: NOTHING })).toBe(boundary);
    if (sessionPolicy !== undefined) expect(ask({}, { ...asking, sessionPolicy: NOTHING })).toBe(sessionPolicy);
    // With a grant nothing is missing, whatever the row; a deny stops it, whatever the row.
    expect(ask({ grants: ALL, boundary: ALL })).toBe(TRUE);
    expect(ask({ grants: [{ effect: 'deny' }] })).toBe(FALSE);
    // The policy of the bucket says nothing of other actions, nor to others.
    const estate = new DecisionEstate({ identity, bucketPolicy });
    expect(estate.decide('s3:PutBucketAcl', BUCKET, asking)).toBe(FALSE);
    const other = new DecisionEstate({
      identity: { ...identity, id: `${identity.id}2`, scope: account().id },
      bucketPolicy,
    });
    const named = who.match === 'node';
    expect(other.decide('s3:GetBucketAcl', BUCKET, asking)).toBe(named ? FALSE : bare);
  });

  test('the account lets grants count, within boundary and session policy', () => {
    const estate = new DecisionEstate({
      identity: ROLE,
      grants: ALL,
      bucketPolicy: [{ who: [accountRoot] }],
    });
    expect(estate.decide('s3:GetBucketAcl', BUCKET, { session: 'role-session' })).toBe(TRUE);
    expect(estate.decide('s3:GetBucketAcl', BUCKET, { session: 'role-session', sessionPolicy: NOTHING })).toBe(FALSE);
  });
});

describe('aws.md 1.7: session kinds', () => {
  const user = new DecisionEstate({ grants: ALL });
  const role = new DecisionEstate({ identity: ROLE, grants: ALL });
  const root = new DecisionEstate({ identity: ROOT, grants: ALL });
  const cases: readonly (readonly [
    session: string,
    estate: DecisionEstate,
    action: string,
    resource: string,
    Truth,
  ])[] = [
    ['access-key', user, 'iam:CreateUser', USER.id, TRUE],
    ['access-key', user, 'sts:GetSessionToken', '*', TRUE],
    ['access-key', user, 'sts:GetFederationToken', '*', TRUE],
    ['console', user, 'iam:CreateUser', USER.id, TRUE],
    ['console', user, 'sts:GetSessionToken', '*', FALSE],
    ['console', user, 'sts:AssumeRole', ROLE.id, UNKNOWN],
    ['mfa-session', user, 'iam:CreateUser', USER.id, TRUE],
    ['mfa-session', user, 'sts:GetFederationToken', '*', FALSE],
    ['mfa-session', user, 'sts:GetSessionToken', '*', FALSE],
    ['mfa-session', user, 'sts:GetCallerIdentity', '*', TRUE],
    ['session-token', user, 'iam:CreateUser', USER.id, FALSE],
    ['session-token', user, 's3:ListAllMyBuckets', '*', TRUE],
    ['session-token', user, 'sts:AssumeRole', ROLE.id, UNKNOWN],
    ['federation-token', user, 'iam:CreateUser', USER.id, FALSE],
    ['federation-token', user, 'sts:AssumeRole', ROLE.id, FALSE],
    ['federation-token', user, 'sts:GetCallerIdentity', '*', TRUE],
    ['federation-token', user, 's3:ListAllMyBuckets', '*', TRUE],
    ['role-session', role, 'sts:GetFederationToken', '*', FALSE],
    ['role-session', role, 'sts:GetSessionToken', '*', FALSE],
    ['role-session', role, 'iam:CreateUser', USER.id, TRUE],
    ['root-access-key', root, 'iam:CreateUser', USER.id, TRUE],
    ['root-console', root, 'iam:CreateUser', USER.id, TRUE],
    ['assume-root:IAMAuditRootUserCredentials', root, 'iam:ListAccessKeys', ROOT.id, TRUE],
    ['assume-root:IAMAuditRootUserCredentials', root, 'iam:ListAccessKeys', USER.id, FALSE],
    ['assume-root:IAMAuditRootUserCredentials', root, 'iam:DeleteAccessKey', ROOT.id, FALSE],
    ['assume-root:IAMCreateRootUserPassword', root, 'iam:CreateLoginProfile', ROOT.id, TRUE],
    ['assume-root:IAMCreateRootUserPassword', root, 'iam:CreateLoginProfile', USER.id, FALSE],
    ['assume-root:IAMCreateRootUserPassword', root, 'iam:CreateAccessKey', ROOT.id, FALSE],
    ['assume-root:IAMDeleteRootUserCredentials', root, 'iam:DeleteAccessKey', ROOT.id, TRUE],
    ['assume-root:IAMDeleteRootUserCredentials', root, 'iam:DeleteAccessKey', USER.id, FALSE],
    ['assume-root:S3UnlockBucketPolicy', root, 's3:PutBucketPolicy', BUCKET, TRUE],
    ['assume-root:S3UnlockBucketPolicy', root, 's3:ListBucket', BUCKET, FALSE],
    [
      'assume-root:SQSUnlockQueuePolicy',
      root,
      'sqs:SetQueueAttributes',
      `arn:aws:sqs:eu-west-1:${account().name}:q`,
      TRUE,
    ],
    ['assume-root:SQSUnlockQueuePolicy', root, 'sqs:SendMessage', `arn:aws:sqs:eu-west-1:${account().name}:q`, FALSE],
    ['assume-root:Unheard', root, 's3:PutBucketPolicy', BUCKET, UNKNOWN],
  ];
  test.each(cases)('%s: %# %s', (session, estate, action, resource, expected) => {
    expect([action, estate.decide(action, resource, { session })]).toEqual([action, expected]);
  });

  test('a kind AWS does not have decides nothing', () => {
    expect(user.facts({ session: 'unheard' })).toBe(user.model.factsOf(USER));
    expect(user.facts({ session: '__proto__' })).toBe(user.model.factsOf(USER));
  });

  test('no policy on a resource lifts what the service refuses in a session', () => {
    const bucketPolicy = [
      { actions: ['s3:GetBucketAcl'], who: [{ match: 'anyone', strength: 'bypasses-guards' } as const] },
    ];
    const estate = new DecisionEstate({ bucketPolicy });
    expect(estate.decide('s3:GetBucketAcl', BUCKET, { session: 'access-key' })).toBe(TRUE);
    expect(estate.decide('s3:GetBucketAcl', BUCKET, { session: 'ssh-public-key' })).toBe(FALSE);
  });
});

describe('aws.md 5.2: credentials limited to a service', () => {
  const user = new DecisionEstate({ grants: ALL });
  const repository = `arn:aws:codecommit:eu-west-1:${account().name}:r`;
  test.each<readonly [session: string, allowed: string, refused: string]>([
    ['ssh-public-key', 'codecommit:GitPull', 'codecommit:DeleteRepository'],
    ['codecommit-credential', 'codecommit:GitPush', 's3:ListAllMyBuckets'],
    ['keyspaces-credential', 'cassandra:Select', 'codecommit:GitPull'],
    ['bedrock-api-key', 'bedrock:InvokeModel', 's3:ListAllMyBuckets'],
    ['logs-api-key', 'logs:PutLogEvents', 'iam:CreateUser'],
  ])('%s', (session, allowed, refused) => {
    expect(user.decide(allowed, repository, { session })).toBe(TRUE);
    expect(user.decide(refused, repository, { session })).toBe(FALSE);
    expect(user.decide(refused, repository, { session: 'access-key' })).toBe(TRUE);
  });

  test('an API key needs the action for its token as well', () => {
    const model = 'arn:aws:bedrock:eu-west-1::foundation-model/m';
    const ask = (rules: readonly Rule[], session: string) =>
      new DecisionEstate({ grants: rules }).decide('bedrock:InvokeModel', model, { session });
    const invoke: Rule = { actions: ['bedrock:InvokeModel'] };
    const token: Rule = { actions: ['bedrock:CallWithBearerToken'] };
    expect(ask([invoke], 'access-key')).toBe(TRUE);
    expect(ask([invoke], 'bedrock-api-key')).toBe(FALSE);
    expect(ask([invoke, token], 'bedrock-api-key')).toBe(TRUE);
    expect(ask([token], 'bedrock-api-key')).toBe(FALSE);
    expect(
      ask([invoke, { ...token, condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }], 'bedrock-api-key'),
    ).toBe(CONDITIONAL);
    expect(ask([{}, { ...token, effect: 'deny' }], 'bedrock-api-key')).toBe(FALSE);
    expect(ask([{}, { ...token, effect: 'deny' }], 'access-key')).toBe(TRUE);
  });

  test.each(['signing-certificate', 'service-specific-credential'])('what a %s opens is not known', (session) => {
    expect(user.decide('ec2:RunInstances', '*', { session })).toBe(UNKNOWN);
    expect(new DecisionEstate({}).decide('ec2:RunInstances', '*', { session })).toBe(FALSE);
  });
});

describe('aws.md 1.12, K: conditions on what a session carries', () => {
  const mfaTrue: Json = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  const mfaTrueIfExists: Json = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } };
  const mfaFalse: Json = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };
  const mfaFalseIfExists: Json = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } };
  const ask = (condition: Json, effect: 'allow' | 'deny', asking: Asking, identity: IdentityNode = USER): Truth =>
    new DecisionEstate({
      identity,
      grants: effect === 'allow' ? [{ condition }] : [{}, { effect, condition }],
    }).decide('ec2:RunInstances', '*', asking);
  const withDevices = (mfaActive: boolean): IdentityNode => ({
    ...USER,
    attributes: { ...USER.attributes, mfaActive },
  });
  const noDevice = withDevices(false);

  test.each<readonly [string, Asking, IdentityNode, allow: readonly Truth[], deny: readonly Truth[]]>([
    // Allow with Bool true, BoolIfExists true; Deny with Bool false, BoolIfExists false.
    ['a long-term key has none', { session: 'access-key' }, USER, [FALSE, TRUE], [TRUE, FALSE]],
    ['an MFA session has', { session: 'mfa-session' }, USER, [TRUE, TRUE], [TRUE, TRUE]],
    [
      'a session token without it has not',
      { session: 'session-token' },
      USER,
      [FALSE, CONDITIONAL],
      [CONDITIONAL, FALSE],
    ],
    [
      'a sign-in with a device may',
      { session: 'console' },
      withDevices(true),
      [CONDITIONAL, CONDITIONAL],
      [CONDITIONAL, CONDITIONAL],
    ],
    [
      'a sign-in of whom nobody listed the devices',
      { session: 'console' },
      USER,
      [UNKNOWN, CONDITIONAL],
      [CONDITIONAL, UNKNOWN],
    ],
    ['a sign-in without a device cannot', { session: 'console' }, noDevice, [FALSE, CONDITIONAL], [CONDITIONAL, FALSE]],
    ['an unknown session may', {}, USER, [CONDITIONAL, CONDITIONAL], [CONDITIONAL, CONDITIONAL]],
    ['AssumeRole may', { session: 'role-session' }, ROLE, [CONDITIONAL, CONDITIONAL], [CONDITIONAL, CONDITIONAL]],
    ['a workload has not', { session: 'service-role-session' }, ROLE, [FALSE, CONDITIONAL], [CONDITIONAL, FALSE]],
    ['a federated session has not', { session: 'saml-session' }, ROLE, [FALSE, CONDITIONAL], [CONDITIONAL, FALSE]],
  ])('MFA: %s', (_, asking, identity, allow, deny) => {
    expect([ask(mfaTrue, 'allow', asking, identity), ask(mfaTrueIfExists, 'allow', asking, identity)]).toEqual(allow);
    expect([ask(mfaFalse, 'deny', asking, identity), ask(mfaFalseIfExists, 'deny', asking, identity)]).toEqual(deny);
  });

  test.each<readonly [session: string, IdentityNode, key: string, present: Truth]>([
    ['access-key', USER, 'aws:TokenIssueTime', FALSE],
    ['root-access-key', ROOT, 'aws:TokenIssueTime', FALSE],
    ['console', USER, 'aws:TokenIssueTime', TRUE],
    ['mfa-session', USER, 'aws:TokenIssueTime', TRUE],
    ['mfa-session', USER, 'aws:MultiFactorAuthAge', TRUE],
    ['role-session', ROLE, 'aws:TokenIssueTime', TRUE],
    ['role-session', ROLE, 'aws:FederatedProvider', CONDITIONAL],
    ['role-session', ROLE, 'aws:SourceIdentity', CONDITIONAL],
    ['role-session', ROLE, 'ec2:SourceInstanceArn', FALSE],
    ['web-identity-session', ROLE, 'aws:FederatedProvider', TRUE],
    ['saml-session', ROLE, 'aws:FederatedProvider', TRUE],
    ['saml-session', ROLE, 'identitystore:UserId', FALSE],
    ['identity-center-session', ROLE, 'identitystore:UserId', TRUE],
    ['service-role-session', ROLE, 'aws:FederatedProvider', FALSE],
    ['service-role-session', ROLE, 'ec2:SourceInstanceArn', CONDITIONAL],
    ['service-role-session:ec2.amazonaws.com', ROLE, 'ec2:SourceInstanceArn', TRUE],
    ['service-role-session:ec2.amazonaws.com', ROLE, 'lambda:SourceFunctionArn', FALSE],
    ['service-role-session:lambda.amazonaws.com', ROLE, 'lambda:SourceFunctionArn', TRUE],
    ['access-key', USER, 'aws:AssumedRoot', FALSE],
    ['access-key', USER, 'aws:SourceArn', FALSE],
    ['access-key', USER, 'aws:SourceAccount', FALSE],
  ])('%s: %# %s', (session, identity, key, present) => {
    expect([key, ask({ Null: { [key]: 'false' } }, 'allow', { session }, identity)]).toEqual([key, present]);
    expect([key, ask({ Null: { [key]: 'true' } }, 'allow', { session }, identity)]).toEqual([
      key,
      present === CONDITIONAL ? CONDITIONAL : TRUE - present,
    ]);
  });

  test('AssumeRoot marks its sessions', () => {
    const condition = { Bool: { 'aws:AssumedRoot': 'true' } };
    const of = (session: string): Truth =>
      new DecisionEstate({ identity: ROOT, grants: [{ condition }] }).decide('s3:PutBucketPolicy', BUCKET, { session });
    expect(of('assume-root:S3UnlockBucketPolicy')).toBe(TRUE);
    expect(of('root-access-key')).toBe(FALSE);
  });

  test('aws.md 1.11: a federated session is another principal than its user', () => {
    const federated: Asking = { session: 'federation-token' };
    const key: Asking = { session: 'access-key' };
    const type = { StringEquals: { 'aws:PrincipalType': 'FederatedUser' } };
    expect([ask(type, 'allow', federated), ask(type, 'allow', key)]).toEqual([TRUE, FALSE]);
    const name = { StringEquals: { 'aws:username': 'alice' } };
    expect([ask(name, 'allow', federated), ask(name, 'allow', key)]).toEqual([FALSE, TRUE]);
    const arn = { ArnLike: { 'aws:PrincipalArn': `arn:aws:sts::${account().name}:federated-user/*` } };
    expect([ask(arn, 'allow', federated), ask(arn, 'allow', key)]).toEqual([TRUE, FALSE]);
    const id = { StringEquals: { 'aws:userid': `${account().name}:x` } };
    expect([ask(id, 'allow', federated), ask(id, 'allow', key)]).toEqual([CONDITIONAL, FALSE]);
  });

  test('classes fall apart only where a policy reads what sessions differ in', () => {
    const classOf = (estate: DecisionEstate, session: string) => estate.model.classFor(estate.facts({ session }), []);
    const blind = new DecisionEstate({ grants: [{ condition: { StringEquals: { 'aws:username': 'alice' } } }] });
    expect(classOf(blind, 'access-key')).toBe(blind.model.classOf(USER));
    const reads = new DecisionEstate({ grants: [{ condition: mfaTrue }] });
    expect(classOf(reads, 'access-key')).not.toBe(reads.model.classOf(USER));
    expect(classOf(reads, 'access-key')).toBe(classOf(reads, 'access-key'));
  });
});

describe('aws.md 1.9: NotPrincipal', () => {
  const named: readonly PrincipalMatcher[] = [
    { match: 'node', id: USER.id, strength: 'bypasses-guards' },
    { match: 'scope', id: account().id, strength: 'delegates' },
  ];
  const ask = (fields: { boundary?: readonly Rule[] }, asking: Asking): Truth =>
    new DecisionEstate({ grants: ALL, bucketPolicy: [{ effect: 'deny', unless: named }], ...fields }).decide(
      's3:GetBucketAcl',
      BUCKET,
      asking,
    );
  test('spares a user that is named with its account, whatever it signs with', () => {
    expect(ask({}, {})).toBe(TRUE);
    expect(ask({}, { session: 'access-key' })).toBe(TRUE);
    // What a kind of session is refused is no boundary.
    expect(ask({}, { session: 'console' })).toBe(TRUE);
    expect(ask({}, { session: 'session-token' })).toBe(TRUE);
  });
  test('spares nobody with a boundary, and a session apart only by its own name', () => {
    expect(ask({ boundary: ALL }, {})).toBe(FALSE);
    expect(ask({}, { session: 'federation-token' })).toBe(UNKNOWN);
  });
});
