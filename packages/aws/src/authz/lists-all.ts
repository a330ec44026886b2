import type { NodeId, ScopeNode } from '@keyreach/core/graph';
import { uncollectedId } from '../normalize/aws-ids.ts';
import { INSTANCE_PROFILE_TYPE } from '../normalize/workload-roles.ts';
import { arnSegments } from './arn-segments.ts';

/** A type that has a placeholder wherever the resources of an account are not all listed. */
const RESOURCE_TYPE = 'AWS::Lambda::Function';

/**
 * Whether the input lists all that an account has of the kind of `resource` (aws.md 1.1): roles come with the authorization
 * details, everything else with the list of resources. Where one of them is not complete a placeholder stands for the rest.
 */
export function listsAll(resource: string, { attributes }: ScopeNode, has: (id: NodeId) => boolean): boolean {
  const accountId = attributes?.['accountId'];
  if (typeof accountId !== 'string' || attributes?.['collected'] !== true) return false;
  const type = arnSegments(resource)?.[2] === 'iam' ? INSTANCE_PROFILE_TYPE : RESOURCE_TYPE;
  return !has(uncollectedId(type, accountId));
}
