import type { PlacedGrant, ProposalRemark } from '@keyreach/core/analysis';
import { UNKNOWN } from '@keyreach/core/authz';
import { type GraphIndex, quoteText } from '@keyreach/core/graph';
import type { AssignmentSizing } from './assignment-sizing.ts';
import { MOST_CUSTOM_ROLES } from './custom-role.ts';

/** What to look at before any of a proposal is done. */
export function proposalRemarks(
  graph: GraphIndex,
  { bindings, dropped, roles }: AssignmentSizing,
): readonly ProposalRemark[] {
  const remarks: ProposalRemark[] = [];
  const add = (what: string, why: string): void => {
    remarks.push({ what, why });
  };
  const changed = bindings.filter(({ change }) => change !== 'keep');
  if (dropped.length > 0) {
    add(`taken away with unknown use: ${shown(dropped)}`, 'nobody can tell whether it is used');
  }
  if (roles.length > 0) {
    add(
      'an action that Azure does not know',
      'roles and logs may name some; making the role fails then, before anything is taken away',
    );
    const custom = graph.graph.nodes.filter(({ type }) => type === 'microsoft.authorization/roledefinitions').length;
    if (custom + roles.length > MOST_CUSTOM_ROLES) {
      add(
        `${roles.length} custom roles beside the ${custom} there are`,
        `a tenant has room for ${MOST_CUSTOM_ROLES}; take the built-in alternatives where there are some`,
      );
    }
  }
  // What was taken apart stays by some of the ends of action names.
  if (
    changed.some(({ change, keptUnknown = [] }) => change === 'replace' && keptUnknown.some((one) => one.includes('*')))
  ) {
    add(
      'an action whose name ends in none of read, write, delete and action',
      'patterns are taken apart by these ends; hardly any action has another, and one that roles or records name is looked at by itself',
    );
  }
  const silent = changed.filter(({ commands }) => commands.length === 0);
  if (silent.length > 0) {
    add(
      `assignments without a command: ${shown(silent.map(({ node }) => quoteText(node)))}`,
      'an id in the input has no known form; change them in the portal',
    );
  }
  if (changed.some(({ condition }) => condition !== undefined)) {
    add(
      'conditions of assignments',
      'they are given again as they are; one that Azure refuses leaves the old assignment',
    );
  }
  if (changed.some(({ kind }) => kind === 'app-role')) {
    add('tokens that were given out before', 'they hold their permissions until they end, an hour or a day later');
  }
  return remarks;
}

/** What names the identity by way of others, and stays. */
export function stayingRemark(graph: GraphIndex, { attachment, names, through }: PlacedGrant): ProposalRemark {
  const { node, policy } = attachment;
  const role = graph.policy(policy)?.name ?? policy;
  const by =
    through.length === 0 ? 'its type and place' : through.map((id) => quoteText(graph.node(id)?.name ?? id)).join(', ');
  const what = `${quoteText(role)} on ${quoteText(node)}, by way of ${by}`;
  return { what, why: `${names === UNKNOWN ? 'it may be a member, and ' : ''}others have it too` };
}

const MOST_SHOWN = 10;

function shown(names: readonly string[]): string {
  const more = names.length - MOST_SHOWN;
  return `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
