import type { RequestContext } from '@keyreach/core/authz';
import type { ScopeNode } from '@keyreach/core/graph';

/**
 * What a service tells when it acts for a workload of an account (aws.md 1.12): `aws:SourceAccount` is that account.
 * Which workload it is, `aws:SourceArn`, stays open.
 */
export function serviceContext(zone: ScopeNode | undefined): RequestContext {
  const account = zone?.attributes?.['accountId'];
  return typeof account === 'string' ? new Map([['aws:sourceaccount', [account]]]) : new Map();
}
