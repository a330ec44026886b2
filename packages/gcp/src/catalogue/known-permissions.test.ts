import { describe, expect, it } from 'vitest';
import { basicRolePermissions, basicRoleStatements, knownPermission, knownPermissions } from './known-permissions.ts';

describe('knownPermissions', () => {
  it('is sorted by name, case aside, each once', () => {
    const folded = knownPermissions.map(({ name }) => name.toLowerCase());
    expect(folded).toEqual([...new Set(folded)].sort());
  });

  it.each([
    ['iam.serviceAccounts.getAccessToken', []],
    ['iam.serviceAccounts.actAs', ['roles/owner', 'roles/editor']],
    ['iam.serviceAccountKeys.create', ['roles/owner', 'roles/editor']],
    ['resourcemanager.projects.setIamPolicy', ['roles/owner']],
    ['secretmanager.versions.access', ['roles/owner']],
    ['storage.objects.get', []],
    ['apikeys.keys.getKeyString', ['roles/owner', 'roles/editor', 'roles/viewer']],
  ] as const)('knows which basic roles have %s', (name, basic) => {
    expect(knownPermission(name)?.basicRoles).toEqual(basic);
  });

  it('knows nothing of names that are no permission', () => {
    expect(knownPermission('storage.objects.steal')).toBeUndefined();
    expect(knownPermission('constructor')).toBeUndefined();
  });
});

describe('basicRolePermissions', () => {
  it('gives each role its own', () => {
    expect(basicRolePermissions('roles/editor')).toContain('compute.instances.setMetadata');
    expect(basicRolePermissions('roles/viewer')).not.toContain('compute.instances.setMetadata');
    expect(basicRolePermissions('roles/browser')).toBeUndefined();
    expect(basicRolePermissions('roles/admin')).toBeUndefined();
  });
});

describe('basicRoleStatements', () => {
  it('leaves undecided what is not known here, and nothing else', () => {
    const [known, rest] = basicRoleStatements('roles/viewer') ?? [];
    expect(known?.actions.include).toEqual(basicRolePermissions('roles/viewer'));
    expect(rest?.actions.exclude).toContain('iam.serviceAccounts.getAccessToken');
    expect(rest?.undecidable).toContain('roles/viewer');
  });

  it('leaves everything undecided of the newer basic roles', () => {
    expect(basicRoleStatements('roles/writer')).toEqual([
      expect.objectContaining({ actions: { include: ['*'], exclude: [] }, undecidable: expect.any(String), index: 0 }),
    ]);
    expect(basicRoleStatements('roles/storage.admin')).toBeUndefined();
  });
});
