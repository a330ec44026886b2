import type { Gap } from '@keyreach/core/graph';
import type { AccountSession } from './account-session.ts';
import type { BundleWriter } from './bundle-writer.ts';
import type { CallSender } from './call-sender.ts';
import type { Caller } from './caller-identity.ts';
import type { CollectState } from './collect-state.ts';
import { type OrganizationFacts, organizationFacts, readOrganization } from './organization.ts';
import { PartCalls } from './part-calls.ts';

const FILE = 'organization.json';
const OWNER = 'organization';

/** Writes organization.json unless an earlier run has, and says what a collection needs to know of it. */
export async function collectOrganization(
  caller: Caller,
  session: AccountSession,
  sender: CallSender,
  files: BundleWriter,
  state: CollectState,
): Promise<{ readonly facts: OrganizationFacts; readonly gaps: readonly Gap[] }> {
  const known = state.get(OWNER, OWNER);
  const isThere = await files.has(FILE);
  const isDone = known === undefined ? isThere && !state.resumed : !known.again && (isThere || !known.wrote);
  if (isDone) return { facts: organizationFacts(await files.readJson(FILE)), gaps: known?.gaps ?? [] };
  const calls = new PartCalls({ ...caller, regions: [] }, session, sender);
  const file = await readOrganization(calls);
  const { gaps, mayPass } = calls;
  await state.set(OWNER, OWNER, { gaps, again: gaps.length > 0 && mayPass, wrote: file !== undefined });
  if (file !== undefined) await files.writeJson(FILE, file);
  return { facts: organizationFacts(file), gaps };
}
