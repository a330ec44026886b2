/** Any text, also none: `*` in a policy. */
export const ANY = 0;

/** Exactly one character (UTF-16 code unit): `?` in a policy. */
export const ONE = 1;

/** Any text without a colon, also none: a name and path that somebody has yet to give, in what is known of a value. */
export const NAME = 2;

/**
 * A piece of a pattern: literal text or a wildcard. Keeping wildcards apart from text is what lets `${*}` and the
 * values of policy variables stand for themselves (aws.md 1.11).
 */
export type GlobToken = string | typeof ANY | typeof ONE;

/** A piece of what is known of a value. */
export type ValueToken = GlobToken | typeof NAME;
