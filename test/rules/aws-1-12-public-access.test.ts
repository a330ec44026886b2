/** aws.md 1.12, other systems: S3 Block Public Access. */
import { describe } from 'vitest';
import {
  allow,
  grant,
  HOME,
  iam,
  MIA,
  OTHER,
  objectIn,
  PUBLIC,
  resource,
  user,
  verdicts,
  type World,
} from './rule-estate.ts';

const GET = 's3:GetObject';
const FILE = objectIn('exports');

describe('S3 Block Public Access', () => {
  const CALLER = iam('user/mia', OTHER);
  const restricted = (
    RestrictPublicBuckets: boolean,
    principal: unknown,
    blocks: Readonly<Record<string, unknown>> | null = {},
  ): World => ({
    accounts: {
      [OTHER]: { users: [user('mia', [allow('*')], { account: OTHER })] },
      [HOME]: {
        users: [user('mia')],
        blocks,
        resources: [
          resource('AWS::S3::Bucket', 'exports', { PublicAccessBlockConfiguration: { RestrictPublicBuckets } }),
          resource('AWS::S3::BucketPolicy', 'exports', {
            Bucket: 'exports',
            PolicyDocument: { Statement: [grant(principal, GET)] },
          }),
        ],
      },
    },
  });
  verdicts('1.12 RestrictPublicBuckets', [
    ['a public policy serves no anonymous callers', restricted(true, '*'), [PUBLIC, GET, FILE], 'deny'],
    ['nor other accounts', restricted(true, '*'), [CALLER, GET, FILE], 'deny'],
    ['its own account', restricted(true, '*'), [MIA, GET, FILE], 'allow'],
    ['and services', restricted(true, '*'), ['logs.amazonaws.com', GET, FILE], 'allow'],
    ['a policy that is not public', restricted(true, { AWS: OTHER }), [CALLER, GET, FILE], 'allow'],
    ['where it is not set', restricted(false, '*'), [PUBLIC, GET, FILE], 'allow'],
  ]);

  const WHOLE = { RestrictPublicBuckets: true };
  verdicts('3.4 RestrictPublicBuckets of the account', [
    ['set, for every bucket', restricted(false, '*', WHOLE), [PUBLIC, GET, FILE], 'deny'],
    ['not told, for anonymous callers', restricted(false, '*', null), [PUBLIC, GET, FILE], 'unknown'],
    ['not told, for other accounts', restricted(false, '*', null), [CALLER, GET, FILE], 'unknown'],
    ['not told, for its own account', restricted(false, '*', null), [MIA, GET, FILE], 'allow'],
    ['not told, and set on the bucket', restricted(true, '*', null), [PUBLIC, GET, FILE], 'deny'],
    ['not told, and not public', restricted(false, { AWS: OTHER }, null), [CALLER, GET, FILE], 'allow'],
  ]);
});
