import { hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import { servicePrincipal } from '../authz/decide.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { RequestContext } from '../authz/semantics.ts';
import { and, FALSE, or, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { GraphNode } from '../graph/model.ts';
import { type ChoiceQuestion, chooseResources, chooseWithin, decideOn } from './caller-choice.ts';
import { difference, forEachMember, intersection, type RangeSet, setOf } from './range-set.ts';
import { type Caller, TargetDecisions } from './target-decisions.ts';
import type { FixedContext, Predicate, Requirement } from './technique.ts';
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

const NO_CONTEXT: RequestContext = new Map();

/** The request context a technique fixes, in the form the engine takes. */
export function contextOf(fixed: FixedContext | undefined): RequestContext {
  if (fixed === undefined) return NO_CONTEXT;
  return new Map(Object.entries(fixed).map(([key, value]) => [key.toLowerCase(), value === null ? null : [value]]));
}

/** Text of a resource a technique names relative to its target. */
export function resourceOn(template: string, target: GraphNode, zone: string | undefined): string {
  return template
    .replaceAll('{target}', target.id)
    .replaceAll('{name}', target.name)
    .replaceAll('{zone}', zone ?? '')
    .replaceAll(/\{target:(\d)\}/g, (_, part) => target.id.split(':')[Number(part)] ?? '');
}

const orders: WeakMap<readonly Requirement[], readonly Requirement[]> = new WeakMap();

/** Parts of a conjunction, those that ask about the caller alone first: most callers fail them, whatever the target. */
function cheapestFirst(requirement: { readonly all: readonly Requirement[] }): readonly Requirement[] {
  let order = orders.get(requirement.all);
  if (order === undefined) {
    order = [...requirement.all].sort((left, right) => cost(left) - cost(right));
    orders.set(requirement.all, order);
  }
  return order;
}

function cost(requirement: Requirement): number {
  if ('all' in requirement) return Math.max(...requirement.all.map(cost));
  if ('any' in requirement) return Math.max(...requirement.any.map(cost));
  if ('allows' in requirement) return 0;
  if ('allowed' in requirement) return requirement.on === undefined ? 1 : requirement.on.includes('{') ? 3 : 0;
  return 2;
}

/** The actions a formula asks for on the target itself, where policies on the target have a say. */
export function actionsOnTarget(requirement: Requirement): readonly string[] {
  if ('all' in requirement) return [...new Set(requirement.all.flatMap(actionsOnTarget))];
  if ('any' in requirement) return [...new Set(requirement.any.flatMap(actionsOnTarget))];
  // What lies inside the target is governed by the target's own policies too.
  const aimed = 'allowed' in requirement && (requirement.on === undefined || requirement.on.includes('{target}'));
  return aimed ? [requirement.allowed] : [];
}

/** Evaluates requirement formulas for one caller over all targets of a universe at once. */
export class RequirementEvaluator {
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #predicates: Readonly<Record<string, Predicate>>;
  readonly #now: number;
  readonly #decisions: TargetDecisions;
  readonly #contexts: Map<FixedContext, RequestContext> = new Map();
  readonly #choices: Map<PrincipalClass, Map<string, Truth>> = new Map();
  readonly #services: Map<string, TruthSet> = new Map();
  readonly #held: Map<Universe, Map<string, TruthSet>> = new Map();
  readonly #uncollected: Map<Universe, RangeSet> = new Map();
  readonly #universeKeys: Map<Universe, number> = new Map();

  constructor(
    model: AuthorizationModel,
    provider: ProviderModel,
    predicates: Readonly<Record<string, Predicate>>,
    now: number,
  ) {
    this.#model = model;
    this.#provider = provider;
    this.#predicates = predicates;
    this.#now = now;
    this.#decisions = new TargetDecisions(model, now);
  }

  /** Where in `within` the requirement holds for the caller. */
  evaluate(requirement: Requirement, caller: Caller, universe: Universe, within: RangeSet): TruthSet {
    if (within.length === 0) return NOWHERE;
    if ('all' in requirement) {
      let result = restrict(everywhere(TRUE, universe.size), within);
      for (const part of cheapestFirst(requirement)) {
        result = andSets(result, this.evaluate(part, caller, universe, result.open));
        if (result.open.length === 0) return NOWHERE;
      }
      return result;
    }
    if ('any' in requirement) {
      let result: TruthSet = NOWHERE;
      for (const part of requirement.any) {
        const rest = difference(within, result.proven);
        result = orSets(result, this.evaluate(part, caller, universe, rest));
      }
      return result;
    }
    if ('allows' in requirement) {
      return valueOn(within, this.#choice(caller, requirement.allows, requirement.context));
    }
    if ('service' in requirement) return restrict(this.#served(requirement.service, requirement.may, universe), within);
    if ('holds' in requirement) return restrict(this.#holds(requirement.holds, universe), within);
    if (requirement.on !== undefined) return this.#allowedOn(requirement, requirement.on, caller, universe, within);
    return this.#allowed(requirement.allowed, requirement.context, caller, universe, within);
  }

  /** The requirement for a technique that aims at nothing in particular. */
  evaluateAlone(requirement: Requirement, caller: Caller): Truth {
    if ('all' in requirement) {
      return requirement.all.reduce<Truth>(
        (truth, part) => (truth === FALSE ? FALSE : and(truth, this.evaluateAlone(part, caller))),
        TRUE,
      );
    }
    if ('any' in requirement) {
      return requirement.any.reduce<Truth>(
        (truth, part) => (truth === TRUE ? TRUE : or(truth, this.evaluateAlone(part, caller))),
        FALSE,
      );
    }
    if ('allows' in requirement) return this.#choice(caller, requirement.allows, requirement.context);
    if ('allowed' in requirement && requirement.on !== undefined) {
      const question = this.#question(caller, requirement.context);
      if (question === undefined) return FALSE;
      const action = this.#provider.catalogue.ref(requirement.allowed);
      return decideOn(question, action, requirement.on.replaceAll('{zone}', caller.class?.zone ?? ''));
    }
    throw new RangeError('a technique without target can only require `allows`, or `allowed` with `on`');
  }

  #allowed(
    name: string,
    context: FixedContext | undefined,
    caller: Caller,
    universe: Universe,
    within: RangeSet,
  ): TruthSet {
    const uncollected = intersection(this.#uncollectedOf(universe), within);
    const collected = uncollected.length === 0 ? within : difference(within, uncollected);
    const action = this.#provider.catalogue.ref(name);
    const found = this.#decisions.allowed(caller, action, universe, this.#context(context), this.#provider, collected);
    if (uncollected.length === 0) return found;
    // A target that stands for what was not collected: at best nobody knows whether one exists.
    const some = and(UNKNOWN, this.#choice(caller, [name], context));
    return orSets(found, valueOn(uncollected, some));
  }

  #allowedOn(
    requirement: { readonly allowed: string; readonly context?: FixedContext },
    on: string,
    caller: Caller,
    universe: Universe,
    within: RangeSet,
  ): TruthSet {
    const question = this.#question(caller, requirement.context);
    if (question === undefined) return NOWHERE;
    const action = this.#provider.catalogue.ref(requirement.allowed);
    const zone = question.class.zone;
    if (!on.includes('{target}') && !on.includes('{name}')) {
      return valueOn(within, decideOn(question, action, on.replaceAll('{zone}', zone ?? '')));
    }
    const named =
      question.class.grantUnknown || question.class.allow.some((statement) => hasAction(statement.actions, action));
    const builder = new TruthSetBuilder();
    forEachMember(within, (index) => {
      // Without a grant of its own a caller gets in only where the target's own policies let it.
      if (!named && this.#model.grantsOn(universe.nodes[index]!.id).length === 0) return;
      const resource = resourceOn(on, universe.nodes[index]!, zone);
      const truth = on.includes('*')
        ? chooseWithin(question, resource, action).truth
        : decideOn(question, action, resource);
      if (truth !== FALSE) builder.add(index, truth);
    });
    return builder.build();
  }

  #choice(caller: Caller, actions: readonly string[], fixed: FixedContext | undefined): Truth {
    const question = this.#question(caller, fixed);
    if (question === undefined) return FALSE;
    let byClass = this.#choices.get(question.class);
    if (byClass === undefined) {
      byClass = new Map();
      this.#choices.set(question.class, byClass);
    }
    // Only guards on the scopes of what is named can tell members of a class apart, and they are asked by id.
    const key = JSON.stringify([caller.anyMember ? '' : caller.facts.node.id, actions, fixed ?? null]);
    const known = byClass.get(key);
    if (known !== undefined) return known;
    const { truth } = chooseResources(question, actions);
    byClass.set(key, truth);
    return truth;
  }

  #question(caller: Caller, fixed: FixedContext | undefined): ChoiceQuestion | undefined {
    const principalClass: PrincipalClass | undefined = caller.class;
    if (principalClass === undefined) return undefined;
    return {
      model: this.#model,
      provider: this.#provider,
      class: principalClass,
      facts: caller.facts,
      context: this.#context(fixed),
      now: this.#now,
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
    const predicate = this.#predicates[name];
    if (predicate === undefined) throw new RangeError(`no predicate \`${name}\` in the technique catalogue`);
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

  #context(fixed: FixedContext | undefined): RequestContext {
    if (fixed === undefined) return NO_CONTEXT;
    const known = this.#contexts.get(fixed);
    if (known !== undefined) return known;
    const context = contextOf(fixed);
    this.#contexts.set(fixed, context);
    return context;
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
