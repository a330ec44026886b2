import { awsSemantics, awsTechniques } from '@keyreach/aws/offline';
import { AuthorizationModel } from '@keyreach/core/authz';
import { deriveReach } from '@keyreach/core/reach';
import { expect, test } from 'vitest';
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

const arn = (name: string): string => `arn:aws:s3:::${name}`;
const onBucket = (name: string, action: unknown = 's3:*'): Json => allow(action, [arn(name), `${arn(name)}/*`]);
const NONE = policy('none', [allow('sts:GetCallerIdentity')]);

/** Somebody who sets boundaries that match a pattern, of a role that holds everything and has one. */
const sets = (pattern: string, ...policies: readonly Json[]): World =>
  home({
    users: [
      user('mia', [
        allow('sts:AssumeRole', TARGET),
        allow('iam:PutRolePermissionsBoundary', TARGET, { StringLike: { 'iam:PermissionsBoundary': pattern } }),
      ]),
    ],
    roles: [role('target', [trust({ AWS: MIA })], [allow('s3:*')], { boundary: iam('policy/none') })],
    policies: [NONE, ...policies],
    resources: ['one', 'two', 'three'].flatMap((name) => bucket(name)),
    files: { accessKeys: [] },
  });

function bucketsOf(world: World): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(ask(world).reach(MIA)).flatMap(([id, certainty]) =>
      id.startsWith(arn('')) ? [[id.slice(arn('').length), certainty]] : [],
    ),
  );
}

function guardsSet(world: World): readonly (string | undefined)[] {
  const model = new AuthorizationModel(ask(world).graph, [awsSemantics]);
  const { faces } = deriveReach(model, [awsTechniques], { now: 0 });
  return faces.flatMap(({ id, told }) =>
    id === TARGET && told?.change === 'guard' && told.policy !== undefined ? [told.policy] : [],
  );
}

test('aws.md 2.3.1 iam-put-role-boundary: each boundary that may be named lets through what it allows', () => {
  const both = [policy('one', [onBucket('one')]), policy('two', [onBucket('two')])];
  expect(bucketsOf(sets(iam('policy/*'), ...both))).toEqual({ one: 'allow', two: 'allow' });
  expect(bucketsOf(sets(iam('policy/o*'), ...both))).toEqual({ one: 'allow' });
  expect(bucketsOf(sets(iam('policy/x*'), ...both))).toEqual({});
  expect(guardsSet(sets(iam('policy/*'), ...both))).toEqual([iam('policy/none'), iam('policy/one'), iam('policy/two')]);
});

test('aws.md 2.3.1 iam-put-role-boundary: one that lets no more through than another that may be named is not followed', () => {
  const wide = policy('wide', [onBucket('one'), onBucket('two'), allow('sts:*')]);
  const narrow = policy('narrow', [onBucket('one', 's3:GetObject')]);
  const denies = policy('denies', [onBucket('two'), deny('s3:*', arn('one'))]);
  const same = policy('zzz', [onBucket('one'), onBucket('two'), allow('sts:*')]);
  const other = policy('other', [onBucket('three')]);
  expect(guardsSet(sets(iam('policy/*'), wide, narrow, denies, same, other))).toEqual([
    iam('policy/other'),
    iam('policy/wide'),
  ]);
  expect(bucketsOf(sets(iam('policy/*'), wide, narrow, denies, same, other))).toEqual({
    one: 'allow',
    three: 'allow',
    two: 'allow',
  });
  // Where the wider one may not be named, the narrower counts.
  expect(guardsSet(sets(iam('policy/n*'), wide, narrow))).toEqual([iam('policy/narrow'), iam('policy/none')]);
  expect(bucketsOf(sets(iam('policy/n*'), wide, narrow))).toEqual({ one: 'allow' });
});

test('aws.md 2.3.1 iam-attach-role-policy: one that denies counts where it gives what others do not', () => {
  const attaches = (...policies: readonly Json[]): World =>
    home({
      users: [
        user('mia', [
          allow('sts:AssumeRole', TARGET),
          allow('iam:AttachRolePolicy', TARGET, { StringLike: { 'iam:PolicyARN': iam('policy/*') } }),
        ]),
      ],
      roles: [role('target', [trust({ AWS: MIA })])],
      policies,
      resources: ['one', 'two'].flatMap((name) => bucket(name)),
      files: { accessKeys: [] },
    });
  const ONE = policy('one', [onBucket('one')]);
  const refuses = (name: string): Json => policy('refuses', [onBucket(name), deny('s3:Put*')]);
  expect(bucketsOf(attaches(ONE))).toEqual({ one: 'allow' });
  expect(bucketsOf(attaches(ONE, refuses('one')))).toEqual({ one: 'allow' });
  expect(bucketsOf(attaches(ONE, refuses('two')))).toEqual({ one: 'allow', two: 'allow' });
  expect(bucketsOf(attaches(refuses('two')))).toEqual({ two: 'allow' });
});
