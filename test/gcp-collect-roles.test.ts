import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { bigQueryUsagePart, GCP_COLLECT_PARTS, gcpRequiredPermissions } from '@keyreach/gcp';
import { describe, expect, it } from 'vitest';
import { sharedData } from './shared-data.ts';

const data = sharedData('gcp/roles.json.gz');

describe.skipIf(data === undefined)('the role that a method names', () => {
  const roles = (): ReadonlyMap<string, ReadonlySet<string>> => {
    const list = JSON.parse(gunzipSync(readFileSync(data ?? '')).toString('utf8')) as readonly {
      readonly name: string;
      readonly includedPermissions?: readonly string[];
    }[];
    return new Map(list.map(({ name, includedPermissions = [] }) => [name, new Set(includedPermissions)]));
  };

  it('has its permissions, as Google publishes it', () => {
    const published = roles();
    const part = bigQueryUsagePart({ dataset: 'p.logs', sink: 'organizations/1/sinks/s' });
    const methods = [...GCP_COLLECT_PARTS, part].flatMap((one) => one.methods);
    expect(methods.length).toBeGreaterThan(25);
    const wanting = methods.flatMap(({ name, role, permissions }) =>
      permissions
        .filter((permission) => role !== undefined && published.get(role)?.has(permission) !== true)
        .map((permission) => `${name}: ${role ?? ''} lacks ${permission}`),
    );
    expect(wanting).toEqual([]);
    for (const { role, permissions } of part.grants ?? [])
      expect(permissions.filter((permission) => published.get(role)?.has(permission) !== true)).toEqual([]);
  });

  it('and all together have all that a collection asks for, and none reads data', () => {
    const published = roles();
    const { roles: named, permissions } = gcpRequiredPermissions(GCP_COLLECT_PARTS);
    const held = new Set(named.flatMap((role) => [...(published.get(role) ?? [])]));
    expect(permissions.filter((permission) => !held.has(permission))).toEqual([]);
    const secrets = ['apikeys.keys.getKeyString', 'secretmanager.versions.access', 'storage.objects.get'];
    expect(secrets.filter((permission) => held.has(permission))).toEqual([]);
  });
});
