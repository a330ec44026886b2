import type { GraphIndex } from '../graph/graph-index.ts';
import type { GraphNode, Json } from '../graph/model.ts';
import { editDistance } from './edit-distance.ts';

/** What a text on the command line names. */
export type Resolution =
  | { readonly kind: 'one'; readonly node: GraphNode }
  /** By id. */
  | { readonly kind: 'many'; readonly candidates: readonly GraphNode[] }
  /** `near`: up to five names alike, the most alike first. */
  | { readonly kind: 'none'; readonly near: readonly string[] };

/** Kinds of nodes that a text may name, the ones that win a tie of names first. */
export const subjectKinds: readonly GraphNode['kind'][] = ['identity', 'credential'];

/**
 * Attributes that name one node for good: unique ids, directory ids, e-mails, numbers. The account of an identity is none:
 * it names the account.
 */
const namingAttributes: Readonly<Record<GraphNode['kind'], readonly string[]>> = {
  identity: [
    'userId',
    'roleId',
    'groupId',
    'uniqueId',
    'objectId',
    'appId',
    'clientId',
    'email',
    'member',
    'userPrincipalName',
  ],
  credential: ['keyId', 'certificateId'],
  scope: ['accountId', 'projectId', 'projectNumber', 'subscriptionId', 'email'],
  resource: [],
};

/** Longest text that is compared with names for likeness, in UTF-16 code units. */
const longestLikeness = 128;

/**
 * The node that a text names, forgivingly: its id; the public id of a credential; a unique id, an e-mail or the part of a
 * member string after its type; `type/name`, as `user/alice`; a name that only one node has, identities before
 * credentials before scopes before resources. Where nothing fits, the same again without regard to case.
 *
 * @param kinds Which kinds of nodes to look at, {@link subjectKinds} if not given.
 */
export function resolveId(
  graph: GraphIndex,
  text: string,
  kinds: readonly GraphNode['kind'][] = subjectKinds,
): Resolution {
  const wanted = text.trim();
  const nodes = kinds.map((kind) => nodesOf(graph, kind));
  const exact = graph.node(wanted);
  if (exact !== undefined && kinds.includes(exact.kind)) return { kind: 'one', node: exact };
  if (wanted === '') return { kind: 'none', near: [] };
  return (
    search(nodes, wanted, (name) => name) ??
    search(nodes, wanted, (name) => name.toLowerCase()) ?? { kind: 'none', near: nearest(nodes, wanted) }
  );
}

type Fold = (text: string) => string;
type NodeLists = readonly (readonly GraphNode[])[];

/** Ways to name a node, the most particular first. */
const ways: readonly ((node: GraphNode) => readonly string[])[] = [
  (node) => [node.id, ...(node.kind === 'credential' && node.publicId !== undefined ? [node.publicId] : [])],
  (node) => [...namesInAttributes(node), ...memberName(node)],
  (node) => [`${node.type}/${node.name}`],
];

function search(lists: NodeLists, text: string, fold: Fold): Resolution | undefined {
  const wanted = fold(text);
  for (const way of ways) {
    const found = matching(lists.flat(), way, wanted, fold);
    if (found !== undefined) return found;
  }
  for (const nodes of lists) {
    const found = matching(nodes, ({ name }) => [name], wanted, fold);
    if (found !== undefined) return found;
  }
  return undefined;
}

function matching(
  nodes: readonly GraphNode[],
  way: (node: GraphNode) => readonly string[],
  wanted: string,
  fold: Fold,
): Resolution | undefined {
  const candidates = nodes.filter((node) => way(node).some((name) => fold(name) === wanted));
  const [node] = candidates;
  if (node === undefined) return undefined;
  return candidates.length === 1 ? { kind: 'one', node } : { kind: 'many', candidates: candidates.sort(byId) };
}

function nodesOf(graph: GraphIndex, kind: GraphNode['kind']): readonly GraphNode[] {
  switch (kind) {
    case 'identity':
      return graph.identities;
    case 'credential':
      return graph.credentials;
    case 'scope':
      return graph.scopes;
    case 'resource':
      return graph.resources;
    default:
      return kind satisfies never;
  }
}

function namesInAttributes({ kind, attributes }: GraphNode): readonly string[] {
  if (attributes === undefined) return [];
  return namingAttributes[kind].flatMap((name) => textOf(attributes[name]));
}

function textOf(value: Json | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : typeof value === 'number' ? [`${value}`] : [];
}

/** `a@x` of the member string `user:a@x`, and of a full resource name that ends in it. */
function memberName({ id }: GraphNode): readonly string[] {
  const from = Math.max(id.lastIndexOf(':'), id.lastIndexOf('/')) + 1;
  return id.includes('@', from) ? [id.slice(from)] : [];
}

/** Up to five names alike: those that hold the text or are few letters away from it. */
function nearest(lists: NodeLists, text: string): readonly string[] {
  const wanted = text.toLowerCase().slice(0, longestLikeness);
  const most = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)));
  const distances = new Map<string, number>();
  for (const node of lists.flat()) {
    for (const name of [node.name, ...(node.kind === 'credential' ? [node.publicId] : [])]) {
      if (name === undefined || distances.has(name) || name.length > longestLikeness) continue;
      const folded = name.toLowerCase();
      const distance = editDistance(wanted, folded, most);
      if (distance !== undefined) distances.set(name, distance);
      else if (wanted.length >= 3 && folded.includes(wanted)) distances.set(name, most + 1);
    }
  }
  return [...distances]
    .sort(([left, near], [right, far]) => near - far || (left < right ? -1 : 1))
    .slice(0, 5)
    .map(([name]) => name);
}

function byId(left: GraphNode, right: GraphNode): number {
  return left.id < right.id ? -1 : 1;
}
