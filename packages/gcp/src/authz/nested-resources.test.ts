import { describe, expect, it } from 'vitest';
import { estate, ROLES, records } from '../normalize/testing/estate.ts';
import { reached } from '../normalize/testing/reached.ts';

const JANE = 'user:jane@example.com';

function resource(name: string, assetType: string, bindings: readonly object[]): object {
  return {
    name: `//${name}`,
    assetType,
    ancestors: ['projects/123', 'folders/9', 'organizations/1'],
    resource: { version: 'v1', data: {} },
    iamPolicy: { bindings },
  };
}

/** What Jane may do who holds one permission on an outer resource, with things in it and beside it. */
function held(permission: string, outer: string, inner: readonly (readonly [name: string, type: string])[]) {
  const [name = '', type = ''] = outer.split(' ');
  return estate({
    roles: [...ROLES, { name: 'roles/x', includedPermissions: [permission] }],
    assets: records({}, [
      resource(name, type, [{ role: 'roles/x', members: [JANE] }]),
      ...inner.map(([one, of]) => resource(one, of, [])),
    ]),
  });
}

const RINGS = 'cloudkms.googleapis.com/projects/shop/locations/l/keyRings';
const KEYS = [
  [`${RINGS}/r/cryptoKeys/k`, 'cloudkms.googleapis.com/CryptoKey'],
  [`${RINGS}/r2/cryptoKeys/k`, 'cloudkms.googleapis.com/CryptoKey'],
] as const;
const RING = `${RINGS}/r cloudkms.googleapis.com/KeyRing`;
const id = (name: string): string => `//${name.replace('/shop/', '/123/')}`;
const [KEY, OTHER_KEY] = KEYS.map(([name]) => id(name)) as [string, string];

describe('what is granted on a resource', () => {
  it.each([
    ['bigquery.tables.getData', 'bigquery.googleapis.com/projects/shop/datasets/d', 'Dataset', 'tables/t', 'Table'],
    ['cloudkms.cryptoKeyVersions.useToDecrypt', `${RINGS}/r`, 'KeyRing', 'cryptoKeys/k', 'CryptoKey'],
    [
      'spanner.databases.read',
      'spanner.googleapis.com/projects/shop/instances/i',
      'Instance',
      'databases/d',
      'Database',
    ],
    ['bigtable.tables.readRows', 'bigtable.googleapis.com/projects/shop/instances/i', 'Instance', 'tables/t', 'Table'],
  ])('holds on what lies in it: %s', (permission, outer, outerType, inner, innerType) => {
    const host = outer.slice(0, outer.indexOf('/')).replace('bigtable.', 'bigtableadmin.');
    const inside = `${outer}/${inner}`;
    const beside = `${outer}2/${inner}`;
    const one = held(permission, `${outer} ${host}/${outerType}`, [
      [inside, `${host}/${innerType}`],
      [beside, `${host}/${innerType}`],
    ]);
    expect(one.can(JANE, permission, id(inside))).toBe('allow');
    expect(one.can(JANE, permission, id(beside))).toBe('deny');
    const found = reached(one, JANE).filter((line) => line.startsWith('allow data-read'));
    expect(found).toContain(`allow data-read ${id(inside)}`);
    expect(found).not.toContain(`allow data-read ${id(beside)}`);
  });

  it('does not hold on what it lies in', () => {
    const permission = 'cloudkms.keyRings.setIamPolicy';
    const one = held(permission, `${RINGS}/r/cryptoKeys/k cloudkms.googleapis.com/CryptoKey`, [
      [`${RINGS}/r`, 'cloudkms.googleapis.com/KeyRing'],
    ]);
    expect(one.can(JANE, permission, id(`${RINGS}/r`))).toBe('deny');
    expect(reached(one, JANE)).toEqual([]);
  });

  it('may be the right to change its policy, and so to do anything with what lies in it', () => {
    const found = reached(held('cloudkms.keyRings.setIamPolicy', RING, KEYS), JANE);
    expect(found).toContain(`allow data-read ${KEY}`);
    expect(found).toContain(`allow permission-admin ${KEY}`);
    expect(found.filter((line) => line.includes(OTHER_KEY))).toEqual([]);
  });
});
