import type { EstateAnalysis, Radius } from '@keyreach/core/analysis';
import type { Hop } from '@keyreach/core/reach';
import { boundText, countText, isNone } from '../words/bound-text.ts';
import { evidenceLines } from '../words/evidence-text.ts';
import { hopEndText } from '../words/hop-text.ts';
import { type Labels, labelText } from '../words/labels.ts';
import { certaintyText, scoreText, throughText } from '../words/wording.ts';
import { actionBadge } from './action-badge.ts';
import { hopColumns } from './hop-columns.ts';
import { type Html, html } from './html.ts';

const mostPaths = 3;
const mostNames = 60;

/** The first subjects of the ranking: what each reaches, hop by hop, with the statements behind each hop. */
export function storiesSection({ stories }: EstateAnalysis, labels: Labels): Html | undefined {
  if (stories.length === 0) return undefined;
  return html`<h2 id="stories">What falls if it is stolen</h2>${stories.map((story, index) => storyMarkup(story, index + 1, labels))}`;
}

function storyMarkup(story: Radius, number: number, labels: Labels): Html {
  const { subject, bounds, score, action } = story;
  const paths = mainPaths(story);
  return html`<section class="card" id="story-${number}">
<h3>${actionBadge(action)} ${labelText(labels(subject.id))}</h3>
<p class="id soft">${subject.id}</p>
<p>Reaches ${countText(bounds.identities, 'identity', 'identities')} and ${countText(bounds.resources, 'resource')}, sensitive: ${boundText(bounds.sensitive)}. Score ${scoreText(score)}.</p>
${hopColumns(story, labels)}
${paths.map(({ title, path }) => html`<p><b>${title}</b></p>${pathMarkup(path, labels)}`)}
${reachMarkup(story, labels)}
${scoreMarkup(story)}
</section>
`;
}

interface NamedPath {
  readonly title: string;
  readonly path: readonly Hop[];
}

/** Paths worth reading: to full control; else to resources, most reached access first; else to the farthest identity. */
function mainPaths({ admin, reaches }: Radius): readonly NamedPath[] {
  const control = admin
    .filter(({ path }) => path.length > 0)
    .map(({ name, certainty, distance, path }) => ({
      title: `Full control of ${name}: ${certaintyText(certainty)}, ${throughText(distance)}`,
      path,
    }));
  if (control.length > 0) return control.slice(0, mostPaths);
  const resources = reaches.filter(({ kind, path }) => kind === 'resource' && path.length > 0);
  const candidates = resources.length > 0 ? resources : reaches.filter(({ path }) => path.length > 0);
  const weight = (one: (typeof candidates)[number]): number =>
    (one.certainty === 'allow' ? 100 : 0) + (one.access?.length ?? 0) * 10 + one.distance;
  return candidates
    .toSorted((left, right) => weight(right) - weight(left))
    .slice(0, mostPaths)
    .map(({ name, certainty, access, path }) => {
      const how = access === undefined ? '' : `, ${access.map((one) => one.class).join(', ')}`;
      return { title: `To ${name}: ${certaintyText(certainty)}${how}`, path };
    });
}

function pathMarkup(path: readonly Hop[], labels: Labels): Html {
  return html`<ol class="path">${path.map((hop) => hopMarkup(hop, labels))}</ol>`;
}

function hopMarkup(hop: Hop, labels: Labels): Html {
  const sure = hop.certainty === 'allow' ? undefined : html` <span class="open">${certaintyText(hop.certainty)}</span>`;
  const lines = evidenceLines(hop, labels);
  return html`<li><b>${labelText(labels(hop.from))}</b> —<code>${hop.technique}</code>→ <b>${hopEndText(hop, labels)}</b>${sure}<ul class="evidence">${lines.map((line) => html`<li>${line}</li>`)}</ul></li>`;
}

function reachMarkup({ reaches, unbounded, admin }: Radius, labels: Labels): Html | undefined {
  if (reaches.length === 0 && unbounded.length === 0 && admin.length === 0) return undefined;
  const shown = reaches.slice(0, mostNames);
  const items = shown.map(({ id, certainty, distance, access }) => {
    const how = access === undefined ? '' : `: ${access.map(accessText).join(', ')}`;
    return html`<li>${labelText(labels(id))}, ${throughText(distance)}, ${certaintyText(certainty)}${how}</li>`;
  });
  const open = unbounded.map(
    ({ scope, class: accessClass, certainty }) =>
      html`<li>${accessClass} to whatever else lies in ${labelText(labels(scope))}, which the input does not list: ${certaintyText(certainty)}</li>`,
  );
  const hidden = reaches.length - shown.length;
  return html`<details><summary>Everything in reach</summary><ul class="plain">${items}${open}${hidden > 0 && html`<li>${hidden} more in the JSON output</li>`}</ul></details>`;
}

function accessText(one: { readonly class: string; readonly certainty: Hop['certainty'] }): string {
  return one.certainty === 'allow' ? one.class : `${one.class} (${certaintyText(one.certainty)})`;
}

function scoreMarkup({ score, bounds }: Radius): Html {
  const terms = score.terms.map(
    ({ side, name, lo, hi }) => html`<li>${side}: ${name} ${lo === hi ? fixed(lo) : `${fixed(lo)}–${fixed(hi)}`}</li>`,
  );
  const obtainers = isNone(bounds.obtainers)
    ? undefined
    : html`<li>${boundText(bounds.obtainers)} of ${bounds.obtainers.known} principals can make, read or reset it</li>`;
  return html`<details><summary>Terms of the score</summary><ul class="plain">${terms}${obtainers}</ul></details>`;
}

function fixed(value: number): string {
  return `${Math.round(value * 1000) / 1000}`;
}
