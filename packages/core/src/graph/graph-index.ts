import type {
  Attachment,
  CredentialNode,
  Gap,
  Graph,
  GraphEdge,
  GraphNode,
  IdentityNode,
  NodeId,
  Observation,
  Policy,
  PolicyDocument,
  ResourceNode,
  ScopeNode,
  Usage,
} from './model.ts';

/** Kind of relation between two nodes, see {@link GraphEdge}. */
export type EdgeType = GraphEdge['type'];

/**
 * Look-ups over a {@link Graph}, each in constant time. Parts are built when first asked for and kept, so an index that
 * only answers about nodes costs one map. Lists come in the order of the graph; where there is nothing, the list is
 * empty.
 *
 * The graph must come from a builder, a codec or a merge: references resolve and scopes form a tree.
 *
 * @example
 * ```ts
 * const index = new GraphIndex(graph);
 * for (const identity of index.identities) console.log(identity.name, index.zoneOf(identity.id)?.name);
 * ```
 */
export class GraphIndex {
  readonly graph: Graph;
  /** Nodes by kind, in the order of the graph. */
  readonly scopes: readonly ScopeNode[];
  readonly identities: readonly IdentityNode[];
  readonly credentials: readonly CredentialNode[];
  readonly resources: readonly ResourceNode[];

  readonly #nodes = new Map<NodeId, GraphNode>();
  readonly #chains = new Map<NodeId, readonly ScopeNode[]>();
  readonly #outgoing = new Map<EdgeType, Groups<GraphEdge>>();
  readonly #incoming = new Map<EdgeType, Groups<GraphEdge>>();
  #policies: ReadonlyMap<string, Policy> | undefined;
  #documents: ReadonlyMap<string, PolicyDocument> | undefined;
  #attachmentsByNode: Groups<Attachment> | undefined;
  #attachmentsByPolicy: Groups<Attachment> | undefined;
  #gaps: Groups<Gap> | undefined;
  #usage: Groups<Usage> | undefined;
  #observations: Groups<Observation> | undefined;

  constructor(graph: Graph) {
    this.graph = graph;
    const scopes: ScopeNode[] = [];
    const identities: IdentityNode[] = [];
    const credentials: CredentialNode[] = [];
    const resources: ResourceNode[] = [];
    for (const node of graph.nodes) {
      this.#nodes.set(node.id, node);
      switch (node.kind) {
        case 'scope':
          scopes.push(node);
          break;
        case 'identity':
          identities.push(node);
          break;
        case 'credential':
          credentials.push(node);
          break;
        case 'resource':
          resources.push(node);
          break;
      }
    }
    this.scopes = scopes;
    this.identities = identities;
    this.credentials = credentials;
    this.resources = resources;
  }

  /** The node with this id. */
  node(id: NodeId): GraphNode | undefined {
    return this.#nodes.get(id);
  }

  /** The node with this id if it is an identity. */
  identity(id: NodeId): IdentityNode | undefined {
    const node = this.#nodes.get(id);
    return node?.kind === 'identity' ? node : undefined;
  }

  /** Edges of one type that start at the node. */
  outgoing(id: NodeId, type: EdgeType): readonly GraphEdge[] {
    return this.#edges(this.#outgoing, type, (edge) => edge.from).get(id) ?? none;
  }

  /** Edges of one type that end at the node. */
  incoming(id: NodeId, type: EdgeType): readonly GraphEdge[] {
    return this.#edges(this.#incoming, type, (edge) => edge.to).get(id) ?? none;
  }

  /** The scopes that contain the node, nearest first; of a scope, those around it. */
  scopesOf(id: NodeId): readonly ScopeNode[] {
    const direct = this.#nodes.get(id)?.scope;
    return direct === undefined ? none : this.#chainFrom(direct);
  }

  /** The zone the node lies in: the nearest scope that is a zone, or the node itself where it is one. */
  zoneOf(id: NodeId): ScopeNode | undefined {
    const node = this.#nodes.get(id);
    if (node?.kind === 'scope' && node.zone === true) return node;
    return this.scopesOf(id).find((scope) => scope.zone === true);
  }

  /** The policy with this id. */
  policy(id: string): Policy | undefined {
    this.#policies ??= byId(this.graph.policies);
    return this.#policies.get(id);
  }

  /** The document with this id, the one that {@link Policy.document} names. */
  document(id: string): PolicyDocument | undefined {
    this.#documents ??= byId(this.graph.documents);
    return this.#documents.get(id);
  }

  /** Policies placed on the node. */
  attachmentsOn(id: NodeId): readonly Attachment[] {
    this.#attachmentsByNode ??= groups(this.graph.attachments, (attachment) => attachment.node);
    return this.#attachmentsByNode.get(id) ?? none;
  }

  /** Places where the policy is attached. */
  attachmentsOf(policy: string): readonly Attachment[] {
    this.#attachmentsByPolicy ??= groups(this.graph.attachments, (attachment) => attachment.policy);
    return this.#attachmentsByPolicy.get(policy) ?? none;
  }

  /** What authenticates as the identity. */
  credentialsOf(identity: NodeId): readonly CredentialNode[] {
    const edges = this.incoming(identity, 'authenticates');
    if (edges.length === 0) return none;
    const credentials: CredentialNode[] = [];
    for (const { from } of edges) {
      const node = this.#nodes.get(from);
      if (node?.kind === 'credential') credentials.push(node);
    }
    return credentials;
  }

  /** Direct members of the group, groups among them. */
  membersOf(group: NodeId): readonly IdentityNode[] {
    const edges = this.incoming(group, 'member-of');
    if (edges.length === 0) return none;
    const members: IdentityNode[] = [];
    for (const { from } of edges) {
      const member = this.identity(from);
      if (member !== undefined) members.push(member);
    }
    return members;
  }

  /**
   * Groups the identity is in, directly or through other groups, by id. Groups may contain one another in a circle;
   * the identity itself is never in the list.
   */
  groupsOf(identity: NodeId): readonly IdentityNode[] {
    if (this.outgoing(identity, 'member-of').length === 0) return none;
    const seen = new Set<NodeId>([identity]);
    for (const member of seen) for (const { to } of this.outgoing(member, 'member-of')) seen.add(to);
    seen.delete(identity);
    const found: IdentityNode[] = [];
    for (const id of [...seen].sort()) {
      const group = this.identity(id);
      if (group !== undefined) found.push(group);
    }
    return found;
  }

  /** What is missing about the scope, node or file of this name. */
  gapsOf(scope: string): readonly Gap[] {
    this.#gaps ??= groups(this.graph.gaps, (gap) => gap.scope);
    return this.#gaps.get(scope) ?? none;
  }

  /** Recorded use by the identity, whatever credential it came with. */
  usageOf(identity: NodeId): readonly Usage[] {
    this.#usage ??= groups(this.graph.usage, (usage) => usage.identity);
    return this.#usage.get(identity) ?? none;
  }

  /** What sources could have seen of exactly this scope, identity or credential. */
  observationsOf(subject: NodeId): readonly Observation[] {
    this.#observations ??= groups(this.graph.observations, (observation) => observation.subject);
    return this.#observations.get(subject) ?? none;
  }

  #edges(kept: Map<EdgeType, Groups<GraphEdge>>, type: EdgeType, end: (edge: GraphEdge) => NodeId): Groups<GraphEdge> {
    let found = kept.get(type);
    if (found === undefined) {
      found = groups(this.graph.edges, end, (edge) => edge.type === type);
      kept.set(type, found);
    }
    return found;
  }

  #chainFrom(direct: NodeId): readonly ScopeNode[] {
    let chain = this.#chains.get(direct);
    if (chain === undefined) {
      const scopes = new Set<ScopeNode>();
      for (let node = this.#nodes.get(direct); node?.kind === 'scope' && !scopes.has(node); ) {
        scopes.add(node);
        node = node.scope === undefined ? undefined : this.#nodes.get(node.scope);
      }
      chain = [...scopes];
      this.#chains.set(direct, chain);
    }
    return chain;
  }
}

type Groups<T> = ReadonlyMap<string, readonly T[]>;

/** Shared by every empty answer. */
const none: readonly never[] = Object.freeze([]);

function byId<T extends { readonly id: string }>(records: readonly T[]): ReadonlyMap<string, T> {
  return new Map(records.map((record) => [record.id, record]));
}

function groups<T>(records: readonly T[], keyOf: (record: T) => string, counts?: (record: T) => boolean): Groups<T> {
  const found = new Map<string, T[]>();
  for (const record of records) {
    if (counts !== undefined && !counts(record)) continue;
    const key = keyOf(record);
    const group = found.get(key);
    if (group === undefined) found.set(key, [record]);
    else group.push(record);
  }
  return found;
}
