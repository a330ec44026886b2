import type { BundleWriter, CollectState } from '@keyreach/core/collection';
import { type Gap, KeyreachError } from '@keyreach/core/graph';
import { accountScopeId } from '../bundle/arn.ts';
import type { AccountSession } from './account-session.ts';
import type { CallSender } from './call-sender.ts';
import type { Caller } from './caller-identity.ts';
import { type OrganizationFacts, organizationFacts, readOrganization } from './organization.ts';
import { PartCalls } from './part-calls.ts';

const FILE = 'organization.json';
/** Owner of what is of the whole organization, in the state of a collection. */
export const ORGANIZATION = 'organization';

/** Writes organization.json unless an earlier run has, and says what a collection needs to know of it. */
export async function collectOrganization(
  caller: Caller,
  session: AccountSession,
  sender: CallSender,
  files: BundleWriter,
  state: CollectState,
): Promise<{ readonly facts: OrganizationFacts; readonly gaps: readonly Gap[] }> {
  const known = state.get(ORGANIZATION, ORGANIZATION);
  // A damaged file says nothing: then neither which accounts there are.
  const there = await files.readJson(FILE);
  const adopts = known === undefined && state.adopts(accountScopeId(caller.accountId, caller.partition));
  if (adopts && there !== undefined) {
    const facts = organizationFacts(there);
    if (isOf(caller, facts)) {
      await state.set(ORGANIZATION, ORGANIZATION, { gaps: [], again: false, wrote: true });
      return { facts, gaps: [] };
    }
  }
  if (known?.again === false && (there !== undefined || !known.wrote))
    return { facts: organizationFacts(there), gaps: known.gaps };
  const calls = new PartCalls({ ...caller, regions: [] }, session, sender);
  const file = await readOrganization(calls);
  const { gaps, mayPass } = calls;
  // What an earlier run wrote must not stand beside the gaps of this one.
  if (known?.wrote === true) await files.remove(FILE);
  await state.set(ORGANIZATION, ORGANIZATION, {
    gaps,
    again: gaps.length > 0 && (mayPass || file === undefined),
    wrote: file !== undefined,
  });
  if (file !== undefined) await files.writeJson(FILE, file);
  return { facts: organizationFacts(file), gaps };
}

/**
 * Whether a file that somebody put there is of the organization of the caller; false where it does not tell.
 *
 * @throws KeyreachError `other-collection` where it is of another.
 */
function isOf({ accountId }: Caller, { accounts }: OrganizationFacts): boolean {
  if (accounts === undefined) return false;
  if (accounts.some(({ id }) => id === accountId)) return true;
  throw new KeyreachError(
    'other-collection',
    `the directory holds \`${FILE}\` of an organization without the account of the caller, \`${accountId}\`; name another directory`,
  );
}
