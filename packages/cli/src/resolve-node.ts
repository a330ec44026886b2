import { azureNodeId } from '@keyreach/azure/offline';
import { type Resolution, resolveId } from '@keyreach/core/analysis';
import type { AuthorizationModel } from '@keyreach/core/authz';
import {
  type CredentialNode,
  type GraphIndex,
  type GraphNode,
  type IdentityNode,
  isCollective,
  type NodeId,
  quoteText,
} from '@keyreach/core/graph';
import { gcpNodeId } from '@keyreach/gcp/offline';
import { UsageError } from './usage-error.ts';

/** The credential or identity a text names. Throws a {@link UsageError} with the candidates, or with names alike. */
export function resolveSubject(graph: GraphIndex, text: string): CredentialNode | IdentityNode {
  const node = only(resolveId(graph, nodeIdOf(graph, text)), text, 'credential or identity');
  if (node.kind === 'credential' || (node.kind === 'identity' && !isCollective(node))) return node;
  throw new UsageError([`${quoteText(text)} is a ${node.type}, which nobody can be; name one of its members`]);
}

/** The id for a name as people of each cloud write it; what no cloud knows stays as it is. */
function nodeIdOf(graph: GraphIndex, text: string): NodeId {
  const id = gcpNodeId(graph, text);
  return id === text ? azureNodeId(graph, text) : id;
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

/** Begins an id of some provider: an ARN, a full resource name, a resource path, an object of a directory. */
const idForm = /^(arn:|\/|entra:|azure:)/i;

/**
 * The id of what a request is aimed at. What has the form of an id is taken as one: most objects are no nodes of a graph;
 * anything else must be the name of one node. Throws a {@link UsageError} with the candidates, or with names alike.
 */
export function resolveTarget(graph: GraphIndex, text: string): NodeId {
  if (text === '*') return text;
  const id = nodeIdOf(graph, text);
  const found = resolveId(graph, id, ['resource', 'identity', 'scope']);
  if (found.kind !== 'none' || !idForm.test(id)) return only(found, text, 'resource').id;
  return id;
}

const mostActions = 3;

/** Actions of each cloud, for messages. */
const EXAMPLE = 's3:GetObject, storage.objects.get or Microsoft.Compute/virtualMachines/write';

/**
 * A note about an action that no catalogue knows; a verdict on it rests on wildcards alone. Throws a {@link UsageError} for
 * what cannot be an action at all, with those it may stand for.
 */
export function checkAction(model: AuthorizationModel, action: string): string | undefined {
  const wanted = action.toLowerCase();
  const catalogues = [...new Set(model.graph.identities.map(({ provider }) => provider))].flatMap(
    (provider) => model.provider(provider)?.catalogue ?? [],
  );
  if (catalogues.some((catalogue) => catalogue.ref(action).index >= 0)) return undefined;
  if (/^[^:\s]+[:./][^\s]+$/.test(action)) {
    // What stands before the colon tells the kind of an action of Azure; without it another one is asked about.
    const kinds = catalogues.flatMap(({ names }) => names.filter((name) => name.toLowerCase().endsWith(`:${wanted}`)));
    if (kinds.length > 0) {
      throw new UsageError([
        `${quoteText(action)} is no action; write ${kinds.slice(0, mostActions).map(quoteText).join(' or ')}`,
      ]);
    }
    if (!/[*?]/.test(action))
      return `${quoteText(action)} is no action the catalogue knows; only wildcards can cover it`;
    throw new UsageError([`${quoteText(action)} has wildcards; ask about one action, such as ${EXAMPLE}`]);
  }
  const ending = catalogues
    .flatMap(({ names }) =>
      names.filter((name) => /[:.]$/.test(name.slice(0, -wanted.length)) && name.toLowerCase().endsWith(wanted)),
    )
    // Services with short names are the ones people know by heart and leave out.
    .sort((left, right) => left.length - right.length || (left < right ? -1 : 1))
    .slice(0, mostActions);
  const hint = ending.length === 0 ? `such as ${EXAMPLE}` : `perhaps ${ending.map(quoteText).join(', ')}`;
  throw new UsageError([`${quoteText(action)} is no action; expected the name of one, ${hint}`]);
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
