import type { GraphBuilder, Json, NodeId, Timestamp } from '@keyreach/core/graph';
import type { AwsAccountInput, AwsInput } from '../bundle/aws-input.ts';
import { accountScopeId } from './aws-ids.ts';
import type { EstateDirectory } from './estate-directory.ts';
import type { PolicyRegister } from './policy-register.ts';

/** What the steps of a normalisation share. */
export interface NormalizeContext {
  readonly input: AwsInput;
  readonly builder: GraphBuilder;
  readonly directory: EstateDirectory;
  readonly policies: PolicyRegister;
  /** RFC 3339; time is never read from a clock. */
  readonly now: Timestamp;
}

/** Id of the account's scope node. */
export function scopeOf(account: AwsAccountInput): NodeId {
  return accountScopeId(account.accountId, account.partition);
}

/** Facts every identity of an account carries. */
export function accountFacts(account: AwsAccountInput): Readonly<Record<string, Json>> {
  return { accountId: account.accountId, partition: account.partition };
}

/**
 * Up to when the files of the account can have seen anything: when they were collected; where nobody says so, the latest
 * time the files themselves name. A file from years ago proves nothing about the time since.
 */
export function seenUntil(account: AwsAccountInput, now: Timestamp): Timestamp | undefined {
  const collected = account.collectedAt ?? latestTime(account, now);
  return collected === undefined || collected < now ? collected : now;
}

/** The latest time the files of an account name that is not after `now`. */
function latestTime(account: AwsAccountInput, now: Timestamp): Timestamp | undefined {
  let latest: Timestamp | undefined;
  const see = (time: Timestamp | undefined): void => {
    if (time !== undefined && time <= now && (latest === undefined || time > latest)) latest = time;
  };
  const details = account.authorizationDetails;
  for (const user of details?.users.items ?? []) see(user.CreateDate);
  for (const role of details?.roles.items ?? []) {
    see(role.CreateDate);
    see(role.RoleLastUsed?.LastUsedDate);
  }
  for (const policy of details?.policies.items ?? []) see(policy.UpdateDate);
  for (const key of account.accessKeys?.items ?? []) {
    see(key.CreateDate);
    see(key.LastUsed?.LastUsedDate);
  }
  for (const user of account.credentialReport?.items ?? []) {
    for (const use of [user.passwordLastUsed, ...(user.keys ?? []).map((key) => key.lastUsed)]) see(use ?? undefined);
  }
  for (const report of account.serviceLastAccessed?.items ?? []) see(report.JobCompletionDate);
  return latest;
}

/** The time some days before another. */
export function daysBefore(time: Timestamp, days: number): Timestamp {
  return new Date(Date.parse(time) - days * 86_400_000).toISOString();
}
