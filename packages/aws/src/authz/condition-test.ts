import { and, type ConditionRequest, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { ParsedOperator } from './condition-operator.ts';
import type { KeyReference } from './key-reference.ts';
import type { Reading } from './reading.ts';
import type { ValueMatcher } from './value-matcher.ts';

/** One line of a condition block: an operator, a key and its values. */
export type ConditionTest = (request: ConditionRequest) => Truth;

/**
 * A test with a comparison operator (aws.md 1.11). Without set operator one policy value must match the request's
 * value, or none where the operator is negated; a key that is absent fails a positive operator and passes a negated
 * one. `ForAllValues` asks that of every request value and passes without any; `ForAnyValue` asks it of at least one
 * and fails without any. `…IfExists` passes where the key is absent.
 */
export function conditionTest(
  reference: KeyReference,
  parsed: Extract<ParsedOperator, { kind: 'compare' }>,
  matcher: ValueMatcher,
): ConditionTest {
  const { set, ifExists } = parsed;
  const { negated } = parsed.operator;
  const { multivalued } = reference.key;
  const whenAbsent = absentTruth(set, ifExists, negated);
  const sign = (truth: Truth): Truth => (negated ? not(truth) : truth);

  const several = (values: readonly string[], request: ConditionRequest): Truth => {
    switch (set) {
      case 'all': {
        let truth: Truth = TRUE;
        for (const value of values) truth = and(truth, sign(matcher.matches(value, request)));
        return truth;
      }
      case 'any': {
        let truth: Truth = FALSE;
        for (const value of values) truth = or(truth, sign(matcher.matches(value, request)));
        return truth;
      }
      case 'none': {
        // A key with several values wants a set operator; what happens without one is not documented. That nothing
        // matches where no value does is the one thing every reading agrees on.
        let some: Truth = FALSE;
        for (const value of values) some = or(some, matcher.matches(value, request));
        return !negated && some === FALSE ? FALSE : UNKNOWN;
      }
    }
  };

  const outcome = (reading: Reading, request: ConditionRequest): Truth => {
    switch (reading.state) {
      case 'absent':
        return whenAbsent;
      case 'values':
        return reading.values.length === 1 && !(multivalued && set === 'none')
          ? sign(matcher.matches(reading.values[0]!, request))
          : several(reading.values, request);
      case 'pattern':
        return sign(matcher.matchesPattern(reading.tokens, request, reading.isTaken));
      case 'between':
        return sign(matcher.matchesBetween(reading.from, reading.to));
      case 'outside':
        return sign(matcher.matchesOutside(reading.prefixes));
      case 'either': {
        const outcomes = reading.readings.map((one) => outcome(one, request));
        return outcomes.every((one) => one === outcomes[0]) ? outcomes[0]! : reading.truth;
      }
      case 'undecided':
        return reading.truth;
    }
  };
  return (request) => outcome(reference.read(request), request);
}

function absentTruth(set: 'all' | 'any' | 'none', ifExists: boolean, negated: boolean): Truth {
  if (set === 'all') return TRUE;
  // `ForAnyValue:…IfExists` without the key: AWS does not document which of the two wins.
  if (set === 'any') return ifExists ? UNKNOWN : FALSE;
  return ifExists || negated ? TRUE : FALSE;
}
