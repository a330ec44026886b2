/** aws.md 1.8: objects that no policy lets anybody change, and limits that decide whether a technique works. */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  BEN,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  policy,
  role,
  trust,
  user,
  verdicts,
} from './rule-estate.ts';

const RESERVED_PATH = '/aws-reserved/sso.amazonaws.com/';
const LINKED_PATH = '/aws-service-role/x.amazonaws.com/';
const RESERVED = iam(`role${RESERVED_PATH}AWSReservedSSO_Admin_0123456789abcdef`);
const LINKED = iam(`role${LINKED_PATH}AWSServiceRoleForX`);
const PLAIN = iam('role/plain');
const OF_AWS = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const OWN = iam('policy/own');

const world = home({
  users: [user('mia', [allow('*')])],
  roles: [
    role('AWSReservedSSO_Admin_0123456789abcdef', [trust({ AWS: HOME })], [], { path: RESERVED_PATH }),
    role('AWSServiceRoleForX', [trust({ Service: 'x.amazonaws.com' })], [], { path: LINKED_PATH }),
    role('plain', [trust({ AWS: HOME })]),
  ],
  policies: [policy('own', [allow('s3:*')])],
});

describe('AWS managed policies', () => {
  const blocked = [
    'CreatePolicyVersion',
    'DeletePolicyVersion',
    'SetDefaultPolicyVersion',
    'DeletePolicy',
    'TagPolicy',
  ];
  const asked = ask(world);
  test.each(blocked)('aws.md 1.8 AWS managed policy: iam:%s, and on a policy of the customer', (name) => {
    expect(asked.can(MIA, `iam:${name}`, OF_AWS)).toBe('deny');
    expect(asked.can(MIA, `iam:${name}`, OWN)).toBe('allow');
  });
  verdicts('1.8 AWS managed policy', [['it can be read', world, [MIA, 'iam:GetPolicyVersion', OF_AWS], 'allow']]);
});

const ROLE_CHANGES = [
  'AttachRolePolicy',
  'DetachRolePolicy',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'PutRolePermissionsBoundary',
  'DeleteRolePermissionsBoundary',
  'UpdateAssumeRolePolicy',
  'DeleteRole',
  'TagRole',
  'UntagRole',
];

describe('reserved and service-linked roles', () => {
  const asked = ask(world);
  test.each(ROLE_CHANGES)('aws.md 1.8 reserved role: iam:%s, and on a role of the customer', (name) => {
    expect(asked.can(MIA, `iam:${name}`, RESERVED)).toBe('deny');
    expect(asked.can(MIA, `iam:${name}`, PLAIN)).toBe('allow');
  });
  test.each(ROLE_CHANGES)('aws.md 1.8 service-linked role: iam:%s', (name) => {
    expect(asked.can(MIA, `iam:${name}`, LINKED)).toBe('deny');
  });
  verdicts('1.8 reserved role', [
    ['it cannot be passed', world, [MIA, 'iam:PassRole', RESERVED], 'deny'],
    ['another can', world, [MIA, 'iam:PassRole', PLAIN], 'allow'],
    ['it can be read', world, [MIA, 'iam:GetRole', RESERVED], 'allow'],
  ]);
});

/** Whether `mia` reaches `ben`. */
function reachesBen(account: Parameters<typeof home>[0]): string | undefined {
  return ask(home(account)).reach(MIA)[BEN];
}
const accessKey = (UserName: string, number: number): Json => ({
  UserName,
  AccessKeyId: `AKIA${UserName.toUpperCase()}${number}`.padEnd(20, 'A'),
  Status: 'Inactive',
  CreateDate: '2020-01-01T00:00:00Z',
});

describe('limits', () => {
  const keys = (count: number, ...statements: readonly Json[]): string | undefined =>
    reachesBen({
      users: [user('mia', [allow('iam:CreateAccessKey', BEN), ...statements]), user('ben')],
      files: { accessKeys: Array.from({ length: count }, (_, index) => accessKey('ben', index)) },
    });
  test('aws.md 1.8 limits: a user has two access keys, inactive ones count', () => {
    expect(keys(1)).toBe('allow');
    expect(keys(2)).toBeUndefined();
    expect(keys(2, allow('iam:DeleteAccessKey', BEN))).toBe('allow');
  });

  const versions = (count: number, ...statements: readonly Json[]): number =>
    ask(
      home({
        users: [user('mia', [], { attached: [OWN] })],
        policies: [policy('own', [allow('iam:CreatePolicyVersion', OWN), ...statements], count)],
        files: { accessKeys: [] },
      }),
    ).radius(MIA).admin.length;
  test('aws.md 1.8 limits: a managed policy has five versions', () => {
    expect(versions(4)).toBe(1);
    expect(versions(5)).toBe(0);
    expect(versions(5, allow('iam:DeletePolicyVersion', OWN))).toBe(1);
  });
});
