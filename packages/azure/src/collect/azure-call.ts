import type { RawRecord } from '@keyreach/core/input';

/** Whose API a call is of: Azure Resource Manager, Microsoft Graph, Log Analytics. */
export type Audience = 'arm' | 'graph' | 'logs';

/** A kind of call, as data (azure.md 4): what its row of the table says. */
export interface AzureMethod {
  /** Stable name, for messages: `roleAssignments`. */
  readonly name: string;
  readonly audience: Audience;
  readonly verb: 'GET' | 'POST';
  /** Of Resource Manager an action, of Graph an application permission; absent where everybody may call it. */
  readonly permission?: string;
}

/** One call. */
export interface AzureCall {
  readonly method: AzureMethod;
  /** Path below the host, encoded, with its query: `/v1.0/users?$top=999`. */
  readonly path: string;
  readonly body?: RawRecord;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What sort of failure it is, for whoever decides what to do about it. */
export type FailureKind =
  | 'denied'
  | 'expired'
  | 'invalid'
  | 'network'
  | 'not-found'
  | 'other'
  | 'throttled'
  | 'unlicensed';

/** A call that failed for good: after retries, and after a fresh token where the old one had ended. */
export interface FailedCall {
  readonly method: AzureMethod;
  readonly kind: FailureKind;
  /** Code as the API names it, such as `AuthorizationFailed`; never its message, which repeats input. */
  readonly error: string;
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
