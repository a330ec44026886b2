/** Any text, also none: `*` in a policy. */
export const ANY = 0;

/** Exactly one character (UTF-16 code unit): `?` in a policy. */
export const ONE = 1;

/**
 * A piece of a pattern: literal text or a wildcard. Keeping wildcards apart from text is what lets `${*}` and the
 * values of policy variables stand for themselves (aws.md 1.11).
 */
export type GlobToken = string | typeof ANY | typeof ONE;
