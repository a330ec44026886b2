import type { ProposalRemark } from '@keyreach/core/analysis';
import type { GraphIndex, IdentityNode } from '@keyreach/core/graph';
import type { ActionReader } from './action-reader.ts';
import type { HeldStatements } from './held-statements.ts';
import { listText } from './list-text.ts';
import type { UsedResources } from './used-resources.ts';

/**
 * What grants to an identity whatever its own policies say: policies on resources and trust policies that name it (aws.md
 * 1.4, 1.5), and recorded use that none of its policies explains.
 */
export function grantedElsewhere(
  graph: GraphIndex,
  identity: IdentityNode,
  held: HeldStatements,
  resources: UsedResources,
  actions: ActionReader,
): readonly ProposalRemark[] {
  const remarks: ProposalRemark[] = [];
  for (const { policy: id, node, role } of graph.graph.attachments) {
    if (role !== 'resource-grant') continue;
    const policy = graph.policy(id);
    const document = policy === undefined ? undefined : graph.document(policy.document);
    const grants = (document?.statements ?? []).some(
      ({ effect, principals }) =>
        effect === 'allow' &&
        principals?.include.some(
          (matcher) => matcher.match === 'node' && matcher.id === identity.id && matcher.strength !== 'delegates',
        ) === true,
    );
    if (!grants) continue;
    const what = `policy \`${policy?.name ?? id}\` of \`${node}\``;
    remarks.push({ what, why: 'it names the identity and grants on its own, also what the proposal takes away' });
  }
  const allows = held.statements
    .filter(({ statement }) => statement.effect === 'allow')
    .map(({ statement }) => actions.read(statement.actions));
  const unexplained = resources.actions.filter(
    (action) =>
      !action.includes('*') && resources.isSure(action) && !allows.some((selection) => selection.names(action)),
  );
  if (unexplained.length > 0) {
    const why = 'used, and none of its policies allows it: a policy of the resource does, or did one that is gone';
    remarks.push({ what: listText(unexplained), why });
  }
  return remarks;
}
