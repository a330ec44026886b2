const maxQuoted = 512;

/** Control and format characters, line separators, lone surrogates, and the backtick itself. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}`]/gu;

/**
 * Text of unknown origin in backticks, for messages: cut after 512 code units, with whatever could break out of the
 * backticks, the line or a terminal written as `\u{…}`.
 *
 * @example
 * ```ts
 * quoteText('arn:aws:iam::111122223333:user/a'); // '`arn:aws:iam::111122223333:user/a`'
 * ```
 */
export function quoteText(text: string): string {
  const shown = text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
  return `\`${shown.replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}\``;
}
