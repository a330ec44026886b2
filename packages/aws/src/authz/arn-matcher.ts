import { and, CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { arnSegments } from './arn-segments.ts';
import { compileGlob } from './glob.ts';
import { globCovers } from './glob-covers.ts';
import { globOverlaps } from './glob-overlaps.ts';
import type { GlobToken, ValueToken } from './glob-token.ts';
import type { TextComparison } from './text-comparison.ts';

/**
 * The ARN operators: each of the six segments is compared for itself (aws.md 1.11). Text that is not an ARN does not
 * match; whether a policy value with wildcards but fewer segments (`*`) matches is not documented.
 */
export function arnMatcher(tokens: readonly GlobToken[]): TextComparison {
  const segments = split(tokens);
  if (segments.length < 6) {
    const glob = compileGlob(tokens);
    if (glob.literal !== undefined) return { matches: () => FALSE, covers: () => FALSE };
    return {
      matches: (value) => (arnSegments(value) !== undefined && glob.matches(value) ? UNKNOWN : FALSE),
      covers: (narrow) => (globOverlaps(tokens, narrow) ? UNKNOWN : FALSE),
    };
  }
  const globs = segments.map((segment) => compileGlob(segment));
  return {
    matches: (value) => {
      if (!value.startsWith('arn:')) return FALSE;
      let from = 0;
      for (let at = 0; at < 5; at += 1) {
        const colon = value.indexOf(':', from);
        if (colon < 0 || !globs[at]!.matchesBetween(value, from, colon)) return FALSE;
        from = colon + 1;
      }
      return globs[5]!.matchesBetween(value, from, value.length) ? TRUE : FALSE;
    },
    covers: (narrow) => {
      const own = split(narrow);
      // Wildcards of the value may hold colons, so its segments are known only where it has all six.
      if (own.length < 6) return globOverlaps(tokens, narrow) ? CONDITIONAL : FALSE;
      let truth: Truth = TRUE;
      for (const [at, segment] of segments.entries()) {
        const covered = globCovers(segment, own[at]!);
        truth = and(truth, covered ? TRUE : globOverlaps(segment, own[at]!) ? CONDITIONAL : FALSE);
      }
      return truth;
    },
  };
}

/** Splits at the first five colons of the literal text. */
function split(tokens: readonly GlobToken[]): readonly (readonly GlobToken[])[];
function split(tokens: readonly ValueToken[]): readonly (readonly ValueToken[])[];
function split(tokens: readonly ValueToken[]): readonly (readonly ValueToken[])[] {
  const segments: ValueToken[][] = [[]];
  for (const token of tokens) {
    if (typeof token !== 'string') {
      segments[segments.length - 1]!.push(token);
      continue;
    }
    let from = 0;
    while (segments.length < 6) {
      const colon = token.indexOf(':', from);
      if (colon < 0) break;
      segments[segments.length - 1]!.push(token.slice(from, colon));
      segments.push([]);
      from = colon + 1;
    }
    segments[segments.length - 1]!.push(token.slice(from));
  }
  return segments;
}
