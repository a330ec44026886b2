import { describe, expect, it } from 'vitest';
import { BUCKET, estate, ROLES, records, SHOP } from '../normalize/testing/estate.ts';
import { reached } from '../normalize/testing/reached.ts';

const DATASET = '//bigquery.googleapis.com/projects/123/datasets/orders';
const dataset = {
  name: '//bigquery.googleapis.com/projects/shop/datasets/orders',
  assetType: 'bigquery.googleapis.com/Dataset',
  ancestors: ['projects/123', 'folders/9', 'organizations/1'],
  resource: { version: 'v2', data: { id: 'shop:orders' } },
};
const expression =
  "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/storage.objectViewer'])";

/** What a holder of one permission on a project gets that may give away one role only. */
function reachOf(permission: string): readonly string[] {
  const members = ['user:admin@example.com'];
  const bound = { role: 'roles/limited', members, condition: { title: 'one role', expression } };
  return reached(
    estate({
      assets: records({ [SHOP]: [bound] }, [dataset]),
      roles: [...ROLES, { name: 'roles/limited', includedPermissions: [permission] }],
    }),
    'user:admin@example.com',
  );
}

describe('who may give away some roles only', () => {
  it.each(['resourcemanager.projects.setIamPolicy', 'storage.buckets.setIamPolicy'])('by %s: those', (permission) => {
    const found = reachOf(permission);
    expect(found).toContain(`allow data-read ${BUCKET}`);
    expect(found.filter((line) => /controls|data-write|holds/.test(line))).toEqual([]);
  });

  it.each(['bigquery.datasets.setIamPolicy', 'bigquery.datasets.update'])(
    'by %s: everything on the dataset, which does not look at the limit',
    (permission) => {
      const found = reachOf(permission);
      expect(found).toContain(`allow data-read ${DATASET}`);
      expect(found).toContain(`allow data-write ${DATASET}`);
      expect(found.filter((line) => line.includes(BUCKET))).toEqual([]);
    },
  );

  it('by an entitlement: everything, for no change of grants is asked for', () => {
    expect(reachOf('privilegedaccessmanager.entitlements.create').filter((line) => /controls/.test(line))).toEqual([
      `unknown controls ${SHOP}`,
    ]);
    expect(reachOf('privilegedaccessmanager.entitlements.create')).toContain(`unknown data-write ${BUCKET}`);
  });
});
