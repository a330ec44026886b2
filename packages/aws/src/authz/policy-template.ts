import type { GlobToken } from './glob-token.ts';

/** A policy variable: the key whose value is substituted, and the text to use where the key is absent. */
export interface PolicyVariable {
  /** Name of the condition key, as written. */
  readonly key: string;
  readonly fallback: string | undefined;
}

/** A `${` that begins no valid variable; AWS does not document what it matches. */
export interface MalformedVariable {
  readonly malformed: string;
}

/** Policy text taken apart: literal text, wildcards and variables in order. */
export type PolicyTemplate = readonly (GlobToken | PolicyVariable | MalformedVariable)[];
