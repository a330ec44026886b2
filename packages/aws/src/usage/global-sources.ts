/**
 * Event sources whose events are logged in one region only, wherever the caller is: `us-east-1`, in other partitions the
 * region of their global services. STS is not among them: calls to its regional endpoints are logged
 * where they arrive; nor is Support, which has endpoints in several regions.
 * Source: "Global service events" of the CloudTrail User Guide and the endpoints of the services.
 */
export const GLOBAL_SOURCES: ReadonlySet<string> = new Set(
  'account budgets ce cloudfront cur iam organizations route53 route53domains shield waf'.split(' '),
);

/**
 * Whether the events of a source (without `.amazonaws.com`) are logged in the one region of global services.
 *
 * @example
 * isGlobalSource('iam'); // true
 * isGlobalSource('ec2'); // false
 */
export function isGlobalSource(eventSource: string): boolean {
  return GLOBAL_SOURCES.has(eventSource);
}
