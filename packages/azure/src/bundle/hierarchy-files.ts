import { isRecord, type Listed, type Report, readList } from '@keyreach/core/input';
import type { AzureManagementGroup, AzureSubscription } from './azure-input.ts';
import { readPages } from './pages.ts';
import { RecordFields, told } from './record-fields.ts';

const GROUPS = '/providers/Microsoft.Management/managementGroups/';

/** Management groups nest six levels deep; what lies below this is not read. */
const MOST_DEPTH = 50;

/**
 * Reads management-groups.json: groups with or without their children, expanded to any depth, or the rows of `descendants`, which tell
 * the parents of groups and subscriptions (azure.md 4.1, 4.4).
 */
export function readManagementGroups(raw: unknown, report: Report): Listed<AzureManagementGroup> | undefined {
  let isWhole = true;
  const listed = readPages(raw, report, (element, where) => {
    const found: AzureManagementGroup[] = [];
    const groups = readGroup(RecordFields.ofResourceManager(element, where, report), found, 0);
    isWhole &&= groups;
    return found.length === 0 ? undefined : found;
  });
  if (listed === undefined) return undefined;
  return { items: listed.items.flat(), complete: listed.complete && isWhole };
}

/** Adds a group and those expanded below it; false where some of it could not be read. */
function readGroup(fields: RecordFields, found: AzureManagementGroup[], depth: number, above?: string): boolean {
  const id = fields.required('id');
  if (id === undefined || depth > MOST_DEPTH) {
    if (id !== undefined) fields.report(fields.where, `at most ${MOST_DEPTH} levels`);
    return false;
  }
  const name = fields.text('name') ?? id.slice(id.lastIndexOf('/') + 1);
  const displayName = fields.text('displayName');
  const parentId = parentOf(fields) ?? above;
  if (isSubscription(fields.text('type'), id)) {
    if (parentId === undefined) return true;
    const child = { id: subscriptionId(id, name), type: '/subscriptions', ...told({ displayName }) };
    found.push({ id: parentId, name: parentId.slice(parentId.lastIndexOf('/') + 1), children: [child] });
    return true;
  }
  const expanded = fields.raw['children'];
  const children = expanded === undefined || expanded === null ? undefined : readChildren(fields);
  found.push({
    id,
    name,
    ...told({ displayName, tenantId: fields.text('tenantId'), parentId, children: children?.items }),
  });
  let isWhole = children?.complete !== false;
  if (Array.isArray(expanded)) {
    for (const [index, child] of expanded.entries()) {
      // What has no children of its own is told by the list above.
      if (!isRecord(child) || !Array.isArray(innerOf(child)['children'])) continue;
      const inner = RecordFields.ofResourceManager(child, `${fields.where}.children[${index}]`, fields.report);
      if (!readGroup(inner, found, depth + 1, id)) isWhole = false;
    }
  }
  return isWhole;
}

function innerOf(child: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return isRecord(child['properties']) ? child['properties'] : child;
}

function readChildren(fields: RecordFields): Listed<NonNullable<AzureManagementGroup['children']>[number]> {
  return readList(fields.raw['children'], `${fields.where}.children`, fields.report, (raw, where, report) => {
    const child = RecordFields.ofResourceManager(raw, where, report);
    const given = child.required('id');
    if (given === undefined) return undefined;
    const type = child.text('type');
    const name = child.text('name') ?? given.slice(given.lastIndexOf('/') + 1);
    const id = isSubscription(type, given) ? subscriptionId(given, name) : given;
    return { id, ...told({ type, displayName: child.text('displayName') }) };
  });
}

function isSubscription(type: string | undefined, id: string): boolean {
  return type?.toLowerCase().endsWith('/subscriptions') === true || id.toLowerCase().startsWith('/subscriptions/');
}

/** Descendants name subscriptions below a group; the scope is the subscription by itself. */
function subscriptionId(id: string, name: string): string {
  return id.toLowerCase().startsWith('/subscriptions/') ? id : `/subscriptions/${name}`;
}

/** `details.parent.id`, `parent.id` of descendants, or the nearest of the chain that Resource Graph tells. */
function parentOf(fields: RecordFields): string | undefined {
  const details = fields.inner('details');
  const parent = details.inner('parent').text('id') ?? fields.inner('parent').text('id');
  if (parent !== undefined) return parent;
  const [nearest] = chainOf(details);
  return nearest === undefined ? undefined : `${GROUPS}${nearest}`;
}

/** Names of the groups above, nearest first, as Resource Graph tells them (azure.md 4.3 Q3). */
function chainOf(fields: RecordFields): readonly string[] {
  const key = fields.raw['mgChain'] === undefined ? 'managementGroupAncestorsChain' : 'mgChain';
  const { items, complete } = fields.listOrNone(key, (one) => one.required('name'));
  // With one missing those behind it would be taken for the parents of those before it.
  return complete ? items : [];
}

/** Reads subscriptions.json: of the API, of Resource Graph, or of `az account list` (azure.md 4.1, 4.4). */
export function readSubscriptions(raw: unknown, report: Report): Listed<AzureSubscription> | undefined {
  return readPages(raw, report, (element, where) => {
    const fields = RecordFields.ofResourceManager(element, where, report);
    const id = fields.text('subscriptionId') ?? fields.required('id');
    if (id === undefined) return undefined;
    const managementGroups = chainOf(fields);
    return {
      subscriptionId: id.slice(id.lastIndexOf('/') + 1),
      ...told({
        tenantId: fields.text('tenantId'),
        displayName: fields.text('displayName') ?? fields.text('name'),
        state: fields.text('state'),
        managementGroups: managementGroups.length === 0 ? undefined : managementGroups,
      }),
      managedByTenants: managers(element['managedByTenants'] ?? fields.raw['managedByTenants']),
    };
  });
}

function managers(raw: unknown): readonly string[] {
  if (!Array.isArray(raw)) return [];
  return raw
    .map((one: unknown) => (isRecord(one) ? one['tenantId'] : one))
    .filter((one): one is string => typeof one === 'string' && one !== '' && one.length <= 100);
}
