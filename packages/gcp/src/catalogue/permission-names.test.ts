import { globMatch } from '@keyreach/core/authz';
import { describe, expect, it } from 'vitest';
import { canonicalPermission, deniablePatterns, deniedActions } from './permission-names.ts';

/** Whether a rule of a deny policy names a v1 permission, by the selectors made of it. */
function denies(denied: readonly string[], excepted: readonly string[], v1: string): boolean {
  return deniedActions(denied, excepted).some(
    ({ include, exclude }) =>
      include.some((pattern) => globMatch(pattern, v1)) && !exclude.some((pattern) => globMatch(pattern, v1)),
  );
}

describe('canonicalPermission', () => {
  it.each([
    ['resourcemanager.projects.delete', 'cloudresourcemanager.googleapis.com/projects.delete'],
    ['serviceusage.apiKeys.regenerate', 'apikeys.googleapis.com/apikeys.regenerate'],
    ['serviceusage.services.enable', 'serviceusage.googleapis.com/services.enable'],
    ['apikeys.keys.create', 'apikeys.googleapis.com/keys.create'],
    ['bigquery.transfers.update', 'bigquery.googleapis.com/transfers.update'],
    ['bigquery.dataPolicies.get', 'bigquerydatapolicy.googleapis.com/dataPolicies.get'],
    ['bigtable.tables.get', 'bigtable.googleapis.com/tables.get'],
    ['datastore.entities.get', 'datastore.googleapis.com/entities.get'],
    ['iam.googleapis.com/workforcePools.get', 'iam.googleapis.com/workforcePools.get'],
    ['gcp.redisenterprise.com/databases.get', 'gcp.redisenterprise.com/databases.get'],
  ])('%s is %s', (v1, canonical) => {
    expect(canonicalPermission(v1)).toBe(canonical);
  });
});

describe('deniablePatterns', () => {
  it.each([
    ['cloudresourcemanager.googleapis.com/projects.delete', 'resourcemanager.projects.delete'],
    ['apikeys.googleapis.com/apikeys.regenerate', 'serviceusage.apiKeys.regenerate'],
    ['bigquerydatatransfer.googleapis.com/transfers.get', 'bigquery.transfers.get'],
    ['bigquerydatatransfer.googleapis.com/*.get', 'bigquery.transfers.get'],
    ['bigtableadmin.googleapis.com/tables.get', 'bigtable.tables.get'],
    ['compute.googleapis.com/*.*', 'compute.*'],
    ['compute.googleapis.com/*', 'compute.*'],
    ['compute.googleapis.com/*.delete', 'compute.*.delete'],
    ['iam.googleapis.com/workforcePools.*', 'iam.googleapis.com/workforcePools.*'],
    ['sqladmin.googleapis.com/instances.get', 'cloudsql.instances.get'],
  ])('%s stands for %s', (pattern, v1) => {
    expect(deniablePatterns(pattern)).toContain(v1);
  });

  it('keeps the hosts of partners apart from services of the same beginning', () => {
    expect(deniablePatterns('gcp.redisenterprise.com/databases.get')).toEqual([
      'gcp.redisenterprise.com/databases.get',
    ]);
    expect(deniablePatterns('bigquerydatatransfer.googleapis.com/tables.get')).not.toContain('bigquery.tables.get');
  });
});

describe('deniedActions', () => {
  it('takes exceptions out', () => {
    const denied = ['iam.googleapis.com/roles.*'];
    const excepted = ['iam.googleapis.com/roles.get'];
    expect(denies(denied, excepted, 'iam.roles.create')).toBe(true);
    expect(denies(denied, excepted, 'iam.roles.get')).toBe(false);
  });

  it('spares what v1 files under a service, but deny policies do elsewhere', () => {
    expect(denies(['bigquery.googleapis.com/*.*'], [], 'bigquery.tables.get')).toBe(true);
    expect(denies(['bigquery.googleapis.com/*.*'], [], 'bigquery.transfers.get')).toBe(true);
    expect(denies(['bigquery.googleapis.com/*.*'], [], 'bigquery.dataPolicies.get')).toBe(false);
    expect(denies(['serviceusage.googleapis.com/*'], [], 'serviceusage.apiKeys.regenerate')).toBe(false);
    expect(denies(['apikeys.googleapis.com/*'], [], 'serviceusage.apiKeys.regenerate')).toBe(true);
  });

  it('denies both kinds where a rule names both', () => {
    const both = ['bigquery.googleapis.com/*.*', 'bigquerydatapolicy.googleapis.com/*.get'];
    expect(denies(both, [], 'bigquery.dataPolicies.get')).toBe(true);
    expect(denies(both, [], 'bigquery.dataPolicies.delete')).toBe(false);
    expect(denies(both, ['bigquery.googleapis.com/*.*'], 'bigquery.dataPolicies.get')).toBe(true);
    expect(denies(both, ['bigquery.googleapis.com/*.*'], 'bigquery.tables.get')).toBe(false);
    expect(denies(both, ['bigquerydatapolicy.googleapis.com/dataPolicies.get'], 'bigquery.dataPolicies.get')).toBe(
      false,
    );
  });
});
