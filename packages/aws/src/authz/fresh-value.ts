/** A value that no policy mentions, for keys the caller chooses. */
export const FRESH_VALUE: string = '\u{e000}'.repeat(16);
