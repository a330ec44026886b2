import { FALSE, OUTSIDER, type PrincipalFacts, TRUE } from '@keyreach/core/authz';
import type { IdentityNode } from '@keyreach/core/graph';
import { AUTHENTICATED_ID, GCP, PUBLIC_ID } from '../normalize/gcp-ids.ts';

const node: IdentityNode = {
  kind: 'identity',
  id: `${OUTSIDER}${GCP}`,
  provider: GCP,
  type: 'user',
  name: 'a Google account of the attacker’s own',
  nature: 'human',
  external: true,
};

/**
 * A Google account that no policy names: whoever may write a policy can let it in. It is what everybody is, and a member of
 * nothing else, groups that nobody read included.
 */
export function outsiderOf(): PrincipalFacts {
  return {
    node,
    scopes: [],
    memberOf: (group) => (group === node.id || group === PUBLIC_ID || group === AUTHENTICATED_ID ? TRUE : FALSE),
    isTaken: () => false,
  };
}
