import type { Labels } from '../words/labels.ts';
import { printable } from '../words/printable.ts';
import type { Paint, Palette } from './paint.ts';
import { type Cell, type Column, tableLines } from './table.ts';
import { textWidth, wrapText } from './text-width.ts';

/** What a page is written for. */
export interface TerminalView {
  /** Columns of the terminal. */
  readonly width: number;
  readonly palette: Palette;
  readonly labels: Labels;
}

/** A piece of a line with its colour. */
export interface PaintedText {
  readonly text: string;
  readonly paint: Paint;
}

/** A row of a table, its cells painted or not. */
export interface TableRow {
  readonly cells: readonly (string | Cell)[];
  readonly note?: Cell;
}

/**
 * Lines of a terminal page. Every text goes through {@link printable} here, so that no name from the input can reach the
 * terminal unescaped; colours are added after that.
 */
export class TerminalPage {
  readonly view: TerminalView;
  readonly #lines: string[] = [];

  constructor(view: TerminalView) {
    this.view = view;
  }

  /** One line, not wrapped. */
  line(...parts: readonly (string | PaintedText)[]): this {
    const texts = parts.map((part) => (typeof part === 'string' ? printable(part) : part.paint(printable(part.text))));
    this.#lines.push(texts.join('').trimEnd());
    return this;
  }

  /** An empty line, never two in a row. */
  blank(): this {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('');
    return this;
  }

  /** An empty line and a heading. */
  heading(text: string): this {
    this.blank();
    this.#lines.push(this.view.palette.bold(printable(text)));
    return this;
  }

  /** A paragraph after `indent`, wrapped at spaces; lines after the first are indented to where the text began. */
  paragraph(indent: string, text: string, paint?: Paint): this {
    const margin = textWidth(indent);
    const lines = wrapText(printable(text), Math.max(24, this.view.width - margin), true);
    for (const [index, line] of lines.entries()) {
      const start = index === 0 ? indent : ' '.repeat(margin);
      this.#lines.push(`${start}${paint === undefined ? line : paint(line)}`.trimEnd());
    }
    return this;
  }

  /** A table after `indent`; a note stands below its row, over the whole width. */
  table(indent: string, columns: readonly Column[], rows: readonly TableRow[]): this {
    const printed = ({ text, ...paint }: Cell): Cell => ({ ...paint, text: printable(text) });
    const printedRows = rows.map(({ cells, note }) => ({
      cells: cells.map((cell) => printed(typeof cell === 'string' ? { text: cell } : cell)),
      ...(note === undefined ? {} : { note: printed(note) }),
    }));
    const width = this.view.width - textWidth(indent);
    for (const line of tableLines(columns, printedRows, width, this.view.palette.dim))
      this.#lines.push(`${indent}${line}`);
    return this;
  }

  /** The page with a line feed at its end. */
  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
