import type { AuthorizationModel } from '../authz/authorization-model.ts';
import { behind } from '../authz/further-resource.ts';
import type { GraphNode, NodeId } from '../graph/model.ts';
import { actionsAsked } from './requirement.ts';
import type { Technique } from './technique.ts';

/** The face of access by way of a resource: what leads on from it is access to that resource, or to what stands behind it. */
export const PASSED_ON = 'passed-on';

/** The face of access to what the input does not list, by way of the node that stands for it. */
export const UNLISTED = 'unlisted';

/**
 * The listed resources behind another one that the actions of a row are done to (`ProviderSemantics.alsoGoverns`), in the order
 * of the row: most often one; none where the input does not hold it.
 */
export function accessedBehind(
  model: AuthorizationModel,
  front: GraphNode,
  { requires }: Technique,
): readonly NodeId[] {
  const provider = model.provider(front.provider);
  if (provider === undefined) return [];
  const facts = { id: front.id, node: front, scopes: model.graph.scopesOf(front.id) };
  const found = new Set<NodeId>();
  for (const action of actionsAsked(requires)) {
    const node = behind(model, provider, facts, action)?.resource?.node;
    if (node?.kind === 'resource' && node.uncollected !== true) found.add(node.id);
  }
  return [...found];
}
