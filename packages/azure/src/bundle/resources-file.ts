import { isRecord, type Listed, type RawRecord, type Report } from '@keyreach/core/input';
import type { AzureResource, AzureResourceIdentity } from './azure-input.ts';
import { readPages } from './pages.ts';
import { RecordFields, told } from './record-fields.ts';
import { resourceProperties, withoutSecretTexts } from './scrub.ts';

const IDENTITIES = 'microsoft.managedidentity/userassignedidentities';

/** Fields of every resource, which are no properties of it where `az` prints both on one level. */
const ENVELOPE: ReadonlySet<string> = new Set([
  'etag',
  'extendedLocation',
  'id',
  'identity',
  'kind',
  'location',
  'managedBy',
  'name',
  'plan',
  'resourceGroup',
  'sku',
  'systemData',
  'tags',
  'type',
  'zones',
]);

/**
 * Reads resources.json: resources and resource groups of any type, with the values that hold secrets taken out (azure.md 4.3). A
 * resource of which the identity cannot be read is kept, and the list is not all.
 */
export function readResources(raw: unknown, report: Report): Listed<AzureResource> | undefined {
  let isWhole = true;
  const listed = readPages(raw, report, (element, where): AzureResource | undefined => {
    const fields = new RecordFields(element, where, report);
    const id = fields.required('id');
    if (id === undefined) return undefined;
    const type = fields.text('type') ?? typeOfId(id);
    if (type === undefined) {
      report(`${where}.type`, 'a type such as `Microsoft.Compute/virtualMachines`');
      return undefined;
    }
    const identity = readIdentity(fields);
    if (identity === 'damaged') isWhole = false;
    const own = ownProperties(element, type);
    return {
      id,
      type,
      name: fields.text('name') ?? id.slice(id.lastIndexOf('/') + 1),
      ...told({
        location: fields.text('location'),
        kind: fields.text('kind'),
        identity: identity === 'damaged' ? undefined : identity,
        managedBy: fields.text('managedBy'),
        tags: tagsOf(element['tags']),
      }),
      properties: resourceProperties(type, id, own),
    };
  });
  return listed === undefined ? undefined : { ...listed, complete: listed.complete && isWhole };
}

/** `…/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME]` and resource groups tell their type by their id. */
function typeOfId(id: string): string | undefined {
  const at = id.toLowerCase().lastIndexOf('/providers/');
  if (at < 0)
    return /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+$/i.test(id)
      ? 'Microsoft.Resources/resourceGroups'
      : undefined;
  const [namespace, ...parts] = id.slice(at + '/providers/'.length).split('/');
  if (namespace === undefined || namespace === '' || parts.length < 2) return undefined;
  return [namespace, ...parts.filter((_, index) => index % 2 === 0)].join('/');
}

/**
 * `properties`, or what `az` prints beside the fields of every resource. A table of Resource Graph that leaves `properties` out
 * tells none: its columns may be called like anything.
 */
function ownProperties(raw: RawRecord, type: string): RawRecord {
  const { properties } = raw;
  if (isRecord(properties)) return properties;
  const isFlat =
    properties === undefined &&
    typeof raw['resourceGroup'] === 'string' &&
    raw['subscriptionId'] === undefined &&
    (typeof raw['provisioningState'] === 'string' || type.toLowerCase() === IDENTITIES);
  return isFlat ? Object.fromEntries(Object.entries(raw).filter(([key]) => !ENVELOPE.has(key))) : {};
}

function readIdentity(fields: RecordFields): AzureResourceIdentity | 'damaged' | undefined {
  const raw = fields.raw['identity'];
  if (raw === undefined || raw === null) return undefined;
  const identity = fields.inner('identity');
  if (!isRecord(raw)) return 'damaged';
  const assigned = raw['userAssignedIdentities'];
  if (assigned !== undefined && assigned !== null && !isRecord(assigned)) {
    fields.report(`${fields.where}.identity.userAssignedIdentities`, 'an object by id');
    return 'damaged';
  }
  const userAssigned = Object.entries(assigned ?? {}).map(([id, value], index) => {
    const one = new RecordFields(
      isRecord(value) ? value : {},
      `${identity.where}.userAssignedIdentities entry ${index + 1}`,
      fields.report,
    );
    return { id, ...told({ principalId: one.text('principalId'), clientId: one.text('clientId') }) };
  });
  return {
    ...told({
      type: identity.text('type'),
      principalId: identity.text('principalId'),
      tenantId: identity.text('tenantId'),
    }),
    userAssigned,
  };
}

/** Tags; null is how none come, and a value that is no text is left out. */
function tagsOf(raw: unknown): Readonly<Record<string, string>> | undefined {
  if (raw === null) return {};
  if (!isRecord(raw)) return undefined;
  const plain = withoutSecretTexts(raw);
  return Object.fromEntries(
    Object.entries(plain).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
