import type { BundleStore, CollectClock, CollectEvent } from '@keyreach/core/collection';
import type { Timestamp } from '@keyreach/core/graph';
import type { AccountCalls } from './calls.ts';

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

/** How far a collection has come; `owner` is an account. */
export type AwsCollectEvent = CollectEvent<PartProgress>;

/** Names of the users of an account; undefined where nobody could list them (told as a gap already). */
export type UserNames = readonly string[] | undefined;

/** What a part of a collection is given besides calls. */
export interface CollectContext {
  readonly files: BundleStore;
  readonly clock: CollectClock;
  /** Time of the collection: when its first run began. */
  readonly now: Timestamp;
  /** Time of this run: what services keep for a while they keep from here back. */
  readonly runAt: Timestamp;
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
  /** What it was asked for, where that can differ: asked for something else it is another part. */
  readonly asked?: object;
  /** What is missing without it, as gaps call it: `access keys`. */
  readonly what: string;
  /** File below `accounts/ID/` that holds what `run` gives: `*.json`, or `*.csv` for text. Absent: `run` writes its own files. */
  readonly file?: string;
  /** IAM actions of its calls; sorted, each once. All of them list or read configuration. */
  readonly actions: readonly string[];
  /** ARNs that its actions are needed on; absent: all. */
  readonly resources?: readonly string[];
  /** True where it reads the regions of the account, so that it is done again for other regions. */
  readonly regional?: true;
  /** Accounts it is about; absent: every account. `identity-center`: the one that administers Identity Center. */
  readonly accounts?: 'identity-center' | 'caller';
  /** Gives what the file is to hold; undefined: no file is written, since nothing could be read. */
  run(calls: AccountCalls, context: CollectContext): Promise<unknown>;
}
