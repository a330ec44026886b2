import type { ProposalRemark, RemovedPermission } from '@keyreach/core/analysis';
import type { GraphIndex, IdentityNode } from '@keyreach/core/graph';
import { awsCatalogue } from '../catalogue/action-catalogue.ts';
import { actionPatterns } from './action-patterns.ts';
import type { HeldStatement, HeldStatements } from './held-statements.ts';
import { listText } from './list-text.ts';
import type { RestrictedStatement } from './restrict-statement.ts';

/** What remarks on a proposal are made of. */
export interface ProposalFacts {
  readonly identity: IdentityNode;
  readonly held: HeldStatements;
  readonly allows: readonly { readonly held: HeldStatement; readonly restricted: RestrictedStatement }[];
  readonly removes: readonly RemovedPermission[];
  readonly windowDays: number;
}

/** What could break when a proposal takes the place of the policies in force, and what has to be done beside. */
export function proposalRemarks(graph: GraphIndex, facts: ProposalFacts): readonly ProposalRemark[] {
  return [
    ...droppedUnknown(facts),
    ...droppedUnlisted(facts),
    ...lostWildcards(facts),
    ...rareUse(facts),
    ...otherResources(facts),
    ...undecided(facts),
    ...groupsToLeave(graph, facts),
  ];
}

/** Actions of which nobody can tell, by what would tell. */
function droppedUnknown({ allows }: ProposalFacts): readonly ProposalRemark[] {
  const byWhy = new Map<string, Set<number>>();
  for (const { restricted } of allows) {
    for (const [why, actions] of restricted.dropped) {
      const known = byWhy.get(why) ?? new Set();
      for (const index of actions) known.add(index);
      byWhy.set(why, known);
    }
  }
  return [...byWhy].map(([why, actions]) => ({
    what: `${actionsText(actions.size)} dropped that may be in use: ${listText(actionPatterns(actions, () => true))}`,
    why,
  }));
}

function droppedUnlisted({ allows, removes }: ProposalFacts): readonly ProposalRemark[] {
  const patterns = new Set<string>();
  for (const removal of removes) {
    if (removal.kind !== 'actions' || removal.why !== 'unknown-dropped') continue;
    for (const pattern of removal.actions) if (isUnlisted(pattern, allows)) patterns.add(pattern);
  }
  if (patterns.size === 0) return [];
  const what = `actions dropped that may be in use: ${listText([...patterns].sort())}`;
  return [
    { what, why: `the catalogue of ${awsCatalogue().date} does not know them, so no source is known to show them` },
  ];
}

function isUnlisted(pattern: string, allows: ProposalFacts['allows']): boolean {
  return allows.some(({ restricted }) => restricted.unlisted.includes(pattern));
}

function lostWildcards({ allows }: ProposalFacts): readonly ProposalRemark[] {
  const patterns = new Set(allows.flatMap(({ restricted }) => restricted.narrowed));
  if (patterns.size === 0) return [];
  const { date } = awsCatalogue();
  return [
    {
      what: `actions that the catalogue of ${date} does not know and ${listText([...patterns].sort())} allowed`,
      why: 'the wildcard gave way to the actions that stay; new actions and new services are no longer among them',
    },
  ];
}

function rareUse({ removes, windowDays }: ProposalFacts): readonly ProposalRemark[] {
  if (!removes.some(({ kind, why }) => kind === 'actions' && why === 'unused')) return [];
  const why = `unused means not used in ${windowDays} days; a longer window shows more`;
  return [{ what: `what is needed less often than every ${windowDays} days, such as at the end of a year`, why }];
}

function otherResources({ removes }: ProposalFacts): readonly ProposalRemark[] {
  const patterns = new Set(removes.flatMap((removal) => (removal.kind === 'resources' ? removal.resources : [])));
  if (patterns.size === 0) return [];
  return [
    {
      what: `calls on ${listText([...patterns].sort())}`,
      why: 'no call in the window was about these resources, as far as records name the resource of a call',
    },
  ];
}

function undecided({ held }: ProposalFacts): readonly ProposalRemark[] {
  return held.statements.flatMap(({ statement, place }) =>
    statement.undecidable === undefined
      ? []
      : [
          {
            what: `statement ${place.statement + 1} of policy \`${place.policyName}\`, kept whole`,
            why: statement.undecidable,
          },
        ],
  );
}

function groupsToLeave(graph: GraphIndex, { held, identity }: ProposalFacts): readonly ProposalRemark[] {
  const groups = new Set(held.policies.flatMap(({ through }) => through ?? []));
  return [...groups].map((group) => {
    const others = graph.membersOf(group).filter(({ id }) => id !== identity.id).length;
    const members = others === 1 ? '1 other member' : `${others} other members`;
    return {
      what: `membership of \`${group}\``,
      why: `the proposal holds what the group gives; without leaving it nothing is taken away. The group stays as it is for ${members}`,
    };
  });
}

function actionsText(count: number): string {
  return count === 1 ? '1 action' : `${count} actions`;
}
