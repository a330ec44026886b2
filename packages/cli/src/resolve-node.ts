import { type Resolution, resolveId } from '@keyreach/core/analysis';
import type { AuthorizationModel } from '@keyreach/core/authz';
import {
  type CredentialNode,
  type GraphIndex,
  type GraphNode,
  type IdentityNode,
  type NodeId,
  quoteText,
} from '@keyreach/core/graph';
import { UsageError } from './usage-error.ts';

/** The credential or identity a text names. Throws a {@link UsageError} with the candidates, or with names alike. */
export function resolveSubject(graph: GraphIndex, text: string): CredentialNode | IdentityNode {
  const node = only(resolveId(graph, text), text, 'credential or identity');
  if (node.kind === 'credential' || (node.kind === 'identity' && node.type !== 'group')) return node;
  throw new UsageError([`${quoteText(text)} is a ${node.type}, which nobody can be; name one of its members`]);
}

/** The identity a text names; of a credential, the one it authenticates as. */
export function resolvePrincipal(graph: GraphIndex, text: string): IdentityNode {
  const node = resolveSubject(graph, text);
  if (node.kind === 'identity') return node;
  const [edge] = graph.outgoing(node.id, 'authenticates');
  const identity = edge === undefined ? undefined : graph.identity(edge.to);
  if (identity !== undefined) return identity;
  throw new UsageError([`the input does not say what ${quoteText(text)} authenticates as`]);
}

/** The id of what a request is aimed at. What looks like an id is taken as one: most objects are no nodes of a graph. */
export function resolveTarget(graph: GraphIndex, text: string): NodeId {
  const found = resolveId(graph, text, ['resource', 'identity', 'scope']);
  if (found.kind === 'none' && /[:*]|^\//.test(text)) return text;
  return only(found, text, 'resource').id;
}

/** A note about an action that no catalogue knows; a verdict on it rests on wildcards alone. */
export function checkAction(model: AuthorizationModel, action: string): string | undefined {
  const wanted = action.toLowerCase();
  const providers = new Set(model.graph.identities.map(({ provider }) => provider));
  for (const provider of providers) {
    if (model.provider(provider)?.catalogue.names.some((name) => name.toLowerCase() === wanted)) return undefined;
  }
  return `${quoteText(action)} is no action the catalogue knows; only wildcards can cover it`;
}

const mostCandidates = 10;

function only(found: Resolution, text: string, expected: string): GraphNode {
  switch (found.kind) {
    case 'one':
      return found.node;
    case 'many': {
      const { candidates } = found;
      const more = candidates.length - mostCandidates;
      throw new UsageError([
        `${quoteText(text)} names ${candidates.length} nodes; use one of these ids:`,
        ...candidates.slice(0, mostCandidates).map(({ id, type }) => `  ${id}  (${type})`),
        ...(more > 0 ? [`  and ${more} more`] : []),
      ]);
    }
    case 'none': {
      const near = found.near.length === 0 ? '' : `; did you mean ${found.near.map(quoteText).join(', ')}?`;
      throw new UsageError([`no ${expected} ${quoteText(text)} in the input${near}`]);
    }
  }
}
