import { arnSegments } from './arn-segments.ts';

/**
 * Whether a resource of this kind can let in callers of other accounts: IAM objects have no policies of their own but
 * the trust policies of roles, which speak of `sts:` actions only (aws.md 1.3 step 6B, 1.5). What is no ARN is a
 * request about the caller's own account.
 */
export function takesOutsiders(action: string, resource: string): boolean {
  const arn = arnSegments(resource);
  if (arn === undefined) return false;
  return arn[2] !== 'iam' || (arn[5].startsWith('role/') && action.toLowerCase().startsWith('sts:'));
}
