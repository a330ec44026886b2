import type { EstateAnalysis } from '@keyreach/core/analysis';
import { type Labels, labelsOfAnalysis } from '../words/labels.ts';
import { coverageSection } from './coverage-section.ts';
import { Html, html } from './html.ts';
import { rankingSection } from './ranking-section.ts';
import { storiesSection } from './stories-section.ts';
import { styleHash, styleSheet } from './style-sheet.ts';
import { unusedSection } from './unused-section.ts';

/** What a report may be given besides the analysis. */
export interface HtmlReportOptions {
  /** Names of nodes; default: what the analysis itself tells. With a graph, `labelsOfGraph` knows all. */
  readonly labels?: Labels;
}

const policy = `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'`;

/**
 * The analysis of an estate as one HTML page that needs nothing else: no script, no request, no font. Every text from
 * the input is escaped, and the page's content security policy allows its own style sheet and nothing more.
 *
 * Equal analyses give equal bytes.
 *
 * @example
 * ```ts
 * await writeFile('report.html', htmlReport(analyzeEstate(engine, { now })));
 * ```
 */
export function htmlReport(analysis: EstateAnalysis, options: HtmlReportOptions = {}): string {
  const labels = options.labels ?? labelsOfAnalysis(analysis);
  const [first = 'Nothing to act on was found', ...more] = analysis.headline;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${Html.trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Keyreach report, ${analysis.now}</title>
<style>${Html.trusted(styleSheet)}</style>
</head>
<body>
<main>
<header>
<h1>Keyreach report</h1>
<p class="headline">${first}</p>
${more.length > 0 && html`<ul class="plain">${more.map((line) => html`<li>${line}</li>`)}</ul>`}
${countsMarkup(analysis)}
<p class="soft">As of ${analysis.now}. ${jumps(analysis)}</p>
</header>
${rankingSection(analysis, labels)}
${storiesSection(analysis, labels)}
${unusedSection(analysis, labels)}
${coverageSection(analysis, labels)}
</main>
</body>
</html>
`.markup;
}

function countsMarkup({ counts }: EstateAnalysis): Html {
  const shown: readonly (readonly [string, number])[] = [
    ['scopes', counts.scopes],
    ['identities', counts.identities],
    ['credentials', counts.credentials],
    ['resources', counts.resources],
    ['policies', counts.policies],
  ];
  return html`<p class="soft">The input lists</p><ul class="counts">${shown.map(([name, count]) => html`<li><b>${count === 0 ? 'none' : count}</b>${name}</li>`)}</ul>`;
}

function jumps({ stories }: EstateAnalysis): Html {
  return html`<a href="#ranking">Ranking</a>${stories.length > 0 && html` · <a href="#stories">Stories</a>`} · <a href="#unused">Unused</a> · <a href="#coverage">What is not known</a>`;
}
