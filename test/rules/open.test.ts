/** Rules of aws.md that the code does not follow yet. */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  bucket,
  grant,
  group,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  refuse,
  resource,
  user,
  verdicts,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';

describe('limits', () => {
  const joins = (count: number, ...statements: readonly Json[]): number => {
    const names = Array.from({ length: count }, (_, index) => `group-${index}`);
    return ask(
      home({
        users: [user('mia', [allow('iam:AddUserToGroup', iam('group/admins')), ...statements], { groups: names })],
        groups: [...names.map((name) => group(name, [])), group('admins', [allow('*')])],
        files: { accessKeys: [] },
      }),
    ).radius(MIA).admin.length;
  };
  test('aws.md 1.8 limits: a user is in ten groups', () => {
    expect(joins(9)).toBe(1);
    expect(joins(10)).toBe(0);
    expect(joins(10, allow('iam:RemoveUserFromGroup'))).toBe(1);
  });
});

describe('S3 access points', () => {
  const AP = `arn:aws:s3:eu-west-1:${HOME}:accesspoint/ap`;
  const CALLER = iam('user/mia', OTHER);
  const shared = grant({ AWS: OTHER }, GET);
  const point = (statements: readonly Json[], ...ofBucket: readonly Json[]): World => ({
    accounts: {
      [OTHER]: { users: [user('mia', [allow('*')], { account: OTHER })] },
      [HOME]: {
        resources: [
          ...bucket('exports', ...ofBucket),
          resource('AWS::S3::AccessPoint', 'ap', { Arn: AP, Bucket: 'exports', Policy: { Statement: statements } }),
        ],
      },
    },
  });
  const OBJECT = `${AP}/object/file`;
  verdicts('1.12 access points', [
    ['both allow', point([shared], shared), [CALLER, GET, OBJECT], 'allow'],
    ['the access point alone', point([shared]), [CALLER, GET, OBJECT], 'deny'],
    ['the bucket alone', point([], shared), [CALLER, GET, OBJECT], 'deny'],
    ['a deny of the bucket', point([shared], shared, refuse('*', GET)), [CALLER, GET, OBJECT], 'deny'],
  ]);
});
