/**
 * What one may only put on somebody by its name, and what one may only change, make more together than either (aws.md 2.3.1):
 * a policy attached by its name and rewritten, a group joined and given permissions.
 */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  bucket,
  deny,
  group,
  home,
  iam,
  type Json,
  MIA,
  policy,
  ROOT,
  role,
  TARGET,
  trust,
  user,
  type World,
} from './rule-estate.ts';

const BUCKET = 'arn:aws:s3:::one';
const weak = [allow('sts:GetCallerIdentity')];
const TEAM = policy('team', weak);
const OTHER = policy('other', weak);
/** Somebody else than mia must let her in by a grant of her own. */
const BY_GRANT = [trust({ AWS: ROOT })];
const named = (key: string, name: string): Json => ({ ArnEquals: { [key]: iam(`policy/${name}`) } });
const teamAttached: Json = {
  ...group('g', []),
  AttachedManagedPolicies: [{ PolicyName: 'team', PolicyArn: iam('policy/team') }],
};

/** A policy of several versions, the last one in force. */
const versions = (name: string, ...texts: readonly (readonly Json[])[]): Json => ({
  ...policy(name, [], texts.length),
  PolicyVersionList: texts
    .map((Statement, index) => ({
      VersionId: `v${index + 1}`,
      IsDefaultVersion: index === texts.length - 1,
      Document: { Version: '2012-10-17', Statement },
    }))
    .reverse(),
});

const world = (says: readonly Json[], more: Json = {}): World =>
  home({
    users: [user('mia', says)],
    policies: [TEAM, OTHER],
    resources: bucket('one'),
    files: { accessKeys: [] },
    ...more,
  });

/** Whether mia comes to control the account, and to the bucket. */
function gains(estate: World): readonly (string | undefined)[] {
  const { radius, reach } = ask(estate);
  return [radius(MIA).admin[0]?.certainty, reach(MIA)[BUCKET]];
}

const everything = ['allow', 'allow'];
const nothing = [undefined, undefined];

describe('aws.md 2.3.1 iam-attach-user-policy: a policy named and rewritten', () => {
  const attach = (name: string): Json => allow('iam:AttachUserPolicy', MIA, named('iam:PolicyARN', name));
  const rewrite = allow('iam:CreatePolicyVersion', iam('policy/team'));

  test('gives everything', () => expect(gains(world([attach('team'), rewrite]))).toEqual(everything));
  test('not where another one is named', () => expect(gains(world([attach('other'), rewrite]))).toEqual(nothing));
  test('not where it cannot be rewritten', () => expect(gains(world([attach('team')]))).toEqual(nothing));
  test('not where it cannot be attached', () => expect(gains(world([rewrite]))).toEqual(nothing));
  test('up to the boundary', () => {
    const bounded = user('mia', [attach('team'), rewrite], { boundary: iam('policy/bound') });
    const allowed = allow(['s3:*', 'iam:AttachUserPolicy', 'iam:CreatePolicyVersion']);
    const within = (...bound: readonly Json[]): World =>
      world([], { users: [bounded], policies: [TEAM, policy('bound', bound)] });
    // With every permission within it, the boundary can be rewritten, unless it keeps from that.
    expect(gains(within(allowed))).toEqual(everything);
    expect(gains(within(allowed, deny('iam:*', iam('policy/bound'))))).toEqual([undefined, 'allow']);
    expect(gains(within(allow(['s3:*', 'iam:AttachUserPolicy'])))).toEqual(nothing);
  });
  test('by way of two identities that are both held', () => {
    const roles = [role('target', BY_GRANT, [rewrite])];
    expect(gains(world([attach('team'), allow('sts:AssumeRole', TARGET)], { roles }))).toEqual(everything);
    expect(gains(world([attach('team')], { roles }))).toEqual(nothing);
  });
  test('an older version of it gives what that says', () => {
    const older = versions('team', [allow('s3:*')], weak);
    const choose = allow('iam:SetDefaultPolicyVersion', iam('policy/team'));
    expect(gains(world([attach('team'), choose], { policies: [older, OTHER] }))).toEqual([undefined, 'allow']);
    expect(gains(world([attach('team'), choose], { policies: [versions('team', weak, weak), OTHER] }))).toEqual(
      nothing,
    );
    expect(gains(world([attach('other'), choose], { policies: [older, OTHER] }))).toEqual(nothing);
  });
});

describe('aws.md 2.3.1 iam-attach-role-policy: the same of a role that is held', () => {
  const says = [
    allow('sts:AssumeRole', TARGET),
    allow('iam:AttachRolePolicy', TARGET, named('iam:PolicyARN', 'team')),
    allow('iam:CreatePolicyVersion', iam('policy/team')),
  ];
  const roles = [role('target', BY_GRANT)];

  test('gives everything', () => expect(gains(world(says, { roles }))).toEqual(everything));
  test('not where the role is not held', () => expect(gains(world(says.slice(1), { roles }))).toEqual(nothing));
});

describe('aws.md 2.3.1 iam-put-role-boundary: a boundary named and rewritten', () => {
  const says = [
    allow('sts:AssumeRole', TARGET),
    allow('iam:PutRolePermissionsBoundary', TARGET, named('iam:PermissionsBoundary', 'team')),
    allow('iam:CreatePolicyVersion', iam('policy/team')),
  ];
  const roles = [role('target', [trust({ AWS: MIA })], [allow('s3:*')], { boundary: iam('policy/none') })];
  const policies = [TEAM, policy('none', weak)];

  test('lets everything pass', () => expect(gains(world(says, { roles, policies }))).toEqual([undefined, 'allow']));
  test('not where it cannot be rewritten', () =>
    expect(gains(world(says.slice(0, 2), { roles, policies }))).toEqual(nothing));
  test('not where it cannot be set', () =>
    expect(gains(world([says[0]!, says[2]!], { roles, policies }))).toEqual(nothing));
});

describe('aws.md 2.3.1 iam-set-default-policy-version: a boundary put back to an older version', () => {
  const choose = allow('iam:SetDefaultPolicyVersion', iam('policy/bound'));
  const bounded = (older: readonly Json[], ...says: readonly Json[]): World =>
    world([], {
      users: [user('mia', [allow('s3:*'), ...says], { boundary: iam('policy/bound') })],
      policies: [versions('bound', older, [allow('iam:SetDefaultPolicyVersion')])],
    });

  test('lets through what that says', () => {
    expect(gains(bounded([allow('s3:*')], choose))).toEqual([undefined, 'allow']);
    const { radius } = ask(bounded([allow('s3:*')], choose));
    const path = radius(MIA).reaches.find(({ id }) => id === BUCKET)?.path ?? [];
    const [by] = path.flatMap(({ change }) => (change?.change === 'replace' ? [change] : []));
    expect(by).toMatchObject({ policy: iam('policy/bound'), by: `${iam('policy/bound')}:v1`, guards: true });
    expect(gains(bounded([allow('s3:*')]))).toEqual(nothing);
    expect(gains(bounded(weak, choose))).toEqual(nothing);
    expect(gains(bounded([allow('s3:*'), deny('s3:*', [BUCKET, `${BUCKET}/*`])], choose))).toEqual(nothing);
  });
});

describe('aws.md 2.3.1 iam-add-user-to-group: a group joined and changed', () => {
  const join = allow('iam:AddUserToGroup', iam('group/g'));
  const put = allow('iam:PutGroupPolicy', iam('group/g'));
  const groups = [group('g', weak)];

  test('gives everything', () => expect(gains(world([join, put], { groups }))).toEqual(everything));
  test('not where it cannot be joined', () => expect(gains(world([put], { groups }))).toEqual(nothing));
  test('not where it cannot be changed', () => expect(gains(world([join], { groups }))).toEqual(nothing));
  test('not where another one is', () => {
    const two = [group('g', weak), group('h', weak)];
    expect(gains(world([join, allow('iam:PutGroupPolicy', iam('group/h'))], { groups: two }))).toEqual(nothing);
  });
  test('by a policy attached to it, whatever it is or by its name', () => {
    const attach = (more?: Json): Json => allow('iam:AttachGroupPolicy', iam('group/g'), more);
    const policies = [TEAM, policy('storage', [allow('s3:*')])];
    expect(gains(world([join, attach()], { groups, policies }))).toEqual(everything);
    expect(gains(world([join, attach(named('iam:PolicyARN', 'storage'))], { groups, policies }))).toEqual([
      undefined,
      'allow',
    ]);
    expect(gains(world([join, attach(named('iam:PolicyARN', 'team'))], { groups, policies }))).toEqual(nothing);
  });
  test('by a policy attached to it that is rewritten', () => {
    const rewrite = allow('iam:CreatePolicyVersion', iam('policy/team'));
    expect(gains(world([join, rewrite], { groups: [teamAttached] }))).toEqual(everything);
    expect(gains(world([join, rewrite], { groups }))).toEqual(nothing);
  });
  test('by a policy attached to it by its name and rewritten: three changes', () => {
    const attach = allow('iam:AttachGroupPolicy', iam('group/g'), named('iam:PolicyARN', 'team'));
    const rewrite = allow('iam:CreatePolicyVersion', iam('policy/team'));
    expect(gains(world([join, attach, rewrite], { groups }))).toEqual(everything);
    expect(gains(world([join, attach], { groups }))).toEqual(nothing);
    expect(gains(world([join, rewrite], { groups }))).toEqual(nothing);
    expect(gains(world([attach, rewrite], { groups }))).toEqual(nothing);
  });
  test('what the group denies stays, unless that is taken away', () => {
    const refusing = [group('g', [deny('s3:*')])];
    expect(gains(world([join, allow('iam:AttachGroupPolicy', iam('group/g'))], { groups: refusing }))[0]).toBe('allow');
    const open = [group('g', [allow('s3:*'), deny('s3:*', [BUCKET, `${BUCKET}/*`])])];
    expect(gains(world([join], { groups: open }))).toEqual(nothing);
  });
  test('which denies, where that is taken away and more is given: three changes', () => {
    const refusing = [group('g', [deny('s3:*')])];
    const policies = [TEAM, policy('storage', [allow('s3:*')])];
    const attach = allow('iam:AttachGroupPolicy', iam('group/g'), named('iam:PolicyARN', 'storage'));
    const remove = (action: string): Json => allow(action, iam('group/g'));
    const withGroup = (...says: readonly Json[]): World => world(says, { groups: refusing, policies });
    expect(gains(withGroup(join, attach, remove('iam:DeleteGroupPolicy')))).toEqual([undefined, 'allow']);
    expect(gains(withGroup(join, attach))).toEqual(nothing);
    expect(gains(withGroup(join, attach, remove('iam:DetachGroupPolicy')))).toEqual(nothing);
    expect(gains(withGroup(join, remove('iam:DeleteGroupPolicy')))).toEqual(nothing);
    expect(gains(withGroup(attach, remove('iam:DeleteGroupPolicy')))).toEqual(nothing);
  });
  test('not somebody who is in as many groups as there may be', () => {
    const many = Array.from({ length: 10 }, (_, index) => group(`g${index}`, weak));
    const mia = user('mia', [join, put], { groups: many.map((_, index) => `g${index}`) });
    expect(gains(world([], { users: [mia], groups: [...many, ...groups] }))[1]).toBeUndefined();
  });
});

describe('aws.md 2.3.1: somebody made and put into a group that is changed', () => {
  const make = [allow('iam:CreateUser'), allow('iam:CreateAccessKey', iam('user/new')), allow('iam:AddUserToGroup')];
  const put = allow('iam:PutGroupPolicy', iam('group/g'));

  test('holds everything', () => {
    expect(gains(world([...make, put], { groups: [group('g', weak)] }))).toEqual(everything);
    expect(gains(world(make, { groups: [group('g', weak)] }))).toEqual(nothing);
  });
});

describe('aws.md 2.3.1 iam-add-user-to-group: a group that is made, where there is none', () => {
  const on = (name: string, ...actions: readonly string[]): Json =>
    allow(
      actions.map((action) => `iam:${action}`),
      iam(`group/${name}`),
    );

  test.each<readonly [string, readonly Json[], readonly (string | undefined)[]]>([
    ['gives everything', [on('t-*', 'CreateGroup', 'PutGroupPolicy', 'AddUserToGroup')], everything],
    ['by any policy attached to it', [on('t-*', 'CreateGroup', 'AttachGroupPolicy', 'AddUserToGroup')], everything],
    ['not without making it', [on('t-*', 'PutGroupPolicy', 'AddUserToGroup')], nothing],
    ['not without giving it anything', [on('t-*', 'CreateGroup', 'AddUserToGroup')], nothing],
    ['not without being put into it', [on('t-*', 'CreateGroup', 'PutGroupPolicy')], nothing],
    ['not into another', [on('t-*', 'CreateGroup', 'PutGroupPolicy'), on('u-*', 'AddUserToGroup')], nothing],
  ])('%s', (_, says, found) => {
    expect(gains(world(says))).toEqual(found);
  });

  test('not somebody who is in as many groups as there may be, and stays there', () => {
    const many = Array.from({ length: 10 }, (_, index) => group(`g${index}`, weak));
    const within = (...says: readonly Json[]): World =>
      world([], { users: [user('mia', says, { groups: many.map((_, index) => `g${index}`) })], groups: many });
    const makes = on('t-*', 'CreateGroup', 'PutGroupPolicy', 'AddUserToGroup');
    expect(gains(within(makes))).toEqual(nothing);
    expect(gains(within(makes, on('g1', 'RemoveUserFromGroup')))).toEqual(everything);
    // Of a group that nobody is in, nobody is taken out.
    const beside = user('mia', [makes, on('h', 'RemoveUserFromGroup')], {
      groups: many.map((_, index) => `g${index}`),
    });
    expect(gains(world([], { users: [beside], groups: [...many, group('h', weak)] }))).toEqual(nothing);
  });

  test('a user that is made is put into it as well', () => {
    const roles = [role('target', BY_GRANT, [on('t-*', 'CreateGroup', 'PutGroupPolicy', 'AddUserToGroup')])];
    const makes = role('target', BY_GRANT, [
      on('t-*', 'CreateGroup', 'PutGroupPolicy', 'AddUserToGroup'),
      allow(['iam:CreateUser', 'iam:CreateAccessKey'], iam('user/new-*')),
    ]);
    // A user that is held, mia, is put into it too: nobody held here is one.
    const from = (found: readonly Json[]): unknown =>
      ask(home({ users: [user('mia')], roles: found, files: { accessKeys: [] } })).radius(TARGET).admin[0]?.certainty;
    expect(from(roles)).toBeUndefined();
    expect(from([makes])).toBe('allow');
  });
});

test('design 6: the path tells what was put first, then what was changed, by whom', () => {
  const says = [allow('iam:AddUserToGroup', iam('group/g')), allow('iam:CreatePolicyVersion', iam('policy/team'))];
  const { radius } = ask(world(says, { groups: [teamAttached] }));
  const told = radius(MIA).admin[0]?.path.map(({ from, technique, to, via, change }) => ({
    from,
    technique,
    to,
    via,
    change: change?.change,
  }));
  expect(told?.slice(0, 2)).toEqual([
    { from: MIA, technique: 'iam-add-user-to-group', to: MIA, via: [iam('group/g')], change: 'join' },
    { from: MIA, technique: 'iam-create-policy-version', to: MIA, via: [iam('policy/team')], change: 'grant' },
  ]);
});
