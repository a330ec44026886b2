/** Which static keys resources of a type have, and what they open (azure.md 2). */
export interface KeyType {
  readonly keys: readonly string[];
  readonly credential: 'storage-key' | 'service-key';
  /** Data actions that whoever has a key may use on the resource and in it. */
  readonly actions: readonly string[];
}

const PAIR = ['key1', 'key2'];
const PRIMARY = ['primaryKey', 'secondaryKey'];

/** Type of resource, lower case → its keys. Send-only keys are left out: they open nothing. */
export const KEY_TYPES: Readonly<Record<string, KeyType>> = {
  'microsoft.storage/storageaccounts': {
    keys: PAIR,
    credential: 'storage-key',
    actions: ['data:Microsoft.Storage/storageAccounts/*'],
  },
  'microsoft.documentdb/databaseaccounts': {
    keys: ['primaryMasterKey', 'secondaryMasterKey'],
    credential: 'service-key',
    actions: ['data:Microsoft.DocumentDB/databaseAccounts/*'],
  },
  'microsoft.servicebus/namespaces': {
    keys: PRIMARY,
    credential: 'service-key',
    actions: ['data:Microsoft.ServiceBus/namespaces/*'],
  },
  'microsoft.eventhub/namespaces': {
    keys: PRIMARY,
    credential: 'service-key',
    actions: ['data:Microsoft.EventHub/namespaces/*'],
  },
  'microsoft.relay/namespaces': {
    keys: PRIMARY,
    credential: 'service-key',
    actions: ['data:Microsoft.Relay/namespaces/*'],
  },
  'microsoft.cache/redis': { keys: PRIMARY, credential: 'service-key', actions: ['data:Microsoft.Cache/redis/*'] },
  'microsoft.search/searchservices': {
    keys: PRIMARY,
    credential: 'service-key',
    actions: ['data:Microsoft.Search/searchServices/*'],
  },
  'microsoft.cognitiveservices/accounts': {
    keys: PAIR,
    credential: 'service-key',
    actions: ['data:Microsoft.CognitiveServices/accounts/*'],
  },
  'microsoft.batch/batchaccounts': {
    keys: ['primary', 'secondary'],
    credential: 'service-key',
    actions: ['data:Microsoft.Batch/batchAccounts/*'],
  },
  'microsoft.containerregistry/registries': {
    keys: ['password', 'password2'],
    credential: 'service-key',
    actions: ['Microsoft.ContainerRegistry/registries/pull/read', 'Microsoft.ContainerRegistry/registries/push/write'],
  },
  'microsoft.appconfiguration/configurationstores': {
    keys: ['Primary', 'Secondary'],
    credential: 'service-key',
    actions: ['data:Microsoft.AppConfiguration/configurationStores/*'],
  },
  'microsoft.signalrservice/signalr': {
    keys: PRIMARY,
    credential: 'service-key',
    actions: ['data:Microsoft.SignalRService/SignalR/*'],
  },
  'microsoft.devices/iothubs': {
    keys: ['iothubowner'],
    credential: 'service-key',
    actions: ['data:Microsoft.Devices/IotHubs/*'],
  },
};
