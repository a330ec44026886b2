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

/** Up to when the files of the account can have seen anything: when they were collected, or now. */
export function seenUntil(account: AwsAccountInput, now: Timestamp): Timestamp {
  return account.collectedAt !== undefined && account.collectedAt < now ? account.collectedAt : now;
}

/** The time some days before another. */
export function daysBefore(time: Timestamp, days: number): Timestamp {
  return new Date(Date.parse(time) - days * 86_400_000).toISOString();
}
