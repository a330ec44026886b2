/** aws.md 1.10: how actions and resources of policies match those of requests. */
import { describe, expect, test } from 'vitest';
import {
  allow,
  ask,
  bucket,
  deny,
  document,
  HOME,
  home,
  iam,
  type Json,
  MIA,
  OTHER,
  objectIn,
  resource,
  user,
  verdicts,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const FILE = objectIn('exports');
const QUEUE = `arn:aws:sqs:eu-west-1:${HOME}:jobs`;
const world = (...statements: readonly Json[]): World =>
  home({ users: [user('mia', statements)], resources: bucket('exports') });

describe('actions', () => {
  verdicts('1.10 Action', [
    ['case does not matter', world(allow('S3:getOBJECT')), [MIA, GET, FILE], 'allow'],
    ['nor in the request', world(allow(GET)), [MIA, 'S3:GETOBJECT', FILE], 'allow'],
    ['* at the end', world(allow('s3:Get*')), [MIA, GET, FILE], 'allow'],
    ['* in the middle', world(allow('s3:*Object')), [MIA, GET, FILE], 'allow'],
    ['* in the middle of another', world(allow('s3:*ObjectAcl')), [MIA, GET, FILE], 'deny'],
    ['? is one character', world(allow('s3:GetObjec?')), [MIA, GET, FILE], 'allow'],
    ['? is not none', world(allow('s3:GetObject?')), [MIA, GET, FILE], 'deny'],
    ['the service is literal: no *', world(allow('s*:GetObject')), [MIA, GET, FILE], 'deny'],
    ['the service is literal: no ?', world(allow('s?:GetObject')), [MIA, GET, FILE], 'deny'],
    [
      'a deny with a wildcard in the service names nothing either',
      world(allow('*'), deny('s*:*')),
      [MIA, GET, FILE],
      'allow',
    ],
    ['only the lone * spans services', world(allow('*')), [MIA, GET, FILE], 'allow'],
    ['another service', world(allow('sqs:*')), [MIA, GET, FILE], 'deny'],
    ['an action that the catalogue does not know', world(allow('new:*')), [MIA, 'new:Thing', FILE], 'allow'],
    ['one of them that is not named', world(allow('new:Other*')), [MIA, 'new:Thing', FILE], 'deny'],
  ]);
  const not = (Effect: string, NotAction: unknown): Json => ({ Effect, NotAction, Resource: '*' });
  verdicts('1.10 NotAction', [
    ['with Allow it grants every other action', world(not('Allow', 'iam:*')), [MIA, GET, FILE], 'allow'],
    ['of every service', world(not('Allow', 's3:Put*')), [MIA, 'sqs:SendMessage', QUEUE], 'allow'],
    ['not those it names', world(not('Allow', ['iam:*', 's3:get*'])), [MIA, GET, FILE], 'deny'],
    [
      'on the resources of the statement only',
      world({ ...not('Allow', 'iam:*'), Resource: objectIn('x') }),
      [MIA, GET, FILE],
      'deny',
    ],
    ['with Deny it leaves what it names', world(allow('*'), not('Deny', 's3:*')), [MIA, GET, FILE], 'allow'],
    ['and denies the rest', world(allow('*'), not('Deny', 's3:*')), [MIA, 'sqs:SendMessage', QUEUE], 'deny'],
    ['a deny of another statement takes nothing from it', world(not('Allow', 's3:*')), [MIA, GET, FILE], 'deny'],
  ]);
});

describe('resources', () => {
  const on = (Resource: unknown): World => world(allow(GET, Resource));
  const queue = (Resource: unknown): World => world(allow('sqs:SendMessage', Resource));
  verdicts('1.10 Resource', [
    ['case matters', on('arn:aws:s3:::Exports/*'), [MIA, GET, FILE], 'deny'],
    ['* runs over slashes', on('arn:aws:s3:::exports/*'), [MIA, GET, objectIn('exports/a/b')], 'allow'],
    ['? is exactly one', on('arn:aws:s3:::exports/fil?'), [MIA, GET, FILE], 'allow'],
    ['? is not two', on('arn:aws:s3:::exports/fi?'), [MIA, GET, FILE], 'deny'],
    ['the bucket is not its objects', on('arn:aws:s3:::exports'), [MIA, GET, FILE], 'deny'],
    ['one of several', on([objectIn('x'), FILE]), [MIA, GET, FILE], 'allow'],
    ['region by *', queue(`arn:aws:sqs:*:${HOME}:jobs`), [MIA, 'sqs:SendMessage', QUEUE], 'allow'],
    ['another region', queue(`arn:aws:sqs:us-east-1:${HOME}:jobs`), [MIA, 'sqs:SendMessage', QUEUE], 'deny'],
    ['account by *', queue('arn:aws:sqs:eu-west-1:*:jobs'), [MIA, 'sqs:SendMessage', QUEUE], 'allow'],
    ['another account', queue('arn:aws:sqs:eu-west-1:222222222222:jobs'), [MIA, 'sqs:SendMessage', QUEUE], 'deny'],
    ['another partition', queue(`arn:aws-cn:sqs:eu-west-1:${HOME}:jobs`), [MIA, 'sqs:SendMessage', QUEUE], 'deny'],
    ['* matches the empty region and account of a bucket', on('arn:aws:s3:*:*:exports/*'), [MIA, GET, FILE], 'allow'],
    ['a region does not', on('arn:aws:s3:eu-west-1::exports/*'), [MIA, GET, FILE], 'deny'],
    ['fewer segments: the whole text', queue('arn:aws:sqs:*'), [MIA, 'sqs:SendMessage', QUEUE], 'allow'],
    ['fewer segments of another service', queue('arn:aws:sns:*'), [MIA, 'sqs:SendMessage', QUEUE], 'deny'],
    [
      'fewer segments without * at the end: unverified',
      queue('arn:aws:sqs:eu-west-1'),
      [MIA, 'sqs:SendMessage', QUEUE],
      'unknown',
    ],
    [
      'a * that ends a segment may run on: documented both ways',
      queue('arn:aws:sqs*:jobs:x:y:z'),
      [MIA, 'sqs:SendMessage', 'arn:aws:sqs:a:jobs:x:y:z'],
      'unknown',
    ],
  ]);
  const not = (NotResource: unknown, Effect = 'Allow'): Json => ({ Effect, Action: GET, NotResource });
  verdicts('1.10 NotResource', [
    ['everything else', world(not(objectIn('x'))), [MIA, GET, FILE], 'allow'],
    ['not what it names', world(not(FILE)), [MIA, GET, FILE], 'deny'],
    ['not the union of what it names', world(not([objectIn('x'), 'arn:aws:s3:::exports/*'])), [MIA, GET, FILE], 'deny'],
    ['with Deny it leaves what it names', world(allow(GET), not(FILE, 'Deny')), [MIA, GET, FILE], 'allow'],
    ['and denies the rest', world(allow(GET), not(FILE, 'Deny')), [MIA, GET, objectIn('x')], 'deny'],
  ]);
});

describe('actions without resource types', () => {
  const LIST = 's3:ListAllMyBuckets';
  verdicts('1.10 no resource types', [
    ['by *', world(allow('sqs:ListQueues')), [MIA, 'sqs:ListQueues', '*'], 'allow'],
    ['not by an ARN', world(allow('iam:ListUsers', 'arn:aws:iam::*:*')), [MIA, 'iam:GetAccountSummary', '*'], 'deny'],
    ['not by arn:*', world(allow('iam:GetAccountSummary', 'arn:*')), [MIA, 'iam:GetAccountSummary', '*'], 'deny'],
    [
      'by a matching NotResource',
      world({ Effect: 'Allow', Action: 'iam:GetAccountSummary', NotResource: FILE }),
      [MIA, 'iam:GetAccountSummary', '*'],
      'allow',
    ],
    ['the list of buckets by *', world(allow(LIST)), [MIA, LIST, '*'], 'allow'],
    ['the list of buckets by arn:aws:s3:::*', world(allow(LIST, 'arn:aws:s3:::*')), [MIA, LIST, '*'], 'allow'],
    ['the list of buckets not by one bucket', world(allow(LIST, 'arn:aws:s3:::exports')), [MIA, LIST, '*'], 'deny'],
    [
      'another action not by arn:aws:s3:::*',
      world(allow('s3:GetAccountPublicAccessBlock', 'arn:aws:s3:::*')),
      [MIA, 's3:GetAccountPublicAccessBlock', '*'],
      'deny',
    ],
  ]);
});

describe('documents', () => {
  const holding = (PolicyDocument: unknown): World =>
    home({
      users: [{ ...user('mia'), UserPolicyList: [{ PolicyName: 'p', PolicyDocument }] }],
      resources: bucket('exports'),
    });
  const one = { Effect: 'Allow', Action: GET, Resource: FILE };
  const text = JSON.stringify({ Version: '2012-10-17', Statement: one });
  const byName = (Version?: string): Json => ({
    ...(Version === undefined ? {} : { Version }),
    Statement: allow(GET, 'arn:aws:s3:::exports/${aws:username}'),
  });
  const MINE = 'arn:aws:s3:::exports/mia';
  verdicts('1.10 JSON', [
    ['scalars', holding({ Version: '2012-10-17', Statement: one }), [MIA, GET, FILE], 'allow'],
    ['lists', holding(document({ Effect: 'Allow', Action: [GET], Resource: [FILE] })), [MIA, GET, FILE], 'allow'],
    ['a JSON string', holding(text), [MIA, GET, FILE], 'allow'],
    ['URL-encoded text', holding(encodeURIComponent(text)), [MIA, GET, FILE], 'allow'],
    ['text that is neither', holding('%E0%A4%A'), [MIA, GET, FILE], 'unknown'],
    ['variables in 2012-10-17', holding(byName('2012-10-17')), [MIA, GET, MINE], 'allow'],
    ['the variable of another', holding(byName('2012-10-17')), [MIA, GET, 'arn:aws:s3:::exports/ben'], 'deny'],
    ['no variables without a version', holding(byName()), [MIA, GET, MINE], 'deny'],
    ['there they are text', holding(byName()), [MIA, GET, 'arn:aws:s3:::exports/${aws:username}'], 'allow'],
    ['no variables in 2008-10-17', holding(byName('2008-10-17')), [MIA, GET, MINE], 'deny'],
    [
      'a scalar for a list of conditions',
      world(allow(GET, '*', { Bool: { 'aws:SecureTransport': true } })),
      [MIA, GET, FILE],
      'allow',
    ],
  ]);
});

test('aws.md 1.10: several resource types: a launch needs every required one', () => {
  const RUN = 'ec2:RunInstances';
  const types = ['instance/*', 'network-interface/*', 'security-group/*', 'subnet/*', 'volume/*', 'key-pair/*'];
  const arns = types.map((type) => `arn:aws:ec2:*:${HOME}:${type}`);
  const asked = ask(world(allow(RUN, arns)));
  expect(asked.can(MIA, RUN, `arn:aws:ec2:eu-west-1:${HOME}:subnet/subnet-1`)).toBe('allow');
  expect(asked.can(MIA, RUN, `arn:aws:ec2:eu-west-1::image/ami-1`)).toBe('deny');
});

const fn = (region: string): string => `arn:aws:lambda:${region}:${HOME}:function:f`;

describe('resources without a region', () => {
  const regionless = (...statements: readonly Json[]): World =>
    home({ users: [user('mia', statements)], resources: [resource('AWS::Lambda::Function', 'f')] });
  const request: readonly [string, string, string] = [MIA, 'lambda:InvokeFunction', fn('*')];
  verdicts('1.10 regions', [
    ['a pattern for any region', regionless(allow('lambda:*', fn('*'))), request, 'allow'],
    ['a pattern for one region', regionless(allow('lambda:*', fn('eu-west-1'))), request, 'unknown'],
    ['a pattern for some regions', regionless(allow('lambda:*', fn('eu-*'))), request, 'unknown'],
    ['a short pattern for one region', regionless(allow('lambda:*', 'arn:aws:lambda:eu-west-1:*')), request, 'unknown'],
    ['of another name', regionless(allow('lambda:*', `${fn('eu-west-1')}x`)), request, 'deny'],
    ['a deny in one region', regionless(allow('*'), deny('*', fn('eu-west-1'))), request, 'unknown'],
    ['a deny of another name', regionless(allow('*'), deny('*', `${fn('eu-west-1')}x`)), request, 'allow'],
  ]);

  test('aws.md 1.10 regions: reach does not take it for another resource either', () => {
    const access = (...statements: readonly Json[]): string | undefined => {
      const { reaches } = ask(regionless(...statements)).radius(MIA);
      return reaches.find(({ id }) => id === fn('*'))?.certainty;
    };
    expect(access(allow('lambda:*', fn('*')))).toBe('allow');
    expect(access(allow('lambda:*', fn('eu-west-1')))).toBe('unknown');
    expect(access(allow('lambda:*'), deny('*', fn('eu-west-1')))).toBe('unknown');
    expect(access(allow('lambda:*', `${fn('eu-west-1')}x`))).toBeUndefined();
  });
});

const mia = world;

describe('actions without resource types that are asked about a resource', () => {
  verdicts('1.10 no resource types', [
    [
      'the request is about *',
      mia(allow('iam:GetAccountSummary', iam('user/*'))),
      [MIA, 'iam:GetAccountSummary', iam('user/x')],
      'deny',
    ],
    ['and * allows it', mia(allow('iam:GetAccountSummary')), [MIA, 'iam:GetAccountSummary', iam('user/x')], 'allow'],
    [
      'keys are listed, not a key',
      mia(allow('kms:ListKeys', 'arn:aws:kms:*:*:key/*')),
      [MIA, 'kms:ListKeys', `arn:aws:kms:eu-west-1:${HOME}:key/1`],
      'deny',
    ],
    [
      'the list of buckets by one bucket',
      mia(allow('s3:ListAllMyBuckets', 'arn:aws:s3:::exports')),
      [MIA, 's3:ListAllMyBuckets', 'arn:aws:s3:::exports'],
      'deny',
    ],
    [
      'the list of buckets by all',
      mia(allow('s3:ListAllMyBuckets', 'arn:aws:s3:::*')),
      [MIA, 's3:ListAllMyBuckets', 'arn:aws:s3:::exports'],
      'allow',
    ],
  ]);
});

describe('actions without resource types in another account', () => {
  const list = 'iam:GetAccountSummary';
  test('aws.md 1.10: no call speaks of something of another account, and nobody is listed for it', () => {
    const asked = ask(world(allow('*')));
    expect(asked.can(MIA, list, `arn:aws:iam::${OTHER}:user/x`)).toBe('deny');
    expect(asked.can(MIA, 'kms:ListKeys', `arn:aws:kms:eu-west-1:${OTHER}:key/1`)).toBe('deny');
    expect(asked.whoCan(list, `arn:aws:iam::${OTHER}:user/x`)).not.toHaveProperty([MIA]);
    expect(asked.can(MIA, list, '*')).toBe('allow');
  });
});
