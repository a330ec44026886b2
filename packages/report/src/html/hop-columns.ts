import type { Radius } from '@keyreach/core/analysis';
import type { NodeId } from '@keyreach/core/graph';
import { type Label, type Labels, typeText } from '../words/labels.ts';
import { certaintyText, throughText } from '../words/wording.ts';
import { type Html, html } from './html.ts';

const boxWidth = 190;
const boxHeight = 42;
const columnGap = 40;
const rowGap = 12;
const mostRows = 7;
const mostLetters = 24;
/** More columns keep their size and scroll. */
const mostFitting = 6;

interface Box {
  readonly id: NodeId;
  readonly label: Label;
  readonly kind: string;
  readonly admin: boolean;
  readonly proven: boolean;
  readonly column: number;
  readonly row: number;
}

interface Link {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly proven: boolean;
  readonly title: string;
}

/**
 * A picture of a radius: one column for each step, the subject on the left, arrows along the paths. A column shows
 * a few boxes and counts the rest. Undefined where there is nothing to draw.
 */
export function hopColumns(radius: Radius, labels: Labels): Html | undefined {
  const { boxes, hidden } = placeBoxes(radius, labels);
  if (boxes.length < 2) return undefined;
  const placed = new Map(boxes.map((box) => [box.id, box]));
  const links = linksOf(radius).filter(({ from, to }) => placed.has(from) && placed.has(to));
  const columns = Math.max(...boxes.map(({ column }) => column)) + 1;
  const rows = Math.max(...boxes.map(({ row }) => row), hidden.size > 0 ? mostRows : 0) + 1;
  const width = columns * (boxWidth + columnGap) - columnGap + 4;
  const height = rows * (boxHeight + rowGap) + 4;
  const more = [...hidden].map(
    ([column, count]) =>
      html`<text x="${xOf(column) + 8}" y="${yOf(mostRows) + 18}" class="kind">and ${count} more</text>`,
  );
  return html`<figure tabindex="0"><svg class="${columns > mostFitting ? 'wide' : 'fitting'}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${ariaText(radius)}">${links.map((link) => linkMarkup(link, placed))}${boxes.map(boxMarkup)}${more}</svg><figcaption>One step a column, from left to right. Dashed: not proven.</figcaption></figure>`;
}

function placeBoxes(
  radius: Radius,
  labels: Labels,
): { readonly boxes: readonly Box[]; readonly hidden: ReadonlyMap<number, number> } {
  const boxes: Box[] = [];
  const hidden = new Map<number, number>();
  const filled: number[] = [];
  const seen = new Set<NodeId>();
  const add = (id: NodeId, column: number, kind: string, proven: boolean, admin: boolean): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const row = filled[column] ?? 0;
    if (row >= mostRows) {
      hidden.set(column, (hidden.get(column) ?? 0) + 1);
      return;
    }
    filled[column] = row + 1;
    boxes.push({ id, label: labels(id), kind, admin, proven, column, row });
  };
  const { subject } = radius;
  if (subject.kind === 'credential') add(subject.id, 0, subject.type, true, false);
  const first = subject.kind === 'credential' ? 1 : 0;
  add(subject.identity, first, labels(subject.identity).type, true, false);
  // A hop a column; without a path, the distance says about where.
  for (const { scope, certainty, distance, path } of radius.admin) {
    add(scope, path.length || first + distance + 1, 'full control', certainty === 'allow', true);
  }
  const path = new Set(radius.admin.flatMap((one) => one.path.flatMap(({ from, to }) => [from, to])));
  const nodes = radius.reaches.toSorted((left, right) => Number(path.has(right.id)) - Number(path.has(left.id)));
  for (const { id, kind, type, certainty, distance, path: hops } of nodes) {
    add(id, hops.length || first + distance + (kind === 'resource' ? 1 : 0), type, certainty === 'allow', false);
  }
  // What lies between and is nothing reached: credentials found, identities made.
  for (const { path: hops } of [...radius.admin, ...nodes]) {
    for (const [index, { to, certainty }] of hops.entries()) {
      add(to, index + 1, labels(to).type, certainty === 'allow', false);
    }
  }
  return { boxes, hidden };
}

function linksOf({ subject, reaches, admin }: Radius): readonly Link[] {
  const links = new Map<string, Link>();
  if (subject.kind === 'credential') {
    links.set('', { from: subject.id, to: subject.identity, proven: true, title: 'authenticates as' });
  }
  for (const { path } of [...admin, ...reaches]) {
    for (const { from, to, certainty, technique } of path) {
      const key = JSON.stringify([from, to]);
      // What somebody does to itself is told in the text.
      if (from !== to && !links.has(key)) links.set(key, { from, to, proven: certainty === 'allow', title: technique });
    }
  }
  return [...links.values()];
}

function linkMarkup({ from, to, proven, title }: Link, placed: ReadonlyMap<NodeId, Box>): Html {
  const left = placed.get(from)!;
  const right = placed.get(to)!;
  const startX = xOf(left.column) + boxWidth;
  const startY = yOf(left.row) + boxHeight / 2;
  const endX = xOf(right.column);
  const endY = yOf(right.row) + boxHeight / 2;
  const bend = columnGap / 2;
  const curve =
    right.column > left.column
      ? `M${startX} ${startY} C${startX + bend} ${startY} ${endX - bend} ${endY} ${endX} ${endY}`
      : `M${startX} ${startY} C${startX + bend} ${startY} ${startX + bend} ${endY} ${endX + boxWidth} ${endY}`;
  return html`<path class="${proven ? 'sure' : 'maybe'}" d="${curve}"><title>${title}</title></path>`;
}

function boxMarkup({ label, kind, admin, proven, column, row }: Box): Html {
  const x = xOf(column);
  const y = yOf(row);
  const place = label.place === undefined ? '' : `, ${label.place}`;
  const classes = `${admin ? 'admin' : 'node'}${proven ? '' : ' maybe'}`;
  return html`<g class="${classes}"><title>${`${typeText(kind)} ${label.name}${place}`}</title><rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="7"/><text x="${x + 10}" y="${y + 18}">${shortened(label.name)}</text><text x="${x + 10}" y="${y + 34}" class="kind">${shortened(`${typeText(kind)}${place}`)}</text></g>`;
}

function ariaText({ subject, reaches, admin }: Radius): string {
  const farthest = Math.max(0, ...reaches.map(({ distance }) => distance));
  const controls = admin.map(({ name, certainty }) => `${name} (${certaintyText(certainty)})`).join(', ');
  return `${subject.name} reaches ${reaches.length} nodes, the farthest ${throughText(farthest)}${controls === '' ? '' : `; full control of ${controls}`}`;
}

function shortened(text: string): string {
  const letters = [...text];
  return letters.length <= mostLetters ? text : `${letters.slice(0, mostLetters - 1).join('')}…`;
}

function xOf(column: number): number {
  return 2 + column * (boxWidth + columnGap);
}

function yOf(row: number): number {
  return 2 + row * (boxHeight + rowGap);
}
