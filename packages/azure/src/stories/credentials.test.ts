import { GraphIndex } from '@keyreach/core/graph';
import { describe, expect, it } from 'vitest';
import type { AzureInput, EntraCredential, EntraServicePrincipal } from '../bundle/azure-input.ts';
import { credentialId } from '../normalize/azure-ids.ts';
import { normalizeAzure } from '../normalize/normalize.ts';
import {
  application,
  NOW,
  object,
  secret,
  servicePrincipal,
  short,
  TENANT,
  tenantInput,
  user,
  whole,
} from '../normalize/testing/tenant.ts';
import { assigned, resource, role, SHOP, type Story, storyOf, TWIN } from './testing/story.ts';

const HOME = '99999999-0000-0000-0000-000000000009';

const account = (group: string, name: string) =>
  resource(group, `Microsoft.Storage/storageAccounts/${name}`, { properties: { allowSharedKeyAccess: true } });

/** A service principal that may list the keys of one of two storage accounts; a secret on it and one on its application. */
function tenant(
  principal: Partial<EntraServicePrincipal> = {},
  onApplication: Partial<EntraCredential> = {},
): Partial<AzureInput> {
  return {
    applications: whole(application('app', 'a', { credentials: whole(secret('on-app', onApplication)) })),
    servicePrincipals: whole(servicePrincipal('sp', 'a', { credentials: whole(secret('on-sp')), ...principal })),
    users: whole(user('ana')),
    resources: whole(account(SHOP, 's'), account(TWIN, 't')),
    roleDefinitions: whole(role('keys', 'Microsoft.Storage/storageAccounts/listKeys/action')),
    roleAssignments: whole(assigned('sp', 'keys', SHOP)),
  };
}

/** Everything in the one account, by its keys. */
const account1 = (certainty: string): readonly string[] => [
  `shop microsoft.storage/storageaccounts/s ${['data-read', 'data-write', 'delete', 'secret-read']
    .map((one) => `${one} ${certainty}`)
    .join(', ')}`,
];
const key1 = (certainty: string): string => `shop microsoft.storage/storageaccounts/s#sharedkey ${certainty}`;

const onApplication = credentialId(TENANT, 'app', 'on-app');
const onPrincipal = credentialId(TENANT, 'sp', 'on-sp');

describe('a secret on an application and one on its service principal', () => {
  it('each sign in as the service principal and reach what it does, and nothing beside', () => {
    for (const credential of [onApplication, onPrincipal]) {
      const { reaches, admin, ways, cites } = storyOf(tenant(), credential);
      expect(reaches).toEqual([...account1('allow'), key1('allow')]);
      expect(admin).toEqual([]);
      expect(ways).toEqual({
        'shop microsoft.storage/storageaccounts/s': 'authenticates > access-secret-read',
        'shop microsoft.storage/storageaccounts/s#sharedkey':
          'authenticates > azure-arm-storage-key-storage-storageaccounts > authenticates',
      });
      expect(Object.values(cites)).toEqual([['sp-keys'], ['sp-keys']]);
    }
  });

  it('are two credentials, each of its own owner', () => {
    const graph = new GraphIndex(normalizeAzure(tenantInput(tenant()), { now: NOW }));
    const edges = (type: 'owned-by' | 'authenticates'): readonly string[] =>
      [onApplication, onPrincipal].flatMap((id) =>
        graph.outgoing(id, type).map(({ from, to }) => `${short(from)} → ${short(to)}`),
      );
    expect(edges('owned-by')).toEqual(['cred:app:on-app → app', 'cred:sp:on-sp → sp']);
    expect(edges('authenticates')).toEqual(['cred:app:on-app → sp', 'cred:sp:on-sp → sp']);
  });

  it('prove nothing once they, or who they sign in as, are off', () => {
    const off = [...account1('conditional'), key1('conditional')];
    const isDisabled = tenant({ accountEnabled: false });
    expect(storyOf(isDisabled, onApplication).reaches).toEqual(off);
    expect(storyOf(isDisabled, onPrincipal).reaches).toEqual(off);
    const isExpired = tenant({}, { endDateTime: '2025-06-01T00:00:00Z' });
    expect(storyOf(isExpired, onApplication).reaches).toEqual(off);
    expect(storyOf(isExpired, onPrincipal).reaches).toEqual([...account1('allow'), key1('allow')]);
  });

  it('sign in as nobody where the application has no service principal here', () => {
    const none = { ...tenant(), servicePrincipals: whole<EntraServicePrincipal>() };
    expect(() => storyOf(none, onApplication)).toThrow(RangeError);
  });
});

describe('a multi-tenant application of another tenant', () => {
  const foreign: Partial<AzureInput> = {
    ...tenant({ appOwnerOrganizationId: HOME, credentials: whole(), owners: whole('ana') }),
    applications: whole(),
  };
  const all = (certainty: string): readonly string[] => [...account1(certainty), `sp ${certainty}`, key1(certainty)];

  it('is what its home tenant holds credentials of', () => {
    const story = storyOf(foreign, `entra-tenant:${HOME}`);
    expect(story.reaches).toEqual(all('allow'));
    expect(story.ways['sp']).toBe('federates');
  });

  it('is its owner’s here as far as its lock lets, which nobody sees', () => {
    const story = storyOf(foreign, object('ana'));
    expect(story.reaches).toEqual(all('unknown'));
    expect(story.ways['sp']).toBe('azure-own-sp');
    expect(storyOf({ ...foreign, users: whole(user('ana'), user('bob')) }, object('bob')).reaches).toEqual([]);
  });

  it('has no home among others', () => {
    const graph = new GraphIndex(normalizeAzure(tenantInput(tenant()), { now: NOW }));
    expect(graph.identities.filter(({ type }) => type === 'external-tenant')).toEqual([]);
  });
});

describe('a locked application', () => {
  const lock = {
    isEnabled: true,
    allProperties: true,
    credentialsWithUsageSign: false,
    credentialsWithUsageVerify: false,
  };
  const held = [...account1('allow'), 'sp allow', key1('allow')];
  const owned = (
    by: 'application' | 'service principal',
    own: Partial<typeof lock> = {},
    signInAudience = 'AzureADMultipleOrgs',
  ): Story =>
    storyOf(
      {
        ...tenant({ owners: whole(...(by === 'service principal' ? ['ana'] : [])) }),
        applications: whole(
          application('app', 'a', {
            signInAudience,
            owners: whole(...(by === 'application' ? ['ana'] : [])),
            lock: { ...lock, ...own },
          }),
        ),
      },
      object('ana'),
    );

  it('takes no secret on its service principal', () => {
    expect(owned('service principal').reaches).toEqual([]);
    expect(owned('service principal', { isEnabled: false }).reaches).toEqual(held);
  });

  it('with a lock on what verifies takes none either; one on what signs is no hindrance', () => {
    const some = { allProperties: false };
    expect(owned('service principal', { ...some, credentialsWithUsageVerify: true }).reaches).toEqual([]);
    expect(owned('service principal', { ...some, credentialsWithUsageSign: true }).reaches).toEqual(held);
    expect(owned('service principal', some).reaches).toEqual(held);
  });

  it('is its owner’s all the same, who adds a secret to the application', () => {
    const story = owned('application');
    expect(story.reaches).toEqual([...account1('allow'), 'app allow', 'sp allow', key1('allow')]);
    expect(story.ways['sp']).toMatch(/^azure-own-app > runs-as$/);
  });
});
