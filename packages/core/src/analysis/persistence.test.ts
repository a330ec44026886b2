import { describe, expect, it } from 'vitest';
import { persistenceOf, remainingDays } from './persistence.ts';

const now = '2026-01-01T00:00:00Z';

describe('persistenceOf', () => {
  it.each([
    [undefined, 'none'],
    ['soon', 'none'],
    ['2026-04-01T00:00:00Z', 'short'],
    ['2026-04-01T00:00:01Z', 'long'],
    ['2025-01-01T00:00:00Z', 'short'],
  ])('calls an end at %s %s', (expires, persistence) => {
    expect(persistenceOf({ expires }, now)).toBe(persistence);
  });

  it('calls short sessions without a key short', () => {
    expect(persistenceOf({ keylessSessionHours: 12 }, now)).toBe('short');
    expect(persistenceOf({ keylessSessionHours: 36 }, now)).toBe('none');
  });
});

describe('remainingDays', () => {
  it('counts parts of days and stops at the end', () => {
    expect(remainingDays('2026-01-02T12:00:00Z', now)).toBe(1.5);
    expect(remainingDays('2025-12-01T00:00:00Z', now)).toBe(0);
    expect(remainingDays(undefined, now)).toBeNull();
  });
});
