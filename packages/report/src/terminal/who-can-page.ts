import type { AccessAnswer } from '@keyreach/core/authz';
import type { Certainty, NodeId } from '@keyreach/core/graph';
import { conclusionText } from '../words/decision-text.ts';
import { labelText } from '../words/labels.ts';
import { certaintyText } from '../words/wording.ts';
import { TerminalPage, type TerminalView } from './terminal-page.ts';

/** Who is allowed an action on a resource. */
export interface WhoCanAnswer {
  readonly action: string;
  readonly resource: string;
  readonly principals: readonly { readonly id: NodeId; readonly certainty: Certainty }[];
  /** Answers for those whose certainty is to be explained, by id. */
  readonly explained?: ReadonlyMap<NodeId, AccessAnswer>;
}

/** `keyreach who-can` for a terminal. */
export function whoCanPage({ action, resource, principals, explained }: WhoCanAnswer, view: TerminalView): string {
  const page = new TerminalPage(view);
  const proven = principals.filter(({ certainty }) => certainty === 'allow').length;
  const rest = principals.length - proven;
  page.paragraph('', `${proven} can, ${rest} more may: ${action} on ${resource}`, view.palette.bold);
  if (principals.length === 0) {
    page.line('no identity of the input is allowed it');
    return page.toString();
  }
  page.blank();
  page.table(
    '  ',
    [{ title: 'CERTAINTY' }, { title: 'WHO', least: 24 }, { title: 'ID' }],
    principals.map(({ id, certainty }) => {
      const paint = certainty === 'allow' ? view.palette.green : view.palette.yellow;
      const cells = [{ text: certaintyText(certainty), paint }, labelText(view.labels(id)), id];
      const answer = explained?.get(id);
      if (answer === undefined) return { cells };
      const text = conclusionText({ principal: id, action, resource, answer }, view.labels);
      return { cells, note: { text, paint: view.palette.dim } };
    }),
  );
  return page.toString();
}
