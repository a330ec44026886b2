import type { EstateAnalysis, SubjectRow } from '@keyreach/core/analysis';
import { boundText } from '../words/bound-text.ts';
import { type Labels, labelText } from '../words/labels.ts';
import { ageText, lastUsedText, scoreText, whyText } from '../words/wording.ts';
import { actionBadge } from './action-badge.ts';
import { type Html, html } from './html.ts';

const mostRows = 500;

/** The ranking as a table; rows with a story link to it. */
export function rankingSection({ subjects, stories }: EstateAnalysis, labels: Labels): Html {
  const anchors = new Map(stories.map(({ subject }, index) => [subject.id, `story-${index + 1}`]));
  const shown = subjects.slice(0, mostRows);
  const hidden = subjects.length - shown.length;
  if (shown.length === 0) return html`<h2>Ranking</h2><p>The input holds no credential and no identity.</p>`;
  return html`<h2 id="ranking">Ranking</h2>
<p class="soft">By action, then score. <b>a–b</b>: from what is proven to what is not excluded. A name with <b>?</b> is not proven. <b>unknown</b>: the input cannot tell.</p>
<table><thead><tr><th>Action</th><th class="number">Score</th><th>Credential or identity</th><th>Age</th><th>Last used</th><th class="number">Identities</th><th class="number">Sensitive</th><th>Admin of</th></tr></thead>
<tbody>${shown.map((row) => rowMarkup(row, labels, anchors.get(row.id)))}</tbody></table>
${hidden > 0 && html`<p class="soft">${hidden} more are in the JSON output.</p>`}`;
}

function rowMarkup(row: SubjectRow, labels: Labels, anchor: string | undefined): Html {
  const name = labelText(labels(row.id));
  const subject = anchor === undefined ? html`${name}` : html`<a href="#${anchor}">${name}</a>`;
  return html`<tr><td>${actionBadge(row.action)}</td><td class="number" data-name="score">${scoreText(row.score)}</td><td class="most" title="${row.id}">${subject}<span class="why">${whyText(row)}</span></td><td class="once" data-name="age">${ageText(row.ageDays)}</td><td class="once" data-name="last used">${lastUsedText(row.lastUsed)}</td><td class="number" data-name="identities">${boundText(row.identities)}</td><td class="number" data-name="sensitive resources">${boundText(row.sensitive)}</td><td class="scopes" data-name="admin of">${adminMarkup(row)}</td></tr>
`;
}

function adminMarkup({ admin }: SubjectRow): Html {
  if (admin.length === 0) return html`-`;
  return html`${admin.map(({ name, certainty }) => html`<div>${name}${certainty === 'allow' ? '' : '?'}</div>`)}`;
}
