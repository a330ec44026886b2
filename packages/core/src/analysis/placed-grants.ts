import type { AuthorizationModel } from '../authz/authorization-model.ts';
import { matcherTruth, principalTruth } from '../authz/principal-matching.ts';
import { FALSE, type Truth } from '../authz/truth.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { Attachment, IdentityNode, NodeId, PrincipalMatcher, Provider } from '../graph/model.ts';

/** A policy that is placed on a node for an identity: itself, or a group or set it is in. */
export interface PlacedGrant {
  readonly attachment: Attachment;
  /** How surely the placement names the identity; never `FALSE`. */
  readonly names: Truth;
  /** Whether the identity is named itself, so that the placement can be taken away from it alone. */
  readonly itself: boolean;
  /** Groups and sets by which it is named, where not itself; sorted. None where its type and scope are. */
  readonly through: readonly NodeId[];
}

/** Placements by whom they name. */
interface PlacementIndex {
  readonly byId: ReadonlyMap<NodeId, readonly Attachment[]>;
  readonly byType: ReadonlyMap<string, readonly Attachment[]>;
  /** Placements of policies that deny something, by node. */
  readonly denies: ReadonlyMap<NodeId, readonly Attachment[]>;
  /** Whether a text that nobody could read is placed for everybody, or everybody of some types: policies that were not collected. */
  readonly isUncollected: boolean;
  /** Groups nobody read the members of that something is placed for. */
  readonly unread: readonly NodeId[];
}

const indexes: WeakMap<GraphIndex, Map<Provider, PlacementIndex>> = new WeakMap();

/**
 * The policies placed on resources and scopes that grant something to an identity by name, by a group or set it is in, or
 * by its type and scope. What is placed for everybody is left out: nobody gives it to the identity, and nobody can take it
 * away from it alone. In the order of the graph.
 */
export function placedGrants(model: AuthorizationModel, identity: IdentityNode): readonly PlacedGrant[] {
  const { graph } = model;
  const index = indexOf(graph, identity.provider);
  const facts = model.factsOf(identity);
  const around = groupsAround(graph, identity.id);
  const candidates = new Set<Attachment>();
  for (const id of [identity.id, ...around, ...index.unread]) {
    for (const attachment of index.byId.get(id) ?? []) candidates.add(attachment);
  }
  for (const attachment of index.byType.get(identity.type) ?? []) candidates.add(attachment);
  const placed: PlacedGrant[] = [];
  for (const attachment of candidates) {
    const { include, exclude } = attachment.principals ?? { include: [], exclude: [] };
    const naming = include.filter((matcher) => namesSome(matcher) && matcherTruth(matcher, facts) !== FALSE);
    const names = principalTruth({ include: naming, exclude }, facts, false);
    if (names === FALSE) continue;
    const itself = naming.some((matcher) => 'id' in matcher && matcher.id === identity.id);
    const through = itself ? [] : naming.flatMap((matcher) => (matcher.match === 'member' ? [matcher.id] : []));
    placed.push({ attachment, names, itself, through: [...new Set(through)].sort() });
  }
  return placed.sort((left, right) => orderOf(graph, left) - orderOf(graph, right));
}

/** Policies placed on a node or a scope around it, under no condition, that deny something to anybody. */
export function placedDenies(graph: GraphIndex, provider: Provider, node: NodeId): readonly Attachment[] {
  const { denies } = indexOf(graph, provider);
  if (denies.size === 0) return [];
  return [node, ...graph.scopesOf(node).map(({ id }) => id)].flatMap((place) => denies.get(place) ?? []);
}

/** Whether some of the policies that are placed were not collected, so that anything may be granted by them. */
export function hasUncollectedPlacements(graph: GraphIndex, provider: Provider): boolean {
  return indexOf(graph, provider).isUncollected;
}

function isUnreadable(graph: GraphIndex, { policy }: Attachment): boolean {
  return graph.document(graph.policy(policy)?.document ?? '')?.unreadable !== undefined;
}

/** Whether nobody knows all that a policy grants. */
function isOpen(graph: GraphIndex, attachment: Attachment): boolean {
  const statements = graph.document(graph.policy(attachment.policy)?.document ?? '')?.statements ?? [];
  const undecided = statements.some(({ effect, undecidable }) => effect === 'allow' && undecidable !== undefined);
  return undecided || isUnreadable(graph, attachment);
}

function denies(graph: GraphIndex, { policy, condition }: Attachment): boolean {
  const statements = graph.document(graph.policy(policy)?.document ?? '')?.statements ?? [];
  return condition === undefined && statements.some(({ effect }) => effect === 'deny');
}

/** Whether a matcher names particular principals, and not everybody or everybody of a type. */
function namesSome(matcher: PrincipalMatcher): boolean {
  switch (matcher.match) {
    case 'node':
    case 'member':
      return true;
    case 'types':
      return matcher.scope !== undefined;
    case 'scope':
    case 'anyone':
    case 'service':
    case 'unresolved':
      return false;
  }
}

function indexOf(graph: GraphIndex, provider: Provider): PlacementIndex {
  let byProvider = indexes.get(graph);
  if (byProvider === undefined) {
    byProvider = new Map();
    indexes.set(graph, byProvider);
  }
  let index = byProvider.get(provider);
  if (index === undefined) {
    index = indexed(graph, provider);
    byProvider.set(provider, index);
  }
  return index;
}

function indexed(graph: GraphIndex, provider: Provider): PlacementIndex {
  const byId = new Map<NodeId, Attachment[]>();
  const byType = new Map<string, Attachment[]>();
  const denying = new Map<NodeId, Attachment[]>();
  let isUncollected = false;
  const add = <K>(map: Map<K, Attachment[]>, key: K, attachment: Attachment): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [attachment]);
    else known.push(attachment);
  };
  for (const attachment of graph.graph.attachments) {
    if (attachment.role !== 'resource-grant' || graph.policy(attachment.policy)?.provider !== provider) continue;
    if (denies(graph, attachment)) add(denying, attachment.node, attachment);
    for (const matcher of attachment.principals?.include ?? []) {
      if (matcher.match === 'node' || matcher.match === 'member') {
        if (graph.node(matcher.id)?.type !== EVERYBODY) add(byId, matcher.id, attachment);
      } else if (matcher.match === 'anyone') isUncollected ||= isUnreadable(graph, attachment);
      else if (matcher.match === 'types') {
        if (matcher.scope === undefined) isUncollected ||= isOpen(graph, attachment);
        else for (const type of matcher.types) add(byType, type, attachment);
      }
    }
  }
  const unread = [...unreadGroups(graph, provider)].filter((id) => byId.has(id)).sort();
  return { byId, byType, denies: denying, isUncollected, unread };
}

/** Type of identities that everybody is a member of. */
const EVERYBODY = 'public';

/** Groups that were not read, and those around one. */
function unreadGroups(graph: GraphIndex, provider: Provider): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  for (const { id, provider: of, attributes } of graph.identities) {
    if (of === provider && attributes?.['membersUnread'] === true) found.add(id);
  }
  for (const id of found) for (const { to } of graph.outgoing(id, 'member-of')) found.add(to);
  return found;
}

/** Groups and sets that an identity is in, perhaps by way of others; those that everybody is in are left out. */
function groupsAround(graph: GraphIndex, identity: NodeId): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  const open = [identity];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { to } of graph.outgoing(at, 'member-of')) {
      if (found.has(to) || graph.node(to)?.type === EVERYBODY) continue;
      found.add(to);
      open.push(to);
    }
  }
  return found;
}

const orders: WeakMap<GraphIndex, ReadonlyMap<Attachment, number>> = new WeakMap();

function orderOf(graph: GraphIndex, { attachment }: PlacedGrant): number {
  let order = orders.get(graph);
  if (order === undefined) {
    order = new Map(graph.graph.attachments.map((one, index) => [one, index]));
    orders.set(graph, order);
  }
  return order.get(attachment) ?? 0;
}
