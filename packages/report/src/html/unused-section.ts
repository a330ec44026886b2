import type { EstateAnalysis, IdentityUse, UseState } from '@keyreach/core/analysis';
import { boundText } from '../words/bound-text.ts';
import { type Labels, labelText } from '../words/labels.ts';
import { openUses } from '../words/open-uses.ts';
import { dayText } from '../words/wording.ts';
import { type Html, html } from './html.ts';

const mostRows = 200;
const mostNames = 8;

/** What nobody used, and what nobody can tell, kept apart. */
export function unusedSection({ unused }: EstateAnalysis, labels: Labels): Html {
  const rows = openUses(unused);
  const shown = rows.slice(0, mostRows);
  if (shown.length === 0) return html`<h2 id="unused">Unused</h2><p>Everything granted was used.</p>`;
  return html`<h2 id="unused">Unused</h2>
<p class="soft"><b>unused</b>: a source that would have seen it saw nothing. <b>unknown</b>: no source could have seen it, so nothing is claimed.</p>
<table><thead><tr><th>Identity</th><th>Used</th><th>Last used</th><th class="number">Share unused</th><th>Unused services</th><th>Unknown</th></tr></thead>
<tbody>${shown.map((row) => rowMarkup(row, labels))}</tbody></table>
${rows.length > shown.length && html`<p class="soft">${rows.length - shown.length} more are in the JSON output.</p>`}`;
}

function rowMarkup(use: IdentityUse, labels: Labels): Html {
  const percent = (share: number | null): number | null => (share === null ? null : Math.round(share * 100));
  const share = boundText({ lo: percent(use.ratio.lo), hi: percent(use.ratio.hi) });
  const last = use.lastUsed === undefined ? '-' : dayText(use.lastUsed);
  return html`<tr><td title="${use.id}">${labelText(labels(use.id))}</td><td class="once" data-name="used">${use.state}</td><td class="once" data-name="last used">${last}</td><td class="number" data-name="share unused">${share === 'unknown' ? share : `${share} %`}</td><td data-name="unused">${names(use, 'unused')}</td><td data-name="unknown">${names(use, 'unknown')}${use.why !== undefined && html`<br><span class="soft">${use.why}</span>`}</td></tr>
`;
}

function names({ services }: IdentityUse, state: UseState): string {
  const found = services.filter((one) => one.state === state).map(({ permission }) => permission);
  if (found.length === 0) return '-';
  const shown = found.slice(0, mostNames).join(', ');
  return found.length > mostNames ? `${shown}, and ${found.length - mostNames} more` : shown;
}
