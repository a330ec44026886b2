import type { NodeId } from '@keyreach/core/graph';
import { armRootId, managementGroupId } from './azure-ids.ts';

/** What a scope id of Azure Resource Manager names. */
export type ArmScopeKind = 'root' | 'management-group' | 'subscription' | 'resource-group' | 'resource';

/** A scope id, taken apart. */
export interface ArmScope {
  readonly kind: ArmScopeKind;
  /** Id of the node, in lower case. */
  readonly id: NodeId;
  /** Id of the subscription around it or itself, lower case, without `/subscriptions/`. */
  readonly subscription?: string;
  /** Id of the node it lies in by its name alone; absent for management groups and subscriptions, whose name tells nothing. */
  readonly around?: NodeId;
  /** Of resources, the type that its name tells, lower case: `microsoft.keyvault/vaults/secrets`. */
  readonly type?: string;
}

const GROUPS = '/providers/microsoft.management/managementgroups/';
const SUBSCRIPTIONS = '/subscriptions/';
const PREFIXED_SUBSCRIPTIONS = '/providers/microsoft.subscription/subscriptions/';
const PROVIDERS = '/providers/';

/**
 * Reads a scope id in any form of azure.md 1.2: case, slashes at the end, and the prefix that PIM gives subscriptions make no
 * difference. Undefined for text that is no scope.
 *
 * @example
 * armScope('/Subscriptions/S/resourceGroups/RG/', 't'); // { kind: 'resource-group', id: '/subscriptions/s/resourcegroups/rg', … }
 */
export function armScope(text: string, tenant: string): ArmScope | undefined {
  let id = text.toLowerCase();
  while (id.length > 1 && id.endsWith('/')) id = id.slice(0, -1);
  if (id === '/') return { kind: 'root', id: armRootId(tenant) };
  if (id.startsWith(PREFIXED_SUBSCRIPTIONS)) id = `${SUBSCRIPTIONS}${id.slice(PREFIXED_SUBSCRIPTIONS.length)}`;
  if (!id.startsWith('/') || id.includes('//')) return undefined;
  if (id.startsWith(GROUPS)) {
    const [name, ...rest] = id.slice(GROUPS.length).split('/');
    const group = managementGroupId(name!);
    return rest.length === 0 ? { kind: 'management-group', id: group } : resourceIn(id, group, group.length);
  }
  if (id.startsWith(SUBSCRIPTIONS)) {
    const [, , subscription, word, name, ...rest] = id.split('/');
    const own = `${SUBSCRIPTIONS}${subscription!}`;
    if (word === undefined) return { kind: 'subscription', id: own, subscription: subscription! };
    if (word === 'resourcegroups' && name !== undefined) {
      const group = `${own}/resourcegroups/${name}`;
      if (rest.length === 0) return { kind: 'resource-group', id: group, subscription: subscription!, around: own };
      return resourceIn(id, group, group.length, subscription);
    }
    return resourceIn(id, own, own.length, subscription);
  }
  return id.startsWith(PROVIDERS) ? resourceIn(id, armRootId(tenant), 0) : undefined;
}

/** Reads scope ids of one tenant, each text once. */
export class ArmScopes {
  readonly #tenant: string;
  readonly #read: Map<string, ArmScope | undefined> = new Map();
  readonly #byId: Map<NodeId, ArmScope> = new Map();

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** What {@link armScope} says of a text; the same object for every text that names the same. */
  of(text: string): ArmScope | undefined {
    const known = this.#read.get(text);
    if (known !== undefined || this.#read.has(text)) return known;
    const read = armScope(text, this.#tenant);
    const scope = read === undefined ? undefined : (this.#byId.get(read.id) ?? read);
    if (scope !== undefined) this.#byId.set(scope.id, scope);
    this.#read.set(text, scope);
    return scope;
  }
}

/** `id` lies in `around`; what follows from `at` on is one or more `/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME…]`. */
function resourceIn(id: string, around: NodeId, at: number, subscription?: string): ArmScope | undefined {
  const last = id.lastIndexOf(PROVIDERS);
  if (last < at) return undefined;
  const [namespace, ...parts] = id.slice(last + PROVIDERS.length).split('/');
  if (namespace === undefined || namespace === '' || parts.length < 2 || parts.length % 2 !== 0) return undefined;
  return {
    kind: 'resource',
    id,
    around,
    type: [namespace, ...parts.filter((_, index) => index % 2 === 0)].join('/'),
    ...(subscription === undefined ? {} : { subscription }),
  };
}
