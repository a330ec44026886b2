import { FALSE, OUTSIDER, type PrincipalFacts, TRUE } from '@keyreach/core/authz';
import type { IdentityNode } from '@keyreach/core/graph';
import { AZURE } from '../normalize/azure-ids.ts';

const node: IdentityNode = {
  kind: 'identity',
  id: `${OUTSIDER}${AZURE}`,
  provider: AZURE,
  type: 'service-principal',
  name: 'a principal of the attacker’s own',
  nature: 'machine',
  external: true,
};

/**
 * A principal that no assignment names: whoever may assign roles can assign them to any principal of the directory, its own and
 * service principals of other tenants’ applications included (azure.md 1.1). It is what every principal is, and a member of no group,
 * those that nobody read included.
 */
export function outsiderOf(): PrincipalFacts {
  return { node, scopes: [], memberOf: (group) => (group === node.id ? TRUE : FALSE), isTaken: () => false };
}
