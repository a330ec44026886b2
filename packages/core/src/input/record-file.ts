import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { isGzip } from './input-text.ts';
import { MAX_JSON_DEPTH } from './json-input.ts';
import { type Piece, RecordSplitter } from './record-splitter.ts';

/** Bounds of what one log file may take. */
export interface RecordFileLimits {
  /** Files that unpack to no more are unpacked whole. */
  readonly wholeBytes: number;
  /** Most bytes of a file, unpacked. The rest is not read. */
  readonly fileBytes: number;
  /** Most bytes of one record. */
  readonly recordBytes: number;
}

/** 16 MiB whole, 4 GiB of a file, 4 MiB of a record. */
export const RECORD_FILE_LIMITS: RecordFileLimits = {
  wholeBytes: 16 * 1024 * 1024,
  fileBytes: 4 * 1024 * 1024 * 1024,
  recordBytes: 4 * 1024 * 1024,
};

/** What reading one file came to. */
export interface RecordFileOutcome {
  /** Bytes of JSON, as far as it was read. */
  readonly bytes: number;
  /** Parts that could not be read, and the first of them: where, and what was expected. Never text of the file. */
  readonly problems: number;
  readonly firstProblem?: string;
}

/** How much of the end of a file is told. */
const TAIL_BYTES = 1024;

/** How the records of a kind of log file are read. */
export interface RecordFileReader {
  /** Names of lists of records that the one object of a file may have, of at most 20 letters. */
  readonly lists: readonly string[];
  /**
   * Takes one parsed record; `kind` says where it stood, as in {@link Piece}. Returns what was expected where it is no record,
   * without any text of it.
   */
  take(record: unknown, kind: string): string | undefined;
  /** Told the last text of a file, up to a kilobyte, where it was read to its end: of a reply, what stands behind the list. */
  end?(tail: string): void;
}

/**
 * Reads the records of one log file: a list, a list of some name within an object, or records one after another; packed
 * or not, in bounded memory. What is damaged is counted and the rest is read.
 */
export async function readRecordFile(
  path: string,
  reader: RecordFileReader,
  limits: RecordFileLimits = RECORD_FILE_LIMITS,
): Promise<RecordFileOutcome> {
  const reading = new RecordFileReading(reader);
  try {
    const stat = statSync(path);
    if (!stat.isFile()) reading.problem('not a plain file');
    else if (stat.size > limits.wholeBytes || !reading.whole(readFileSync(path), limits)) {
      await reading.inParts(path, limits);
    }
  } catch (error) {
    reading.problem(`cannot be read (\`${codeOf(error)}\`)`);
  }
  return reading.outcome();
}

class RecordFileReading {
  readonly #reader: RecordFileReader;
  #records = 0;
  #bytes = 0;
  #problems = 0;
  #firstProblem: string | undefined;

  constructor(reader: RecordFileReader) {
    this.#reader = reader;
  }

  outcome(): RecordFileOutcome {
    const first = this.#firstProblem;
    return { bytes: this.#bytes, problems: this.#problems, ...(first === undefined ? {} : { firstProblem: first }) };
  }

  problem(why: string): void {
    this.#problems += 1;
    this.#firstProblem ??= why;
  }

  /** Reads a file that unpacks to ordinary size; false, with nothing read, for every other. */
  whole(file: Buffer, limits: RecordFileLimits): boolean {
    const plain = isGzip(file) ? unpackedWhole(file, limits.wholeBytes) : file;
    if (plain === undefined) return false;
    const splitter = this.#splitter(limits);
    splitter.push(withoutMark(plain));
    splitter.end();
    this.#reader.end?.(textOf(plain.subarray(-TAIL_BYTES)));
    this.#bytes = plain.length;
    return true;
  }

  /** Reads a file of any size as far as it can be read. */
  async inParts(path: string, limits: RecordFileLimits): Promise<void> {
    const splitter = this.#splitter(limits);
    let tail: Uint8Array = new Uint8Array();
    try {
      for await (const part of partsOf(path)) {
        const room = limits.fileBytes - this.#bytes;
        splitter.push((this.#bytes === 0 ? withoutMark(part) : part).subarray(0, room));
        this.#bytes += Math.min(part.length, room);
        tail = part.length < TAIL_BYTES ? Buffer.concat([tail, part]).subarray(-TAIL_BYTES) : part.slice(-TAIL_BYTES);
        if (part.length <= room) continue;
        this.problem(`unpacks to more than \`${limits.fileBytes}\` bytes, expected a smaller file`);
        return;
      }
    } catch (error) {
      const code = codeOf(error);
      const damaged = code.startsWith('Z_') ? 'damaged or truncated gzip data' : `cannot be read (\`${code}\`)`;
      this.problem(`byte ${this.#bytes}: ${damaged}`);
      return;
    }
    splitter.end();
    this.#reader.end?.(textOf(tail));
  }

  #splitter({ recordBytes }: RecordFileLimits): RecordSplitter {
    return new RecordSplitter(
      { piece: (piece) => this.#piece(piece), problem: (at, why) => this.problem(`byte ${at}: ${why}`) },
      { bytes: recordBytes, depth: MAX_JSON_DEPTH },
      this.#reader.lists,
    );
  }

  #piece({ kind, bytes, at }: Piece): void {
    this.#records += 1;
    const place = `record ${this.#records}, byte ${at}`;
    let value: unknown;
    try {
      value = JSON.parse(textOf(bytes));
    } catch {
      this.problem(`${place}: damaged, expected JSON`);
      return;
    }
    const expected = this.#reader.take(value, kind);
    if (expected !== undefined) this.problem(`${place}: expected ${expected}`);
  }
}

/** A packed file unpacked; undefined where it is damaged, or unpacks to more than `most` bytes. */
function unpackedWhole(file: Buffer, most: number): Buffer | undefined {
  if (file.length < 18) return undefined;
  // The last four bytes tell how much it unpacks to, if it is one piece and honest.
  const told = file.readUInt32LE(file.length - 4);
  if (told > most) return undefined;
  try {
    return gunzipSync(file, { maxOutputLength: most, chunkSize: Math.max(told + 1024, 16 * 1024) });
  } catch {
    return undefined;
  }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

const PART_BYTES = 1024 * 1024;

function partsOf(path: string): AsyncIterable<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: PART_BYTES });
  // The first bytes tell whether it is packed, not the name.
  if (!isGzip(firstBytes(path))) return file;
  // What is there of a truncated file is unpacked; that something is missing shows in the text.
  return pipeline(file, createGunzip({ chunkSize: PART_BYTES, finishFlush: constants.Z_SYNC_FLUSH }), () => undefined);
}

function firstBytes(path: string): Uint8Array {
  const handle = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(2);
    return bytes.subarray(0, readSync(handle, bytes));
  } finally {
    closeSync(handle);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
