import type { GraphIndex } from '../graph/graph-index.ts';
import type { GraphNode, IdentityNode, Json, NodeId, Provider, ScopeNode, Statement } from '../graph/model.ts';
import type { ActionSet } from './action-catalogue.ts';
import type { ConditionFinding } from './condition-finding.ts';
import type { Truth } from './truth.ts';

/**
 * What a provider adds to the algebra: its action names and the languages of its resource patterns and conditions.
 * Core looks a semantics up by the provider of a node and never branches on the provider's name.
 */
export interface ProviderSemantics {
  readonly provider: Provider;
  /** Every known action, canonical spelling, sorted by `toLowerCase()` code units, without duplicates. */
  readonly actions: readonly string[];
  /**
   * Names of actions beyond {@link actions} that the input itself lists (role definitions), in any order; the catalogue of a
   * model has both, each name once whatever its case. Absent: none.
   */
  actionsOf?(graph: GraphIndex): readonly string[];
  /**
   * True where grants are inherited down a tree of scopes and nothing on the side of the principal has to agree: whatever
   * names a principal lets it in, wherever either of the two stands. {@link withoutZones} has the rest of what such a provider
   * says of zones. A resource that is not in the graph stands below scopes nobody knows, so it may be open to anybody.
   */
  readonly zoneless?: true;
  /**
   * Whether an id that the graph does not hold can be one of this provider's resources; false for those of others, which nothing
   * of this provider lets anybody use. Asked where `zoneless`. Absent: it can.
   */
  names?(resource: string): boolean;
  /**
   * Whether an identity can be a member of a group of its provider, so that one whose members were not read
   * (`attributes.membersUnread`) may contain it. Absent: every identity can.
   */
  mayBeMember?(identity: IdentityNode): boolean;
  /**
   * Whether something can be granted to an identity, by a policy or by joining a group. What cannot, such as whoever uses a static key
   * of one resource, holds what its own policies say and nothing that full control of a node lets give away. Absent: to every one.
   */
  mayBeGranted?(identity: IdentityNode): boolean;
  /** What there is to give away, and to whom, for conditions that limit it. Absent: conditions tell that by themselves. */
  givable?(graph: GraphIndex): Givable;
  readonly resources: ResourceLanguage;
  readonly conditions: ConditionLanguage;
  /** Actions that need no grant at all (aws.md 1.3 step 0); an explicit deny does not stop them either. */
  readonly alwaysAllowed: readonly string[];
  /**
   * Resources a request for `action` is checked against when the caller may pick the resource, for a caller in
   * `zone`: one entry for each resource that must be allowed, each a list of alternative id templates in which `*`
   * stands for text the caller chooses. `[['*']]` for an action without resource types. An unknown action gives `[]`.
   */
  requestTemplates(action: string, zone: ScopeNode | undefined): readonly (readonly string[])[];
  /**
   * A template of {@link requestTemplates} with the part filled in that must agree with the value of a key the caller
   * chooses (the region in an ARN); undefined where the two have nothing to do with each other.
   */
  agreeingTemplate?(template: string, key: string, value: string): string | undefined;
  /** Id of the zone a resource id names by itself (the account inside an ARN), if it names one. */
  zoneOf(resource: string): NodeId | undefined;
  /**
   * Ids of nodes whose resource policy governs `resource`: itself, and what contains it (bucket of an object), nearest first.
   * Of a provider without zones, what is in the graph lies in the first of them that is: {@link AuthorizationModel.resourceAround}.
   */
  holdersOf(resource: string): readonly NodeId[];
  /**
   * True where the principal's own grants never suffice and the resource must grant or delegate itself (role trust,
   * KMS key). Asked for resources that are not in the graph; nodes in the graph say it by `Attachment.exclusiveFor`.
   */
  needsResourceGrant(action: string, resource: string): boolean;
  /** Whether the action makes the resource it is checked against, so that it fails where there is one of that name. */
  creates(action: string): boolean;
  /** Request context a service acting for a resource in `zone` carries. */
  serviceContext(zone: ScopeNode | undefined): RequestContext;
  /**
   * Rule of the service itself for this type of principal in `zone` on this object, which no policy changes. The action in
   * lower case. `of`: the zone of the object, where the input has it; a rule that asks for it is never silent without.
   */
  serviceRule(
    action: string,
    principalType: string,
    resource: string,
    zone: ScopeNode | undefined,
    of?: ScopeNode,
  ): ServiceRule | undefined;
  /** False where `serviceRule` has nothing to say of an action, whoever calls it on what; the action in lower case. */
  hasServiceRule(action: string): boolean;
  /** Actions, in lower case, that no policy lets principals of other zones use. */
  readonly withinZone?: ReadonlySet<string>;
  /**
   * Whether resources of this kind can let in principals of other zones at all; false where they have no policies of
   * their own. Asked for resources that are not in the graph.
   */
  takesOutsiders(action: string, resource: string): boolean;
  /**
   * Whether the input lists every resource of the kind of `resource` in its zone, so that one that is not in the graph does
   * not exist. `has`: whether the graph has a node.
   */
  listsAll(resource: string, zone: ScopeNode, has: (id: NodeId) => boolean): boolean;
  /**
   * True where a resource in another zone needs no consent of its own (a call of the organization on a member account).
   * Policies of that zone are then not asked to let the caller in; their denies still count.
   */
  needsNoConsent(action: string): boolean;
  /**
   * The resource behind another one by way of which a request comes, whose policies must let it pass as well (the bucket of an
   * access point). Asked about resources of {@link frontTypes} in the graph.
   */
  alsoGoverns?(resource: ResourceFacts, action: string): FurtherResource | undefined;
  /** Types of the resources that can stand before others. Absent: none. */
  readonly frontTypes?: ReadonlySet<string>;
  /**
   * A principal in a zone of the attacker's own, outside the input, which holds every permission there: whoever may write the
   * policy of a resource can let it in. Its id is one that `isOutsider` knows. Absent where policies let in nobody from elsewhere.
   */
  outsider?(graph: GraphIndex): PrincipalFacts;
  /** What a kind of session means, whoever acts in it; undefined for a kind the provider does not know. */
  session(kind: string): SessionRules | undefined;
}

/** A resource that governs a request together with the one it names. */
export interface FurtherResource {
  /** Absent where the input does not say which it is. */
  readonly id?: string;
  /**
   * How ids of what lies inside the two begin where the rest of them is the same: those of the resource in front, and those
   * of the one behind it.
   */
  readonly inside?: { readonly front: string; readonly behind: string };
}

/**
 * What a service decides beside all policies.
 *
 * - `never`: it refuses the request whatever policies say;
 * - `undecided`: it may, and the input does not tell;
 * - `no-grant-needed`: it asks for no grant, and no guard has to let the request pass; a deny still stops it;
 * - `past-own-denies`: in the zone of the resource, denies of the resource's own policies do not count.
 */
export type ServiceRule = 'never' | 'undecided' | 'no-grant-needed' | 'past-own-denies';

/** A principal as conditions see it. `scopes`: containing scopes, nearest first. */
export interface PrincipalFacts {
  readonly node: IdentityNode;
  readonly scopes: readonly ScopeNode[];
  /** The kind of session it acts in; absent where any kind is possible. */
  readonly session?: SessionFacts;
  /** Its tags are what whoever acts as it chooses (it may retag itself, or passes session tags). */
  readonly chosenTags?: true;
  /**
   * How surely the principal is a member of a group, directly or by way of others; of itself it always is. Absent: of nothing
   * but itself and what it {@link joined}. `direct`: not by way of others.
   */
  readonly memberOf?: (group: NodeId, direct?: true) => Truth;
  /**
   * Groups it can make itself a member of, by id, sorted: it is one where that helps it. A choice for the whole request, so a
   * group that both a grant and a deny name gives nothing. {@link AuthorizationModel.joinedFacts} makes such facts.
   */
  readonly joined?: readonly NodeId[];
  /** For an identity that does not exist yet, whose name is what its maker chooses: ids that others have. */
  readonly isTaken?: (id: string) => boolean;
}

/** What the way of signing in tells of a request beside who makes it (aws.md 1.7, 1.12 class K). */
export interface SessionFacts {
  /** Name of the kind, as credentials have it. */
  readonly kind: string;
  /**
   * Values of request context that hold in every session of the kind, null for keys known to be absent: for keys that
   * depend on the principal. Explicit context of a request wins over them, and they over what the graph says.
   */
  readonly context: RequestContext;
  /** Every key, lower case, that may read differently in such a session than without knowing the kind. */
  readonly keys: readonly string[];
  /**
   * Type of identity the session is, where it is a principal of its own. Acting in it as an identity of another type, rules
   * that name that identity match, but grants among them do not get past guards (a federated-user session, aws.md 1.4).
   */
  readonly separate?: string;
  /** Action that must be allowed, on no resource in particular, for anything else to be (a bearer token, aws.md 5.2). */
  readonly needs?: string;
}

/** A kind of session of a provider. */
export interface SessionRules extends SessionFacts {
  /**
   * Caps what a session of the kind can do, whatever its identity holds; absent where it does not. Allows cap like a session
   * policy; what the provider refuses whoever grants it are denies.
   */
  readonly guard?: readonly Statement[];
}

/** The target of a request as conditions see it. `node` is absent where the id is not in the graph. */
export interface ResourceFacts {
  readonly id: string;
  readonly node?: GraphNode;
  readonly scopes: readonly ScopeNode[];
  /** Its tags are what the caller chooses, which may change them. */
  readonly chosenTags?: true;
  /** It is not there before the request, so nobody has written a policy on it. */
  readonly isNew?: true;
  /** Its own policy lets the caller in, who may write it. */
  readonly opened?: OpenedResource;
  /** The resource by way of which the request comes to it, where there is one. */
  readonly front?: ResourceFacts;
}

/** How a caller that may write the policy of a resource opens it to itself. */
export interface OpenedResource {
  /** What is written joins what the policy says, or takes its place. */
  readonly how: 'beside' | 'instead';
  /** Actions that can be given so; absent: all. */
  readonly actions?: ActionSet;
}

/** Resource patterns of a provider. */
export interface ResourceLanguage {
  /** Never throws: a pattern that cannot match anything compiles to one that matches nothing. */
  compile(pattern: string): ResourcePattern;
}

/** A compiled resource pattern. */
export interface ResourcePattern {
  /** Literal text that every match begins with; narrows a sorted list of ids. */
  readonly prefix: string;
  /**
   * Literal text that further matches can begin with, none of which is sure: ids that lack a part which the pattern names.
   * No id begins with both.
   */
  readonly otherPrefix?: string;
  /** Set where only this one id surely matches. */
  readonly exact?: string;
  /** True where every id matches. */
  readonly all: boolean;
  /** Keys of principal facts the pattern substitutes; empty for most. */
  readonly principalKeys: readonly string[];
  /**
   * `UNKNOWN` where a substituted fact was not collected. Explicit `context` wins over what the principal tells. Linear in
   * the length of both, whatever the wildcards.
   */
  matches(resource: string, principal: PrincipalFacts | undefined, context?: RequestContext): Truth;
  /** Set where the pattern substitutes anything: explicit context then decides with whom it matches. */
  readonly readsContext?: true;
  /** Keys of `principalKeys` that the caller chooses where it chooses the tags of the principal. */
  readonly chosen?: readonly ChosenKey[];
  /** Values of those keys with which the pattern may match an id; there where `chosen` is. */
  propose?(resource: string, principal: PrincipalFacts, context: RequestContext): readonly ProposedValue[];
  /** The pattern with substitutions made, as a plain glob of `*` and `?`; undefined where it matches nothing. */
  glob(principal: PrincipalFacts | undefined): string | undefined;
}

/** Values of request context: key in lower case → values, or null for "known to be absent". */
export type RequestContext = ReadonlyMap<string, readonly string[] | null>;

/** One question to a condition. */
export interface ConditionRequest {
  readonly principal: PrincipalFacts;
  readonly action: string;
  readonly resource: ResourceFacts;
  /** Explicit context; it wins over what the graph says. */
  readonly context: RequestContext;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What there is to give away in an estate, and to whom. */
export interface Givable {
  /** Ids of policies that can be given away. */
  readonly policies: readonly string[];
  /** Those are all there are; else the input may lack some. */
  readonly isComplete: boolean;
  /** The identity that conditions mean by a name; undefined for one that the input does not have. */
  identity(name: string): IdentityNode | undefined;
}

/** To whom something can be given. Whoever is a member of a group that it can be given to has it, as surely as it is a member. */
export interface Recipients {
  /** How surely to every identity of a type; not to those of types that are not there. */
  readonly types: ReadonlyMap<string, Truth>;
  /** How surely to some identities, whatever is said of their type. */
  readonly named: ReadonlyMap<NodeId, Truth>;
  /** How surely to a principal of the attacker's own ({@link ProviderSemantics.outsider}). */
  readonly outsider: Truth;
}

/** Policies that can be given to the same principals. */
export interface Giving {
  /** Ids; undefined: any permission. */
  readonly policies: readonly string[] | undefined;
  /** Undefined: to everybody. */
  readonly to: Recipients | undefined;
}

/** Which policies conditions let their holder give away, to whom, and by which actions. */
export interface GivingLimit {
  /** Everything that can be; empty: nothing can be given away. */
  readonly gives: readonly Giving[];
  /** Whether giving something away by the action is held to the limit; by others everything can be given away. */
  readonly holdsFor: (action: string) => boolean;
}

/** Conditions of a provider. */
export interface ConditionLanguage {
  readonly id: string;
  /** Never throws: what cannot be understood compiles to a condition that is `UNKNOWN` and says why. */
  compile(body: Json): CompiledCondition;
  /** Canonical text of a principal fact, for grouping principals that conditions cannot tell apart. */
  principalFact(key: string, principal: PrincipalFacts): string;
  /**
   * Text that is equal for principals a condition judges alike, whatever the rest of the request; where all the facts of
   * `principalKeys` are equal it must be. Absent: conditions tell principals apart by those facts.
   */
  principalSignature?(condition: CompiledCondition, principal: PrincipalFacts): string;
  /**
   * Keys of principal facts, lower case, that read the same of all principals of one type that stand in the same zone, in
   * whatever session: no policy tells them apart by these. Absent: none.
   */
  readonly sharedKeys?: ReadonlySet<string>;
  /**
   * What conditions of one grant, which all have to hold, limit its holder to giving away (a binding that lets somebody grant
   * certain roles only); undefined where they set no such limit. `givable`: what there is to give away
   * ({@link ProviderSemantics.givable}), for conditions that name what may not be given, or to whom. Never throws. Absent: no condition
   * of the language limits that.
   */
  handsOut?(bodies: readonly Json[], givable?: Givable): GivingLimit | undefined;
  /** Canonical text of a fact of the resource, for grouping resources that conditions cannot tell apart. */
  resourceFact?(key: string, resource: ResourceFacts): string;
  /** A value no policy mentions, to try for a key the caller chooses. */
  readonly freshValue: string;
  /**
   * What each line of a condition asks and how it comes out for a request, in the order of the text. A language without it
   * has conditions explained by the names of their keys alone. Never throws; what is not understood is `unknown`.
   */
  describe?(body: Json, request: ConditionRequest): readonly ConditionFinding[];
}

/** A key whose value the caller chooses, as one text reads it. */
export interface ChosenKey {
  /** Lower case; where one value goes by several names, always the same one of them. */
  readonly key: string;
  readonly values: readonly string[];
  /** Values that match one of these globs are worth trying too; instances of them are among `values`. */
  readonly patterns?: readonly string[];
  /** The request can carry several values at once. */
  readonly multivalued?: boolean;
  /** Set where every request carries the key. */
  readonly always?: true;
  /** Set where other values than those named may come out otherwise. */
  readonly partial?: true;
  /**
   * Set for a key that lists other keys of the request: its values are, in one spelling each, what follows this beginning in
   * the names of those (`aws:TagKeys` and `aws:requesttag/`).
   */
  readonly lists?: string;
  /**
   * Set where only some requests leave the value to the caller: whether this one does. Resources that are equal in the
   * fact `by` ({@link ConditionLanguage.resourceFact}) get equal answers.
   */
  readonly free?: { readonly by: string; readonly in: (action: string, resource: ResourceFacts) => boolean };
  /** Set for keys that are facts unless the caller chooses the tags of the principal or the resource. */
  readonly when?: 'principal-tags' | 'resource-tags';
}

/** A value to try for a key the caller chooses; without one, there are more than can be named. */
export interface ProposedValue {
  readonly key: string;
  readonly value?: string;
}

/** A compiled condition. */
export interface CompiledCondition {
  evaluate(request: ConditionRequest): Truth;
  /** Keys whose value comes from the principal; principals equal in them get equal answers. */
  readonly principalKeys: readonly string[];
  /** True where the answer depends on the resource (its tags, account, name). */
  readonly readsResource: boolean;
  /** False where the action makes no difference to the answer. Absent: it may. */
  readonly readsAction?: false;
  /**
   * Where the action makes a difference, the key by which alone it does: actions with the same key get equal answers. Absent:
   * nothing is said of that.
   */
  actionKey?(action: string): string;
  /**
   * Where it does, the keys of resource facts by which alone it does: resources equal in all of them get equal answers.
   * Absent: nothing is said of that.
   */
  readonly resourceKeys?: readonly string[];
  /**
   * Keys the caller chooses (aws.md 1.12 class C) with the values worth trying. Absent from the context they evaluate to
   * `CONDITIONAL`; the engine tries the values, a fresh one and absence.
   */
  readonly chosen: readonly ChosenKey[];
  /** More values for keys of `chosen`, which depend on the request; there where the text of the condition makes it possible. */
  propose?(request: ConditionRequest): readonly ProposedValue[];
  /** Keys only known at request time, for explanations. */
  readonly requestKeys: readonly string[];
  /** The conditions it joins, where it was made of several; the language knows these, not the whole. */
  readonly parts?: readonly CompiledCondition[];
  readonly undecidable?: string;
}
