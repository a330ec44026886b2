import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import { chosenAssignments, decideQuery, type ResourceSide, resourceSideOf } from '../authz/decide.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { ConditionRequest, PrincipalFacts, RequestContext } from '../authz/semantics.ts';
import { and, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import { forEachMember, intersection, type RangeSet } from './range-set.ts';
import { andSets, everywhere, NOWHERE, notSet, orSets, restrict, type TruthSet, TruthSetBuilder } from './truth-set.ts';
import type { TargetGroup, Universe } from './universe.ts';

/** Who asks: the class for the identity side, and facts of the principal for the resource side. */
export interface Caller {
  readonly class: PrincipalClass | undefined;
  readonly facts: PrincipalFacts;
  /**
   * True where the answer must hold for every member of the class: rules that name principals by id then match nobody.
   */
  readonly anyMember: boolean;
}

/** Facts that no rule naming principals by id can match; everything else as in the class. */
export function anyMemberFacts(facts: PrincipalFacts): PrincipalFacts {
  return { node: { ...facts.node, id: `\u0000any member of the class of ${facts.node.id}` }, scopes: facts.scopes };
}

/** Sets of targets an identity side names, by part. */
interface IdentityParts {
  readonly grant: TruthSet;
  readonly guard: TruthSet;
  /** No deny matches and every scope guard lets it pass. */
  readonly pass: TruthSet;
}

interface GroupQuestion {
  readonly caller: Caller;
  readonly action: ActionRef;
  readonly universe: Universe;
  readonly context: RequestContext;
  readonly provider: ProviderModel;
  readonly group: TargetGroup;
}

/**
 * Decides one action of one caller on every target of a universe at once: identity-side rules become sets of targets,
 * resource-side rules are evaluated once for each group of targets that share them (design, section 5).
 */
export class TargetDecisions {
  readonly #model: AuthorizationModel;
  readonly #now: number;
  readonly #identitySides: Map<string, IdentityParts> = new Map();
  readonly #universeKeys: Map<Universe, number> = new Map();
  readonly #sides: Map<TargetGroup, Map<string, ResourceSide>> = new Map();

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
    // Somebody known by reference only, who stands in no zone, shares none with targets in no zone.
    if (caller.class?.external === true && caller.class.zone === undefined) {
      return this.#oneByOne({ caller, action, universe, context, provider }, within);
    }
    const { plain, general, naming } = universe.groupsFor(this.#model, action);
    let result: TruthSet = NOWHERE;
    const plainWithin = intersection(plain, within);
    if (plainWithin.length > 0 && caller.class !== undefined) {
      result = restrict(this.#ownSide(caller.class, action, universe, context, provider), plainWithin);
    }
    const named = caller.anyMember ? [] : (naming.get(caller.facts.node.id) ?? []);
    for (const group of named.length === 0 ? general : new Set([...general, ...named])) {
      const members = intersection(group.members, within);
      if (members.length === 0) continue;
      const question = { caller, action, universe, context, provider, group };
      result = orSets(
        result,
        group.perTarget ? this.#oneByOne(question, members) : restrict(this.#onGroup(question), members),
      );
    }
    return result;
  }

  #oneByOne(
    { caller, action, universe, context, provider }: Omit<GroupQuestion, 'group'>,
    members: RangeSet,
  ): TruthSet {
    const builder = new TruthSetBuilder();
    forEachMember(members, (index) => {
      const node = universe.nodes[index]!;
      const truth = decideQuery(this.#model, {
        principal: caller.facts,
        class: caller.class,
        action,
        resource: { id: node.id, node, scopes: this.#model.graph.scopesOf(node.id) },
        provider,
        context,
        now: this.#now,
      });
      if (truth !== FALSE) builder.add(index, truth);
    });
    return builder.build();
  }

  /** The resource side once, the identity side as sets; the same combination as `decideQuery` makes. */
  #onGroup({ caller, action, universe, context, provider, group }: GroupQuestion): TruthSet {
    const size = universe.size;
    const choices =
      group.hasChosen || caller.class?.hasChosen === true
        ? chosenAssignments({ class: caller.class, action, context, provider }, group.grants)
        : undefined;
    let result: TruthSet = NOWHERE;
    for (const assignment of choices ?? [context]) {
      const side = this.#side({ caller, action, universe, context: assignment, provider, group });
      const open = and(side.pass, side.scopeGuard);
      if (open === FALSE) continue;
      const byItself = or(side.sufficient, side.bypasses);
      const any = or(side.delegates, byItself);
      let allowed: TruthSet;
      if (caller.class === undefined) {
        allowed = everywhere(byItself, size);
      } else {
        const own = group.sameZone ? or(not(side.exclusive), side.delegates) : any;
        if (own === FALSE && (!group.sameZone || byItself === FALSE)) continue;
        const parts = this.#identityParts(caller.class, action, universe, assignment);
        allowed = andSets(andSets(parts.grant, parts.guard), everywhere(own, size));
        if (group.sameZone) {
          allowed = orSets(allowed, andSets(everywhere(side.sufficient, size), parts.guard));
          allowed = orSets(allowed, everywhere(side.bypasses, size));
        }
        allowed = andSets(allowed, parts.pass);
      }
      result = orSets(result, andSets(allowed, everywhere(open, size)));
    }
    return result;
  }

  /** What the policies of a group say; the same for all callers of the universe's zone that are not told apart. */
  #side({ caller, action, context, provider, group }: GroupQuestion): ResourceSide {
    const shared = caller.anyMember && !group.perPrincipal;
    let known = this.#sides.get(group);
    if (known === undefined) {
      known = new Map();
      this.#sides.set(group, known);
    }
    // Guards on the caller and its being the provider's own are the caller's share in what the resource side says.
    const guarded = (caller.class?.guards.length ?? 0) > 0 ? 'guarded' : '';
    const managed = caller.facts.node.providerManaged === true ? 'managed' : '';
    // Callers of one zone stand in the same scopes; only those outside every zone may not.
    const place = caller.class?.zone === undefined ? (caller.facts.scopes[0]?.id ?? '') : '';
    const key = `${guarded}${managed}\n${action.folded}\n${place}\n${contextKey(context)}`;
    const found = shared ? known.get(key) : undefined;
    if (found !== undefined) return found;
    const node = group.sample;
    const side = resourceSideOf(this.#model, {
      principal: caller.facts,
      class: caller.class,
      action,
      resource: { id: node.id, node, scopes: this.#model.graph.scopesOf(node.id) },
      provider,
      context,
      now: this.#now,
    });
    if (shared) known.set(key, side);
    return side;
  }

  /** Identity side over a whole universe: grants within guards and scope guards, less denies. */
  #ownSide(
    principalClass: PrincipalClass,
    action: ActionRef,
    universe: Universe,
    context: RequestContext,
    provider: ProviderModel,
  ): TruthSet {
    if (!principalClass.grantUnknown && !principalClass.allow.some((one) => hasAction(one.actions, action)))
      return NOWHERE;
    const choices = principalClass.hasChosen
      ? chosenAssignments({ class: principalClass, action, context, provider }, [])
      : undefined;
    let result: TruthSet = NOWHERE;
    for (const assignment of choices ?? [context]) {
      const parts = this.#identityParts(principalClass, action, universe, assignment);
      result = orSets(result, andSets(andSets(parts.grant, parts.guard), parts.pass));
    }
    return result;
  }

  #identityParts(
    principalClass: PrincipalClass,
    action: ActionRef,
    universe: Universe,
    context: RequestContext,
  ): IdentityParts {
    const key = `${principalClass.index}\n${action.folded}\n${this.#keyOf(universe)}\n${contextKey(context)}`;
    const known = this.#identitySides.get(key);
    if (known !== undefined) return known;
    const facts = principalClass.facts;
    const size = universe.size;
    let grant = this.#union(principalClass.allow, action, universe, facts, context);
    if (principalClass.grantUnknown) grant = orSets(grant, everywhere(UNKNOWN, size));
    let guard = everywhere(TRUE, size);
    for (const one of principalClass.guards)
      guard = andSets(guard, this.#guard([one], action, universe, facts, context));
    let pass = everywhere(TRUE, size);
    for (const level of principalClass.scopeGuards) {
      pass = andSets(pass, this.#guard(level, action, universe, facts, context));
    }
    if (principalClass.denyUnknown) pass = andSets(pass, everywhere(UNKNOWN, size));
    for (const statement of principalClass.deny) {
      if (!hasAction(statement.actions, action)) continue;
      const deny = this.#statement(statement, action, universe, facts, context);
      // Negated one by one, as `decideQuery` does.
      if (deny !== NOWHERE) pass = andSets(pass, notSet(deny, size));
    }
    const parts: IdentityParts = { grant, guard, pass };
    this.#identitySides.set(key, parts);
    return parts;
  }

  #guard(
    documents: readonly CompiledDocument[],
    action: ActionRef,
    universe: Universe,
    facts: PrincipalFacts,
    context: RequestContext,
  ): TruthSet {
    let set: TruthSet = NOWHERE;
    for (const document of documents) {
      if (document.unreadable !== undefined) set = orSets(set, everywhere(UNKNOWN, universe.size));
      const allow = document.statements.filter((statement) => statement.allow);
      set = orSets(set, this.#union(allow, action, universe, facts, context));
    }
    return set;
  }

  #union(
    statements: readonly CompiledStatement[],
    action: ActionRef,
    universe: Universe,
    facts: PrincipalFacts,
    context: RequestContext,
  ): TruthSet {
    let set: TruthSet = NOWHERE;
    for (const statement of statements) {
      if (!hasAction(statement.actions, action)) continue;
      set = orSets(set, this.#statement(statement, action, universe, facts, context));
    }
    return set;
  }

  #statement(
    statement: CompiledStatement,
    action: ActionRef,
    universe: Universe,
    facts: PrincipalFacts,
    context: RequestContext,
  ): TruthSet {
    let set = this.#patternSet(statement, universe, facts);
    if (set === NOWHERE) return NOWHERE;
    const condition = statement.condition;
    if (condition !== undefined) {
      const ask = (resource: ConditionRequest['resource']): Truth =>
        condition.evaluate({ principal: facts, action: action.name, resource, context, now: this.#now });
      if (condition.readsResource) {
        const builder = new TruthSetBuilder();
        forEachMember(set.open, (index) => {
          const node = universe.nodes[index]!;
          const truth = ask({ id: node.id, node, scopes: this.#model.graph.scopesOf(node.id) });
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

  #patternSet(statement: CompiledStatement, universe: Universe, facts: PrincipalFacts): TruthSet {
    const include = statement.include;
    if (include === undefined) return everywhere(TRUE, universe.size);
    let set: TruthSet = NOWHERE;
    for (const pattern of include) set = orSets(set, universe.matching(pattern, facts));
    if (statement.exclude.length === 0 || set === NOWHERE) return set;
    let excluded: TruthSet = NOWHERE;
    for (const pattern of statement.exclude) excluded = orSets(excluded, universe.matching(pattern, facts));
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

function contextKey(context: RequestContext): string {
  if (context.size === 0) return '';
  return JSON.stringify([...context].sort(([left], [right]) => (left < right ? -1 : 1)));
}
