import type { Json } from './model.ts';

/** What a {@link KeyreachError} carries besides code and message. */
export interface KeyreachErrorDetails {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Facts for programs: file, line, limits. Plain JSON, never secret material. */
  readonly fields?: Readonly<Record<string, Json>>;
}

/**
 * Base class of every error Keyreach throws on purpose: misuse, cancellation, and files that cannot be read.
 *
 * Problems in the data of a readable input are never thrown; they are gaps and unknowns in the graph. Messages are
 * lower case without a full stop, show what was given in backticks, and say what to do.
 *
 * @example
 * ```ts
 * throw new KeyreachError('bad-graph', 'line 3: not valid JSON; export the graph again', { fields: { line: 3 } });
 * ```
 */
export class KeyreachError extends Error {
  /** Stable name of the problem in kebab-case, for programs: `bad-graph`, `too-deep`, `cannot-read`. */
  readonly code: string;
  /** Facts for programs; `{}` if there are none. */
  readonly fields: Readonly<Record<string, Json>>;

  constructor(code: string, message: string, details: KeyreachErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'KeyreachError';
    this.code = code;
    this.fields = details.fields ?? {};
  }
}
