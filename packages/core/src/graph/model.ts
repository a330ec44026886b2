/**
 * The common identity graph: facts only, nothing derived (design, section 3).
 *
 * A graph is a set of records. Nodes carry provider-native ids; policies are compiled by an adapter into
 * provider-neutral {@link Statement}s and placed on nodes by {@link Attachment}s that say which part they play in a
 * decision. Everything here is plain JSON, so that a graph can be written by anyone.
 */

/** Provider-native id of a node: an ARN, a full resource name, a lower-case Azure resource id, `federated:…`, `public:…`. */
export type NodeId = string;

/** Short name of the system a record comes from: `aws`, `gcp`, `azure`, or the name of another adapter. */
export type Provider = string;

/** A point in time as RFC 3339 in UTC, e.g. `2026-01-31T00:00:00.000Z`. */
export type Timestamp = string;

/** Any JSON value; used for condition bodies and provider facts. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What every node has. */
export interface NodeCommon {
  readonly id: NodeId;
  readonly provider: Provider;
  /** Provider's term for the kind of thing, in kebab-case: `user`, `role`, `access-key`, `account`, or a CloudFormation type. */
  readonly type: string;
  /** Name a person would use. Not unique. */
  readonly name: string;
  /** The scope that directly contains the node. Absent: the node stands outside every collected scope. */
  readonly scope?: NodeId;
  /** Tags or labels. Absent: not collected, so every question about them is undecided; `{}`: collected, none. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly created?: Timestamp;
  /** Provider facts that conditions and technique preconditions read. An absent key is unknown, never false. */
  readonly attributes?: Readonly<Record<string, Json>>;
}

/** A container of other nodes: organization, OU, folder, account, project, subscription. */
export interface ScopeNode extends NodeCommon {
  readonly kind: 'scope';
  /**
   * True where the scope is an authorization zone: a principal inside and a resource outside need consent of both
   * (AWS account). Providers without that rule have no zones.
   */
  readonly zone?: boolean;
}

/** Something that can be a principal of a request. */
export interface IdentityNode extends NodeCommon {
  readonly kind: 'identity';
  /** `machine` and `human` only where the provider's own data says so; classification proper is governance. */
  readonly nature?: 'human' | 'machine';
  /** The identity is known by reference only (other organization, other account not in the input, identity provider). */
  readonly external?: boolean;
  /** The provider owns it; the customer can neither edit nor steal it (service-linked role). */
  readonly providerManaged?: boolean;
}

/** When a thing was last used, as far as the input can tell. */
export type LastUsed =
  | { readonly state: 'used'; readonly at: Timestamp; readonly service?: string; readonly region?: string }
  | { readonly state: 'never' }
  /** `silent`: a source that was read and does not name it, which proves nothing. */
  | { readonly state: 'unknown'; readonly silent?: string };

/** What authenticates as an identity. Never holds secret material. */
export interface CredentialNode extends NodeCommon {
  readonly kind: 'credential';
  readonly status: 'active' | 'disabled' | 'expired' | 'unknown';
  readonly expires?: Timestamp;
  readonly lastUsed: LastUsed;
  /** The public part by which logs and scanners name it, e.g. an access key id. */
  readonly publicId?: string;
  /** True where the credential is long-lived secret material that can be copied; false for bindings and federation. */
  readonly static?: boolean;
  /**
   * The kind of session requests made with it run in, in the provider's terms (`access-key`, `console`); what the kind
   * means is the provider's semantics. Absent: not known, so nothing that depends on it is decided.
   */
  readonly session?: string;
}

/** Anything with access control or data. Its `runs-as` edges make it a workload. */
export interface ResourceNode extends NodeCommon {
  readonly kind: 'resource';
  /**
   * True where the node stands for resources of this type in the scope that the input did not list. What depends on
   * it is `unknown`.
   */
  readonly uncollected?: boolean;
}

/** A node of the graph. */
export type GraphNode = ScopeNode | IdentityNode | CredentialNode | ResourceNode;

/**
 * Structural relation between two nodes. `contains`: scope → member. `member-of`: identity → group.
 * `authenticates`: credential → identity. `runs-as`: workload → identity. `owned-by`: node → owner.
 * `federates`: a subject, or a group of subjects, signs in as the identity without any policy being asked (an assignment).
 * `vouches-for`: the object that describes an identity provider → a subject whose tokens it makes acceptable.
 * `provisions`: a template → an identity whose policies are made from it (permission set → role).
 * `stores`: a resource whose configuration names the public id of a credential → that credential.
 */
export interface GraphEdge {
  readonly type:
    | 'contains'
    | 'member-of'
    | 'authenticates'
    | 'runs-as'
    | 'federates'
    | 'owned-by'
    | 'vouches-for'
    | 'provisions'
    | 'stores';
  readonly from: NodeId;
  readonly to: NodeId;
  /** How it is known, when not plainly stated by the input. Default `allow`: the input says so. */
  readonly certainty?: Certainty;
}

/** How sure a relation is: proven, depending on request context nobody knows beforehand, or not decidable from the input. */
export type Certainty = 'allow' | 'conditional' | 'unknown';

/** Which strings a rule names: those matching one of `include` and none of `exclude`. */
export interface Selector {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * Who a rule placed on a resource or scope names, and how far the grant carries by itself.
 *
 * - `delegates`: only lets the principal's own grants count;
 * - `sufficient`: grants by itself, guards on the identity still apply;
 * - `bypasses-guards`: grants by itself, past guards on the identity (their explicit denies still win).
 */
export type PrincipalMatcher =
  | {
      readonly match: 'node';
      readonly id: NodeId;
      readonly strength: GrantStrength;
      /**
       * `conditional`: only some sessions of the identity are named; who holds the identity may or may not be one of them.
       * `unknown`: the input does not tell whether it is the identity that is named.
       */
      readonly certainty?: 'conditional' | 'unknown';
    }
  | { readonly match: 'scope'; readonly id: NodeId; readonly strength: GrantStrength }
  | { readonly match: 'anyone'; readonly strength: GrantStrength }
  /**
   * The identity itself, and whoever is a member of it, directly or by way of other groups (`member-of`), as surely as
   * the membership is. Of a group whose members were not read (`attributes.membersUnread`) everybody is one perhaps.
   */
  | {
      readonly match: 'member';
      readonly id: NodeId;
      readonly strength: GrantStrength;
      /** Members by way of other groups are not meant (app roles of Entra ID, azure.md 1.5). */
      readonly direct?: true;
    }
  /** Every identity of one of the types, inside `scope` where that is given ("all service accounts of a folder"). */
  | {
      readonly match: 'types';
      readonly types: readonly string[];
      readonly scope?: NodeId;
      readonly strength: GrantStrength;
    }
  | { readonly match: 'service'; readonly name: string; readonly strength: GrantStrength }
  /** A principal that the provider or the input cannot resolve (deleted unique id, unread group): undecided or nobody. */
  | {
      readonly match: 'unresolved';
      readonly text: string;
      readonly dangling: boolean;
      /** How far a grant carries for whoever is meant. Absent: `sufficient`. */
      readonly strength?: GrantStrength;
      /** Set where whoever is meant stands in a zone: who stands in none is not meant. */
      readonly zoned?: true;
      /** The scope that whoever is meant is inside; absent: not known. */
      readonly scope?: NodeId;
      /** The type of identity or session that whoever is meant is ({@link NodeCommon.type}); absent: any. */
      readonly type?: string;
    };

/** See {@link PrincipalMatcher}. */
export type GrantStrength = 'delegates' | 'sufficient' | 'bypasses-guards';

/** The principals of a rule: one of `include` matches and none of `exclude`. */
export interface PrincipalSelector {
  readonly include: readonly PrincipalMatcher[];
  readonly exclude: readonly PrincipalMatcher[];
  /**
   * `all-identities`: `exclude` spares a principal only if it names it in every capacity, by itself and by its zone; some
   * of them leave it undecided, and a principal with a guard is never spared (AWS `Deny` with `NotPrincipal`, aws.md 1.9).
   */
  readonly excludes?: 'all-identities';
}

/** A condition in the language of its provider; evaluated by the plug-in registered under `language`. */
export interface Condition {
  readonly language: string;
  readonly body: Json;
}

/** One authorization rule. `resources` absent: the node the policy is attached to, with everything below it. */
export interface Statement {
  readonly effect: 'allow' | 'deny';
  readonly actions: Selector;
  readonly resources?: Selector;
  /** Only in policies placed on resources and scopes. Absent elsewhere: the identity the policy is attached to. */
  readonly principals?: PrincipalSelector;
  readonly condition?: Condition;
  /** Name the author gave the statement (AWS `Sid`). */
  readonly sid?: string;
  /** Position in the policy, from 0; evidence cites it. */
  readonly index: number;
  /**
   * Set where the compiler could not understand part of the rule (an operator from the future, say). The rule then
   * neither grants nor denies for sure: every match is `unknown`.
   */
  readonly undecidable?: string;
}

/**
 * Statements of one policy text, stored once whatever number of policies share it. `id` is a content hash.
 * `unreadable`: the text is missing or not valid; it may say anything, so decisions it takes part in are `unknown`.
 */
export interface PolicyDocument {
  readonly id: string;
  readonly provider: Provider;
  readonly statements: readonly Statement[];
  readonly unreadable?: string;
  /**
   * With `unreadable`: false where the provider's own list says that the missing text holds no Deny. Absent: it may.
   */
  readonly mayDeny?: boolean;
}

/** A named policy: what evidence cites. Inline policies have one each, managed policies one for all who hold them. */
export interface Policy {
  readonly id: string;
  readonly provider: Provider;
  readonly name: string;
  /** `managed`, `inline`, `trust`, `boundary`, `scp`, `rcp`, `resource`, … for people. */
  readonly type: string;
  readonly document: string;
  /** The node that holds an inline policy's text or the node that is the policy; people look for it there. */
  readonly owner?: NodeId;
}

/**
 * The part a policy plays where it is attached (design, section 4):
 *
 * - `identity-grant`: grants to the identity and, through groups, to its members;
 * - `resource-grant`: on a resource or scope, names principals;
 * - `identity-guard`: caps the identity (permissions boundary, principal access boundary); on a group, its members; on a
 *   credential, what is done with that credential (restriction); on a subject that `federates` to identities, its sessions of those (session policy);
 * - `principal-scope-guard`: caps every principal inside the scope (SCP); attachments on one node form one union;
 * - `resource-scope-guard`: caps every access to resources inside the scope (RCP).
 */
export type AttachmentRole =
  | 'identity-grant'
  | 'resource-grant'
  | 'identity-guard'
  | 'principal-scope-guard'
  | 'resource-scope-guard';

/** Places a policy on a node. */
export interface Attachment {
  readonly policy: string;
  readonly node: NodeId;
  readonly role: AttachmentRole;
  /**
   * For `resource-grant`: of whom the statements speak here that name no principals themselves. So one text, a role, is given
   * to many by attachments (a binding of Google Cloud, a role assignment of Azure).
   */
  readonly principals?: PrincipalSelector;
  /**
   * Of a grant: holds beside the conditions of the statements, as that of a binding does. Of a guard: whether it applies to a
   * request at all; where it does not, it neither caps nor lets pass nor denies.
   */
  readonly condition?: Condition;
  /** What the provider calls this placement: title of a binding's condition, id of an assignment. Evidence cites it. */
  readonly name?: string;
  /**
   * For guards: together with all others of this mark that apply to a principal, on whatever node, it forms one union: what
   * one of them lets pass, passes (principal access boundaries, gcp.md 1.1). Absent: every guard must let it pass.
   */
  readonly union?: true;
  /**
   * For `resource-grant`: actions that the principal's own grants cannot give unless a statement here delegates
   * (AWS role trust, KMS key policy).
   */
  readonly exclusiveFor?: Selector;
}

/** One row of recorded use. `last` is the latest success; refused calls are counted apart and are no use. */
export interface Usage {
  readonly identity: NodeId;
  readonly credential?: NodeId;
  /** Without `credential`: true where the source tells that it was with none of the credentials in the graph. */
  readonly otherCredential?: boolean;
  /** Action name, or `service:*` where the source only tells the service. */
  readonly action: string;
  readonly resource?: string;
  readonly first?: Timestamp;
  readonly last?: Timestamp;
  readonly count?: number;
  readonly refused?: number;
  /** True where a recorded call may have needed the action and nobody can tell: no use, but no proof that there was none. */
  readonly perhaps?: boolean;
  readonly source: string;
}

/** What a source could have seen, so that "not seen" means something (findings 3.3, K). */
export interface Observation {
  /** The scope, identity or credential the source speaks of. */
  readonly subject: NodeId;
  /** Actions it can see; `include: ['*']` with granularity `identity` means any use at all. */
  readonly actions: Selector;
  readonly granularity: 'identity' | 'credential' | 'service' | 'action';
  /** True where its rows of use tell by which credential, as far as a credential can be told at all. */
  readonly byCredential?: boolean;
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly source: string;
}

/** Something the input does not hold. Never turned into "none". */
export interface Gap {
  /** Node or file the gap is about; the scope where one is known. */
  readonly scope: string;
  /** What is missing, e.g. `access keys`, `organization`, `policy text`. */
  readonly what: string;
  readonly why: string;
  /** What to run or grant. */
  readonly fix?: string;
  /** File and position, for bad input. */
  readonly file?: string;
  /**
   * What sort of gap it is, for programs: `missing-file`: the input has no such file, and nothing is wrong with the rest;
   * `bad-input`: something is there and cannot be read or used; `not-collected`: the collector could not or did not ask.
   * Absent: not told.
   */
  readonly kind?: 'missing-file' | 'bad-input' | 'not-collected';
}

/** A whole graph in memory. Arrays are in canonical order once built by the graph builder (by id, then by fields). */
export interface Graph {
  readonly schema: 'keyreach-graph/1';
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly documents: readonly PolicyDocument[];
  readonly policies: readonly Policy[];
  readonly attachments: readonly Attachment[];
  readonly usage: readonly Usage[];
  readonly observations: readonly Observation[];
  readonly gaps: readonly Gap[];
}

/** One line of a graph file. The header comes first. */
export type GraphRecord =
  /** `records`: how many lines follow, so that a file cut off at the end of a line is noticed. */
  | { readonly record: 'header'; readonly schema: 'keyreach-graph/1'; readonly records?: number }
  | ({ readonly record: 'node' } & GraphNode)
  | ({ readonly record: 'edge' } & GraphEdge)
  | ({ readonly record: 'document' } & PolicyDocument)
  | ({ readonly record: 'policy' } & Policy)
  | ({ readonly record: 'attachment' } & Attachment)
  | ({ readonly record: 'usage' } & Usage)
  | ({ readonly record: 'observation' } & Observation)
  | ({ readonly record: 'gap' } & Gap);
