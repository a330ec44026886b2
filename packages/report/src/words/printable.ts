/** Control and format characters (bidirectional overrides among them), line separators, lone surrogates. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const longest = 2048;

/**
 * Text of unknown origin for a terminal or a page: whatever could move the cursor, change colours, reorder the line or
 * end it is written as `\u{…}`, and a text nobody could read is cut.
 *
 * @example
 * ```ts
 * printable('\u001b[2Jrole'); // '\\u{1b}[2Jrole'
 * ```
 */
export function printable(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return shown.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
