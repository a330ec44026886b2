import type { Truth } from '@keyreach/core/authz';
import type { ValueToken } from './glob-token.ts';

/** Compares what is known of a request value with one policy value whose variables have values. */
export interface TextComparison {
  /** A value that is known. */
  readonly matches: (value: string) => Truth;
  /** A value of which only a glob it matches is known: `TRUE` where all such values match, `FALSE` where none does. */
  readonly covers: (tokens: readonly ValueToken[]) => Truth;
}
