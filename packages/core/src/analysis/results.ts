import type { Certainty, Gap, LastUsed, NodeId, Provider, Timestamp } from '../graph/model.ts';
import type { AccessClass } from '../reach/access-class.ts';
import type { Hop } from '../reach/reach-path.ts';

/**
 * A number between what is proven (`lo`) and what the evidence does not exclude (`hi`) (findings 3.1). `null`: the
 * input cannot bound it; never to be read as 0.
 */
export interface Bound {
  readonly lo: number | null;
  readonly hi: number | null;
}

/** What a radius is about. */
export interface RadiusSubject {
  readonly id: NodeId;
  readonly kind: 'credential' | 'identity';
  readonly type: string;
  readonly name: string;
  readonly provider: Provider;
  /** The identity the credential authenticates as; the subject itself for an identity. */
  readonly identity: NodeId;
  readonly scope?: NodeId;
  /** For a credential: its status. A disabled one proves nothing; `hi` says what re-enabling it would open. */
  readonly status?: 'active' | 'disabled' | 'expired' | 'unknown';
}

/** One access class to a resource. */
export interface ReachedAccess {
  readonly class: AccessClass;
  readonly certainty: Certainty;
}

/** Something in reach: an identity, a workload, or a resource. What is only denied is not listed. */
export interface ReachedNode {
  readonly id: NodeId;
  readonly kind: 'identity' | 'resource';
  readonly type: string;
  readonly name: string;
  readonly scope?: NodeId;
  /** `allow`: a path proves it. `conditional`: it depends on request context. `unknown`: the input lacks what decides it. */
  readonly certainty: Certainty;
  /** Identities held on the path, the home identity not counted. */
  readonly distance: number;
  /** For resources. */
  readonly access?: readonly ReachedAccess[];
  /** Empty only where the caller of the analysis asked for no paths. */
  readonly path: readonly Hop[];
}

/** Full control of a scope. `direct`: the home identity has it. */
export interface AdminReach {
  readonly scope: NodeId;
  readonly name: string;
  readonly level: 'direct' | 'transitive' | 'conditional' | 'unknown';
  readonly certainty: Certainty;
  readonly distance: number;
  readonly path: readonly Hop[];
}

/** Access that cannot be counted because the input does not list what lies in the scope. */
export interface UnboundedReach {
  readonly scope: NodeId;
  readonly class: AccessClass;
  readonly certainty: Certainty;
  /** Ends at the scope; empty only where the caller of the analysis asked for no paths. */
  readonly path: readonly Hop[];
}

/** Two environments a credential connects (findings 3.2, 6.2). */
export interface Crossing {
  readonly from: string;
  readonly to: string;
  readonly certainty: Certainty;
}

/** Sorting aid with its terms (findings 3.5). */
export interface Score {
  readonly lo: number;
  readonly hi: number;
  readonly terms: readonly {
    readonly side: 'impact' | 'exposure';
    readonly name: string;
    readonly lo: number;
    readonly hi: number;
  }[];
}

/** What to do (findings 3.6), on what is proven and on what is not excluded. */
export type ActionName = 'Act' | 'Attend' | 'Track*' | 'Track';
export interface Action {
  readonly lo: ActionName;
  readonly hi: ActionName;
  readonly exposure: { readonly lo: string; readonly hi: string };
  readonly reach: { readonly lo: string; readonly hi: string };
  readonly persistence: string;
  readonly governance: string;
}

/** Numbers of a radius; every one opens to `reaches`, `admin` and `unbounded`. */
export interface RadiusBounds {
  /** Identities that can be held, the home identity not counted. */
  readonly identities: Bound;
  /** Identities at distance 1, 2, …; index 0 is distance 1. */
  readonly byDistance: { readonly lo: readonly number[]; readonly hi: readonly number[] };
  /** Farthest distance. */
  readonly hops: Bound;
  /** Resources reached by any class. `hi` null where the input does not list the resources. */
  readonly resources: Bound;
  readonly resourcesByClass: Readonly<Record<AccessClass, Bound>>;
  readonly sensitive: Bound;
  readonly adminScopes: Bound;
  /** Secrets readable and credentials that can be made. */
  readonly secretsFanout: Bound;
  /** Distinct systems (scopes) touched. */
  readonly span: Bound;
  /** Provider changes on the way to the farthest provider. */
  readonly crossCloud: Bound;
  /** Principals that can make, read or reset the credential, of the known principals. */
  readonly obtainers: Bound & { readonly known: number };
  /**
   * Hops of the best path (to the nearest scope under full control, else to the farthest identity) that no condition
   * checks: every statement that grants them holds whatever the source, time, service or session.
   */
  readonly unchecked: Bound;
  /** Sensitive resources and identities reached, over the median of the same for humans. `null`: no humans, or median 0. */
  readonly humanRatio: Bound;
}

/** The radius of one credential or identity. JSON form: `keyreach radius --json`. */
export interface Radius {
  readonly schema: 'keyreach-radius';
  readonly schemaVersion: 1;
  readonly now: Timestamp;
  readonly subject: RadiusSubject;
  readonly bounds: RadiusBounds;
  readonly reaches: readonly ReachedNode[];
  readonly admin: readonly AdminReach[];
  readonly unbounded: readonly UnboundedReach[];
  readonly crossings: readonly Crossing[];
  readonly providers: readonly Provider[];
  readonly environment: string;
  readonly obtainers: readonly { readonly id: NodeId; readonly certainty: Certainty }[];
  readonly score: Score;
  readonly action: Action;
  /** What was not in the input and would change the answer. */
  readonly gaps: readonly Gap[];
}

/** Use of one thing, three-valued (findings 3.3): `unknown` where no source could have seen it. */
export type UseState = 'used' | 'unused' | 'unknown';

/** One granted service or action with what is known of its use. */
export interface PermissionUse {
  /** `service:*`, an action, or a pattern of actions that nobody knows. */
  readonly permission: string;
  /** Of an action, where the classes of the provider are known. */
  readonly class?: AccessClass;
  readonly state: UseState;
  readonly lastUsed?: Timestamp;
  /** Sources that say so. */
  readonly sources: readonly string[];
  /** For `unknown`: why, and what would tell. */
  readonly why?: string;
}

/** Granted permissions by use: their number, or the sum of their weights. `granted` is the sum of the rest. */
export interface UseCounts {
  readonly granted: number;
  readonly used: number;
  readonly unused: number;
  readonly unknown: number;
}

/** Counts, and the share of them that is unused: `lo` proven, `hi` with the unknown ones; null where nothing is granted. */
export interface UseShare {
  readonly counts: UseCounts;
  readonly ratio: Bound;
}

/** Use of the actions an identity is granted. A pattern of actions that nobody knows counts as one. */
export interface ActionUse extends UseShare {
  /** Why it may be granted more than what is counted here; absent: it is not. */
  readonly open?: string;
  /** Each action counts as its access class weighs (findings 3.3); absent where the classes of the provider are not known. */
  readonly weighted?: UseShare;
  /** One for each action, in the order of the catalogue, then patterns; only where it was asked for. */
  readonly list?: readonly PermissionUse[];
}

/** What one identity holds that nobody uses. */
export interface IdentityUse {
  readonly id: NodeId;
  readonly type: string;
  readonly name: string;
  readonly state: UseState;
  readonly lastUsed?: Timestamp;
  readonly why?: string;
  readonly credentials: readonly CredentialUse[];
  readonly services: readonly PermissionUse[];
  /** Of the services. */
  readonly counts: UseCounts;
  /** Share of the granted services that is unused: `lo` proven, `hi` with the unknown ones; null where nothing is granted. */
  readonly ratio: Bound;
  /** Absent where nobody knows which actions it is granted. */
  readonly actions?: ActionUse;
}

/** Use of one credential. */
export interface CredentialUse {
  readonly id: NodeId;
  readonly type: string;
  readonly status: 'active' | 'disabled' | 'expired' | 'unknown';
  readonly state: UseState;
  readonly lastUsed: LastUsed;
  readonly ageDays: number | null;
  readonly why?: string;
  /**
   * What its identity is granted, as used with this credential. Use that no source ties to a credential may be its use, so
   * that it is unknown. Absent where nobody knows which actions the identity is granted.
   */
  readonly actions?: ActionUse;
  /** The same for services; only where actions were asked for one by one. */
  readonly services?: readonly PermissionUse[];
}

/** The unused analysis of an estate. JSON form: `keyreach unused --json`. */
export interface UnusedReport {
  readonly schema: 'keyreach-unused';
  readonly schemaVersion: 1;
  readonly now: Timestamp;
  readonly windowDays: number;
  readonly identities: readonly IdentityUse[];
  readonly gaps: readonly Gap[];
}

/** Whether a kind of input was there for a scope (M02). */
export interface CoverageRow {
  readonly scope: string;
  readonly what: string;
  readonly state: 'read' | 'partial' | 'missing';
  readonly why?: string;
  readonly fix?: string;
}

/** One credential, or one identity without any, in the ranking. */
export interface SubjectRow {
  readonly id: NodeId;
  readonly kind: 'credential' | 'identity';
  readonly type: string;
  readonly name: string;
  readonly identity: NodeId;
  readonly scope?: NodeId;
  readonly status?: 'active' | 'disabled' | 'expired' | 'unknown';
  readonly ageDays: number | null;
  readonly lastUsed: LastUsed;
  readonly environment: string;
  readonly identities: Bound;
  readonly resources: Bound;
  readonly sensitive: Bound;
  readonly admin: readonly Omit<AdminReach, 'path'>[];
  readonly unbounded: readonly Omit<UnboundedReach, 'path'>[];
  readonly crossings: readonly Crossing[];
  readonly score: Score;
  readonly action: Action;
}

/** Everything `keyreach analyze` says about an estate. */
export interface EstateAnalysis {
  readonly schema: 'keyreach-analysis';
  readonly schemaVersion: 1;
  readonly now: Timestamp;
  /** First line: the one thing to act on. The rest in order of weight. */
  readonly headline: readonly string[];
  readonly counts: {
    readonly scopes: number;
    readonly identities: number;
    readonly credentials: number;
    readonly resources: number;
    readonly policies: number;
    readonly byType: Readonly<Record<string, number>>;
  };
  /** Ranked: action, then score, then id. */
  readonly subjects: readonly SubjectRow[];
  /** Radius with paths of the first subjects of the ranking, for reports. */
  readonly stories: readonly Radius[];
  readonly unused: readonly IdentityUse[];
  readonly coverage: readonly CoverageRow[];
  readonly gaps: readonly Gap[];
}
