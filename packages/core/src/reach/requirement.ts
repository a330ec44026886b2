import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import { servicePrincipal } from '../authz/decide.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { RequestContext } from '../authz/semantics.ts';
import { and, CONDITIONAL, FALSE, or, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { NodeId } from '../graph/model.ts';
import { AlikePlaces } from './alike-places.ts';
import {
  ChoiceMemo,
  type ChoiceQuestion,
  chooseResources,
  chooseWithin,
  decideOn,
  removalOf,
} from './caller-choice.ts';
import { ActionsOfClasses, type ClassActions } from './class-actions.ts';
import { KeptByClass } from './kept.ts';
import { type MadePolicies, madePolicies, NO_POLICIES } from './made-policies.ts';
import { NameStarts } from './name-starts.ts';
import { OpeningGains } from './opening-gains.ts';
import { type Callers, mayHold, type Prospect, Prospects } from './prospects.ts';
import { difference, EMPTY, forEachMember, intersection, type RangeSet, setKey, setOf, union } from './range-set.ts';
import { inZone, isAboutTarget, resourceOn } from './requirement-text.ts';
import { type Asked, SharedAnswers } from './shared-answers.ts';
import { type Caller, changesTargets, contextKey, TargetDecisions, withoutChange } from './target-decisions.ts';
import type { FixedContext, NamedPolicy, OtherTarget, Predicate, Requirement } from './technique.ts';
import {
  andSets,
  everywhere,
  NOWHERE,
  orSets,
  restrict,
  type TruthSet,
  TruthSetBuilder,
  valueOn,
} from './truth-set.ts';
import type { Universe } from './universe.ts';

export { inZone, resourceOn };

const NO_CONTEXT: RequestContext = new Map();

/** The request context a technique fixes for a caller in `zone`, in the form the engine takes; `given` is added to it. */
export function contextOf(
  fixed: FixedContext | undefined,
  zone: NodeId | undefined,
  given?: FixedContext,
): RequestContext {
  if (fixed === undefined && given === undefined) return NO_CONTEXT;
  return new Map(
    Object.entries({ ...fixed, ...given }).map(([key, value]) => [
      key.toLowerCase(),
      value === null ? null : [inZone(value, zone)],
    ]),
  );
}

/** Whether policies of a class limit the values of context keys its members choose in requests for an action. */
export function choiceIsLimited(principalClass: PrincipalClass, action: ActionRef, context: RequestContext): boolean {
  if (!principalClass.hasChosen) return false;
  const limits = (statement: CompiledStatement): boolean =>
    hasAction(statement.actions, action) &&
    statement.chosen.some(({ key, when }) => when === undefined && !context.has(key));
  // A grant of everything sets no limit, whatever stands beside it.
  const free = ({ actions, condition, include, exclude, undecidable }: CompiledStatement): boolean =>
    hasAction(actions, action) &&
    condition === undefined &&
    undecidable === undefined &&
    exclude.length === 0 &&
    (include === undefined || include.some((pattern) => pattern.all));
  const limitedBy = (allows: readonly CompiledStatement[]): boolean => !allows.some(free) && allows.some(limits);
  const allowsOf = (documents: readonly CompiledDocument[]): readonly CompiledStatement[] =>
    documents.flatMap((document) => document.statements.filter((statement) => statement.allow));
  return (
    principalClass.deny.some(limits) ||
    limitedBy(principalClass.allow) ||
    [...principalClass.guards, ...principalClass.sessionGuards].some((guard) => limitedBy(allowsOf([guard]))) ||
    principalClass.scopeGuards.some((level) => limitedBy(allowsOf(level)))
  );
}

/** The actions a formula asks for on the target itself, where policies on the target have a say. */
export function actionsOnTarget(requirement: Requirement): readonly string[] {
  if ('all' in requirement) return [...new Set(requirement.all.flatMap(actionsOnTarget))];
  if ('any' in requirement) return [...new Set(requirement.any.flatMap(actionsOnTarget))];
  // What lies inside the target is governed by the target's own policies too.
  const aimed = 'allowed' in requirement && (requirement.on === undefined || requirement.on.includes('{target'));
  return aimed ? [requirement.allowed] : [];
}

/** Every action the caller must be allowed by some part of a formula. */
export function actionsAsked(requirement: Requirement): readonly string[] {
  if ('all' in requirement) return requirement.all.flatMap(actionsAsked);
  if ('any' in requirement) return requirement.any.flatMap(actionsAsked);
  if ('some' in requirement) return asksOfOthers(requirement).flatMap(actionsAsked);
  if ('allows' in requirement) return requirement.allows;
  return 'allowed' in requirement ? [requirement.allowed] : [];
}

/** The other targets a formula asks about, with the actions it asks for on them. */
export function otherTargets(
  requirement: Requirement,
): readonly { readonly aim: OtherTarget; readonly actions: readonly string[] }[] {
  if ('all' in requirement) return requirement.all.flatMap(otherTargets);
  if ('any' in requirement) return requirement.any.flatMap(otherTargets);
  if (!('some' in requirement)) return [];
  const actions = asksOfOthers(requirement).flatMap(actionsOnTarget);
  return [{ aim: requirement.some, actions: [...new Set(actions)] }, ...otherTargets(requirement.that)];
}

type AskingOthers = Extract<Requirement, { readonly some: unknown }>;

/** What is asked of another target: the formula itself, and what opens the target. */
function asksOfOthers({ that, openings = [] }: AskingOthers): readonly Requirement[] {
  return [that, ...openings.map(({ by }) => by)];
}

/** The best that holds of any target. */
function bestOf({ proven, possible, open }: TruthSet): Truth {
  if (proven.length > 0) return TRUE;
  if (possible.length > 0) return CONDITIONAL;
  return open.length > 0 ? UNKNOWN : FALSE;
}

function ofTypes(universe: Universe, types: readonly string[]): RangeSet {
  return setOf([...universe.nodes.keys()].filter((index) => types.includes(universe.nodes[index]!.type)));
}

/** Finds the universe of another target for callers of a zone. */
export type OtherUniverse = (aim: OtherTarget, zone: NodeId | undefined) => Universe;

/**
 * How what grants of a class may allow an action on begins, whatever follows; undefined where it may be anything. What begins
 * otherwise it surely does not allow.
 */
function startsAllowed({ allow, grantUnknown }: PrincipalClass, action: ActionRef): ReadonlySet<string> | undefined {
  if (grantUnknown) return undefined;
  const starts = new Set<string>();
  for (const { actions, include } of allow) {
    if (!hasAction(actions, action)) continue;
    if (include === undefined) return undefined;
    for (const { prefix, otherPrefix } of include) {
      if (prefix === '' || otherPrefix === '') return undefined;
      starts.add(prefix);
      if (otherPrefix !== undefined) starts.add(otherPrefix);
    }
  }
  return starts;
}

/** Who is asked about what. */
interface Question {
  readonly caller: Caller;
  readonly actions: ClassActions | undefined;
  readonly universe: Universe;
  readonly given: FixedContext | undefined;
}

/** Evaluates requirement formulas for one caller over all targets of a universe at once. */
export class RequirementEvaluator {
  readonly #makeable: KeptByClass<Map<string, MadePolicies>> = new KeptByClass(() => new Map());
  readonly #prospects: Prospects;
  readonly #gains: OpeningGains;
  readonly #actions: ActionsOfClasses;
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #predicates: Readonly<Record<string, Predicate>>;
  readonly #now: number;
  readonly #decisions: TargetDecisions;
  readonly #otherUniverse: OtherUniverse;
  readonly #shared: SharedAnswers;
  readonly #alike: AlikePlaces;
  readonly #memo: ChoiceMemo = new ChoiceMemo();
  readonly #choices: KeptByClass<Map<string, Truth>> = new KeptByClass(() => new Map());
  readonly #deciding: Map<string, readonly ActionRef[]> = new Map();
  readonly #facts: Map<string, Map<NodeId, Truth>> = new Map();
  readonly #services: Map<string, TruthSet> = new Map();
  readonly #others: KeptByClass<Map<Requirement, Truth>> = new KeptByClass(() => new Map());
  readonly #held: Map<Universe, Map<string, TruthSet>> = new Map();
  readonly #uncollected: Map<Universe, RangeSet> = new Map();
  readonly #universeKeys: Map<Universe, number> = new Map();
  readonly #names: WeakMap<Universe, Map<string, NameStarts>> = new WeakMap();

  constructor(
    model: AuthorizationModel,
    provider: ProviderModel,
    predicates: Readonly<Record<string, Predicate>>,
    now: number,
    otherUniverse: OtherUniverse,
  ) {
    this.#model = model;
    this.#otherUniverse = otherUniverse;
    this.#provider = provider;
    this.#predicates = predicates;
    this.#now = now;
    this.#decisions = new TargetDecisions(model, now);
    this.#shared = new SharedAnswers(model, provider);
    this.#alike = new AlikePlaces(model, provider);
    this.#actions = new ActionsOfClasses(provider.catalogue.names.length, now);
    this.#prospects = new Prospects(model, provider, {
      open: (part, universe) => {
        if ('service' in part) return this.#served(part.service, part.may, universe).open;
        return 'holds' in part ? this.#holds(part.holds, universe).open : universe.full;
      },
      zoneHolds: (name, zone) => this.#factOfZone(name, zone),
      otherUniverse,
    });
    this.#gains = new OpeningGains(model, provider, this.#prospects);
  }

  /** Whether a formula may hold for a caller on any target; a negative answer is sure, and quickly found. */
  mayHold(requirement: Requirement, caller: Caller, universe: Universe): boolean {
    const prospect = this.#prospects.of(requirement, universe, this.#callersLike(caller));
    if (prospect === undefined) return false;
    return caller.class === undefined || mayHold(prospect, this.#actions.of(caller.class));
  }

  /** The same for a formula without target. */
  mayHoldAlone(requirement: Requirement, caller: Caller): boolean {
    const prospect = this.#prospects.alone(requirement, caller.class?.zone);
    if (prospect === undefined) return false;
    return caller.class === undefined || mayHold(prospect, this.#actions.of(caller.class));
  }

  /** Targets on which a formula may hold for some caller of the zone of a universe. */
  prospectsOf(requirement: Requirement, universe: Universe, callers: Callers): RangeSet {
    const prospect = this.#prospects.of(requirement, universe, callers);
    return prospect === undefined ? EMPTY : (prospect.within ?? universe.full);
  }

  /** Targets of `set` on which a formula may hold more surely for a caller for what it has changed about them. */
  worthAsking(
    requirement: Requirement,
    changed: Caller,
    principalClass: PrincipalClass,
    universe: Universe,
    set: RangeSet,
  ): RangeSet {
    return this.#gains.worthAsking(requirement, changed, principalClass, universe, set);
  }

  /**
   * Where in `within` the requirement holds for the caller, whose zone is that of the universe. `given`: context beside what
   * the requirement fixes.
   */
  evaluate(
    requirement: Requirement,
    caller: Caller,
    universe: Universe,
    within: RangeSet,
    given?: FixedContext,
  ): TruthSet {
    if (within.length === 0) return NOWHERE;
    const prospect = this.#prospects.of(requirement, universe, this.#callersLike(caller));
    if (prospect === undefined) return NOWHERE;
    const actions = caller.class === undefined ? undefined : this.#actions.of(caller.class);
    return this.#follow(prospect, { caller, actions, universe, given }, within);
  }

  #callersLike({ opensResource, anyMember, facts }: Caller): Callers {
    if (opensResource !== undefined) return 'opening';
    return anyMember || !this.#prospects.isNamed(facts.node.id) ? 'any' : 'one';
  }

  /** Evaluates what is left of a formula. */
  #follow(prospect: Prospect, asked: Question, within: RangeSet): TruthSet {
    const { caller, actions, universe, given } = asked;
    if (actions !== undefined && !mayHold(prospect, actions)) return NOWHERE;
    const { requirement, parts } = prospect;
    const inside = prospect.within === undefined ? within : intersection(within, prospect.within);
    if (inside.length === 0) return NOWHERE;
    if ('all' in requirement) {
      let result = restrict(everywhere(TRUE, universe.size), inside);
      for (const part of parts) {
        result = andSets(result, this.#follow(part, asked, result.open));
        if (result.open.length === 0) return NOWHERE;
      }
      return result;
    }
    if ('any' in requirement) {
      let result: TruthSet = NOWHERE;
      for (const part of parts) {
        const rest = difference(inside, result.proven);
        if (rest.length === 0) break;
        result = orSets(result, this.#follow(part, asked, rest));
      }
      return result;
    }
    if ('service' in requirement) return restrict(this.#served(requirement.service, requirement.may, universe), inside);
    if ('holds' in requirement) return restrict(this.#holds(requirement.holds, universe), inside);
    if ('zoneHolds' in requirement) return valueOn(inside, this.#zoneHolds(requirement.zoneHolds, caller));
    if ('some' in requirement) {
      // Whatever else there is the caller finds as it is.
      return valueOn(inside, this.#someOther(requirement, withoutChange(caller)));
    }
    const context = contextOf(requirement.context, caller.class?.zone, given);
    if ('allows' in requirement) return valueOn(inside, this.#choice(caller, requirement.allows, context));
    const { allowed, on } = requirement;
    const asker = isAboutTarget(on) ? caller : withoutChange(caller);
    const find = (): TruthSet =>
      on === undefined
        ? this.#allowed(allowed, context, asker, universe, inside)
        : this.#allowedOn(allowed, on, context, asker, universe, inside);
    // Who changes what it asks about is asked about little.
    const found = changesTargets(asker)
      ? find()
      : this.#shared.of(
          asker,
          this.#decidedBy([allowed]),
          `${on ?? ''}\n${contextKey(context)}\n${this.#keyOf(universe)}\n${setKey(inside)}`,
          find,
          this.#askedOn(universe, allowed, on),
        );
    return requirement.freely === true &&
      found.proven.length > 0 &&
      caller.class !== undefined &&
      choiceIsLimited(caller.class, this.#provider.catalogue.ref(requirement.allowed), context)
      ? { proven: EMPTY, possible: found.possible, open: found.open }
      : found;
  }

  /** The requirement for a technique that aims at nothing in particular. */
  evaluateAlone(requirement: Requirement, caller: Caller, given?: FixedContext): Truth {
    if ('all' in requirement) {
      return requirement.all.reduce<Truth>(
        (truth, part) => (truth === FALSE ? FALSE : and(truth, this.evaluateAlone(part, caller, given))),
        TRUE,
      );
    }
    if ('any' in requirement) {
      return requirement.any.reduce<Truth>(
        (truth, part) => (truth === TRUE ? TRUE : or(truth, this.evaluateAlone(part, caller, given))),
        FALSE,
      );
    }
    const zone = caller.class?.zone;
    if ('some' in requirement) return this.#someOther(requirement, caller);
    // Without a target it is the zone of the caller that a fact is asked of.
    if ('holds' in requirement) return this.#zoneHolds(requirement.holds, caller);
    if ('zoneHolds' in requirement) return this.#zoneHolds(requirement.zoneHolds, caller);
    if ('allows' in requirement) {
      return this.#choice(caller, requirement.allows, contextOf(requirement.context, zone, given));
    }
    if ('allowed' in requirement && requirement.on !== undefined) {
      const question = this.#question(caller, contextOf(requirement.context, zone, given));
      if (question === undefined) return FALSE;
      const action = this.#provider.catalogue.ref(requirement.allowed);
      const resource = inZone(requirement.on, zone);
      return resource !== '*' && resource.includes('*')
        ? chooseWithin(question, resource, action).truth
        : decideOn(question, action, resource);
    }
    throw new RangeError(
      'a technique without target can only require `allows`, `holds`, `zoneHolds`, `some`, or `allowed` with `on`',
    );
  }

  /** A fact about the zone of the caller; what stands in no zone has none. */
  #zoneHolds(name: string, caller: Caller): Truth {
    const zone = caller.class?.zone;
    return zone === undefined ? FALSE : this.#factOfZone(name, zone);
  }

  #factOfZone(name: string, zone: NodeId): Truth {
    let ofZones = this.#facts.get(name);
    if (ofZones === undefined) {
      ofZones = new Map();
      this.#facts.set(name, ofZones);
    }
    let truth = ofZones.get(zone);
    if (truth === undefined) {
      const node = this.#model.graph.node(zone);
      truth = node === undefined ? UNKNOWN : this.#predicate(name)(node, this.#model.graph);
      ofZones.set(zone, truth);
    }
    return truth;
  }

  /** Whether `that` holds for any other target of the caller's own zone; asked once for all members of a class. */
  #someOther(requirement: AskingOthers, caller: Caller): Truth {
    const zone = caller.class?.zone;
    if (zone === undefined) return FALSE;
    if (!caller.anyMember) return this.#anyOther(requirement, caller, zone);
    const others = this.#others.of(caller.class!);
    let truth = others.get(requirement);
    if (truth === undefined) {
      truth = this.#anyOther(requirement, caller, zone);
      others.set(requirement, truth);
    }
    return truth;
  }

  #anyOther({ some: aim, that, openings = [] }: AskingOthers, caller: Caller, zone: NodeId): Truth {
    const universe = this.#otherUniverse(aim, zone);
    let truth = bestOf(this.evaluate(that, caller, universe, universe.full));
    for (const { types, by, change } of openings) {
      if (truth === TRUE || caller.class === undefined) break;
      if (!this.mayHold(by, caller, universe)) continue;
      const opened: Caller = { ...caller, ...change };
      if (!this.mayHold(that, opened, universe)) continue;
      const within = types.length === aim.types.length ? universe.full : ofTypes(universe, types);
      const worth = this.#gains.worthAsking(that, opened, caller.class, universe, within);
      const may = this.evaluate(by, caller, universe, worth);
      if (may.open.length === 0) continue;
      truth = or(truth, bestOf(andSets(may, this.evaluate(that, opened, universe, may.open))));
    }
    return truth;
  }

  #allowed(name: string, context: RequestContext, caller: Caller, universe: Universe, within: RangeSet): TruthSet {
    const uncollected = intersection(this.#uncollectedOf(universe), within);
    const collected = uncollected.length === 0 ? within : difference(within, uncollected);
    const action = this.#provider.catalogue.ref(name);
    const found = this.#decisions.allowed(caller, action, universe, context, this.#provider, collected);
    return uncollected.length === 0 ? found : orSets(found, this.#onUncollected(name, context, caller, uncollected));
  }

  /** For targets that stand for what was not collected, or what lies in it: at best nobody knows whether one exists. */
  #onUncollected(name: string, context: RequestContext, caller: Caller, targets: RangeSet): TruthSet {
    const choice = changesTargets(caller)
      ? this.#choiceOpened(caller, name, context)
      : this.#choice(caller, [name], context);
    return valueOn(targets, and(UNKNOWN, choice));
  }

  #allowedOn(
    name: string,
    on: string,
    context: RequestContext,
    caller: Caller,
    universe: Universe,
    within: RangeSet,
  ): TruthSet {
    const question = this.#question(caller, context);
    if (question === undefined) return NOWHERE;
    const action = this.#provider.catalogue.ref(name);
    const zone = question.class.zone;
    if (!isAboutTarget(on)) {
      const resource = inZone(on, zone);
      const named = resource !== '*' && resource.includes('*');
      return valueOn(
        within,
        named ? chooseWithin(question, resource, action).truth : decideOn(question, action, resource),
      );
    }
    const uncollected = intersection(this.#uncollectedOf(universe), within);
    if (uncollected.length > 0) {
      const listed = difference(within, uncollected);
      const found = listed.length === 0 ? NOWHERE : this.#allowedOn(name, on, context, caller, universe, listed);
      return orSets(found, this.#onUncollected(name, context, caller, uncollected));
    }
    const named =
      caller.opensResource !== undefined ||
      question.class.grantUnknown ||
      this.#prospects.isFree(action) ||
      question.class.allow.some((statement) => hasAction(statement.actions, action));
    const opened = this.#prospects.openedTo(action, on, universe, this.#callersLike(caller));
    const isChanging = changesTargets(caller);
    const nameOf = (index: number): string => this.#prospects.nameBeside(on, universe, index);
    // Without a grant of its own a caller gets in only where policies on what it asks about let it.
    const asked =
      opened === undefined ? within : this.#maySucceed(question.class, action, on, universe, opened, within);
    const truthOf = (index: number): Truth => {
      const { id } = universe.nodes[index]!;
      if (!named && this.#model.grantsOn(id).length === 0) return FALSE;
      const resource = nameOf(index);
      const one = isChanging ? { ...question, changed: { ...caller, node: id } } : question;
      return on.includes('*') ? chooseWithin(one, resource, action).truth : decideOn(one, action, resource);
    };
    const isAtHome = question.class.zone === universe.zone;
    const isPlain = named && isAtHome && !question.class.grantUnknown && !on.includes('*') && !isChanging;
    const alike = isPlain ? this.#alike.of(question.class, question.facts, action, on, universe, nameOf) : undefined;
    if (alike !== undefined) {
      let result: TruthSet = NOWHERE;
      for (const part of alike) {
        const members = intersection(part, asked);
        const truth = members.length === 0 ? FALSE : truthOf(members[0]!);
        if (truth !== FALSE) result = orSets(result, valueOn(members, truth));
      }
      return result;
    }
    const builder = new TruthSetBuilder();
    forEachMember(asked, (index) => {
      const truth = truthOf(index);
      if (truth !== FALSE) builder.add(index, truth);
    });
    return builder.build();
  }

  /** Targets of `within` beside which a class may be allowed an action: those opened to it, and what its grants may name. */
  #maySucceed(
    of: PrincipalClass,
    action: ActionRef,
    on: string,
    universe: Universe,
    opened: RangeSet,
    within: RangeSet,
  ): RangeSet {
    const starts = startsAllowed(of, action);
    if (starts === undefined) return within;
    const open = intersection(opened, within);
    if (starts.size === 0) return open;
    let byTemplate = this.#names.get(universe);
    if (byTemplate === undefined) {
      byTemplate = new Map();
      this.#names.set(universe, byTemplate);
    }
    let names = byTemplate.get(on);
    if (names === undefined) {
      names = new NameStarts(universe.ids.map((_, index) => this.#prospects.nameBeside(on, universe, index)));
      byTemplate.set(on, names);
    }
    return union(open, intersection(names.meeting(starts), within));
  }

  /** Policies of the caller's making that a request may name ({@link madePolicies}). */
  makeable(names: NamedPolicy, caller: Caller): MadePolicies {
    const question = names.made === undefined ? undefined : this.#question(caller, NO_CONTEXT);
    if (question === undefined) return NO_POLICIES;
    const byKey = this.#makeable.of(question.class);
    const key = `${names.key}\n${caller.anyMember ? '' : caller.facts.node.id}`;
    let found = byKey.get(key);
    if (found === undefined) {
      found = madePolicies(question, names);
      byKey.set(key, found);
    }
    return found;
  }

  #choice(caller: Caller, actions: readonly string[], context: RequestContext): Truth {
    const question = this.#question(caller, context);
    if (question === undefined) return FALSE;
    const byClass = this.#choices.of(question.class);
    // Only guards on the scopes of what is named can tell members of a class apart, and they are asked by id.
    const key = JSON.stringify([caller.anyMember ? '' : caller.facts.node.id, actions, [...context]]);
    const known = byClass.get(key);
    if (known !== undefined) return known;
    const truth = this.#shared.of(
      caller,
      this.#decidedBy(actions),
      `choice\n${contextKey(context)}`,
      () => chooseResources(question, actions).truth,
    );
    byClass.set(key, truth);
    return truth;
  }

  /** The names that an action is asked for on, where it is asked for on no others. */
  #askedOn(universe: Universe, name: string, on: string | undefined): Asked | undefined {
    if (this.#decidedBy([name]).length > 1) return undefined;
    if (!isAboutTarget(on) || universe.hasUncollected) return undefined;
    if (on === undefined) return { universe, on, nameOf: (index) => universe.ids[index]! };
    return { universe, on, nameOf: (index) => this.#prospects.nameBeside(on, universe, index) };
  }

  /** The same for one action on something that the caller has changed and nobody lists. */
  #choiceOpened(caller: Caller, action: string, context: RequestContext): Truth {
    const question = this.#question(caller, context);
    if (question === undefined) return FALSE;
    return chooseResources({ ...question, changed: { ...caller, node: undefined } }, [action]).truth;
  }

  /** Actions that the answer about some of them depends on: what is there already must be removed to be made anew. */
  #decidedBy(names: readonly string[]): readonly ActionRef[] {
    const key = names.length === 1 ? names[0]! : names.join('\n');
    let actions = this.#deciding.get(key);
    if (actions === undefined) {
      const { catalogue, semantics } = this.#provider;
      const asked = names.map((name) => catalogue.ref(name));
      const removing = asked
        .filter(({ name }) => semantics.creates(name))
        .map(({ name }) => catalogue.ref(removalOf(name)));
      actions = [...asked, ...removing];
      this.#deciding.set(key, actions);
    }
    return actions;
  }

  #question(caller: Caller, context: RequestContext): ChoiceQuestion | undefined {
    const principalClass: PrincipalClass | undefined = caller.class;
    if (principalClass === undefined) return undefined;
    return {
      model: this.#model,
      provider: this.#provider,
      class: principalClass,
      facts: caller.facts,
      context,
      now: this.#now,
      memo: this.#memo,
    };
  }

  #served(service: string, may: string, universe: Universe): TruthSet {
    const key = `${service}\n${may}\n${this.#keyOf(universe)}`;
    const known = this.#services.get(key);
    if (known !== undefined) return known;
    const facts = servicePrincipal(this.#provider.semantics.provider, service);
    const caller: Caller = { class: undefined, facts, anyMember: false };
    const action = this.#provider.catalogue.ref(may);
    const zone = universe.zone === undefined ? undefined : this.#model.graph.node(universe.zone);
    const context = this.#provider.semantics.serviceContext(zone?.kind === 'scope' ? zone : undefined);
    const found = this.#decisions.allowed(caller, action, universe, context, this.#provider, universe.full);
    this.#services.set(key, found);
    return found;
  }

  #holds(name: string, universe: Universe): TruthSet {
    let byName = this.#held.get(universe);
    if (byName === undefined) {
      byName = new Map();
      this.#held.set(universe, byName);
    }
    const known = byName.get(name);
    if (known !== undefined) return known;
    const predicate = this.#predicate(name);
    const builder = new TruthSetBuilder();
    for (let index = 0; index < universe.size; index += 1) {
      const truth = predicate(universe.nodes[index]!, this.#model.graph);
      if (truth !== FALSE) builder.add(index, truth);
    }
    const found = builder.build();
    byName.set(name, found);
    return found;
  }

  #uncollectedOf(universe: Universe): RangeSet {
    const known = this.#uncollected.get(universe);
    if (known !== undefined) return known;
    const indices: number[] = [];
    for (let index = 0; index < universe.size; index += 1) {
      const node = universe.nodes[index]!;
      if (node.kind === 'resource' && node.uncollected === true) indices.push(index);
    }
    const set = setOf(indices);
    this.#uncollected.set(universe, set);
    return set;
  }

  #predicate(name: string): Predicate {
    const predicate = this.#predicates[name];
    if (predicate === undefined) throw new RangeError(`no predicate \`${name}\` in the technique catalogue`);
    return predicate;
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
