import { describe, expect, it } from 'vitest';
import { quoteText } from './quote-text.ts';

describe('quoteText', () => {
  it.each([
    ['plain', '`plain`'],
    ['日本 é', '`日本 é`'],
    ['', '``'],
    ['a`b', '`a\\u{60}b`'],
    ['a\nb\tc', '`a\\u{a}b\\u{9}c`'],
    ['\u001b[31mred', '`\\u{1b}[31mred`'],
    ['\u009b', '`\\u{9b}`'],
    ['left\u202eright', '`left\\u{202e}right`'],
    ['\ud800', '`\\u{d800}`'],
    ['\u{e0001}', '`\\u{e0001}`'],
  ])('shows %j as %s', (text, shown) => {
    expect(quoteText(text)).toBe(shown);
  });

  it('cuts long text, in the middle of a surrogate pair too', () => {
    expect(quoteText('a'.repeat(1000))).toBe(`\`${'a'.repeat(512)}…\``);
    expect(quoteText(`${'a'.repeat(511)}\u{1f511}`)).toBe(`\`${'a'.repeat(511)}\\u{d83d}…\``);
  });
});
