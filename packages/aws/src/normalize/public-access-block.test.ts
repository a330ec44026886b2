import { describe, expect, it } from 'vitest';
import { A, arn, details, estate } from './testing/estate.ts';

const BUCKET = 'arn:aws:s3:::data';
const BLOCK = `${BUCKET}/public-access-block`;

function blocks(statement: Readonly<Record<string, unknown>>, restrict: unknown = true): boolean {
  const graph = estate({
    authorizationDetails: details({}),
    resources: [
      { TypeName: 'AWS::S3::AccountPublicAccessBlock', Identifier: A, Properties: {} },
      {
        TypeName: 'AWS::S3::Bucket',
        Identifier: 'data',
        Properties: { PublicAccessBlockConfiguration: { RestrictPublicBuckets: restrict } },
      },
      {
        TypeName: 'AWS::S3::BucketPolicy',
        Identifier: 'data',
        Properties: {
          Bucket: 'data',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Principal: '*',
              Action: 's3:GetObject',
              Resource: `${BUCKET}/*`,
              ...statement,
            },
          },
        },
      },
    ],
  });
  return graph.attachments(BUCKET).some(({ policy }) => policy === BLOCK);
}
const asked = (operator: string, key: string, value: unknown) =>
  blocks({ Condition: { [operator]: { [key]: value } } });

describe('RestrictPublicBuckets (aws.md 1.12, 3.4)', () => {
  it('a public policy serves the account of the bucket and services alone', () => {
    expect(blocks({})).toBe(true);
    expect(blocks({}, false)).toBe(false);
    expect(blocks({}, null)).toBe(false);
  });

  it('a policy that is not public is left as it is', () => {
    expect(blocks({ Principal: { AWS: '999900001111' } })).toBe(false);
    expect(blocks({ Principal: { AWS: [arn('user/a'), '*'] } })).toBe(true);
    expect(blocks({ Effect: 'Deny' })).toBe(false);
  });

  it.each([
    ['StringEquals', 'aws:PrincipalOrgID', 'o-1'],
    ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-1/r-1/'],
    ['StringEquals', 'aws:SourceVpce', ['vpce-1', 'vpce-2']],
    ['StringEquals', 'AWS:SourceAccount', A],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:sns:eu-west-1:444455556666:t'],
    ['IpAddress', 'aws:SourceIp', ['192.0.2.0/24', '2001:db8::/32']],
  ])('%s on %s with fixed values says who it is', (operator, key, value) => {
    expect(asked(operator, key, value)).toBe(false);
  });

  it.each([
    ['StringLike', 'aws:PrincipalOrgID', 'o-*'],
    ['StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-1'],
    ['StringNotEquals', 'aws:SourceVpce', 'vpce-1'],
    ['StringEquals', 'aws:UserAgent', 'x'],
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/0'],
    ['IpAddress', 'aws:SourceIp', ['192.0.2.0/24', '0.0.0.0/1']],
    ['StringEquals', 'aws:userid', '$' + '{aws:userid}'],
  ])('%s on %s with %j says nothing', (operator, key, value) => {
    expect(asked(operator, key, value)).toBe(true);
  });
});

it('aws.md 3.4: settings of an account that the input does not hold are a gap where they would count, and no other', () => {
  const read = (...resources: readonly unknown[]) =>
    estate({ authorizationDetails: details({}), resources }).gaps('public access block of the account');
  const bucket = { TypeName: 'AWS::S3::Bucket', Identifier: 'data', Properties: {} };
  expect(read(bucket)).toEqual([]);
  const open = { ...bucket, Properties: { AccessControl: 'PublicRead' } };
  expect(read(open).map(({ why, fix }) => [why, fix])).toEqual([
    [
      'whether S3 blocks public access for the whole account is not in the input',
      'aws s3control get-public-access-block',
    ],
  ]);
  expect(read(open, { ...open, Identifier: 'more' })).toHaveLength(1);
  expect(read(open, { TypeName: 'AWS::S3::AccountPublicAccessBlock', Identifier: A, Properties: {} })).toEqual([]);
});
