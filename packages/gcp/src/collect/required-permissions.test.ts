import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { gcpPermissionsYaml, gcpRequiredPermissions } from './required-permissions.ts';

it('asks for reading only, and never for strings of keys', () => {
  const { permissions, roles } = gcpRequiredPermissions();
  expect(permissions.filter((one) => !/\.(?:get|list|query|search\w*|getIamPolicy|list\w+)$/.test(one))).toEqual([]);
  expect(permissions.some((one) => one.includes('getKeyString'))).toBe(false);
  expect(roles).not.toContain('roles/viewer');
  expect(roles).toContain('roles/iam.denyReviewer');
  expect([...permissions].sort()).toEqual(permissions);
});

it('makes a custom role of the calls of the parts that are asked for', () => {
  const parsed = parse(gcpPermissionsYaml(gcpRequiredPermissions([]))) as Readonly<Record<string, unknown>>;
  expect(parsed['stage']).toBe('GA');
  expect(parsed['includedPermissions']).toEqual([
    'resourcemanager.folders.get',
    'resourcemanager.folders.list',
    'resourcemanager.organizations.get',
    'resourcemanager.projects.get',
    'resourcemanager.projects.list',
  ]);
});
