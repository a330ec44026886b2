/** Whoever writes the policies of resources that the input does not list may let itself in (aws.md 2.3.5). */
import { expect, test } from 'vitest';
import { allow, ask, deny, HOME, home, type Json, MIA, user } from './rule-estate.ts';

/** Access to what is not listed in the account of mia, by class. */
function unlisted(says: readonly Json[], files: Json = { resources: undefined }): Readonly<Record<string, string>> {
  const { radius } = ask(home({ users: [user('mia', says)], blocks: null, files }));
  return Object.fromEntries(radius(MIA).unbounded.map(({ class: of, certainty }) => [of, certainty]));
}

test('aws.md 2.3.5: a bucket that nobody lists can be opened by its policy', () => {
  expect(unlisted([allow('s3:PutBucketPolicy')])).toMatchObject({
    'permission-admin': 'allow',
    'data-read': 'unknown',
    'data-write': 'unknown',
    delete: 'unknown',
  });
});

test('aws.md 2.3.5: not where it is listed that there is none', () => {
  expect(unlisted([allow('s3:PutBucketPolicy')], { resources: [] })).toEqual({});
});

test('aws.md 2.3.5: not by reading policies, nor by writing what decides nothing', () => {
  expect(unlisted([allow('s3:GetBucketPolicy')])).toEqual({ 'meta-read': 'allow' });
  expect(unlisted([allow('s3:PutBucketTagging')])).toEqual({ control: 'allow' });
});

test('aws.md 1.3: what is denied whatever the resource stays denied once it is opened', () => {
  const found = unlisted([allow('s3:PutBucketPolicy'), deny(['s3:GetObject*', 's3:ListBucket*'])]);
  expect(found['data-write']).toBe('unknown');
  expect(unlisted([allow('s3:PutBucketPolicy'), deny('s3:Put*')])).not.toHaveProperty('data-read');
  expect(unlisted([allow('s3:PutBucketPolicy'), deny('*', '*')])).toEqual({});
});

test('aws.md 2.3.5: what is opened in part gives that part', () => {
  expect(unlisted([allow('kms:CreateGrant')])).not.toHaveProperty('delete');
  expect(unlisted([allow('kms:PutKeyPolicy')])).toHaveProperty('delete', 'unknown');
});

test.each([
  ['kms:PutKeyPolicy', 'data-read'],
  ['secretsmanager:PutResourcePolicy', 'secret-read'],
  ['sqs:AddPermission', 'data-read'],
  ['sns:SetTopicAttributes', 'data-write'],
  ['lambda:AddPermission', 'control'],
  ['ecr:SetRepositoryPolicy', 'data-read'],
  ['dynamodb:PutResourcePolicy', 'data-read'],
  ['kinesis:PutResourcePolicy', 'data-read'],
  ['events:PutPermission', 'control'],
  ['backup:PutBackupVaultAccessPolicy', 'delete'],
  ['elasticfilesystem:PutFileSystemPolicy', 'data-read'],
  ['es:UpdateDomainConfig', 'data-read'],
  ['s3:PutAccessPointPolicy', 'data-read'],
  ['s3:PutObjectAcl', 'data-read'],
])('aws.md 2.3.5: %s opens what is not listed to %s', (action, of) => {
  expect(unlisted([allow(action)])).toHaveProperty([of], 'unknown');
  expect(unlisted([allow(action)], { resources: [] })).not.toHaveProperty([of]);
});

test('the path names what was opened, by what, and that nobody knows whether there is one', () => {
  const { radius } = ask(
    home({ users: [user('mia', [allow('s3:PutBucketPolicy')])], blocks: null, files: { resources: undefined } }),
  );
  const read = radius(MIA).unbounded.find((one) => one.class === 'data-read');
  expect(read?.path).toHaveLength(1);
  expect(read?.path[0]).toMatchObject({
    from: MIA,
    technique: 's3-put-bucket-policy',
    certainty: 'unknown',
    via: [`AWS::S3::Bucket:${HOME}:*`],
    change: { change: 'open-resource', instead: true, after: 'access-data-read' },
  });
  expect(JSON.stringify(read?.path[0]?.evidence)).toContain('listed-in-the-input');
});
