import { OUTSIDER, type PrincipalFacts } from '@keyreach/core/authz';
import type { GraphIndex, IdentityNode, ScopeNode } from '@keyreach/core/graph';

/** AWS gives no account this number. */
const ACCOUNT = '000000000000';
const ZONE = `arn:aws:account::${ACCOUNT}:account`;

/**
 * A role in an account of the attacker's own, in none of the organizations of the input: whoever may write the policy of a
 * resource can let it in (aws.md 1.3 step 6). Its name and its tags are what the attacker chooses.
 */
export function outsiderOf(graph: GraphIndex): PrincipalFacts {
  const organizations = new Set<string>();
  for (const { attributes } of graph.scopes) {
    const id = attributes?.['organizationId'];
    if (typeof id === 'string') organizations.add(id);
  }
  const scope: ScopeNode = {
    kind: 'scope',
    id: ZONE,
    provider: 'aws',
    type: 'account',
    name: 'an account of the attacker’s own',
    zone: true,
    attributes: { accountId: ACCOUNT, outsideOrganizations: [...organizations].sort() },
  };
  const node: IdentityNode = {
    kind: 'identity',
    id: `${OUTSIDER}${ZONE}`,
    provider: 'aws',
    type: 'role',
    name: 'a role in an account of the attacker’s own',
    scope: ZONE,
  };
  return { node, scopes: [scope], chosenTags: true, isTaken: () => false };
}
