import { awsSemantics, awsTechniques } from '@keyreach/aws/offline';
import { AuthorizationModel } from '@keyreach/core/authz';
import { deriveReach } from '@keyreach/core/reach';
import { describe, expect, test } from 'vitest';
import {
  type Account,
  allow,
  ask,
  bucket,
  deny,
  type Guards,
  grant,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  organization,
  policy,
  role,
  trust,
  user,
  type World,
} from './rule-estate.ts';

const BUCKETS: readonly string[] = ['one', 'two', 'three'];
const arn = (name: string): string => `arn:aws:s3:::${name}`;
const onBucket = (name: string, action: unknown = 's3:*'): Json => allow(action, [arn(name), `${arn(name)}/*`]);
const resources = BUCKETS.flatMap((name) => bucket(name));
const MAKES = ['iam:CreateRole', 'iam:PutRolePolicy'];

/** The buckets somebody reaches, with how surely. */
function bucketsOf(world: World, subject = MIA): Readonly<Record<string, string>> {
  const reach = ask(world).reach(subject);
  return Object.fromEntries(
    Object.entries(reach).flatMap(([id, certainty]) =>
      id.startsWith('arn:aws:s3:::') ? [[id.slice('arn:aws:s3:::'.length), certainty]] : [],
    ),
  );
}

const isAdmin = (world: World): readonly string[] =>
  ask(world)
    .radius(MIA)
    .admin.map(({ certainty }) => certainty);

describe('the name of an identity yet to be made is for its maker to choose', () => {
  const within = (guards: Guards): World => ({
    accounts: { [HOME]: { users: [user('mia', [allow(MAKES)])], resources }, [OTHER]: {} },
    organization: organization(guards),
  });
  const denied = (operator: string, arns: unknown): World =>
    within({
      scps: { 'ou-1': [deny('s3:*', '*', { [operator]: { 'aws:PrincipalArn': arns } }), deny('organizations:*')] },
    });

  test('aws.md 1.12 aws:PrincipalArn: it is not the root user, whatever it is called', () => {
    for (const operator of ['StringLike', 'ArnLike', 'StringEquals'])
      expect(bucketsOf(denied(operator, operator === 'StringEquals' ? iam('root') : 'arn:aws:iam::*:root'))).toEqual({
        one: 'allow',
        three: 'allow',
        two: 'allow',
      });
  });

  test('aws.md 1.12 aws:PrincipalArn: it is a role or a user of the account', () => {
    expect(bucketsOf(denied('StringLike', [iam('role/*'), iam('user/*')]))).toEqual({});
    expect(bucketsOf(denied('StringLike', [iam('role/*', OTHER), iam('user/*', OTHER)]))).toEqual({
      one: 'allow',
      three: 'allow',
      two: 'allow',
    });
  });

  test('aws.md 1.12 aws:PrincipalArn: it may be one that a rule makes an exception for', () => {
    const some = { one: 'conditional', three: 'conditional', two: 'conditional' };
    expect(bucketsOf(denied('ArnNotLike', iam('role/deploy')))).toEqual(some);
    expect(bucketsOf(denied('ArnNotLike', iam('root')))).toEqual({});
  });
});

/** Somebody who makes roles, each with a boundary that is one of the policies. */
const bounded = (policies: readonly Json[], more: readonly Json[] = []): Account => ({
  users: [
    user('mia', [
      allow('iam:CreateRole', '*', { StringLike: { 'iam:PermissionsBoundary': iam('policy/*') } }),
      allow('iam:PutRolePolicy', '*'),
      ...more,
    ]),
  ],
  policies,
  resources,
  files: { accessKeys: [] },
});

describe('identities made within a boundary', () => {
  const READS = policy('reads', [onBucket('one', 's3:GetObject')]);
  const ONE = policy('one', [onBucket('one')]);
  const TWO = policy('two', [onBucket('two')]);

  test('aws.md 2.3.1: it may be each of those that can be named, and no other is', () => {
    expect(bucketsOf(home(bounded([READS, ONE, TWO])))).toEqual({ one: 'allow', two: 'allow' });
    expect(isAdmin(home(bounded([READS, ONE, TWO])))).toEqual([]);
  });

  test('aws.md 2.3.1: one that lets less pass than another is still a text to rewrite', () => {
    const rewrites = (name: string): World =>
      home(bounded([READS, ONE], [allow('iam:CreatePolicyVersion', iam(`policy/${name}`))]));
    expect(isAdmin(rewrites('reads'))).toEqual(['allow']);
    expect(isAdmin(rewrites('one'))).toEqual(['allow']);
    expect(isAdmin(rewrites('none'))).toEqual([]);
  });

  test('aws.md 2.3.1: a deny makes one narrower than the same text without it', () => {
    const GUARDED = policy('guarded', [
      onBucket('one'),
      onBucket('two'),
      deny('s3:*', [arn('two'), `${arn('two')}/*`]),
    ]);
    expect(bucketsOf(home(bounded([GUARDED])))).toEqual({ one: 'allow' });
    expect(bucketsOf(home(bounded([GUARDED, TWO])))).toEqual({ one: 'allow', two: 'allow' });
  });

  test('aws.md 2.3.1: more than are followed one by one leave what the others let pass unknown, never unsaid', () => {
    const names = Array.from({ length: 20 }, (_, number) => `b${String(number).padStart(2, '0')}`);
    const world = home({
      ...bounded(names.map((name) => policy(name, [onBucket(name)]))),
      resources: [...names, 'other'].flatMap((name) => bucket(name)),
    });
    const found = bucketsOf(world);
    expect(Object.keys(found).sort()).toEqual(names);
    expect(Object.values(found).filter((certainty) => certainty === 'allow')).toHaveLength(16);
    expect(Object.values(found).filter((certainty) => certainty === 'unknown')).toHaveLength(4);
  });

  test('aws.md 2.3.1: AdministratorAccess can be named as a boundary, whether the input holds it or not', () => {
    const within = (condition: Json): World =>
      home({
        users: [user('mia', [allow('iam:CreateRole', '*', condition), allow('iam:PutRolePolicy', '*')])],
        resources,
        files: { accessKeys: [] },
      });
    const all = { one: 'allow', three: 'allow', two: 'allow' };
    const boundary = (arns: string): Json => ({ StringLike: { 'iam:PermissionsBoundary': arns } });
    expect(bucketsOf(within({ Null: { 'iam:PermissionsBoundary': 'false' } }))).toEqual(all);
    expect(bucketsOf(within(boundary('arn:aws:iam::aws:policy/*')))).toEqual(all);
    expect(bucketsOf(within(boundary('arn:aws:iam::aws:policy/AdministratorAccess')))).toEqual(all);
    expect(bucketsOf(within(boundary('arn:aws:iam::aws:policy/ReadOnly*')))).toEqual({});
    expect(bucketsOf(within(boundary('arn:aws:iam::*:policy/own-*')))).toEqual({});
  });

  test('aws.md 2.3.1: where one lets everything pass, no other is followed', () => {
    const many = Array.from({ length: 30 }, (_, number) => policy(`p${number}`, [onBucket(`b${number}`)]));
    const made = (policies: readonly Json[]): number => {
      const { graph } = ask(home(bounded(policies)));
      const model = new AuthorizationModel(graph, [awsSemantics]);
      return deriveReach(model, [awsTechniques], { now: 0 }).made.length;
    };
    expect(made([...many, policy('all', [allow('*')])])).toBe(1);
    expect(bucketsOf(home(bounded([...many, policy('all', [allow('*')])])))).toEqual({
      one: 'allow',
      three: 'allow',
      two: 'allow',
    });
  });
});

describe('identities made with policies that may be named', () => {
  const attaches = (policies: readonly Json[], resource: string): Account => ({
    users: [
      user('mia', [
        allow('iam:CreateRole'),
        allow('iam:AttachRolePolicy', '*', { ArnLike: { 'iam:PolicyARN': resource } }),
      ]),
    ],
    policies,
    resources,
    files: { accessKeys: [] },
  });
  const TEAM = iam('policy/team-*');

  test('aws.md 2.3.1: one that denies adds what the others lack, or nothing', () => {
    const held = (...more: readonly Json[]): Readonly<Record<string, string>> =>
      bucketsOf(home(attaches([policy('team-one', [onBucket('one')]), ...more], TEAM)));
    expect(held()).toEqual({ one: 'allow' });
    expect(held(policy('team-two', [onBucket('two'), deny('s3:*', arn('one'))]))).toEqual({
      one: 'allow',
      two: 'allow',
    });
    expect(held(policy('team-less', [onBucket('one', 's3:GetObject'), deny('s3:*', arn('one'))]))).toEqual({
      one: 'allow',
    });
    expect(held(policy('own-two', [onBucket('two')]))).toEqual({ one: 'allow' });
  });

  test('aws.md 2.3.1: one that gives nothing as it is may be rewritten', () => {
    const LESS = policy('team-less', [onBucket('one', 's3:GetObject'), deny('s3:*', arn('one'))]);
    const world = (rewrites: string): World => {
      const account = attaches([policy('team-one', [onBucket('one')]), LESS], TEAM);
      return home({
        ...account,
        users: [
          user('mia', [
            allow('iam:CreateRole'),
            allow('iam:AttachRolePolicy', '*', { ArnLike: { 'iam:PolicyARN': TEAM } }),
            allow('iam:CreatePolicyVersion', iam(`policy/${rewrites}`)),
          ]),
        ],
      });
    };
    expect(isAdmin(world('team-less'))).toEqual(['allow']);
    expect(isAdmin(world('own'))).toEqual([]);
  });

  test('aws.md 2.3.1: a rule that ignores case names one policy, not one for each spelling', () => {
    const named = (name: string): World => {
      const equals = { StringEqualsIgnoreCase: { 'iam:PolicyARN': iam(`policy/${name}`) } };
      const account = attaches([policy('Team-One', [onBucket('one')])], TEAM);
      return home({
        ...account,
        users: [user('mia', [allow('iam:CreateRole'), allow('iam:AttachRolePolicy', '*', equals)])],
      });
    };
    expect(bucketsOf(named('team-one'))).toEqual({ one: 'allow' });
    expect(bucketsOf(named('team-two'))).toEqual({ one: 'unknown', three: 'unknown', two: 'unknown' });
  });

  test('aws.md 2.3.1: what a pattern names is among the policies there are; a plain ARN may be of one that was not collected', () => {
    expect(bucketsOf(home(attaches([], TEAM)))).toEqual({});
    expect(bucketsOf(home(attaches([], iam('policy/team-x'))))).toEqual({
      one: 'unknown',
      three: 'unknown',
      two: 'unknown',
    });
  });
});

describe('a name that policies let in and that nobody has', () => {
  /** A bucket that whoever has an ARN may read, in an account with the role `here`. */
  function opened(actions: readonly string[], to: unknown, operator = 'ArnEquals'): World {
    const letsIn = grant('*', 's3:GetObject', `${arn('one')}/*`, { [operator]: { 'aws:PrincipalArn': to } });
    return home({
      users: [user('mia', [allow(actions)])],
      roles: [role('here', [trust({ Service: 'ec2.amazonaws.com' })])],
      resources: [...bucket('one', letsIn), ...bucket('two')],
      files: { accessKeys: [] },
    });
  }
  const CREATES = ['iam:CreateRole'];

  test('aws.md 1.4, 2.3.1 recreate-principal: is that of whoever may make a role by it', () => {
    expect(bucketsOf(opened(CREATES, iam('role/gone')))).toEqual({ one: 'conditional' });
    expect(bucketsOf(opened(CREATES, iam('role/app-*'), 'ArnLike'))).toEqual({ one: 'conditional' });
    expect(bucketsOf(opened(['iam:CreateUser', 'iam:CreateAccessKey'], iam('user/gone')))).toEqual({
      one: 'conditional',
    });
  });

  test('aws.md 2.3.1 recreate-principal: of nobody without each permission it takes', () => {
    expect(bucketsOf(opened(['iam:PutRolePolicy'], iam('role/gone')))).toEqual({});
    expect(bucketsOf(opened(['iam:CreateUser'], iam('user/gone')))).toEqual({});
    expect(bucketsOf(opened(['iam:CreateAccessKey'], iam('user/gone')))).toEqual({});
  });

  test('aws.md 2.3.1 recreate-principal: a name that somebody has, or of another account, cannot be taken', () => {
    expect(bucketsOf(opened(CREATES, iam('role/here')))).toEqual({});
    expect(bucketsOf(opened(CREATES, [iam('role/here'), iam('role/gone')]))).toEqual({ one: 'conditional' });
    expect(bucketsOf(opened(CREATES, iam('role/gone', OTHER)))).toEqual({});
    expect(bucketsOf(opened(CREATES, iam('group/gone')))).toEqual({});
  });

  test('aws.md 1.4, 2.3.1 recreate-principal: what is made holds nothing but what policies give it', () => {
    expect(ask(opened(CREATES, iam('role/gone'))).radius(MIA).admin).toEqual([]);
  });
});
