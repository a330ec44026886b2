import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';

describe('printable', () => {
  it('writes out what could steer a terminal or reorder a line', () => {
    expect(printable('\u001b[2J')).toBe('\\u{1b}[2J');
    expect(printable('\u009b31m')).toBe('\\u{9b}31m');
    expect(printable('a\nb\r\tc')).toBe('a\\u{a}b\\u{d}\\u{9}c');
    expect(printable('a\u202eb\u2066c\u200bd')).toBe('a\\u{202e}b\\u{2066}c\\u{200b}d');
    expect(printable('\u2028\u2029\ud800')).toBe('\\u{2028}\\u{2029}\\u{d800}');
  });

  it('leaves other text alone, in whatever script', () => {
    const text = 'Zoë ünïcode 開発 роль 🚀 `$(x)` <b>';
    expect(printable(text)).toBe(text);
  });

  it('cuts what nobody could read', () => {
    expect(printable('x'.repeat(1_000_000)).length).toBeLessThan(3000);
  });
});
