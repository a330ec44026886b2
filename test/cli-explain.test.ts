/** What `keyreach can --explain` says: each answer with the key lines a reader looks for (aws.md 1.1-1.12). */
import { describe, expect, it } from 'vitest';
import {
  type Account,
  type Asked,
  accessKey,
  arn,
  ask,
  bucket,
  bucketPolicy,
  grant,
  graphOf,
  group,
  HOME,
  type Json,
  OTHER,
  organization,
  policy,
  resource,
  role,
  rule,
  text,
  user,
} from './explain-estates.ts';

const MIA = arn('user/mia');
const KEY_ID = `${MIA}/accesskey/AKIAMIA0000000000000`;
const OBJECT = 'arn:aws:s3:::data/a.csv';
const TARGET = arn('role/target');
const THERE = arn('role/target', OTHER);
const GET = [MIA, 's3:GetObject', OBJECT] as const;
const ASSUME = [MIA, 'sts:AssumeRole', TARGET] as const;
const ASSUME_THERE = [MIA, 'sts:AssumeRole', THERE] as const;
const READ = rule('Allow', 's3:GetObject', 'arn:aws:s3:::data/*', undefined, { Sid: 'Read' });
const FROM_OFFICE = { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.0.2.0/24'] } };
const WITH_MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
const WITHOUT_MFA = { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } };

const withData = (...statements: readonly Json[]): Account => ({
  users: [user('mia', statements)],
  resources: [bucket('data')],
});
const trusting = (...trusts: readonly Json[]): Account => ({ roles: [role('target', trusts)] });
const trustingThere = (...trusts: readonly Json[]): Account => ({
  roles: [role('target', trusts, [], { account: OTHER })],
});
const trust = (principal: unknown, condition?: Json): Json => grant(principal, 'sts:AssumeRole', '*', condition);

/** Verdict and lines of an answer; the lines must all be there, `absent` ones must not. */
function says(asked: Asked, verdict: string, lines: readonly string[], absent: readonly string[] = []): void {
  expect(asked.answer.verdict, asked.page).toBe(verdict);
  expect(asked.full).toContain(asked.short);
  for (const line of lines) expect(asked.full).toContain(line);
  for (const line of absent) expect(asked.full).not.toContain(line);
}

describe('what allows', () => {
  it('aws.md 1.3: a plain allow cites policy, statement and Sid, and that nothing denies', () => {
    says(ask(withData(READ), GET), 'allow', [
      'ALLOW user mia (111111111111) s3:GetObject arn:aws:s3:::data/a.csv',
      'allowed by inline policy mia-inline, statement 1 "Read"',
      'Because + no Deny applies to it + inline policy mia-inline, statement 1 "Read" allows it',
      'What would deny it no Deny names this request',
    ]);
  });

  it('aws.md 1.2: an allow through a group names the group', () => {
    const estate = { ...withData(), users: [user('mia', [], { groups: ['dev'] })], groups: [group('dev', [READ])] };
    says(ask(estate, GET), 'allow', ['inline policy dev-inline, statement 1 "Read", through group dev allows it']);
  });

  it('aws.md 1.4: a bucket policy that names the user is enough, and the explanation says that nothing else is', () => {
    const estate: Account = {
      users: [user('mia')],
      resources: [bucket('data'), bucketPolicy('data', grant({ AWS: MIA }, 's3:GetObject', 'arn:aws:s3:::data/*'))],
    };
    says(ask(estate, GET), 'allow', [
      '+ policy of S3 bucket data, statement 1 lets it in',
      'no policy of the user allows it (it has none), and none need, as the target lets it in by itself',
    ]);
  });

  it('aws.md 1.3 step 6: across accounts both sides are cited', () => {
    const other = {
      resources: [bucket('data'), bucketPolicy('data', grant({ AWS: HOME }, 's3:GetObject', 'arn:aws:s3:::data/*'))],
    };
    says(ask({ users: [user('mia', [READ])] }, GET, { other }), 'allow', [
      '+ inline policy mia-inline, statement 1 "Read" allows it',
      '+ policy of S3 bucket data, statement 1 lets it in',
      'principal and target are in different accounts, so both sides must allow it',
    ]);
  });

  it('aws.md 1.6: a key policy that delegates to the account leaves it to the policies of the user', () => {
    const [key, estate] = keyWith(grant({ AWS: arn('root') }, 'kms:*'));
    says(ask(estate, [MIA, 'kms:Decrypt', key]), 'allow', [
      '+ inline policy mia-inline, statement 1 allows it',
      '+ policy of KMS key k-1, statement 1 lets it in',
    ]);
  });

  it('aws.md 1.3 step 0: what needs no permission says so', () => {
    says(ask({ users: [user('mia')] }, [MIA, 'sts:GetCallerIdentity', '*']), 'allow', [
      'allowed: the service asks for no permission',
      'no policy is asked: the service lets every principal do it',
    ]);
  });

  it('aws.md 1.7: the root user needs no policy', () => {
    says(ask({}, [arn('root'), 'iam:CreateUser', arn('user/new')]), 'allow', [
      'allowed by what the root user may do by itself',
    ]);
  });

  it('aws.md 1.2: a service-linked role stands outside service control policies', () => {
    const path = '/aws-service-role/ecs.amazonaws.com/';
    const name = 'AWSServiceRoleForECS';
    const estate = {
      roles: [role(name, [trust({ Service: 'ecs.amazonaws.com' })], [rule('Allow', 'ec2:*')], { path })],
    };
    const tree = organization([{ name: 'NoEc2', on: ['ou-1'], statements: [rule('Deny', 'ec2:*')] }]);
    says(ask(estate, [arn(`role${path}${name}`), 'ec2:DescribeInstances', '*'], { organization: tree }), 'allow', [
      `service control policies do not apply: role ${name} is managed by the provider`,
    ]);
  });

  it('aws.md 1.2: the management account stands outside service control policies', () => {
    const tree = organization([{ name: 'NoS3', on: ['ou-1'], statements: [rule('Deny', 's3:*')] }], undefined, HOME);
    says(ask(withData(READ), GET, { organization: tree }), 'allow', [
      'service control policies do not apply: account shop stands outside them',
    ]);
  });

  it('aws.md 1.2: levels that let it pass share a line that names each', () => {
    says(ask(withData(READ), GET, { organization: organization() }), 'allow', [
      '+ the service control policies let it pass: Root (FullAWSAccess), organizational unit Prod (FullAWSAccess), account shop (FullAWSAccess)',
      '+ the resource control policies let it pass: Root (RCPFullAWSAccess)',
    ]);
  });
});

describe('what denies', () => {
  it('aws.md 1.1: no allow at all names what would be one', () => {
    says(ask(withData(), GET), 'deny', [
      'denied: no policy of the user allows it',
      '- no policy of the user allows it (it has none)',
      'It would take an Allow for s3:GetObject on arn:aws:s3:::data/a.csv in a policy of user mia (111111111111) or of a group it is in',
    ]);
  });

  it('aws.md 1.2: a Deny of a service control policy names the unit it is attached to', () => {
    const tree = organization([
      { name: 'NoS3', on: ['ou-1'], statements: [rule('Deny', 's3:*', '*', undefined, { Sid: 'Off' })] },
    ]);
    says(ask(withData(READ), GET, { organization: tree }), 'deny', [
      'denied: service control policy NoS3, statement 1 "Off" on organizational unit Prod denies it, whatever else allows it',
      '+ inline policy mia-inline, statement 1 "Read" allows it',
      'It would take service control policy NoS3, statement 1 "Off" on organizational unit Prod taken away or narrowed',
    ]);
  });

  it('aws.md 1.2: a level of service control policies without an allow is named, and no other', () => {
    const tree = organization(
      [{ name: 'OnlyEc2', on: ['ou-1'], statements: [rule('Allow', 'ec2:*')] }],
      ['r-1', HOME, OTHER],
    );
    says(ask(withData(READ), GET, { organization: tree }), 'deny', [
      'denied: the service control policies of organizational unit Prod do not allow it',
      '- the service control policies of organizational unit Prod (OnlyEc2) do not allow it',
      '+ the service control policies let it pass: Root (FullAWSAccess), account shop (FullAWSAccess)',
      'It would take an Allow for s3:GetObject in a service control policy of organizational unit Prod, which caps it',
    ]);
  });

  it('aws.md 1.2: a resource control policy that denies is told from a service control policy, with what it asks', () => {
    const statement = grant('*', 's3:*', '*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-2' } }, 'Deny');
    const tree = organization([{ name: 'OrgOnly', kind: 'RESOURCE', on: [HOME], statements: [statement] }]);
    says(ask(withData(READ), GET, { organization: tree }), 'deny', [
      'resource control policy OrgOnly, statement 1 on account shop denies it',
      'aws:PrincipalOrgID is not "o-2" (it is "o-1")',
    ]);
  });

  it('aws.md 1.3 step 5b: a boundary is named with what it would have to allow', () => {
    const estate: Account = {
      users: [user('mia', [READ], { boundary: arn('policy/cap') })],
      policies: [policy('cap', text(rule('Allow', 'ec2:*')))],
      resources: [bucket('data')],
    };
    says(ask(estate, GET), 'deny', [
      'denied: the permissions boundary (cap) does not allow it',
      '+ inline policy mia-inline, statement 1 "Read" allows it',
      'It would take an Allow for s3:GetObject in the permissions boundary (cap), which caps it',
    ]);
  });

  it('aws.md 1.1: an identity without the allow and capped as well needs both', () => {
    const estate: Account = {
      users: [user('mia', [rule('Allow', 'ec2:*')], { boundary: arn('policy/cap') })],
      policies: [policy('cap', text(rule('Allow', 'ec2:*')))],
      resources: [bucket('data')],
    };
    says(ask(estate, GET), 'deny', [
      'It would take all of an Allow for s3:GetObject on arn:aws:s3:::data/a.csv in a policy of user mia',
      'an Allow for s3:GetObject in the permissions boundary (cap), which caps it',
    ]);
  });

  it('aws.md 1.2: a session policy on the credential caps it, and not the user', () => {
    const estate = { ...withData(READ), keys: [accessKey('mia')] };
    const only = (action: string) => ({
      credential: KEY_ID,
      sessionPolicy: {
        effect: 'allow' as const,
        actions: { include: [action], exclude: [] },
        resources: { include: ['*'], exclude: [] },
        index: 0,
      },
    });
    says(ask(estate, GET, {}, only('s3:ListBucket')), 'deny', [
      'denied: the session policy office-hours does not allow it',
      '+ inline policy mia-inline, statement 1 "Read" allows it',
    ]);
    says(ask(estate, GET, {}, only('s3:Get*')), 'allow', ['+ the session policy office-hours lets it pass']);
    const { credential: _, ...user } = only('s3:ListBucket');
    says(ask(estate, GET, {}, user), 'allow', [], ['office-hours']);
  });

  it('aws.md 5.2: a credential for one service cannot do what the user can', () => {
    const id = 'ACCAEXAMPLE0000000001';
    const listed = { ServiceSpecificCredentialId: id, UserName: 'mia', ServiceName: 'codecommit.amazonaws.com' };
    const estate = {
      ...withData(READ),
      serviceCredentials: [{ ...listed, Status: 'Active', CreateDate: '2020-01-01T00:00:00Z' }],
    };
    const credential = credentialOf(estate, id);
    says(ask(estate, GET, {}, { credential }), 'deny', [
      'denied: the kind of session (codecommit credential) cannot do it, whoever allows it',
      'It would take another way to sign in: the kind of session (codecommit credential) cannot do it',
    ]);
    says(ask(estate, GET), 'allow', [], ['kind of session']);
  });

  it('aws.md 1.5: a trust that names a role still leaves its boundary', () => {
    const estate: Account = {
      roles: [
        role('way', [trust({ AWS: HOME })], [], { boundary: arn('policy/cap') }),
        role('target', [trust({ AWS: arn('role/way') })]),
      ],
      policies: [policy('cap', text(rule('Allow', 's3:*')))],
    };
    says(
      ask(estate, [arn('role/way'), 'sts:AssumeRole', TARGET]),
      'deny',
      [
        'denied: the permissions boundary (cap) does not allow it',
        '+ trust policy of role target, statement 1 lets it in',
      ],
      ['in a policy of role way'],
    );
  });

  it('aws.md 1.5: a trust that names nobody fitting is told from the side of the identity', () => {
    const estate = {
      users: [user('mia', [rule('Allow', '*')])],
      ...trusting(trust({ Service: 'lambda.amazonaws.com' })),
    };
    says(
      ask(estate, ASSUME),
      'deny',
      [
        'denied: the trust policy of role target does not let the user in',
        '+ inline policy mia-inline, statement 1 allows it',
        'trust policy of role target, statement 1 names lambda.amazonaws.com, not user mia',
      ],
      ['an Allow for sts:AssumeRole on'],
    );
  });

  it('aws.md 1.3 step 6: across accounts the side of the identity that lacks is named', () => {
    const estate = { users: [user('mia', [rule('Allow', 's3:*')])] };
    says(
      ask(estate, ASSUME_THERE, { other: trustingThere(trust({ AWS: MIA })) }),
      'deny',
      [
        'denied: no policy of the user allows it (account 111111111111, the side of the principal)',
        '+ trust policy of role target, statement 1 lets it in',
        'It would take an Allow for sts:AssumeRole on arn:aws:iam::222222222222:role/target in a policy of user mia',
      ],
      ['the side of the target'],
    );
  });

  it('aws.md 1.3 step 6: across accounts the side of the trust that lacks is named', () => {
    const estate = { users: [user('mia', [rule('Allow', 'sts:AssumeRole', THERE)])] };
    says(
      ask(estate, ASSUME_THERE, { other: trustingThere(trust({ AWS: OTHER })) }),
      'deny',
      [
        'denied: the trust policy of role target does not let the user in (account 222222222222, the side of the target)',
        'trust policy of role target, statement 1 names account 222222222222, not user mia',
        'It would take an Allow for sts:AssumeRole in the trust policy of role target for user mia (111111111111), or for its account 111111111111',
      ],
      ['the side of the principal'],
    );
  });

  it('aws.md 1.3 step 6B: a target without a policy lets nobody of another account in', () => {
    const other = { resources: [bucket('data')] };
    says(ask({ users: [user('mia', [READ])] }, GET, { other }), 'deny', [
      'denied: no policy on S3 bucket data lets the user in',
      'It would take an Allow for s3:GetObject in a policy on S3 bucket data for user mia',
    ]);
  });

  it('aws.md 1.6: a key policy that does not delegate stops even an administrator', () => {
    const [key, estate] = keyWith(grant({ AWS: arn('role/other') }, 'kms:*'));
    says(ask(estate, [MIA, 'kms:Decrypt', key]), 'deny', [
      'denied: the policy of KMS key k-1 does not let the user in',
      '+ inline policy mia-inline, statement 1 allows it',
      'policy of KMS key k-1, statement 1 names arn:aws:iam::111111111111:role/other, not user mia',
    ]);
  });

  it('aws.md 1.12: a tag that does not fit is shown with both values', () => {
    const [secret, estate] = secretTagged('red');
    says(ask(estate, [MIA, 'secretsmanager:GetSecretValue', secret]), 'deny', [
      'What nearly allows it inline policy mia-inline, statement 1 applies only if aws:ResourceTag/team is "${aws:PrincipalTag/team}", where aws:PrincipalTag/team is "blue" (it is "red")',
    ]);
    const [fitting, same] = secretTagged('blue');
    says(ask(same, [MIA, 'secretsmanager:GetSecretValue', fitting]), 'allow', ['and its condition is met']);
  });

  it('aws.md 1.10: NotAction and NotResource that leave the request out are shown as such', () => {
    const notAction = { users: [user('mia', [{ Effect: 'Allow', NotAction: ['iam:*', 'sso:*'], Resource: '*' }])] };
    says(
      ask(notAction, [MIA, 'iam:CreateUser', arn('user/new')]),
      'deny',
      ['inline policy mia-inline, statement 1 leaves out iam:*, and iam:CreateUser with it'],
      ['sso:*'],
    );
    says(ask(withData({ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::data/*' }), GET), 'deny', [
      'inline policy mia-inline, statement 1 leaves out arn:aws:s3:::data/*, and arn:aws:s3:::data/a.csv with it',
    ]);
  });

  it('aws.md 1.8: what no policy can allow is said to be so', () => {
    const estate = { users: [user('mia', [rule('Allow', '*')])] };
    says(ask(estate, [MIA, 'iam:CreatePolicyVersion', 'arn:aws:iam::aws:policy/ReadOnlyAccess']), 'deny', [
      'denied: the service refuses it whatever policies say',
      'It would take nothing: no policy can allow it',
    ]);
  });

  it('aws.md 1.7: a service control policy stops the root user of a member', () => {
    const statement = rule('Deny', 'iam:Create*', '*', {
      ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' },
    });
    const tree = organization([{ name: 'NoIam', on: ['ou-1'], statements: [statement] }]);
    says(ask({}, [arn('root'), 'iam:CreateUser', arn('user/new')], { organization: tree }), 'deny', [
      'DENY root user (shop)',
      'aws:PrincipalArn does not match "arn:aws:iam::*:role/admin" (it is "arn:aws:iam::111111111111:root")',
    ]);
  });

  it('aws.md 1.1: near misses are the three nearest, the failed condition first', () => {
    const estate: Account = {
      users: [
        user(
          'mia',
          [
            rule('Allow', 'ec2:*'),
            rule('Allow', 's3:PutObject', 'arn:aws:s3:::data/*'),
            rule('Allow', 's3:GetObject', 'arn:aws:s3:::logs/*'),
            rule('Allow', 's3:*', '*', { StringEquals: { 'aws:PrincipalTag/team': 'x' } }),
            rule('Allow', 's3:ListBucket', 'arn:aws:s3:::data'),
          ],
          { tags: { team: 'y' } },
        ),
      ],
      resources: [bucket('data')],
    };
    const asked = ask(estate, GET);
    says(asked, 'deny', [
      'inline policy mia-inline, statement 4 applies only if aws:PrincipalTag/team is "x" (it is "y")',
      'inline policy mia-inline, statement 3 is for arn:aws:s3:::logs/*, not arn:aws:s3:::data/a.csv',
      'inline policy mia-inline, statement 2 allows s3:PutObject, not s3:GetObject',
    ]);
    expect(asked.answer.nearMisses.map(({ missed }) => missed)).toEqual(['condition', 'resource', 'action']);
  });
});

describe('what it depends on', () => {
  it('aws.md 1.12: an address only the request tells is asked for, and given it is decided', () => {
    const estate = withData(rule('Allow', 's3:GetObject', '*', FROM_OFFICE));
    says(ask(estate, GET), 'conditional', [
      'allowed only if aws:SourceIp is in 10.0.0.0/8 or 192.0.2.0/24',
      '? inline policy mia-inline, statement 1 allows some requests',
      'It depends on aws:SourceIp is in 10.0.0.0/8 or 192.0.2.0/24: then inline policy mia-inline, statement 1 allows it',
      'to ask about one request: --context aws:SourceIp=VALUE',
    ]);
    const outside = ask(estate, GET, {}, { context: new Map([['aws:sourceip', ['203.0.113.9']]]) });
    says(outside, 'deny', ['aws:SourceIp is in 10.0.0.0/8 or 192.0.2.0/24 (in this request it is "203.0.113.9")']);
    const inside = ask(estate, GET, {}, { context: new Map([['aws:sourceip', ['10.1.2.3']]]) });
    says(inside, 'allow', ['and its condition is met'], ['It depends on']);
  });

  it('aws.md 1.1: a Deny without MFA leaves the user conditional', () => {
    says(ask(withData(READ, rule('Deny', '*', '*', WITHOUT_MFA, { Sid: 'NeedMfa' })), GET), 'conditional', [
      'allowed unless aws:MultiFactorAuthPresent is false, or absent',
      '? inline policy mia-inline, statement 2 "NeedMfa" denies some requests',
      'then inline policy mia-inline, statement 2 "NeedMfa" denies it',
    ]);
  });

  it('aws.md 1.12 class K: the same Deny is certain for an access key, which never carries MFA', () => {
    const estate = {
      ...withData(READ, rule('Deny', '*', '*', WITHOUT_MFA, { Sid: 'NeedMfa' })),
      keys: [accessKey('mia')],
    };
    says(ask(estate, GET, {}, { credential: KEY_ID }), 'deny', [
      'DENY access key AKIAMIA0000000000000 of mia',
      'inline policy mia-inline, statement 2 "NeedMfa" denies it, whatever else allows it',
      'aws:MultiFactorAuthPresent is false, or absent (signed in like this it is absent)',
    ]);
  });

  it('aws.md 1.12 class C: an ExternalId is the choice of the caller, and the choice is told', () => {
    const estate = {
      users: [user('mia', [rule('Allow', 'sts:AssumeRole')])],
      ...trusting(trust({ AWS: HOME }, { StringEquals: { 'sts:ExternalId': 'tenant-7' } })),
    };
    const asked = ask(estate, ASSUME);
    says(asked, 'allow', [
      '; the caller chooses sts:ExternalId',
      'It depends on sts:ExternalId is "tenant-7": the caller chooses it, and is taken to send it',
    ]);
    expect(asked.answer.chosen).toEqual({ 'sts:externalid': ['tenant-7'] });
    const wrong = ask(estate, ASSUME, {}, { context: new Map([['sts:externalid', ['tenant-8']]]) });
    says(wrong, 'deny', ['applies only if sts:ExternalId is "tenant-7" (the caller makes it "tenant-8")']);
  });

  it('aws.md 1.3: conditions on both sides are both needed', () => {
    const estate = {
      users: [user('mia', [rule('Allow', 'sts:AssumeRole', '*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })])],
      ...trusting(trust({ AWS: HOME }, WITH_MFA)),
    };
    says(ask(estate, ASSUME), 'conditional', [
      'allowed only if aws:SourceIp is in 10.0.0.0/8; and if aws:MultiFactorAuthPresent is true',
      '--context aws:MultiFactorAuthPresent=VALUE --context aws:SourceIp=VALUE',
    ]);
  });

  it('aws.md 1.4: within an account either the identity or the bucket policy will do', () => {
    const inVpc = grant({ AWS: MIA }, 's3:GetObject', 'arn:aws:s3:::data/*', {
      StringEquals: { 'aws:SourceVpce': 'vpce-1' },
    });
    const resources = [bucket('data'), bucketPolicy('data', inVpc)];
    const both = { users: [user('mia', [rule('Allow', 's3:*', '*', FROM_OFFICE)])], resources };
    says(ask(both, GET), 'conditional', [
      'allowed only if aws:SourceIp is in 10.0.0.0/8 or 192.0.2.0/24, or aws:SourceVpce is "vpce-1"',
    ]);
    says(ask({ users: [user('mia')], resources }, GET), 'conditional', ['allowed only if aws:SourceVpce is "vpce-1"']);
  });

  it('aws.md 1.4: a trust in one session of a role depends on the session', () => {
    const session = `arn:aws:sts::${HOME}:assumed-role/way/bob`;
    const estate = { roles: [role('way', [trust({ AWS: HOME })]), role('target', [trust({ AWS: session })])] };
    says(ask(estate, [arn('role/way'), 'sts:AssumeRole', TARGET]), 'conditional', [
      'allowed only if the session is the one the policy names',
    ]);
  });

  it('aws.md 1.1: a Deny that only its condition keeps away is told', () => {
    const deny = grant('*', 's3:*', '*', { Bool: { 'aws:SecureTransport': 'false' } }, 'Deny');
    const estate = { users: [user('mia', [READ])], resources: [bucket('data'), bucketPolicy('data', deny)] };
    says(ask(estate, GET), 'allow', [
      'What would deny it policy of S3 bucket data, statement 1 applies only if aws:SecureTransport is false (it is "true")',
    ]);
  });

  it('findings 3.1: a disabled key is said to be disabled before anything else', () => {
    const estate = { ...withData(READ), keys: [accessKey('mia', 'Inactive')] };
    const asked = ask(estate, GET, {}, { credential: KEY_ID });
    expect(asked.page).toMatch(/^DISABLED {2}access key AKIAMIA0000000000000 of mia is disabled: /);
    says(asked, 'conditional', [
      'CONDITIONAL access key AKIAMIA0000000000000 of mia',
      'with the credential active: allowed by inline policy mia-inline, statement 1 "Read"',
      'It depends on the credential being active',
    ]);
    expect(asked.answer.credential).toEqual({ id: KEY_ID, status: 'disabled', ifActive: 'allow' });
    const refused = ask({ ...withData(), keys: [accessKey('mia', 'Inactive')] }, GET, {}, { credential: KEY_ID });
    says(refused, 'deny', ['DISABLED', 'and with it active the answer would be no as well'], ['It depends on']);
    const active = ask({ ...withData(READ), keys: [accessKey('mia')] }, GET, {}, { credential: KEY_ID });
    says(active, 'allow', ['ALLOW access key'], ['DISABLED', 'with the credential active']);
  });

  it('findings 3.1: a key whose status is not told leaves the answer unknown', () => {
    const { Status: _, ...key } = accessKey('mia');
    const asked = ask({ ...withData(READ), keys: [key] }, GET, {}, { credential: KEY_ID });
    expect(asked.answer.credential).toEqual({ id: KEY_ID, status: 'unknown', ifActive: 'allow' });
    says(asked, 'unknown', [
      'UNKNOWN the input does not tell whether access key AKIAMIA0000000000000 of mia is active',
    ]);
  });

  it('refuses a credential that is none of the principal', () => {
    const estate = { users: [user('mia'), user('ana')], keys: [accessKey('ana')] };
    const credential = `${arn('user/ana')}/accesskey/AKIAANA0000000000000`;
    expect(() => ask(estate, GET, {}, { credential })).toThrow(RangeError);
    expect(() => ask(estate, [arn('user/ana'), 's3:GetObject', OBJECT], {}, { credential })).not.toThrow();
  });
});

describe('what the input does not tell', () => {
  it('aws.md 1.1: a policy without its text leaves it unknown, and what to run is told', () => {
    const estate = { users: [user('mia', [], { attached: [arn('policy/gone')] })], resources: [bucket('data')] };
    says(ask(estate, GET), 'unknown', [
      'the input cannot decide it: policy gone (the text of the policy is not in the input) could not be read',
      '? policy gone (the text of the policy is not in the input) may allow it',
      'aws iam get-policy --policy-arn arn:aws:iam::111111111111:policy/gone',
    ]);
  });

  it('aws.md 1.1: guardrails that were not collected are told, never taken as absent in silence', () => {
    const estate = { users: [user('mia', [READ])], resources: null };
    says(ask(estate, GET, { organization: null }), 'allow', [
      'Taken for granted `arn:aws:s3:::data/a.csv` is not in the input and names no zone',
      'Not in the input organization (account 111111111111): the input does not say which organization the account is in; its service and resource control policies are unknown',
      'resources (account 111111111111): the input has no such file',
    ]);
    says(ask(withData(READ), GET), 'allow', [], ['Not in the input', 'Taken for granted']);
  });

  it('aws.md 1.3 step 6: a target of another account that is not in the input is unknown', () => {
    says(ask({ users: [user('mia', [rule('Allow', 'sts:AssumeRole')])] }, ASSUME_THERE), 'unknown', [
      'the input cannot decide it: the target is not in it, and the target must agree',
      '? it is not known whether a policy on arn:aws:iam::222222222222:role/target lets the user in',
    ]);
  });

  it('bears names that could steer a terminal', () => {
    const estate = withData(rule('Allow', 's3:*', '*', { StringEquals: { 'aws:PrincipalTag/x': '\u001b[2J' } }));
    expect(ask(estate, GET).page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('every combination of parts (aws.md 1.1, 1.3)', () => {
  const own: Readonly<Record<string, readonly Json[]>> = {
    'no allow': [],
    'an allow': [READ],
    'an allow from the office': [rule('Allow', 's3:GetObject', '*', FROM_OFFICE)],
    'an allow and a deny without MFA': [READ, rule('Deny', 's3:*', '*', WITHOUT_MFA)],
    'an allow and a deny': [READ, rule('Deny', 's3:*')],
  };
  const caps: Readonly<Record<string, readonly Json[] | undefined>> = {
    'no boundary': undefined,
    'a boundary that lets it pass': [rule('Allow', 's3:*')],
    'a boundary that does not': [rule('Allow', 'ec2:*')],
  };
  const names = (principal: unknown, condition?: Json, effect?: string): Json =>
    grant(principal, 's3:GetObject', 'arn:aws:s3:::data/*', condition, effect);
  const theirs: Readonly<Record<string, readonly Json[]>> = {
    'no policy': [],
    'a policy that names the user': [names({ AWS: MIA })],
    'a policy that names the account': [names({ AWS: HOME })],
    'a policy for one endpoint': [names({ AWS: MIA }, { StringEquals: { 'aws:SourceVpce': 'vpce-1' } })],
    'a policy that denies': [names({ AWS: MIA }), names('*', undefined, 'Deny')],
  };
  const cases = Object.keys(own).flatMap((mine) =>
    Object.keys(caps).flatMap((cap) =>
      Object.keys(theirs).flatMap((policyOf) =>
        [false, true].flatMap((cross) => [false, true].map((refused) => ({ mine, cap, policyOf, cross, refused }))),
      ),
    ),
  );

  it('says of each denial what it would take, and of each open answer what it waits for', () => {
    const seen = new Set<string>();
    for (const { mine, cap, policyOf, cross, refused } of cases) {
      const boundary = caps[cap];
      const bucketSide: Account = {
        resources: [
          bucket('data'),
          ...(policyOf === 'no policy' ? [] : [bucketPolicy('data', ...(theirs[policyOf] ?? []))]),
        ],
      };
      const estate: Account = {
        users: [user('mia', own[mine], boundary === undefined ? {} : { boundary: arn('policy/cap') })],
        policies: boundary === undefined ? [] : [policy('cap', text(...boundary))],
        ...(cross ? {} : bucketSide),
      };
      const tree = organization(refused ? [{ name: 'NoS3', on: ['ou-1'], statements: [rule('Deny', 's3:*')] }] : []);
      const { answer, page } = ask(estate, GET, { organization: tree, ...(cross ? { other: bucketSide } : {}) });
      seen.add(answer.verdict);
      const where = `${JSON.stringify({ mine, cap, policyOf, cross, refused })}\n${page}`;
      expect(answer.needs.length > 0, where).toBe(answer.verdict === 'deny');
      expect(answer.dependsOn.length > 0, where).toBe(answer.verdict === 'conditional');
      expect(page, where).not.toMatch(/undefined|\[object/);
      if (answer.verdict !== 'deny')
        expect(
          answer.layers.some(({ outcome }) => outcome === 'allow'),
          where,
        ).toBe(true);
    }
    expect([...seen].sort()).toEqual(['allow', 'conditional', 'deny']);
  });
});

/** Node id of a credential by the id its service shows. */
function credentialOf(estate: Account, publicId: string): string {
  const found = graphOf(estate).nodes.find(({ id }) => id.endsWith(publicId));
  if (found === undefined) throw new Error(`no credential \`${publicId}\` in the estate`);
  return found.id;
}

/** A KMS key with a policy, and a user who may do everything with KMS. */
function keyWith(statement: Json): readonly [string, Account] {
  const id = `arn:aws:kms:eu-west-1:${HOME}:key/k-1`;
  const key = resource('AWS::KMS::Key', 'k-1', { KeyId: 'k-1', Arn: id, KeyPolicy: text(statement) });
  return [id, { users: [user('mia', [rule('Allow', 'kms:*')])], resources: [key] }];
}

/** A secret with a team, and a user of team blue who may read secrets of its own team. */
function secretTagged(team: string): readonly [string, Account] {
  const id = `arn:aws:secretsmanager:eu-west-1:${HOME}:secret:db-AbCdEf`;
  const own = { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } };
  const secret = resource('AWS::SecretsManager::Secret', id, {
    Id: id,
    Name: 'db',
    Tags: [{ Key: 'team', Value: team }],
  });
  const users = [user('mia', [rule('Allow', 'secretsmanager:GetSecretValue', '*', own)], { tags: { team: 'blue' } })];
  return [id, { users, resources: [secret] }];
}
