import { describe, expect, it } from 'vitest';
import { tableLines } from './table.ts';
import { textWidth } from './text-width.ts';

const same = (text: string): string => text;
const cells = (...texts: string[]) => ({ cells: texts.map((text) => ({ text })) });

describe('tableLines', () => {
  it('aligns columns by what they show, not by their length', () => {
    const lines = tableLines(
      [{ title: 'NAME' }, { title: 'N', align: 'right' }],
      [cells('開発', '1'), cells('dev', '12')],
      40,
      same,
    );
    expect(lines).toEqual(['NAME   N', '開発   1', 'dev   12']);
  });

  it('wraps what does not fit and drops nothing', () => {
    const columns = [
      { title: 'NAME', least: 6 },
      { title: 'ID', least: 6 },
    ];
    const lines = tableLines(columns, [cells('a long name', 'arn:aws:iam::1:role/x')], 20, same);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(20);
    expect(lines.join('').replace(/\s/g, '')).toContain('arn:aws:i');
    expect(lines.length).toBeGreaterThan(2);
  });

  it('paints without changing the layout, and writes notes below their row', () => {
    const paint = (text: string): string => `\u001b[31m${text}\u001b[39m`;
    const lines = tableLines(
      [{ title: 'A' }, { title: 'B' }],
      [{ cells: [{ text: 'x', paint }, { text: 'y' }], note: { text: 'why' } }],
      40,
      same,
    );
    expect(lines).toEqual(['A  B', '\u001b[31mx\u001b[39m  y', '  why']);
  });
});
