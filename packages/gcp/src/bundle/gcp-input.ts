import type { Gap } from '@keyreach/core/graph';
import type { BundleFile, Listed, RawRecord } from '@keyreach/core/input';

/** One role given to some members (gcp.md 1.5, 1.7). */
export interface GcpBinding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: { readonly title?: string; readonly expression: string };
}

/** Which calls of a service are recorded beside those that always are (gcp.md 4.2, 5). */
export interface GcpAuditConfig {
  /** `allServices`, or a service such as `storage.googleapis.com`. */
  readonly service: string;
  readonly logs: readonly {
    readonly type: 'ADMIN_READ' | 'DATA_READ' | 'DATA_WRITE';
    readonly exemptedMembers: readonly string[];
  }[];
}

/** The allow policy of one resource. */
export interface GcpPolicy {
  readonly bindings: Listed<GcpBinding>;
  readonly auditConfigs: Listed<GcpAuditConfig>;
}

/** One asset; records of one name are joined. Names and ancestors as the input has them, ids and numbers mixed. */
export interface GcpAsset {
  /** Full resource name, `//…`. */
  readonly name: string;
  readonly assetType: string;
  /** `projects/N`, `folders/F`, `organizations/O`, closest first; empty where not told. */
  readonly ancestors: readonly string[];
  readonly updateTime?: string;
  /** Absent: no RESOURCE content of it in the input. */
  readonly resource?: {
    /** `v1`, `v2`, … of the API whose shape `data` has. */
    readonly version?: string;
    readonly location?: string;
    readonly parent?: string;
    readonly data: RawRecord;
  };
  /** Absent: no IAM_POLICY content of it in the input. */
  readonly iamPolicy?: GcpPolicy;
  /** ORG_POLICY content: policies set on this node (v1 or v2 shape). */
  readonly orgPolicies?: readonly RawRecord[];
}

/** Assets of all files, and what the input holds of them. */
export interface GcpAssets {
  readonly items: readonly GcpAsset[];
  /** False where a file or a record could not be read: the list proves what is in it, never what is not. */
  readonly complete: boolean;
  /** Whether any record had content of the kind; without it nothing of the kind is known of any asset. */
  readonly hasResources: boolean;
  readonly hasPolicies: boolean;
  readonly hasOrgPolicies: boolean;
}

/** A role: predefined, basic or custom. */
export interface GcpRole {
  /** `roles/X`, `projects/P/roles/X`, `organizations/O/roles/X`. */
  readonly name: string;
  readonly title?: string;
  readonly includedPermissions: readonly string[];
  readonly stage?: string;
  readonly deleted?: boolean;
}

/** A deny policy (v2) with its rules. */
export interface GcpDenyPolicy {
  readonly name: string;
  readonly displayName?: string;
  readonly rules: Listed<GcpDenyRule>;
}

/** One deny rule (gcp.md 4.2). */
export interface GcpDenyRule {
  readonly description?: string;
  readonly deniedPrincipals: readonly string[];
  readonly exceptionPrincipals: readonly string[];
  readonly deniedPermissions: readonly string[];
  readonly exceptionPermissions: readonly string[];
  readonly condition?: { readonly title?: string; readonly expression: string };
}

/** Principal access boundary policies (v3) and what they are bound to. */
export interface GcpBoundaries {
  readonly policies: Listed<GcpBoundaryPolicy>;
  readonly bindings: Listed<GcpPolicyBinding>;
}

export interface GcpBoundaryPolicy {
  readonly name: string;
  readonly displayName?: string;
  readonly rules: Listed<{
    readonly description?: string;
    readonly resources: readonly string[];
    readonly effect: string;
  }>;
  /** Absent or `latest`: the default version (gcp.md 1.4). */
  readonly enforcementVersion?: string;
}

export interface GcpPolicyBinding {
  readonly name: string;
  readonly principalSet: string;
  readonly policyKind: string;
  readonly policy: string;
  readonly condition?: { readonly title?: string; readonly expression: string };
}

/** A member of a group that was read; `roles` (`OWNER`, `MANAGER`, `MEMBER`) where the input tells them. */
export interface GcpGroupMember {
  /** `user:…`, `serviceAccount:…`, `group:…`, `domain:…`. */
  readonly member: string;
  readonly roles?: readonly string[];
}

/** A service account key; never its material. `name`: `projects/P/serviceAccounts/E/keys/ID`. */
export interface GcpServiceAccountKey {
  readonly name: string;
  readonly keyType?: string;
  readonly keyOrigin?: string;
  readonly keyAlgorithm?: string;
  readonly validAfterTime?: string;
  readonly validBeforeTime?: string;
  readonly disabled?: boolean;
  readonly disableReason?: string;
  readonly extendedStatus: readonly { readonly key: string; readonly value?: string }[];
}

/** An HMAC key of a service account; never its secret. */
export interface GcpHmacKey {
  readonly accessId: string;
  readonly projectId?: string;
  readonly serviceAccountEmail?: string;
  readonly state?: string;
  readonly timeCreated?: string;
  readonly updated?: string;
}

/** An API key; never its string. */
export interface GcpApiKey {
  /** `projects/N/locations/global/keys/UID`. */
  readonly name: string;
  readonly uid?: string;
  readonly displayName?: string;
  readonly createTime?: string;
  readonly updateTime?: string;
  readonly deleteTime?: string;
  readonly serviceAccountEmail?: string;
  /** As the API gives them; absent: unrestricted. */
  readonly restrictions?: RawRecord;
}

/** Workload and workforce identity pools with their providers, raw (gcp.md 2). */
export interface GcpPools {
  readonly pools: Listed<RawRecord>;
  readonly providers: Listed<RawRecord>;
}

/** The tags in force on one resource: `effectiveTags.list` (gcp.md 4.2). */
export interface GcpTagList {
  /** Full name of the resource. */
  readonly resource: string;
  readonly effectiveTags: readonly RawRecord[];
}

/** One row of the activity analyzer (gcp.md 5): last authentication of a service account or a key. */
export interface GcpActivity {
  readonly fullResourceName: string;
  readonly activityType: string;
  readonly observationPeriod?: { readonly startTime?: string; readonly endTime?: string };
  /** Absent: none seen in the period. */
  readonly lastAuthenticatedTime?: string;
}

/** One recommender insight, raw but for what every one has. */
export interface GcpInsight {
  readonly name: string;
  readonly insightSubtype: string;
  readonly content: RawRecord;
  /** Seconds. */
  readonly observationPeriod?: number;
  readonly lastRefreshTime?: string;
  readonly targetResources: readonly string[];
}

/** Google Cloud input, read and checked for shape. An absent property is a file that could not be read; a gap says why. */
export interface GcpInput {
  readonly assets?: GcpAssets;
  readonly roles?: Listed<GcpRole>;
  readonly denyPolicies?: Listed<GcpDenyPolicy>;
  readonly boundaries?: GcpBoundaries;
  /** By `group:…`, lower case; a group that is no key is unread. */
  readonly groups?: ReadonlyMap<string, Listed<GcpGroupMember>>;
  readonly serviceAccountKeys?: Listed<GcpServiceAccountKey>;
  readonly hmacKeys?: Listed<GcpHmacKey>;
  readonly apiKeys?: Listed<GcpApiKey>;
  readonly pools?: GcpPools;
  readonly activities?: Listed<GcpActivity>;
  readonly insights?: Listed<GcpInsight>;
  /** Counters of authentications (Cloud Monitoring): see usage/. */
  readonly authCounters?: Listed<RawRecord>;
  /** Files of audit logs; `withAuditUsage` reads them. */
  readonly auditLogs: readonly BundleFile[];
  /** Recorded use, by source: what a collector had added up, and what log files gave. */
  readonly auditUsage: readonly GcpAuditUsage[];
  /** OAuth client ids that may act for users of the Workspace customer (domain-wide delegation), with their scopes. */
  readonly delegations?: Listed<{ readonly clientId: string; readonly scopes: readonly string[] }>;
  /** Tags in force on resources, as the API lists them, where assets do not carry tag bindings. */
  readonly effectiveTags?: Listed<GcpTagList>;
  /** Organization policies that are set (v2), where assets do not carry them. */
  readonly orgPolicies?: Listed<RawRecord>;
  /** Projects (ids or numbers) × APIs that the collector found switched off: nothing of that kind is there. */
  readonly disabledServices: readonly { readonly project: string; readonly service: string }[];
  /** When the files were collected, where the bundle says so. */
  readonly collectedAt?: string;
  readonly gaps: readonly Gap[];
}

/** Use added up from audit logs, whatever read them: files, BigQuery or Log Analytics (docs/usage-gcp.md). */
export interface GcpAuditUsage {
  /** Name of the source, e.g. `audit-logs`. */
  readonly source: string;
  /** In the order of `compareAuditRows`. */
  readonly rows: readonly GcpAuditRow[];
  /** What the source could have seen. Empty where nobody knows: then its silence proves nothing. */
  readonly coverage: readonly GcpAuditCoverage[];
  /**
   * Every change of audit configuration that the entries tell, sorted. Absent: the source did not look, so that any policy
   * that was set may have changed it.
   */
  readonly auditConfigChanges?: readonly { readonly container: string; readonly at: string }[];
}

/** Entries that name one principal, key, chain of delegation, permission (or method) and resource (gcp.md 5.1, 5.2). */
export interface GcpAuditRow {
  /** E-mail, or principal subject where there is none, as the entries spell it. */
  readonly principal: string;
  /** Id of the service account key used. Absent: none told. */
  readonly keyId?: string;
  /** E-mails or subjects of the original callers, in the order of the entries; `?` for one that is not told. */
  readonly delegators: readonly string[];
  /** v1 name. Absent: the entries tell none. */
  readonly permission?: string;
  /** Name of the method; only where no permission is told. */
  readonly method?: string;
  /** As the entries spell it. Absent: several, more than 64, or not told. */
  readonly resource?: string;
  /** `storage.googleapis.com`. */
  readonly service: string;
  /** Time of the first and last entry that was not refused, to the second. Absent where all were. */
  readonly first?: string;
  readonly last?: string;
  /** Entries of calls that were let pass, whatever became of them then. */
  readonly count: number;
  /** Entries of calls that were refused for lack of permission: no use. */
  readonly refused: number;
}

/** Logs of one kind that were read of one project, folder or organization without exception, and for which time. */
export interface GcpAuditCoverage {
  /** `projects/P` (id or number), `folders/F`, `organizations/O`. */
  readonly container: string;
  readonly log: 'activity' | 'data_access';
  readonly from: string;
  readonly to: string;
  /** True where the logs of everything below the container were read as well. */
  readonly below?: true;
}
