import type { NodeId } from '@keyreach/core/graph';
import { arnSegments } from './arn-segments.ts';
import { isAccountId } from './is-account-id.ts';

/**
 * Id of the account scope an ARN names: `arn:<partition>:account::<id>:account`. Undefined for ARNs without account
 * (S3 buckets) and for those AWS owns (`arn:aws:iam::aws:policy/…`).
 */
export function accountZone(arn: string): NodeId | undefined {
  const segments = arnSegments(arn);
  if (segments === undefined || !isAccountId(segments[4])) return undefined;
  return `arn:${segments[1]}:account::${segments[4]}:account`;
}
