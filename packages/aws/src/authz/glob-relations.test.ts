import { describe, expect, test } from 'vitest';
import { globCovers } from './glob-covers.ts';
import { globOverlaps } from './glob-overlaps.ts';
import { globTokens } from './glob-tokens.ts';

describe('aws.md 2.2: a policy pattern against the pattern of a subject', () => {
  test.each([
    ['repo:o/r:*', 'repo:o/r:*', true, true],
    ['repo:o/*', 'repo:o/r:*', true, true],
    ['repo:*', 'repo:o/r:*', true, true],
    ['*', 'repo:o/r:*', true, true],
    ['repo:o/?:*', 'repo:o/r:*', true, true],
    ['repo:o/r:ref:refs/heads/main', 'repo:o/r:*', false, true],
    ['repo:o/r:?', 'repo:o/r:*', false, true],
    ['repo:*:environment:prod', 'repo:o/r:*', false, true],
    ['repo:o/r2:*', 'repo:o/r:*', false, false],
    ['repo:O/r:*', 'repo:o/r:*', false, false],
    ['repo:o/r', 'repo:o/r:*', false, false],
    ['org:*', 'repo:o/r:*', false, false],
    ['', '*', false, true],
    ['', '?', false, false],
  ])('%s and %s', (pattern, subject, covers, overlaps) => {
    expect(globCovers(globTokens(pattern), globTokens(subject))).toBe(covers);
    expect(globOverlaps(globTokens(pattern), globTokens(subject))).toBe(overlaps);
    expect(globOverlaps(globTokens(subject), globTokens(pattern))).toBe(overlaps);
  });

  test('very long pairs are taken to overlap, at once', () => {
    const start = performance.now();
    expect(globOverlaps(globTokens('*a'.repeat(10_000)), globTokens('*b'.repeat(10_000)))).toBe(true);
    expect(globOverlaps(globTokens('*a'.repeat(900)), globTokens(`${'?b*'.repeat(600)}b`))).toBe(false);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
