import { describe, expect, it } from 'vitest';
import { normalizeAzure } from '../normalize/normalize.ts';
import { azureInputFromObjects } from './input-from-objects.ts';
import { resourceProperties, withoutSecrets } from './scrub.ts';

const CANARY = 'CANARY-3f9a1c77';
const WEB = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/shop';

describe('secrets', () => {
  it.each([
    ['keys', { primaryKey: CANARY, key1: CANARY, accountKey: CANARY, instrumentationKey: CANARY, secretText: CANARY }],
    ['listed keys', { keys: [{ keyName: 'key1', value: CANARY, permissions: 'Full' }], secrets: [CANARY] }],
    ['passwords', { osProfile: { adminPassword: CANARY, customData: CANARY }, pwd: CANARY }],
    ['connection strings', { primaryConnectionString: CANARY, note: `Endpoint=sb://x/;SharedAccessKey=${CANARY}` }],
    ['settings of a site', { siteConfig: { appSettings: [{ name: 'A', value: CANARY }] }, settings: { a: CANARY } }],
    ['a variable', { isEncrypted: false, value: CANARY }],
    [
      'named values',
      {
        items: [
          { key: 'A', value: CANARY },
          { keyName: 'B', value: CANARY },
        ],
      },
    ],
    [
      'variables of containers',
      {
        containers: [{ properties: { environmentVariables: [{ name: 'A', secureValue: CANARY }], command: [CANARY] } }],
      },
    ],
    [
      'variables and secrets of apps',
      {
        template: { containers: [{ env: [{ name: 'A', value: CANARY }], args: [CANARY] }] },
        secrets: [{ name: 'a', value: CANARY }],
      },
    ],
    ['a registry', { imageRegistryCredentials: [{ server: 'x', username: 'y', password: CANARY }] }],
    [
      'an extension',
      { settings: { commandToExecute: CANARY }, protectedSettings: CANARY, fileUris: [`https://x?sig=${CANARY}`] },
    ],
    [
      'a deployment',
      { parameters: { a: { value: CANARY } }, outputs: { b: { value: CANARY } }, template: { x: CANARY } },
    ],
    [
      'a workflow',
      { definition: { actions: { call: { inputs: { headers: { Authorization: CANARY }, body: CANARY } } } } },
    ],
    ['a linked service', { typeProperties: { connectionString: CANARY, encryptedCredential: CANARY, url: CANARY } }],
    ['a cluster', { servicePrincipalProfile: { clientId: 'x', secret: CANARY }, kubeConfig: CANARY }],
    ['a webhook', { webhookUri: CANARY, sasUrl: CANARY }],
    ['what looks like a key anywhere', { description: `-----BEGIN RSA PRIVATE KEY-----${CANARY}` }],
    ['what looks like a token in a list', { notes: [`eyJhbGciOiJSUzI1NiJ9.eyJ${'a'.repeat(12)}${CANARY}`] }],
    ['what looks like a secret of an application', { note: `${CANARY}-abc8Q~${'a'.repeat(34)}` }],
    ['a name that is a secret', { [`AccountKey=${CANARY}`]: true }],
    [
      'words of access policies',
      { accessPolicies: [{ objectId: 'o', permissions: { secrets: [CANARY] }, note: CANARY }] },
    ],
  ])('of %s are not kept', (_, properties) => {
    expect(JSON.stringify(withoutSecrets(properties))).not.toContain(CANARY);
  });

  it('leave what analyses read', () => {
    const properties = {
      provisioningState: 'Succeeded',
      enableRbacAuthorization: false,
      accessPolicies: [
        {
          tenantId: 't',
          objectId: 'o',
          permissions: { keys: ['get'], secrets: ['Get', 'all'], certificates: [], storage: null },
        },
      ],
      allowSharedKeyAccess: true,
      keyCreationTime: { key1: '2026-01-01T00:00:00Z', key2: null },
      keyPolicy: { keyExpirationPeriodInDays: 90 },
      identityProfile: { kubeletidentity: { resourceId: '/x', clientId: 'c', objectId: 'o' } },
      addonProfiles: { omsagent: { enabled: true, identity: { objectId: 'p' } } },
      aadProfile: { enableAzureRBAC: true },
      oidcIssuerProfile: { issuerURL: 'https://oidc.example/x' },
      servicePrincipalProfile: { clientId: 'msi' },
      extended: { instanceView: { powerState: { code: 'PowerState/running' } } },
      instanceView: { statuses: [{ code: 'PowerState/running' }] },
      diagnosticsProfile: { bootDiagnostics: { enabled: true, storageUri: 'https://x.blob.core.windows.net/' } },
      principalId: 'p',
      clientId: 'c',
      publicNetworkAccess: 'Enabled',
      networkAcls: { ipRules: [{ value: '203.0.113.0/24', action: 'Allow' }] },
      disableLocalAuth: false,
      adminUserEnabled: true,
      managedByTenantId: 'm',
      authorizations: [{ principalId: 'p', roleDefinitionId: 'r', principalIdDisplayName: 'Ops' }],
    };
    expect(withoutSecrets(properties)).toEqual(properties);
  });

  it('leave of settings by name the names, and references to vaults', () => {
    const reference = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/db/)';
    const type = 'Microsoft.Web/sites/config';
    expect(resourceProperties(type, `${WEB}/config/appsettings`, { DB: CANARY, REF: reference, N: 7 })).toEqual({
      DB: null,
      REF: reference,
      N: null,
    });
    expect(resourceProperties(type, `${WEB}/config/web`, { scmType: 'None', publishingPassword: CANARY })).toEqual({
      scmType: 'None',
    });
    const listed = { siteConfig: { appSettings: [{ name: 'REF', value: reference }] } };
    expect(withoutSecrets(listed)).toEqual(listed);
  });

  it('do not make an access policy that permits less', () => {
    const accessPolicies = [
      { objectId: 'o', permissions: { secrets: ['get', 7], keys: 'all', storage: null } },
      { objectId: 'p', permissions: 'x' },
    ];
    expect(withoutSecrets({ accessPolicies })).toEqual({
      accessPolicies: [
        { objectId: 'o', permissions: { secrets: ['get', 'unreadable'], keys: 'unreadable', storage: null } },
        { objectId: 'p' },
      ],
    });
  });

  it('do not hide in depth', () => {
    let properties: Record<string, unknown> = { password: CANARY };
    for (let depth = 0; depth < 5000; depth += 1) properties = { inner: properties };
    expect(JSON.stringify(withoutSecrets(properties))).not.toContain(CANARY);
  });

  it('are in nothing that is read, said or made of an input', () => {
    const input = azureInputFromObjects({
      resources: [
        {
          id: WEB,
          type: 'Microsoft.Web/sites',
          properties: { siteConfig: { appSettings: [{ name: 'A', value: CANARY }] } },
        },
        { id: 7, type: CANARY },
      ],
      applications: [
        {
          id: 'o',
          appId: 'a',
          passwordCredentials: [
            { keyId: 'k', secretText: CANARY, hint: CANARY, customKeyIdentifier: CANARY, endDateTime: CANARY },
          ],
          keyCredentials: [{ keyId: 'c', key: CANARY, displayName: `pwd=${CANARY}` }],
        },
        { id: 'o2', appId: { x: CANARY } },
      ],
      credentialSignIns: [{ keyId: 'k', token: CANARY, signInActivity: { lastSignInDateTime: CANARY } }],
      recordedUse: [
        { format: CANARY },
        { format: 'keyreach-azure-usage/1', source: 's', rows: [{ action: CANARY }], coverage: [] },
      ],
    });
    const graph = normalizeAzure(input, { now: '2026-01-01T00:00:00.000Z' });
    expect(JSON.stringify([input, graph])).not.toContain(CANARY);
    expect(input.gaps.filter(({ kind }) => kind === 'bad-input').length).toBeGreaterThan(4);
  });
});
