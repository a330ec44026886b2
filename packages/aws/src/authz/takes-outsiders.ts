import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { arnSegments } from './arn-segments.ts';

/**
 * Resources without policies of their own and without any other way to share them with accounts, by service: beginnings
 * of the resource part, all of it where that is empty. What is not listed may have a policy.
 */
const WITHOUT_POLICY: ReadonlyMap<string, readonly string[]> = new Map([
  ['athena', ['workgroup/']],
  ['autoscaling', ['']],
  ['bedrock', ['foundation-model/']],
  ['cloudformation', ['stack/', 'stackset/']],
  ['codecommit', ['']],
  ['codedeploy', ['']],
  ['ec2', ['instance/', 'key-pair/', 'launch-template/', 'volume/']],
  ['ecs', ['']],
  ['elasticmapreduce', ['cluster/']],
  ['rds', ['db:']],
  ['states', ['']],
]);

/**
 * Whether resources of this kind can let in callers of other accounts (aws.md 1.3 step 6B). IAM objects have no policies
 * of their own but the trust policies of roles, which speak of `sts:` actions only (1.5). What is no ARN is a request
 * about the caller's own account, and so is every request for an action without resource types.
 */
export function takesOutsiders(action: string, resource: string): boolean {
  const arn = arnSegments(resource);
  if (arn === undefined) return false;
  if (arn[2] === 'iam') return arn[5].startsWith('role/') && action.toLowerCase().startsWith('sts:');
  if (WITHOUT_POLICY.get(arn[2])?.some((start) => arn[5].startsWith(start)) === true) return false;
  return awsCatalogue().action(action)?.resourceTypes.length !== 0;
}
