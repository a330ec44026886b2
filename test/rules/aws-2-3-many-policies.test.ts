/**
 * Accounts with more managed policies than fit on a page or two: those that may be named by a pattern are found wherever their
 * names stand in the order (aws.md 2.3.1, iam-attach-user-policy, iam-put-user-permissions-boundary, iam-create-user-admin).
 */
import { describe, expect, test } from 'vitest';
import { allow, ask, bucket, home, iam, type Json, MIA, policy, user, type World } from './rule-estate.ts';

const everything = allow('*');
const harmless = allow('sts:GetCallerIdentity');
/** Many that nobody may name, before and after the one that counts. */
const many = (before: string, after: string): readonly Json[] =>
  [before, after].flatMap((start) =>
    Array.from({ length: 300 }, (_, number) => policy(`${start}${String(number).padStart(3, '0')}`, [everything])),
  );
const like = (key: string, name: string): Json => ({ ArnLike: { [key]: iam(`policy/${name}`) } });
const world = (says: readonly Json[], policies: readonly Json[], boundary?: string): World =>
  home({
    users: [user('mia', says, boundary === undefined ? {} : { boundary: iam(`policy/${boundary}`) })],
    policies,
    files: { accessKeys: [] },
  });
const control = (estate: World): string | undefined => ask(estate).radius(MIA).admin[0]?.certainty;

describe('a policy attached by its name', () => {
  const attach = (name: string): Json => allow('iam:AttachUserPolicy', MIA, like('iam:PolicyARN', name));

  test('is found behind three hundred others', () =>
    expect(control(world([attach('team-*')], [...many('a', 'z'), policy('team-admin', [everything])]))).toBe('allow'));
  test('not where it allows little', () =>
    expect(control(world([attach('team-*')], [...many('a', 'z'), policy('team-admin', [harmless])]))).toBeUndefined());
  test('not where it has another name', () =>
    expect(control(world([attach('team-*')], [...many('a', 'z'), policy('tea', [everything])]))).toBeUndefined());
});

describe('a boundary set by its name', () => {
  const set = (name: string): Json =>
    allow('iam:PutUserPermissionsBoundary', MIA, like('iam:PermissionsBoundary', name));
  const bound = policy('bound', [allow('iam:PutUserPermissionsBoundary')]);

  const bounded = (says: readonly Json[], text: Json): World => {
    const policies = [...many('a', 'z'), bound, policy('team-open', [text])];
    return world(
      [{ Effect: 'Allow', NotAction: 'iam:PutUserPermissionsBoundary', Resource: '*' }, ...says],
      policies,
      'bound',
    );
  };

  test('is found behind three hundred others', () =>
    expect(control(bounded([set('team-*')], everything))).toBe('allow'));
  test('not where it lets little pass', () => expect(control(bounded([set('team-*')], harmless))).toBeUndefined());
  test('not where none can be set', () => expect(control(bounded([], everything))).toBeUndefined());
});

describe('more policies than can be asked about one by one, where a rule reads more than their names', () => {
  const tagged = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
  const attach = (more: Json): Json =>
    allow('iam:AttachUserPolicy', MIA, { ...like('iam:PolicyARN', 'team-*'), ...more });
  const policies = [...many('a', 'z'), policy('team-admin', [everything])];

  test('leave it unknown', () => {
    const estate = home({
      users: [user('mia', [attach(tagged)], { tags: { team: 'red' } })],
      policies,
      files: { accessKeys: [] },
    });
    const [found] = ask(estate).radius(MIA).admin;
    expect(found?.certainty).toBe('unknown');
    expect(JSON.stringify(found?.path)).toContain('which-policy-may-be-named');
  });
  test('but not where nothing can be attached', () => {
    const estate = home({
      users: [user('mia', [attach(tagged)], { tags: { team: 'blue' } })],
      policies,
      files: { accessKeys: [] },
    });
    expect(control(estate)).toBeUndefined();
  });
});

describe('hundreds of boundaries that may be set, none of which is wider than another', () => {
  const boundaries = (last: Json): readonly Json[] => [
    ...Array.from({ length: 300 }, (_, at) =>
      policy(`team-${at}`, [allow(['sqs:*', 'sns:*'], `arn:aws:sqs:*:*:q${at}`)]),
    ),
    policy('team-z', [last]),
  ];
  const estate = (last: Json): World =>
    home({
      users: [
        user(
          'mia',
          [allow('iam:PutUserPermissionsBoundary', MIA, like('iam:PermissionsBoundary', 'team-*')), everywhere],
          {
            boundary: iam('policy/bound'),
          },
        ),
      ],
      policies: [...boundaries(last), policy('bound', [allow('iam:PutUserPermissionsBoundary')])],
      resources: bucket('one'),
      files: { accessKeys: [] },
    });
  const everywhere = allow('s3:*');
  const readOf = (last: Json): string | undefined =>
    ask(estate(last))
      .radius(MIA)
      .reaches.find(({ id }) => id === 'arn:aws:s3:::one')?.certainty;

  test('what one of the narrow ones lets through is unknown', () => {
    expect(readOf(allow('s3:GetObject'))).toBe('unknown');
    expect(readOf(allow('dynamodb:GetItem'))).toBeUndefined();
  });
  test('what a wide one does is not', () => expect(readOf(allow(['s3:*', 'sqs:*', 'sns:*']))).toBe('allow'));
});

test('somebody made with a policy that may be named', () => {
  const makes = [
    allow(['iam:CreateUser', 'iam:CreateAccessKey']),
    allow('iam:AttachUserPolicy', '*', like('iam:PolicyARN', 'team-*')),
  ];
  expect(control(world(makes, [...many('a', 'z'), policy('team-admin', [everything])]))).toBe('allow');
  expect(control(world(makes, [...many('a', 'z'), policy('team-admin', [harmless])]))).toBeUndefined();
});
