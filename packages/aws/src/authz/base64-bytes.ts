const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * The bytes a base64 text stands for, as base64 in its canonical form, so that equal bytes give equal texts
 * (aws.md 1.11, `BinaryEquals`). Undefined for text that is not base64.
 */
export function base64Bytes(text: string): string | undefined {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (padding === 0) return text;
  // The last character before the padding has bits that mean nothing: clear them.
  const at = text.length - padding - 1;
  const value = ALPHABET.indexOf(text[at]!);
  const significant = padding === 2 ? value & 0b110000 : value & 0b111100;
  return `${text.slice(0, at)}${ALPHABET[significant]}${'='.repeat(padding)}`;
}
