import { describe, expect, it } from 'vitest';
import { ageDays, instantOf, timestampOf } from './time.ts';

describe('instantOf', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-01-31T00:00:00.000Z', 1_769_817_600_000],
    ['2026-01-31T01:00:00+01:00', 1_769_817_600_000],
    ['2026-01-30T18:30:00-05:30', 1_769_817_600_000],
    ['2026-01-31t00:00:00.1234567z', 1_769_817_600_123],
    ['2016-12-31T23:59:60Z', 1_483_228_800_000],
  ])('reads %s', (text, instant) => {
    expect(instantOf(text)).toBe(instant);
  });

  it.each([
    undefined,
    '',
    'now',
    '2026-01-31',
    '2026-04-31T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T00:00:00',
    '2026-01-31T00:00:00+24:00',
  ])('does not read %s', (text) => {
    expect(instantOf(text)).toBeUndefined();
  });

  it('writes what it reads', () => {
    expect(timestampOf(instantOf('2026-01-31T01:00:00+01:00') ?? 0)).toBe('2026-01-31T00:00:00.000Z');
  });
});

describe('ageDays', () => {
  const now = '2026-01-31T12:00:00.000Z';

  it('counts full days', () => {
    expect(ageDays('2026-01-30T12:00:00.000Z', now)).toBe(1);
    expect(ageDays('2026-01-30T12:00:00.001Z', now)).toBe(0);
    expect(ageDays('2024-02-01T12:00:00Z', now)).toBe(730);
  });

  it('is null where it cannot be told', () => {
    expect(ageDays(undefined, now)).toBeNull();
    expect(ageDays('yesterday', now)).toBeNull();
    expect(ageDays('2026-02-01T00:00:00Z', now)).toBeNull();
  });
});
