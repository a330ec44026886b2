import { canonicalJson } from './canonical-json.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { Graph, GraphNode, IdentityNode, NodeId, Provider } from './model.ts';
import {
  isMissingDocument,
  isMissingPolicy,
  missingDocumentGap,
  missingPolicyGap,
  missingScopeGap,
} from './unresolved-references.ts';

/**
 * One graph of several: of one organization collected account by account, or of several clouds.
 *
 * The rules are those of {@link GraphBuilder}: the same content under the same id is one; other content under the same
 * id is a conflict, where the first graph wins and a gap says so. A node known only by reference (an external identity,
 * or `attributes.collected` false) is no conflict: it gives way to the node another graph collected, and policies of
 * type `synthetic`, which stood in for what was not known, are no longer attached to it. Of references that providers make to one
 * identity (a subject that roles of AWS and applications of Azure trust), the node is that of the provider whose name comes first,
 * with what the others tell beside. A policy, document or scope
 * that one graph names and another holds is found. The order of the graphs matters only where there is a conflict.
 *
 * @example
 * ```ts
 * const estate = mergeGraphs([production, staging]);
 * ```
 */
export function mergeGraphs(graphs: readonly Graph[]): Graph {
  const collected = new Set<NodeId>();
  for (const { nodes } of graphs) for (const node of nodes) if (!isReference(node)) collected.add(node.id);
  const builder = new GraphBuilder();
  const shared = sharedReferences(graphs, collected);
  for (const node of shared.values()) builder.node(node);
  for (const graph of graphs) {
    const gaveWay = addNodes(builder, graph, collected, shared);
    addPolicies(builder, graph, gaveWay);
    for (const edge of graph.edges) builder.edge(edge);
    for (const usage of graph.usage) builder.usage(usage);
    for (const observation of graph.observations) builder.observation(observation);
    addGaps(builder, graph);
  }
  return builder.build();
}

/** Known by name only, so that a node another graph has collected says more. */
function isReference(node: GraphNode): boolean {
  return (node.kind === 'identity' && node.external === true) || node.attributes?.['collected'] === false;
}

/** Identities that several providers know by reference only, each as one node. */
function sharedReferences(graphs: readonly Graph[], collected: ReadonlySet<NodeId>): ReadonlyMap<NodeId, IdentityNode> {
  const named = new Map<NodeId, Map<Provider, IdentityNode>>();
  for (const { nodes } of graphs) {
    for (const node of nodes) {
      if (node.kind !== 'identity' || node.external !== true || collected.has(node.id)) continue;
      const byProvider = named.get(node.id) ?? new Map<Provider, IdentityNode>();
      if (!byProvider.has(node.provider)) byProvider.set(node.provider, node);
      named.set(node.id, byProvider);
    }
  }
  const shared = new Map<NodeId, IdentityNode>();
  for (const [id, byProvider] of named) {
    if (byProvider.size < 2) continue;
    const [first, ...others] = [...byProvider.values()].sort((one, other) => (one.provider < other.provider ? -1 : 1));
    if (first === undefined) continue;
    const attributes = Object.assign({}, ...[...others.reverse(), first].map((one) => one.attributes));
    shared.set(id, { ...first, attributes });
  }
  return shared;
}

/** Returns the ids of nodes that are left to another graph. */
function addNodes(
  builder: GraphBuilder,
  graph: Graph,
  collected: ReadonlySet<NodeId>,
  shared: ReadonlyMap<NodeId, IdentityNode>,
): ReadonlySet<NodeId> {
  const gaveWay = new Set<NodeId>();
  for (const node of graph.nodes) {
    const joined = node.kind === 'identity' && node.external === true ? shared.get(node.id) : undefined;
    if (isReference(node) && collected.has(node.id)) gaveWay.add(node.id);
    else if (joined === undefined) builder.node(node);
  }
  return gaveWay;
}

function addPolicies(builder: GraphBuilder, graph: Graph, gaveWay: ReadonlySet<NodeId>): void {
  const renamed = new Map<string, string>();
  for (const document of graph.documents) {
    if (isMissingDocument(document)) continue;
    const id = builder.storedDocument(document);
    if (id !== document.id) renamed.set(document.id, id);
  }
  const synthetic = new Set<string>();
  for (const policy of graph.policies) {
    if (isMissingPolicy(policy)) continue;
    if (policy.type === 'synthetic') synthetic.add(policy.id);
    const document = renamed.get(policy.document);
    builder.policy(document === undefined ? policy : { ...policy, document });
  }
  for (const attachment of graph.attachments) {
    if (!synthetic.has(attachment.policy) || !gaveWay.has(attachment.node)) builder.attachment(attachment);
  }
}

/** Leaves out the gaps about references that another graph may resolve; where none does, the builder says so again. */
function addGaps(builder: GraphBuilder, graph: Graph): void {
  if (graph.gaps.length === 0) return;
  const open = new Set<string>();
  const nodes = new Set(graph.nodes.map(({ id }) => id));
  for (const node of graph.nodes) {
    if (node.scope !== undefined && !nodes.has(node.scope)) open.add(canonicalJson(missingScopeGap(node, node.scope)));
  }
  const missingPolicies = new Set(graph.policies.filter(isMissingPolicy).map(({ id }) => id));
  for (const { node, policy } of graph.attachments) {
    if (missingPolicies.has(policy)) open.add(canonicalJson(missingPolicyGap(node, policy)));
  }
  const missingDocuments = new Set(graph.documents.filter(isMissingDocument).map(({ id }) => id));
  for (const policy of graph.policies) {
    if (missingDocuments.has(policy.document)) open.add(canonicalJson(missingDocumentGap(policy)));
  }
  for (const gap of graph.gaps) if (!open.has(canonicalJson(gap))) builder.gap(gap);
}
