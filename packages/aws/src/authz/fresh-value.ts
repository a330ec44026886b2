/** A value that no policy mentions, for keys the caller chooses. */
export const FRESH_VALUE: string = '\u{e000}'.repeat(16);

/** The same for a single character. */
export const FRESH_CHARACTER = '\u{e001}';
