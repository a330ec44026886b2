import type { IdentityUse, PermissionUse, UnusedReport, UseState } from '@keyreach/core/analysis';
import { labelText } from '../words/labels.ts';
import { openUses } from '../words/open-uses.ts';
import { sharePercent } from '../words/share-percent.ts';
import { ageText, dayText, lastUsedText } from '../words/wording.ts';
import { addActionUse, addCredentialActions } from './action-use-lines.ts';
import { addGaps } from './coverage-section.ts';
import type { Paint, Palette } from './paint.ts';
import { TerminalPage, type TerminalView } from './terminal-page.ts';

/** How much of the report is shown. */
export interface UnusedPageOptions {
  /** Identities; the rest is counted. */
  readonly top: number;
}

/** `keyreach unused` for a terminal: what nobody used, what nobody can tell, and why. */
export function unusedPage(report: UnusedReport, view: TerminalView, { top }: UnusedPageOptions): string {
  const page = new TerminalPage(view);
  const of = (state: UseState): number => report.identities.filter((one) => one.state === state).length;
  page.paragraph(
    '',
    `${of('unused')} of ${report.identities.length} identities unused, ${of('unknown')} unknown, in the ${report.windowDays} days before ${dayText(report.now)}`,
    view.palette.bold,
  );
  page.paragraph(
    '',
    'unused: a source that would have seen it saw nothing; unknown: no source could have seen it',
    view.palette.dim,
  );
  const open = openUses(report.identities);
  for (const identity of open.slice(0, top)) addIdentity(page, identity);
  const inUse = report.identities.length - open.length;
  if (open.length > top) page.blank().line(`and ${open.length - top} more; --top ${open.length} or --json shows all`);
  if (inUse > 0) page.blank().line(`${inUse} more identities use every service they are granted`);
  addYoung(page, report);
  addGaps(page, 'What would tell more', report.gaps, 12);
  return page.toString();
}

function addIdentity(page: TerminalPage, use: IdentityUse): void {
  const { palette, labels } = page.view;
  page.blank();
  page.line(
    { text: use.state.padEnd(8), paint: statePaint(use.state, palette) },
    { text: labelText(labels(use.id)), paint: palette.bold },
    use.lastUsed === undefined ? '' : `  last used ${dayText(use.lastUsed)}`,
  );
  if (use.why !== undefined) page.paragraph('  ', use.why, palette.dim);
  for (const credential of use.credentials) {
    const { id, status, state, lastUsed, ageDays, why } = credential;
    const facts = `${status}, ${ageText(ageDays)} old, last used: ${lastUsedText(lastUsed)}`;
    page.paragraph('  ', `${state.padEnd(8)}${labelText(labels(id))}: ${facts}${why === undefined ? '' : ` (${why})`}`);
    addCredentialActions(page, credential);
  }
  addServices(page, use);
  if (use.actions !== undefined) addActionUse(page, use.actions);
}

function addServices(page: TerminalPage, use: IdentityUse): void {
  const { granted, unused, unknown } = use.counts;
  if (granted === 0) return;
  page.paragraph(
    '  ',
    `${granted} ${granted === 1 ? 'service' : 'services'} granted, ${unused} unused, ${unknown} unknown; share unused ${sharePercent(use.ratio)}`,
  );
  addPermissions(page, 'unused', use.services);
  addPermissions(page, 'unknown', use.services);
}

function addPermissions(page: TerminalPage, state: UseState, services: readonly PermissionUse[]): void {
  const names = services.filter((one) => one.state === state).map(({ permission }) => permission);
  if (names.length === 0) return;
  page.paragraph(`    ${state}: `, servicesText(names));
}

/** Names shown of a list, and how long a list is whose names, in the order of the alphabet, would tell nobody anything. */
const MOST_NAMES = 12;
const MANY_NAMES = 100;

function servicesText(names: readonly string[]): string {
  if (names.length > MANY_NAMES) return `${names.length} services, as for one who may do everything; --json lists them`;
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return more > 0 ? `${shown}, and ${more} more` : shown;
}

/** What to ask instead about credentials that have not lived through the window. */
function addYoung(page: TerminalPage, { identities, windowDays }: UnusedReport): void {
  const ages = identities
    .flatMap(({ credentials }) => credentials)
    .flatMap(({ state, ageDays }) =>
      state === 'unknown' && ageDays !== null && ageDays < windowDays ? [ageDays] : [],
    );
  const oldest = Math.max(0, ...ages);
  if (oldest === 0) return;
  const count = ages.length === 1 ? '1 credential is' : `${ages.length} credentials are`;
  page
    .blank()
    .paragraph(
      '',
      `${count} younger than the ${windowDays} days asked for; --window ${oldest} asks about the oldest of them`,
    );
}

function statePaint(state: UseState, palette: Palette): Paint {
  return state === 'unused' ? palette.yellow : state === 'used' ? palette.green : palette.dim;
}
