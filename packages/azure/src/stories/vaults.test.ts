import { describe, expect, it } from 'vitest';
import type { AzureInput, AzureResource } from '../bundle/azure-input.ts';
import { object, TENANT, user, whole } from '../normalize/testing/tenant.ts';
import { assigned, resource, role, SHOP, type Story, storyOf } from './testing/story.ts';

const READ = 'data:Microsoft.KeyVault/vaults/secrets/getSecret/action';
const WRITE = 'Microsoft.KeyVault/vaults/write';
const ASSIGN = 'Microsoft.Authorization/roleAssignments/write';

const vault = (name: string, enableRbacAuthorization: boolean): AzureResource =>
  resource(SHOP, `Microsoft.KeyVault/vaults/${name}`, {
    properties: {
      enableRbacAuthorization,
      tenantId: TENANT,
      accessPolicies: [{ tenantId: TENANT, objectId: 'bob', permissions: { secrets: ['get'] } }],
    },
  });

/** Both vaults name bob in an access policy; ana has a role on their resource group. */
function seenBy(who: 'ana' | 'bob', ...actions: readonly string[]): Story {
  const own: Partial<AzureInput> = {
    users: whole(user('ana'), user('bob')),
    resources: whole(vault('by-role', true), vault('by-policy', false)),
    roleDefinitions: whole(role('team', ...actions)),
    roleAssignments: whole(assigned('ana', 'team', SHOP)),
  };
  return storyOf(own, object(who));
}

describe('a vault that asks roles and one that asks its access policies', () => {
  it('a role on data reads the one, a policy the other', () => {
    expect(seenBy('ana', READ).reaches).toEqual(['shop microsoft.keyvault/vaults/by-role secret-read allow']);
    expect(seenBy('bob').reaches).toEqual([
      'shop microsoft.keyvault/vaults/by-policy meta-read allow, secret-read allow',
    ]);
  });

  it('who may write the one that asks policies gives itself one; roles it cannot change so', () => {
    const story = seenBy('ana', WRITE);
    expect(story.reaches).toEqual([
      'shop microsoft.keyvault/vaults/by-policy control allow, data-read allow, data-write allow, delete allow, ' +
        'meta-read allow, permission-admin allow, secret-read allow',
      'shop microsoft.keyvault/vaults/by-role control allow',
    ]);
    expect(story.ways['shop microsoft.keyvault/vaults/by-policy']).toBe('azure-arm-kv-policy > access-secret-read');
    expect(story.cites['shop microsoft.keyvault/vaults/by-policy']).toEqual(['ana-team']);
    expect(story.admin).toEqual([]);
  });

  it('who may read them reads no secret, nor does who may list names', () => {
    expect(seenBy('ana', 'Microsoft.KeyVault/vaults/read').reaches).toEqual([]);
    const listed = seenBy('ana', 'data:Microsoft.KeyVault/vaults/secrets/readMetadata/action').reaches;
    expect(listed.filter((one) => one.includes('secret-read'))).toEqual([]);
  });

  it('who may assign roles as well has both', () => {
    const { reaches, admin } = seenBy('ana', WRITE, ASSIGN);
    expect(reaches.filter((one) => one.includes('secret-read allow')).length).toBe(2);
    expect(admin).toEqual(['shop allow']);
  });
});
