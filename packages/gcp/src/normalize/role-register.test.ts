import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { canonicalPermission } from '../catalogue/permission-names.ts';
import { estate, records, SHOP } from './testing/estate.ts';

/** Public role definitions kept beside the repository; absent where only the repository is. */
const ROLE_DATA = fileURLToPath(new URL('../../../../../shared/data/gcp/roles.json.gz', import.meta.url));

describe('custom roles', () => {
  const asset = {
    name: '//iam.googleapis.com/projects/shop/roles/deployer',
    assetType: 'iam.googleapis.com/Role',
    ancestors: ['projects/123', 'folders/9', 'organizations/1'],
    resource: { data: { title: 'Deployer', includedPermissions: ['run.services.update'], stage: 'GA' } },
  };
  const given = { [SHOP]: [{ role: 'projects/shop/roles/deployer', members: ['user:jane@example.com'] }] };

  it('are read from the inventory', () => {
    const { can, gaps, node } = estate({ assets: records(given, [asset]) });
    expect(can('user:jane@example.com', 'run.services.update', SHOP)).toBe('allow');
    expect(can('user:jane@example.com', 'run.services.delete', SHOP)).toBe('deny');
    expect(gaps('role permissions')).toEqual([]);
    expect(node('//iam.googleapis.com/projects/123/roles/deployer').name).toBe('Deployer');
  });

  it('that the inventory only names grant nobody knows what', () => {
    const { can } = estate({ assets: records(given, [{ ...asset, resource: undefined }]) });
    expect(can('user:jane@example.com', 'run.services.delete', SHOP)).toBe('unknown');
  });
});

describe.skipIf(!existsSync(ROLE_DATA))('all predefined roles', () => {
  interface RawRole {
    readonly name: string;
    readonly includedPermissions?: readonly string[];
  }
  const raw = existsSync(ROLE_DATA) ? (JSON.parse(gunzipSync(readFileSync(ROLE_DATA)).toString()) as RawRole[]) : [];

  it('are read and grant exactly what they list', () => {
    const made = estate({ assets: records(), roles: raw });
    expect(made.graph.gaps.filter(({ kind }) => kind === 'bad-input')).toEqual([]);
    const documents = new Map(made.graph.documents.map((document) => [document.id, document]));
    const granted = new Map(
      made.graph.policies.map(({ id, document }) => [
        id,
        documents.get(document)?.statements.flatMap(({ actions }) => actions.include) ?? [],
      ]),
    );
    expect(raw.length).toBeGreaterThan(2000);
    for (const { name, includedPermissions = [] } of raw) {
      expect(granted.get(name)).toEqual([...new Set(includedPermissions)].sort());
      for (const permission of includedPermissions) expect(canonicalPermission(permission)).toContain('/');
    }
  });

  it('can be given, and then allow what they list and nothing else', () => {
    for (const { name, includedPermissions: [first = ''] = [] } of raw
      .slice(0, 2500)
      .filter((_, index) => index % 250 === 0)) {
      const { can } = estate({
        assets: records({ [SHOP]: [{ role: name, members: ['user:jane@example.com'] }] }),
        roles: raw.filter((role) => role.name === name),
      });
      if (first !== '') expect(can('user:jane@example.com', first, SHOP)).toBe('allow');
      expect(can('user:jane@example.com', 'iam.workloadIdentityPoolProviders.create', SHOP)).toBe('deny');
    }
  });
});
