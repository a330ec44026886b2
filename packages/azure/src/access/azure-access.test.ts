import { describe, expect, it } from 'vitest';
import { azureAccess } from './azure-access.ts';
import { RESOURCE_ACCESS } from './resource-access.ts';

describe('azureAccess', () => {
  it.each([
    ['Microsoft.Storage/storageAccounts/read', 'meta-read'],
    ['Microsoft.Storage/storageAccounts/write', 'control'],
    ['Microsoft.Storage/storageAccounts/delete', 'delete'],
    ['Microsoft.Storage/storageAccounts/listKeys/action', 'secret-read'],
    ['Microsoft.Authorization/roleAssignments/write', 'permission-admin'],
    ['data:Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read', 'data-read'],
    ['data:Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write', 'data-write'],
    ['data:Microsoft.KeyVault/vaults/secrets/getSecret/action', 'secret-read'],
    ['data:Microsoft.KeyVault/vaults/secrets/readMetadata/action', 'meta-read'],
    ['data:Microsoft.KeyVault/vaults/keys/decrypt/action', 'data-read'],
    ['data:Microsoft.KeyVault/vaults/secrets/purge/action', 'delete'],
    ['graph:User.Read.All', 'data-read'],
    ['graph:Group.ReadWrite.All', 'data-write'],
  ] as const)('%s is %s', (action, expected) => {
    expect(azureAccess.classOf(action)).toBe(expected);
  });

  it('has rows of a type for its own actions only', () => {
    for (const type of Object.keys(RESOURCE_ACCESS)) {
      for (const { action } of azureAccess.rowsFor(type)) {
        expect(
          action
            .toLowerCase()
            .replace(/^data:/, '')
            .startsWith(`${type}/`),
        ).toBe(true);
      }
    }
    expect(azureAccess.rowsFor('microsoft.keyvault/vaults').map((row) => row.class)).toContain('secret-read');
    expect(azureAccess.rowsFor('toString')).toEqual([]);
    expect(azureAccess.rowsFor('microsoft.network/loadbalancers')).toEqual([]);
  });
});
