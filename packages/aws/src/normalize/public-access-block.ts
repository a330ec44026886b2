import type { NodeId, Statement } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import type { ListedResource } from '../bundle/resource-list.ts';
import { accountBlocks, orUnread } from './account-public-access-block.ts';
import { resourcePolicyId } from './aws-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { valuesAt } from './property-path.ts';
import { idOfResource } from './resource-identity.ts';

/**
 * Keys by which a statement for everybody is not public, where it compares them with fixed values (S3 user guide,
 * the meaning of "public"), in lower case.
 */
const CLOSING_KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
]);

/** Operators that hold for the values they list and no others; without `IfExists`, which holds where there is none. */
const CLOSING_OPERATOR =
  /^(?:foranyvalue:)?(?:stringequals|stringlike|stringequalsignorecase|arnequals|arnlike|ipaddress)$/;

/**
 * Adds what `RestrictPublicBuckets` does (aws.md 1.12, 3.4): a bucket whose policy is public serves nobody but its own
 * account and AWS services, not even other accounts that the policy names. Set for the whole account it holds for each of its
 * buckets. Comes after the policies of the bucket.
 */
export function addPublicAccessBlock(
  resource: ListedResource,
  account: AwsAccountInput,
  context: NormalizeContext,
): void {
  if (resource.TypeName !== 'AWS::S3::Bucket' && resource.TypeName !== 'AWS::S3::AccessPoint') return;
  const own = valuesAt(resource.Properties, 'PublicAccessBlockConfiguration.RestrictPublicBuckets');
  const { policies } = context;
  const node = idOfResource(resource, account);
  if (!hasPublicPolicy(node, policies)) return;
  const blocks =
    own.includes(true) || orUnread(resource, node, accountBlocks(account, 'RestrictPublicBuckets', context), context);
  if (blocks === false) return;
  const id = `${node}/public-access-block`;
  policies.add({
    id,
    name: 'Block Public Access',
    type: 'synthetic',
    kind: 'resource',
    text: {
      Version: '2012-10-17',
      Statement: {
        Sid: 'RestrictPublicBuckets',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: '*',
        Condition: {
          StringNotEquals: { 'aws:PrincipalAccount': account.accountId },
          Bool: { 'aws:PrincipalIsAWSService': 'false' },
        },
      },
    },
    owner: node,
    partition: account.partition,
    gapScope: node,
    undecided: blocks === true ? undefined : blocks.undecided,
  });
  policies.attach(id, node, 'resource-grant');
}

/** Whether S3 calls a statement public: it lets everybody in, and no condition compares with fixed values who that is. */
function isPublic({ effect, principals, condition }: Statement): boolean {
  if (effect !== 'allow' || principals?.include.some(({ match }) => match === 'anyone') !== true) return false;
  const body: unknown = condition?.body;
  const block = isRecord(body) && isRecord(body['block']) ? body['block'] : {};
  return !Object.entries(block).some(
    ([operator, keys]) =>
      CLOSING_OPERATOR.test(operator.toLowerCase()) &&
      isRecord(keys) &&
      Object.entries(keys).some(([key, values]) => CLOSING_KEYS.has(key.toLowerCase()) && areFixed(key, values)),
  );
}

function areFixed(key: string, values: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(values) ? values : [values];
  return list.every((value) => {
    if (typeof value !== 'string' || value.includes('${') || /[*?]/.test(value)) return false;
    return key.toLowerCase() !== 'aws:sourceip' || isNarrow(value);
  });
}

/** Ranges of addresses wider than /8, or /32 of IPv6, count as everybody. */
function isNarrow(range: string): boolean {
  const [address = '', bits] = range.split('/', 2);
  const least = address.includes(':') ? 32 : 8;
  return bits === undefined || Number(bits) >= least;
}

function hasPublicPolicy(node: NodeId, policies: NormalizeContext['policies']): boolean {
  const first = resourcePolicyId(node);
  for (let id = first, next = 2; policies.has(id); id = `${first}/${next}`, next += 1) {
    const compiled = policies.compiled(id);
    if (compiled !== undefined && 'statements' in compiled && compiled.statements.some(isPublic)) return true;
  }
  return false;
}
