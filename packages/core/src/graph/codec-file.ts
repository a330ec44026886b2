import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { encodeGraph } from './graph-codec.ts';
import { GraphDecoder } from './graph-decoder.ts';
import { KeyreachError } from './graph-error.ts';
import { splitLines } from './lines.ts';
import type { Graph } from './model.ts';
import { quoteText } from './quote-text.ts';

/** Bounds on what is read from a graph file. */
export interface ReadGraphFileOptions {
  /** Largest size after decompression, in bytes. Default 16 GiB; a small file can otherwise unpack without end. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 17_179_869_184;

/**
 * Reads a graph file, plain or compressed with gzip; the content decides, not the name.
 *
 * @throws KeyreachError naming the file: `cannot-read` where the system refuses, `bad-gzip` for compressed data that is
 * cut off or damaged, `too-large` past `maxBytes`, and what `decodeGraph` and `splitLines` throw.
 * @example
 * ```ts
 * const graph = await readGraphFile('estate.ndjson.gz');
 * ```
 */
export async function readGraphFile(path: string, options: ReadGraphFileOptions = {}): Promise<Graph> {
  const { maxBytes = defaultMaxBytes } = options;
  const decoder = new GraphDecoder();
  try {
    for await (const lines of splitLines(limited(unpacked(createReadStream(path)), maxBytes))) {
      for (const line of lines) decoder.line(line);
    }
    return decoder.end();
  } catch (error) {
    throw readError(path, error);
  }
}

/**
 * Writes a graph file, compressed where the name ends in `.gz`. Equal graphs give equal bytes. The file appears under
 * its name only once it is complete: it is written under another name in the same directory first, and that is removed
 * if anything fails.
 *
 * @throws KeyreachError `cannot-write` naming the file; what `canonicalJson` throws for values that are not JSON.
 * @example
 * ```ts
 * await writeGraphFile('estate.ndjson.gz', graph);
 * ```
 */
export async function writeGraphFile(path: string, graph: Graph): Promise<void> {
  let temporary: string | undefined;
  try {
    await refuseSpecialFile(path);
    const file = await createBeside(path);
    temporary = file.path;
    try {
      for await (const chunk of path.endsWith('.gz') ? packed(textChunks(graph)) : bytesOf(textChunks(graph))) {
        await file.handle.writeFile(chunk);
      }
      await file.handle.sync();
    } finally {
      await file.handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    if (temporary !== undefined) await unlink(temporary).catch(() => undefined);
    if (error instanceof KeyreachError) throw error;
    throw new KeyreachError('cannot-write', `cannot write ${quoteText(path)}: ${systemReason(error)}`, {
      cause: error,
      fields: { file: path },
    });
  }
}

/** Renaming onto a device or pipe would replace it. */
async function refuseSpecialFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  const reason = found.isDirectory() ? 'it is a directory' : 'it is not a regular file';
  throw new KeyreachError('cannot-write', `cannot write ${quoteText(path)}: ${reason}; name a file`, {
    fields: { file: path },
  });
}

interface NewFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** A file of its own even where other writers are at work on the same name or left something behind. */
async function createBeside(path: string): Promise<NewFile> {
  for (let attempt = 1; ; attempt += 1) {
    const temporary = `${path}.${attempt}.tmp`;
    try {
      return { path: temporary, handle: await open(temporary, 'wx') };
    } catch (error) {
      if (attempt >= 100 || systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Large enough that the cost per chunk vanishes, small enough to keep memory flat. */
const textChunkLength = 262_144;

function* textChunks(graph: Graph): Iterable<string> {
  let chunk = '';
  for (const line of encodeGraph(graph)) {
    chunk += `${line}\n`;
    if (chunk.length < textChunkLength) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

function* bytesOf(chunks: Iterable<string>): Iterable<Uint8Array> {
  const encoder = new TextEncoder();
  for (const chunk of chunks) yield encoder.encode(chunk);
}

/** Byte 9 of a gzip file names the operating system; 255 is "unknown", so that all systems write the same bytes. */
const gzipSystemByte = 9;

async function* packed(chunks: Iterable<string>): AsyncIterable<Uint8Array> {
  const gzip = pipeline(Readable.from(bytesOf(chunks)), createGzip({ level: 6 }), ignoreError);
  let first = true;
  for await (const chunk of gzip as AsyncIterable<Uint8Array>) {
    if (first) chunk[gzipSystemByte] = 255;
    first = false;
    yield chunk;
  }
}

async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  while (length < 2) {
    const { done, value } = await source.next();
    if (done === true) break;
    head.push(value);
    length += value.length;
  }
  const all = (async function* (): AsyncIterable<Uint8Array> {
    yield* head;
    yield* { [Symbol.asyncIterator]: () => source };
  })();
  const [first, second] = head.flatMap((chunk) => [...chunk.subarray(0, 2)]);
  if (first === 0x1f && second === 0x8b) yield* pipeline(Readable.from(all), createGunzip(), ignoreError);
  else yield* all;
}

/** Errors reach the reader of the stream; this only keeps them from being reported twice. */
function ignoreError(): void {}

async function* limited(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncIterable<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new KeyreachError(
        'too-large',
        `larger than \`${maxBytes}\` bytes when unpacked; raise \`maxBytes\` if meant`,
        {
          fields: { limit: maxBytes },
        },
      );
    }
    yield chunk;
  }
}

function readError(path: string, error: unknown): unknown {
  const details = { cause: error, fields: { file: path } };
  if (error instanceof KeyreachError) {
    const fields = { ...error.fields, file: path };
    return new KeyreachError(error.code, `${quoteText(path)}: ${error.message}`, { cause: error, fields });
  }
  const code = systemCode(error);
  if (code === 'Z_BUF_ERROR') {
    const reason = 'the compressed data ends too early; the file was cut off, copy or write it again';
    return new KeyreachError('bad-gzip', `${quoteText(path)}: ${reason}`, details);
  }
  if (code?.startsWith('Z_') === true) {
    const reason = 'the compressed data is damaged; copy or write the file again';
    return new KeyreachError('bad-gzip', `${quoteText(path)}: ${reason}`, details);
  }
  return new KeyreachError('cannot-read', `cannot read ${quoteText(path)}: ${systemReason(error)}`, details);
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function systemReason(error: unknown): string {
  const code = systemCode(error);
  switch (code) {
    case 'ENOENT':
      return 'no such file or directory';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a directory';
    case 'ENOTDIR':
      return 'part of the path is not a directory';
    case 'ENOSPC':
      return 'no space left on the device';
    default:
      return code ?? (error instanceof Error ? error.message : String(error));
  }
}
