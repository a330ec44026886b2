import type { ActionUse, EstateAnalysis, IdentityUse, UseState } from '@keyreach/core/analysis';
import { type Labels, labelText } from '../words/labels.ts';
import { openUses } from '../words/open-uses.ts';
import { sharePercent } from '../words/share-percent.ts';
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
<table><thead><tr><th>Identity</th><th>Used</th><th>Last used</th><th class="number">Share unused</th><th>Unused services</th><th>Unknown</th><th>Granted actions</th></tr></thead>
<tbody>${shown.map((row) => rowMarkup(row, labels))}</tbody></table>
${rows.length > shown.length && html`<p class="soft">${rows.length - shown.length} more are in the JSON output.</p>`}`;
}

function rowMarkup(use: IdentityUse, labels: Labels): Html {
  const last = use.lastUsed === undefined ? '-' : dayText(use.lastUsed);
  return html`<tr><td class="long who" title="${use.id}">${labelText(labels(use.id))}</td><td class="once" data-name="used">${use.state}</td><td class="once" data-name="last used">${last}</td><td class="number" data-name="share unused">${sharePercent(use.ratio)}</td><td class="long" data-name="unused">${names(use, 'unused')}</td><td class="long" data-name="unknown">${names(use, 'unknown')}${use.why !== undefined && html`<br><span class="soft">${use.why}</span>`}</td><td class="long" data-name="actions">${actionsMarkup(use, labels)}</td></tr>
`;
}

/** Counts of actions, of the identity and below it of each credential. */
function actionsMarkup({ actions, credentials }: IdentityUse, labels: Labels): Html {
  if (actions === undefined) return html`-`;
  const lines = credentials.flatMap(({ id, actions: one }) =>
    one === undefined ? [] : [html`<br><span class="soft">with ${labelText(labels(id))}: ${countsText(one)}</span>`],
  );
  return html`${countsText(actions)}${lines}`;
}

function countsText({ counts: { granted, used, unused, unknown } }: ActionUse): string {
  return granted === 0 ? 'none' : `${granted}: ${used} used, ${unused} unused, ${unknown} unknown`;
}

function names({ services }: IdentityUse, state: UseState): string {
  const found = services.filter((one) => one.state === state).map(({ permission }) => permission);
  if (found.length === 0) return '-';
  const shown = found.slice(0, mostNames).join(', ');
  return found.length > mostNames ? `${shown}, and ${found.length - mostNames} more` : shown;
}
