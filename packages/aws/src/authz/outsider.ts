import { OUTSIDER, type PrincipalFacts } from '@keyreach/core/authz';
import type { GraphIndex, IdentityNode, ScopeNode } from '@keyreach/core/graph';

const idOf = (account: string): string => `arn:aws:account::${account}:account`;

/** AWS gives no account the number 0; emulators do, and then another one is taken that is not in the input. */
function freeAccount(graph: GraphIndex): string {
  for (let number = 0; ; number += 1) {
    const account = String(number).padStart(12, '0');
    if (graph.node(idOf(account)) === undefined) return account;
  }
}

/**
 * A role in an account of the attacker's own, in no organization: whoever may write the policy of a resource can let it in
 * (aws.md 1.3 step 6). Its name and its tags are what the attacker chooses.
 */
export function outsiderOf(graph: GraphIndex): PrincipalFacts {
  const accountId = freeAccount(graph);
  const zone = idOf(accountId);
  const scope: ScopeNode = {
    kind: 'scope',
    id: zone,
    provider: 'aws',
    type: 'account',
    name: 'an account of the attacker’s own',
    zone: true,
    attributes: { accountId, organizationId: null },
  };
  const node: IdentityNode = {
    kind: 'identity',
    id: `${OUTSIDER}${zone}`,
    provider: 'aws',
    type: 'role',
    name: 'a role in an account of the attacker’s own',
    scope: zone,
  };
  return { node, scopes: [scope], chosenTags: true, isTaken: () => false };
}
