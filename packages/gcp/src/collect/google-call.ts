import type { RawRecord } from '@keyreach/core/input';

/** A kind of call of a Google API, as data (gcp.md 4.1, 5): what its row of the table says. */
export interface GoogleMethod {
  /** Stable name, for quotas and messages: `cloudasset.assets.list`. */
  readonly name: string;
  /** Host of the API: `cloudasset.googleapis.com`. */
  readonly service: string;
  readonly verb: 'GET' | 'POST';
  /** Permissions it needs, v1 names; none where everybody may call it. */
  readonly permissions: readonly string[];
  /** The smallest predefined role that has them. */
  readonly role?: string;
  /** Calls in a minute that the quota allows. Absent: none is known to matter. */
  readonly perMinute?: number;
}

/** One call. */
export interface GoogleCall {
  readonly method: GoogleMethod;
  /** Path below the host, encoded, with its version: `/v3/projects/1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: RawRecord;
}

/** What sort of failure it is, for whoever decides what to do about it. */
export type FailureKind =
  | 'denied'
  | 'disabled'
  | 'not-found'
  | 'invalid'
  | 'throttled'
  | 'network'
  | 'expired'
  | 'other';

/** A call that failed for good: after retries, and after a fresh token where the old one had ended. */
export interface FailedCall {
  readonly call: GoogleCall;
  readonly kind: FailureKind;
  /** Status and reason as the API names them, such as `PERMISSION_DENIED`; never its message, which repeats input. */
  readonly error: string;
  /** Of `disabled`: the API that is switched off, and in which project (id or number) where the reply says so. */
  readonly service?: string;
  readonly consumer?: string;
}

/** What one call gave. Failure is a value: a collection goes on without it. */
export type CallResult =
  | { readonly ok: true; readonly reply: RawRecord }
  | { readonly ok: false; readonly failed: FailedCall };

/** All records of a list; with `failed`, those before the failure. */
export interface ListResult {
  readonly items: readonly RawRecord[];
  readonly failed?: FailedCall;
}
