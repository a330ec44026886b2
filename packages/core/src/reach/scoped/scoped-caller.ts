import type { CompiledDocument } from '../../authz/compiled-document.ts';
import type { PrincipalClass } from '../../authz/principal-class.ts';
import type { Giving, PrincipalFacts, RequestContext } from '../../authz/semantics.ts';
import type { Truth } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import type { NamedRule } from './scoped-rules.ts';

/** Guards of which one must let a request pass; where none of them applies, everything passes. */
export interface GuardUnion {
  readonly documents: readonly CompiledDocument[];
  /** Where they are placed. */
  readonly nodes: readonly NodeId[];
}

/** Policies that can be given on some nodes and below. */
export interface GivenPolicies extends Giving {
  /** Place among those that came up, the same for the same ones. */
  readonly index: number;
  readonly nodes: readonly NodeId[];
}

/** Policies that can be given to a principal, or may. */
export interface NamedGiven {
  readonly given: GivenPolicies;
  /** How surely they can be given to it; never `FALSE`. */
  readonly truth: Truth;
}

/** What an attacker has made of the estate, as far as it bears on decisions; everything beside full nodes. */
export interface Modifications {
  readonly joined: readonly NodeId[];
  readonly deniesLifted: readonly NodeId[];
  readonly guardsLifted: readonly NodeId[];
  readonly retagged: readonly NodeId[];
  /** Of a request on what was retagged: the tags that were chosen for it, in one of the ways worth trying. */
  readonly tags?: RequestContext;
  /** Ids of policies, the roles that are extended. */
  readonly extended: readonly string[];
  /** By index, each once. */
  readonly given: readonly GivenPolicies[];
}

/** Nothing was changed. */
export const AS_IT_IS: Modifications = {
  joined: [],
  deniesLifted: [],
  guardsLifted: [],
  retagged: [],
  extended: [],
  given: [],
};

/**
 * Principals that no rule of the provider tells apart, in an estate changed in the same way: they are named by the same rules and
 * capped by the same guards.
 */
export interface ScopedCaller {
  /** The same number for the same caller, from 0. */
  readonly index: number;
  /** One of them. */
  readonly facts: PrincipalFacts;
  /** For evidence: the policies of its own, and the restrictions of what it acts with. */
  readonly class: PrincipalClass;
  /** Allow rules that name everybody of its type; the same list for all of a type. */
  readonly common: readonly NamedRule[];
  /** Further allow rules that name it. */
  readonly allows: readonly NamedRule[];
  /** Allow rules of roles that were extended, and hold for every permission. */
  readonly everything: readonly NamedRule[];
  readonly denies: readonly NamedRule[];
  readonly guards: readonly GuardUnion[];
  /** In lists of ids, how surely one names it: id → truth. */
  readonly listedAs: ReadonlyMap<NodeId, Truth>;
  /** What of `changed` it can be given. */
  readonly given: readonly NamedGiven[];
  readonly changed: Modifications;
  /** The same number for callers that are denied and capped alike, whatever they are granted. */
  readonly kind: number;
  /** Some condition looks at the principal: it may come out otherwise for others. */
  readonly isApart: boolean;
}
