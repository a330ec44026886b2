import { and, CONDITIONAL, type ConditionRequest, FALSE, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { arnMatcher } from './arn-matcher.ts';
import { arnSegments } from './arn-segments.ts';
import type { Comparison } from './condition-operator.ts';
import { compileGlob } from './glob.ts';
import { globCovers } from './glob-covers.ts';
import { globOverlaps } from './glob-overlaps.ts';
import { ANY, type GlobToken, type ValueToken } from './glob-token.ts';
import { globTokens } from './glob-tokens.ts';
import { type KeyReference, keyReference } from './key-reference.ts';
import type { PolicyTemplate } from './policy-template.ts';
import { policyVariables } from './policy-variables.ts';
import { type ResolvedText, resolvedText } from './resolved-text.ts';
import type { TextComparison } from './text-comparison.ts';
import type { ValueMatcher } from './value-matcher.ts';

/** The string and ARN operators: values with wildcards and policy variables (aws.md 1.11). */
export function textMatcher(
  comparison: Extract<Comparison, { type: 'string' | 'arn' }>,
  values: readonly string[],
  variables: boolean,
): ValueMatcher {
  const fold = comparison.type === 'string' && comparison.ignoreCase;
  const wildcards = comparison.type === 'arn' || comparison.wildcards;
  const compile = (tokens: readonly GlobToken[]): TextComparison =>
    comparison.type === 'arn' ? arnMatcher(tokens) : stringMatcher(tokens);

  const literals = new Set<string>();
  const fixed: (TextComparison & { readonly tokens: readonly GlobToken[] })[] = [];
  const templates: Substitution[] = [];
  for (const value of values) {
    const parts = variables ? policyVariables(value, wildcards) : wildcards ? globTokens(value) : [value];
    if (!isFixed(parts)) {
      templates.push(substitution(fold ? parts.map((part) => lowerPart(part)) : parts));
      continue;
    }
    const tokens = fold ? lower(parts) : parts;
    const literal = literalOf(tokens);
    // Two ARNs are equal segment by segment just when they are equal; text that is no ARN never matches as one.
    if (literal !== undefined && (comparison.type === 'string' || arnSegments(literal) !== undefined))
      literals.add(literal);
    fixed.push({ tokens, ...compile(tokens) });
  }
  const globs = fixed.filter(({ tokens }) => literalOf(tokens) === undefined);

  const some = (
    request: ConditionRequest,
    among: readonly TextComparison[],
    compare: (one: TextComparison) => Truth,
  ): Truth => {
    let truth: Truth = FALSE;
    for (const one of among) {
      truth = or(truth, compare(one));
      if (truth === TRUE) return TRUE;
    }
    for (const template of templates) {
      const text = template(request);
      if (text === undefined) continue;
      const tokens = fold ? lower(text.tokens) : text.tokens;
      const one = text.truth === TRUE ? compare(compile(tokens)) : compare(partly(tokens));
      truth = or(truth, and(one, text.truth));
      if (truth === TRUE) return TRUE;
    }
    return truth;
  };

  return {
    matches: (value, request) => {
      const own = fold ? value.toLowerCase() : value;
      if (literals.has(own)) return TRUE;
      return some(request, globs, (one) => one.matches(own));
    },
    matchesPattern: (tokens, request, isTaken) => {
      const own = fold ? lower(tokens) : tokens;
      // Letter case tells names apart only where the comparison does.
      const free =
        isTaken === undefined || fold
          ? fixed
          : fixed.filter((one) => {
              const literal = literalOf(one.tokens);
              return literal === undefined || !isTaken(literal);
            });
      return some(request, free, (one) => one.covers(own));
    },
    matchesBetween: () => CONDITIONAL,
    matchesOutside: (prefixes) => {
      if (templates.length > 0) return UNKNOWN;
      const never = fixed.every(({ tokens }) => {
        const start = tokens[0];
        return (
          typeof start === 'string' && prefixes.some((prefix) => start.startsWith(fold ? prefix.toLowerCase() : prefix))
        );
      });
      return never ? FALSE : UNKNOWN;
    },
  };
}

/** A value whose variables have values: equality or a glob over the whole text. */
function stringMatcher(tokens: readonly GlobToken[]): TextComparison {
  const glob = compileGlob(tokens);
  return {
    matches: (value) => (glob.matches(value) ? TRUE : FALSE),
    covers: (narrow) => {
      if (globCovers(tokens, narrow)) return TRUE;
      return globOverlaps(tokens, narrow) ? CONDITIONAL : FALSE;
    },
  };
}

/** A value that is known in part: only that something cannot match is certain. */
function partly(tokens: readonly GlobToken[]): TextComparison {
  const glob = compileGlob(tokens);
  return {
    matches: (value) => (glob.matches(value) ? TRUE : FALSE),
    covers: (narrow) => (globOverlaps(tokens, narrow) ? CONDITIONAL : FALSE),
  };
}

type Substitution = (request: ConditionRequest) => ResolvedText | undefined;

/** Values for the variables of a text; undefined where one is absent, so that the text matches nothing. */
function substitution(parts: PolicyTemplate): Substitution {
  const references = new Map<string, KeyReference>();
  for (const part of parts) {
    if (typeof part === 'object' && 'key' in part) references.set(part.key, keyReference(part.key));
  }
  return (request) => {
    const tokens: GlobToken[] = [];
    let truth: Truth = TRUE;
    for (const part of parts) {
      if (typeof part !== 'object') {
        tokens.push(part);
      } else if (!('key' in part)) {
        tokens.push(ANY);
        truth = UNKNOWN;
      } else {
        const resolved = resolvedText(references.get(part.key)!, part.fallback, request);
        if (resolved === undefined) return undefined;
        tokens.push(...resolved.tokens);
        truth = and(truth, resolved.truth);
      }
    }
    return { tokens, truth };
  };
}

function isFixed(parts: PolicyTemplate): parts is readonly GlobToken[] {
  return parts.every((part) => typeof part !== 'object');
}

function literalOf(tokens: readonly GlobToken[]): string | undefined {
  return tokens.every((token) => typeof token === 'string') ? tokens.join('') : undefined;
}

function lower(tokens: readonly GlobToken[]): readonly GlobToken[];
function lower(tokens: readonly ValueToken[]): readonly ValueToken[];
function lower(tokens: readonly ValueToken[]): readonly ValueToken[] {
  return tokens.map((token) => (typeof token === 'string' ? token.toLowerCase() : token));
}

function lowerPart(part: PolicyTemplate[number]): PolicyTemplate[number] {
  return typeof part === 'string' ? part.toLowerCase() : part;
}
