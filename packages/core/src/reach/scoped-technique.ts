import type { Truth } from '../authz/truth.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { GraphNode, Provider } from '../graph/model.ts';

/**
 * Techniques of a provider whose grants are inherited down a tree of scopes and that knows no authorization zones (Google
 * Cloud, Azure). docs/reach-scoped.md says what rows mean; the derivation and its oracle are both held to it.
 */
export interface ScopedCatalogue {
  readonly provider: Provider;
  /** Type of the scope a workload lives in and is created in: `project`. */
  readonly home: string;
  readonly techniques: readonly ScopedTechnique[];
  readonly predicates: Readonly<Record<string, ScopedPredicate>>;
}

/** A named precondition of a target: true, false, or `UNKNOWN` where the input does not say. */
export type ScopedPredicate = (target: GraphNode, graph: GraphIndex) => Truth;

/** One way to obtain an identity, access or control, as data. */
export interface ScopedTechnique {
  /** Stable id, the one of the domain tables with the prefix of the provider, e.g. `gcp-sa-access-token`. */
  readonly id: string;
  readonly provider: Provider;
  /** One sentence, present tense, what the holder does. */
  readonly title: string;
  /** Section the rule comes from, e.g. `gcp.md 3.A`. */
  readonly reference: string;
  /** MITRE ATT&CK technique ids (findings 2.3). */
  readonly attack: readonly string[];
  readonly target: ScopedTarget;
  readonly requires: ScopedRequirement;
  readonly yields: ScopedYield;
  /** Of `become` and `become-runtime`: what the identities can be used for. Absent: for everything. */
  readonly within?: ScopedLimit;
}

/** What somebody who acts as an identity can do as it: the credential or the service it acts by serves for nothing else. */
export interface ScopedLimit {
  /** Patterns of the actions that are left. */
  readonly actions: readonly string[];
  /** What others trust to be the identity can be had as well: edges `federates` from it are followed. */
  readonly federates: boolean;
}

/** Nodes a technique can be aimed at, one at a time. Types are {@link GraphNode.type}. */
export interface ScopedTarget {
  readonly kind: 'identity' | 'resource' | 'scope';
  readonly types: readonly string[];
}

/** Formula of what must hold, over the caller and one target. */
export type ScopedRequirement =
  /** The caller is allowed the action on the target; with `on: 'home'`, on the home scope that the target lies in. */
  | { readonly allowed: string; readonly on?: 'home' }
  /** There is one home scope on which the caller is allowed every action of the list (create a workload somewhere). */
  | { readonly somewhere: readonly string[] }
  /** `that` holds of some identity that the target runs as (`runs-as`), taken as the target. */
  | { readonly attached: ScopedRequirement }
  /** `that` holds of some node of the aim that lies in the same home scope as the target, taken as the target. */
  | { readonly beside: ScopedTarget; readonly that: ScopedRequirement }
  /** `that` holds of some node of the aim, wherever it lies, taken as the target. */
  | { readonly anywhere: ScopedTarget; readonly that: ScopedRequirement }
  /** A named predicate of the catalogue holds of the target. */
  | { readonly holds: string }
  /** The caller, or a group it is a member of, is in the list of ids that the target has as attribute `listed`. */
  | { readonly listed: string }
  | { readonly all: readonly ScopedRequirement[] }
  | { readonly any: readonly ScopedRequirement[] };

/**
 * What success gives the attacker:
 *
 * - `become`: the target identity; within a limit ({@link ScopedTechnique.within}), acting as it in some ways only;
 * - `become-runtime`: every identity the target runs as, and the target as a workload under control; within a limit, acting as
 *   those identities in some ways only, and nothing of the workload;
 * - `become-subjects`: every identity that the target vouches for (`vouches-for`);
 * - `become-stored`: every credential the target's configuration names (`stores`);
 * - `join`: what policies give to members of the target group;
 * - `control`: whatever can be granted on the target and below it, to any principal that is held and to outsiders, up to
 *   denies and guards; where the grant that allows it is limited to handing out certain policies, those alone;
 * - `extend`: every permission wherever the target, a role, is granted to an identity that is held;
 * - `lift-denies`: denies attached to the target scope no longer apply;
 * - `lift-guards`: guards attached to the target scope no longer apply;
 * - `retag`: conditions that look at tags of the target, or of what lies below it, come out as the attacker likes.
 */
export type ScopedYield =
  | 'become'
  | 'become-runtime'
  | 'become-subjects'
  | 'become-stored'
  | 'join'
  | 'control'
  | 'extend'
  | 'lift-denies'
  | 'lift-guards'
  | 'retag';
