import type { FurtherResource, ResourceFacts } from '@keyreach/core/authz';

/** Types of the resources by way of which requests come to others: access points, to buckets. */
export const FRONT_TYPES: ReadonlySet<string> = new Set(['AWS::S3::AccessPoint']);

/** Actions with names like those of buckets that are about the access point they are asked of. */
const OF_ITSELF: ReadonlySet<string> = new Set(['s3:listtagsforresource', 's3:tagresource', 's3:untagresource']);

/**
 * The bucket, or the object in it, that a request through an S3 access point is about: its policies must let the request pass
 * too (aws.md 1.12). Calls about the access point itself go no further. The facts of an access point name its bucket by ARN as
 * `bucket`; without that, which bucket it is is unknown.
 */
export function bucketBehind({ id, node }: ResourceFacts, action: string): FurtherResource | undefined {
  if (node === undefined || !FRONT_TYPES.has(node.type) || !isPassedOn(action)) return undefined;
  const bucket = node.attributes?.['bucket'];
  if (typeof bucket !== 'string') return {};
  const inside = { front: `${node.id}/object/`, behind: `${bucket}/` };
  return { id: id.startsWith(inside.front) ? `${inside.behind}${id.slice(inside.front.length)}` : bucket, inside };
}

/** Whether an action on an access point is done to the bucket behind it. */
export function isPassedOn(action: string): boolean {
  const name = action.toLowerCase();
  return name.startsWith('s3:') && !name.includes('accesspoint') && !OF_ITSELF.has(name);
}
