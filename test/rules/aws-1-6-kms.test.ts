/** aws.md 1.6: keys decide for themselves; their account is asked only where they delegate to it. */
import { describe } from 'vitest';
import {
  allow,
  deny,
  grant,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  policy,
  ROOT,
  refuse,
  resource,
  role,
  trust,
  user,
  verdicts,
  WORKER,
  type World,
} from './rule-estate.ts';

const USE = 'kms:Decrypt';
const keyOf = (account: string): string => `arn:aws:kms:eu-west-1:${account}:key/1234`;
const KEY = keyOf(HOME);
const key = (account: string, ...statements: readonly Json[]): Json =>
  resource('AWS::KMS::Key', keyOf(account), { KeyPolicy: { Version: '2012-10-17', Statement: statements } });
const mia = (statements: readonly Json[], ...grants: readonly Json[]): World =>
  home({ users: [user('mia', statements)], resources: [key(HOME, ...grants)] });
const toAccount = grant({ AWS: ROOT }, 'kms:*');

describe('key policies', () => {
  verdicts('1.6 key policy', [
    ['the user by name suffices', mia([], grant({ AWS: MIA }, USE)), [MIA, USE, KEY], 'allow'],
    ['for the actions it names', mia([], grant({ AWS: MIA }, USE)), [MIA, 'kms:Encrypt', KEY], 'deny'],
    ['the account enables identity policies', mia([allow(USE)], toAccount), [MIA, USE, KEY], 'allow'],
    ['the account without one', mia([], toAccount), [MIA, USE, KEY], 'deny'],
    [
      'neither: nobody, not even who may do everything',
      mia([allow('*')], grant({ AWS: WORKER }, 'kms:*')),
      [MIA, USE, KEY],
      'deny',
    ],
    [
      'the account enables only what it names',
      mia([allow('*')], grant({ AWS: ROOT }, 'kms:Describe*')),
      [MIA, USE, KEY],
      'deny',
    ],
    ['a deny of the key', mia([allow('*')], toAccount, refuse({ AWS: MIA }, USE)), [MIA, USE, KEY], 'deny'],
    ['a deny of the identity', mia([deny(USE)], grant({ AWS: MIA }, USE)), [MIA, USE, KEY], 'deny'],
    [
      'a role by name, capped by its boundary',
      home({
        roles: [role('worker', [trust({ AWS: HOME })], [], { boundary: iam('policy/cap') })],
        policies: [policy('cap', [allow('s3:*')])],
        resources: [key(HOME, grant({ AWS: WORKER }, USE))],
      }),
      [WORKER, USE, KEY],
      'deny',
    ],
    ['the root user, by its account', mia([], toAccount), [ROOT, USE, KEY], 'allow'],
    [
      'a key whose policy is not in the input',
      home({ users: [user('mia', [allow('*')])], resources: [resource('AWS::KMS::Key', KEY)] }),
      [MIA, USE, KEY],
      'unknown',
    ],
    ['a key that is not in the input', home({ users: [user('mia', [allow('*')])] }), [MIA, USE, KEY], 'unknown'],
    [
      'a key that is not in the input, nothing allows',
      home({ users: [user('mia')] }),
      [MIA, 'kms:ListKeys', '*'],
      'deny',
    ],
    [
      'the caller account and service of the usual condition: not for direct calls',
      mia(
        [allow(USE)],
        grant('*', USE, '*', {
          StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': HOME },
        }),
      ),
      [MIA, USE, KEY],
      'deny',
    ],
    [
      'the caller account alone',
      mia([], grant('*', USE, '*', { StringEquals: { 'kms:CallerAccount': HOME } })),
      [MIA, USE, KEY],
      'allow',
    ],
    [
      'another caller account',
      mia([], grant('*', USE, '*', { StringEquals: { 'kms:CallerAccount': OTHER } })),
      [MIA, USE, KEY],
      'deny',
    ],
  ]);
});

describe('across accounts', () => {
  const there = keyOf(OTHER);
  const across = (statements: readonly Json[], ...grants: readonly Json[]): World => ({
    accounts: {
      [HOME]: { users: [user('mia', statements)] },
      [OTHER]: { resources: [key(OTHER, ...grants)] },
    },
  });
  verdicts('1.6 across accounts', [
    ['the key and the identity', across([allow(USE)], grant({ AWS: HOME }, USE)), [MIA, USE, there], 'allow'],
    ['the key alone', across([], grant({ AWS: MIA }, USE)), [MIA, USE, there], 'deny'],
    ['the identity alone', across([allow(USE)], grant({ AWS: OTHER }, USE)), [MIA, USE, there], 'deny'],
  ]);
});

describe('what names no key', () => {
  const ALIAS = `arn:aws:kms:eu-west-1:${HOME}:alias/app`;
  const AWS_ALIAS = `arn:aws:kms:eu-west-1:${HOME}:alias/aws/s3`;
  const may = home({ users: [user('mia', [allow('kms:*')])], resources: [key(HOME, grant({ AWS: WORKER }, '*'))] });
  verdicts('1.6 keyless', [
    ['identity policies alone decide', may, [MIA, 'kms:ListKeys', '*'], 'allow'],
    ['kms:CreateKey', may, [MIA, 'kms:CreateKey', '*'], 'allow'],
    ['kms:GenerateRandom', may, [MIA, 'kms:GenerateRandom', '*'], 'allow'],
    ['nothing allows', home({ users: [user('mia')] }), [MIA, 'kms:ListAliases', '*'], 'deny'],
    ['an alias has no policy', may, [MIA, 'kms:CreateAlias', ALIAS], 'allow'],
    ['an alias of AWS cannot be made', may, [MIA, 'kms:CreateAlias', AWS_ALIAS], 'deny'],
    ['nor changed', may, [MIA, 'kms:UpdateAlias', AWS_ALIAS], 'deny'],
    ['nor deleted', may, [MIA, 'kms:DeleteAlias', AWS_ALIAS], 'deny'],
    ['one that only sounds alike', may, [MIA, 'kms:CreateAlias', `${ALIAS}/aws/s3`], 'allow'],
  ]);
});
