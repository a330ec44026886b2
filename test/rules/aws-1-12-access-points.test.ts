/** aws.md 1.12, other systems: S3 access points, where bucket and access point must both allow. */
import { describe } from 'vitest';
import {
  allow,
  bucket,
  deny,
  grant,
  HOME,
  iam,
  type Json,
  MIA,
  OTHER,
  objectIn,
  organization,
  PUBLIC,
  refuse,
  resource,
  user,
  verdicts,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const AP = `arn:aws:s3:eu-west-1:${HOME}:accesspoint/ap`;
const OBJECT = `${AP}/object/file`;
const CALLER = iam('user/caller', OTHER);
const shared = grant({ AWS: OTHER }, '*');
const everybody = grant('*', '*');
/** How AWS tells owners to hand the decision to access points. */
const handedOver = (account: string): Json =>
  grant('*', '*', '*', { StringEquals: { 's3:DataAccessPointAccount': account } });

const world = (
  point: readonly Json[],
  ofBucket: readonly Json[],
  more: Json = {},
  own: Json = allow('s3:*'),
): World => ({
  accounts: {
    [OTHER]: { users: [user('caller', [allow('*')], { account: OTHER })] },
    [HOME]: {
      users: [user('mia', [own])],
      resources: [
        ...bucket('exports', ...ofBucket),
        resource('AWS::S3::AccessPoint', 'ap', { Arn: AP, Bucket: 'exports', Policy: { Statement: point }, ...more }),
      ],
    },
  },
});
const guarded = (...statements: readonly Json[]): World => ({
  ...world([shared], [shared]),
  organization: organization({ rcps: { [HOME]: statements } }),
});

/** Says nothing of S3. */
const idle = deny('ec2:*');
/** The access point lets in mia, who has no grant of her own. */
const letsInMia = (ofBucket: readonly Json[]): World => world([grant({ AWS: MIA }, GET)], ofBucket, {}, idle);

describe('access points', () => {
  verdicts('1.12 access points, other accounts', [
    ['both allow', world([shared], [shared]), [CALLER, GET, OBJECT], 'allow'],
    ['also to list', world([shared], [shared]), [CALLER, 's3:ListBucket', AP], 'allow'],
    ['the bucket alone', world([], [shared]), [CALLER, GET, OBJECT], 'deny'],
    ['the access point alone', world([shared], []), [CALLER, GET, OBJECT], 'deny'],
    ['nor does it open the bucket itself', world([shared], []), [CALLER, GET, objectIn('exports')], 'deny'],
    ['the bucket hands over to access points', world([shared], [handedOver(HOME)]), [CALLER, GET, OBJECT], 'allow'],
    ['to those of another account', world([shared], [handedOver(OTHER)]), [CALLER, GET, OBJECT], 'deny'],
    [
      'a bucket that shares another object',
      world([shared], [{ ...shared, Resource: objectIn('exports') }]),
      [CALLER, GET, `${AP}/object/x`],
      'deny',
    ],
    [
      'a bucket that shares this object',
      world([shared], [{ ...shared, Resource: objectIn('exports') }]),
      [CALLER, GET, OBJECT],
      'allow',
    ],
    ['a guard of the account of the bucket', guarded(deny('s3:*', objectIn('exports'))), [CALLER, GET, OBJECT], 'deny'],
    ['a guard for another bucket', guarded(deny('s3:*', objectIn('other'))), [CALLER, GET, OBJECT], 'allow'],
    [
      'calls about the access point do not ask the bucket',
      world([shared], []),
      [CALLER, 's3:GetAccessPointPolicy', AP],
      'allow',
    ],
  ]);

  verdicts('1.12 access points, the own account', [
    ['a grant of the caller is enough', world([], []), [MIA, GET, OBJECT], 'allow'],
    // What the access point gives, the bucket must give too, also in one account (S3 user guide, policies of access points).
    ['a grant of the access point alone is not', letsInMia([]), [MIA, GET, OBJECT], 'deny'],
    ['it is where the bucket gives the same', letsInMia([grant({ AWS: MIA }, GET)]), [MIA, GET, OBJECT], 'allow'],
    [
      'or to the account, and it has no grant there',
      letsInMia([grant({ AWS: HOME }, GET)]),
      [MIA, GET, OBJECT],
      'deny',
    ],
    ['or to another', letsInMia([grant({ AWS: CALLER }, GET)]), [MIA, GET, OBJECT], 'deny'],
    ['or hands over to its access points', letsInMia([handedOver(HOME)]), [MIA, GET, OBJECT], 'allow'],
    ['or to those of another account', letsInMia([handedOver(OTHER)]), [MIA, GET, OBJECT], 'deny'],
    ['a grant of the bucket alone is not', world([], [grant({ AWS: MIA }, GET)], {}, idle), [MIA, GET, OBJECT], 'deny'],
    ['and nobody else does', world([], [], {}, idle), [MIA, GET, OBJECT], 'deny'],
    ['a deny of the bucket counts', world([], [refuse('*', GET)]), [MIA, GET, OBJECT], 'deny'],
    ['a deny of the access point counts', world([refuse('*', GET)], []), [MIA, GET, OBJECT], 'deny'],
    ['but not at the bucket', world([refuse('*', GET)], []), [MIA, GET, objectIn('exports')], 'allow'],
  ]);

  verdicts('1.12 access points, everybody', [
    ['both let everybody in', world([everybody], [everybody]), [PUBLIC, GET, OBJECT], 'allow'],
    ['the access point alone', world([everybody], []), [PUBLIC, GET, OBJECT], 'deny'],
  ]);

  verdicts('1.12 access points, what is not known', [
    ['which bucket it is', world([shared], [shared], { Bucket: undefined }), [CALLER, GET, OBJECT], 'unknown'],
    [
      'the policy of a bucket elsewhere',
      world([shared], [shared], { Bucket: 'elsewhere' }),
      [CALLER, GET, OBJECT],
      'unknown',
    ],
  ]);
});
