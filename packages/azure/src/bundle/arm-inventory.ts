import {
  isRecord,
  type Listed,
  optionalString,
  type RawRecord,
  type Report,
  requiredString,
} from '@keyreach/core/input';
import type { AzureManagementGroup, AzureResource, AzureResourceIdentity, AzureSubscription } from './azure-input.ts';
import { flat, strings, texts, told } from './fields.ts';
import { readPages } from './pages.ts';
import { withoutSecrets } from './scrub.ts';

/** Deepest tree of management groups that a record may hold; Azure has six levels. */
const MOST_DEPTH = 64;

/** Reads management-groups.json: groups with details and children, also expanded ones inside one another (azure.md 4.1). */
export function readManagementGroups(raw: unknown, report: Report): Listed<AzureManagementGroup> | undefined {
  const listed = readPages(raw, report, (element, where, tell) => {
    const found: AzureManagementGroup[] = [];
    return collect(element, undefined, 0, where, tell, found) ? found : undefined;
  });
  return listed === undefined ? undefined : { items: listed.items.flat(), complete: listed.complete };
}

/** Adds a group and those below it; false where one cannot be read. */
function collect(
  raw: RawRecord,
  parent: string | undefined,
  depth: number,
  where: string,
  report: Report,
  found: AzureManagementGroup[],
): boolean {
  const id = requiredString(raw, 'id', where, report);
  if (id === undefined || depth > MOST_DEPTH) return false;
  const group = flat(raw);
  const details = isRecord(group['details']) ? group['details'] : {};
  const above = [group['parent'], details['parent']].find(isRecord);
  const parentId = parent ?? (above === undefined ? undefined : optionalString(above, 'id', where, report));
  const { children } = group;
  const below = Array.isArray(children) ? children.filter(isRecord) : undefined;
  found.push({
    id,
    name: optionalString(group, 'name', where, report) ?? id.slice(id.lastIndexOf('/') + 1),
    ...texts(group, ['displayName', 'tenantId'], where, report),
    ...told('parentId', parentId),
    ...told(
      'children',
      below?.flatMap((child) => {
        const own = optionalString(child, 'id', where, report);
        return own === undefined ? [] : [{ id: own, ...texts(child, ['type', 'displayName'], where, report) }];
      }),
    ),
  });
  let whole = true;
  for (const [index, child] of (below ?? []).entries()) {
    const isGroup = String(child['id']).toLowerCase().includes('/managementgroups/');
    if (isGroup && Array.isArray(flat(child)['children'])) {
      whole = collect(child, id, depth + 1, `${where}.children[${index}]`, report, found) && whole;
    }
  }
  return whole;
}

/** Reads subscriptions.json: `subscriptions.list`, `az account list`, or Resource Graph with the chain of groups (azure.md 4.3). */
export function readSubscriptions(raw: unknown, report: Report): Listed<AzureSubscription> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const one = flat(element);
    const id = optionalString(one, 'subscriptionId', where, tell) ?? requiredString(one, 'id', where, tell);
    if (id === undefined) return undefined;
    const chain = [one['managementGroupAncestorsChain'], one['mgChain']].find(Array.isArray);
    const managed = Array.isArray(one['managedByTenants']) ? one['managedByTenants'].filter(isRecord) : [];
    return {
      subscriptionId: id.slice(id.lastIndexOf('/') + 1),
      ...texts(one, ['tenantId', 'state'], where, tell),
      ...told(
        'displayName',
        optionalString(one, 'displayName', where, tell) ?? optionalString(one, 'name', where, tell),
      ),
      ...told('managementGroups', chain === undefined ? undefined : strings(chain.map(nameOf))),
      managedByTenants: strings(managed.map(({ tenantId }) => tenantId)),
    };
  });
}

function nameOf(value: unknown): unknown {
  return isRecord(value) ? value['name'] : value;
}

/** Reads resources.json: resources and resource groups of any API (azure.md 4.3, 4.4). Texts that are or may be secret are left out. */
export function readResources(raw: unknown, report: Report): Listed<AzureResource> | undefined {
  return readPages(raw, report, (element, where, tell) => {
    const id = requiredString(element, 'id', where, tell);
    const type = requiredString(element, 'type', where, tell);
    if (id === undefined || type === undefined) return undefined;
    const { identity, properties, tags } = element;
    const read = isRecord(identity) ? readIdentity(identity, `${where}.identity`, tell) : undefined;
    return {
      id,
      type,
      name: optionalString(element, 'name', where, tell) ?? id.slice(id.lastIndexOf('/') + 1),
      ...texts(element, ['location', 'kind', 'managedBy'], where, tell),
      ...told('identity', read),
      ...told('tags', 'tags' in element ? readTags(tags) : undefined),
      properties: isRecord(properties) ? withoutSecrets(properties) : {},
    };
  });
}

function readTags(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function readIdentity(raw: RawRecord, where: string, report: Report): AzureResourceIdentity {
  const { userAssignedIdentities: assigned } = raw;
  const userAssigned = isRecord(assigned)
    ? Object.entries(assigned).map(([id, value]) => ({
        id,
        ...(isRecord(value) ? texts(value, ['principalId', 'clientId'], where, report) : {}),
      }))
    : strings(assigned).map((id) => ({ id }));
  return { ...texts(raw, ['type', 'principalId', 'tenantId'], where, report), userAssigned };
}
