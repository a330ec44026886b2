import type { Json, NodeId } from '@keyreach/core/graph';
import type { Listed } from '@keyreach/core/input';
import type { NormalizeContext } from './normalize-context.ts';

/**
 * Attributes that tell of owners: nodes of those that are known, sorted, and `ownersUnread` where there may be more. Neither where
 * nothing at all is known of them.
 */
export function nodesOfOwners(
  owners: Listed<string> | undefined,
  { principals }: NormalizeContext,
): Readonly<Record<string, Json | undefined>> {
  const ids = new Set<NodeId>((owners?.items ?? []).map((owner) => principals.name(owner)));
  if (owners === undefined || (!owners.complete && ids.size === 0)) return { ownersUnread: true };
  return { owners: [...ids].sort(), ownersUnread: owners.complete ? undefined : true };
}
