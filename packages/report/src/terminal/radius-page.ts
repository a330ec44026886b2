import type { Radius, ReachedNode } from '@keyreach/core/analysis';
import type { Certainty } from '@keyreach/core/graph';
import { boundText, countText, isNone } from '../words/bound-text.ts';
import { shortText } from '../words/evidence-text.ts';
import { labelText } from '../words/labels.ts';
import { actionText, certaintyText, scoreText, throughText } from '../words/wording.ts';
import { actionPaint } from './action-paint.ts';
import { addGaps } from './coverage-section.ts';
import { type PathDetail, PathTeller } from './path-section.ts';
import { TerminalPage, type TerminalView } from './terminal-page.ts';

/** How much of a radius is shown. */
export interface RadiusPageOptions {
  /** Nearest identities whose path is shown, and most names in a list. */
  readonly nearest: number;
  readonly detail: PathDetail;
}

const certainties: readonly Certainty[] = ['allow', 'conditional', 'unknown'];

/** `keyreach radius` for a terminal: summary, admin, identities by distance and certainty, paths, resources by class. */
export function radiusPage(radius: Radius, view: TerminalView, options: RadiusPageOptions): string {
  const page = new TerminalPage(view);
  const { subject, bounds, score, action } = radius;
  page.line(
    { text: actionText(action), paint: actionPaint(action.lo, view.palette) },
    `  score ${scoreText(score)}  `,
    { text: labelText(view.labels(subject.id)), paint: view.palette.bold },
  );
  page.paragraph('', summaryText(radius));
  if (subject.status !== undefined && subject.status !== 'active') page.line(`status: ${subject.status}`);
  const paths = new PathTeller(page, options.detail);
  addAdmin(page, radius, paths);
  addIdentities(page, radius, options);
  addPaths(page, radius, options, paths);
  addResources(page, radius, options);
  if (!isNone(bounds.obtainers)) {
    const known = radius.obtainers.slice(0, options.nearest).map(({ id }) => labelText(view.labels(id)));
    page.heading('Who can make, read or reset it');
    page.paragraph(
      '  ',
      `${countText(bounds.obtainers, 'principal')} of ${bounds.obtainers.known}: ${known.join(', ')}`,
    );
  }
  addGaps(page, 'What would change the answer', radius.gaps, options.nearest);
  return page.toString();
}

/** The radius in one sentence. */
function summaryText({ bounds, admin, crossings }: Radius): string {
  const parts = [`reaches ${countText(bounds.identities, 'identity', 'identities')}`];
  parts.push(`${countText(bounds.resources, 'resource')} (sensitive: ${boundText(bounds.sensitive)})`);
  const proven = admin.filter(({ certainty }) => certainty === 'allow').map(({ name }) => name);
  const open = admin.filter(({ certainty }) => certainty !== 'allow').map(({ name }) => name);
  if (proven.length > 0) parts.push(`full control of ${proven.join(', ')}`);
  if (open.length > 0) parts.push(`full control of ${open.join(', ')} not proven and not excluded`);
  for (const { from, to, certainty } of crossings) {
    parts.push(`crosses ${from} → ${to}${certainty === 'allow' ? '' : ' (not proven)'}`);
  }
  return parts.join(', ');
}

function addAdmin(page: TerminalPage, { admin }: Radius, paths: PathTeller): void {
  if (admin.length === 0) return;
  page.heading('Full control');
  for (const { name, certainty, distance, path } of admin) {
    page.line(`  ${name}: ${certaintyText(certainty)}, ${throughText(distance)}`);
    paths.tell(path, '    ');
  }
}

function addIdentities(page: TerminalPage, { reaches }: Radius, { nearest }: RadiusPageOptions): void {
  const identities = reaches.filter(isOtherIdentity);
  if (identities.length === 0) return;
  page.heading('Identities in reach');
  for (const distance of [...new Set(identities.map((one) => one.distance))].sort((left, right) => left - right)) {
    for (const certainty of certainties) {
      const here = identities.filter((one) => one.distance === distance && one.certainty === certainty);
      if (here.length > 0) addNames(page, `distance ${distance}, ${certaintyText(certainty)}`, here, nearest);
    }
  }
}

/** How the nearest identities are reached, and resources that are opened first, as far as the paths to full control have not told it. */
function addPaths(page: TerminalPage, { reaches }: Radius, { nearest }: RadiusPageOptions, paths: PathTeller): void {
  const shown = reaches
    .filter((one) => (isOtherIdentity(one) || isOpened(one)) && one.path.length > 0 && !paths.knows(one.path))
    .toSorted((left, right) => Number(isOpened(left)) - Number(isOpened(right)) || left.distance - right.distance)
    .slice(0, nearest);
  if (shown.length === 0) return;
  page.heading('How');
  for (const { path } of shown) paths.tellFresh(path, '  ');
}

function isOtherIdentity({ kind, distance }: ReachedNode): boolean {
  return kind === 'identity' && distance > 0;
}

/** Whether access to a resource takes more than a permission: its policy or its tags are changed first. */
function isOpened({ kind, path }: ReachedNode): boolean {
  return kind === 'resource' && path.at(-1)?.change !== undefined;
}

function addResources(
  page: TerminalPage,
  { reaches, unbounded, bounds }: Radius,
  { nearest }: RadiusPageOptions,
): void {
  const resources = reaches.filter(({ kind }) => kind === 'resource');
  if (resources.length === 0 && unbounded.length === 0) return;
  page.heading('Resources in reach');
  const counts = Object.entries(bounds.resourcesByClass).filter(([, bound]) => !isNone(bound));
  page.paragraph('  ', counts.map(([accessClass, bound]) => `${accessClass}: ${boundText(bound)}`).join(', '));
  const most = nearest * 2;
  for (const { id, certainty, access = [] } of resources.slice(0, most)) {
    const classes = access.map((one) =>
      one.certainty === certainty ? one.class : `${one.class} (${certaintyText(one.certainty)})`,
    );
    const how = classes.length === 0 ? 'can be controlled' : classes.join(', ');
    const sure = certainty === 'allow' ? '' : ` (${certaintyText(certainty)})`;
    page.paragraph('    ', `${labelText(page.view.labels(id))}${sure}: ${how}`);
  }
  if (resources.length > most) page.line(`    and ${resources.length - most} more; --nearest or --json shows all`);
  for (const { scope, certainty, classes } of unboundedByPlace(unbounded)) {
    const sure = certainty === 'allow' ? '' : `, ${certaintyText(certainty)}`;
    const where = shortText(scope, page.view.labels);
    page.paragraph('  ', `not listed in the input, whatever else lies in ${where}: ${classes.join(', ')}${sure}`);
  }
}

/** Classes of access by scope and certainty. */
function unboundedByPlace(unbounded: Radius['unbounded']): readonly UnboundedPlace[] {
  const places: UnboundedPlace[] = [];
  for (const { scope, class: accessClass, certainty } of unbounded) {
    const known = places.find((place) => place.scope === scope && place.certainty === certainty);
    if (known === undefined) places.push({ scope, certainty, classes: [accessClass] });
    else known.classes.push(accessClass);
  }
  return places;
}

interface UnboundedPlace {
  readonly scope: string;
  readonly certainty: Certainty;
  readonly classes: string[];
}

function addNames(page: TerminalPage, title: string, nodes: readonly ReachedNode[], most: number): void {
  const names = nodes.slice(0, most).map(({ id }) => labelText(page.view.labels(id)));
  const more = nodes.length > most ? `, and ${nodes.length - most} more` : '';
  page.paragraph('  ', names.length === 0 ? title : `${title}: ${names.join(', ')}${more}`);
}
