import type { CoverageRow, EstateAnalysis } from '@keyreach/core/analysis';
import { shortText } from '../words/evidence-text.ts';
import type { Labels } from '../words/labels.ts';
import { type Html, html } from './html.ts';

/** What the report cannot know, with what would tell; then what was read. */
export function coverageSection({ coverage }: EstateAnalysis, labels: Labels): Html {
  const open = coverage.filter(({ state }) => state !== 'read');
  const read = coverage.filter(({ state }) => state === 'read');
  const missing =
    open.length === 0
      ? html`<p>Nothing that was looked for is missing.</p>`
      : html`<table><thead><tr><th>Where</th><th>What</th><th>Why</th><th>To close it</th></tr></thead><tbody>${open.map((row) => rowMarkup(row, labels))}</tbody></table>`;
  return html`<h2 id="coverage">What this report cannot know</h2>
<p class="soft">What is missing here is counted as unknown above, never as zero and never as safe.</p>
${missing}
${read.length > 0 && html`<details><summary>What was read</summary><ul class="plain">${read.map(({ scope, what }) => html`<li>${shortText(scope, labels)}: ${what}</li>`)}</ul></details>`}`;
}

function rowMarkup({ scope, what, state, why, fix }: CoverageRow, labels: Labels): Html {
  return html`<tr><td>${shortText(scope, labels)}</td><td>${what}${state === 'partial' && ' (in part)'}</td><td>${why ?? '-'}</td><td>${fix === undefined ? '-' : html`<code>${fix}</code>`}</td></tr>
`;
}
