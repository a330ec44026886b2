import type { Json, NodeId, PrincipalMatcher } from '@keyreach/core/graph';
import type { GuestPools } from './open-subjects.ts';

/** What the input knows of the identities that principals may name. */
export interface PrincipalDirectory {
  /** Partition of the policy, for principals that are a bare account id. */
  readonly partition: string;
  /** ARN of the user or role with this unique id (`AIDA…`, `AROA…`). */
  withUniqueId(id: string): NodeId | undefined;
  /** ARNs of the users or roles whose unique id the input does not tell, sorted. */
  withoutUniqueId(kind: 'user' | 'role'): readonly NodeId[];
  /** ARN of the role of this name, which is unique within its account whatever the path. */
  role(accountId: string, name: string): NodeId | undefined;
  /** Whether the user or role is in the input. */
  has(arn: NodeId): boolean;
  /** Whether the account is in the input. */
  hasAccount(accountId: string): boolean;
  /** Whether the input lists every user, or every role, of the account: one that is not listed does not exist. */
  listsAll(accountId: string, kind: 'user' | 'role'): boolean;
  /** Whether the input lists the identity providers of the account and this one is not among them. */
  providerKnownMissing(arn: NodeId): boolean;
  /** Whether an identity pool of Cognito, by its id, gives credentials to guests; undefined where the input does not say. */
  readonly servesGuests: GuestPools;
}

/** An identity known by reference only. `accountId` is set for those inside an AWS account. */
export interface ExternalIdentity {
  readonly id: NodeId;
  readonly type:
    | 'external-account'
    | 'user'
    | 'role'
    | 'role-session'
    | 'federated-user'
    | 'federated-subject'
    | 'public'
    | 'service-identity';
  readonly name: string;
  readonly accountId?: string;
  readonly partition?: string;
  readonly attributes?: Readonly<Record<string, Json>>;
}

/** A compiled `Principal` or `NotPrincipal`, with the identities outside the input that it names. */
export interface CompiledPrincipals {
  readonly matchers: readonly PrincipalMatcher[];
  readonly externals: readonly ExternalIdentity[];
}

/** A directory that knows nobody: every principal is taken as written. For policies looked at by themselves. */
export const NO_DIRECTORY: PrincipalDirectory = {
  partition: 'aws',
  withUniqueId: () => undefined,
  withoutUniqueId: () => [],
  role: () => undefined,
  has: () => false,
  hasAccount: () => false,
  listsAll: () => false,
  providerKnownMissing: () => false,
  servesGuests: () => undefined,
};
