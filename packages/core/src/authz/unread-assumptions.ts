import type { GraphNode, ScopeNode } from '../graph/model.ts';
import type { DecisionQuery } from './decision-query.ts';

/**
 * What a decision takes for granted because whole kinds of policies were not collected: that none of them stops the request.
 * Scopes say so by `attributes.denyUnread` and `attributes.boundariesUnread` (docs/graph-gcp.md, "Policies"); boundaries are
 * looked for around the principal, and around the target where the principal stands in no scope.
 */
export function unreadAssumptions({ principal, resource }: DecisionQuery): readonly string[] {
  const around: readonly GraphNode[] =
    resource.node?.kind === 'scope' ? [resource.node, ...resource.scopes] : resource.scopes;
  const deny = around.find(({ attributes }) => attributes?.['denyUnread'] === true);
  const standing: readonly (GraphNode | ScopeNode)[] = principal.scopes.length > 0 ? principal.scopes : around;
  const boundary = standing.find(({ attributes }) => attributes?.['boundariesUnread'] === true);
  return [
    ...(deny === undefined ? [] : [`deny policies of \`${deny.name}\` were not collected; none is taken to apply`]),
    ...(boundary === undefined
      ? []
      : [`principal access boundaries of \`${boundary.name}\` were not collected; none is taken to apply`]),
  ];
}
