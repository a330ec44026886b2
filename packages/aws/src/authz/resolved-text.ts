import { CONDITIONAL, type ConditionRequest, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { ANY, type GlobToken, NAME } from './glob-token.ts';
import type { KeyReference } from './key-reference.ts';

/**
 * Text that a policy variable stands for. `truth` is `TRUE` where the text is exact; otherwise `tokens` match every
 * text it may be and a match is worth no more than `truth`.
 */
export interface ResolvedText {
  readonly tokens: readonly GlobToken[];
  readonly truth: Truth;
}

const anything = (truth: Truth): ResolvedText => ({ tokens: [ANY], truth });

/**
 * Substitutes one variable (aws.md 1.11): undefined where the key is absent and has no default, so that nothing can
 * match. The value is text: wildcards in it are not wildcards. Keys with several values cannot be variables.
 */
export function resolvedText(
  reference: KeyReference,
  fallback: string | undefined,
  request: ConditionRequest,
): ResolvedText | undefined {
  const exact = (text: string): ResolvedText => ({ tokens: [text], truth: TRUE });
  const missing = fallback === undefined ? undefined : exact(fallback);
  if (reference.key.multivalued) return missing;
  const reading = reference.read(request);
  switch (reading.state) {
    case 'absent':
      return missing;
    case 'values':
      return reading.values.length === 1 ? exact(reading.values[0]!) : missing;
    case 'pattern':
      return { tokens: reading.tokens.map((token) => (token === NAME ? ANY : token)), truth: CONDITIONAL };
    case 'between':
      return anything(CONDITIONAL);
    case 'outside':
      return anything(UNKNOWN);
    case 'either':
      return anything(reading.truth);
    case 'undecided':
      return anything(reading.truth);
  }
}
