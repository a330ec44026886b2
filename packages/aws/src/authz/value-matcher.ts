import type { ConditionRequest, Truth } from '@keyreach/core/authz';
import type { ValueToken } from './glob-token.ts';

/** Whether a request value matches one of the values a policy gives for a key. */
export interface ValueMatcher {
  /** A value that is known. */
  matches(value: string, request: ConditionRequest): Truth;
  /** A value of which only a glob it matches is known, and that it is none of those that are taken. */
  matchesPattern(
    tokens: readonly ValueToken[],
    request: ConditionRequest,
    isTaken: ((value: string) => boolean) | undefined,
  ): Truth;
  /** A time in a closed interval, milliseconds since the epoch. */
  matchesBetween(from: number, to: number): Truth;
  /** A value that begins with none of the texts. */
  matchesOutside(prefixes: readonly string[]): Truth;
}
