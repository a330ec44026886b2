import { describe, expect, test } from 'vitest';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { awsAccess } from './aws-access.ts';
import { resourceAccess } from './resource-access.ts';

describe('awsAccess', () => {
  test.each(Object.entries(resourceAccess))(
    '%s names resource types the catalogue has, with actions',
    (type, places) => {
      for (const { service, resourceType, on } of places) {
        expect(awsCatalogue().resourceType(service, resourceType)).toBeDefined();
        expect(on.startsWith('{target}')).toBe(true);
      }
      expect(awsAccess.rowsFor(type).length).toBeGreaterThan(0);
    },
  );

  test('reading an object is data-read inside the bucket, listing it is meta-read on the bucket (findings 3.1)', () => {
    const rows = awsAccess.rowsFor('AWS::S3::Bucket');
    expect(rows).toContainEqual({ class: 'data-read', action: 's3:GetObject', on: '{target}/*' });
    expect(rows).toContainEqual({ class: 'permission-admin', action: 's3:PutBucketPolicy', on: '{target}' });
    expect(rows.find((row) => row.action === 's3:ListBucket')?.class).toBe('meta-read');
    expect(rows.some((row) => row.action === 's3:GetObject' && row.on === '{target}')).toBe(false);
  });

  test('what an access point takes for its bucket is passed on, what is about itself is not (aws.md 1.12)', () => {
    const rows = awsAccess.rowsFor('AWS::S3::AccessPoint');
    const inside = '{target}/object/*';
    expect(rows).toContainEqual({ class: 'data-read', action: 's3:GetObject', on: inside, passedOn: true });
    expect(rows).toContainEqual({ class: 'data-write', action: 's3:PutObject', on: inside, passedOn: true });
    expect(rows).toContainEqual({ class: 'delete', action: 's3:DeleteObject', on: inside, passedOn: true });
    expect(rows).toContainEqual({ class: 'meta-read', action: 's3:ListBucket', on: '{target}', passedOn: true });
    expect(rows).toContainEqual({ class: 'permission-admin', action: 's3:PutAccessPointPolicy', on: '{target}' });
    expect(rows).toContainEqual({ class: 'control', action: 's3:TagResource', on: '{target}' });
    const names = rows.map(({ action }) => action);
    for (const other of ['s3:PutBucketPolicy', 's3:DeleteBucket', 's3:PutLifecycleConfiguration'])
      expect(names).not.toContain(other);
    expect(awsAccess.rowsFor('AWS::S3::Bucket').some(({ passedOn }) => passedOn === true)).toBe(false);
  });

  test('a secret value is secret-read, its description is not', () => {
    const rows = awsAccess.rowsFor('AWS::SecretsManager::Secret');
    expect(rows.find((row) => row.action === 'secretsmanager:GetSecretValue')?.class).toBe('secret-read');
    expect(rows.find((row) => row.action === 'secretsmanager:DescribeSecret')?.class).toBe('meta-read');
  });

  test('identities and policies are no resources to have access to', () => {
    expect(awsAccess.rowsFor('AWS::IAM::ManagedPolicy')).toEqual([]);
    expect(awsAccess.rowsFor('AWS::IAM::InstanceProfile')).toEqual([]);
  });

  test('an action the catalogue does not know is control', () => {
    expect(awsAccess.classOf('newservice:DoSomething')).toBe('control');
  });
});
