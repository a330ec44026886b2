import type { NodeId } from '@keyreach/core/graph';
import type { Listed } from '@keyreach/core/input';
import type { NormalizeContext } from './normalize-context.ts';

/** Nodes of owners, sorted; undefined where not all of them are in the input, so that who owns it is unknown. */
export function nodesOfOwners(
  owners: Listed<string> | undefined,
  { principals }: NormalizeContext,
): readonly NodeId[] | undefined {
  const ids = new Set((owners?.items ?? []).map((owner) => principals.name(owner)));
  return owners?.complete === true ? [...ids].sort() : undefined;
}
