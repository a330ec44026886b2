/**
 * Four-valued truth, ordered so that AND is `min` and OR is `max` (design, section 4; aws.md 1.1).
 *
 * `CONDITIONAL`: depends on request context that nobody can know beforehand. `UNKNOWN`: the input lacks what would
 * decide it. Both lie strictly between `FALSE` and `TRUE`, so neither can be mistaken for a decision.
 */
export type Truth = 0 | 1 | 2 | 3;

export const FALSE: Truth = 0;
export const UNKNOWN: Truth = 1;
export const CONDITIONAL: Truth = 2;
export const TRUE: Truth = 3;

/** Conjunction: false if any is false, else unknown if any is unknown, else conditional if any is, else true. */
export function and(left: Truth, right: Truth): Truth {
  return left < right ? left : right;
}

/** Disjunction: the strongest of the two. */
export function or(left: Truth, right: Truth): Truth {
  return left > right ? left : right;
}

/** Negation: swaps true and false, keeps what is undecided as it is. */
export function not(value: Truth): Truth {
  if (value === TRUE) return FALSE;
  if (value === FALSE) return TRUE;
  return value;
}

/** Outcome of a decision in the words of the results (design, section 4). */
export type Verdict = 'allow' | 'deny' | 'conditional' | 'unknown';

/** The word for a truth value of "is it allowed". */
export function verdictOf(value: Truth): Verdict {
  switch (value) {
    case 3:
      return 'allow';
    case 2:
      return 'conditional';
    case 1:
      return 'unknown';
    case 0:
      return 'deny';
  }
}
