import type { GcpInput } from '../bundle/gcp-input.ts';
import { kindOf } from './project-directory.ts';

/** Types that lists of accounts, policies and the hierarchy have: alone they are no inventory of what runs. */
const NO_INVENTORY: ReadonlySet<string> = new Set([
  'cloudresourcemanager.googleapis.com/TagBinding',
  'cloudresourcemanager.googleapis.com/TagKey',
  'cloudresourcemanager.googleapis.com/TagValue',
  'iam.googleapis.com/Role',
  'iam.googleapis.com/ServiceAccount',
  'iam.googleapis.com/ServiceAccountKey',
  'iam.googleapis.com/WorkforcePool',
  'iam.googleapis.com/WorkforcePoolProvider',
  'iam.googleapis.com/WorkloadIdentityPool',
  'iam.googleapis.com/WorkloadIdentityPoolProvider',
]);

const answers: WeakMap<GcpInput, boolean> = new WeakMap();

/**
 * Whether the input lists resources at all, all of it readable: a resource that is not in it is then not there, as far as the
 * types of assets go that were asked for.
 */
export function hasInventory(input: GcpInput): boolean {
  let answer = answers.get(input);
  if (answer === undefined) {
    const { assets } = input;
    answer =
      assets?.hasResources === true &&
      assets.complete &&
      assets.items.some(
        ({ assetType, resource }) =>
          resource !== undefined && kindOf(assetType) === undefined && !NO_INVENTORY.has(assetType),
      );
    answers.set(input, answer);
  }
  return answer;
}
