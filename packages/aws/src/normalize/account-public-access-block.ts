import type { AwsAccountInput } from '../bundle/aws-input.ts';
import { valuesAt } from './property-path.ts';

/**
 * Type under which resources.json holds the settings of S3 for a whole account (aws.md 3.4, s3control GetPublicAccessBlock):
 * `Properties` is the reply, or what it holds in `PublicAccessBlockConfiguration`.
 */
export const ACCOUNT_BLOCK_TYPE = 'AWS::S3::AccountPublicAccessBlock';

/** A setting that holds for every bucket and access point of an account. */
export type AccountBlock = 'IgnorePublicAcls' | 'RestrictPublicBuckets';

const SETTINGS: readonly AccountBlock[] = ['IgnorePublicAcls', 'RestrictPublicBuckets'];

const known = new WeakMap<AwsAccountInput, ReadonlySet<AccountBlock>>();

/** Whether S3 blocks public access in some respect throughout an account, as far as the input says. */
export function accountBlocks(account: AwsAccountInput, setting: AccountBlock): boolean {
  let blocks = known.get(account);
  if (blocks === undefined) {
    const listed = (account.resources?.items ?? []).filter(({ TypeName }) => TypeName === ACCOUNT_BLOCK_TYPE);
    blocks = new Set(
      SETTINGS.filter((name) =>
        listed.some(({ Properties }) =>
          [name, `PublicAccessBlockConfiguration.${name}`].some((path) => valuesAt(Properties, path).includes(true)),
        ),
      ),
    );
    known.set(account, blocks);
  }
  return blocks.has(setting);
}
