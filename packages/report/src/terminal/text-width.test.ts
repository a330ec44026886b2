import { describe, expect, it } from 'vitest';
import { textWidth, wrapText } from './text-width.ts';

describe('textWidth', () => {
  it('counts columns, not code units', () => {
    expect(textWidth('role')).toBe(4);
    expect(textWidth('開発')).toBe(4);
    expect(textWidth('🚀')).toBe(2);
    expect(textWidth('e\u0301')).toBe(1);
    expect(textWidth('—→–')).toBe(3);
  });
});

describe('wrapText', () => {
  it('breaks at spaces', () => {
    expect(wrapText('one two three', 7, true)).toEqual(['one two', 'three']);
  });

  it('keeps an id whole where it may be copied, and cuts it where a column would break', () => {
    expect(wrapText('to abcdefghij', 5, true)).toEqual(['to', 'abcdefghij']);
    expect(wrapText('to abcdefghij', 5, false)).toEqual(['to', 'abcde', 'fghij']);
  });

  it('never cuts a wide character in half', () => {
    expect(wrapText('開発部門', 5, false)).toEqual(['開発', '部門']);
  });

  it('gives one empty line for no text', () => {
    expect(wrapText('', 10, true)).toEqual(['']);
  });
});
