import { describe, expect, it } from 'vitest';
import { addContext, readCount, readTime } from './option-values.ts';

describe('readTime', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5+02:00', '2026-01-31T10:00:00.500Z'],
  ])('reads %s', (text, time) => {
    expect(readTime(text)).toBe(time);
  });

  it.each(['', 'yesterday', '31.01.2026', '2026-13-01', '2026-01-31T12:00', '1767225600'])('refuses `%s`', (text) => {
    expect(() => readTime(text)).toThrow('expected a time');
  });
});

describe('readCount', () => {
  it('takes whole numbers from one', () => {
    expect(readCount('90')).toBe(90);
    for (const text of ['0', '-1', '1.5', 'x', '', '1e3', '99999999999'])
      expect(() => readCount(text)).toThrow('whole number');
  });
});

describe('addContext', () => {
  it('gathers values by key in lower case, and keeps what comes after the first equals sign', () => {
    const once = addContext('aws:SourceIp=203.0.113.7', undefined);
    const twice = addContext('AWS:SOURCEIP=a=b', once);
    expect([...twice]).toEqual([['aws:sourceip', ['203.0.113.7', 'a=b']]]);
    expect([...once]).toEqual([['aws:sourceip', ['203.0.113.7']]]);
    expect(() => addContext('novalue', undefined)).toThrow('key=value');
    expect(() => addContext('=x', undefined)).toThrow('key=value');
  });
});
