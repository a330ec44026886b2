/**
 * What a builder does about references that lead out of the graph but must not be dropped, because dropping would turn
 * "unknown" into "none". A merge undoes it, since another graph may hold what is missing, and the builder decides anew.
 */
import type { Gap, GraphNode, NodeId, Policy, PolicyDocument, Provider } from './model.ts';
import { quoteText } from './quote-text.ts';

/** Policy type of a stand-in; no provider uses it. */
const missing = 'missing';
const noText = 'the text is not in the input';

/** Stands in for a policy that is attached but not in the graph. */
export function missingPolicy(id: string, provider: Provider): Policy {
  return { id, provider, name: id, type: missing, document: `missing:${id}` };
}

/** Stands in for a document that a policy names but the graph lacks. It may say anything. */
export function missingDocument(id: string, provider: Provider): PolicyDocument {
  return { id, provider, statements: [], unreadable: noText };
}

export function isMissingPolicy(policy: Policy): boolean {
  return policy.type === missing;
}

export function isMissingDocument(document: PolicyDocument): boolean {
  return document.unreadable === noText;
}

export function missingPolicyGap(node: NodeId, policy: string): Gap {
  return { scope: node, what: 'policy', why: `${notInGraph(policy)}; what it says counts as unknown` };
}

export function missingDocumentGap(policy: Policy): Gap {
  const why = `${notInGraph(policy.document)}; what ${quoteText(policy.id)} says counts as unknown`;
  return { scope: policy.owner ?? policy.id, what: 'policy text', why };
}

export function missingScopeGap(node: GraphNode, scope: NodeId): Gap {
  return { scope: node.id, what: 'scope', why: `${notInGraph(scope)}; what it grants and denies is unknown` };
}

/** For gaps about other references: which one leads nowhere. */
export function notInGraph(id: string): string {
  return `${quoteText(id)} is not in the graph`;
}
