/** A value that no policy mentions, for keys the caller chooses. */
export const FRESH_VALUE = 'keyreach-any-value';
