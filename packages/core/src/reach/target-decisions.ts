import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import { choosesByResource, chosenAssignments, factsOfChoice } from '../authz/chosen-assignments.ts';
import { openingOf } from '../authz/combination.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import { decideQuery, neededTruth } from '../authz/decide.ts';
import type { DecisionQuery } from '../authz/decision-query.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import { type ResourcePolicies, type ResourceSide, resourceSide } from '../authz/resource-side.ts';
import type {
  ConditionRequest,
  OpenedResource,
  PrincipalFacts,
  RequestContext,
  ResourceFacts,
} from '../authz/semantics.ts';
import { and, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { GraphNode, NodeId } from '../graph/model.ts';
import { KeptByClass } from './kept.ts';
import { difference, EMPTY, forEachMember, intersection, type RangeSet, setOf, union } from './range-set.ts';
import {
  andSets,
  everywhere,
  NOWHERE,
  notSet,
  orSets,
  restrict,
  type TruthSet,
  TruthSetBuilder,
  valueOn,
} from './truth-set.ts';
import type { TargetGroup, Universe } from './universe.ts';

/** Who asks: the class for the identity side, and facts of the principal for the resource side. */
export interface Caller {
  readonly class: PrincipalClass | undefined;
  readonly facts: PrincipalFacts;
  /**
   * True where the answer must hold for every member of the class: rules that name principals by id then match nobody.
   */
  readonly anyMember: boolean;
  /** The caller chooses the tags of the targets it asks about. */
  readonly chosenResourceTags?: true;
  /** The caller may write the policies of the targets it asks about. */
  readonly opensResource?: OpenedResource;
}

/** Facts that no rule naming principals by id can match; everything else as in the class. */
export function anyMemberFacts(facts: PrincipalFacts): PrincipalFacts {
  return { ...facts, node: { ...facts.node, id: `\u0000any member of the class of ${facts.node.id}` } };
}

/** What a caller makes of the targets it asks about. */
export type TargetChange = Pick<Caller, 'chosenResourceTags' | 'opensResource'>;

/** Whether a caller changes what it asks about; there are few of those. */
export function changesTargets({ chosenResourceTags, opensResource }: TargetChange): boolean {
  return chosenResourceTags !== undefined || opensResource !== undefined;
}

/** The same caller where it asks about something that it has not changed. */
export function withoutChange(caller: Caller): Caller {
  if (!changesTargets(caller)) return caller;
  const { class: of, facts, anyMember } = caller;
  return { class: of, facts, anyMember };
}

/** What a caller has made of one node, and with it of what lies in that. */
export interface NodeChange extends TargetChange {
  /** Undefined for something that the input does not list. */
  readonly node: NodeId | undefined;
}

/** A resource as a caller finds it that may have changed a node. */
export function asChanged(change: NodeChange, facts: ResourceFacts): ResourceFacts {
  return facts.node?.id === change.node ? openedTo(change, facts) : facts;
}

/** A target as a caller finds it that may have changed its tags or its policy. */
export function openedTo({ chosenResourceTags, opensResource }: TargetChange, facts: ResourceFacts): ResourceFacts {
  if (chosenResourceTags === undefined && opensResource === undefined) return facts;
  return {
    ...facts,
    ...(chosenResourceTags === undefined ? {} : { chosenTags: true }),
    ...(opensResource === undefined ? {} : { opened: opensResource }),
  };
}

/** Sets of targets an identity side names, by part. */
interface IdentityParts {
  readonly grant: TruthSet;
  readonly guard: TruthSet;
  /** No deny matches and every scope guard lets it pass. */
  readonly pass: TruthSet;
}

/** One action of one caller, whatever the target. */
interface ActionQuestion {
  readonly caller: Caller;
  readonly action: ActionRef;
  readonly universe: Universe;
  readonly context: RequestContext;
  readonly provider: ProviderModel;
}

interface GroupQuestion extends ActionQuestion {
  readonly group: TargetGroup;
}

const NO_POLICIES: ResourcePolicies = { grants: [], levels: [] };

/**
 * Decides one action of one caller on every target of a universe at once: identity-side rules become sets of targets,
 * resource-side rules are evaluated once for each group of targets that share them (design, section 5).
 */
export class TargetDecisions {
  readonly #model: AuthorizationModel;
  readonly #now: number;
  readonly #identitySides: KeptByClass<Map<string, IdentityParts>> = new KeptByClass(() => new Map());
  readonly #universeKeys: Map<Universe, number> = new Map();
  readonly #sides: Map<TargetGroup, Map<string, ResourceSide>> = new Map();
  readonly #ruled: Map<string, RangeSet> = new Map();

  constructor(model: AuthorizationModel, now: number) {
    this.#model = model;
    this.#now = now;
  }

  /** Where in `within` the caller is allowed `action`. Agrees with `decideQuery` target by target. */
  allowed(
    caller: Caller,
    action: ActionRef,
    universe: Universe,
    context: RequestContext,
    provider: ProviderModel,
    within: RangeSet,
  ): TruthSet {
    if (within.length === 0) return NOWHERE;
    const question: ActionQuestion = { caller, action, universe, context, provider };
    // Targets are grouped for callers of the zone of their universe.
    const isFromElsewhere = caller.class?.zone !== undefined && caller.class.zone !== universe.zone;
    if (caller.opensResource !== undefined || isFromElsewhere) return this.#oneByOne(question, within);
    // Somebody who stands in no zone shares none with targets in no zone; which those are only their ids tell.
    if (caller.class !== undefined && caller.class.zone === undefined) {
      return this.#oneByOne(question, intersection(this.#takesFromAfar(question), within));
    }
    const ruled = intersection(this.#ruledOn(question), within);
    const result = orSets(this.#oneByOne(question, ruled), this.#byGroup(question, difference(within, ruled)));
    if (result.open.length === 0 || caller.facts.session?.needs === undefined) return result;
    const needed = neededTruth(this.#model, this.#query(question, { id: '*', scopes: [] }));
    return andSets(result, everywhere(needed, universe.size));
  }

  /** Targets that may be open to somebody who stands in no zone: all but those that let in others by name alone. */
  #takesFromAfar(question: ActionQuestion): RangeSet {
    const { caller, action, universe, provider } = question;
    const { plain, groups, general, naming } = universe.groupsFor(this.#model, action);
    const asked = provider.semantics.needsNoConsent(action.name) ? groups : general;
    const named = caller.anyMember ? [] : (naming.get(caller.facts.node.id) ?? []);
    return [...asked, ...named].reduce<RangeSet>(
      (set, { members }) => union(set, members),
      union(plain, this.#ruledOn(question)),
    );
  }

  /** Targets for which a rule of the service itself decides, whatever the policies say. */
  #ruledOn({ caller, action, universe, provider }: ActionQuestion): RangeSet {
    const { semantics } = provider;
    if (semantics.alwaysAllowed.includes(action.name)) return universe.full;
    const isWithin = semantics.withinZone?.has(action.folded) === true;
    if (!isWithin && !semantics.hasServiceRule(action.folded)) return EMPTY;
    // INVARIANT: rules depend on the type of the principal and on its zone, which is that of the universe.
    const { type } = caller.facts.node;
    const zone = caller.facts.scopes.find((scope) => scope.zone === true);
    const key = `${type}\n${action.folded}\n${this.#keyOf(universe)}`;
    const known = this.#ruled.get(key);
    if (known !== undefined) return known;
    const indices: number[] = [];
    for (const [index, id] of universe.ids.entries()) {
      if (semantics.serviceRule(action.folded, type, id, zone) !== undefined) indices.push(index);
    }
    const elsewhere = isWithin ? difference(universe.full, universe.own) : EMPTY;
    const ruled = elsewhere.length === 0 ? setOf(indices) : union(setOf(indices), elsewhere);
    this.#ruled.set(key, ruled);
    return ruled;
  }

  #byGroup(question: ActionQuestion, within: RangeSet): TruthSet {
    const { caller, action, universe, provider } = question;
    const { plain, groups, general, naming } = universe.groupsFor(this.#model, action);
    let result: TruthSet = NOWHERE;
    const plainWithin = intersection(plain, within);
    if (plainWithin.length > 0 && caller.class !== undefined) {
      result = this.#ownSide(question, caller.class, plainWithin);
    }
    const named = caller.anyMember ? [] : (naming.get(caller.facts.node.id) ?? []);
    const asked = provider.semantics.needsNoConsent(action.name) ? groups : general;
    for (const group of named.length === 0 ? asked : new Set([...asked, ...named])) {
      const members = intersection(group.members, within);
      if (members.length > 0) result = orSets(result, this.#onGroup({ ...question, group }, members));
    }
    return result;
  }

  #query({ caller, action, context, provider }: ActionQuestion, resource: ResourceFacts): DecisionQuery {
    return { principal: caller.facts, class: caller.class, action, resource, provider, context, now: this.#now };
  }

  #target(node: GraphNode, caller: Caller): ResourceFacts {
    const facts: ResourceFacts = { id: node.id, node, scopes: this.#model.graph.scopesOf(node.id) };
    return openedTo(caller, facts);
  }

  #oneByOne(question: ActionQuestion, members: RangeSet): TruthSet {
    if (members.length === 0) return NOWHERE;
    const { caller, universe } = question;
    const builder = new TruthSetBuilder();
    forEachMember(members, (index) => {
      const truth = decideQuery(this.#model, this.#query(question, this.#target(universe.nodes[index]!, caller)));
      if (truth !== FALSE) builder.add(index, truth);
    });
    return builder.build();
  }

  /** The resource side once, the identity side as sets; the same combination as `decideQuery` makes. */
  #onGroup(question: GroupQuestion, members: RangeSet): TruthSet {
    const { caller, group } = question;
    if (group.perTarget) return this.#oneByOne(question, members);
    const sample = this.#query(question, this.#target(group.sample, caller));
    const policies: ResourcePolicies = { grants: group.grants, levels: group.guards };
    if (choosesByResource(sample, policies)) return this.#oneByOne(question, members);
    const parts = this.#partsOfChoice(question, factsOfChoice(sample, policies), members);
    if (parts === undefined) return this.#oneByOne(question, members);
    if (parts.length > 1) {
      let result: TruthSet = NOWHERE;
      for (const part of parts) result = orSets(result, this.#onGroup(question, part));
      return result;
    }
    return this.#onPart(question, members, sample, policies);
  }

  #onPart(question: GroupQuestion, members: RangeSet, query: DecisionQuery, policies: ResourcePolicies): TruthSet {
    const { caller, context, universe, group } = question;
    // The group's sample looks up policies; what the caller can choose is that of the part.
    const sample: DecisionQuery = { ...query, resource: this.#target(universe.nodes[members[0]!]!, caller) };
    const size = universe.size;
    let result: TruthSet = NOWHERE;
    for (const assignment of chosenAssignments(sample, policies) ?? [context]) {
      const side = this.#side(question, { ...sample, context: assignment });
      const open = and(side.pass, side.scopeGuard);
      if (open === FALSE) continue;
      const relation = caller.class === undefined ? 'outside' : group.sameZone ? 'same' : 'cross';
      const { withGrant, withGuard, byItself } = openingOf(sample, side, relation);
      let allowed = everywhere(byItself, size);
      if (caller.class !== undefined) {
        if (withGrant === FALSE && withGuard === FALSE && byItself === FALSE) continue;
        const parts = this.#identityParts(caller.class, { ...question, context: assignment });
        const granted = orSets(andSets(parts.grant, everywhere(withGrant, size)), everywhere(withGuard, size));
        allowed = andSets(orSets(andSets(granted, parts.guard), allowed), parts.pass);
      }
      result = orSets(result, andSets(allowed, everywhere(open, size)));
    }
    return restrict(result, members);
  }

  /** What the policies of a group say; the same for all callers of the universe's zone that are not told apart. */
  #side({ caller, group }: GroupQuestion, query: DecisionQuery): ResourceSide {
    const shared = caller.anyMember && !group.perPrincipal;
    let known = this.#sides.get(group);
    if (known === undefined) {
      known = new Map();
      this.#sides.set(group, known);
    }
    // Guards on the caller, its type and its being the provider's own are the caller's share in what the resource side says.
    const guarded = (caller.class?.guards.length ?? 0) > 0 ? 'guarded' : '';
    const managed = caller.facts.node.providerManaged === true ? 'managed' : '';
    const tagged = caller.chosenResourceTags === true ? 'tagged' : '';
    const key = `${guarded}${managed}${tagged}\n${caller.facts.node.type}\n${query.action.folded}\n${contextKey(query.context)}`;
    const found = shared ? known.get(key) : undefined;
    if (found !== undefined) return found;
    // Calls of the provider's own identities pass every guard on resources (aws.md 1.2).
    const levels = managed === '' ? group.guards : NO_POLICIES.levels;
    const side = resourceSide(query, { grants: group.grants, levels }, undefined, true);
    if (shared) known.set(key, side);
    return side;
  }

  /** Identity side over targets without policies of their own: grants within guards and scope guards, less denies. */
  #ownSide(question: ActionQuestion, principalClass: PrincipalClass, members: RangeSet): TruthSet {
    const { action, context } = question;
    if (!principalClass.grantUnknown && !principalClass.allow.some((one) => hasAction(one.actions, action)))
      return NOWHERE;
    const sample = this.#query(question, this.#target(question.universe.nodes[members[0]!]!, question.caller));
    if (choosesByResource(sample, NO_POLICIES)) return this.#oneByOne(question, members);
    const split = this.#partsOfChoice(question, factsOfChoice(sample, NO_POLICIES), members);
    if (split === undefined) return this.#oneByOne(question, members);
    let result: TruthSet = NOWHERE;
    if (split.length > 1) {
      for (const part of split) result = orSets(result, this.#ownSide(question, principalClass, part));
      return result;
    }
    for (const assignment of chosenAssignments(sample, NO_POLICIES) ?? [context]) {
      const parts = this.#identityParts(principalClass, { ...question, context: assignment });
      result = orSets(result, andSets(andSets(parts.grant, parts.guard), parts.pass));
    }
    return restrict(result, members);
  }

  /** Members that leave the same keys to the caller; undefined where they must be asked one by one. */
  #partsOfChoice(
    { universe, provider }: ActionQuestion,
    facts: readonly string[],
    members: RangeSet,
  ): readonly RangeSet[] | undefined {
    if (facts.length === 0) return [members];
    const alike = universe.alike(this.#model, provider.semantics.conditions, facts);
    return alike?.map((one) => intersection(one.members, members)).filter((part) => part.length > 0);
  }

  #identityParts(principalClass: PrincipalClass, question: ActionQuestion): IdentityParts {
    const { caller, action, universe, context } = question;
    const tagged = caller.chosenResourceTags === true ? 'tagged' : '';
    const sides = this.#identitySides.of(principalClass);
    const key = `${tagged}\n${action.folded}\n${this.#keyOf(universe)}\n${contextKey(context)}`;
    const known = sides.get(key);
    if (known !== undefined) return known;
    const size = universe.size;
    let grant = this.#union(principalClass.allow, question, principalClass.facts);
    if (principalClass.grantUnknown) grant = orSets(grant, everywhere(UNKNOWN, size));
    let guard = everywhere(TRUE, size);
    for (const one of [...principalClass.guards, ...principalClass.sessionGuards])
      guard = andSets(guard, this.#guard([one], question, principalClass.facts));
    let pass = everywhere(TRUE, size);
    for (const level of principalClass.scopeGuards) {
      pass = andSets(pass, this.#guard(level, question, principalClass.facts));
    }
    if (principalClass.denyUnknown) pass = andSets(pass, everywhere(UNKNOWN, size));
    for (const statement of principalClass.deny) {
      if (!hasAction(statement.actions, action)) continue;
      const deny = this.#statement(statement, question, principalClass.facts);
      // Negated one by one, as `decideQuery` does.
      if (deny !== NOWHERE) pass = andSets(pass, notSet(deny, size));
    }
    const parts: IdentityParts = { grant, guard, pass };
    sides.set(key, parts);
    return parts;
  }

  #guard(documents: readonly CompiledDocument[], question: ActionQuestion, facts: PrincipalFacts): TruthSet {
    let set: TruthSet = NOWHERE;
    for (const document of documents) {
      if (document.unreadable !== undefined) set = orSets(set, everywhere(UNKNOWN, question.universe.size));
      const allow = document.statements.filter((statement) => statement.allow);
      set = orSets(set, this.#union(allow, question, facts));
    }
    return set;
  }

  #union(statements: readonly CompiledStatement[], question: ActionQuestion, facts: PrincipalFacts): TruthSet {
    let set: TruthSet = NOWHERE;
    for (const statement of statements) {
      if (!hasAction(statement.actions, question.action)) continue;
      set = orSets(set, this.#statement(statement, question, facts));
    }
    return set;
  }

  #statement(statement: CompiledStatement, question: ActionQuestion, facts: PrincipalFacts): TruthSet {
    const { caller, action, universe, context } = question;
    let set = this.#patternSet(statement, universe, facts, context);
    if (set === NOWHERE) return NOWHERE;
    const condition = statement.condition;
    if (condition !== undefined) {
      const ask = (resource: ConditionRequest['resource']): Truth =>
        condition.evaluate({ principal: facts, action: action.name, resource, context, now: this.#now });
      const alike =
        condition.resourceKeys === undefined || condition.resourceKeys.length === 0
          ? undefined
          : universe.alike(this.#model, question.provider.semantics.conditions, condition.resourceKeys);
      if (alike !== undefined) {
        let truths: TruthSet = NOWHERE;
        for (const { members, sample } of alike) {
          const within = intersection(members, set.open);
          if (within.length === 0) continue;
          const truth = ask(this.#target(sample, caller));
          if (truth !== FALSE) truths = orSets(truths, valueOn(within, truth));
        }
        set = andSets(set, truths);
      } else if (condition.readsResource) {
        const builder = new TruthSetBuilder();
        forEachMember(set.open, (index) => {
          const truth = ask(this.#target(universe.nodes[index]!, caller));
          if (truth !== FALSE) builder.add(index, truth);
        });
        set = andSets(set, builder.build());
      } else {
        set = andSets(set, everywhere(ask({ id: '', scopes: [] }), universe.size));
      }
    }
    if (statement.undecidable !== undefined) set = andSets(set, everywhere(UNKNOWN, universe.size));
    return set;
  }

  #patternSet(
    statement: CompiledStatement,
    universe: Universe,
    facts: PrincipalFacts,
    context: RequestContext,
  ): TruthSet {
    const include = statement.include;
    if (include === undefined) return everywhere(TRUE, universe.size);
    let set: TruthSet = NOWHERE;
    for (const pattern of include) set = orSets(set, universe.matching(pattern, facts, context));
    if (statement.exclude.length === 0 || set === NOWHERE) return set;
    let excluded: TruthSet = NOWHERE;
    for (const pattern of statement.exclude) excluded = orSets(excluded, universe.matching(pattern, facts, context));
    return andSets(set, notSet(excluded, universe.size));
  }

  #keyOf(universe: Universe): number {
    let key = this.#universeKeys.get(universe);
    if (key === undefined) {
      key = this.#universeKeys.size;
      this.#universeKeys.set(universe, key);
    }
    return key;
  }
}

/** Text that is equal for equal contexts. */
export function contextKey(context: RequestContext): string {
  if (context.size === 0) return '';
  return JSON.stringify([...context].sort(([left], [right]) => (left < right ? -1 : 1)));
}
