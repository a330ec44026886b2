import type { CredentialInUse, Verdict } from '@keyreach/core/authz';
import { conclusionText, type DecisionSubject, dependencyText, ruleText } from '../words/decision-text.ts';
import { shortText } from '../words/evidence-text.ts';
import { labelText } from '../words/labels.ts';
import { type LayerLine, layerLines } from '../words/layer-text.ts';
import { nearMissText, needText } from '../words/need-text.ts';
import { addGaps } from './coverage-section.ts';
import type { Paint, Palette } from './paint.ts';
import { TerminalPage, type TerminalView } from './terminal-page.ts';

/** A request with its answer. */
export type VerdictAnswer = DecisionSubject;

/** How much of a verdict is explained. */
export interface VerdictPageOptions {
  /** What decided, what nearly did, what it rests on and what is not known; otherwise the verdict and its reason. */
  readonly everything: boolean;
}

/** `keyreach can` for a terminal: the verdict with its reason, and on demand everything behind it. */
export function verdictPage(subject: VerdictAnswer, view: TerminalView, { everything }: VerdictPageOptions): string {
  const { principal, action, resource, answer } = subject;
  const { labels, palette } = view;
  const page = new TerminalPage(view);
  const { credential } = answer;
  if (credential !== undefined && credential.status !== 'active') addCredential(page, credential);
  page.line(
    { text: answer.verdict.toUpperCase(), paint: verdictPaint(answer.verdict, palette) },
    `  ${labelText(labels(credential?.id ?? principal))}  ${action}  ${resource}`,
  );
  const inactive = credential !== undefined && credential.status !== 'active';
  page.paragraph('', `${inactive ? 'with the credential active: ' : ''}${conclusionText(subject, labels)}`);
  if (!everything) return page.toString();
  addBecause(page, subject);
  addDenies(page, subject);
  addMissing(page, subject);
  addDepends(page, subject);
  addAssumptions(page, subject);
  addGaps(page, 'Not in the input', answer.missingInput, answer.missingInput.length);
  return page.toString();
}

/** A credential that cannot be used as it is comes before everything else. */
function addCredential(page: TerminalPage, { id, status, ifActive }: CredentialInUse): void {
  const { labels, palette } = page.view;
  const name = shortText(id, labels);
  const what = {
    disabled: `${name} is disabled: nothing can be done with it until someone enables it again`,
    expired: `${name} has expired: nothing can be done with it until someone renews it`,
    unknown: `the input does not tell whether ${name} is active`,
    active: '',
  }[status];
  page.line({ text: status.toUpperCase(), paint: (text) => palette.bold(palette.yellow(text)) }, `  ${what}`);
  if (ifActive === 'deny') page.line('and with it active the answer would be no as well');
}

/** The parts of the decision, those that stop it first. */
function addBecause(page: TerminalPage, subject: DecisionSubject): void {
  const lines = layerLines(subject, page.view.labels);
  page.heading('Because');
  if (lines.length === 0) page.paragraph('  ', 'no policy is asked: the service lets every principal do it');
  const sorted = lines.toSorted((left, right) => order.indexOf(left.bears) - order.indexOf(right.bears));
  for (const { text, bears } of sorted) page.paragraph(`  ${marks[bears]} `, text);
}

const order: readonly LayerLine['bears'][] = ['deny', 'unknown', 'conditional', 'allow', 'nothing'];
const marks: Readonly<Record<LayerLine['bears'], string>> = {
  allow: '+',
  deny: '-',
  conditional: '?',
  unknown: '?',
  nothing: ' ',
};

/** For what is or may be allowed: the denies that only their condition keeps away. */
function addDenies(page: TerminalPage, subject: DecisionSubject): void {
  const { answer } = subject;
  if (answer.layers.length === 0 || (answer.credential?.ifActive ?? answer.verdict) === 'deny') return;
  const { labels } = page.view;
  page.heading('What would deny it');
  if (answer.nearDenies.length === 0) {
    const other = answer.reasons.some(({ effect }) => effect === 'deny') ? 'other ' : '';
    page.paragraph('  ', `no ${other}Deny names this request`);
  }
  for (const miss of answer.nearDenies) {
    page.paragraph('  ', `${ruleText(miss, labels)} ${nearMissText(miss, subject, labels)}`);
  }
}

/** For what is not allowed: what would have to change, and what nearly allows it. */
function addMissing(page: TerminalPage, subject: DecisionSubject): void {
  const { answer } = subject;
  const { labels } = page.view;
  if (answer.needs.length > 0) {
    page.heading(answer.needs.length === 1 ? 'It would take' : 'It would take all of');
    for (const need of answer.needs) page.paragraph('  ', needText(need, subject, labels));
  }
  if (answer.nearMisses.length > 0) {
    page.heading('What nearly allows it');
    for (const miss of answer.nearMisses) {
      page.paragraph('  ', `${ruleText(miss, labels)} ${nearMissText(miss, subject, labels)}`);
    }
  }
}

function addDepends(page: TerminalPage, { answer }: DecisionSubject): void {
  const { labels } = page.view;
  const keys = new Set<string>();
  const open = answer.dependsOn.length > 0;
  if (!open && answer.choices.length === 0 && !isInactive(answer.credential)) return;
  page.heading('It depends on');
  if (isInactive(answer.credential)) page.paragraph('  ', 'the credential being active');
  for (const { asks } of answer.choices)
    page.paragraph('  ', `${asks}: the caller chooses it, and is taken to send it`);
  for (const one of answer.dependsOn) {
    const text = dependencyText(one);
    if (text === undefined) continue;
    const rule = ruleText(one, labels);
    page.paragraph(
      '  ',
      one.effect === 'allow' ? `${text}: then ${rule} allows it` : `${text}: then ${rule} denies it`,
    );
    for (const { key, decidedBy, outcome } of one.conditions) {
      if (outcome === 'conditional' || decidedBy === 'request') keys.add(key);
    }
  }
  if (keys.size === 0) return;
  const options = [...keys].sort().map((key) => `--context ${key}=VALUE`);
  page.paragraph('  ', `to ask about one request: ${options.join(' ')}`);
}

function isInactive(credential: CredentialInUse | undefined): boolean {
  return credential !== undefined && credential.status !== 'active' && credential.ifActive !== 'deny';
}

function addAssumptions(page: TerminalPage, { answer, resource }: DecisionSubject): void {
  const lines = [...answer.assumptions];
  if (answer.resourceUnlisted && !answer.blockedBy.includes('service-rule')) {
    lines.push(`\`${resource}\` is not in the input: what a policy on it allows or denies is not taken into account`);
  }
  if (lines.length === 0) return;
  page.heading('Taken for granted');
  for (const text of lines) page.paragraph('  ', text);
}

function verdictPaint(verdict: Verdict, palette: Palette): Paint {
  const colour = verdict === 'allow' ? palette.green : verdict === 'deny' ? palette.red : palette.yellow;
  return (text) => palette.bold(colour(text));
}
