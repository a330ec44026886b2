import type { Comparison } from './condition-operator.ts';
import { decimalNumber } from './decimal-number.ts';
import { FRESH_CHARACTER, FRESH_VALUE } from './fresh-value.ts';
import { ANY, type GlobToken, ONE } from './glob-token.ts';
import { globTokens } from './glob-tokens.ts';
import { policyVariables } from './policy-variables.ts';
import { w3cDate } from './w3c-date.ts';

/** More values than this are not proposed: the engine tries combinations, and a statement rarely lists more. */
const MOST_VALUES = 32;

/** What to try for a key the caller chooses. */
export interface ChosenValues {
  readonly values: readonly string[];
  /** Values with wildcards, as plain globs. */
  readonly patterns: readonly string[];
  /** Not everything that the policy compares the key with is among them. */
  readonly partial: boolean;
}

/**
 * Values worth trying for a key the caller chooses (aws.md 1.12, class C), given what one policy condition compares it
 * with: for each policy value one that matches it, for numbers and dates also the neighbours on both sides. Values with
 * variables depend on the request and give none here; nor do malformed ones.
 */
export function chosenValues(comparison: Comparison, values: readonly string[], variables: boolean): ChosenValues {
  const proposed = new Set<string>();
  const patterns = new Set<string>();
  let partial = false;
  for (const value of values) {
    if (proposed.size >= MOST_VALUES) {
      partial = true;
      break;
    }
    for (const one of instances(comparison, value, variables)) proposed.add(one);
    const pattern = patternOf(comparison, value, variables);
    if (pattern === 'not-plain') partial = true;
    else if (pattern !== undefined) patterns.add(pattern);
  }
  return { values: [...proposed], patterns: [...patterns], partial };
}

function instances(comparison: Comparison, value: string, variables: boolean): readonly string[] {
  switch (comparison.type) {
    case 'string': {
      const written = text(value, comparison.wildcards, variables);
      // Another condition on the key may care about case.
      return comparison.ignoreCase
        ? [...new Set(written.flatMap((one) => [one, one.toLowerCase(), one.toUpperCase()]))]
        : written;
    }
    case 'arn':
      return text(value, true, variables);
    case 'numeric': {
      const bound = decimalNumber(value);
      return bound === undefined ? [] : [bound - 1, bound, bound + 1].map(String);
    }
    case 'date': {
      const bound = w3cDate(value);
      return bound === undefined ? [] : [bound - 1000, bound, bound + 1000].flatMap(dateText);
    }
    case 'boolean':
      return ['true', 'false'];
    case 'binary':
      return [value];
    case 'ip':
      return [value.split('/')[0]!];
  }
}

/** The text with its wildcards filled in. */
function text(value: string, wildcards: boolean, variables: boolean): readonly string[] {
  const tokens = fixedTokens(value, wildcards, variables);
  if (tokens === undefined) return [];
  let instance = '';
  for (const part of tokens) {
    if (part === ANY) instance += FRESH_VALUE;
    else instance += part === ONE ? FRESH_CHARACTER : part;
  }
  return [instance];
}

/** A value with wildcards as a plain glob; `not-plain` where it has a `*` or `?` that is none as well. */
function patternOf(comparison: Comparison, value: string, variables: boolean): string | undefined {
  if (comparison.type !== 'arn' && !(comparison.type === 'string' && comparison.wildcards)) return undefined;
  const tokens = fixedTokens(value, true, variables);
  if (tokens === undefined || tokens.every((part) => typeof part === 'string')) return undefined;
  let glob = '';
  for (const part of tokens) {
    if (part === ANY) glob += '*';
    else if (part === ONE) glob += '?';
    else if (part.includes('*') || part.includes('?')) return 'not-plain';
    else glob += part;
  }
  return glob;
}

/** The parts of a value; undefined where it has variables. */
function fixedTokens(value: string, wildcards: boolean, variables: boolean): readonly GlobToken[] | undefined {
  const parts = variables ? policyVariables(value, wildcards) : wildcards ? globTokens(value) : [value];
  return parts.every((part): part is GlobToken => typeof part !== 'object') ? parts : undefined;
}

function dateText(at: number): readonly string[] {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999
    ? []
    : [date.toISOString()];
}
