/**
 * A word as a POSIX shell takes it unchanged, whatever it holds: what a provider lets people choose may hold anything.
 *
 * @example
 * shellWord("it's"); // "'it'\\''s'"
 */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
