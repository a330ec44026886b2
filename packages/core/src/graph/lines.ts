import { KeyreachError } from './graph-error.ts';

/** Length of the longest line that is read, in UTF-16 code units. */
export const MAX_LINE_LENGTH = 67_108_864;

/**
 * Splits UTF-8 text into lines as it arrives: for each chunk the lines it completes, at the end the last line where no
 * line break follows it. Lines end in `\n` or `\r\n`, which are removed; a byte order mark at the start is too.
 *
 * @throws KeyreachError `line-too-long` past {@link MAX_LINE_LENGTH}, `not-utf8` for bytes that are not UTF-8; both
 * with the number of the line in `fields.line`. Errors of `chunks` pass through.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[], void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let rest = '';
  const take = (text: string): string[] => {
    const parts = text.split('\n');
    parts[0] = rest + (parts[0] ?? '');
    rest = parts.pop() ?? '';
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index] ?? '';
      checkLength(part, line + index);
      if (part.endsWith('\r')) parts[index] = part.slice(0, -1);
    }
    line += parts.length;
    checkLength(rest, line);
    return parts;
  };

  /** Without a chunk: the end, where an unfinished character is an error. */
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw new KeyreachError('not-utf8', `line ${line} or one soon after: not UTF-8 text; convert the file to UTF-8`, {
        cause: error,
        fields: { line },
      });
    }
  };

  for await (const chunk of chunks) {
    const lines = take(decoded(chunk));
    if (lines.length > 0) yield lines;
  }
  const lines = take(decoded());
  if (rest !== '') lines.push(rest);
  if (lines.length > 0) yield lines;
}

function checkLength(text: string, line: number): void {
  if (text.length <= MAX_LINE_LENGTH) return;
  throw new KeyreachError('line-too-long', `line ${line}: longer than \`${MAX_LINE_LENGTH}\` characters`, {
    fields: { line, limit: MAX_LINE_LENGTH },
  });
}
