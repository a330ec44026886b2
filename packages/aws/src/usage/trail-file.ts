import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { isGzip } from '../bundle/input-text.ts';
import { MAX_JSON_DEPTH } from '../bundle/json-input.ts';
import { type Piece, RecordSplitter } from './record-splitter.ts';
import type { RecordOrigin, TakenRecord } from './trail-aggregation.ts';
import { fieldsOf } from './trail-record.ts';

/** Bounds of what one log file may take. */
export interface TrailFileLimits {
  /** Files that unpack to no more are unpacked whole. */
  readonly wholeBytes: number;
  /** Most bytes of a file, unpacked. The rest is not read. */
  readonly fileBytes: number;
  /** Most bytes of one record. */
  readonly recordBytes: number;
}

/** 16 MiB whole, 4 GiB of a file, 4 MiB of a record. */
export const TRAIL_FILE_LIMITS: TrailFileLimits = {
  wholeBytes: 16 * 1024 * 1024,
  fileBytes: 4 * 1024 * 1024 * 1024,
  recordBytes: 4 * 1024 * 1024,
};

/** What reading one file came to. */
export interface TrailFileOutcome {
  /** Bytes of JSON, as far as it was read. */
  readonly bytes: number;
  /** Parts that could not be read, and the first of them: where, and what was expected. Never text of the file. */
  readonly problems: number;
  readonly firstProblem?: string;
}

/**
 * Reads the records of one log file: as a trail delivers them, replies of LookupEvents, a list of records, or records
 * one after another; packed or not. What is damaged is counted and the rest is read. Digests of log file integrity
 * validation hold no records and are no problem.
 */
export async function readTrailFile(
  path: string,
  take: (record: unknown, from: RecordOrigin) => TakenRecord,
  limits: TrailFileLimits = TRAIL_FILE_LIMITS,
): Promise<TrailFileOutcome> {
  const reading = new TrailFileReading(take);
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

class TrailFileReading {
  readonly #take: (record: unknown, from: RecordOrigin) => TakenRecord;
  #records = 0;
  #bytes = 0;
  #problems = 0;
  #firstProblem: string | undefined;

  constructor(take: (record: unknown, from: RecordOrigin) => TakenRecord) {
    this.#take = take;
  }

  outcome(): TrailFileOutcome {
    const first = this.#firstProblem;
    return { bytes: this.#bytes, problems: this.#problems, ...(first === undefined ? {} : { firstProblem: first }) };
  }

  problem(why: string): void {
    this.#problems += 1;
    this.#firstProblem ??= why;
  }

  /** Reads a file that unpacks to ordinary size; false, with nothing read, for every other. */
  whole(file: Buffer, limits: TrailFileLimits): boolean {
    const plain = isGzip(file) ? unpackedWhole(file, limits.wholeBytes) : file;
    if (plain === undefined) return false;
    const splitter = this.#splitter(limits);
    splitter.push(withoutMark(plain));
    splitter.end();
    this.#bytes = plain.length;
    return true;
  }

  /** Reads a file of any size as far as it can be read. */
  async inParts(path: string, limits: TrailFileLimits): Promise<void> {
    const splitter = this.#splitter(limits);
    try {
      for await (const part of partsOf(path)) {
        const room = limits.fileBytes - this.#bytes;
        splitter.push((this.#bytes === 0 ? withoutMark(part) : part).subarray(0, room));
        this.#bytes += Math.min(part.length, room);
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
  }

  #splitter({ recordBytes }: TrailFileLimits): RecordSplitter {
    return new RecordSplitter(
      { piece: (piece) => this.#piece(piece), problem: (at, why) => this.problem(`byte ${at}: ${why}`) },
      { bytes: recordBytes, depth: MAX_JSON_DEPTH },
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
    if (kind === 'value' && Object.hasOwn(fieldsOf(value) ?? {}, 'digestS3Object')) return;
    const event = kind === 'Records' ? undefined : fieldsOf(value)?.['CloudTrailEvent'];
    const taken = typeof event === 'string' ? this.#take(recordOfEvent(event), 'lookup') : this.#take(value, 'log');
    if (taken === 'unusable') {
      this.problem(
        `${place}: expected a record of CloudTrail with \`eventType\`, \`eventTime\` and what goes with them`,
      );
    }
  }
}

/** The record in a reply of LookupEvents; undefined where it is damaged. */
function recordOfEvent(event: string): unknown {
  try {
    return isTooDeep(event, MAX_JSON_DEPTH) ? undefined : JSON.parse(event);
  } catch {
    return undefined;
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

/** Looks at brackets outside texts, before anything that takes memory for each of them sees the text. */
function isTooDeep(text: string, most: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text[index]) {
      case '"':
        for (index += 1; index < text.length && text[index] !== '"'; index += 1) if (text[index] === '\\') index += 1;
        break;
      case '[':
      case '{':
        depth += 1;
        if (depth > most) return true;
        break;
      case ']':
      case '}':
        depth -= 1;
        break;
    }
  }
  return false;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
