/** aws.md 1.12: where the value of a condition key comes from, asked through whole estates. */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  bucket,
  deny,
  grant,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  ORGANIZATION,
  OTHER,
  OUTSIDE,
  objectIn,
  organization,
  PUBLIC,
  policy,
  ROOT,
  resource,
  role,
  TARGET,
  trust,
  user,
  verdicts,
  WORKER,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const FILE = objectIn('exports');
const equals = (key: string, value: unknown): Json => ({ StringEquals: { [key]: value } });
const absent = (key: string): Json => ({ Null: { [key]: 'true' } });

/** Everyone is let in where the condition holds: the condition alone decides. */
const open = (condition: Json): World => ({
  accounts: {
    [HOME]: {
      users: [user('mia', [], { tags: { team: 'blue' } })],
      roles: [role('worker', [trust({ AWS: HOME })], [], { tags: { team: 'red' } })],
      resources: bucket('exports', grant('*', GET, '*', condition), grant({ AWS: OUTSIDE }, 's3:PutObject')),
    },
  },
  organization: organization(),
});
const cases = (
  key: string,
  rows: readonly (readonly [caller: string, condition: Json, expected: 'allow' | 'deny' | 'conditional' | 'unknown'])[],
): void =>
  verdicts(
    `1.12 ${key}`,
    rows.map(([caller, condition, expected]) => [
      `${caller.slice(caller.lastIndexOf(':') + 1)}, ${JSON.stringify(condition)}`,
      open(condition),
      [caller, GET, FILE],
      expected,
    ]),
  );

const SERVICE = 'logs.amazonaws.com';
const STRANGER = iam('root', OUTSIDE);
const PATH = `${ORGANIZATION}/r-1/ou-1/`;

describe('S: the caller', () => {
  cases('aws:PrincipalArn', [
    [MIA, equals('aws:PrincipalArn', MIA), 'allow'],
    [MIA, equals('aws:PrincipalArn', iam('user/ben')), 'deny'],
    [WORKER, equals('aws:PrincipalArn', WORKER), 'allow'],
    [WORKER, equals('aws:PrincipalArn', `arn:aws:sts::${HOME}:assumed-role/worker/x`), 'deny'],
    [PUBLIC, absent('aws:PrincipalArn'), 'allow'],
    [SERVICE, absent('aws:PrincipalArn'), 'allow'],
  ]);
  cases('aws:PrincipalAccount', [
    [MIA, equals('aws:PrincipalAccount', HOME), 'allow'],
    [MIA, equals('aws:PrincipalAccount', OTHER), 'deny'],
    [SERVICE, absent('aws:PrincipalAccount'), 'allow'],
  ]);
  cases('aws:PrincipalType', [
    [MIA, equals('aws:PrincipalType', 'User'), 'allow'],
    [WORKER, equals('aws:PrincipalType', 'AssumedRole'), 'allow'],
    [ROOT, equals('aws:PrincipalType', 'Account'), 'allow'],
    [SERVICE, absent('aws:PrincipalType'), 'allow'],
  ]);
  cases('aws:userid', [
    [MIA, equals('aws:userid', 'AIDAMIAXXXXXXXXXXXXXX'), 'allow'],
    [WORKER, { StringLike: { 'aws:userid': 'AROAWORKERXXXXXXXXXXX:*' } }, 'allow'],
    [WORKER, { StringLike: { 'aws:userid': 'AROAWORKERXXXXXXXXXXX:ci' } }, 'conditional'],
    [WORKER, { StringLike: { 'aws:userid': 'AROAOTHER:*' } }, 'deny'],
  ]);
  cases('aws:username', [
    [MIA, equals('aws:username', 'mia'), 'allow'],
    [MIA, equals('aws:username', 'Mia'), 'deny'],
    [WORKER, absent('aws:username'), 'allow'],
    [WORKER, equals('aws:username', 'worker'), 'deny'],
  ]);
  cases('aws:PrincipalOrgID', [
    [MIA, equals('aws:PrincipalOrgID', ORGANIZATION), 'allow'],
    [MIA, equals('aws:PrincipalOrgID', 'o-other'), 'deny'],
    [STRANGER, equals('aws:PrincipalOrgID', ORGANIZATION), 'deny'],
    [PUBLIC, absent('aws:PrincipalOrgID'), 'allow'],
    [SERVICE, absent('aws:PrincipalOrgID'), 'allow'],
  ]);
  cases('aws:PrincipalOrgPaths', [
    [MIA, { 'ForAnyValue:StringEquals': { 'aws:PrincipalOrgPaths': PATH } }, 'allow'],
    [MIA, { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${ORGANIZATION}/r-1/*` } }, 'allow'],
    [MIA, { 'ForAnyValue:StringEquals': { 'aws:PrincipalOrgPaths': PATH.slice(0, -1) } }, 'deny'],
    [STRANGER, { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${ORGANIZATION}/*` } }, 'deny'],
  ]);
  cases('aws:PrincipalTag/k', [
    [MIA, equals('aws:PrincipalTag/team', 'blue'), 'allow'],
    [MIA, equals('aws:PrincipalTag/team', 'red'), 'deny'],
    [MIA, absent('aws:PrincipalTag/other'), 'allow'],
    [PUBLIC, absent('aws:PrincipalTag/team'), 'allow'],
  ]);
  cases('aws:PrincipalIsAWSService', [
    [SERVICE, { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, 'allow'],
    [MIA, { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, 'deny'],
    [SERVICE, equals('aws:PrincipalServiceName', SERVICE), 'allow'],
    [MIA, absent('aws:PrincipalServiceName'), 'allow'],
    [MIA, absent('aws:PrincipalServiceNamesList'), 'allow'],
  ]);
  cases('aws:SourceAccount, aws:SourceArn, aws:SourceOrgID, aws:SourceOrgPaths', [
    [MIA, equals('aws:SourceAccount', HOME), 'deny'],
    [MIA, absent('aws:SourceArn'), 'allow'],
    [WORKER, absent('aws:SourceOrgID'), 'allow'],
    [WORKER, { 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': '*' } }, 'deny'],
    [SERVICE, equals('aws:SourceAccount', HOME), 'conditional'],
  ]);
});

describe('S: the target', () => {
  cases('aws:ResourceAccount and relatives', [
    [MIA, equals('aws:ResourceAccount', HOME), 'allow'],
    [MIA, equals('aws:ResourceAccount', OTHER), 'deny'],
    [MIA, equals('s3:ResourceAccount', HOME), 'allow'],
    [MIA, equals('aws:ResourceOrgID', ORGANIZATION), 'allow'],
    [MIA, equals('aws:ResourceOrgID', 'o-x'), 'deny'],
    [MIA, { 'ForAnyValue:StringEquals': { 'aws:ResourceOrgPaths': PATH } }, 'allow'],
  ]);
  const QUEUE = `arn:aws:sqs:eu-west-1:${HOME}:jobs`;
  const tagged = (Tags: unknown, condition: Json): World =>
    home({
      users: [user('mia', [allow('sqs:*', '*', condition)])],
      resources: [resource('AWS::SQS::Queue', QUEUE, { Arn: QUEUE, ...(Tags === undefined ? {} : { Tags }) })],
    });
  const BLUE = [{ Key: 'team', Value: 'blue' }];
  verdicts('1.12 aws:ResourceTag/k', [
    ['its tag', tagged(BLUE, equals('aws:ResourceTag/team', 'blue')), [MIA, 'sqs:SendMessage', QUEUE], 'allow'],
    ['another value', tagged(BLUE, equals('aws:ResourceTag/team', 'red')), [MIA, 'sqs:SendMessage', QUEUE], 'deny'],
    ['no such tag', tagged(BLUE, absent('aws:ResourceTag/other')), [MIA, 'sqs:SendMessage', QUEUE], 'allow'],
    [
      'not collected',
      tagged(undefined, equals('aws:ResourceTag/team', 'blue')),
      [MIA, 'sqs:SendMessage', QUEUE],
      'unknown',
    ],
    [
      'the tag of a role',
      home({
        users: [user('mia', [allow('iam:*', '*', equals('iam:ResourceTag/team', 'blue'))])],
        roles: [role('target', [trust({ AWS: HOME })], [], { tags: { team: 'blue' } })],
      }),
      [MIA, 'iam:DeleteRole', TARGET],
      'allow',
    ],
    [
      'the tag of another role',
      home({
        users: [user('mia', [allow('iam:*', '*', equals('iam:ResourceTag/team', 'blue'))])],
        roles: [role('target', [trust({ AWS: HOME })], [], { tags: { team: 'red' } })],
      }),
      [MIA, 'iam:DeleteRole', TARGET],
      'deny',
    ],
  ]);
});

describe('S: the way of the call', () => {
  cases('direct calls', [
    [MIA, { Bool: { 'aws:ViaAWSService': 'true' } }, 'deny'],
    [MIA, { Bool: { 'aws:ViaAWSService': 'false' } }, 'allow'],
    [MIA, { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } }, 'deny'],
    [MIA, absent('aws:CalledViaFirst'), 'allow'],
    [MIA, absent('aws:CalledViaLast'), 'allow'],
    [MIA, equals('kms:ViaService', 's3.eu-west-1.amazonaws.com'), 'deny'],
    [MIA, { Bool: { 'aws:SecureTransport': 'true' } }, 'allow'],
    [MIA, { Bool: { 'aws:SecureTransport': 'false' } }, 'deny'],
  ]);
  cases('aws:CurrentTime, aws:EpochTime', [
    [MIA, { DateLessThan: { 'aws:CurrentTime': '2026-06-02T00:00:00Z' } }, 'allow'],
    [MIA, { DateLessThan: { 'aws:CurrentTime': '2026-06-01T00:00:00Z' } }, 'deny'],
    [MIA, { NumericGreaterThan: { 'aws:EpochTime': '1767225600' } }, 'allow'],
    [MIA, { NumericLessThan: { 'aws:EpochTime': '1767225600' } }, 'deny'],
  ]);
});

describe('R: only the request tells', () => {
  const KEYS = [
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:UserAgent',
    'aws:Referer',
    'aws:VpceOrgID',
    'kms:EncryptionContext:app',
    'aws:ViaAWSMCPService',
  ];
  test.each(KEYS)('aws.md 1.12 R: %s is undecided, and decided where it is told', (key) => {
    const asked = ask(open(equals(key, 'x')));
    expect(asked.can(MIA, GET, FILE)).toBe('conditional');
    expect(asked.can(MIA, GET, FILE, { [key]: 'x' })).toBe('allow');
    expect(asked.can(MIA, GET, FILE, { [key]: 'y' })).toBe('deny');
    expect(asked.can(MIA, GET, FILE, { [key]: null })).toBe('deny');
  });
  test('aws.md 1.12 R: aws:SourceIp is absent through an endpoint: NotIpAddress then holds', () => {
    const asked = ask(open({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }));
    expect(asked.can(MIA, GET, FILE)).toBe('conditional');
    expect(asked.can(MIA, GET, FILE, { 'aws:SourceIp': null })).toBe('allow');
    expect(asked.can(MIA, GET, FILE, { 'aws:SourceIp': '10.0.0.1' })).toBe('deny');
  });
});

describe('C: the caller chooses', () => {
  const may = (action: string, condition: Json): World =>
    home({ users: [user('mia', [allow(action, '*', condition)])], roles: [role('target', [trust({ AWS: HOME })])] });
  verdicts('1.12 C', [
    [
      'iam:PassedToService',
      may('iam:PassRole', equals('iam:PassedToService', 'ec2.amazonaws.com')),
      [MIA, 'iam:PassRole', TARGET],
      'allow',
    ],
    [
      'told another service',
      may('iam:PassRole', equals('iam:PassedToService', 'ec2.amazonaws.com')),
      [MIA, 'iam:PassRole', TARGET, { 'iam:PassedToService': 'lambda.amazonaws.com' }],
      'deny',
    ],
    [
      'iam:PassedToService with another action is not sent',
      may('iam:GetRole', equals('iam:PassedToService', 'ec2.amazonaws.com')),
      [MIA, 'iam:GetRole', TARGET],
      'deny',
    ],
    [
      'iam:PolicyARN',
      may('iam:AttachRolePolicy', { ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess' } }),
      [MIA, 'iam:AttachRolePolicy', TARGET],
      'allow',
    ],
    [
      'sts:RoleSessionName',
      may('sts:AssumeRole', { StringLike: { 'sts:RoleSessionName': 'ci-*' } }),
      [MIA, 'sts:AssumeRole', TARGET],
      'allow',
    ],
    [
      'sts:DurationSeconds',
      may('sts:AssumeRole', { NumericLessThanEquals: { 'sts:DurationSeconds': '900' } }),
      [MIA, 'sts:AssumeRole', TARGET],
      'allow',
    ],
    [
      'aws:RequestTag/k',
      may('iam:CreateUser', equals('aws:RequestTag/team', 'blue')),
      [MIA, 'iam:CreateUser', iam('user/new')],
      'allow',
    ],
    [
      'aws:TagKeys',
      may('iam:CreateUser', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }),
      [MIA, 'iam:CreateUser', iam('user/new')],
      'allow',
    ],
    [
      'iam:AWSServiceName',
      may('iam:CreateServiceLinkedRole', equals('iam:AWSServiceName', 'ecs.amazonaws.com')),
      [MIA, 'iam:CreateServiceLinkedRole', iam('role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS')],
      'allow',
    ],
    [
      's3:prefix',
      may('s3:ListBucket', { StringLike: { 's3:prefix': 'mia/*' } }),
      [MIA, 's3:ListBucket', 'arn:aws:s3:::exports'],
      'allow',
    ],
    [
      'what cannot be chosen at once',
      may('sts:AssumeRole', {
        StringEquals: { 'sts:RoleSessionName': 'a' },
        StringNotEquals: { 'sts:RoleSessionName': 'a' },
      }),
      [MIA, 'sts:AssumeRole', TARGET],
      'deny',
    ],
  ]);

  const attach = (condition: Json): World => may('iam:AttachRolePolicy', condition);
  const tagged = (condition: Json): World =>
    home({
      users: [user('mia', [allow('sts:AssumeRole', TARGET, condition)], { tags: { team: 'blue team' } })],
      roles: [role('target', [trust({ AWS: HOME })])],
    });
  verdicts('1.12 C, values that no request can have', [
    ...(
      [
        ['iam:PassedToService', 'iam:PassRole', 'ec2*', 'ec2.amazonaws.com'],
        ['iam:AWSServiceName', 'iam:CreateServiceLinkedRole', '*.amazonaws.com', 'ecs.amazonaws.com'],
        ['sts:RoleSessionName', 'sts:AssumeRole', 'ci-*', 'ci-1'],
        ['sts:SourceIdentity', 'sts:AssumeRole', 'mia smith', 'mia'],
        ['sts:ExternalId', 'sts:AssumeRole', '*', 'tenant/7'],
        ['iam:PolicyARN', 'iam:AttachRolePolicy', 'arn:aws:iam::aws:policy/Read*', 'arn:aws:iam::aws:policy/job/Read'],
        ['iam:PolicyARN', 'iam:AttachRolePolicy', 'arn:aws:iam::aws:policy/Rea?', 'arn:aws:iam::aws:policy/why?/Read'],
        ['iam:PolicyARN', 'iam:AttachRolePolicy', 'ReadOnlyAccess', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
        ['iam:PermissionsBoundary', 'iam:CreateUser', iam('policy/cap-*'), iam('policy/cap-1')],
        ['aws:RequestedRegion', 'ec2:DescribeInstances', 'eu-*', 'eu-west-1'],
      ] as const
    ).flatMap(([key, action, never, value]) => {
      const target =
        key === 'iam:AWSServiceName'
          ? iam('role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS')
          : key === 'iam:PermissionsBoundary'
            ? iam('user/new')
            : key === 'aws:RequestedRegion'
              ? '*'
              : TARGET;
      return [
        [`${key} ${never}`, may(action, equals(key, never)), [MIA, action, target], 'deny'],
        [`${key} ${value}`, may(action, equals(key, value)), [MIA, action, target], 'allow'],
        ...(never.includes('*')
          ? [
              [
                `${key} like ${never}`,
                may(action, { StringLike: { [key]: never } }),
                [MIA, action, target],
                'allow',
              ] as const,
            ]
          : []),
      ] as const;
    }),
    [
      'a name that does not exist beside one that is refused',
      may('iam:PassRole', {
        StringEquals: { 'iam:PassedToService': ['ec2*', 'lambda.amazonaws.com'] },
        StringNotEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      }),
      [MIA, 'iam:PassRole', TARGET],
      'deny',
    ],
    [
      'a pattern beside one that is refused',
      may('iam:PassRole', {
        StringLike: { 'iam:PassedToService': ['ec2*', 'lambda.amazonaws.com'] },
        StringNotEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      }),
      [MIA, 'iam:PassRole', TARGET],
      'allow',
    ],
    [
      'two patterns that only such a name matches',
      may('iam:PassRole', {
        StringLike: { 'iam:PassedToService': 'ec2 *' },
        StringLikeIfExists: { 'iam:PassedToService': '*.com' },
      }),
      [MIA, 'iam:PassRole', TARGET],
      'deny',
    ],
    [
      'two patterns that a name matches',
      attach({
        ArnLike: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/*' },
        StringLike: { 'iam:PolicyARN': '*Access' },
      }),
      [MIA, 'iam:AttachRolePolicy', TARGET],
      'allow',
    ],
    [
      'a variable that stands for one',
      tagged({ StringEquals: { 'sts:RoleSessionName': '${aws:PrincipalTag/team}' } }),
      [MIA, 'sts:AssumeRole', TARGET],
      'deny',
    ],
    [
      'a variable that stands for a value there is',
      tagged({ StringEquals: { 'sts:RoleSessionName': '${aws:username}' } }),
      [MIA, 'sts:AssumeRole', TARGET],
      'allow',
    ],
  ]);

  test('aws.md 1.12 C: the service a role is passed to is that of the way it is used', () => {
    const world = (service: string): World =>
      home({
        users: [
          user('mia', [
            allow('iam:PassRole', TARGET, equals('iam:PassedToService', service)),
            allow(['lambda:CreateFunction', 'lambda:InvokeFunction']),
          ]),
        ],
        roles: [role('target', [trust({ Service: 'lambda.amazonaws.com' })])],
        files: { accessKeys: [] },
      });
    expect(ask(world('lambda.amazonaws.com')).reach(MIA)[TARGET]).toBe('allow');
    expect(ask(world('ec2.amazonaws.com')).reach(MIA)[TARGET]).toBeUndefined();
  });

  test('aws.md 1.12 C: a condition on the policy that may be attached keeps administrators from being made', () => {
    const NAMED = 'arn:aws:iam::aws:policy/Named';
    const certainties = (...named: readonly Json[]): readonly string[] =>
      ask(
        home({
          users: [user('mia', [allow('iam:AttachUserPolicy', MIA, { ArnEquals: { 'iam:PolicyARN': NAMED } })])],
          policies: [{ ...policy('Named', named), Arn: NAMED }],
          files: { accessKeys: [] },
        }),
      )
        .radius(MIA)
        .admin.map(({ certainty }) => certainty);
    expect(certainties(allow('*'))).toEqual(['allow']);
    expect(certainties(allow('s3:*'))).toEqual([]);
  });

  const bounded = (boundary: string | undefined, condition: Json): World =>
    home({
      users: [user('mia', [allow('iam:*', '*', condition)])],
      roles: [role('target', [trust({ AWS: HOME })], [], boundary === undefined ? {} : { boundary })],
    });
  const CAP = iam('policy/cap');
  verdicts('1.12 iam:PermissionsBoundary', [
    [
      'that of the target',
      bounded(CAP, equals('iam:PermissionsBoundary', CAP)),
      [MIA, 'iam:AttachRolePolicy', TARGET],
      'allow',
    ],
    [
      'the target has none',
      bounded(undefined, equals('iam:PermissionsBoundary', CAP)),
      [MIA, 'iam:AttachRolePolicy', TARGET],
      'deny',
    ],
    [
      'the target has another',
      bounded(iam('policy/x'), equals('iam:PermissionsBoundary', CAP)),
      [MIA, 'iam:AttachRolePolicy', TARGET],
      'deny',
    ],
    [
      'for a new role it is chosen',
      bounded(undefined, equals('iam:PermissionsBoundary', CAP)),
      [MIA, 'iam:CreateRole', iam('role/new')],
      'allow',
    ],
  ]);
});

const mia = (...statements: readonly Json[]): World =>
  home({ users: [user('mia', statements)], resources: bucket('exports') });
const lambda = (region: string): string => `arn:aws:lambda:${region}:${HOME}:function:f`;
const withTarget = (...statements: readonly Json[]): World =>
  home({ users: [user('mia', statements)], roles: [role('target', [trust({ AWS: HOME })])] });

describe('aws:RequestedRegion', () => {
  const guard = deny('*', '*', { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } });
  const guarded = mia(allow('*'), guard);
  verdicts('1.12 aws:RequestedRegion', [
    [
      'a resource of another region is called there',
      guarded,
      [MIA, 'lambda:InvokeFunction', lambda('us-east-1')],
      'deny',
    ],
    ['one of the region', guarded, [MIA, 'lambda:InvokeFunction', lambda('eu-west-1')], 'allow'],
    ['IAM is called in us-east-1', guarded, [MIA, 'iam:DeleteUser', iam('user/x')], 'deny'],
    ['also without a resource', guarded, [MIA, 'iam:GetAccountSummary', '*'], 'deny'],
    [
      'a guard for us-east-1 leaves IAM',
      mia(allow('*', '*', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } })),
      [MIA, 'iam:DeleteUser', iam('user/x')],
      'allow',
    ],
    ['the caller picks the region of what is in none', guarded, [MIA, 'sqs:ListQueues', '*'], 'allow'],
    ['and that of its own call to STS', withTarget(allow('*'), guard), [MIA, 'sts:AssumeRole', TARGET], 'allow'],
  ]);
});

describe('aws:RequestedRegion of buckets, guards and techniques', () => {
  const guard = deny('*', '*', { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } });
  const inRegion = (Region?: string): World =>
    home({
      users: [user('mia', [allow('s3:*'), guard])],
      resources: [{ ...resource('AWS::S3::Bucket', 'exports'), ...(Region === undefined ? {} : { Region }) }],
    });
  verdicts('1.12 aws:RequestedRegion', [
    ['a bucket is in its region', inRegion('eu-west-1'), [MIA, GET, FILE], 'allow'],
    ['and in no other', inRegion('us-east-1'), [MIA, GET, FILE], 'deny'],
    ['which nobody may have told', inRegion(), [MIA, GET, FILE], 'unknown'],
    ['the context may tell it then', inRegion(), [MIA, GET, FILE, { 'aws:RequestedRegion': 'eu-west-1' }], 'allow'],
    ['and not otherwise', inRegion('us-east-1'), [MIA, GET, FILE, { 'aws:RequestedRegion': 'eu-west-1' }], 'deny'],
    ['a new bucket is made where the caller likes', inRegion(), [MIA, 's3:CreateBucket', 'arn:aws:s3:::new'], 'allow'],
    ['an id without its region', mia(allow('*'), guard), [MIA, 'lambda:InvokeFunction', lambda('*')], 'unknown'],
    ['a role is passed in calls anywhere', withTarget(allow('*'), guard), [MIA, 'iam:PassRole', TARGET], 'allow'],
    [
      'the region is always told',
      mia(allow('*', '*', { Null: { 'aws:RequestedRegion': 'true' } })),
      [MIA, 'sqs:ListQueues', '*'],
      'deny',
    ],
    [
      'a region has no wildcard in its name',
      mia(allow('*', '*', { StringEquals: { 'aws:RequestedRegion': 'eu-*' } })),
      [MIA, 'sqs:ListQueues', '*'],
      'deny',
    ],
  ]);

  const passing = (...statements: readonly Json[]): World =>
    home({
      users: [user('mia', [allow('iam:PassRole'), ...statements])],
      roles: [role('target', [trust({ Service: 'lambda.amazonaws.com' })])],
    });
  const reached = (world: World): string | undefined => ask(world).reach(MIA)[TARGET];
  const functions = (region: string): string => `arn:aws:lambda:${region}:${HOME}:function:*`;
  const actions = ['lambda:CreateFunction', 'lambda:InvokeFunction'];
  test('aws.md 1.12: who makes a resource names it in the region of the call', () => {
    expect(reached(passing(allow(actions), guard))).toBe('allow');
    expect(reached(passing(allow(actions, functions('eu-west-1')), guard))).toBe('allow');
    expect(reached(passing(allow(actions, functions('us-east-1')), guard))).toBeUndefined();
    expect(reached(passing(allow(actions, functions('eu-*')), guard))).toBe('allow');
  });
});
