import { accessClasses } from '@keyreach/core/reach';
import { describe, expect, it } from 'vitest';
import { knownPermissions } from '../catalogue/known-permissions.ts';
import { accessClassOf } from './access-class.ts';
import { gcpAccess } from './gcp-access.ts';
import { RESOURCE_ACCESS } from './resource-access.ts';

describe('the class of a permission', () => {
  it.each([
    ['storage.objects.get', 'data-read'],
    ['storage.objects.list', 'meta-read'],
    ['storage.objects.create', 'data-write'],
    ['storage.objects.delete', 'delete'],
    ['storage.objects.setIamPolicy', 'permission-admin'],
    ['storage.buckets.get', 'meta-read'],
    ['storage.buckets.update', 'control'],
    ['secretmanager.versions.access', 'secret-read'],
    ['secretmanager.versions.get', 'meta-read'],
    ['secretmanager.versions.destroy', 'delete'],
    ['bigquery.tables.getData', 'data-read'],
    ['bigquery.tables.get', 'meta-read'],
    ['cloudkms.cryptoKeyVersions.useToDecrypt', 'data-read'],
    ['iam.serviceAccounts.getAccessToken', 'permission-admin'],
    ['iam.serviceAccounts.get', 'meta-read'],
    ['apikeys.keys.getKeyString', 'secret-read'],
    ['apikeys.keys.get', 'meta-read'],
    ['run.services.update', 'control'],
    ['some.future.thing', 'control'],
  ])('%s is %s', (permission, expected) => {
    expect(accessClassOf(permission)).toBe(expected);
  });
});

describe('access to resources', () => {
  it.each(Object.keys(RESOURCE_ACCESS))('%s can be accessed by permissions that are known', (type) => {
    const rows = gcpAccess.rowsFor(type);
    expect(rows.length).toBeGreaterThan(0);
    for (const { class: of, on } of rows) {
      expect(accessClasses).toContain(of);
      expect(on).toBe('{target}');
    }
  });

  it('every beginning of a name is that of some known permission', () => {
    for (const start of Object.values(RESOURCE_ACCESS).flat()) {
      expect(
        knownPermissions.some(({ name }) => name.startsWith(start)),
        start,
      ).toBe(true);
    }
  });

  it('types of IAM and types nobody knows have no rows', () => {
    expect(gcpAccess.rowsFor('iam.googleapis.com/Role')).toEqual([]);
    expect(gcpAccess.rowsFor('example.com/Thing')).toEqual([]);
  });

  it('of a bucket, reading objects is told from listing them', () => {
    const rows = gcpAccess.rowsFor('storage.googleapis.com/Bucket');
    expect(rows).toContainEqual({ class: 'data-read', action: 'storage.objects.get', on: '{target}' });
    expect(rows).toContainEqual({ class: 'meta-read', action: 'storage.objects.list', on: '{target}' });
    expect(rows.some(({ action }) => action === 'secretmanager.versions.access')).toBe(false);
  });
});
