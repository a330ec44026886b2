import { CONDITIONAL, FALSE, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { base64Bytes } from './base64-bytes.ts';
import type { Comparison, Order } from './condition-operator.ts';
import { decimalNumber } from './decimal-number.ts';
import { ipInRange } from './ip-in-range.ts';
import { ipRange } from './ip-range.ts';
import { textMatcher } from './text-matcher.ts';
import type { ValueMatcher } from './value-matcher.ts';
import { w3cDate } from './w3c-date.ts';

/**
 * Compiles the values of one key under one operator (aws.md 1.11): they are alternatives. A malformed value, on either
 * side, does not match. `variables`: whether the policy's version has policy variables.
 */
export function compileValues(comparison: Comparison, values: readonly string[], variables: boolean): ValueMatcher {
  switch (comparison.type) {
    case 'string':
    case 'arn':
      return textMatcher(comparison, values, variables);
    case 'numeric': {
      const bounds = values.map(decimalNumber).filter(isGiven);
      return exactly((value) => ordered(comparison.order, bounds, decimalNumber(value)));
    }
    case 'date': {
      const bounds = values.map(w3cDate).filter(isGiven);
      return {
        ...exactly((value) => ordered(comparison.order, bounds, w3cDate(value))),
        matchesBetween: (from, to) =>
          bounds.reduce<Truth>((truth, bound) => or(truth, between(comparison.order, from, to, bound)), FALSE),
      };
    }
    case 'boolean': {
      // AWS's own pages contradict each other on variables here; they are supported (aws.md 1.11).
      const matcher = textMatcher({ type: 'string', wildcards: false, ignoreCase: true }, values, variables);
      return {
        ...matcher,
        matches: (value, request) => (isBoolean(value) ? matcher.matches(value, request) : FALSE),
      };
    }
    case 'binary': {
      const bytes = new Set(values.map(base64Bytes).filter(isGiven));
      return exactly((value) => {
        const own = base64Bytes(value);
        return own !== undefined && bytes.has(own);
      });
    }
    case 'ip': {
      const ranges = values.map(ipRange).filter(isGiven);
      return exactly((value) => {
        const own = ipRange(value);
        return own !== undefined && ranges.some((range) => ipInRange(own, range));
      });
    }
  }
}

/** A matcher that needs the whole value: one that is partly known leaves the answer to the request. */
function exactly(holds: (value: string) => boolean): ValueMatcher {
  return {
    matches: (value) => (holds(value) ? TRUE : FALSE),
    matchesPattern: () => CONDITIONAL,
    matchesBetween: () => CONDITIONAL,
    matchesOutside: () => UNKNOWN,
  };
}

function ordered(order: Order, bounds: readonly number[], value: number | undefined): boolean {
  return value !== undefined && bounds.some((bound) => between(order, value, value, bound) === TRUE);
}

/** Compares an interval of values with a bound. */
function between(order: Order, from: number, to: number, bound: number): Truth {
  switch (order) {
    case 'equal':
      if (bound < from || bound > to) return FALSE;
      return from === to ? TRUE : CONDITIONAL;
    case 'less':
      return decided(to < bound, from >= bound);
    case 'less-or-equal':
      return decided(to <= bound, from > bound);
    case 'greater':
      return decided(from > bound, to <= bound);
    case 'greater-or-equal':
      return decided(from >= bound, to < bound);
  }
}

function decided(always: boolean, never: boolean): Truth {
  if (always) return TRUE;
  return never ? FALSE : CONDITIONAL;
}

function isBoolean(value: string): boolean {
  const lower = value.toLowerCase();
  return lower === 'true' || lower === 'false';
}

function isGiven<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
