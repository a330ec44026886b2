import type { CredentialNode, IdentityNode, NodeId } from '@keyreach/core/graph';
import { fieldText } from './field-values.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Why nothing can sign in as a service account at present, in the words of `disableReason`. */
export type AccountStop = 'SERVICE_ACCOUNT_DISABLED' | 'PROJECT_DELETE_REQUESTED';

/**
 * Why credentials of a service account do not work whatever their own state: it is disabled, or its project is being deleted.
 * Both can be undone; the account and its grants stay.
 */
export function accountStop(account: NodeId, { builder, directory }: NormalizeContext): AccountStop | undefined {
  const node = builder.get(account);
  if (node?.attributes?.['disabled'] === true) return 'SERVICE_ACCOUNT_DISABLED';
  const project = node?.scope === undefined ? undefined : directory.scope(node.scope);
  const state = fieldText(project?.data, 'lifecycleState', 'state');
  return state === 'DELETE_REQUESTED' ? 'PROJECT_DELETE_REQUESTED' : undefined;
}

/** The scope of a credential is that of its identity. */
export function scopeOfIdentity(identity: NodeId, { builder }: NormalizeContext): { readonly scope?: NodeId } {
  const scope = (builder.get(identity) as IdentityNode | undefined)?.scope;
  return scope === undefined ? {} : { scope };
}

/** State of a credential by its own fields and its expiry. */
export function statusOf(
  disabled: boolean,
  expires: string | undefined,
  now: string,
): Exclude<CredentialNode['status'], 'unknown'> {
  if (disabled) return 'disabled';
  return expires !== undefined && expires <= now ? 'expired' : 'active';
}
