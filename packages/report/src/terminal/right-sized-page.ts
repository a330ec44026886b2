import type {
  ProposalRemark,
  ProposedPolicy,
  RemovedPermission,
  RightSizedPolicy,
  StatementPlace,
} from '@keyreach/core/analysis';
import { labelText } from '../words/labels.ts';
import { dayText } from '../words/wording.ts';
import { TerminalPage, type TerminalView } from './terminal-page.ts';

/**
 * `keyreach unused ID --policy` for a terminal: how large the proposed policies are, what they take the place of, what they
 * take away and what could break. The texts themselves are in the JSON.
 */
export function rightSizedPage(proposal: RightSizedPolicy, view: TerminalView): string {
  const page = new TerminalPage(view);
  const { identity, now, windowDays } = proposal;
  page.line({ text: `Right-sized policy of ${labelText(view.labels(identity))}`, paint: view.palette.bold });
  page.paragraph('', `by use in the ${windowDays} days before ${dayText(now)}`, view.palette.dim);
  if (proposal.outcome === 'withheld') {
    page.blank().paragraph('', 'No policy is proposed:', view.palette.yellow);
    for (const reason of proposal.reasons) page.paragraph('  - ', reason);
    return page.toString();
  }
  addDocuments(page, proposal);
  addRemoved(page, proposal);
  addRemarks(page, 'What could break', proposal.couldBreak);
  addRemarks(page, 'What stays in force', proposal.staysInForce);
  return page.toString();
}

function addDocuments(page: TerminalPage, { documents, tooLarge, keeps, replaces }: ProposedPolicy): void {
  page.blank();
  if (documents.length === 0) page.paragraph('', 'Nothing it is granted is used: no policy is left.');
  for (const { name, kind, size, limit } of documents) {
    page.paragraph('', `${kind} policy ${name}: ${size} of ${limit} characters`);
  }
  if (tooLarge !== undefined) page.paragraph('', `does not fit: ${tooLarge}`, page.view.palette.yellow);
  const allows = keeps.filter(({ effect }) => effect === 'allow');
  const used = allows.reduce((sum, one) => sum + one.used, 0);
  const unknown = allows.reduce((sum, one) => sum + one.unknown, 0);
  const denies = keeps.length - allows.length;
  page.paragraph(
    '',
    `keeps ${countOf(used, 'used action')} and ${unknown} of unknown use in ${countOf(allows.length, 'Allow', 'Allows')}, and ${countOf(denies, 'Deny', 'Denies')}; an action on different resources counts for each`,
  );
  page.heading('In place of');
  if (replaces.length === 0) page.paragraph('  ', 'it holds no policy');
  for (const { name, type, through } of replaces) {
    page.paragraph(
      '  - ',
      `${type} policy ${name}${through === undefined ? '' : `, by way of ${labelText(page.view.labels(through))}`}`,
    );
  }
}

function addRemoved(page: TerminalPage, { removes }: ProposedPolicy): void {
  page.heading('What it removes');
  if (removes.length === 0) page.paragraph('  ', 'nothing: no granted action is known to be unused');
  for (const removal of removes) page.paragraph('  - ', removalText(removal));
}

function removalText(removal: RemovedPermission): string {
  const { actions, count, from } = removal;
  const what = `${countOf(count, 'action')} of ${placeText(from)}`;
  const sources = removal.sources.length === 0 ? '' : ` (${removal.sources.join(', ')})`;
  if (removal.kind === 'resources') {
    return `${what}, on ${listText(removal.resources)}, where none of the calls was${sources}: ${listText(actions)}`;
  }
  const why =
    removal.why === 'unknown-dropped'
      ? 'nobody can tell whether they are used'
      : `unused${removal.lastUsed === undefined ? '' : `, last used ${dayText(removal.lastUsed)}`}${sources}`;
  return `${what}, ${why}: ${listText(actions)}`;
}

function placeText({ policyName, statement }: StatementPlace): string {
  return `${policyName}, statement ${statement + 1}`;
}

function addRemarks(page: TerminalPage, title: string, remarks: readonly ProposalRemark[]): void {
  if (remarks.length === 0) return;
  page.heading(title);
  for (const { what, why } of remarks) page.paragraph('  - ', `${what}: ${why}`);
}

const MOST_LISTED = 12;

function listText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).join(', ');
  const more = names.length - MOST_LISTED;
  return more > 0 ? `${shown}, and ${more} more` : shown;
}

function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
