import type { Timestamp } from '@keyreach/core/graph';

/**
 * Calls of one principal with one credential, aggregated from CloudTrail records. Every CloudTrail source ends in these
 * rows, wherever the aggregation ran: the file reader, Athena, CloudTrail Lake and LookupEvents give equal rows for equal
 * records. The rules by which a record falls into its row are those of `docs/usage-aws.md`.
 */
export interface TrailRow {
  /**
   * Who acted: ARN of a user, the root ARN of an account, or of a role. Where the record names no session issuer, the
   * role is known by its name alone: `arn:P:sts::ACCOUNT:assumed-role/NAME`, without the session.
   */
  readonly principal: string;
  /**
   * What the calls began with, across role chains: the id of a long-term access key (`AKIA…`), `service:<name>` for
   * sessions an AWS service opened, `federated` for sessions opened with a SAML assertion or an OIDC token, `console` for
   * sessions of the console. Absent: the records do not tell.
   */
  readonly origin?: string;
  /** `eventSource` without `.amazonaws.com`. */
  readonly eventSource: string;
  readonly eventName: string;
  /** What of the requests decides which actions they need; sorted, each once. */
  readonly marks: readonly TrailMark[];
  /** ARNs of roles and instance profiles in the request, sorted, each once; none for calls of STS. */
  readonly roles: readonly string[];
  /** ARN of the one resource the calls were about. Absent: several, more than {@link RESOURCE_LIMIT}, or not told. */
  readonly resource?: string;
  /** Time of the first and last call that was not refused. Absent where all were. */
  readonly first?: Timestamp;
  readonly last?: Timestamp;
  /** Calls that were authorized, whatever became of them then. */
  readonly count: number;
  /** Calls that were refused for lack of permission: no use. */
  readonly refused: number;
}

/**
 * What a request holds that changes which actions it needs (aws.md 4.3): `version`: a version of an object;
 * `tags`: tags given on creation, or tags of a session; `acl`: an access list given with the request; `retention`: an
 * object lock given with the request; `copy`: another object to copy from; `source-identity`: of an STS session;
 * `instance-profile`: an instance profile, by name or ARN; `forwarded`: sent by an AWS service in the caller's name.
 */
export type TrailMark =
  | 'acl'
  | 'copy'
  | 'forwarded'
  | 'instance-profile'
  | 'retention'
  | 'source-identity'
  | 'tags'
  | 'version';

/** How many resources of one principal, origin and event are told apart; more are told as one row without a resource. */
export const RESOURCE_LIMIT = 64;

/** How many sessions a chain of role sessions is followed through. */
export const CHAIN_LIMIT = 5;

/** What a source of {@link TrailRow}s would have shown. */
export interface TrailCoverage {
  /** Account whose calls it shows. */
  readonly account: string;
  /** Regions it shows; `*`: all that are enabled. */
  readonly regions: readonly string[] | '*';
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** Which management events: all, those that change something, or none. */
  readonly management: 'all' | 'write-only' | 'none';
  /** Event sources left out of the management events, such as `kms.amazonaws.com`. */
  readonly excluded: readonly string[];
  /** Types of resources all data events of which are shown, as in event selectors: `AWS::S3::Object`. */
  readonly data: readonly string[];
}

/** Aggregated use from one source of CloudTrail records. */
export interface TrailUsage {
  /** `cloudtrail-files`, `cloudtrail-lake`, `athena`, `lookup-events`. */
  readonly source: string;
  /** In order of principal, origin, event source, event name, marks, roles and resource. */
  readonly rows: readonly TrailRow[];
  /** Empty where nobody knows what the source would have shown: then its silence proves nothing. */
  readonly coverage: readonly TrailCoverage[];
}
