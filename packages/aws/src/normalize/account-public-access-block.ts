import type { NodeId } from '@keyreach/core/graph';
import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { type ListedResource, mayHave } from '../bundle/resource-list.ts';
import { type NormalizeContext, scopeOf } from './normalize-context.ts';
import { valuesAt } from './property-path.ts';

/**
 * Type under which resources.json holds the settings of S3 for a whole account (aws.md 3.4, s3control GetPublicAccessBlock):
 * `Properties` is the reply, or what it holds in `PublicAccessBlockConfiguration`.
 */
export const ACCOUNT_BLOCK_TYPE = 'AWS::S3::AccountPublicAccessBlock';

/** A setting that holds for every bucket and access point of an account. */
export type AccountBlock = 'IgnorePublicAcls' | 'RestrictPublicBuckets';

/** Whether access is blocked; why that is not known. */
export type AccountBlocks = boolean | { readonly undecided: string };

const UNREAD = 'whether S3 blocks public access to the bucket is not in the input';

const SETTINGS: readonly AccountBlock[] = ['IgnorePublicAcls', 'RestrictPublicBuckets'];

/** Why nobody can tell what a public policy or list is worth in an account. */
const NOT_LISTED = 'whether S3 blocks public access for the whole account is not in the input';

/** What the input says of the settings of an account; undefined where it says nothing. */
const known = new WeakMap<AwsAccountInput, ReadonlySet<AccountBlock> | undefined>();

/**
 * Whether S3 blocks public access in some respect throughout an account; the reason where the input does not tell, which
 * is then a gap.
 */
export function accountBlocks(
  account: AwsAccountInput,
  setting: AccountBlock,
  { builder }: NormalizeContext,
): AccountBlocks {
  if (!known.has(account)) known.set(account, blocksOf(account));
  const blocks = known.get(account);
  if (blocks !== undefined) return blocks.has(setting);
  builder.gap({
    scope: scopeOf(account),
    what: 'public access block of the account',
    why: NOT_LISTED,
    fix: 'aws s3control get-public-access-block',
    kind: 'not-collected',
  });
  return { undecided: NOT_LISTED };
}

/**
 * What an account blocks, as far as that decides: where it blocks nothing, the settings of the bucket do, and those that could
 * not be read are a gap.
 */
export function orUnread(
  resource: ListedResource,
  node: NodeId,
  ofAccount: AccountBlocks,
  { builder }: NormalizeContext,
): AccountBlocks {
  if (ofAccount !== false || !mayHave(resource, 'PublicAccessBlockConfiguration')) return ofAccount;
  const fix = 'aws s3api get-public-access-block';
  builder.gap({ scope: node, what: 'public access block', why: UNREAD, fix, kind: 'not-collected' });
  return { undecided: UNREAD };
}

function blocksOf(account: AwsAccountInput): ReadonlySet<AccountBlock> | undefined {
  const listed = (account.resources?.items ?? []).filter(({ TypeName }) => TypeName === ACCOUNT_BLOCK_TYPE);
  if (listed.length === 0) return undefined;
  return new Set(
    SETTINGS.filter((name) =>
      listed.some(({ Properties }) =>
        [name, `PublicAccessBlockConfiguration.${name}`].some((path) => valuesAt(Properties, path).includes(true)),
      ),
    ),
  );
}
