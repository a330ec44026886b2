import { ActionCatalogue, hasAction } from '@keyreach/core/authz';
import type { Statement } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { AzurePermissionBlock } from '../bundle/azure-input.ts';
import { denyStatements, roleStatements } from './role-statements.ts';

const block = (given: Partial<AzurePermissionBlock>): AzurePermissionBlock => ({
  actions: [],
  notActions: [],
  dataActions: [],
  notDataActions: [],
  ...given,
});
const listed = (...items: readonly Partial<AzurePermissionBlock>[]) => ({ items: items.map(block), complete: true });

const catalogue = new ActionCatalogue([]);
const names = (statement: Statement, action: string): boolean =>
  hasAction(catalogue.select(statement.actions), catalogue.ref(action));
const named = (statements: readonly Statement[], action: string): readonly Statement[] =>
  statements.filter((one) => names(one, action));

describe('roleStatements', () => {
  it('keeps the planes apart', () => {
    const owner = roleStatements(listed({ actions: ['*'] }));
    expect(owner).toHaveLength(1);
    expect(named(owner, 'Microsoft.Storage/storageAccounts/listKeys/action')).toHaveLength(1);
    for (const other of [
      'data:Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read',
      'graph:Application.ReadWrite.All',
      'app:0f0f/Do.It',
      'microsoft.directory/applications/credentials/update',
    ])
      expect(named(owner, other)).toEqual([]);
    const data = roleStatements(listed({ dataActions: ['Microsoft.Storage/*'] }));
    expect(named(data, 'Microsoft.Storage/storageAccounts/write')).toEqual([]);
    expect(named(data, 'data:microsoft.storage/storageaccounts/x/read')).toHaveLength(1);
  });

  it.each([
    ['Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action', '…/assign/action', true],
    ['Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action', '…/a/b/assign/action', true],
    ['Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action', '…/assign/action/more', false],
    ['Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action', '…assign/action', false],
    ['microsoft.managedidentity/USERassignedidentities/assign/ACTION', '…/assign/action', true],
    ['Microsoft.ManagedIdentity/*/*/assign/action', '…/assign/action', true],
    ['*/action', '…/assign/action', true],
    ['*/read', '…/assign/action', false],
  ])('%s names %s: %s', (pattern, action, expected) => {
    const asked = action.replace('…', 'Microsoft.ManagedIdentity/userAssignedIdentities');
    expect(named(roleStatements(listed({ actions: [pattern] })), asked)).toHaveLength(expected ? 1 : 0);
  });

  it('subtracts within the block only', () => {
    const statements = roleStatements(
      listed(
        { actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] },
        { actions: ['Microsoft.Authorization/locks/write'] },
      ),
    );
    expect(named(statements, 'Microsoft.Authorization/roleAssignments/write')).toEqual([]);
    expect(named(statements, 'Microsoft.Authorization/locks/write').map(({ index }) => index)).toEqual([1]);
    expect(statements.every(({ effect }) => effect === 'allow')).toBe(true);
  });

  it('puts data actions of vaults under their mode, and nothing else', () => {
    const secret = 'data:Microsoft.KeyVault/vaults/secrets/getSecret/action';
    const blob = 'data:Microsoft.Storage/storageAccounts/blobServices/containers/blobs/action';
    const vault = { language: 'azure', body: { vault: 'rbac' } };
    for (const pattern of ['*', '*/action', 'Microsoft.*', 'Microsoft.KeyVault/*', 'Microsoft.KeyVault/vaults/*']) {
      const statements = roleStatements(listed({ dataActions: [pattern] }));
      expect(named(statements, secret).map(({ condition }) => condition)).toEqual([vault]);
      const blobs = pattern.includes('KeyVault') ? [] : [undefined];
      expect(named(statements, blob).map(({ condition }) => condition)).toEqual(blobs);
    }
    const spared = roleStatements(listed({ dataActions: ['*'], notDataActions: ['*/getSecret/action'] }));
    expect(named(spared, secret)).toEqual([]);
    const other = roleStatements(listed({ dataActions: ['Microsoft.Storage/*'] }));
    expect(other).toHaveLength(1);
    expect(other[0]?.condition).toBeUndefined();
  });

  it('carries the condition of the block', () => {
    const statements = roleStatements(
      listed({
        actions: ['a/write'],
        dataActions: ['Microsoft.KeyVault/vaults/keys/read'],
        condition: 'x',
        conditionVersion: '2.0',
      }),
    );
    expect(statements.map(({ condition }) => condition?.body)).toEqual([
      { abac: 'x', version: '2.0' },
      { all: [{ abac: 'x', version: '2.0' }, { vault: 'rbac' }] },
    ]);
  });

  it('decides nothing of what it could not read or understand', () => {
    const [known, unread] = roleStatements({ items: [block({ actions: ['a/read'] })], complete: false });
    expect(known?.undecidable).toBeUndefined();
    expect(unread?.undecidable).toBeDefined();
    expect(names(unread!, 'data:b/read')).toBe(true);
    expect(names(unread!, 'graph:Directory.ReadWrite.All')).toBe(false);
    expect(roleStatements(listed({ actions: [`a${'/*/b'.repeat(30)}`] }))[0]?.undecidable).toBeDefined();
    expect(roleStatements(listed({ actions: ['a?b', ''] }))).toEqual([]);
  });
});

describe('denyStatements', () => {
  it('denies what blocks name, and not what access policies of vaults give', () => {
    const statements = denyStatements(
      listed({ actions: ['*/delete'], dataActions: ['*'], notDataActions: ['*/read'] }),
    );
    expect(statements.map(({ effect }) => effect)).toEqual(['deny', 'deny', 'deny']);
    expect(named(statements, 'data:microsoft.keyvault/vaults/secrets/getsecret/action')[0]?.condition?.body).toEqual({
      vault: 'rbac',
    });
    expect(named(statements, 'data:microsoft.keyvault/vaults/secrets/read')).toEqual([]);
  });
});
