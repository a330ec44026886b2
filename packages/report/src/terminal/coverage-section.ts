import type { CoverageRow } from '@keyreach/core/analysis';
import type { Gap } from '@keyreach/core/graph';
import { shortText } from '../words/evidence-text.ts';
import type { TerminalPage } from './terminal-page.ts';

/** What the input does not hold, each kind once with the places it is missing in, and what would bring it. */
export function addCoverage(page: TerminalPage, coverage: readonly CoverageRow[]): void {
  const open = coverage.filter(({ state }) => state !== 'read');
  page.heading('What is missing, and counts as unknown');
  if (open.length === 0) page.line('  nothing that was looked for');
  const rows = open.map(({ scope, what, state, why, fix }) => ({
    scope,
    what: `${what}${state === 'partial' ? ' (in part)' : ''}`,
    why,
    fix,
  }));
  addMissing(page, rows, rows.length);
}

/** Gaps that bear on one answer; at most `most` kinds of them, the rest counted. */
export function addGaps(page: TerminalPage, title: string, gaps: readonly Gap[], most: number): void {
  if (gaps.length === 0) return;
  page.heading(title);
  addMissing(
    page,
    gaps.map(({ scope, what, why, fix }) => ({ scope, what, why, fix })),
    most,
  );
}

interface Missing {
  readonly scope: string;
  readonly what: string;
  readonly why: string | undefined;
  readonly fix: string | undefined;
}

const mostPlaces = 5;

function addMissing(page: TerminalPage, rows: readonly Missing[], most: number): void {
  const kinds = new Map<string, Missing[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.what, row.why, row.fix]);
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, [row]);
    else kind.push(row);
  }
  for (const [first, ...others] of [...kinds.values()].slice(0, most)) {
    if (first === undefined) continue;
    const { what, why, fix } = first;
    const places = [first, ...others].map(({ scope }) => shortText(scope, page.view.labels));
    const more = places.length > mostPlaces ? `, and ${places.length - mostPlaces} more` : '';
    const reason = why === undefined ? '' : `: ${why}`;
    page.paragraph('  ', `${what} (${places.slice(0, mostPlaces).join(', ')}${more})${reason}`);
    if (fix !== undefined) page.paragraph('      ', fix, page.view.palette.dim);
  }
  if (kinds.size > most) page.line(`  and ${kinds.size - most} more; --json lists all`);
}
