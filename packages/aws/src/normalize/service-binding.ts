import type { RequestContext, Truth } from '@keyreach/core/authz';
import type { Json, NodeId, Statement } from '@keyreach/core/graph';
import { trustPolicyId } from './aws-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import type { SessionPolicy } from './session-policy.ts';

/** A subject to which a service hands the credentials of a role, without the role's trust policy ever naming it. */
export interface ServiceBinding {
  /** What the trust policy of the role has to let in. */
  readonly service: 'pods.eks.amazonaws.com' | 'rolesanywhere.amazonaws.com';
  /** The calls the service makes; all of them must be allowed. */
  readonly actions: readonly string[];
  /** What is known of those calls, by condition key in lower case. */
  readonly context: RequestContext;
  readonly role: NodeId;
  /** A role that the service takes next, with the first; the subject gets the credentials of that one alone. */
  readonly next?: { readonly role: NodeId; readonly context: RequestContext };
  readonly subject: { readonly id: NodeId; readonly name: string; readonly attributes: Readonly<Record<string, Json>> };
  /** What the sessions are restricted to. */
  readonly sessionPolicy?: SessionPolicy;
  /** The node that vouches for the subject: a cluster, a trust anchor. */
  readonly vouchedBy?: NodeId;
  /** How sure the binding itself is: `UNKNOWN` where it is not said whether its parts are in use. */
  readonly worth: Truth;
  /** Left out unless the role is taken for sure, or by nobody more precise. */
  readonly onlyIfSure?: true;
}

/** Roles of an account whose trust policy names a service; those that trust everybody are found by that. */
export function rolesTrusting(service: string, accountId: string, context: NormalizeContext): readonly NodeId[] {
  const { input, policies } = context;
  const roles = input.accounts[accountId]?.authorizationDetails?.roles.items ?? [];
  const names = ({ effect, principals }: Statement): boolean =>
    effect === 'allow' &&
    (principals?.include ?? []).some((matcher) => matcher.match === 'service' && matcher.name === service);
  return roles.flatMap(({ Arn }) => {
    const trust = policies.compiled(trustPolicyId(Arn));
    return trust !== undefined && 'statements' in trust && trust.statements.some(names) ? [Arn] : [];
  });
}
