import type { RawRecord } from '@keyreach/core/input';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ListedResource } from '../bundle/resource-list.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { valuesAt } from './property-path.ts';
import { idOfResource } from './resource-identity.ts';

/** Type of S3 access points in resources.json. */
export const ACCESS_POINT_TYPE = 'AWS::S3::AccessPoint';

/**
 * The one network that an access point takes requests from, by its properties: `VpcConfiguration`, or `NetworkOrigin` where that
 * is all that was collected; null where the network is not told. Undefined for one that takes requests from anywhere: the
 * properties stand for the whole model, and what is not in it is not configured.
 */
export function networkOf(properties: RawRecord): string | null | undefined {
  const [vpc] = valuesAt(properties, 'VpcConfiguration.VpcId');
  if (typeof vpc === 'string' && /^vpc-[0-9a-z]{1,64}$/.test(vpc)) return vpc;
  const isBound = properties['NetworkOrigin'] === 'VPC' || valuesAt(properties, 'VpcConfiguration').length > 0;
  return isBound ? null : undefined;
}

/**
 * Adds that an access point bound to a VPC takes no requests from elsewhere (S3 user guide, access points restricted to a VPC).
 * Calls about the access point itself are not made through it.
 */
export function addAccessPointNetwork(
  resource: ListedResource,
  account: AwsAccountInput,
  { policies }: NormalizeContext,
): void {
  if (resource.TypeName !== ACCESS_POINT_TYPE) return;
  const network = networkOf(resource.Properties);
  if (network === undefined) return;
  const node = idOfResource(resource, account);
  const id = `${node}/network-origin`;
  policies.add({
    id,
    name: 'network origin of the access point',
    type: 'synthetic',
    kind: 'resource',
    text: {
      Version: '2012-10-17',
      Statement: {
        Sid: 'OnlyFromVpc',
        Effect: 'Deny',
        Principal: '*',
        NotAction: ['s3:*AccessPoint*', 's3:ListTagsForResource', 's3:TagResource', 's3:UntagResource'],
        Resource: '*',
        Condition:
          network === null ? { Null: { 'aws:SourceVpc': 'true' } } : { StringNotEquals: { 'aws:SourceVpc': network } },
      },
    },
    owner: node,
    partition: account.partition,
    gapScope: node,
  });
  policies.attach(id, node, 'resource-grant');
}
