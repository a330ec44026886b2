import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { isGzip } from '../bundle/input-text.ts';
import { MAX_JSON_DEPTH } from '../bundle/json-input.ts';
import { type Piece, type PieceKind, RecordSplitter } from './record-splitter.ts';
import type { RecordOrigin, TakenRecord } from './trail-aggregation.ts';
import { fieldsOf } from './trail-record.ts';

/** Bounds of what one log file may take. */
export interface TrailFileLimits {
  /** Files that unpack to no more are parsed whole. */
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

  /** Reads a file that is one JSON text of ordinary size; false, with nothing read, for every other. */
  whole(file: Uint8Array, limits: TrailFileLimits): boolean {
    let plain = file;
    if (isGzip(file)) {
      if (file.length < 18) return false;
      // The last four bytes tell how much it unpacks to, if it is one piece and honest.
      const told = Buffer.from(file.buffer, file.byteOffset, file.length).readUInt32LE(file.length - 4);
      if (told > limits.wholeBytes) return false;
      try {
        const chunkSize = Math.min(Math.max(told + 1024, 16 * 1024), limits.wholeBytes);
        plain = gunzipSync(file, { maxOutputLength: limits.wholeBytes, chunkSize });
      } catch {
        return false;
      }
    }
    if (isTooDeep(plain, MAX_JSON_DEPTH)) return false;
    let value: unknown;
    try {
      value = JSON.parse(textOf(plain));
    } catch {
      return false;
    }
    this.#bytes = plain.length;
    if (!Array.isArray(value)) this.#value(value, undefined);
    else for (const element of value) this.#element(element, 'element', undefined);
    return true;
  }

  /** Reads a file of any size as far as it can be read. */
  async inParts(path: string, limits: TrailFileLimits): Promise<void> {
    const splitter = new RecordSplitter(
      { piece: (piece) => this.#piece(piece), problem: (at, why) => this.problem(`byte ${at}: ${why}`) },
      { bytes: limits.recordBytes, depth: MAX_JSON_DEPTH },
    );
    let first = true;
    try {
      for await (const part of partsOf(path)) {
        const room = limits.fileBytes - this.#bytes;
        const marked = first && part[0] === 0xef && part[1] === 0xbb && part[2] === 0xbf;
        splitter.push(part.subarray(marked ? 3 : 0, room));
        first = false;
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

  #piece({ kind, bytes, at }: Piece): void {
    let value: unknown;
    try {
      value = JSON.parse(textOf(bytes));
    } catch {
      this.problem(`record ${this.#records + 1}, byte ${at}: damaged, expected JSON`);
      this.#records += 1;
      return;
    }
    if (kind === 'value') this.#value(value, at);
    else this.#element(value, kind, at);
  }

  /** A value by itself. */
  #value(value: unknown, at: number | undefined): void {
    const fields = fieldsOf(value);
    const { Records: records, Events: events } = fields ?? {};
    if (Array.isArray(records)) for (const record of records) this.#element(record, 'Records', at);
    else if (Array.isArray(events)) for (const event of events) this.#element(event, 'Events', at);
    else if (fields === undefined || !('digestS3Object' in fields)) this.#element(value, 'element', at);
  }

  #element(value: unknown, kind: PieceKind, at: number | undefined): void {
    this.#records += 1;
    const event = kind === 'Records' ? undefined : fieldsOf(value)?.['CloudTrailEvent'];
    let record = value;
    if (typeof event === 'string') {
      try {
        record = isTooDeep(Buffer.from(event), MAX_JSON_DEPTH) ? undefined : JSON.parse(event);
      } catch {
        record = undefined;
      }
    }
    if (this.#take(record, typeof event === 'string' ? 'lookup' : 'log') !== 'unusable') return;
    const place = at === undefined ? '' : `, byte ${at}`;
    this.problem(
      `record ${this.#records}${place}: expected a record of CloudTrail with \`eventType\`, \`eventTime\`, …`,
    );
  }
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

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Looks at brackets outside texts, before anything that takes memory for each of them sees the text. */
function isTooDeep(bytes: Uint8Array, most: number): boolean {
  let depth = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    switch (bytes[index]) {
      case 0x22:
        for (index += 1; index < bytes.length && bytes[index] !== 0x22; index += 1) {
          if (bytes[index] === 0x5c) index += 1;
        }
        break;
      case 0x5b:
      case 0x7b:
        depth += 1;
        if (depth > most) return true;
        break;
      case 0x5d:
      case 0x7d:
        depth -= 1;
        break;
    }
  }
  return false;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
