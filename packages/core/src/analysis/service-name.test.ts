import { expect, it } from 'vitest';
import { serviceNameOf, serviceOf, servicePermission } from './service-name.ts';

it('finds the service of actions of each provider', () => {
  expect(serviceOf('s3:GetObject')).toBe('s3:*');
  expect(serviceOf('S3:Get*')).toBe('s3:*');
  expect(serviceOf('storage.objects.get')).toBe('storage.*');
  expect(serviceOf('iam.googleapis.com/workloadIdentityPools.get')).toBe('iam.googleapis.com/*');
  expect(serviceOf('Microsoft.Storage/storageAccounts/read')).toBe('microsoft.storage/*');
  expect(serviceOf('*')).toBe(':*');
});

it('takes names of services as they are given', () => {
  expect(['s3', 'S3:*', 'storage.*', 'Microsoft.Storage/*'].map(servicePermission)).toEqual([
    's3:*',
    's3:*',
    'storage.*',
    'microsoft.storage/*',
  ]);
  for (const action of ['s3:GetObject', 'storage.objects.get', 'iam.googleapis.com/x.get']) {
    expect(servicePermission(serviceNameOf(action) ?? '')).toBe(serviceOf(action));
  }
  expect(serviceNameOf('*')).toBe(undefined);
});
