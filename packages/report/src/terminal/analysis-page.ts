import type { EstateAnalysis, SubjectRow } from '@keyreach/core/analysis';
import { boundText } from '../words/bound-text.ts';
import { labelText } from '../words/labels.ts';
import { adminText, ageText, lastUsedText, scoreText, whyText } from '../words/wording.ts';
import { actionPaint } from './action-paint.ts';
import { addCoverage } from './coverage-section.ts';
import type { Column } from './table.ts';
import { type TableRow, TerminalPage, type TerminalView } from './terminal-page.ts';

const columns: readonly Column[] = [
  { title: 'ACTION' },
  { title: 'SCORE', align: 'right' },
  { title: 'CREDENTIAL OR IDENTITY', least: 24 },
  { title: 'AGE', align: 'right' },
  { title: 'LAST USED', least: 10 },
  { title: 'REACHES', align: 'right' },
  { title: 'ADMIN OF', least: 10 },
];

/** How much of an analysis is shown. */
export interface AnalysisPageOptions {
  /** Rows of the ranking; the rest is counted. */
  readonly top: number;
}

/** `keyreach analyze` for a terminal: headline, counts, ranking, what is missing. */
export function analysisPage(analysis: EstateAnalysis, view: TerminalView, { top }: AnalysisPageOptions): string {
  const { palette } = view;
  const page = new TerminalPage(view);
  const [first = 'nothing to act on was found', ...more] = analysis.headline;
  page.line({ text: first, paint: palette.bold });
  for (const line of more) page.paragraph('  ', line);
  page.blank();
  page.paragraph('', countsText(analysis), palette.dim);

  page.heading('Ranking');
  const shown = analysis.subjects.slice(0, top);
  if (shown.length === 0) page.line('  the input holds no credential and no identity');
  else
    page.table(
      '  ',
      columns,
      shown.map((row) => rowOf(row, view)),
    );
  const hidden = analysis.subjects.length - shown.length;
  if (hidden > 0) page.line(`  and ${hidden} more; --top ${analysis.subjects.length} or --json shows all`);
  if (shown.some(hasOpenEnd)) {
    page.line({
      text: '  a–b: proven to not excluded; name?: not proven; unknown: the input cannot tell',
      paint: palette.dim,
    });
  }
  addCoverage(page, analysis.coverage);
  return page.toString();
}

/** What the input lists: a count of nothing may mean that nobody looked, which the coverage tells. */
function countsText({ counts, now }: EstateAnalysis): string {
  const { scopes, identities, credentials, resources, policies } = counts;
  const listed = [
    [scopes, 'scope', 'scopes'],
    [identities, 'identity', 'identities'],
    [credentials, 'credential', 'credentials'],
    [resources, 'resource', 'resources'],
    [policies, 'policy', 'policies'],
  ] as const;
  const numbers = listed.map(([count, one, many]) => `${count === 0 ? 'no' : count} ${count === 1 ? one : many}`);
  return `the input lists ${numbers.join(', ')}; as of ${now}`;
}

function rowOf(row: SubjectRow, { palette, labels }: TerminalView): TableRow {
  const { lo, hi } = row.action;
  const cells: TableRow['cells'] = [
    { text: lo === hi ? lo : `${lo} (${hi}?)`, paint: actionPaint(lo, palette) },
    scoreText(row.score),
    labelText(labels(row.id)),
    ageText(row.ageDays),
    lastUsedText(row.lastUsed),
    boundText(row.identities),
    adminText(row.admin),
  ];
  return { cells, note: { text: whyText(row), paint: palette.dim } };
}

function hasOpenEnd({ action, score, identities, admin }: SubjectRow): boolean {
  return (
    action.lo !== action.hi ||
    score.lo !== score.hi ||
    identities.lo !== identities.hi ||
    admin.some(({ certainty }) => certainty !== 'allow')
  );
}
