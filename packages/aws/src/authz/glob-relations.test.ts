import { describe, expect, test } from 'vitest';
import { globCovers } from './glob-covers.ts';
import { globOverlaps } from './glob-overlaps.ts';
import { NAME, type ValueToken } from './glob-token.ts';
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

describe('aws.md 1.12: a policy pattern against a name that somebody has yet to give', () => {
  test.each([
    ['arn:aws:iam::1:role/*', true, true],
    ['arn:aws:iam::*', true, true],
    ['arn:aws:iam::1:role/deploy', false, true],
    ['arn:aws:iam::1:role/?', false, true],
    ['arn:aws:iam::*/root', false, true],
    ['arn:aws:iam::*:root', false, false],
    ['arn:aws:iam::1:role/a:b', false, false],
    ['arn:aws:iam::1:user/*', false, false],
  ])('%s', (pattern, covers, overlaps) => {
    const name: readonly ValueToken[] = ['arn:aws:iam::1:role/', NAME];
    expect(globCovers(globTokens(pattern), name)).toBe(covers);
    expect(globOverlaps(globTokens(pattern), name)).toBe(overlaps);
    expect(globOverlaps(name, globTokens(pattern))).toBe(overlaps);
  });
});
