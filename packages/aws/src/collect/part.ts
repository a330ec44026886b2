import type { Timestamp } from '@keyreach/core/graph';
import type { AccountCalls } from './calls.ts';

/** Files of the bundle that is collected into; paths are below its root, with forward slashes. */
export interface BundleStore {
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
export interface CollectClock {
  /** Milliseconds since any moment. */
  milliseconds(): number;
  /** Waits. Throws KeyreachError `cancelled` where the collection was cancelled. */
  sleep(milliseconds: number): Promise<void>;
}

/** How far a part has come that says more of itself than that it is done. */
export interface PartProgress {
  /** What is read: `athena`, `lookup-events`, `last-accessed`. */
  readonly source: string;
  readonly account: string;
  /** Share that is done, from 0 to 1; absent where nobody can tell. */
  readonly share?: number;
  /** What was read so far: rows, events, files or principals. */
  readonly done: number;
  /** A guess, from what was read so far and how long that took. */
  readonly millisecondsLeft?: number;
}

/** Names of the users of an account; undefined where nobody could list them (told as a gap already). */
export type UserNames = readonly string[] | undefined;

/** What a part of a collection is given besides calls. */
export interface CollectContext {
  readonly files: BundleStore;
  readonly clock: CollectClock;
  /** Time of the collection. */
  readonly now: Timestamp;
  /** True where the regions of the account are all that are enabled; otherwise there may be more in others. */
  readonly allRegions: boolean;
  /** Account that owns the instance of Identity Center of the organization. */
  readonly managementAccount?: string;
  /** Users of the account: those of its authorization details, or else asked for. */
  users(): Promise<UserNames>;
  readonly progress?: (progress: PartProgress) => void;
}

/**
 * One part of what is collected of an account, as data: adding a part is adding a row to `parts.ts`.
 *
 * What cannot be read is a gap (`calls.gap`, `calls.failed`); `run` throws only where the collection was cancelled.
 */
export interface CollectPart {
  /** Stable name, which the state of a collection and progress use: `access-keys`. */
  readonly name: string;
  /** What is missing without it, as gaps call it: `access keys`. */
  readonly what: string;
  /** File below `accounts/ID/` that holds what `run` gives: `*.json`, or `*.csv` for text. Absent: `run` writes its own files. */
  readonly file?: string;
  /** IAM actions of its calls; sorted, each once. All of them list or read configuration. */
  readonly actions: readonly string[];
  /** True where it reads the regions of the account, so that it is done again for other regions. */
  readonly regional?: true;
  /** Accounts it is about; absent: every account. `identity-center`: the one that administers Identity Center. */
  readonly accounts?: 'identity-center' | 'caller';
  /** Gives what the file is to hold; undefined: no file is written, since nothing could be read. */
  run(calls: AccountCalls, context: CollectContext): Promise<unknown>;
}
