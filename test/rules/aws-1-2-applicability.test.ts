/** aws.md 1.2: which policies apply to whom. Each row of the table has what it reaches and the nearest it does not. */
import { describe } from 'vitest';
import {
  type Account,
  allow,
  bucket,
  deny,
  type Guards,
  grant,
  group,
  HOME,
  iam,
  type Json,
  MANAGEMENT,
  MIA,
  OTHER,
  OUTSIDE,
  objectIn,
  organization,
  PUBLIC,
  policy,
  RCP,
  ROOT,
  resource,
  role,
  SCP,
  statement,
  TARGET,
  trust,
  user,
  verdicts,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const FILE = objectIn('exports');
const NO_GET = [deny(GET)];
const EVERYTHING = [allow('*')];

/** The organization with `mia` at home, who may do everything, and whatever else. */
const estate = (guards: Guards, more: Account = {}, others: Readonly<Record<string, Account>> = {}): World => ({
  accounts: {
    [HOME]: { users: [user('mia', EVERYTHING)], resources: bucket('exports'), ...more },
    ...others,
  },
  organization: organization(guards),
});
const scpAt = (target: string, statements: readonly Json[] = NO_GET): Guards => ({ scps: { [target]: statements } });
const rcpAt = (target: string, statements: readonly Json[] = NO_GET): Guards => ({ rcps: { [target]: statements } });
const onlyAt = (target: string, statements: readonly Json[]): Guards => ({ only: { [target]: statements } });

const SERVICE_LINKED = iam('role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX');
const linked = role('AWSServiceRoleForX', [trust({ Service: 'x.amazonaws.com' })], EVERYTHING, {
  path: '/aws-service-role/x.amazonaws.com/',
});
const BOSS = iam('user/boss', MANAGEMENT);
const management: Account = { users: [user('boss', EVERYTHING, { account: MANAGEMENT })] };

describe('service control policies', () => {
  verdicts('1.2 SCP', [
    ['no deny: allowed', estate({}), [MIA, GET, FILE], 'allow'],
    ['a deny on the root', estate(scpAt('r-1')), [MIA, GET, FILE], 'deny'],
    ['a deny on the unit', estate(scpAt('ou-1')), [MIA, GET, FILE], 'deny'],
    ['a deny on the account', estate(scpAt(HOME)), [MIA, GET, FILE], 'deny'],
    ['a deny on another account', estate(scpAt(OTHER)), [MIA, GET, FILE], 'allow'],
    ['a user by an allow list', estate(onlyAt(HOME, [allow('sqs:*')])), [MIA, GET, FILE], 'deny'],
    [
      'a role',
      estate(scpAt(HOME), { roles: [role('worker', [trust({ AWS: HOME })], EVERYTHING)] }),
      [iam('role/worker'), GET, FILE],
      'deny',
    ],
    ['the root user of a member', estate(scpAt(HOME)), [ROOT, GET, FILE], 'deny'],
    ['the root user without one', estate({}), [ROOT, GET, FILE], 'allow'],
    [
      'resources anywhere: what another account owns',
      estate(scpAt(HOME), {}, { [OTHER]: { resources: bucket('theirs', grant({ AWS: HOME }, GET)) } }),
      [MIA, GET, objectIn('theirs')],
      'deny',
    ],
    [
      'the same without one',
      estate({}, {}, { [OTHER]: { resources: bucket('theirs', grant({ AWS: HOME }, GET)) } }),
      [MIA, GET, objectIn('theirs')],
      'allow',
    ],
    [
      'not the callers of another account on resources of this one',
      estate(scpAt(OTHER), {}, { [OTHER]: { resources: bucket('theirs', grant({ AWS: HOME }, GET)) } }),
      [MIA, GET, objectIn('theirs')],
      'allow',
    ],
    [
      'not principals of the management account, also from the root',
      estate(scpAt('r-1'), {}, { [MANAGEMENT]: { ...management, resources: bucket('books') } }),
      [BOSS, GET, objectIn('books')],
      'allow',
    ],
    [
      'not the root user of the management account',
      estate(scpAt('r-1'), {}, { [MANAGEMENT]: { ...management, resources: bucket('books') } }),
      [iam('root', MANAGEMENT), GET, objectIn('books')],
      'allow',
    ],
    ['not service-linked roles', estate(scpAt(HOME), { roles: [linked] }), [SERVICE_LINKED, GET, FILE], 'allow'],
    [
      'not services',
      estate(scpAt(HOME), { resources: bucket('exports', grant({ Service: 'logs.amazonaws.com' }, GET)) }),
      ['logs.amazonaws.com', GET, FILE],
      'allow',
    ],
    [
      'not principals outside the organization',
      estate(scpAt('r-1'), { resources: bucket('exports', grant({ AWS: OUTSIDE }, GET)) }),
      [iam('root', OUTSIDE), GET, FILE],
      'allow',
    ],
    [
      'not anonymous callers',
      estate(scpAt('r-1'), { resources: bucket('exports', grant('*', GET)) }),
      [PUBLIC, GET, FILE],
      'allow',
    ],
  ]);
});

describe('inheritance of service control policies', () => {
  verdicts('1.2 SCP inheritance', [
    ['an allow list on the root', estate(onlyAt('r-1', [allow('s3:*')])), [MIA, GET, FILE], 'allow'],
    ['an allow list on the root without it', estate(onlyAt('r-1', [allow('sqs:*')])), [MIA, GET, FILE], 'deny'],
    [
      'every level must allow: the root does not, unit and account do',
      estate({ only: { 'r-1': [allow('sqs:*')], 'ou-1': [allow('s3:*')], [HOME]: [allow('s3:*')] } }),
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'each level by a list of its own',
      estate({ only: { 'r-1': [allow('s3:*')], 'ou-1': [allow(GET)], [HOME]: [allow('s3:Get*')] } }),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'several on one level are a union',
      estate({ only: { [HOME]: [allow('sqs:*')] }, scps: { [HOME]: [allow('s3:*')] } }),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'a union of what does not name it',
      estate({ only: { [HOME]: [allow('sqs:*')] }, scps: { [HOME]: [allow('sns:*')] } }),
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'Allow with NotAction',
      estate(onlyAt(HOME, [{ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }])),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'Allow with NotAction that names it',
      estate(onlyAt(HOME, [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }])),
      [MIA, GET, FILE],
      'deny',
    ],
    ['Allow with a resource', estate(onlyAt(HOME, [allow(GET, FILE)])), [MIA, GET, FILE], 'allow'],
    ['Allow with another resource', estate(onlyAt(HOME, [allow(GET, objectIn('x'))])), [MIA, GET, FILE], 'deny'],
    [
      'Allow with NotResource',
      estate(onlyAt(HOME, [{ Effect: 'Allow', Action: GET, NotResource: objectIn('x') }])),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'Allow with a condition',
      estate(onlyAt(HOME, [allow('*', '*', { StringEquals: { 'aws:PrincipalAccount': OTHER } })])),
      [MIA, GET, FILE],
      'deny',
    ],
    ['a wildcard inside the name', estate(scpAt(HOME, [deny('s3:*Object')])), [MIA, GET, FILE], 'deny'],
    ['a type that is not enabled has no effect', estate({ ...scpAt(HOME), enabled: [RCP] }), [MIA, GET, FILE], 'allow'],
    [
      'one with a principal is none that AWS would have stored: unknown',
      estate(scpAt(HOME, [{ ...deny('sqs:*'), Principal: '*' }])),
      [MIA, GET, FILE],
      'unknown',
    ],
  ]);
});

describe('resource control policies', () => {
  const shared = bucket('exports', grant('*', GET), grant({ Service: 'logs.amazonaws.com' }, GET));
  const worker = role('target', [trust({ AWS: HOME })]);
  verdicts('1.2 RCP', [
    ['a caller of the account', estate(rcpAt(HOME)), [MIA, GET, FILE], 'deny'],
    [
      'an external caller',
      estate(rcpAt(HOME), { resources: bucket('exports', grant({ AWS: OUTSIDE }, GET)) }),
      [iam('root', OUTSIDE), GET, FILE],
      'deny',
    ],
    ['an anonymous caller', estate(rcpAt('r-1'), { resources: shared }), [PUBLIC, GET, FILE], 'deny'],
    ['a service', estate(rcpAt('ou-1'), { resources: shared }), ['logs.amazonaws.com', GET, FILE], 'deny'],
    ['a service, without one', estate({}, { resources: shared }), ['logs.amazonaws.com', GET, FILE], 'allow'],
    ['the root user of the member', estate(rcpAt(HOME)), [ROOT, GET, FILE], 'deny'],
    ['resources of another account only', estate(rcpAt(OTHER)), [MIA, GET, FILE], 'allow'],
    [
      'not resources of the management account',
      estate(rcpAt('r-1'), {}, { [MANAGEMENT]: { ...management, resources: bucket('books') } }),
      [BOSS, GET, objectIn('books')],
      'allow',
    ],
    [
      'callers of the management account on resources of a member',
      estate(
        rcpAt('r-1'),
        { resources: bucket('exports', grant({ AWS: MANAGEMENT }, GET)) },
        { [MANAGEMENT]: management },
      ),
      [BOSS, GET, FILE],
      'deny',
    ],
    [
      'not calls of service-linked roles',
      estate(rcpAt(HOME), { roles: [linked] }),
      [SERVICE_LINKED, GET, FILE],
      'allow',
    ],
    ['a type that is not enabled has no effect', estate({ ...rcpAt(HOME), enabled: [SCP] }), [MIA, GET, FILE], 'allow'],
    [
      'sts supports them: roles are not assumed',
      estate(rcpAt(HOME, [deny('sts:AssumeRole')]), { roles: [worker] }),
      [MIA, 'sts:AssumeRole', TARGET],
      'deny',
    ],
    [
      'IAM does not: a deny of everything leaves it',
      estate(rcpAt(HOME, [deny('*')]), { roles: [worker] }),
      [MIA, 'iam:GetRole', TARGET],
      'allow',
    ],
    [
      'IAM does not, named in the policy',
      estate(rcpAt(HOME, [deny('iam:*')]), { roles: [worker] }),
      [MIA, 'iam:GetRole', TARGET],
      'allow',
    ],
    [
      'a deny of all but IAM reaches what supports them',
      estate(rcpAt(HOME, [{ Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }])),
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'a deny of all but S3',
      estate(rcpAt(HOME, [{ Effect: 'Deny', NotAction: 's3:*', Resource: '*' }])),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'a deny outside the organization leaves callers inside',
      estate(rcpAt('r-1', [deny('*', '*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-example' } })])),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'and stops those outside',
      estate(rcpAt('r-1', [deny('*', '*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-example' } })]), {
        resources: bucket('exports', grant({ AWS: OUTSIDE }, GET)),
      }),
      [iam('root', OUTSIDE), GET, FILE],
      'deny',
    ],
  ]);

  const KEY = `arn:aws:kms:eu-west-1:${HOME}:key/1234`;
  const key = [resource('AWS::KMS::Key', KEY, { KeyPolicy: { Statement: [grant({ AWS: ROOT }, 'kms:*')] } })];
  verdicts('1.2 RCP, KMS', [
    ['a key', estate(rcpAt(HOME, [deny('kms:*')]), { resources: key }), [MIA, 'kms:Decrypt', KEY], 'deny'],
    [
      'never kms:RetireGrant',
      estate(rcpAt(HOME, [deny('kms:*')]), { resources: key }),
      [MIA, 'kms:RetireGrant', KEY],
      'allow',
    ],
    [
      'kms:RevokeGrant',
      estate(rcpAt(HOME, [deny('kms:*')]), { resources: key }),
      [MIA, 'kms:RevokeGrant', KEY],
      'deny',
    ],
  ]);
});

describe('identity policies and boundaries', () => {
  const capped = { policies: [policy('cap', [allow('sqs:*')])] };
  verdicts('1.2 identity policies', [
    [
      'of the user',
      { accounts: { [HOME]: { users: [user('mia', [allow(GET)])], resources: bucket('exports') } } },
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'of its group',
      {
        accounts: {
          [HOME]: {
            users: [user('mia', [], { groups: ['team'] })],
            groups: [group('team', [allow(GET)])],
            resources: bucket('exports'),
          },
        },
      },
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'not of another group',
      {
        accounts: {
          [HOME]: { users: [user('mia')], groups: [group('team', [allow(GET)])], resources: bucket('exports') },
        },
      },
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'a boundary caps the user it is on',
      {
        accounts: {
          [HOME]: {
            users: [user('mia', EVERYTHING, { boundary: iam('policy/cap') })],
            ...capped,
            resources: bucket('exports'),
          },
        },
      },
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'not another',
      {
        accounts: {
          [HOME]: {
            users: [user('mia', EVERYTHING), user('ben', [], { boundary: iam('policy/cap') })],
            ...capped,
            resources: bucket('exports'),
          },
        },
      },
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'a boundary also caps what comes through a group',
      {
        accounts: {
          [HOME]: {
            users: [user('mia', [], { groups: ['team'], boundary: iam('policy/cap') })],
            groups: [group('team', EVERYTHING)],
            ...capped,
            resources: bucket('exports'),
          },
        },
      },
      [MIA, GET, FILE],
      'deny',
    ],
    ['root has neither', estate({}), [ROOT, 'iam:DeleteUser', MIA], 'allow'],
  ]);
});

describe('guards and direct grants of a resource', () => {
  const named = bucket('exports', grant({ AWS: MIA }, GET));
  verdicts('1.2, 1.4 guards', [
    ['a direct grant', estate({}, { users: [user('mia')], resources: named }), [MIA, GET, FILE], 'allow'],
    [
      'it does not pass an SCP that denies',
      estate(scpAt(HOME), { users: [user('mia')], resources: named }),
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'nor an SCP that does not allow',
      estate(onlyAt('ou-1', [allow('sqs:*')]), { users: [user('mia')], resources: named }),
      [MIA, GET, FILE],
      'deny',
    ],
    ['nor an RCP', estate(rcpAt('ou-1'), { users: [user('mia')], resources: named }), [MIA, GET, FILE], 'deny'],
    [
      'what is open to everyone is not open to those whom an SCP denies it',
      estate(scpAt('r-1'), { users: [user('mia')], resources: bucket('exports', grant('*', GET)) }),
      [MIA, GET, FILE],
      'deny',
    ],
  ]);
});

describe('VPC endpoint policies', () => {
  const endpoint = resource('AWS::EC2::VPCEndpoint', 'vpce-1', {
    PolicyDocument: { Statement: [statement('Deny', '*', '*', { Principal: '*' })] },
  });
  verdicts('1.2 VPC endpoint policy', [
    [
      'one in the account says nothing of requests that need not pass it',
      estate({}, { resources: [...bucket('exports'), endpoint] }),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'what must pass an endpoint depends on the request',
      estate({}, { users: [user('mia', [allow('*', '*', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } })])] }),
      [MIA, GET, FILE],
      'conditional',
    ],
  ]);
});
