import type { BindingChange, ProposalRemark, RightSizedBindings } from '@keyreach/core/analysis';
import { labelText } from '../words/labels.ts';
import { dayText } from '../words/wording.ts';
import { TerminalPage, type TerminalView } from './terminal-page.ts';

/** Names shown of a list. */
const MOST_NAMES = 8;

/**
 * `keyreach unused ID --policy` of a provider with bindings, for a terminal: what becomes of each of them, what it takes to do
 * so and what could break. Texts of roles are in the JSON.
 */
export function rightSizedBindingsPage(proposal: RightSizedBindings, view: TerminalView): string {
  const page = new TerminalPage(view);
  const { identity, now, windowDays } = proposal;
  page.line({ text: `Right-sized bindings of ${labelText(view.labels(identity))}`, paint: view.palette.bold });
  page.paragraph('', `by use in the ${windowDays} days before ${dayText(now)}`, view.palette.dim);
  if (proposal.outcome === 'withheld') {
    page.blank().paragraph('', 'No change is proposed:', view.palette.yellow);
    for (const reason of proposal.reasons) page.paragraph('  - ', reason);
    return page.toString();
  }
  const { bindings, couldBreak, roles, staysInForce } = proposal;
  page.heading('Bindings');
  if (bindings.length === 0) page.paragraph('  ', 'none names it');
  for (const change of bindings) addChange(page, change);
  const commands = [...roles.map(({ command }) => command), ...bindings.flatMap((change) => change.commands)];
  if (commands.length > 0) {
    page.heading(
      'Commands, in this order, each only after the one before it succeeded; the files of roles are in the JSON',
    );
    for (const command of commands) page.paragraph('  ', command);
  }
  addRemarks(page, 'What could break', couldBreak);
  addRemarks(page, 'What stays in force', staysInForce);
  return page.toString();
}

function addChange(page: TerminalPage, change: BindingChange): void {
  const {
    alternative,
    condition,
    keptUnknown = [],
    node,
    removes,
    role,
    roleName,
    unknown,
    unused,
    used,
    why,
  } = change;
  const where = `${roleName ?? role} on ${labelText(page.view.labels(node))}${condition === undefined ? '' : `, if ${condition}`}`;
  page.paragraph('  - ', `${changeText(change)} ${where}: ${used} used, ${unused} unused, ${unknown} unknown`);
  if (why !== undefined) page.paragraph('      ', why, page.view.palette.dim);
  if (removes.length > 0) page.paragraph('      ', `without ${listed(removes)}`);
  if (keptUnknown.length > 0) {
    page.paragraph('      ', `with ${listed(keptUnknown)}, of which nobody can tell`, page.view.palette.dim);
  }
  if (alternative === undefined) return;
  const more = alternative.more === 0 ? 'nothing' : `${alternative.more} actions`;
  page.paragraph('      ', `or ${alternative.roleName}, a role of the provider, with ${more} beyond what stays`);
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function changeText(change: BindingChange): string {
  switch (change.change) {
    case 'keep':
      return 'keep';
    case 'remove':
      return 'remove';
    case 'replace':
      return `put ${change.withName ?? change.with} in place of`;
    case 'add':
      return `bind ${change.with}, so far given by the way as`;
    default:
      return change.change satisfies never;
  }
}

function addRemarks(page: TerminalPage, title: string, remarks: readonly ProposalRemark[]): void {
  if (remarks.length === 0) return;
  page.heading(title);
  for (const { what, why } of remarks) page.paragraph('  - ', `${what}: ${why}`);
}
