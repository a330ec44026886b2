import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * Name of a text by its content: the first 32 hex digits (128 bits) of the SHA-256 of its UTF-8 form. Equal texts have
 * equal names on every platform; finding two texts of one name takes about 2^64 tries. Lone surrogates count as U+FFFD.
 *
 * @example
 * ```ts
 * contentHash(''); // 'e3b0c44298fc1c149afbf4c8996fb924'
 * ```
 */
export function contentHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)).subarray(0, 16));
}
