import type { Truth } from '../authz/truth.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { GraphNode, Provider } from '../graph/model.ts';
import type { TargetChange } from './target-decisions.ts';

/**
 * A way to obtain an identity or more permissions, as data (design, section 5): what must be allowed on which node,
 * what must hold of the target, what it yields. Adding one is adding a row and its tests.
 */
export interface Technique {
  /** Stable id, the one of the domain tables, e.g. `iam-create-access-key`. */
  readonly id: string;
  readonly provider: Provider;
  /** One sentence, present tense, what the holder does. */
  readonly title: string;
  /** Section the rule comes from, e.g. `aws.md 2.3.1`. */
  readonly reference: string;
  /** MITRE ATT&CK technique ids (findings 2.3). */
  readonly attack: readonly string[];
  /** Nodes the technique can be aimed at. */
  readonly target: TechniqueTarget;
  readonly requires: Requirement;
  readonly yields: TechniqueYield;
  /** Types of identity that can use it, where not every principal can (`user`, `role`). */
  readonly callers?: readonly string[];
  /** For `join`: types of identity that can be put into the target group. */
  readonly members?: readonly string[];
  /** For `join`: who is in this many groups already is not put into another. */
  readonly mostGroups?: number;
  /** For `become` and `sign-in`: the kind of session the caller then acts in; absent where any kind is possible. */
  readonly session?: string;
  /** The request names a policy, and what that policy says is what the technique gives. */
  readonly names?: NamedPolicy;
  /** For `make`: the request names the guard of what is made, and may be free to name none. `strongest`: one that lets all pass. */
  readonly bounds?: NamedPolicy;
  /** For `make`: the new identity is given no permission; it has what policies give to whoever has its name. */
  readonly bare?: true;
  /** For `make`: the new identity is put into groups, each of which must fulfil `that`. */
  readonly joins?: { readonly types: readonly string[]; readonly that: Requirement };
  /**
   * For `grant…`: what is written takes the place of what was there, and with it go the denies of the inline policies of
   * the target (`inline`) or of the target policy itself (`target`).
   */
  readonly rewrites?: 'inline' | 'target';
  /** For access to resources: what the row asks for is done to what stands behind its target, see `AccessRow.passedOn`. */
  readonly passedOn?: true;
  /** For `open-resource` and `rewrite-resource`: the actions that can be given away so; absent: all. */
  readonly opens?: readonly string[];
}

/** A policy that a request names. */
export interface NamedPolicy {
  /** Context key that holds its id. */
  readonly key: string;
  /** Id of the policy that allows everything, `{zone:N}` standing for part N of the id of the caller's zone. */
  readonly strongest?: string;
  /** The caller may make one that does: the action that makes policies, and what their ids look like, `{zone:N}` as above. */
  readonly made?: { readonly by: string; readonly as: string };
}

/**
 * What a technique aims at. `zone`: nothing in particular, it yields something in the caller's own zone.
 * `scope`: scopes of the caller’s organization, its own zone left out; where no organization is known around it, zones around which
 * none is known either, so that its rows must ask whether they belong together.
 * `sameZone`: only targets in the caller's own zone; otherwise also targets elsewhere whose own policy names the caller.
 */
export type TechniqueTarget =
  | { readonly kind: 'identity'; readonly types: readonly string[]; readonly sameZone: boolean }
  | {
      readonly kind: 'resource';
      readonly types: readonly string[];
      readonly sameZone: boolean;
      /** True: only what the input lists; false: only what stands for what was not collected; both otherwise. */
      readonly listed?: boolean;
    }
  | { readonly kind: 'scope'; readonly types: readonly string[] }
  | { readonly kind: 'zone' };

/**
 * Request context a technique fixes: key → value, or null for a key that is left out of the request. `{zone:N}` in a value
 * stands for part N, between colons, of the id of the caller's zone.
 */
export type FixedContext = Readonly<Record<string, string | null>>;

/** Formula of what must hold, over the caller and the target. */
export type Requirement =
  /**
   * The caller is allowed `allowed` on the target, or on `on` where given: an id in which `{target}`, `{name}` and `{zone}`
   * stand for those of the target and the caller, `{target:N}` and `{zone:N}` for part N of such an id between colons, and
   * `*` for text the caller chooses. `freely`: whatever values it chooses; where its policies limit the choice, what can be
   * done with the rest is conditional.
   */
  | { readonly allowed: string; readonly context?: FixedContext; readonly on?: string; readonly freely?: true }
  /**
   * The caller is allowed every action of `allows` on some resource it may name (one to be created, say), the same one
   * for all of them where they take the same kind of resource.
   */
  | { readonly allows: readonly string[]; readonly context?: FixedContext }
  /** The service principal is allowed `action` on the target by the target's own policy. */
  | { readonly service: string; readonly may: string }
  /** A named predicate of the adapter holds of the target. */
  | { readonly holds: string }
  /** A named predicate of the adapter holds of the caller's own zone. */
  | { readonly zoneHolds: string }
  /** There is something else in the caller's own zone for which `that` holds in place of the target. */
  | {
      readonly some: OtherTarget;
      readonly that: Requirement;
      /** Filled in by the derivation, from the rows of the catalogue. */
      readonly openings?: readonly Opening[];
    }
  | { readonly all: readonly Requirement[] }
  | { readonly any: readonly Requirement[] };

/** How a caller may change a second target before it asks about it: whoever fulfils `by` on it finds it changed. */
export interface Opening {
  /** Types of target it can be done to. */
  readonly types: readonly string[];
  readonly by: Requirement;
  readonly change: TargetChange;
}

/** What a second target can be. */
export interface OtherTarget {
  readonly kind: 'identity' | 'resource';
  readonly types: readonly string[];
}

/**
 * What success gives:
 *
 * - `become`: act as the target identity;
 * - `become-runtime`: act as every identity the target workload runs as;
 * - `become-subjects`: act as every subject the target identity provider vouches for;
 * - `become-stored`: use every credential the target's configuration names;
 * - `become-provisioned`: act as every identity made from the target template;
 * - `grant`: add permissions to the target identity, up to its guards: any, or those of the policy the request names;
 * - `grant-members`, `grant-holders`, `grant-provisioned`: the same for every member of the target group, every identity
 *   that holds the target policy, every identity made from the target template;
 * - `unguard`: remove the identity guard (boundary) of the target identity, or replace it by the policy the request names;
 * - `unguard-holders`: remove the target policy as a guard of every identity it guards;
 * - `unguard-provisioned`: remove the identity guard of every identity made from the target template;
 * - `drop-managed`, `drop-inline`: policies of the kind no longer apply to the target, with what they deny;
 * - `drop-managed-members`, `drop-inline-members`: the same for the policies every member of the target group holds by it;
 * - `drop-managed-provisioned`, `drop-inline-provisioned`: the same for identities made from the target template;
 * - `leave`: members of the target group no longer hold what it passes on;
 * - `replace-holders`: every identity that holds the target policy holds one of its alternatives instead, and every identity
 *   that it guards is guarded by that;
 * - `retag`: the tags of the target identity are what the caller chooses;
 * - `retag-resource`: the tags of the target resource are;
 * - `open-resource`: a statement of the caller's making joins the policy of the target resource; `rewrite-resource`: a text
 *   of its making takes the place of that policy. All three count for what is asked of the target and of what
 *   lies in it, and for nothing else that a row asks about;
 * - `sign-in`: whoever holds the target identity can act as it in the session named by the row;
 * - `join`: put a user of the target's zone into the target group;
 * - `make`: an identity of the caller's own zone with every permission, or those of the policy the request names or the
 *   groups it is put into, within the guard the request names;
 * - `control-zone`: an identity with every permission in the caller's zone, outside every boundary;
 * - `control-target`: the same in the target zone;
 * - `leave-scopes`: the guards of the scopes around the caller's zone, and those on the zone, no longer apply there;
 * - `lift`: the target scope guard is taken off, where others stay; `open`: it is rewritten to let everything pass.
 */
export type TechniqueYield =
  | 'become'
  | 'become-runtime'
  | 'become-subjects'
  | 'become-stored'
  | 'become-provisioned'
  | 'grant'
  | 'grant-members'
  | 'grant-holders'
  | 'grant-provisioned'
  | 'unguard'
  | 'unguard-holders'
  | 'unguard-provisioned'
  | 'drop-managed'
  | 'drop-inline'
  | 'drop-managed-members'
  | 'drop-inline-members'
  | 'drop-managed-provisioned'
  | 'drop-inline-provisioned'
  | 'leave'
  | 'replace-holders'
  | 'retag'
  | 'retag-resource'
  | 'open-resource'
  | 'rewrite-resource'
  | 'sign-in'
  | 'join'
  | 'make'
  | 'control-zone'
  | 'control-target'
  | 'leave-scopes'
  | 'lift'
  | 'open';

/** A named precondition: true, false, or `UNKNOWN` where the input does not say. */
export type Predicate = (node: GraphNode, graph: GraphIndex) => Truth;

/** All techniques of a provider with the predicates their rows name. */
export interface TechniqueCatalogue {
  readonly provider: Provider;
  readonly techniques: readonly Technique[];
  readonly predicates: Readonly<Record<string, Predicate>>;
  /** For `replace-holders`: ids of the policies that can take the place of a policy (its older versions). */
  readonly alternativesOf?: (policy: GraphNode, graph: GraphIndex) => readonly string[];
}
