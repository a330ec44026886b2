/** aws.md 1.9: NotPrincipal. */
import { describe } from 'vitest';
import {
  allow,
  bucket,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  objectIn,
  policy,
  ROOT,
  role,
  trust,
  user,
  verdicts,
  WORKER,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const FILE = objectIn('exports');
const spare = (principal: unknown, Effect = 'Deny'): Json => ({
  Effect,
  NotPrincipal: principal,
  Action: 's3:*',
  Resource: '*',
});
const world = (principal: unknown, boundary = false): World => {
  const holds = boundary ? { boundary: iam('policy/cap') } : {};
  return home({
    users: [user('mia', [allow('*')], holds)],
    roles: [role('worker', [trust({ AWS: HOME })], [allow('*')], holds)],
    policies: [policy('cap', [allow('*')])],
    resources: bucket('exports', spare(principal)),
  });
};
const SESSION = `arn:aws:sts::${HOME}:assumed-role/worker/ci`;

describe('Deny with NotPrincipal', () => {
  verdicts('1.9 Deny', [
    ['a user by both of its names', world({ AWS: [MIA, ROOT] }), [MIA, GET, FILE], 'allow'],
    ['a user by name and account id', world({ AWS: [MIA, HOME] }), [MIA, GET, FILE], 'allow'],
    ['a user by its ARN alone', world({ AWS: MIA }), [MIA, GET, FILE], 'unknown'],
    ['a user by its account alone', world({ AWS: ROOT }), [MIA, GET, FILE], 'unknown'],
    ['a user by none', world({ AWS: [iam('user/ben'), OTHER] }), [MIA, GET, FILE], 'deny'],
    [
      'a role: one of its sessions may be named',
      world({ AWS: [SESSION, WORKER, ROOT] }),
      [WORKER, GET, FILE],
      'unknown',
    ],
    ['a role without its session', world({ AWS: [WORKER, ROOT] }), [WORKER, GET, FILE], 'unknown'],
    ['a role by none', world({ AWS: MIA }), [WORKER, GET, FILE], 'deny'],
    ['a caller with a boundary, whatever is listed', world({ AWS: [MIA, ROOT] }, true), [MIA, GET, FILE], 'deny'],
    ['a service that is listed', world({ Service: 'logs.amazonaws.com' }), ['logs.amazonaws.com', GET, FILE], 'deny'],
    ['other actions', world({ AWS: iam('user/ben') }), [MIA, 'sqs:ListQueues', '*'], 'allow'],
  ]);
});

describe('Allow with NotPrincipal', () => {
  const open = (principal: unknown): World =>
    home({ users: [user('mia'), user('ben')], resources: bucket('exports', spare(principal, 'Allow')) });
  verdicts('1.9 Allow', [
    [
      'most services reject it: everybody else may be let in',
      open({ AWS: iam('user/ben') }),
      [MIA, GET, FILE],
      'unknown',
    ],
    ['whom it names it does not let in', open({ AWS: MIA }), [MIA, GET, FILE], 'deny'],
  ]);
});

describe('where NotPrincipal does not belong', () => {
  const identity = home({
    users: [user('mia', [allow('*'), spare({ AWS: iam('user/ben') })])],
    resources: bucket('exports'),
  });
  verdicts('1.9 kinds of policy', [
    ['an identity policy with it is none that AWS stored: unknown', identity, [MIA, GET, FILE], 'unknown'],
    [
      'a plain one decides',
      home({ users: [user('mia', [allow('*')])], resources: bucket('exports') }),
      [MIA, GET, FILE],
      'allow',
    ],
  ]);
});

describe('the root user', () => {
  const rootWorld = (principal: unknown): World => ({
    accounts: { [HOME]: { resources: bucket('exports', spare(principal)) } },
  });
  verdicts('1.9 root', [
    ['is named by its account', rootWorld({ AWS: [MIA, ROOT] }), [ROOT, GET, FILE], 'allow'],
    ['and by nothing else', rootWorld({ AWS: [MIA, OTHER] }), [ROOT, GET, FILE], 'deny'],
  ]);
});
