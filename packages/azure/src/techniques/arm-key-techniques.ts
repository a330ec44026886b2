import { all, allOf, allowed, any, anyOf, holds, keys } from './arm-requirements.ts';
import { type ArmTechnique, armTable } from './arm-row.ts';

const KEYS_TAKEN = holds('accepts-keys');

/** Static keys (azure.md 3.3). What else gives data is access, not a technique. */
export const armKeyTechniques: readonly ArmTechnique[] = armTable('azure.md 3.3', [
  keys(
    'arm-storage-key',
    'microsoft.storage/storageaccounts',
    all(
      anyOf(
        'Microsoft.Storage/storageAccounts/listKeys/action',
        'Microsoft.Storage/storageAccounts/regenerateKey/action',
        'Microsoft.Storage/storageAccounts/listAccountSas/action',
        'Microsoft.Storage/storageAccounts/listServiceSas/action',
      ),
      // Who may write the account switches keys on.
      any(KEYS_TAKEN, allowed('Microsoft.Storage/storageAccounts/write')),
    ),
  ),
  keys(
    'arm-cosmos',
    'microsoft.documentdb/databaseaccounts',
    all(
      anyOf(
        'Microsoft.DocumentDB/databaseAccounts/listKeys/action',
        'Microsoft.DocumentDB/databaseAccounts/listConnectionStrings/action',
        'Microsoft.DocumentDB/databaseAccounts/regenerateKey/action',
      ),
      any(KEYS_TAKEN, allowed('Microsoft.DocumentDB/databaseAccounts/write')),
    ),
  ),
  keys(
    'arm-bus-key',
    'microsoft.servicebus/namespaces',
    all(
      anyOf(
        'Microsoft.ServiceBus/namespaces/authorizationRules/listKeys/action',
        'Microsoft.ServiceBus/namespaces/authorizationRules/regenerateKeys/action',
        'Microsoft.ServiceBus/namespaces/authorizationRules/write',
      ),
      any(KEYS_TAKEN, allowed('Microsoft.ServiceBus/namespaces/write')),
    ),
  ),
  keys(
    'arm-bus-key',
    'microsoft.eventhub/namespaces',
    all(
      anyOf(
        'Microsoft.EventHub/namespaces/authorizationRules/listKeys/action',
        'Microsoft.EventHub/namespaces/authorizationRules/regenerateKeys/action',
        'Microsoft.EventHub/namespaces/authorizationRules/write',
      ),
      any(KEYS_TAKEN, allowed('Microsoft.EventHub/namespaces/write')),
    ),
  ),
  keys(
    'arm-bus-key',
    'microsoft.relay/namespaces',
    all(
      anyOf(
        'Microsoft.Relay/namespaces/authorizationRules/listKeys/action',
        'Microsoft.Relay/namespaces/authorizationRules/regenerateKeys/action',
        'Microsoft.Relay/namespaces/authorizationRules/write',
      ),
      any(KEYS_TAKEN, allowed('Microsoft.Relay/namespaces/write')),
    ),
  ),
  keys(
    'arm-acr-cred',
    'microsoft.containerregistry/registries',
    any(
      all(
        allowed('Microsoft.ContainerRegistry/registries/listCredentials/action'),
        any(holds('accepts-admin-user'), allowed('Microsoft.ContainerRegistry/registries/write')),
      ),
      allOf(
        'Microsoft.ContainerRegistry/registries/tokens/write',
        'Microsoft.ContainerRegistry/registries/generateCredentials/action',
      ),
    ),
  ),
  keys(
    'arm-other-keys',
    'microsoft.cognitiveservices/accounts',
    all(
      allowed('Microsoft.CognitiveServices/accounts/listKeys/action'),
      any(KEYS_TAKEN, allowed('Microsoft.CognitiveServices/accounts/write')),
    ),
  ),
  keys(
    'arm-other-keys',
    'microsoft.search/searchservices',
    all(
      allowed('Microsoft.Search/searchServices/listAdminKeys/action'),
      any(KEYS_TAKEN, allowed('Microsoft.Search/searchServices/write')),
    ),
  ),
  keys('arm-other-keys', 'microsoft.cache/redis', allowed('Microsoft.Cache/redis/listKeys/action')),
  keys(
    'arm-other-keys',
    'microsoft.batch/batchaccounts',
    all(
      allowed('Microsoft.Batch/batchAccounts/listkeys/action'),
      any(KEYS_TAKEN, allowed('Microsoft.Batch/batchAccounts/write')),
    ),
  ),
  keys(
    'arm-other-keys',
    'microsoft.appconfiguration/configurationstores',
    all(
      allowed('Microsoft.AppConfiguration/configurationStores/ListKeys/action'),
      any(KEYS_TAKEN, allowed('Microsoft.AppConfiguration/configurationStores/write')),
    ),
  ),
  keys(
    'arm-other-keys',
    'microsoft.signalrservice/signalr',
    all(
      allowed('Microsoft.SignalRService/SignalR/listkeys/action'),
      any(KEYS_TAKEN, allowed('Microsoft.SignalRService/SignalR/write')),
    ),
  ),
  keys(
    'arm-other-keys',
    'microsoft.devices/iothubs',
    all(
      allowed('Microsoft.Devices/iotHubs/listkeys/action'),
      any(KEYS_TAKEN, allowed('Microsoft.Devices/iotHubs/write')),
    ),
  ),
  // Whoever decides who reads a vault lets itself in (arm-kv-policy, arm-kv-mode of azure.md 3.3).
  {
    slug: 'arm-kv-policy',
    title: 'Lets itself in to keys, secrets and certificates of the vault',
    attack: ['T1555.006', 'T1098.003'],
    target: { kind: 'resource', types: ['microsoft.keyvault/vaults'] },
    requires: all(
      anyOf('Microsoft.KeyVault/vaults/write', 'Microsoft.KeyVault/vaults/accessPolicies/write'),
      holds('access-policies'),
    ),
    yields: 'control',
  },
  {
    slug: 'arm-kv-mode',
    title: 'Has the vault ask its access policies again, and lets itself in',
    attack: ['T1555.006', 'T1098.003'],
    target: { kind: 'resource', types: ['microsoft.keyvault/vaults'] },
    requires: all(
      allOf('Microsoft.KeyVault/vaults/write', 'Microsoft.Authorization/roleAssignments/write'),
      holds('asks-roles'),
    ),
    yields: 'control',
  },
]);
