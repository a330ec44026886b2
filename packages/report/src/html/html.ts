import { printable } from '../words/printable.ts';

/** Markup that may go into a page as it is. Only {@link html} makes it, so that every other text is escaped. */
export class Html {
  readonly markup: string;

  private constructor(markup: string) {
    this.markup = markup;
  }

  /** Markup written by us; never text from the input. */
  static trusted(markup: string): Html {
    return new Html(markup);
  }
}

/** What a template takes: text and numbers, which are escaped, and markup. `undefined` and `false` leave nothing. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

/**
 * Template for markup. Every text put into it is made printable and escaped for element content and for attributes in
 * double quotes; there is no way to put text from the input into a page without that.
 *
 * @example
 * ```ts
 * html`<p title="${name}">${name}</p>`.markup; // name may be anything
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? '';
  for (const [index, value] of values.entries()) markup += valueText(value) + (strings[index + 1] ?? '');
  return Html.trusted(markup);
}

function valueText(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(printable(`${value}`));
  return value.map(valueText).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
