import type { IdentityNode } from '@keyreach/core/graph';

/** Kinds of caller that differ in the keys their requests carry (aws.md 1.11 last table, 1.12). */
export type PrincipalKind =
  | 'user'
  | 'role'
  | 'role-session'
  | 'root'
  | 'federated-user'
  | 'service'
  | 'federated-subject'
  | 'external-account'
  | 'public'
  | 'other';

/** The kind of an identity node. `other`: nothing is known of the keys its requests carry. */
export function principalKind(node: IdentityNode): PrincipalKind {
  switch (node.type) {
    case 'user':
    case 'role':
    case 'role-session':
    case 'root':
    case 'federated-user':
    case 'service':
    case 'federated-subject':
    case 'external-account':
    case 'public':
      return node.type;
    // Has no AWS identity before it takes a role, like any other person of an identity provider (aws.md 2.1).
    case 'identity-center-user':
      return 'federated-subject';
    default:
      return node.id.startsWith('public:') ? 'public' : 'other';
  }
}
