import type { Paint } from './paint.ts';
import { textWidth, wrapText } from './text-width.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Narrowest the column may get before the table stops shrinking it; absent: it keeps its natural width. */
  readonly least?: number;
}

/** A row, with a text below it over the whole width. */
export interface Row {
  readonly cells: readonly Cell[];
  readonly note?: Cell;
}

/** One cell: text without control characters, and how to colour it. */
export interface Cell {
  readonly text: string;
  readonly paint?: Paint;
}

const gap = '  ';

/**
 * Lays out a table within `width` columns: what does not fit wraps inside its column, widest shrinkable column first,
 * and nothing is dropped.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number,
  heading: Paint,
): readonly string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(textWidth(title), ...rows.map(({ cells }) => textWidth(cells[index]?.text ?? ''))),
  );
  shrink(widths, columns, width - gap.length * (columns.length - 1));
  const titles = columns.map(({ title }): Cell => ({ text: title, paint: heading }));
  const lines = rowLines(titles, columns, widths);
  for (const { cells, note } of rows) {
    lines.push(...rowLines(cells, columns, widths));
    if (note === undefined) continue;
    const paint = note.paint ?? plain;
    for (const line of wrapText(note.text, width - gap.length, true)) lines.push(`${gap}${paint(line)}`);
  }
  return lines;
}

function shrink(widths: number[], columns: readonly Column[], room: number): void {
  let excess = widths.reduce((sum, one) => sum + one, 0) - room;
  while (excess > 0) {
    let widest = -1;
    for (const [index, { least }] of columns.entries()) {
      if (least === undefined || widths[index]! <= least) continue;
      if (widest < 0 || widths[index]! > widths[widest]!) widest = index;
    }
    if (widest < 0) return;
    widths[widest]! -= 1;
    excess -= 1;
  }
}

function rowLines(row: readonly Cell[], columns: readonly Column[], widths: readonly number[]): string[] {
  const cells = columns.map((_, index) => wrapText(row[index]?.text ?? '', widths[index]!, false));
  const height = Math.max(...cells.map((lines) => lines.length));
  const lines: string[] = [];
  for (let at = 0; at < height; at += 1) {
    const parts = columns.map(({ align }, index) => {
      const text = cells[index]![at] ?? '';
      const space = ' '.repeat(Math.max(0, widths[index]! - textWidth(text)));
      const painted = text === '' ? '' : (row[index]?.paint ?? plain)(text);
      const last = index === columns.length - 1;
      return align === 'right' ? space + painted : last ? painted : painted + space;
    });
    lines.push(parts.join(gap).trimEnd());
  }
  return lines;
}

function plain(text: string): string {
  return text;
}
