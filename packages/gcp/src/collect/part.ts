import type { BundleStore } from '@keyreach/core/collection';
import type { Gap, Timestamp } from '@keyreach/core/graph';
import type { RawRecord } from '@keyreach/core/input';
import type { BoundarySource } from './boundary-source.ts';
import type { CallResult, FailedCall, GoogleCall, GoogleMethod, ListResult } from './google-call.ts';

/** A project, folder or organization. */
export interface ScopeNode {
  readonly kind: 'organizations' | 'folders' | 'projects';
  /** `organizations/1`, `folders/2`, `projects/3` (by number). */
  readonly name: string;
  /** Of a project. */
  readonly projectId?: string;
  /** `organizations/1`, `folders/2`, where the record tells it. */
  readonly parent?: string;
}

/** Files of the bundle that parts fill; each is joined from what all owners gave (docs/bundles-gcp.md). */
export type PartFile =
  | 'api-keys.json'
  | 'activities.json'
  | 'assets.ndjson'
  | 'audit-usage.json'
  | 'auth-counters.json'
  | 'deny-policies.json'
  | 'effective-tags.json'
  | 'groups.json'
  | 'hmac-keys.json'
  | 'insights.json'
  | 'org-policies.json'
  | 'pab.json'
  | 'roles.json'
  | 'service-account-keys.json'
  | 'service-accounts.json'
  | 'workload-identity-pools.json';

/** What one part gave for one owner: values for lists of files, by file, then by list (`''`: the file is the list). */
export type PartValue = Partial<Readonly<Record<PartFile, Readonly<Record<string, readonly unknown[]>>>>>;

/** Calls about one owner, and a place for what could not be read. */
export interface ScopeCalls {
  /** Sends a call. Throws only where the collection was cancelled or has no credentials any more. */
  send(call: GoogleCall): Promise<CallResult>;
  list(call: GoogleCall, field: string): Promise<ListResult>;
  pages(call: GoogleCall, take: (reply: RawRecord) => Promise<void> | void): Promise<FailedCall | undefined>;
  /** Notes a failed call as a gap that names the permission and the role; a service that is off is noted as such. */
  failed(what: string, failed: FailedCall): void;
  gap(gap: Omit<Gap, 'scope' | 'kind'>): void;
  /** Notes a gap that another run may close: until then something may be there that was not read. */
  unread(gap: Omit<Gap, 'scope' | 'kind'>): void;
  /** The list, with a gap where it failed; undefined where the API is switched off, or nothing came. */
  listed(what: string, call: GoogleCall, field: string): Promise<readonly RawRecord[] | undefined>;
}

/** What a part of a collection is given besides calls. */
export interface PartContext {
  /** Of the collection, which another run keeps. */
  readonly now: Timestamp;
  readonly boundaries: BoundarySource;
  /** Projects, folders and organizations below the owner, the owner among them; sorted. */
  readonly below: readonly ScopeNode[];
  /** Where the part keeps pages that are too many for one value. */
  readonly files: BundleStore;
  /** Directory of the pages, in {@link files}. */
  readonly directory: string;
  /** For parts that come last: groups that policies name, `group:EMAIL`, sorted. */
  readonly groups: readonly string[];
  /** Notes that a query was run that is paid by the bytes it reads. */
  paid(bytes: number): void;
}

/** A role that a part needs somewhere else than on the organization, so that nobody gives it for all of it. */
export interface GcpGrant {
  /** What it is to be given on: `projects/P`, `dataset P.D`. */
  readonly on: string;
  readonly role: string;
  readonly permissions: readonly string[];
}

/**
 * One part of what is collected, as data: adding a part is adding a row to `parts/index.ts`. What cannot be read is a gap.
 */
export interface GcpCollectPart {
  /** Stable name, which the state of a collection and progress use. */
  readonly name: string;
  /** What is missing without it, as gaps call it. */
  readonly what: string;
  /** Whose calls it makes: `root`: a scope that was asked for; `node`: every project, folder and organization; `all`: once. */
  readonly owners: 'root' | 'node' | 'projects' | 'organizations' | 'all' | 'last';
  readonly files: readonly PartFile[];
  /** Calls whose permissions are needed on the organization. */
  readonly methods: readonly GoogleMethod[];
  /** What is needed elsewhere, and the calls it is needed for. A part makes no other calls than it declares. */
  readonly grants?: readonly GcpGrant[];
  readonly grantedMethods?: readonly GoogleMethod[];
  /** Undefined: nothing of it could be read. */
  run(calls: ScopeCalls, owner: ScopeNode, context: PartContext): Promise<PartValue | undefined>;
}
