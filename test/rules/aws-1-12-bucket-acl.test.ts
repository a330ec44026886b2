/** aws.md 1.12, other systems: access control lists of S3 buckets. */
import { describe } from 'vitest';
import {
  allow,
  HOME,
  iam,
  MIA,
  OTHER,
  objectIn,
  PUBLIC,
  refuse,
  resource,
  user,
  verdicts,
  type World,
} from './rule-estate.ts';

const LIST = 's3:ListBucket';
const BUCKET = 'arn:aws:s3:::exports';
const GUEST = iam('user/guest', OTHER);
const IDLE = iam('user/idle', OTHER);

type Json = Readonly<Record<string, unknown>>;

const world = (AccessControl: string, ...statements: readonly Json[]): World => blocking({}, AccessControl, statements);

const blocking = (blocks: Json | null, AccessControl: string, statements: readonly Json[] = []): World => ({
  accounts: {
    [OTHER]: {
      users: [user('guest', [allow('s3:*')], { account: OTHER }), user('idle', [], { account: OTHER })],
    },
    [HOME]: {
      users: [user('mia')],
      blocks,
      resources: [
        resource('AWS::S3::Bucket', 'exports', { AccessControl }),
        resource('AWS::S3::BucketPolicy', 'exports', { Bucket: 'exports', PolicyDocument: { Statement: statements } }),
      ],
    },
  },
});

describe('S3 access control lists', () => {
  verdicts('1.12 bucket ACL', [
    ['everybody reads', world('PublicRead'), [PUBLIC, LIST, BUCKET], 'allow'],
    ['everybody is also the own account', world('PublicRead'), [MIA, LIST, BUCKET], 'allow'],
    ['and does not write', world('PublicRead'), [PUBLIC, 's3:PutObject', objectIn('exports')], 'deny'],
    ['nor read objects', world('PublicReadWrite'), [PUBLIC, 's3:GetObject', objectIn('exports')], 'deny'],
    ['everybody writes', world('PublicReadWrite'), [PUBLIC, 's3:PutObject', objectIn('exports')], 'allow'],
    ['a deny of the policy counts', world('PublicRead', refuse('*', 's3:*')), [PUBLIC, LIST, BUCKET], 'deny'],
    ['who is signed in is not anonymous', world('AuthenticatedRead'), [PUBLIC, LIST, BUCKET], 'deny'],
    ['and has leave of its own account', world('AuthenticatedRead'), [GUEST, LIST, BUCKET], 'allow'],
    ['or else it may not', world('AuthenticatedRead'), [IDLE, LIST, BUCKET], 'deny'],
    ['a private list lets nobody in', world('Private'), [GUEST, LIST, BUCKET], 'deny'],
  ]);

  const IGNORED = { IgnorePublicAcls: true };
  verdicts('3.4 IgnorePublicAcls of the account', [
    ['set, nobody who is signed in reads', blocking(IGNORED, 'AuthenticatedRead'), [GUEST, LIST, BUCKET], 'deny'],
    ['not told, whether anybody does', blocking(null, 'PublicRead'), [PUBLIC, LIST, BUCKET], 'unknown'],
    ['not told, nor who is signed in', blocking(null, 'AuthenticatedRead'), [GUEST, LIST, BUCKET], 'unknown'],
    ['not told, a private list lets nobody in', blocking(null, 'Private'), [GUEST, LIST, BUCKET], 'deny'],
  ]);
});
