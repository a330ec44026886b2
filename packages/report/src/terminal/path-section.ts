import type { Hop } from '@keyreach/core/reach';
import { evidenceLines, firstCitation } from '../words/evidence-text.ts';
import { hopEndText } from '../words/hop-text.ts';
import { labelText } from '../words/labels.ts';
import { certaintyText } from '../words/wording.ts';
import type { TerminalPage } from './terminal-page.ts';

/** Whether a path says what each hop rests on, or only the statement that weighs most. */
export type PathDetail = 'short' | 'full';

/**
 * Tells paths, one line a hop: `a —technique→ b  (policy NAME, statement N "Sid")`. A hop is told once on a page: paths
 * share their beginnings, and a later one starts where it leaves what was told before.
 */
export class PathTeller {
  readonly #page: TerminalPage;
  readonly #detail: PathDetail;
  readonly #told = new Set<string>();

  constructor(page: TerminalPage, detail: PathDetail) {
    this.#page = page;
    this.#detail = detail;
  }

  /** Tells a path; where its beginning was told before, it says so and goes on from there. */
  tell(path: readonly Hop[], indent: string): void {
    const { labels } = this.#page.view;
    const fresh = this.#fresh(path);
    const [first] = fresh;
    if (first !== undefined && fresh.length < path.length) {
      this.#page.paragraph(indent, `as above to ${labelText(labels(first.from))}, then`);
    }
    this.#hops(fresh, indent);
  }

  /** Tells the hops of a path that nobody was told yet. */
  tellFresh(path: readonly Hop[], indent: string): void {
    this.#hops(this.#fresh(path), indent);
  }

  /** Whether every hop of a path was told already. */
  knows(path: readonly Hop[]): boolean {
    return path.every((hop) => this.#told.has(keyOf(hop)));
  }

  #fresh(path: readonly Hop[]): readonly Hop[] {
    const start = path.findIndex((hop) => !this.#told.has(keyOf(hop)));
    return start < 0 ? [] : path.slice(start);
  }

  #hops(hops: readonly Hop[], indent: string): void {
    for (const hop of hops) {
      this.#told.add(keyOf(hop));
      this.#hop(hop, indent);
    }
  }

  #hop(hop: Hop, indent: string): void {
    const page = this.#page;
    const { labels, palette } = page.view;
    const notes = [
      this.#detail === 'short' ? firstCitation(hop, labels) : undefined,
      hop.certainty === 'allow' ? undefined : certaintyText(hop.certainty),
    ].filter((note) => note !== undefined);
    const step = `${labelText(labels(hop.from))} —${hop.technique}→ ${hopEndText(hop, labels)}`;
    page.paragraph(indent, notes.length === 0 ? step : `${step}  (${notes.join('; ')})`);
    if (this.#detail === 'short') return;
    for (const line of evidenceLines(hop, labels)) page.paragraph(`${indent}    `, line, palette.dim);
  }
}

function keyOf({ from, to, technique, via, change }: Hop): string {
  return JSON.stringify([from, to, technique, via ?? null, change ?? null]);
}
