import { isRecord, type RawRecord } from '@keyreach/core/input';
import type { FailedCall } from './azure-call.ts';
import { METHODS } from './methods.ts';
import { type CallMeans, resourceGraphRows } from './owner-calls.ts';
import type { AzureOwner } from './part.ts';

/** What is to be read: names of management groups, ids of subscriptions. Without any: everything the caller sees. */
export interface WantedScopes {
  readonly managementGroups: readonly string[];
  readonly subscriptions: readonly string[];
}

/** What could not be read of the tree; `scope`: of Resource Manager, as a path; absent: of the tenant. */
export interface TreeFailure {
  readonly scope?: string;
  readonly what: string;
  readonly failed: FailedCall;
}

/** Management groups and subscriptions as Resource Manager gives them. */
export interface AzureTree {
  /** With their children to any depth; undefined where none could be read. */
  readonly managementGroups: readonly RawRecord[] | undefined;
  readonly subscriptions: readonly RawRecord[];
  readonly failures: readonly TreeFailure[];
}

/** Groups nest six levels deep (azure.md 1.1). */
const MOST_DEPTH = 20;

const CONTAINERS =
  "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id, subscriptionId, mgChain=properties.managementGroupAncestorsChain | order by id asc";

/**
 * Reads the tree below the wanted groups, or below the root group of the tenant. Where groups may not be read, Resource Graph tells which
 * ones are around each subscription (azure.md 4.1, 4.3 Q3).
 */
export async function readTree(
  { sender, arm }: CallMeans,
  tenant: string | undefined,
  wanted: WantedScopes,
): Promise<AzureTree> {
  const failures: TreeFailure[] = [];
  const listed = await arm.list(METHODS.subscriptions, ({ subscriptions }) => subscriptions.subscriptions.list());
  if (listed.failed !== undefined) failures.push({ what: 'subscriptions', failed: listed.failed });
  const found = [...listed.items].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const ofTenant = tenant ?? found.map(({ tenantId }) => tenantId).find((one) => typeof one === 'string');
  const roots =
    wanted.managementGroups.length > 0 ? wanted.managementGroups : typeof ofTenant === 'string' ? [ofTenant] : [];
  const trees: RawRecord[] = [];
  for (const name of roots) {
    const answer = await arm.get(METHODS.managementGroups, ({ managementGroups }) =>
      managementGroups.managementGroups.get(name, { expand: 'children', recurse: true }),
    );
    if ('item' in answer) trees.push(answer.item);
    else failures.push({ scope: groupScope(name), what: 'management groups', failed: answer.failed });
  }
  const groups = trees.length > 0 ? trees : undefined;
  const asked = new Set(wanted.subscriptions.map((id) => id.toLowerCase()));
  const below = new Set(trees.flatMap((tree) => [...subscriptionsBelow(tree, 0)]));
  const isWanted = (record: RawRecord): boolean =>
    asked.size + wanted.managementGroups.length === 0 ||
    asked.has(keyOf(record)) ||
    (wanted.managementGroups.length > 0 && below.has(keyOf(record)));
  const subscriptions = found.filter(isWanted);
  if (groups !== undefined || subscriptions.length === 0) return { managementGroups: groups, subscriptions, failures };
  const chains = await resourceGraphRows(sender, CONTAINERS, subscriptions.map(keyOf));
  const chainOf = new Map(chains.items.map((row) => [keyOf(row), row['mgChain']]));
  const told = subscriptions.map((record) => {
    const chain = chainOf.get(keyOf(record));
    return chain === undefined || chain === null ? record : { ...record, managementGroupAncestorsChain: chain };
  });
  return { managementGroups: undefined, subscriptions: told, failures };
}

/** Whose lists of roles and denies are read: every group of the tree, and every subscription. */
export function scopesOf({ managementGroups = [], subscriptions }: AzureTree): readonly AzureOwner[] {
  const names = new Set(managementGroups.flatMap((tree) => [...groupsIn(tree, 0)]));
  return [
    ...[...names].sort().map((name): AzureOwner => ({ kind: 'management-group', name, scope: groupScope(name) })),
    ...subscriptions.map((record): AzureOwner => {
      const id = keyOf(record);
      return { kind: 'subscription', name: id, scope: `subscriptions/${id}` };
    }),
  ];
}

/** Subscriptions in lists that one query of Resource Graph may be about (azure.md 4.1). */
export function chunksOf({ subscriptions }: AzureTree): readonly AzureOwner[] {
  const ids = subscriptions.map(keyOf);
  return Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, at) => ({
    kind: 'subscriptions',
    name: `subscriptions-${at + 1}`,
    subscriptions: ids.slice(at * CHUNK, (at + 1) * CHUNK),
  }));
}

const CHUNK = 100;

function groupScope(name: string): string {
  return `providers/Microsoft.Management/managementGroups/${encodeURIComponent(name)}`;
}

/** Id of a subscription in lower case. */
function keyOf({ subscriptionId, id }: RawRecord): string {
  const text = typeof subscriptionId === 'string' ? subscriptionId : typeof id === 'string' ? id : '';
  return text.slice(text.lastIndexOf('/') + 1).toLowerCase();
}

function childrenOf(group: RawRecord): readonly RawRecord[] {
  const inner = isRecord(group['properties']) ? group['properties'] : group;
  const { children } = inner;
  return Array.isArray(children) ? (children as readonly unknown[]).filter(isRecord) : [];
}

function isSubscription({ type, id }: RawRecord): boolean {
  return (
    (typeof type === 'string' && type.toLowerCase().endsWith('/subscriptions')) ||
    (typeof id === 'string' && id.toLowerCase().startsWith('/subscriptions/'))
  );
}

function* groupsIn(group: RawRecord, depth: number): Iterable<string> {
  const { name, id } = group;
  const own = typeof name === 'string' ? name : typeof id === 'string' ? id.slice(id.lastIndexOf('/') + 1) : '';
  if (/^[\w().-]{1,90}$/.test(own)) yield own;
  if (depth >= MOST_DEPTH) return;
  for (const child of childrenOf(group)) if (!isSubscription(child)) yield* groupsIn(child, depth + 1);
}

function* subscriptionsBelow(group: RawRecord, depth: number): Iterable<string> {
  if (depth >= MOST_DEPTH) return;
  for (const child of childrenOf(group)) {
    if (isSubscription(child)) yield keyOf({ id: child['name'] ?? child['id'] });
    else yield* subscriptionsBelow(child, depth + 1);
  }
}
