import {
  type CompiledCondition,
  type ConditionFinding,
  type ConditionRequest,
  globOfInstance,
  type Truth,
} from '@keyreach/core/authz';
import type { Json } from '@keyreach/core/graph';
import type { Comparison, Order, ParsedOperator } from './condition-operator.ts';
import { conditionOperator } from './condition-operators.ts';
import { FRESH_VALUE } from './fresh-value.ts';
import { ONE } from './glob-token.ts';
import { type KeyReference, keyReference } from './key-reference.ts';
import { policyVariables } from './policy-variables.ts';
import type { Reading } from './reading.ts';

/** A condition may list thousands of values and lines; nobody reads more than these. */
const MOST_VALUES = 4;
const MOST_LINES = 32;
const LONGEST_VALUE = 120;

/**
 * A condition of an AWS policy in words, line by line, with what a request has (aws.md 1.11, 1.12): `aws:SourceIp is in
 * 10.0.0.0/8`. `compile` is the condition language itself, which decides each line by itself.
 *
 * @example
 * describeCondition({ version: '2012-10-17', block: { Bool: { 'aws:SecureTransport': 'true' } } }, request, compile);
 * // [{ key: 'aws:SecureTransport', asks: 'aws:SecureTransport is true', outcome: 'holds', found: 'true', decidedBy: 'graph' }]
 */
export function describeCondition(
  body: Json,
  request: ConditionRequest,
  compile: (body: Json) => CompiledCondition,
): readonly ConditionFinding[] {
  if (!isObject(body) || !isObject(body['block'])) return [];
  const version = body['version'] ?? null;
  const found: ConditionFinding[] = [];
  for (const [operator, keys] of Object.entries(body['block'])) {
    if (!isObject(keys)) continue;
    for (const [key, values] of Object.entries(keys)) {
      if (found.length === MOST_LINES) return found;
      const outcome = outcomeOf(compile({ version, block: { [operator]: { [key]: values } } }).evaluate(request));
      found.push(lineOf(operator, key, values, outcome, version === '2012-10-17', request));
    }
  }
  return found;
}

function lineOf(
  operator: string,
  key: string,
  json: Json,
  outcome: ConditionFinding['outcome'],
  variables: boolean,
  request: ConditionRequest,
): ConditionFinding {
  const reference = keyReference(key);
  const reading = reference.read(request);
  const parsed = conditionOperator(operator);
  const values = (Array.isArray(json) ? (json as readonly Json[]) : [json]).map(String);
  const asks =
    parsed === undefined
      ? `${key} ${operator} ${listed(values.map(quoted))}`
      : `${phrase(key, parsed, values)}${variables ? substituted(values, request) : ''}`;
  const found = foundText(reading);
  return {
    key,
    asks,
    outcome,
    ...(found === undefined ? {} : { found }),
    decidedBy: decidedBy(reference, reading, request),
  };
}

/** Key, operator and values as a sentence. */
function phrase(key: string, parsed: ParsedOperator, values: readonly string[]): string {
  if (parsed.kind === 'null') {
    const asked = new Set(values.map((value) => value.toLowerCase()));
    if (asked.has('true') && asked.has('false')) return `${key} is absent or present`;
    return `${key} is ${asked.has('true') ? 'absent' : 'present'}`;
  }
  const { operator, set, ifExists } = parsed;
  const subject = set === 'all' ? `every value of ${key}` : set === 'any' ? `some value of ${key}` : key;
  const orAbsent = set === 'all' ? ', or there is none' : ifExists ? ', or absent' : '';
  return `${subject} ${comparisonText(operator.comparison, operator.negated, values)}${orAbsent}`;
}

function comparisonText(comparison: Comparison, negated: boolean, values: readonly string[]): string {
  const not = negated ? ' not' : '';
  switch (comparison.type) {
    case 'string': {
      const folded = comparison.ignoreCase ? ' (in any case)' : '';
      const wild = comparison.wildcards && values.some((value) => /[*?]/.test(value));
      return `${wild ? matches(values, negated) : isOneOf(values.map(quoted), negated)}${folded}`;
    }
    case 'arn':
      return values.some((value) => /[*?]/.test(value))
        ? matches(values, negated)
        : isOneOf(values.map(quoted), negated);
    case 'boolean':
    case 'binary':
      return isOneOf(values.map(plain), negated);
    case 'numeric':
      return `is${not} ${orderText(comparison.order, 'less than', 'greater than', 'at most', 'at least')}${listed(values.map(plain))}`;
    case 'date':
      return `is${not} ${orderText(comparison.order, 'before', 'after', 'not after', 'not before')}${listed(values.map(plain))}`;
    case 'ip':
      return `is${not} in ${listed(values.map(plain))}`;
  }
}

function orderText(order: Order, less: string, greater: string, atMost: string, atLeast: string): string {
  switch (order) {
    case 'equal':
      return '';
    case 'less':
      return `${less} `;
    case 'less-or-equal':
      return `${atMost} `;
    case 'greater':
      return `${greater} `;
    case 'greater-or-equal':
      return `${atLeast} `;
  }
}

function isOneOf(values: readonly string[], negated: boolean): string {
  if (values.length === 1) return `is${negated ? ' not' : ''} ${values[0]}`;
  return `is ${negated ? 'none' : 'one'} of ${listed(values)}`;
}

function matches(values: readonly string[], negated: boolean): string {
  return `${negated ? 'does not match' : 'matches'} ${listed(values.map(quoted))}`;
}

/** What the variables of the values stand for in this request, each once. */
function substituted(values: readonly string[], request: ConditionRequest): string {
  const known = new Map<string, string>();
  for (const value of values.slice(0, MOST_VALUES)) {
    for (const part of policyVariables(value, false)) {
      if (typeof part !== 'object' || !('key' in part) || known.size === MOST_VALUES) continue;
      const text = foundText(keyReference(part.key).read(request)) ?? 'known only with the request';
      known.set(
        part.key,
        part.fallback !== undefined && text === 'absent' ? `absent, so ${quoted(part.fallback)}` : text,
      );
    }
  }
  if (known.size === 0) return '';
  return `, where ${[...known].map(([key, text]) => `${key} is ${text}`).join(' and ')}`;
}

/** What a reading tells; undefined where it tells nothing that a person could use. */
function foundText(reading: Reading): string | undefined {
  switch (reading.state) {
    case 'absent':
      return 'absent';
    case 'values':
      return listed(
        reading.values.map((value) =>
          value === FRESH_VALUE ? 'any other value' : quoted(globOfInstance(value, FRESH_VALUE)),
        ),
      );
    case 'pattern':
      return `like ${quoted(reading.tokens.map((token) => (typeof token === 'string' ? token : token === ONE ? '?' : '*')).join(''))}`;
    case 'between':
      return `between ${timeText(reading.from)} and ${timeText(reading.to)}`;
    case 'outside':
      return `something else than ${listed(reading.prefixes.map(quoted))}`;
    case 'either': {
      const texts = reading.readings.map(foundText);
      return texts.some((text) => text === undefined) ? undefined : [...new Set(texts)].join(' or ');
    }
    case 'undecided':
      return undefined;
  }
}

function decidedBy(
  { key, chosen }: KeyReference,
  reading: Reading,
  request: ConditionRequest,
): ConditionFinding['decidedBy'] {
  switch (key.source) {
    case 'static':
      // A static key that is undecided for want of a request (a service's own) waits for the request.
      return reading.state === 'undecided' && reading.truth === 2 ? 'request' : 'graph';
    case 'chosen':
      return chosen?.free?.in(request.action, request.resource) === false ? 'graph' : 'caller';
    case 'kind':
      return 'credential';
    case 'request':
      return 'request';
  }
}

function outcomeOf(truth: Truth): ConditionFinding['outcome'] {
  switch (truth) {
    case 3:
      return 'holds';
    case 2:
      return 'conditional';
    case 1:
      return 'unknown';
    case 0:
      return 'fails';
  }
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST_VALUES);
  const more = texts.length - shown.length;
  if (shown.length === 0) return 'nothing';
  return more > 0 ? `${shown.join(', ')} or ${more} more` : shown.join(' or ');
}

function quoted(text: string): string {
  return `"${plain(text)}"`;
}

function plain(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function timeText(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}

function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
