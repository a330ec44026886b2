import { describe, expect, it } from 'vitest';
import { boundText, countText, isNone } from './bound-text.ts';

describe('boundText', () => {
  it.each([
    [{ lo: 12, hi: 12 }, '12'],
    [{ lo: 12, hi: 40 }, '12–40'],
    [{ lo: 3, hi: 1 }, '1–3'],
    [{ lo: 0, hi: 0 }, '0'],
    [{ lo: 0, hi: 4 }, '0–4'],
    [{ lo: 12, hi: null }, 'at least 12'],
    [{ lo: null, hi: 4 }, 'up to 4'],
    [{ lo: null, hi: null }, 'unknown'],
  ])('writes %j as %s', (bound, text) => {
    expect(boundText(bound)).toBe(text);
  });

  it('never shows 0 for what was not counted', () => {
    expect(boundText({ lo: 0, hi: null })).toBe('unknown');
    expect(isNone({ lo: 0, hi: null })).toBe(false);
    expect(isNone({ lo: 0, hi: 0 })).toBe(true);
  });
});

describe('countText', () => {
  it('takes the singular for exactly one', () => {
    expect(countText({ lo: 1, hi: 1 }, 'identity', 'identities')).toBe('1 identity');
    expect(countText({ lo: 1, hi: null }, 'role')).toBe('at least 1 role');
    expect(countText({ lo: 1, hi: 11 }, 'role')).toBe('1–11 roles');
    expect(countText({ lo: 0, hi: 1 }, 'identity', 'identities')).toBe('0–1 identities');
    expect(countText({ lo: null, hi: null }, 'role')).toBe('an unknown number of roles');
  });
});
