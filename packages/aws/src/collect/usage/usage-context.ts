import type { Timestamp } from '@keyreach/core/graph';

/** Files of the bundle that is collected into; paths are below its root, with forward slashes. */
export interface UsageFiles {
  /** Names in a directory, sorted; none where it is not there. */
  names(directory: string): Promise<readonly string[]>;
  /** Parsed JSON; undefined where the file is missing or damaged. */
  readJson(path: string): Promise<unknown>;
  /** Writes JSON, whole or not at all. */
  writeJson(path: string, value: unknown): Promise<void>;
  /** Writes bytes, whole or not at all. */
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
}

/** Time, for polling and for limits of requests in a second. */
export interface UsageClock {
  /** Milliseconds since any moment. */
  milliseconds(): number;
  /** Waits. Throws where the collection was cancelled. */
  sleep(milliseconds: number): Promise<void>;
}

/** How far a source of use has been read. */
export interface UsageProgress {
  /** `athena`, `cloudtrail-lake`, `lookup-events`, `cloudtrail-files`, `last-accessed`. */
  readonly source: string;
  readonly account: string;
  /** Share that is done, from 0 to 1; absent where nobody can tell. */
  readonly share?: number;
  /** What was read so far: rows, events, files or principals. */
  readonly done: number;
  /** A guess, from what was read so far and how long that took. */
  readonly millisecondsLeft?: number;
}

/** What collecting use needs besides calls. */
export interface UsageContext {
  readonly files: UsageFiles;
  readonly clock: UsageClock;
  /** Time of the collection. */
  readonly now: Timestamp;
  readonly progress?: (progress: UsageProgress) => void;
}

/** A time some days before another one. */
export function daysBefore(time: Timestamp, days: number): Timestamp {
  return new Date(Date.parse(time) - days * 86_400_000).toISOString();
}

/** An RFC 3339 time of a reply, which has it as a date or as text; undefined for anything else. */
export function timeOfReply(value: unknown): Timestamp | undefined {
  if (!(value instanceof Date) && typeof value !== 'string') return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The later of two times that are written alike. */
export function laterOf(left: Timestamp, right: Timestamp): Timestamp {
  if (left < right) return right;
  return left;
}

/** The earlier of two times that are written alike. */
export function earlierOf(left: Timestamp, right: Timestamp): Timestamp {
  if (left < right) return left;
  return right;
}
