import type { FurtherResource, ResourceFacts } from '@keyreach/core/authz';
import { arnSegments } from './arn-segments.ts';

/**
 * The bucket, or the object in it, that a request through an S3 access point is about: its policies must let the request pass
 * too (aws.md 1.12). Calls about the access point itself go no further. The facts of an access point name its bucket by ARN as
 * `bucket`; without that, which bucket it is is unknown.
 */
export function bucketBehind({ id, node }: ResourceFacts, action: string): FurtherResource | undefined {
  if (node?.type !== 'AWS::S3::AccessPoint' || !isOfBucket(action)) return undefined;
  const bucket = node.attributes?.['bucket'];
  if (typeof bucket !== 'string') return { context: NO_CONTEXT };
  const inside = `${node.id}/object`;
  const account = arnSegments(node.id)?.[4];
  return {
    id: id.startsWith(inside) ? `${bucket}${id.slice(inside.length)}` : bucket,
    context: new Map([
      ...(account === undefined || account === '' ? [] : [['s3:dataaccesspointaccount', [account]] as const]),
      // A region that nothing tells is no value to compare with.
      ...(node.id.includes('*') ? [] : [['s3:dataaccesspointarn', [node.id]] as const]),
    ]),
  };
}

const NO_CONTEXT: FurtherResource['context'] = new Map();

function isOfBucket(action: string): boolean {
  const name = action.toLowerCase();
  return name.startsWith('s3:') && !name.includes('accesspoint');
}
