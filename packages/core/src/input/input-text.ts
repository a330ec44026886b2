import { gunzipSync } from 'node:zlib';

/** Most bytes an input file may have, packed or unpacked. */
export const MAX_FILE_BYTES: number = 512 * 1024 * 1024;

/** Outcome of {@link decodeInput}: the text, or one line that says why there is none. */
export type DecodedInput =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/**
 * Text of an input file: unpacks gzip (recognised by its first bytes, whatever the name), honours a byte order mark
 * (UTF-8; UTF-16 as some shells write when they redirect) and refuses what is not text. Unpacking stops at `maxBytes`,
 * so that a small file cannot fill the memory.
 */
export function decodeInput(bytes: Uint8Array, maxBytes: number = MAX_FILE_BYTES): DecodedInput {
  if (bytes.length > maxBytes) return { ok: false, problem: tooLarge('larger', maxBytes) };
  let plain = bytes;
  if (isGzip(bytes)) {
    try {
      plain = gunzipSync(bytes, { maxOutputLength: maxBytes });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ERR_BUFFER_TOO_LARGE') return { ok: false, problem: tooLarge('unpacks to more', maxBytes) };
      return { ok: false, problem: 'damaged or truncated gzip data, expected a complete gzip file' };
    }
  }
  const encoding = plain[0] === 0xff && plain[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return { ok: true, text: new TextDecoder(encoding, { fatal: true }).decode(plain) };
  } catch (error) {
    // Node has a limit of its own a little below ours.
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_STRING_TOO_LONG';
    return { ok: false, problem: tooLong ? tooLarge('larger', maxBytes) : 'not text, expected UTF-8' };
  }
}

/** True where the bytes start like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function tooLarge(verb: string, maxBytes: number): string {
  return `${verb} than \`${maxBytes}\` bytes, expected a smaller file`;
}
