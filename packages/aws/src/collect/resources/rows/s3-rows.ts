import type { DetailCall, ResourceRow } from '../resource-row.ts';
import { listed } from '../resources-file.ts';

const ofBucket = (name: string, command: string, action: string, ...none: readonly string[]): DetailCall => ({
  name,
  command,
  action,
  inputs: ({ Name }) => [{ Bucket: Name }],
  none,
});

/** Buckets, in one list for all regions; their policies and settings are read in the region of each (aws.md 3.4). */
const BUCKETS: ResourceRow = {
  type: 'AWS::S3::Bucket',
  brings: ['AWS::S3::BucketPolicy'],
  service: 's3',
  scope: 'account',
  list: {
    command: 'ListBuckets',
    action: 's3:ListAllMyBuckets',
    // Without a size of page the reply does not tell the regions.
    input: () => ({ MaxBuckets: 1000 }),
    paging: { reply: 'ContinuationToken', request: 'ContinuationToken' },
    items: 'Buckets[]',
  },
  details: [
    {
      name: 'location',
      command: 'GetBucketLocation',
      action: 's3:GetBucketLocation',
      inputs: ({ Name, BucketRegion }) => (BucketRegion === undefined ? [{ Bucket: Name }] : []),
    },
    ofBucket('policy', 'GetBucketPolicy', 's3:GetBucketPolicy', 'NoSuchBucketPolicy'),
    ofBucket('block', 'GetPublicAccessBlock', 's3:GetBucketPublicAccessBlock', 'NoSuchPublicAccessBlockConfiguration'),
    ofBucket('acl', 'GetBucketAcl', 's3:GetBucketAcl'),
    ofBucket(
      'ownership',
      'GetBucketOwnershipControls',
      's3:GetBucketOwnershipControls',
      'OwnershipControlsNotFoundError',
    ),
    ofBucket('tags', 'GetBucketTagging', 's3:GetBucketTagging', 'NoSuchTagSet'),
  ],
  regionOf: ({ BucketRegion }, told) => {
    if (typeof BucketRegion === 'string' && BucketRegion !== '') return BucketRegion;
    const location = told.reply('location');
    if (location === undefined) return undefined;
    const { LocationConstraint: constraint } = location;
    // The first region has no name here, and Ireland an old one.
    if (typeof constraint !== 'string' || constraint === '') return 'us-east-1';
    return constraint === 'EU' ? 'eu-west-1' : constraint;
  },
  resources: ({ Name }, told, place) => {
    const acl = told.reply('acl');
    const policy = told.reply('policy')?.['Policy'];
    const unread = told.unread({
      block: 'PublicAccessBlockConfiguration',
      acl: 'AccessControlList',
      ownership: 'OwnershipControls',
    });
    const policyUnread = told.unread({ policy: 'PolicyDocument' });
    return [
      ...listed(
        'AWS::S3::Bucket',
        Name,
        place,
        {
          BucketName: Name,
          Arn: `arn:${place.partition}:s3:::${String(Name)}`,
          Region: place.region,
          PublicAccessBlockConfiguration: told.reply('block')?.['PublicAccessBlockConfiguration'],
          OwnershipControls: told.reply('ownership')?.['OwnershipControls'],
          AccessControlList: acl === undefined ? undefined : { Owner: acl['Owner'], Grants: acl['Grants'] ?? [] },
          Tags: told.unread({ tags: 'Tags' }).length > 0 ? undefined : (told.reply('tags')?.['TagSet'] ?? []),
        },
        unread,
      ),
      ...(policy === undefined && policyUnread.length === 0
        ? []
        : listed('AWS::S3::BucketPolicy', Name, place, { Bucket: Name, PolicyDocument: policy }, policyUnread)),
    ];
  },
};

/** What S3 blocks in the whole account. */
const ACCOUNT_BLOCK: ResourceRow = {
  type: 'AWS::S3::AccountPublicAccessBlock',
  service: 's3-control',
  scope: 'account',
  details: [
    {
      name: 'block',
      command: 'GetPublicAccessBlock',
      action: 's3:GetAccountPublicAccessBlock',
      inputs: (_, __, { accountId }) => [{ AccountId: accountId }],
      none: ['NoSuchPublicAccessBlockConfiguration'],
    },
  ],
  resources: (_, told, place) => {
    // Without one in the list it is unknown what the account blocks.
    if (told.unread({ block: '' }).length > 0) return [];
    return listed('AWS::S3::AccountPublicAccessBlock', place.accountId, place, {
      PublicAccessBlockConfiguration: told.reply('block')?.['PublicAccessBlockConfiguration'],
    });
  },
};

const ofAccessPoint = (name: string, command: string, ...none: readonly string[]): DetailCall => ({
  name,
  command,
  action: `s3:${command}`,
  inputs: ({ Name }, _, { accountId }) => [{ AccountId: accountId, Name }],
  none,
});

const ACCESS_POINTS: ResourceRow = {
  type: 'AWS::S3::AccessPoint',
  service: 's3-control',
  scope: 'region',
  list: {
    command: 'ListAccessPoints',
    action: 's3:ListAccessPoints',
    input: ({ accountId }) => ({ AccountId: accountId }),
    paging: { reply: 'NextToken', request: 'NextToken' },
    items: 'AccessPointList[]',
  },
  details: [
    ofAccessPoint('policy', 'GetAccessPointPolicy', 'NoSuchAccessPointPolicy'),
    ofAccessPoint('settings', 'GetAccessPoint'),
  ],
  resources: (item, told, place) => {
    const { Name, Bucket, NetworkOrigin, VpcConfiguration, AccessPointArn } = item;
    return listed(
      'AWS::S3::AccessPoint',
      AccessPointArn ?? Name,
      place,
      {
        Name,
        Bucket,
        NetworkOrigin,
        VpcConfiguration,
        Policy: told.reply('policy')?.['Policy'],
        PublicAccessBlockConfiguration: told.reply('settings')?.['PublicAccessBlockConfiguration'],
      },
      told.unread({ policy: 'Policy', settings: 'PublicAccessBlockConfiguration' }),
    );
  },
};

/** What is read of S3, natively. */
export const S3_ROWS: readonly ResourceRow[] = [BUCKETS, ACCOUNT_BLOCK, ACCESS_POINTS];
