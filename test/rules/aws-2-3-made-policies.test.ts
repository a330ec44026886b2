/** Whoever may only name policies of some names, and may make one of such a name, names one that allows everything (aws.md 2.3.1). */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  bucket,
  deny,
  home,
  iam,
  type Json,
  MIA,
  policy,
  role,
  TARGET,
  trust,
  user,
  type World,
} from './rule-estate.ts';

const BUCKET = 'arn:aws:s3:::one';
const CREATE = 'iam:CreatePolicy';
const like = (key: string, name: string): Json => ({ ArnLike: { [key]: iam(`policy/${name}`) } });
const attach = (name: string): Json => allow('iam:AttachUserPolicy', MIA, like('iam:PolicyARN', name));
const create = (name: string): Json => allow(CREATE, iam(`policy/${name}`));

const world = (says: readonly Json[], more: Json = {}): World =>
  home({ users: [user('mia', says)], resources: bucket('one'), files: { accessKeys: [] }, ...more });

/** Whether mia comes to control the account, and to the bucket. */
function gains(estate: World): readonly (string | undefined)[] {
  const { radius, reach } = ask(estate);
  return [radius(MIA).admin[0]?.certainty, reach(MIA)[BUCKET]];
}

const everything = ['allow', 'allow'];
const nothing = [undefined, undefined];

describe('aws.md 2.3.1 iam-attach-user-policy: a policy of a name that may be attached, made', () => {
  test.each<readonly [string, readonly Json[], readonly (string | undefined)[]]>([
    ['of the names that may be attached', [create('team-*'), attach('team-*')], everything],
    ['of any name', [allow(CREATE), attach('team-*')], everything],
    ['of names that both share', [create('team-a*'), attach('team-*')], everything],
    ['of names that both share, at other ends', [create('*-prod'), attach('team-*')], everything],
    ['of one name that nobody has', [create('team-x'), attach('team-x')], everything],
    ['of other names', [create('other-*'), attach('team-*')], nothing],
    // The input does not hold the policy that may be attached.
    ['of one other name', [create('team-y'), attach('team-x')], ['unknown', 'unknown']],
    ['that cannot be attached', [allow(CREATE)], nothing],
    ['that cannot be made', [attach('team-*')], nothing],
    ['in another account', [allow(CREATE, iam('policy/*', '222222222222')), attach('team-*')], nothing],
    ['whose making is denied', [allow(CREATE), attach('team-*'), deny(CREATE, iam('policy/team-*'))], nothing],
    [
      'whose making is denied for some names',
      [allow(CREATE), attach('team-*'), deny(CREATE, iam('policy/team-a*'))],
      everything,
    ],
    [
      'where all but some are denied to be attached',
      [
        allow(CREATE),
        allow('iam:AttachUserPolicy'),
        deny('iam:AttachUserPolicy', '*', { ArnNotLike: { 'iam:PolicyARN': iam('policy/team-*') } }),
      ],
      everything,
    ],
    [
      'of the names that are not denied to be attached',
      [
        allow(CREATE, [iam('policy/team-a*'), iam('policy/team-b*')]),
        attach('team-*'),
        deny('iam:AttachUserPolicy', '*', like('iam:PolicyARN', 'team-a*')),
      ],
      everything,
    ],
    ['of names that hold its own', [create('${aws:username}-*'), attach('${aws:username}-*')], everything],
    ['of names that hold its own, among all', [allow(CREATE), attach('x-${aws:username}-*')], everything],
    ['of names that hold that of another one', [create('${aws:username}-*'), attach('ben-*')], nothing],
    ['of other names than those that hold its own', [create('other-*'), attach('${aws:username}-*')], nothing],
    // Nobody knows the address, which both may hold.
    ['of names that hold an address', [create('*'), attach('${aws:SourceIp}-*')], ['unknown', 'unknown']],
    ['of names that hold an address, and not made', [attach('${aws:SourceIp}-*')], nothing],
    ['of names of one character', [allow(CREATE), attach('team-?')], everything],
    [
      'where the policies of AWS are denied to be attached',
      [
        allow(CREATE),
        allow('iam:AttachUserPolicy', MIA),
        deny('iam:AttachUserPolicy', '*', { ArnLike: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/*' } }),
      ],
      everything,
    ],
    [
      'the same where none can be made',
      [
        allow('iam:AttachUserPolicy', MIA),
        deny('iam:AttachUserPolicy', '*', { ArnLike: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/*' } }),
      ],
      nothing,
    ],
  ])('one %s', (_, says, found) => {
    expect(gains(world(says))).toEqual(found);
  });

  test('a name that is taken cannot be made again', () => {
    const policies = [policy('team-x', [allow('sts:GetCallerIdentity')])];
    expect(gains(world([create('team-x'), attach('team-x')], { policies }))).toEqual(nothing);
  });

  test('the making that waits for the request makes the whole conditional', () => {
    const wait = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } };
    expect(gains(world([allow(CREATE, '*', wait), attach('team-*')]))).toEqual(['conditional', 'conditional']);
  });

  test('the boundary caps what is gained', () => {
    const mia = user('mia', [allow(CREATE), attach('team-*')], { boundary: iam('policy/bound') });
    const policies = [policy('bound', [allow([CREATE, 'iam:AttachUserPolicy', 's3:*'])])];
    expect(gains(world([], { users: [mia], policies }))).toEqual([undefined, 'allow']);
  });
});

describe('aws.md 2.3.1 iam-put-user-boundary: a boundary of a name that may be set, made', () => {
  const bounded = (...says: readonly Json[]): World =>
    world([], {
      users: [user('mia', [allow('s3:*'), ...says], { boundary: iam('policy/bound') })],
      policies: [policy('bound', [allow('iam:*')])],
    });
  const set = allow('iam:PutUserPermissionsBoundary', MIA, like('iam:PermissionsBoundary', 'team-*'));

  test('lets everything pass', () => expect(gains(bounded(set, create('team-*')))).toEqual([undefined, 'allow']));
  test('not where it cannot be made', () => expect(gains(bounded(set))).toEqual(nothing));
  test('not of another name', () => expect(gains(bounded(set, create('other-*')))).toEqual(nothing));
});

describe('aws.md 2.3.1: an identity of the caller’s making', () => {
  const attachAny = allow('iam:AttachRolePolicy', '*', like('iam:PolicyARN', 'team-*'));

  test('is given a policy that was made', () => {
    expect(gains(world([allow('iam:CreateRole'), attachAny, create('team-*')]))).toEqual(everything);
    expect(gains(world([allow('iam:CreateRole'), attachAny]))).toEqual(nothing);
    expect(gains(world([allow('iam:CreateRole'), attachAny, create('other-*')]))).toEqual(nothing);
  });

  test('is within a boundary that was made', () => {
    const make = allow(['iam:CreateRole', 'iam:PutRolePolicy'], '*', like('iam:PermissionsBoundary', 'team-*'));
    expect(gains(world([make, create('team-*')]))[1]).toBe('allow');
    expect(gains(world([make]))).toEqual(nothing);
    expect(gains(world([make, create('other-*')]))).toEqual(nothing);
  });
});

test('design 6: the evidence names the policy that is made, and that it is attached', () => {
  const roles = [role('target', [trust({ AWS: MIA })])];
  const says = [create('team-a*'), allow('iam:AttachRolePolicy', TARGET, like('iam:PolicyARN', 'team-*'))];
  const told = ask(world(says, { roles })).radius(MIA).admin[0]?.path ?? [];
  const hop = told.find(({ technique }) => technique === 'iam-attach-role-policy');
  const made = iam('policy/team-a*');
  expect(hop?.certainty).toBe('allow');
  expect(hop?.evidence).toMatchObject([
    { kind: 'permission', action: CREATE, resource: made, certainty: 'allow' },
    { kind: 'permission', action: 'iam:AttachRolePolicy', resource: TARGET, context: { 'iam:PolicyARN': [made] } },
    { kind: 'fact', fact: 'mutable-role' },
  ]);
});

test('design 6: the same of a boundary that is made', () => {
  const make = allow(['iam:CreateRole', 'iam:PutRolePolicy'], '*', like('iam:PermissionsBoundary', 'team-*'));
  const path =
    ask(world([make, create('team-a*')]))
      .radius(MIA)
      .reaches.find(({ id }) => id === BUCKET)?.path ?? [];
  expect(path[0]?.change).toMatchObject({ change: 'make', guard: iam('policy/team-a*') });
  expect(path[0]?.evidence[0]).toMatchObject({
    action: CREATE,
    resource: iam('policy/team-a*'),
    certainty: 'allow',
  });
  // What stands for text of the caller's choice inside is nothing to read.
  expect(JSON.stringify(path)).not.toMatch(/[\ue000-\uf8ff]/);
});
