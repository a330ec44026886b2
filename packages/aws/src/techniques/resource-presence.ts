import { FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { GraphIndex, GraphNode, NodeId } from '@keyreach/core/graph';

/** What a zone holds, as far as the input tells. */
interface ZoneInventory {
  /** Types of resource of which one was listed. */
  readonly listed: Set<string>;
  /** Types of resource of which some may be missing from the input. */
  readonly uncollected: Set<string>;
  /** Types of which some may be missing where all of the others are listed; undefined where that is not said. */
  readonly unlisted: ReadonlySet<string> | undefined;
  /** Services that have a service-linked role. */
  readonly serviceLinked: Set<string>;
}

const inventories: WeakMap<GraphIndex, ReadonlyMap<NodeId, ZoneInventory>> = new WeakMap();

/**
 * Whether the zone of `node` holds a resource of the type: `UNKNOWN` where none was listed but not all were collected,
 * `FALSE` where all were and there is none.
 */
export function zoneHas(type: string, node: GraphNode, graph: GraphIndex): Truth {
  if (inventoryOf(node, graph)?.listed.has(type) === true) return TRUE;
  return zoneMayHaveMore(type, node, graph) ? UNKNOWN : FALSE;
}

/**
 * Whether the zone of `node` may hold resources of the type that the input did not list. Uncollected resources stand for
 * the types that are targets; where there are any, and the zone does not say of which types resources may be missing, others
 * are missing as well, but for those of IAM, which come with the identities.
 */
export function zoneMayHaveMore(type: string, node: GraphNode, graph: GraphIndex): boolean {
  const inventory = inventoryOf(node, graph);
  if (inventory === undefined || inventory.uncollected.has(type)) return inventory !== undefined;
  if (type.startsWith('AWS::IAM::')) return false;
  return inventory.unlisted?.has(type) ?? inventory.uncollected.size > 0;
}

/** Whether the input may lack instance profiles without a role in the zone of `node`: those are in a list of their own. */
export function zoneMayHideProfiles(node: GraphNode, graph: GraphIndex): boolean {
  const inventory = inventoryOf(node, graph);
  if (inventory === undefined) return false;
  return inventory.unlisted?.has('AWS::IAM::InstanceProfile') ?? inventory.uncollected.size > 0;
}

/**
 * Whether the zone of `node` has the service-linked role of the service. Every account is created with a few of them:
 * one without any was not listed in full, so nothing can be said of it.
 */
export function zoneHasServiceLinkedRole(service: string, node: GraphNode, graph: GraphIndex): Truth {
  const known = inventoryOf(node, graph)?.serviceLinked;
  if (known === undefined || known.size === 0) return UNKNOWN;
  return known.has(service) ? TRUE : FALSE;
}

function inventoryOf(node: GraphNode, graph: GraphIndex): ZoneInventory | undefined {
  const zone = graph.zoneOf(node.id);
  if (zone === undefined) return undefined;
  let byZone = inventories.get(graph);
  if (byZone === undefined) {
    byZone = takeInventory(graph);
    inventories.set(graph, byZone);
  }
  return byZone.get(zone.id) ?? emptyInventory(zone);
}

function takeInventory(graph: GraphIndex): ReadonlyMap<NodeId, ZoneInventory> {
  const byZone = new Map<NodeId, ZoneInventory>();
  const inventory = (id: NodeId): ZoneInventory | undefined => {
    const zone = graph.zoneOf(id);
    if (zone === undefined) return undefined;
    const known = byZone.get(zone.id);
    if (known !== undefined) return known;
    const created = emptyInventory(zone);
    byZone.set(zone.id, created);
    return created;
  };
  for (const { id, type, uncollected } of graph.resources) {
    const known = inventory(id);
    (uncollected === true ? known?.uncollected : known?.listed)?.add(type);
  }
  for (const { id, type } of graph.identities) {
    const service = type === 'role' ? serviceOfLinkedRole(id) : undefined;
    if (service !== undefined) inventory(id)?.serviceLinked.add(service);
  }
  return byZone;
}

function emptyInventory(zone: GraphNode): ZoneInventory {
  return { listed: new Set(), uncollected: new Set(), unlisted: unlistedTypes(zone), serviceLinked: new Set() };
}

/** What an account says of its list of resources (see `addScopes` of the normalisation). */
function unlistedTypes({ attributes }: GraphNode): ReadonlySet<string> | undefined {
  const types = attributes?.['unlistedTypes'];
  return Array.isArray(types) ? new Set(types.filter((type) => typeof type === 'string')) : undefined;
}

/** Where IAM puts service-linked roles: a path that nobody else may use, with the service in it. */
const LINKED_PATH = ':role/aws-service-role/';

/** The service a role is linked to by its ARN; undefined for other roles (aws.md 1.8). */
export function serviceOfLinkedRole(arn: string): string | undefined {
  const at = arn.indexOf(LINKED_PATH);
  if (at < 0) return undefined;
  const from = at + LINKED_PATH.length;
  const end = arn.indexOf('/', from);
  return end < 0 ? undefined : arn.slice(from, end);
}
