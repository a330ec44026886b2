import type { Truth } from '../authz/truth.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { GraphNode, Provider } from '../graph/model.ts';

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
}

/**
 * What a technique aims at. `zone`: nothing in particular, it yields something in the caller's own zone.
 * `sameZone`: only targets in the caller's own zone; otherwise also targets elsewhere whose own policy names the caller.
 */
export type TechniqueTarget =
  | { readonly kind: 'identity'; readonly types: readonly string[]; readonly sameZone: boolean }
  | { readonly kind: 'resource'; readonly types: readonly string[]; readonly sameZone: boolean }
  | { readonly kind: 'zone' };

/** Request context a technique fixes: key → value, or null for a key that is left out of the request. */
export type FixedContext = Readonly<Record<string, string | null>>;

/** Formula of what must hold, over the caller and the target. */
export type Requirement =
  /**
   * The caller is allowed `allowed` on the target, or on `on` where given: an id in which `{target}`, `{name}` and `{zone}`
   * stand for those of the target and the caller, `{target:N}` for part N of the target's id between colons, and `*` for
   * text the caller chooses.
   */
  | { readonly allowed: string; readonly context?: FixedContext; readonly on?: string }
  /**
   * The caller is allowed every action of `allows` on some resource it may name (one to be created, say), the same one
   * for all of them where they take the same kind of resource.
   */
  | { readonly allows: readonly string[]; readonly context?: FixedContext }
  /** The service principal is allowed `action` on the target by the target's own policy. */
  | { readonly service: string; readonly may: string }
  /** A named predicate of the adapter holds of the target. */
  | { readonly holds: string }
  | { readonly all: readonly Requirement[] }
  | { readonly any: readonly Requirement[] };

/**
 * What success gives:
 *
 * - `become`: act as the target identity;
 * - `grant`: add any permission to the target identity, up to its guards;
 * - `grant-members`: the same for every member of the target group;
 * - `grant-holders`: the same for every identity that holds the target policy;
 * - `unguard`: remove the identity guard (boundary) of the target identity;
 * - `unguard-holders`: the same for every identity guarded by the target policy;
 * - `join`: put a user of the target's zone into the target group;
 * - `become-runtime`: act as every identity the target workload runs as;
 * - `control-zone`: an identity with every permission in the caller's zone, outside every boundary.
 */
export type TechniqueYield =
  | 'become'
  | 'grant'
  | 'grant-members'
  | 'grant-holders'
  | 'unguard'
  | 'unguard-holders'
  | 'join'
  | 'become-runtime'
  | 'control-zone';

/** A named precondition: true, false, or `UNKNOWN` where the input does not say. */
export type Predicate = (node: GraphNode, graph: GraphIndex) => Truth;

/** All techniques of a provider with the predicates their rows name. */
export interface TechniqueCatalogue {
  readonly provider: Provider;
  readonly techniques: readonly Technique[];
  readonly predicates: Readonly<Record<string, Predicate>>;
}
