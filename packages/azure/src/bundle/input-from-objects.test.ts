import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectAzureInput } from './detect-input.ts';
import { azureInputFromObjects } from './input-from-objects.ts';
import { readAzureInput } from './read-bundle.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'keyreach-azure-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function bundle(files: Readonly<Record<string, string | Buffer>>): string {
  const directory = mkdtempSync(join(root, 'b-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

const USER = { id: 'u' };
const SERVICE_PRINCIPAL = { id: 'o', appId: 'a', appRoles: [], passwordCredentials: [], keyCredentials: [] };

describe('shapes', () => {
  it('of the API and of the command are read alike', () => {
    const block = { actions: ['a/read'], notActions: null, dataActions: [], condition: null };
    const nested = {
      id: '/x/roleDefinitions/1',
      type: 'Microsoft.Authorization/roleDefinitions',
      properties: { roleName: 'R', type: 'CustomRole', assignableScopes: ['/'], permissions: [block] },
    };
    const flat = {
      id: '/x/roleDefinitions/1',
      type: 'Microsoft.Authorization/roleDefinitions',
      roleName: 'R',
      roleType: 'CustomRole',
      assignableScopes: ['/'],
      permissions: [block],
    };
    const read = (raw: unknown) => azureInputFromObjects({ roleDefinitions: [raw] }).roleDefinitions?.items[0];
    expect(read(nested)).toEqual(read(flat));
    expect(read(flat)).toMatchObject({ roleType: 'CustomRole', permissions: { complete: true } });
  });

  it('of a next page that does not follow is no whole list', () => {
    const page = { value: [USER], '@odata.nextLink': 'https://graph.microsoft.com/v1.0/users?$skiptoken=x' };
    expect(azureInputFromObjects({ users: page }).users?.complete).toBe(false);
    expect(azureInputFromObjects({ users: [page, { value: [] }] }).users?.complete).toBe(true);
  });

  it('tell absent lists from empty ones', () => {
    const read = (own: object) =>
      azureInputFromObjects({ groups: [{ id: 'g', ...own }], applications: [{ id: 'o', appId: 'a', ...own }] });
    expect(read({}).groups?.items[0]).not.toHaveProperty('members');
    expect(read({ members: [], owners: [] }).groups?.items[0]?.members).toEqual({ items: [], complete: true });
    expect(read({}).applications?.items[0]?.credentials.complete).toBe(false);
    expect(read({ passwordCredentials: [], keyCredentials: [] }).applications?.items[0]?.credentials.complete).toBe(
      true,
    );
    const cut = { members: [{ id: 'm' }], 'members@odata.nextLink': 'https://next' };
    expect(read(cut).groups?.items[0]?.members).toEqual({ items: [{ id: 'm' }], complete: false });
  });

  it('of Microsoft Graph say no by null', () => {
    const read = (own: object) => azureInputFromObjects({ users: [{ id: 'u', ...own }] }).users?.items[0];
    expect(read({ onPremisesSyncEnabled: null })?.onPremisesSyncEnabled).toBe(false);
    expect(read({})).not.toHaveProperty('onPremisesSyncEnabled');
    expect(read({ accountEnabled: null })).not.toHaveProperty('accountEnabled');
  });

  it('of management groups inside one another give each with its parent', () => {
    const id = (name: string): string => `/providers/Microsoft.Management/managementGroups/${name}`;
    const { managementGroups } = azureInputFromObjects({
      managementGroups: [
        {
          id: id('a'),
          properties: {
            displayName: 'A',
            children: [{ id: id('b'), children: [{ id: '/subscriptions/s', type: '/subscriptions' }] }],
          },
        },
      ],
    });
    expect(managementGroups?.items.map(({ name, parentId }) => [name, parentId])).toEqual([
      ['a', undefined],
      ['b', id('a')],
    ]);
  });

  it('of eligible roles stand in one file', () => {
    const instance = { id: '/e', properties: { scope: '/', roleDefinitionId: '/r', principalId: 'p' } };
    const whole = azureInputFromObjects({
      pim: { roleEligibilityScheduleInstances: [instance], roleAssignmentScheduleInstances: { value: [] } },
    });
    expect(whole.roleEligibilities).toMatchObject({ complete: true, items: [{ scope: '/' }] });
    expect(whole.roleSchedules).toEqual({ items: [], complete: true });
    const part = azureInputFromObjects({ pim: { roleEligibilityScheduleInstances: [] } });
    expect(part.roleSchedules).toBeUndefined();
    expect(part.gaps.some(({ what }) => what === 'active schedules of roles of Azure')).toBe(true);
  });

  it('of a block that cannot be read in full leave out the block, not what it takes off', () => {
    const { roleDefinitions } = azureInputFromObjects({
      roleDefinitions: [{ id: '/r', permissions: [{ actions: ['*'], notActions: [7] }] }],
    });
    expect(roleDefinitions?.items[0]?.permissions).toEqual({ items: [], complete: false });
  });

  it('are told by content where a file stands alone', async () => {
    const file = join(
      bundle({
        'x.json': JSON.stringify([{ ...SERVICE_PRINCIPAL, servicePrincipalType: 'Application' }]),
      }),
      'x.json',
    );
    expect((await readAzureInput(file)).servicePrincipals?.items).toHaveLength(1);
    const other = bundle({ 'y.json': '{"a":1}' });
    await expect(readAzureInput(join(other, 'y.json'))).rejects.toThrow('is no Azure input');
    expect(await detectAzureInput(other, undefined)).toBe(false);
    expect(await detectAzureInput(bundle({ 'graph/applications.json': '[]' }), undefined)).toBe(true);
  });
});

describe('secrets', () => {
  const secrets = {
    text: 'Abc8Q~abcdefghijklmnopqrstuvwxyz0123456',
    key: `${'A'.repeat(86)}==`,
    pem: '-----BEGIN RSA PRIVATE KEY-----',
    connection: 'DefaultEndpointsProtocol=https;AccountKey=abc',
    sas: 'https://x.blob.core.windows.net/c?sv=1&sig=abcdefghijk',
  };

  it('are kept nowhere', () => {
    const input = azureInputFromObjects({
      resources: [
        {
          id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x',
          type: 'Microsoft.Web/sites',
          properties: {
            siteConfig: { appSettings: [{ name: 'A', value: secrets.text }] },
            note: secrets.connection,
            url: secrets.sas,
            [secrets.key]: true,
            deep: { list: [secrets.pem, 'plain'] },
            primaryKey: 'short',
            template: { containers: [{ env: [{ name: 'B', value: 'short-one' }] }] },
          },
        },
      ],
      applications: [
        {
          id: 'o',
          appId: 'a',
          passwordCredentials: [
            {
              keyId: 'k',
              secretText: secrets.text,
              hint: 'Abc',
              displayName: secrets.text,
              customKeyIdentifier: 'c2VjcmV0',
            },
          ],
          keyCredentials: [{ keyId: 'l', key: secrets.pem, customKeyIdentifier: 'dGh1bWI=' }],
        },
      ],
    });
    const text = JSON.stringify(input);
    for (const secret of [...Object.values(secrets), 'short', '"Abc"', 'c2VjcmV0']) expect(text).not.toContain(secret);
    expect(text).toContain('dGh1bWI=');
    expect(text).toContain('plain');
  });

  it('of a vault are not what its policies permit', () => {
    const accessPolicies = [{ objectId: 'p', permissions: { secrets: ['Get'], keys: null } }];
    const { resources } = azureInputFromObjects({
      resources: [
        {
          id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v',
          type: 'Microsoft.KeyVault/vaults',
          properties: { accessPolicies },
        },
      ],
    });
    expect(resources?.items[0]?.properties['accessPolicies']).toEqual(accessPolicies);
  });
});
