import type { Comparison } from './condition-operator.ts';
import { decimalNumber } from './decimal-number.ts';
import { FRESH_VALUE } from './fresh-value.ts';
import { ANY, ONE } from './glob-token.ts';
import { globTokens } from './glob-tokens.ts';
import { policyVariables } from './policy-variables.ts';
import { w3cDate } from './w3c-date.ts';

/** More values than this are not proposed: the engine tries combinations, and a statement rarely lists more. */
const MOST_VALUES = 32;

/**
 * Values worth trying for a key the caller chooses (aws.md 1.12, class C), given what one policy condition compares it
 * with: for each policy value one that matches it, for numbers and dates also the neighbours on both sides. Values with
 * variables depend on the principal and give none; nor do malformed ones.
 */
export function chosenValues(comparison: Comparison, values: readonly string[], variables: boolean): readonly string[] {
  const proposed = new Set<string>();
  for (const value of values) {
    for (const one of instances(comparison, value, variables)) {
      if (proposed.size >= MOST_VALUES) return [...proposed];
      proposed.add(one);
    }
  }
  return [...proposed];
}

function instances(comparison: Comparison, value: string, variables: boolean): readonly string[] {
  switch (comparison.type) {
    case 'string':
      return text(value, comparison.wildcards, variables);
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
  const parts = variables ? policyVariables(value, wildcards) : wildcards ? globTokens(value) : [value];
  let instance = '';
  for (const part of parts) {
    if (typeof part === 'object') return [];
    if (part === ANY) instance += FRESH_VALUE;
    else instance += part === ONE ? 'x' : part;
  }
  return [instance];
}

function dateText(at: number): readonly string[] {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999
    ? []
    : [date.toISOString()];
}
