import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import { CONDITIONAL, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { Certainty, IdentityNode, NodeId, Provider } from '../graph/model.ts';
import type { AccessClass } from './access-class.ts';
import type { HopChange } from './hop-change.ts';
import type { Outsider } from './outsiders.ts';
import type { ReachGraph } from './reach-graph.ts';
import type { ScopedCatalogue, ScopedTechnique } from './scoped-technique.ts';
import type { Technique, TechniqueCatalogue } from './technique.ts';
import type { UnboundedAccess } from './unbounded-access.ts';

/** An identity after what was done to it: permissions added, a guard lifted, a deny dropped, tags or session changed. */
export interface Elevation {
  readonly identity: IdentityNode;
  /** Keys of the changes, sorted. */
  readonly changes: readonly string[];
}

/** Something that can be done to a node. */
export interface Face {
  /** The same text for the same thing done. */
  readonly face: string;
  readonly id: NodeId;
  /** What it changes about an identity; absent where it only leads on. */
  readonly told?: HopChange;
}

/** Begins the ids that stand for identities that do not exist yet; the id of the zone they can be made in follows. */
export const MADE = 'new-identity:';

/** The zone of an identity that does not exist yet; undefined for ids of other things. */
export function zoneOfMade(id: NodeId): NodeId | undefined {
  return id.startsWith(MADE) ? id.slice(MADE.length) : undefined;
}

/** An identity that does not exist yet. */
export interface MadeIdentity {
  /** Stands for all that can be made in a zone. */
  readonly id: NodeId;
  readonly told: Extract<HopChange, { readonly change: 'make' }>;
}

/** An identity acted as in one kind of session; without a kind in any. */
export interface SessionPoint {
  readonly identity: IdentityNode;
  readonly kind: string | undefined;
}

/** A caller of techniques: principals that neither identity side nor resource side can tell apart. */
export interface CallerState {
  readonly index: number;
  readonly node: number;
  readonly class: PrincipalClass;
  readonly facts: PrincipalFacts;
}

/** The derived graph with the way back from integers to ids. */
export interface ReachModel {
  readonly model: AuthorizationModel;
  readonly graph: ReachGraph;
  readonly now: number;
  readonly techniques: readonly (Technique | ScopedTechnique)[];
  /** Identities in the order of their reach nodes: identity k is reach node k, reached when it is held in whatever way. */
  readonly identities: readonly IdentityNode[];
  readonly nodeOf: ReadonlyMap<NodeId, number>;
  /**
   * Where a search for what an identity or a credential reaches starts, where that is not the node of the identity: it
   * acts in a kind of session that policies tell from others, or within the limits of the credential.
   */
  readonly starts: ReadonlyMap<NodeId, number>;
  /** Tables behind `ReachGraph.refs`, by kind. */
  readonly sessions: readonly SessionPoint[];
  readonly states: readonly CallerState[];
  readonly classes: readonly PrincipalClass[];
  readonly elevations: readonly Elevation[];
  readonly faces: readonly Face[];
  readonly made: readonly MadeIdentity[];
  readonly workloads: readonly NodeId[];
  readonly zones: readonly NodeId[];
  readonly zoneControl: ReadonlyMap<NodeId, number>;
  /** Access leaves: one for each class, and one without class that every class of the resource leads to. */
  readonly accesses: readonly AccessLeaf[];
  /** Answers about resources that the input does not list, by provider; for evidence. */
  readonly unbounded: ReadonlyMap<Provider, UnboundedAccess>;
  /** Principals in zones of the attacker's own, by provider; for evidence. */
  readonly outsiders: ReadonlyMap<Provider, Outsider>;
  /** Named predicates of each provider with zones, for evidence. */
  readonly predicates: ReadonlyMap<Provider, TechniqueCatalogue['predicates']>;
  /** Techniques of each provider without zones, for evidence. */
  readonly scoped: ReadonlyMap<Provider, ScopedCatalogue>;
}

/** A technique of a provider with zones; undefined for numbers of others. */
export function zonedTechnique(reach: ReachModel, label: number): Technique | undefined {
  const technique = reach.techniques[label];
  return technique === undefined || reach.scoped.has(technique.provider) ? undefined : (technique as Technique);
}

/** A technique of a provider without zones; undefined for numbers of others. */
export function scopedTechnique(reach: ReachModel, label: number): ScopedTechnique | undefined {
  const technique = reach.techniques[label];
  return technique !== undefined && reach.scoped.has(technique.provider) ? (technique as ScopedTechnique) : undefined;
}

/** Access of one class to a resource, or to resources of a zone that the input does not list. */
export interface AccessLeaf {
  readonly resource: NodeId;
  /** Absent: access of any class. */
  readonly class?: AccessClass;
  /** The resource is a zone; access is to whatever of this class lies there. */
  readonly unbounded: boolean;
}

/** The node a search from a credential or an identity starts at; undefined for what cannot act. */
export function startNode(reach: ReachModel, id: NodeId): number | undefined {
  return reach.starts.get(id) ?? reach.nodeOf.get(id);
}

/** The certainty of an undecided or true value. */
export function certaintyOf(truth: Truth): Certainty {
  return truth === TRUE ? 'allow' : truth === CONDITIONAL ? 'conditional' : 'unknown';
}

/** The truth of a stated relation. */
export function truthOf(certainty: Certainty | undefined): Truth {
  if (certainty === undefined || certainty === 'allow') return TRUE;
  return certainty === 'conditional' ? CONDITIONAL : UNKNOWN;
}
