import type { DecisionLayer, Explanation, Reason, Verdict } from '@keyreach/core/authz';
import type { NodeId } from '@keyreach/core/graph';
import { citationText, shortText } from '../words/evidence-text.ts';
import { labelText } from '../words/labels.ts';
import type { Paint, Palette } from './paint.ts';
import { TerminalPage, type TerminalView } from './terminal-page.ts';

/** A request with its explanation. */
export interface VerdictAnswer {
  readonly principal: NodeId;
  readonly action: string;
  readonly resource: string;
  readonly explanation: Explanation;
  /** Names of the guards on the principal (permissions boundary), for saying which one stops it. */
  readonly guards: readonly string[];
}

/** How much of a verdict is explained. */
export interface VerdictPageOptions {
  /** Every statement that took part, guards that let it pass included. */
  readonly everything: boolean;
}

/** `keyreach can` for a terminal: the verdict, what allows, what denies or is missing, what it depends on. */
export function verdictPage(answer: VerdictAnswer, view: TerminalView, { everything }: VerdictPageOptions): string {
  const { explanation } = answer;
  const page = new TerminalPage(view);
  page.line(
    { text: explanation.verdict.toUpperCase(), paint: verdictPaint(explanation.verdict, view.palette) },
    `  ${labelText(view.labels(answer.principal))}  ${answer.action}  ${answer.resource}`,
  );
  page.paragraph('', conclusion(answer));
  const grants = explanation.reasons.filter(({ layer, effect }) => isGrant(layer) && effect === 'allow');
  const denies = explanation.reasons.filter(({ effect }) => effect === 'deny');
  const unread = explanation.reasons.filter(({ effect }) => effect === 'unreadable');
  addReasons(
    page,
    explanation.verdict === 'deny' ? 'Allowed, if nothing else stood against it, by' : 'Allowed by',
    grants,
  );
  addReasons(page, explanation.verdict === 'deny' ? 'Denied by' : 'It may be denied by', denies);
  addReasons(page, 'Not readable, so it may allow or deny', unread);
  addDepends(page, explanation);
  if (everything) {
    const others = explanation.reasons.filter((one) => !isGrant(one.layer) && one.effect === 'allow');
    addReasons(page, 'Let through by', others);
  }
  if (explanation.assumptions.length > 0) {
    page.heading('Taken for granted');
    for (const text of explanation.assumptions) page.paragraph('  ', text);
  }
  return page.toString();
}

/** The verdict in a sentence. */
function conclusion({ explanation, guards }: VerdictAnswer): string {
  const { verdict, blockedBy, reasons } = explanation;
  const open = blockedBy.map((layer) => missingText(layer, verdict, guards));
  switch (verdict) {
    case 'allow':
      return 'allowed: every part of the decision lets it pass';
    case 'deny':
      return blockedBy.includes('explicit-deny')
        ? 'denied: an explicit deny wins over every allow'
        : `denied: ${open.join('; ')}`;
    case 'conditional': {
      const keys = new Set(reasons.flatMap(({ dependsOn }) => dependsOn));
      return `allowed only if the request meets the conditions${keys.size === 0 ? '' : ` on ${[...keys].sort().join(', ')}`}`;
    }
    case 'unknown':
      return `the input cannot decide it: ${open.length === 0 ? 'a policy is missing' : open.join('; ')}`;
  }
}

function missingText(layer: DecisionLayer, verdict: Verdict, guards: readonly string[]): string {
  const undecided = verdict === 'unknown';
  const named = guards.length === 0 ? '' : ` (${guards.join(', ')})`;
  switch (layer) {
    case 'service-rule':
      return 'the service refuses it whatever policies say';
    case 'explicit-deny':
      return undecided ? 'a deny may apply' : 'an explicit deny applies';
    case 'identity-grant':
      return undecided ? 'what the identity is granted is not fully known' : 'no policy of the identity allows it';
    case 'identity-guard':
      return undecided
        ? `the permissions boundary${named} is not fully known`
        : `the permissions boundary${named} does not allow it`;
    case 'principal-scope-guard':
      return undecided
        ? 'the guardrails above the identity (service control policies) are not fully known'
        : 'the guardrails above the identity (service control policies) do not allow it';
    case 'resource-grant':
      return undecided
        ? 'the policy of the target is not fully known'
        : 'the policy of the target does not allow it, and its consent is needed';
    case 'resource-scope-guard':
      return undecided
        ? 'the guardrails above the target (resource control policies) are not fully known'
        : 'the guardrails above the target (resource control policies) do not allow it';
  }
}

function addReasons(page: TerminalPage, title: string, reasons: readonly Reason[]): void {
  if (reasons.length === 0) return;
  const { labels } = page.view;
  page.heading(title);
  for (const reason of reasons) {
    const held = reason.on === '' || reason.policyType === 'trust' ? '' : ` on ${shortText(reason.on, labels)}`;
    page.paragraph(
      '  ',
      `${citationText({ ...reason, dependsOn: [] }, labels)}${reason.through === undefined ? held : ''}`,
    );
    if (reason.dependsOn.length > 0)
      page.paragraph('      ', `if the request meets its condition on ${reason.dependsOn.join(', ')}`);
  }
}

function addDepends(page: TerminalPage, { chosen, verdict, reasons }: Explanation): void {
  const picked = Object.entries(chosen);
  const keys = [...new Set(reasons.flatMap(({ dependsOn }) => dependsOn))].sort();
  if (picked.length === 0 && (verdict !== 'conditional' || keys.length === 0)) return;
  page.heading('It depends on');
  for (const [key, values] of picked) {
    const value = values === null ? 'left out' : values.join(' or ');
    page.paragraph('  ', `${key} = ${value}, which the caller chooses`);
  }
  if (verdict !== 'conditional') return;
  for (const key of keys) page.paragraph('  ', `${key}; try --context ${key}=VALUE`);
}

function isGrant(layer: DecisionLayer): boolean {
  return layer === 'identity-grant' || layer === 'resource-grant';
}

function verdictPaint(verdict: Verdict, palette: Palette): Paint {
  const colour = verdict === 'allow' ? palette.green : verdict === 'deny' ? palette.red : palette.yellow;
  return (text) => palette.bold(colour(text));
}
