import { FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { GraphIndex, GraphNode, NodeId } from '@keyreach/core/graph';

/** What a zone holds, as far as the input tells. */
interface ZoneInventory {
  /** Types of resource of which one was listed. */
  readonly listed: Set<string>;
  /** Types of resource of which some may be missing from the input. */
  readonly uncollected: Set<string>;
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
 * the types that are targets; where there are any, others are missing as well, but for those of IAM, which come with the
 * identities.
 */
export function zoneMayHaveMore(type: string, node: GraphNode, graph: GraphIndex): boolean {
  const uncollected = inventoryOf(node, graph)?.uncollected;
  if (uncollected === undefined || uncollected.size === 0) return false;
  return uncollected.has(type) || !type.startsWith('AWS::IAM::');
}

/** Whether the input may lack any of the resources in the zone of `node`. */
export function zoneMayHideResources(node: GraphNode, graph: GraphIndex): boolean {
  return (inventoryOf(node, graph)?.uncollected.size ?? 0) > 0;
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
  return byZone.get(zone.id);
}

function takeInventory(graph: GraphIndex): ReadonlyMap<NodeId, ZoneInventory> {
  const byZone = new Map<NodeId, ZoneInventory>();
  const inventory = (id: NodeId): ZoneInventory | undefined => {
    const zone = graph.zoneOf(id);
    if (zone === undefined) return undefined;
    const known = byZone.get(zone.id);
    if (known !== undefined) return known;
    const created: ZoneInventory = { listed: new Set(), uncollected: new Set(), serviceLinked: new Set() };
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
