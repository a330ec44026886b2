import { KeyreachError } from '@keyreach/core/graph';
import { describe, expect, test } from 'vitest';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { ALLOW_ALL, NOW } from '../normalize/testing/estate.ts';
import { ActionReader } from './action-reader.ts';
import { rightSizedPolicy } from './right-sized-policy.ts';
import { ago, allow, proposalGraph, proposed, rightSized, statementsOf, watched } from './testing/proposal-estate.ts';

const everything = [watched('*')];
const read = { action: 's3:GetObject', resource: 'arn:aws:s3:::data/a.csv' };

describe('actions of an Allow', () => {
  test('used ones stay, unused ones go', () => {
    const proposal = proposed({
      inline: [allow(['s3:GetObject', 's3:PutObject'])],
      usage: [read],
      observations: everything,
    });
    expect(statementsOf(proposal)).toEqual([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
    expect(proposal.removes).toMatchObject([
      { kind: 'actions', why: 'unused', actions: ['s3:PutObject'], count: 1, sources: ['cloudtrail-files'] },
    ]);
    expect(proposal.keeps).toMatchObject([
      { effect: 'allow', used: 1, unknown: 0, places: [{ document: 0, statement: 0 }] },
    ]);
  });

  test('of unknown use they stay, unless they are to be dropped', () => {
    const given = {
      inline: [allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])],
      usage: [read],
      observations: [watched('s3:GetObject', 's3:PutObject')],
    };
    expect(statementsOf(proposed(given))).toEqual([
      { Effect: 'Allow', Action: ['s3:DeleteObject', 's3:GetObject'], Resource: '*' },
    ]);
    const dropping = proposed(given, 'drop');
    expect(statementsOf(dropping)).toEqual([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
    expect(dropping.removes.map(({ why, actions }) => [why, actions])).toEqual([
      ['unknown-dropped', ['s3:DeleteObject']],
      ['unused', ['s3:PutObject']],
    ]);
    expect(dropping.couldBreak.some(({ what }) => what.includes('`s3:DeleteObject`'))).toBe(true);
  });

  test('without any record everything stays as it is', () => {
    const proposal = proposed({ inline: [allow(['s3:*', 'newservice:*'], 'arn:aws:s3:::data/*')] });
    expect(statementsOf(proposal)).toEqual([
      { Effect: 'Allow', Action: ['newservice:*', 's3:*'], Resource: 'arn:aws:s3:::data/*' },
    ]);
    expect(proposal.removes).toEqual([]);
  });

  test('that a service is used tells of none of its actions', () => {
    const proposal = proposed({
      inline: [allow('s3:*')],
      usage: [{ action: 's3:*' }],
      observations: [{ granularity: 'service', subject: proposalGraph({}).id }],
    });
    expect(statementsOf(proposal)).toEqual([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]);
    const observed = proposed({ inline: [allow('s3:*')], usage: [{ action: 's3:*' }, read], observations: everything });
    expect(statementsOf(observed)).toEqual([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
  });

  test('use before the window is none, and its time is told', () => {
    const proposal = proposed({
      inline: [allow(['s3:GetObject', 'sqs:SendMessage'])],
      usage: [{ ...read, last: ago(200) }, { action: 'SQS:sendmessage' }],
      observations: everything,
    });
    expect(statementsOf(proposal)).toEqual([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }]);
    expect(proposal.removes).toMatchObject([{ actions: ['s3:GetObject'], lastUsed: ago(200) }]);
  });

  test('an administrator is left with what it uses', () => {
    const proposal = proposed({ managed: [ALLOW_ALL], usage: [read], observations: everything });
    expect(statementsOf(proposal)).toEqual([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
    const [removal] = proposal.removes;
    expect(removal?.count).toBeGreaterThan(15_000);
    expect(removal?.actions.length).toBeLessThan(2_000);
    expect(removal?.actions).toContain('sqs:*');
    expect(removal?.actions).not.toContain('s3:*');
    expect(proposal.couldBreak.some(({ what }) => what.includes('does not know and `*` allowed'))).toBe(true);
  });

  test('NotAction becomes the actions that stay', () => {
    const text = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', NotAction: ['iam:*', 's3:DeleteObject'], Resource: '*' },
    };
    const proposal = proposed({
      inline: [text],
      usage: [read, { action: 'iam:CreateUser' }, { action: 's3:DeleteObject' }],
      observations: everything,
    });
    expect(statementsOf(proposal)).toEqual([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
  });

  test('a wildcard stays where all of it does, and never wider than it was', () => {
    const watching = [watched('sqs:*', 's3:*')];
    const proposal = proposed({ inline: [allow(['s3:GetObject*', 'sqs:Send*'])], observations: [watched('sqs:*')] });
    expect(statementsOf(proposal)).toEqual([{ Effect: 'Allow', Action: 's3:GetObject*', Resource: '*' }]);
    const names = proposed({
      inline: [allow(['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectAttributes'])],
      usage: ['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectAttributes'].map((action) => ({ action })),
      observations: watching,
    });
    expect(statementsOf(names)).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectAttributes'], Resource: '*' },
    ]);
  });

  test('no wildcard is wider than the statement, also for actions of tomorrow', () => {
    const names = awsCatalogue()
      .service('s3')!
      .actions.map(({ name }) => name)
      .sort();
    const listed = proposed({ inline: [allow(names)] });
    expect(statementsOf(listed)).toEqual([{ Effect: 'Allow', Action: names, Resource: '*' }]);
    const Statement = { Effect: 'Allow', NotAction: ['s3:NoSuchAction', 'newservice:*'], Resource: '*' };
    const excepted = proposed({ inline: [{ Version: '2012-10-17', Statement }] });
    const [{ Action }] = statementsOf(excepted) as [{ readonly Action: readonly string[] }];
    expect(Action).toContain('sqs:*');
    expect(Action).toContain('s3:Get*');
    const { names: allows } = new ActionReader().read({ include: Action, exclude: [] });
    expect(['s3:NoSuchAction', 'newservice:Do', 's3:GetObject'].map(allows)).toEqual([false, false, true]);
  });

  test('used actions that the catalogue does not know stay, by name', () => {
    const given = {
      inline: [allow(['newservice:*', 's3:*'])],
      usage: [{ action: 'newservice:Launch' }, { action: 's3:BrandNewCall' }, { action: 'gone:Call' }],
      observations: everything,
    };
    expect(statementsOf(proposed(given, 'drop'))).toEqual([
      { Effect: 'Allow', Action: ['newservice:launch', 's3:brandnewcall'], Resource: '*' },
    ]);
    expect(statementsOf(proposed(given))).toEqual([
      { Effect: 'Allow', Action: ['newservice:*', 's3:brandnewcall'], Resource: '*' },
    ]);
    expect(proposed(given).staysInForce).toEqual([
      { what: '`gone:call`', why: expect.stringContaining('none of its policies allows it') },
    ]);
  });

  test('a pattern outside the catalogue goes only where a source would have seen it', () => {
    const inline = [allow(['newservice:*', 's3:GetObject'])];
    const seen = proposed({ inline, usage: [read], observations: everything });
    expect(statementsOf(seen)).toEqual([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
    expect(seen.removes).toMatchObject([{ why: 'unused', actions: ['newservice:*'], count: 1 }]);
    const unseen = proposed({ inline, usage: [read], observations: [watched('s3:*')] });
    expect(statementsOf(unseen)).toEqual([
      { Effect: 'Allow', Action: ['newservice:*', 's3:GetObject'], Resource: '*' },
    ]);
    expect(unseen.removes).toEqual([]);
  });

  test('a name outside the catalogue that is used stays as it is, once, and is not told as removed', () => {
    const proposal = proposed(
      { inline: [allow(['s3:NoSuchAction', 's3:NorThisOne'])], usage: [{ action: 's3:NoSuchAction' }] },
      'drop',
    );
    expect(statementsOf(proposal)).toEqual([{ Effect: 'Allow', Action: 's3:NoSuchAction', Resource: '*' }]);
    expect(proposal.removes).toMatchObject([{ why: 'unknown-dropped', actions: ['s3:NorThisOne'] }]);
    expect(proposal.keeps).toMatchObject([{ used: 1, unknown: 0 }]);
  });

  test('what was perhaps used stays, goes where it is to be dropped, and explains nothing', () => {
    const given = {
      inline: [allow(['s3:GetObject', 's3:PutObject'])],
      usage: [read, { action: 's3:PutObject', perhaps: true }, { action: 'sqs:SendMessage', perhaps: true }],
      observations: everything,
    };
    expect(statementsOf(proposed(given))).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' },
    ]);
    expect(proposed(given, 'drop').removes).toMatchObject([{ why: 'unknown-dropped', actions: ['s3:PutObject'] }]);
    expect(proposed(given).staysInForce).toEqual([]);
  });

  test('an action that is no name is never written', () => {
    const proposal = proposed({
      inline: [allow('s3:*')],
      usage: [read, { action: 's3:Get"Object' }, { action: 's3:Get Object' }],
      observations: everything,
    });
    expect(statementsOf(proposal)).toEqual([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
  });
});

describe('resources and conditions of an Allow', () => {
  const two = allow(['s3:GetObject', 's3:PutObject'], ['arn:aws:s3:::data/*', 'arn:aws:s3:::logs/*']);

  test('a pattern goes where every call was seen and was about something else', () => {
    const proposal = proposed({
      inline: [two],
      usage: [read, { action: 's3:PutObject', resource: 'arn:aws:s3:::logs/1' }],
      observations: everything,
    });
    expect(statementsOf(proposal)).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' },
      { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::logs/*' },
    ]);
    expect(proposal.removes).toMatchObject([
      {
        kind: 'resources',
        actions: ['s3:GetObject'],
        resources: ['arn:aws:s3:::logs/*'],
        sources: ['cloudtrail-files'],
      },
      { kind: 'resources', actions: ['s3:PutObject'], resources: ['arn:aws:s3:::data/*'] },
    ]);
    expect(proposal.couldBreak.some(({ what }) => what.startsWith('calls on `arn:aws:s3:::data/*`'))).toBe(true);
  });

  test.each([
    ['one call did not tell its resource', [read, { ...read, resource: undefined as never }], everything],
    ['not all calls were seen', [read], []],
    ['calls were seen for too short a time', [read], [{ ...watched('*'), from: ago(30) }]],
    [
      'another source saw use after the first stopped looking',
      [read, { ...read, resource: undefined as never, source: 'last-accessed', last: ago(1) }],
      [{ ...watched('*'), to: ago(3) }],
    ],
  ])('it stays where %s', (_why, usage, observations) => {
    const rows = usage.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)));
    const proposal = proposed({
      inline: [allow('s3:GetObject', ['arn:aws:s3:::data/*', 'arn:aws:s3:::logs/*'])],
      usage: rows,
      observations,
    });
    expect(statementsOf(proposal)).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::data/*', 'arn:aws:s3:::logs/*'] },
    ]);
  });

  test('what another source saw without a resource, the first saw with it', () => {
    const proposal = proposed({
      inline: [allow('s3:GetObject', ['arn:aws:s3:::data/*', 'arn:aws:s3:::logs/*'])],
      usage: [read, { action: 's3:GetObject', source: 'last-accessed', last: ago(5) }],
      observations: everything,
    });
    expect(statementsOf(proposal)).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' },
    ]);
  });

  test('an action whose calls were all allowed by another statement leaves this one', () => {
    const proposal = proposed({
      inline: [allow('s3:GetObject', 'arn:aws:s3:::data/*'), allow('s3:GetObject', 'arn:aws:s3:::logs/*')],
      usage: [read],
      observations: everything,
    });
    expect(statementsOf(proposal)).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' },
    ]);
  });

  test('NotResource and the condition stay as they are', () => {
    const Condition = {
      Bool: { 'aws:MultiFactorAuthPresent': true },
      NumericLessThan: { 'aws:MultiFactorAuthAge': 300 },
    };
    const text = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:*', NotResource: ['arn:aws:s3:::logs/*'], Condition },
    };
    const proposal = proposed({ inline: [text], usage: [read], observations: everything });
    expect(statementsOf(proposal)).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        NotResource: 'arn:aws:s3:::logs/*',
        Condition: {
          Bool: { 'aws:MultiFactorAuthPresent': ['true'] },
          NumericLessThan: { 'aws:MultiFactorAuthAge': ['300'] },
        },
      },
    ]);
  });

  test('texts of 2008 keep what their `${` means', () => {
    const old = (Condition?: unknown): unknown => ({
      Statement: {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::home/${aws:username}',
        ...(Condition === undefined ? {} : { Condition }),
      },
    });
    const plain = proposed({ inline: [old()] });
    expect(plain.documents[0]?.document).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::home/${$}{aws:username}' }],
    });
    const literal = proposed({ inline: [old({ StringEquals: { 's3:prefix': '${aws:username}' } })] });
    expect(literal.documents[0]?.document).toEqual({
      Version: '2008-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::home/${aws:username}',
          Condition: { StringEquals: { 's3:prefix': ['${aws:username}'] } },
        },
      ],
    });
  });

  test('statements with equal scope become one, others do not', () => {
    const observed = { usage: [read, { action: 'sqs:SendMessage' }], observations: everything };
    const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    expect(statementsOf(proposed({ inline: [allow('s3:*'), allow('sqs:*')], ...observed }))).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject', 'sqs:SendMessage'], Resource: '*' },
    ]);
    expect(statementsOf(proposed({ inline: [allow('s3:*'), allow('sqs:*', '*', mfa)], ...observed }))).toHaveLength(2);
  });
});

describe('what grants whatever the proposal says', () => {
  const me = 'arn:aws:iam::444455556666:role/app';
  const bucket = (Principal: unknown): unknown => ({
    TypeName: 'AWS::S3::BucketPolicy',
    Identifier: 'data',
    Properties: {
      Bucket: 'data',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal, Action: 's3:*', Resource: '*' },
      },
    },
  });

  test.each([
    [{ AWS: me }, 1],
    [{ AWS: 'arn:aws:iam::444455556666:root' }, 0],
    [{ AWS: 'arn:aws:iam::444455556666:role/else' }, 0],
  ])('a bucket policy for %j', (Principal, count) => {
    const { staysInForce } = proposed({ inline: [allow('s3:*')], resources: [bucket(Principal)] });
    expect(staysInForce).toHaveLength(count);
  });
});

describe('everything else an identity holds', () => {
  const deny = { Version: '2012-10-17', Statement: { Effect: 'Deny', NotAction: 's3:*', Resource: '*' } };

  test('a Deny stays as it is, once', () => {
    const proposal = proposed({ inline: [allow('s3:*'), deny, deny], usage: [read], observations: everything });
    expect(statementsOf(proposal)).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
      { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
    ]);
  });

  test('the group is to be left: what it gives comes along, its Deny too', () => {
    const proposal = proposed({
      type: 'user',
      group: [allow('s3:*'), deny],
      usage: [read],
      observations: everything,
    });
    expect(statementsOf(proposal)).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
      { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
    ]);
    const team = 'arn:aws:iam::444455556666:group/team';
    expect(proposal.replaces.every(({ through }) => through === team)).toBe(true);
    expect(proposal.couldBreak).toContainEqual({
      what: `membership of \`${team}\``,
      why: expect.stringContaining('1 other member'),
    });
  });

  test('a policy of its own needs no group to be left', () => {
    const proposal = proposed({ type: 'user', inline: [allow('s3:*')], usage: [read], observations: everything });
    expect(proposal.replaces).toMatchObject([{ name: 'inline-0', type: 'inline' }]);
    expect(proposal.replaces[0]).not.toHaveProperty('through');
    expect(proposal.couldBreak.some(({ what }) => what.startsWith('membership'))).toBe(false);
  });

  test('where nothing is used no document is left', () => {
    const proposal = proposed({ inline: [allow('s3:*')], observations: everything });
    expect(proposal.documents).toEqual([]);
    expect(proposal.removes).toHaveLength(1);
  });

  test.each([
    ['an unreadable policy', { inline: ['{'] }, 'a policy that is not known'],
    [
      'a managed policy that is not in the input',
      {
        extra: {
          AttachedManagedPolicies: [{ PolicyArn: 'arn:aws:iam::444455556666:policy/absent', PolicyName: 'absent' }],
        },
      },
      'absent',
    ],
    [
      'a service-linked role',
      { extra: { Path: '/aws-service-role/x.amazonaws.com/', Arn: 'arn:aws:iam::444455556666:role/app' } },
      'service-linked',
    ],
    ['a role of Identity Center', { extra: { Path: '/aws-reserved/sso.amazonaws.com/' } }, 'permission set'],
  ])('nothing is proposed for %s', (_what, given, reason) => {
    const result = rightSized({ inline: [allow('s3:*')], usage: [read], observations: everything, ...given });
    expect(result.outcome).toBe('withheld');
    expect(result.outcome === 'withheld' && result.reasons.join()).toContain(reason);
  });

  test('nor for a group, but for its members', () => {
    const { graph } = proposalGraph({ type: 'user', group: [allow('s3:*')] });
    const useOf = (permission: string) => ({ permission, state: 'unknown' as const, sources: [] });
    const options = { now: NOW, windowDays: 90, useOf };
    const team = graph.identities.find(({ type }) => type === 'group')!;
    expect(rightSizedPolicy(graph, team, options)).toMatchObject({ outcome: 'withheld' });
    const app = graph.identities.find(({ name }) => name === 'app')!;
    expect(rightSizedPolicy(graph, app, options)).toMatchObject({ outcome: 'proposed' });
  });

  test('misuse is thrown', () => {
    const { graph, id } = proposalGraph({ inline: [allow('s3:*')] });
    const identity = graph.identity(id)!;
    const useOf = (permission: string) => ({ permission, state: 'unknown' as const, sources: [] });
    const code = (run: () => unknown): string => {
      try {
        run();
      } catch (error) {
        return error instanceof KeyreachError ? error.code : 'other';
      }
      return 'none';
    };
    const options = { now: NOW, windowDays: 90, useOf };
    expect(code(() => rightSizedPolicy(graph, identity, { ...options, now: 'today' }))).toBe('bad-time');
    expect(code(() => rightSizedPolicy(graph, identity, { ...options, windowDays: 0 }))).toBe('bad-window');
    expect(code(() => rightSizedPolicy(graph, { ...identity, provider: 'gcp' }, options))).toBe('bad-identity');
    expect(code(() => rightSizedPolicy(graph, identity, options))).toBe('none');
  });
});
