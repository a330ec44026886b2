import type { Json } from '@keyreach/core/graph';
import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { AzureResource } from '../bundle/azure-input.ts';

/** What the properties of a type tell: names of facts (docs/graph-azure.md) with where they are read. */
type Reader = (properties: RawRecord, resource: AzureResource) => Json | undefined;

const at =
  (...path: readonly string[]): Reader =>
  (properties) => {
    let value: unknown = properties;
    for (const key of path) value = isRecord(value) ? value[key] : undefined;
    return typeof value === 'boolean' ? value : undefined;
  };

const opposite =
  (reader: Reader): Reader =>
  (properties, resource) => {
    const value = reader(properties, resource);
    return typeof value === 'boolean' ? !value : undefined;
  };

/** Of a switch that is on where the provider leaves it out of a reply with properties; without properties nobody knows. */
const orWhenAbsent =
  (absent: boolean, key: string): Reader =>
  (properties) => {
    const value = properties[key];
    if (typeof value === 'boolean') return value;
    return Object.keys(properties).length > 0 && (value === undefined || value === null) ? absent : undefined;
  };

const localAuth: Reader = opposite(at('disableLocalAuth'));

const FACTS: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'microsoft.keyvault/vaults': {
    // Absent and null mean access policies in all versions of the API that the reply can be of (azure.md 4.3 Q6).
    rbac: orWhenAbsent(false, 'enableRbacAuthorization'),
    enabledForTemplateDeployment: orWhenAbsent(false, 'enabledForTemplateDeployment'),
  },
  'microsoft.storage/storageaccounts': {
    sharedKey: orWhenAbsent(true, 'allowSharedKeyAccess'),
    sftp: orWhenAbsent(false, 'isSftpEnabled'),
    hns: orWhenAbsent(false, 'isHnsEnabled'),
    localUsers: at('isLocalUserEnabled'),
    publicBlobs: at('allowBlobPublicAccess'),
  },
  'microsoft.documentdb/databaseaccounts': { localAuth: opposite(orWhenAbsent(false, 'disableLocalAuth')) },
  'microsoft.containerregistry/registries': { adminUser: orWhenAbsent(false, 'adminUserEnabled') },
  'microsoft.containerservice/managedclusters': {
    localAccounts: opposite(orWhenAbsent(false, 'disableLocalAccounts')),
    azureRbac: (properties) => {
      const profile = properties['aadProfile'];
      if (profile === undefined || profile === null) return Object.keys(properties).length > 0 ? false : undefined;
      return isRecord(profile) ? profile['enableAzureRBAC'] === true : undefined;
    },
    entraIntegrated: (properties) =>
      Object.keys(properties).length === 0 ? undefined : isRecord(properties['aadProfile']),
    oidcIssuer: (properties) => {
      const profile = properties['oidcIssuerProfile'];
      const issuer = isRecord(profile) ? profile['issuerURL'] : undefined;
      return typeof issuer === 'string' ? issuer : undefined;
    },
  },
  'microsoft.compute/virtualmachines': {
    bootDiagnostics: at('diagnosticsProfile', 'bootDiagnostics', 'enabled'),
    powerState: powerState,
  },
};

/** Facts of a resource that rows of techniques read; what the input does not tell is absent. */
export function resourceFacts(resource: AzureResource): Readonly<Record<string, Json | undefined>> {
  const type = resource.type.toLowerCase();
  const facts: Record<string, Json | undefined> = {
    location: resource.location?.toLowerCase(),
    resourceKind: resource.kind?.toLowerCase(),
    managedBy: resource.managedBy?.toLowerCase(),
    localAuth: localAuth(resource.properties, resource),
    publicNetwork: publicNetwork(resource.properties),
  };
  const own = Object.hasOwn(FACTS, type) ? FACTS[type]! : {};
  for (const [name, reader] of Object.entries(own)) facts[name] = reader(resource.properties, resource);
  return facts;
}

function publicNetwork({ publicNetworkAccess }: RawRecord): boolean | undefined {
  if (typeof publicNetworkAccess !== 'string') return undefined;
  const word = publicNetworkAccess.toLowerCase();
  return word === 'enabled' ? true : word === 'disabled' ? false : undefined;
}

/** `running`, `deallocated`, …: the code `PowerState/…` of the instance view, or of Resource Graph. */
function powerState(properties: RawRecord): string | undefined {
  const extended = properties['extended'];
  const view = properties['instanceView'] ?? (isRecord(extended) ? extended['instanceView'] : undefined);
  if (!isRecord(view)) return undefined;
  const single = isRecord(view['powerState']) ? view['powerState']['code'] : undefined;
  const codes = [single, ...(Array.isArray(view['statuses']) ? view['statuses'].map(codeOf) : [])];
  const code = codes.find(
    (one): one is string => typeof one === 'string' && one.toLowerCase().startsWith('powerstate/'),
  );
  return code?.slice('powerstate/'.length).toLowerCase();
}

function codeOf(status: unknown): unknown {
  return isRecord(status) ? status['code'] : undefined;
}
