import { canonicalJson, isDeeperThan, MAX_DEPTH } from './canonical-json.ts';
import {
  compareAttachments,
  compareEdges,
  compareGaps,
  compareObservations,
  compareUsage,
  sortedById,
  sortedUnique,
} from './canonical-order.ts';
import { contentHash } from './content-hash.ts';
import { KeyreachError } from './graph-error.ts';
import type {
  Attachment,
  Gap,
  Graph,
  GraphEdge,
  GraphNode,
  Json,
  NodeId,
  Observation,
  Policy,
  PolicyDocument,
  Provider,
  Statement,
  Usage,
} from './model.ts';
import { quoteText } from './quote-text.ts';
import { sameContent } from './same-content.ts';
import { scopeProblems } from './scope-problems.ts';
import {
  isMissingPolicy,
  missingDocument,
  missingDocumentGap,
  missingPolicy,
  missingPolicyGap,
  missingScopeGap,
  notInGraph,
} from './unresolved-references.ts';

/** What a policy says, before it has an id. */
export interface DocumentContent {
  readonly provider: Provider;
  readonly statements: readonly Statement[];
  /** Why the text could not be read; see {@link PolicyDocument}. */
  readonly unreadable?: string;
  /** With `unreadable`: false where the text is known to hold no Deny. */
  readonly mayDeny?: boolean;
}

/**
 * Collects facts in any order and makes a {@link Graph} of them: each fact once, every reference resolved, every array
 * in canonical order. Equal facts give an equal graph whatever the order they came in, byte for byte once encoded.
 *
 * Nothing here throws because of data. What cannot stand in a graph becomes a gap:
 *
 * - a second node or policy with an id already taken by another content: the first is kept;
 * - an edge, attachment or observation with an end that is not in the graph, use of an identity that is not: dropped;
 * - use with a credential that is not in the graph: kept without the credential;
 * - a policy without its document, an attachment without its policy: kept, and the text counts as unreadable, so that
 *   decisions it takes part in are unknown;
 * - a `scope` that is not in the graph: kept, the chain of scopes ends there;
 * - a `scope` that is no scope, or that closes a circle: the node stands outside every scope;
 * - an attribute or policy that nests deeper than a graph file may: left out, or unreadable; the condition of an attachment
 *   that does: one that nobody can decide.
 *
 * Of the same edge given with several certainties the surest counts.
 *
 * @example
 * ```ts
 * const builder = new GraphBuilder();
 * builder.node({ kind: 'scope', id: 'account:1', provider: 'example', type: 'account', name: 'one', zone: true });
 * builder.gap({ scope: 'account:1', what: 'users', why: 'the file is missing' });
 * const graph = builder.build();
 * ```
 */
export class GraphBuilder {
  readonly #nodes = new Map<NodeId, GraphNode>();
  readonly #documents = new Map<string, PolicyDocument>();
  readonly #policies = new Map<string, Policy>();
  readonly #edges: GraphEdge[] = [];
  readonly #attachments: Attachment[] = [];
  readonly #usage: Usage[] = [];
  readonly #observations: Observation[] = [];
  readonly #gaps: Gap[] = [];
  readonly #conflicts = new Set<string>();
  /** Ids that `document` gave out, so that equal ids there mean equal content. */
  readonly #hashes = new Set<string>();
  readonly #lastOf = new WeakMap<readonly Statement[], PolicyDocument>();

  /** Adds a node. The same node again is nothing new; other content under the same id is a gap, one per id. */
  node(node: GraphNode): void {
    const known = this.#nodes.get(node.id);
    if (known === undefined) {
      this.#nodes.set(node.id, this.#withoutDeepAttributes(node));
      return;
    }
    if (known === node || sameContent(known, this.#withoutDeepAttributes(node))) return;
    this.#conflict(node.id, 'duplicate id', nodeName(known), nodeName(node));
  }

  /** Adds an edge. Its ends may be added later. */
  edge(edge: GraphEdge): void {
    this.#edges.push(edge);
  }

  /**
   * Stores what a policy says, once for equal content, and returns the id to use in {@link Policy.document}.
   * A text that nests too deep for a graph file is stored as unreadable.
   */
  document(content: DocumentContent): string {
    const { provider, statements, unreadable, mayDeny } = content;
    const last = this.#lastOf.get(statements);
    if (last?.provider === provider && last.unreadable === unreadable && last.mayDeny === mayDeny) return last.id;

    const body: DocumentContent = {
      provider,
      statements,
      ...(unreadable === undefined ? {} : { unreadable }),
      ...(mayDeny === undefined ? {} : { mayDeny }),
    };
    let hash: string;
    try {
      hash = contentHash(canonicalJson(body));
    } catch (error) {
      if (!(error instanceof KeyreachError && error.code === 'too-deep')) throw error;
      return this.document({ provider, statements: [], unreadable: `the policy is ${error.message}` });
    }
    let id = hash;
    for (let copy = 2; !this.#isFreeFor(id, body); copy += 1) id = `${hash}~${copy}`;
    const stored: PolicyDocument = this.#documents.get(id) ?? { id, ...body };
    this.#documents.set(id, stored);
    this.#hashes.add(id);
    this.#lastOf.set(statements, stored);
    return id;
  }

  /**
   * Stores a document that has an id already, read from a file or another graph, and returns the id to use: its own,
   * or one made of its content where its own names other content.
   */
  storedDocument(document: PolicyDocument): string {
    const known = this.#documents.get(document.id);
    if (known !== undefined && !sameContent(known, document)) return this.document(document);
    if (known === undefined) this.#documents.set(document.id, document);
    return document.id;
  }

  /** Adds a policy. The same policy again is nothing new; other content under the same id is a gap, one per id. */
  policy(policy: Policy): void {
    const known = this.#policies.get(policy.id);
    if (known === undefined) {
      this.#policies.set(policy.id, policy);
      return;
    }
    if (known === policy || sameContent(known, policy)) return;
    this.#conflict(policy.id, 'duplicate policy id', policyName(known), policyName(policy));
  }

  /**
   * Places a policy on a node. Both may be added later, and principals that are named need not be in the graph. One policy may
   * stand on one node several times, for other principals or under another condition.
   */
  attachment(attachment: Attachment): void {
    const { condition, node } = attachment;
    if (condition === undefined || !isDeeperThan(condition.body, MAX_DEPTH - 2)) {
      this.#attachments.push(attachment);
      return;
    }
    // Without its condition the placement would hold always, without the placement never.
    this.#gaps.push({ scope: node, what: 'condition', why: 'it nests too deep; whether it holds counts as unknown' });
    this.#attachments.push({ ...attachment, condition: { language: 'unread', body: 'nests too deep' } });
  }

  /** Adds a row of recorded use. Equal rows count once. */
  usage(usage: Usage): void {
    this.#usage.push(usage);
  }

  /** Says what a source could have seen. */
  observation(observation: Observation): void {
    this.#observations.push(observation);
  }

  /** Says what the input does not hold. */
  gap(gap: Gap): void {
    this.#gaps.push(gap);
  }

  /** Whether a node with this id was added. */
  has(id: NodeId): boolean {
    return this.#nodes.has(id);
  }

  /** The node with this id, if one was added. */
  get(id: NodeId): GraphNode | undefined {
    return this.#nodes.get(id);
  }

  /** The nodes added so far, in the order in which they came. */
  get nodes(): Iterable<GraphNode> {
    return this.#nodes.values();
  }

  /** The graph of everything added so far. The builder can go on afterwards; the graph does not change. */
  build(): Graph {
    const gaps = [...this.#gaps];
    const nodes = this.#builtNodes(gaps);
    const places = new Map<NodeId, number>();
    for (const { id } of nodes) places.set(id, places.size);
    const policies = new Map(this.#policies);
    const documents = new Map(this.#documents);
    const attachments = this.#builtAttachments(places, policies, gaps);
    addMissingDocuments(policies, documents, gaps);
    return {
      schema: 'keyreach-graph/1',
      nodes,
      edges: this.#builtEdges(places, gaps),
      documents: sortedById(documents),
      policies: sortedById(policies),
      attachments,
      usage: this.#builtUsage(places, gaps),
      observations: this.#builtObservations(places, gaps),
      gaps: sortedUnique(gaps, compareGaps),
    };
  }

  #builtNodes(gaps: Gap[]): GraphNode[] {
    const problems = scopeProblems(this.#nodes);
    return sortedById(this.#nodes).map((node) => {
      if (node.scope === undefined) return node;
      const why = problems.get(node.id);
      if (why === undefined) {
        if (!this.#nodes.has(node.scope)) gaps.push(missingScopeGap(node, node.scope));
        return node;
      }
      gaps.push({ scope: node.id, what: 'scope', why });
      const { scope: _, ...rest } = node;
      return rest;
    });
  }

  #builtEdges(places: Places, gaps: Gap[]): GraphEdge[] {
    const resolved: GraphEdge[] = [];
    const ranks: number[] = [];
    for (const edge of this.#edges) {
      const from = places.get(edge.from);
      const to = places.get(edge.to);
      if (from === undefined || to === undefined) {
        const missing = from === undefined ? edge.from : edge.to;
        const why = `from ${quoteText(edge.from)} to ${quoteText(edge.to)}: ${notInGraph(missing)}`;
        gaps.push({ scope: from === undefined ? edge.to : edge.from, what: `${edge.type} edge`, why });
        continue;
      }
      resolved.push(edge.certainty === 'allow' ? withoutCertainty(edge) : edge);
      ranks.push(from * places.size + to);
    }
    const sorted = sortedUnique(resolved, compareEdges, ranks);
    return sorted.filter((edge, index) => {
      const surer = sorted[index - 1];
      return surer === undefined || surer.from !== edge.from || surer.to !== edge.to || surer.type !== edge.type;
    });
  }

  #builtAttachments(places: Places, policies: Map<string, Policy>, gaps: Gap[]): Attachment[] {
    const resolved: Attachment[] = [];
    const ranks: number[] = [];
    for (const attachment of this.#attachments) {
      const place = places.get(attachment.node);
      if (place === undefined) {
        const why = `policy ${quoteText(attachment.policy)} as ${attachment.role}: ${notInGraph(attachment.node)}`;
        gaps.push({ scope: attachment.node, what: 'attachment', why });
        continue;
      }
      resolved.push(attachment);
      ranks.push(place);
    }
    const sorted = sortedUnique(resolved, compareAttachments, ranks);
    for (const { policy: id, node } of sorted) {
      if (this.#policies.has(id)) continue;
      gaps.push(missingPolicyGap(node, id));
      // The smallest node comes first, so the provider does not depend on the order of the input.
      if (!policies.has(id)) policies.set(id, missingPolicy(id, this.#nodes.get(node)?.provider ?? ''));
    }
    return sorted;
  }

  #builtUsage(places: Places, gaps: Gap[]): Usage[] {
    const resolved: Usage[] = [];
    const ranks: number[] = [];
    for (const usage of this.#usage) {
      const place = places.get(usage.identity);
      if (place === undefined) {
        gaps.push({ scope: usage.identity, what: 'usage', why: `${notInGraph(usage.identity)}; its use is left out` });
        continue;
      }
      ranks.push(place);
      if (usage.credential === undefined || places.has(usage.credential)) {
        resolved.push(usage);
        continue;
      }
      const why = `${notInGraph(usage.credential)}; its use counts for ${quoteText(usage.identity)} only`;
      gaps.push({ scope: usage.identity, what: 'credential', why });
      const { credential: _, ...rest } = usage;
      resolved.push(rest);
    }
    return sortedUnique(resolved, compareUsage, ranks);
  }

  #builtObservations(places: Places, gaps: Gap[]): Observation[] {
    const resolved = this.#observations.filter((observation) => {
      if (places.has(observation.subject)) return true;
      const why = `${notInGraph(observation.subject)}; what ${quoteText(observation.source)} saw of it is left out`;
      gaps.push({ scope: observation.subject, what: 'observation', why });
      return false;
    });
    return sortedUnique(resolved, compareObservations);
  }

  /** A file may give a document any id, also the hash of another text; such a document must not pass for that text. */
  #isFreeFor(id: string, content: DocumentContent): boolean {
    const known = this.#documents.get(id);
    return known === undefined || this.#hashes.has(id) || sameContent(known, { id, ...content });
  }

  #conflict(id: string, what: string, kept: string, refused: string): void {
    const key = `${what}\u0000${id}`;
    if (this.#conflicts.has(key)) return;
    this.#conflicts.add(key);
    this.#gaps.push({ scope: id, what, why: `means ${kept} and also ${refused}; the first is kept` });
  }

  #withoutDeepAttributes(node: GraphNode): GraphNode {
    const { attributes } = node;
    if (attributes === undefined || !isDeeperThan(attributes, MAX_DEPTH - 1)) return node;
    const kept: [string, Json][] = [];
    for (const [key, value] of Object.entries(attributes)) {
      if (!isDeeperThan(value, MAX_DEPTH - 2)) kept.push([key, value]);
      else this.#gaps.push({ scope: node.id, what: `attribute ${quoteText(key)}`, why: 'it nests too deep' });
    }
    return { ...node, attributes: Object.fromEntries(kept) };
  }
}

/** Place of each node in the order of ids. */
type Places = ReadonlyMap<NodeId, number>;

function addMissingDocuments(policies: Map<string, Policy>, documents: Map<string, PolicyDocument>, gaps: Gap[]): void {
  for (const policy of sortedById(policies)) {
    if (documents.has(policy.document)) continue;
    documents.set(policy.document, missingDocument(policy.document, policy.provider));
    if (!isMissingPolicy(policy)) gaps.push(missingDocumentGap(policy));
  }
}

function withoutCertainty(edge: GraphEdge): GraphEdge {
  const { certainty: _, ...rest } = edge;
  return rest;
}

function nodeName(node: GraphNode): string {
  return `the ${node.type} ${quoteText(node.name)}`;
}

function policyName(policy: Policy): string {
  return `the ${policy.type} policy ${quoteText(policy.name)}`;
}
