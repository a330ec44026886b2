import { isCollective } from '../graph/collective.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { CredentialNode, GraphNode, IdentityNode, NodeId } from '../graph/model.ts';
import type { ReachModel } from '../reach/reach-model.ts';
import type { RadiusSubject } from './results.ts';

/** A credential with its home identity, or an identity. */
export interface Subject {
  readonly node: CredentialNode | IdentityNode;
  /** The identity whose reach it is. Absent where the input does not hold what the credential authenticates as. */
  readonly home: IdentityNode | undefined;
}

/** Looks a subject up. Throws a `RangeError` for an id that is neither a credential nor an identity that can act. */
export function subjectOf(graph: GraphIndex, id: NodeId): Subject {
  const node: GraphNode | undefined = graph.node(id);
  if (node?.kind === 'identity' && !isCollective(node)) return { node, home: node };
  if (node?.kind !== 'credential') {
    throw new RangeError(`\`${id}\` is neither a credential nor an identity that can act`);
  }
  for (const edge of graph.outgoing(id, 'authenticates')) {
    const home = graph.identity(edge.to);
    if (home !== undefined) return { node, home };
  }
  return { node, home: undefined };
}

/** The node of the reach graph a subject acts from; undefined where the input does not hold what it authenticates as. */
export function startOf(reach: ReachModel, { node, home }: Subject): number | undefined {
  const own = reach.starts.get(node.id);
  if (own !== undefined) return own;
  return home === undefined ? undefined : reach.nodeOf.get(home.id);
}

/**
 * Every credential, and every identity that has none, sorted by id; the provider's own identities are left out, and so are
 * credentials that sign in as nobody (attribute `signsInAs`), which are there for something else.
 */
export function subjectsOf(graph: GraphIndex): readonly Subject[] {
  const subjects: Subject[] = graph.credentials
    .filter(({ attributes }) => attributes?.['signsInAs'] !== 'nobody')
    .map((credential) => subjectOf(graph, credential.id));
  for (const identity of graph.identities) {
    if (isCollective(identity) || identity.providerManaged === true) continue;
    if (graph.credentialsOf(identity.id).length === 0) subjects.push({ node: identity, home: identity });
  }
  return subjects.sort((left, right) => (left.node.id < right.node.id ? -1 : 1));
}

/** The subject as results show it. */
export function subjectFields({ node, home }: Subject): RadiusSubject {
  return {
    id: node.id,
    kind: node.kind,
    type: node.type,
    name: node.name,
    provider: node.provider,
    identity: home?.id ?? node.id,
    ...((home?.scope ?? node.scope) === undefined ? {} : { scope: (home?.scope ?? node.scope)! }),
    ...(node.kind === 'credential' ? { status: node.status } : {}),
  };
}
