/** aws.md 1.1: how the truth of deny and allow statements becomes a verdict. One test for each row of the table. */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  bucket,
  deny,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  objectIn,
  organization,
  PUBLIC,
  policy,
  role,
  trust,
  user,
  verdicts,
  WORKER,
  type World,
} from './rule-estate.ts';

const FROM_OFFICE = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
const GET = 's3:GetObject';
const FILE = objectIn('exports');
const mia = (...statements: readonly Json[]): World =>
  home({ users: [user('mia', statements)], resources: bucket('exports') });
/** A managed policy whose text is not in the input. */
const unread = iam('policy/unread');

describe('the table of results', () => {
  verdicts('1.1 table', [
    ['a deny that is true denies, whatever allows', mia(allow('*'), deny(GET)), [MIA, GET, FILE], 'deny'],
    ['a deny of something else does not', mia(allow('*'), deny('s3:PutObject')), [MIA, GET, FILE], 'allow'],
    ['no deny, nothing allows: denied', mia(), [MIA, GET, FILE], 'deny'],
    ['a deny on a condition and nothing allows: denied', mia(deny(GET, '*', FROM_OFFICE)), [MIA, GET, FILE], 'deny'],
    [
      'a deny on a condition, an allow without: conditional',
      mia(allow(GET), deny(GET, '*', FROM_OFFICE)),
      [MIA, GET, FILE],
      'conditional',
    ],
    [
      'a deny on a condition, an allow on another: conditional',
      mia(allow(GET, '*', { StringEquals: { 'aws:UserAgent': 'x' } }), deny(GET, '*', FROM_OFFICE)),
      [MIA, GET, FILE],
      'conditional',
    ],
    [
      'no deny, an allow on a condition: conditional',
      mia(allow(GET, '*', FROM_OFFICE)),
      [MIA, GET, FILE],
      'conditional',
    ],
    ['no deny, an allow without: allowed', mia(allow(GET)), [MIA, GET, FILE], 'allow'],
    [
      'two allows, one on a condition: allowed',
      mia(allow(GET, '*', FROM_OFFICE), allow(GET)),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'the condition is told and holds',
      mia(allow(GET, '*', FROM_OFFICE)),
      [MIA, GET, FILE, { 'aws:SourceIp': '10.1.2.3' }],
      'allow',
    ],
    [
      'the condition is told and does not hold',
      mia(allow(GET, '*', FROM_OFFICE)),
      [MIA, GET, FILE, { 'aws:SourceIp': '192.0.2.1' }],
      'deny',
    ],
  ]);
});

describe('a policy that is not in the input', () => {
  const holding = (attached: readonly string[], ...statements: readonly Json[]): World =>
    home({ users: [user('mia', statements, { attached })], resources: bucket('exports') });
  verdicts('1.1 UNKNOWN', [
    ['a managed policy without its text may allow', holding([unread]), [MIA, GET, FILE], 'unknown'],
    ['what is denied anyway stays denied', holding([unread], deny(GET)), [MIA, GET, FILE], 'deny'],
    [
      'it may deny as well',
      home({ users: [user('mia', [allow(GET)], { attached: [unread] })], resources: bucket('exports') }),
      [MIA, GET, FILE],
      'unknown',
    ],
    [
      'one of AWS can add nothing to what is allowed',
      home({
        users: [user('mia', [allow(GET)], { attached: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] })],
        resources: bucket('exports'),
      }),
      [MIA, GET, FILE],
      'allow',
    ],
    [
      'a boundary without its text may cap',
      home({ users: [user('mia', [allow(GET)], { boundary: unread })], resources: bucket('exports') }),
      [MIA, GET, FILE],
      'unknown',
    ],
    [
      'a boundary without its text grants nothing',
      home({ users: [user('mia', [], { boundary: unread })], resources: bucket('exports') }),
      [MIA, GET, FILE],
      'deny',
    ],
    [
      'a boundary in the input decides',
      home({
        users: [user('mia', [allow(GET)], { boundary: iam('policy/cap') })],
        policies: [policy('cap', [allow('s3:*')])],
        resources: bucket('exports'),
      }),
      [MIA, GET, FILE],
      'allow',
    ],
  ]);
});

/** Whether a gap says that the organization of the account is not known. */
const saysUnknown = (world: World): boolean =>
  ask(world).graph.graph.gaps.some(({ what, why }) => what === 'organization' && why.includes('are unknown'));

test('aws.md 1.1: guardrails that were not collected are a gap, known to be absent they are none', () => {
  const account = { [HOME]: { users: [user('mia')] } };
  expect(saysUnknown({ accounts: account, organization: null })).toBe(true);
  expect(saysUnknown({ accounts: account })).toBe(false);
  expect(saysUnknown({ accounts: account, organization: organization() })).toBe(false);
});

describe('policies of resources that are not in the input', () => {
  const OTHERS = 'arn:aws:s3:::elsewhere/file';
  const queue = `arn:aws:sqs:eu-west-1:${HOME}:jobs`;
  const listed = home({ users: [user('mia', [allow('ec2:*')])], roles: [role('worker', [trust({ AWS: HOME })])] });
  const unlisted = home({
    users: [user('mia', [allow('ec2:*')])],
    roles: [role('worker', [trust('*')])],
    files: { resources: undefined },
  });
  verdicts('1.1 UNKNOWN', [
    ['a policy on a queue nobody collected may allow', unlisted, [MIA, 'sqs:SendMessage', queue], 'unknown'],
    ['also past a boundary: it may name a user', unlisted, [WORKER, 'sqs:SendMessage', queue], 'unknown'],
    ['one that a full list lacks does not exist', listed, [MIA, 'sqs:SendMessage', queue], 'deny'],
    ['a bucket may be anybody’s', unlisted, [MIA, 's3:GetObject', OTHERS], 'unknown'],
    ['also to the public', unlisted, [PUBLIC, 's3:GetObject', OTHERS], 'unknown'],
    ['an instance has no policy', unlisted, [MIA, 'rds:StartDBInstance', `arn:aws:rds:eu-west-1:${HOME}:db:a`], 'deny'],
    ['nor has a user', unlisted, [MIA, 'iam:GetUser', `arn:aws:iam::${HOME}:user/x`], 'deny'],
    ['all roles are listed', unlisted, [MIA, 'sts:AssumeRole', `arn:aws:iam::${HOME}:role/gone`], 'deny'],
    [
      'across accounts the caller needs a grant of its own',
      unlisted,
      [MIA, 'sqs:SendMessage', `arn:aws:sqs:eu-west-1:${OTHER}:jobs`],
      'deny',
    ],
    ['a request without a resource has none', unlisted, [MIA, 'sqs:ListQueues', '*'], 'deny'],
  ]);
  test('aws.md 1.1: an explanation says what is missing', () => {
    expect(ask(unlisted).whoCan('sqs:SendMessage', queue)).toMatchObject({ [MIA]: 'unknown', [WORKER]: 'unknown' });
  });
});
