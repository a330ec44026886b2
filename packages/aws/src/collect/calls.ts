import type { Gap } from '@keyreach/core/graph';

/** One call of the AWS API, as data. */
export interface AwsCall {
  /** SDK client, as in the name of its package: `iam`, `s3-control`, `secrets-manager`. */
  readonly service: string;
  /** `ListUsers`. */
  readonly command: string;
  readonly input?: Readonly<Record<string, unknown>>;
  /** Region of the call; absent for global services. */
  readonly region?: string;
  /** IAM action it needs, such as `s3:ListAllMyBuckets`. */
  readonly action: string;
}

/** A reply, verbatim, without `$metadata`. */
export type AwsReply = Readonly<Record<string, unknown>>;

/** How the pages of a call hang together: the field of the reply that continues, and that of the request. */
export interface Paging {
  readonly reply: string;
  readonly request: string;
}

/** A call that failed for good: after retries, and after a fresh session where the old one had ended. */
export interface FailedCall {
  readonly call: AwsCall;
  /** Name of the error as the API gives it: `AccessDeniedException`, `NoSuchBucketPolicy`. */
  readonly error: string;
  /** What sort of failure it is, for whoever decides what to do about it. */
  readonly kind: 'denied' | 'not-found' | 'not-available' | 'throttled' | 'expired' | 'network' | 'other';
}

/** What one call gave. Failure is a value: a collection goes on without it. */
export type CallResult =
  | { readonly ok: true; readonly reply: AwsReply }
  | { readonly ok: false; readonly failed: FailedCall };

/** All pages of one call; with `failed`, those before the failure. */
export interface PagesResult {
  readonly replies: readonly AwsReply[];
  readonly failed?: FailedCall;
}

/** One account, for the parts of a collection: calls with its own session, and a place for what could not be read. */
export interface AccountCalls {
  readonly accountId: string;
  readonly partition: string;
  /** Enabled regions to read; sorted. */
  readonly regions: readonly string[];
  /** Sends a call. Throws only where the collection was cancelled. */
  send(call: AwsCall): Promise<CallResult>;
  /** Sends a call until no page is left. Throws only where the collection was cancelled. */
  pages(call: AwsCall, paging: Paging): Promise<PagesResult>;
  /** Runs tasks side by side, within the bound of the collection; results in the order of the tasks. */
  all<T>(tasks: readonly (() => Promise<T>)[]): Promise<readonly T[]>;
  /** Notes that something could not be read; `scope` is the account. */
  gap(gap: Omit<Gap, 'scope' | 'kind'>): void;
  /** Notes a failed call as a gap that names the permission that was missing. */
  failed(what: string, failed: FailedCall): void;
}
