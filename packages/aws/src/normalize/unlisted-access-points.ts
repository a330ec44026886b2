import type { Statement } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import { isAccountId } from '../authz/is-account-id.ts';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ListedResource } from '../bundle/resource-list.ts';
import { ACCESS_POINT_TYPE } from './access-point-network.ts';
import { resourcePolicyId } from './aws-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { idOfResource } from './resource-identity.ts';

/** Keys by which a bucket hands requests over to access points, in lower case. */
const HANDING_OVER: ReadonlySet<string> = new Set(['s3:dataaccesspointaccount', 's3:dataaccesspointarn']);

/** A hostile policy names more accounts than anybody shares with. */
const MOST_NAMED = 16;

/**
 * States as a gap that a bucket hands requests over to access points of accounts whose resources are not in the input
 * (aws.md 1.12): who gets in by way of those is in none of its files. Comes after the policies of the bucket.
 */
export function addUnlistedAccessPoints(
  resource: ListedResource,
  account: AwsAccountInput,
  { input, policies, builder }: NormalizeContext,
): void {
  if (resource.TypeName !== 'AWS::S3::Bucket') return;
  const node = idOfResource(resource, account);
  const named = new Set<string>();
  const first = resourcePolicyId(node);
  for (let id = first, next = 2; policies.has(id); id = `${first}/${next}`, next += 1) {
    const compiled = policies.compiled(id);
    if (compiled === undefined || !('statements' in compiled)) continue;
    for (const statement of compiled.statements) for (const of of accountsHandedTo(statement)) named.add(of);
  }
  for (const of of [...named].sort().slice(0, MOST_NAMED)) {
    const listed = input.accounts[of]?.resources;
    if (listed !== undefined && !listed.incompleteTypes.includes(ACCESS_POINT_TYPE)) continue;
    const whose = isAccountId(of) ? `account ${of}, whose resources are` : 'accounts that it does not tell, which are';
    builder.gap({
      scope: node,
      what: 'access points',
      why: `the policy lets in what comes by way of access points of ${whose} not in the input; who that is is unknown`,
      fix: 'aws s3control list-access-points and get-access-point-policy in that account, into its resources.json',
      kind: 'not-collected',
    });
  }
}

/** Accounts whose access points a statement lets requests through; `*` where it does not tell one. */
function accountsHandedTo({ effect, condition }: Statement): readonly string[] {
  const body: unknown = condition?.body;
  if (effect !== 'allow' || !isRecord(body) || !isRecord(body['block'])) return [];
  const found: string[] = [];
  for (const [operator, keys] of Object.entries(body['block'])) {
    if (!isRecord(keys) || /not|null/i.test(operator)) continue;
    for (const [key, values] of Object.entries(keys)) {
      if (!HANDING_OVER.has(key.toLowerCase())) continue;
      const list: readonly unknown[] = Array.isArray(values) ? values : [values];
      for (const value of list) {
        const of = typeof value === 'string' ? (value.split(':', 5)[4] ?? value) : '';
        found.push(isAccountId(of) ? of : '*');
      }
    }
  }
  return found;
}
