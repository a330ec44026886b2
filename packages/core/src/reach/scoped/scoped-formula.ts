import type { ActionRef } from '../../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../../authz/authorization-model.ts';
import { and, FALSE, or, TRUE, type Truth } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import { difference, EMPTY, forEachMember, type RangeSet, sizeOf, union } from '../range-set.ts';
import { truthOf } from '../reach-model.ts';
import type { ScopedCatalogue, ScopedRequirement } from '../scoped-technique.ts';
import {
  andSets,
  NOWHERE,
  orSets,
  restrict,
  type TruthSet,
  TruthSetBuilder,
  truthKey,
  valueAt,
  valueOn,
} from '../truth-set.ts';
import { andResiduals, asItIs, NEVER, orResiduals, type Residual, type Term } from './residual.ts';
import type { ScopedCaller } from './scoped-caller.ts';
import { ALL_GRANTS, bestOf, type Grants, type ScopedDecisions } from './scoped-decisions.ts';
import type { ScopedUniverse, ScopedUniverses } from './scoped-universe.ts';
import { tagAssignments } from './tag-assignments.ts';

/** The target itself is full. */
export const TARGET = 0;

/** The home scope of the target is full. */
export const HOME = 1;

/** Far more universes than techniques are aimed at. */
const MOST_SPACES = 4_096;

/** Keys of what is made of a set; for homes the number of the universe alone. */
const OPEN_OF = -1;
const RUNS_AS: number = MOST_SPACES;
const BESIDE: number = 2 * MOST_SPACES;

/** Sets of so few ranges are told apart by their text, if they have so many members. */
const SIMPLE = 8;
const MANY = 256;

const NO_WITNESSES: ReadonlyMap<number, Witness> = new Map();

/** A requirement with its places numbered and its names looked up. */
export type Formula =
  | { readonly op: 'allowed'; readonly action: ActionRef; readonly question: number; readonly atHome: boolean }
  | {
      readonly op: 'somewhere';
      readonly actions: readonly ActionRef[];
      readonly questions: readonly number[];
      readonly place: number;
    }
  | {
      readonly op: 'attached' | 'beside' | 'anywhere';
      readonly of: ScopedUniverse;
      readonly that: CompiledFormula;
      readonly place: number;
    }
  | { readonly op: 'holds'; readonly name: string }
  | { readonly op: 'listed'; readonly attribute: string }
  | { readonly op: 'all' | 'any'; readonly parts: readonly Formula[] };

/** A permission that a formula asks for; `question`: the same number for the same action on the same universe. */
export interface Ask {
  readonly action: ActionRef;
  readonly question: number;
  readonly universe: ScopedUniverse;
}

/** A formula about the targets of one universe. */
export interface CompiledFormula {
  readonly universe: ScopedUniverse;
  readonly formula: Formula;
  /** Every action it asks for, at whatever place. */
  readonly actions: readonly ActionRef[];
  readonly lists: readonly string[];
  /** Every question about permissions in it, at whatever place. */
  readonly asks: readonly Ask[];
  /** Of its questions and lists one principal may answer some and something else the others. */
  readonly hasSeveral: boolean;
  /** It asks about anything but the target and its home. */
  readonly asksElsewhere: boolean;
  /** It asks about the home of the target. */
  readonly asksHome: boolean;
  /** Where grants let it hold together, one of them does by itself. */
  readonly addsUp: boolean;
  /** Its questions about no node in particular: whether something holds somewhere, or of any of some nodes. */
  readonly anywhere: readonly Formula[];
  /** Whether it asks about other nodes that what it is about leads to, or that are about others in turn. */
  readonly asksAround: boolean;
}

/** What a place stands for beside the target and its home: which homes, or which other nodes, being full would do. */
export type Witness =
  | { readonly kind: 'somewhere'; readonly homes: TruthSet }
  | { readonly kind: 'attached' | 'beside' | 'anywhere'; readonly answer: Answer };

/** What somebody has of each thing that a formula asks for about the nodes of one universe. */
export type Contribution = readonly TruthSet[];

/** How a formula comes out: the ways in which it holds, and what the places of those stand for. */
export interface Answer {
  readonly of: CompiledFormula;
  readonly residual: Residual;
  readonly witnesses: ReadonlyMap<number, Witness>;
}

/** What an evaluation takes into account. */
export interface Asked {
  readonly caller: ScopedCaller;
  readonly grants: Grants;
  /** Full nodes are looked at as well. */
  readonly withFull: boolean;
  /** Only these targets count where the target itself, or its home scope, is to be full; absent: all. */
  readonly fullWithin?: FullWithin;
  /** What is held, in the place of what the caller is granted. */
  readonly held?: (ask: Ask) => TruthSet;
  /** Of questions about no node in particular: how surely they hold for some other reason. */
  readonly known?: ReadonlyMap<Formula, Truth>;
}

/** Targets for which it makes a difference that they are full; `key`: the same text for the same set. */
export interface FullWithin {
  readonly targets: RangeSet;
  readonly key: string;
}

/** Evaluates requirements of callers on all targets of a universe at once. */
export class ScopedFormulas {
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #catalogue: ScopedCatalogue;
  readonly #universes: ScopedUniverses;
  readonly #decisions: ScopedDecisions;
  readonly #predicates: Map<string, TruthSet> = new Map();
  readonly #holding: Map<Formula, Residual> = new Map();
  readonly #listed: Map<string, ReadonlyMap<NodeId, RangeSet>> = new Map();
  readonly #users: WeakMap<ScopedUniverse, readonly (readonly (readonly [number, Truth])[])[]> = new WeakMap();
  /** What was made of sets that hold for one caller, the one asked about last; and of those that hold for many. */
  readonly #lifted: Map<TruthSet, Map<number | string, TruthSet>> = new Map();
  readonly #liftedForMany: Map<TruthSet, Map<number | string, TruthSet>> = new Map();
  /** By kind of caller and question. */
  readonly #passingOf: (Map<number, TruthSet> | undefined)[] = [];
  readonly #questions: Map<string, number> = new Map();

  constructor(
    model: AuthorizationModel,
    provider: ProviderModel,
    catalogue: ScopedCatalogue,
    universes: ScopedUniverses,
    decisions: ScopedDecisions,
  ) {
    this.#model = model;
    this.#provider = provider;
    this.#catalogue = catalogue;
    this.#universes = universes;
    this.#decisions = decisions;
  }

  /** Prepares a requirement for the targets of a universe. Throws a `RangeError` for a predicate the catalogue does not have. */
  compile(requirement: ScopedRequirement, universe: ScopedUniverse): CompiledFormula {
    const actions: ActionRef[] = [];
    const lists: string[] = [];
    let places = 2;
    const asks: Ask[] = [];
    const ask = (action: ActionRef, of: ScopedUniverse): number => {
      const question = this.#questionOf(action, of);
      actions.push(action);
      asks.push({ action, question, universe: of });
      return question;
    };
    const place = (): number => {
      places += 1;
      // Far beyond any row; bits of a number are what tells ways apart.
      if (places > 30) throw new RangeError('a requirement asks about too many places');
      return places - 1;
    };
    const inner = (of: ScopedUniverse, that: ScopedRequirement): CompiledFormula => {
      const compiled = this.compile(that, of);
      actions.push(...compiled.actions);
      lists.push(...compiled.lists);
      asks.push(...compiled.asks);
      return compiled;
    };
    const anywhere: Formula[] = [];
    let asksAround = false;
    let asksHome = false;
    const parse = (one: ScopedRequirement): Formula => {
      if ('all' in one) return { op: 'all', parts: one.all.map(parse) };
      if ('any' in one) return { op: 'any', parts: one.any.map(parse) };
      if ('allowed' in one) {
        const action = this.#provider.catalogue.ref(one.allowed);
        const atHome = one.on === 'home';
        if (atHome) asksHome = true;
        return { op: 'allowed', action, question: ask(action, atHome ? this.#universes.homes : universe), atHome };
      }
      if ('somewhere' in one) {
        const refs = one.somewhere.map((name) => this.#provider.catalogue.ref(name));
        const asked = refs.map((ref) => ask(ref, this.#universes.homes));
        const formula: Formula = { op: 'somewhere', actions: refs, questions: asked, place: place() };
        anywhere.push(formula);
        return formula;
      }
      if ('attached' in one) {
        const of = this.#universes.runtimes();
        asksAround = true;
        return { op: 'attached', of, that: inner(of, one.attached), place: place() };
      }
      if ('beside' in one) {
        const of = this.#universes.of(one.beside);
        asksAround = true;
        return { op: 'beside', of, that: inner(of, one.that), place: place() };
      }
      if ('anywhere' in one) {
        const of = this.#universes.of(one.anywhere);
        const formula: Formula = { op: 'anywhere', of, that: inner(of, one.that), place: place() };
        if (formula.that.asksElsewhere) asksAround = true;
        anywhere.push(formula);
        return formula;
      }
      if ('listed' in one) {
        lists.push(one.listed);
        return { op: 'listed', attribute: one.listed };
      }
      if (this.#catalogue.predicates[one.holds] === undefined) {
        throw new RangeError(`no predicate \`${one.holds}\` of \`${this.#catalogue.provider}\``);
      }
      return { op: 'holds', name: one.holds };
    };
    const formula = parse(requirement);
    return {
      universe,
      formula,
      actions: [...new Set(actions)],
      lists: [...new Set(lists)],
      asks,
      hasSeveral: asks.length > 1 || (asks.length > 0 && lists.length > 0),
      asksElsewhere: places > 2,
      asksHome,
      addsUp: lists.length === 0 && addsUp(formula),
      anywhere,
      asksAround,
    };
  }

  /** Every id that a list which techniques look at names. */
  idsListed(formulas: Iterable<CompiledFormula>): ReadonlySet<NodeId> {
    const ids = new Set<NodeId>();
    for (const { lists, universe } of formulas) {
      for (const attribute of lists) for (const id of this.#listedIn(attribute, universe).keys()) ids.add(id);
    }
    return ids;
  }

  /** Where a caller holds a permission by itself, whatever is full. */
  heldOn(caller: ScopedCaller, { action, universe }: Ask): TruthSet {
    return this.#grantedBy(action, universe, { caller, grants: ALL_GRANTS, withFull: false });
  }

  /**
   * How a formula comes out for whoever may do on its targets what `has` says; undefined for one that asks about anything else.
   * `caller`: anybody, as it makes no difference.
   */
  answerWith(of: CompiledFormula, caller: ScopedCaller, has: (action: ActionRef) => boolean): TruthSet | undefined {
    if (of.asksElsewhere || of.asksHome || of.lists.length > 0) return undefined;
    const held = ({ action, universe }: Ask): TruthSet => (has(action) ? universe.everywhere(TRUE) : NOWHERE);
    return this.answer(of, { caller, grants: ALL_GRANTS, withFull: false, held }).residual[0]?.set ?? NOWHERE;
  }

  /**
   * What a caller that holds `held` has of what a formula asks for, told of its targets; then the same of each formula in it about
   * other nodes, told of those. Always in the same order: what two callers have of one formula can be compared place by place.
   */
  contributions(of: CompiledFormula, caller: ScopedCaller, held: (ask: Ask) => TruthSet): readonly Contribution[] {
    const found: TruthSet[][] = [];
    const visitAll = ({ formula, universe }: CompiledFormula): void => {
      const own: TruthSet[] = [];
      found.push(own);
      const visit = (one: Formula): void => {
        switch (one.op) {
          case 'all':
          case 'any':
            one.parts.forEach(visit);
            return;
          case 'allowed': {
            const { action, question, atHome } = one;
            const set = held({ action, question, universe: atHome ? this.#universes.homes : universe });
            own.push(atHome ? this.#fromHomes(set, universe) : set);
            return;
          }
          case 'listed':
            own.push(this.#listedFor(one.attribute, universe, caller));
            return;
          case 'somewhere': {
            const { homes } = this.#universes;
            const sets = one.actions.map((action, at) =>
              held({ action, question: one.questions[at]!, universe: homes }),
            );
            own.push(universe.everywhere(bestOf(sets.reduce(andSets, homes.everywhere(TRUE)))));
            found.push(sets);
            return;
          }
          case 'attached':
          case 'beside':
          case 'anywhere': {
            const { residual } = this.answer(one.that, { caller, grants: ALL_GRANTS, withFull: false, held });
            own.push(this.#moved(one.op, residual[0]?.set ?? NOWHERE, one.of, universe));
            visitAll(one.that);
            return;
          }
          case 'holds':
            return;
        }
      };
      visit(formula);
    };
    visitAll(of);
    return found;
  }

  /** Of what somebody has of a formula, what is about no node in particular. */
  anywhereIn({ formula }: CompiledFormula, contribution: Contribution): Contribution {
    const found: TruthSet[] = [];
    let at = 0;
    const visit = (one: Formula): void => {
      if (one.op === 'all' || one.op === 'any') {
        one.parts.forEach(visit);
      } else if (one.op !== 'holds') {
        if (one.op === 'somewhere' || one.op === 'anywhere') found.push(contribution[at]!);
        at += 1;
      }
    };
    visit(formula);
    return found;
  }

  /** What a contribution is where only questions about no node in particular hold, as surely as told. */
  onlyAnywhere({ formula, universe }: CompiledFormula, truths: readonly Truth[]): Contribution {
    const found: TruthSet[] = [];
    let at = 0;
    const visit = (one: Formula): void => {
      if (one.op === 'all' || one.op === 'any') {
        one.parts.forEach(visit);
      } else if (one.op === 'somewhere' || one.op === 'anywhere') {
        found.push(universe.everywhere(truths[at] ?? FALSE));
        at += 1;
      } else if (one.op !== 'holds') {
        found.push(NOWHERE);
      }
    };
    visit(formula);
    return found;
  }

  /** How a formula comes out for a caller. */
  answer(of: CompiledFormula, asked: Asked): Answer {
    if (this.#foundFor !== asked.caller) {
      this.#foundFor = asked.caller;
      this.#found.clear();
      this.#lifted.clear();
    }
    const outer = this.#witnesses;
    this.#witnesses = undefined;
    const found = this.#evaluate(of.formula, of.universe, asked);
    const witnesses = this.#witnesses ?? NO_WITNESSES;
    this.#witnesses = outer;
    const isListed = of.universe.uncollected.length === 0;
    const residual = isListed
      ? found
      : found.map(({ needs, set }) => ({ needs, set: this.#listedOnly(set, of.universe) }));
    return { of, residual, witnesses };
  }

  /** What the places of the formula that is being answered stand for. */
  #witnesses: Map<number, Witness> | undefined;

  #witness(place: number, witness: Witness): void {
    this.#witnesses ??= new Map();
    this.#witnesses.set(place, witness);
  }

  #evaluate(formula: Formula, universe: ScopedUniverse, asked: Asked): Residual {
    switch (formula.op) {
      case 'all': {
        let found: Residual | undefined;
        for (const part of formula.parts) {
          const next = this.#evaluate(part, universe, asked);
          found = found === undefined ? next : andResiduals(found, next);
          if (found.length === 0) return NEVER;
        }
        return found ?? asItIs(universe.everywhere(TRUE));
      }
      case 'any': {
        let found = NEVER;
        for (const part of formula.parts) found = orResiduals(found, this.#evaluate(part, universe, asked));
        return found;
      }
      case 'allowed':
        return this.#allowed(formula, universe, asked);
      case 'somewhere':
        return orResiduals(this.#known(formula, universe, asked), this.#somewhere(formula, universe, asked));
      case 'attached':
      case 'beside':
      case 'anywhere':
        return orResiduals(this.#known(formula, universe, asked), this.#other(formula, universe, asked));
      case 'holds':
        return this.#holds(formula, universe);
      case 'listed':
        return asItIs(this.#listedFor(formula.attribute, universe, asked.caller));
    }
  }

  #known(formula: Formula, universe: ScopedUniverse, { known }: Asked): Residual {
    const truth = known?.get(formula) ?? FALSE;
    return truth === FALSE ? NEVER : asItIs(universe.everywhere(truth));
  }

  #allowed(
    { action, question, atHome }: Extract<Formula, { readonly op: 'allowed' }>,
    universe: ScopedUniverse,
    asked: Asked,
  ): Residual {
    const on = atHome ? this.#universes.homes : universe;
    const granted = this.#granted(action, question, on, asked);
    const here = atHome && granted !== NOWHERE ? this.#fromHomes(granted, universe) : granted;
    const { withFull, fullWithin } = asked;
    if (!withFull) return here.open.length === 0 ? NEVER : [{ needs: 0, set: here }];
    const found: Term[] = here.open.length === 0 ? [] : [{ needs: 0, set: here }];
    if (fullWithin?.targets.length !== 0) {
      const passing = this.#passing(asked.caller, action, question, on);
      const all = atHome ? this.#fromHomes(passing, universe) : passing;
      const set =
        fullWithin === undefined || fullWithin.targets === universe.full
          ? all
          : this.#lift(all, fullWithin.key, () => restrict(all, fullWithin.targets));
      if (set.open.length > 0) found.push({ needs: 1 << (atHome ? HOME : TARGET), set });
    }
    return found;
  }

  /** What was not listed may not be there. */
  #listedOnly(set: TruthSet, { uncollected }: ScopedUniverse): TruthSet {
    if (uncollected.length === 0 || set.possible.length === 0) return set;
    const unlisted = restrict(set, uncollected);
    if (unlisted.possible.length === 0) return set;
    const without = (part: RangeSet): RangeSet => difference(part, uncollected);
    return { proven: without(set.proven), possible: without(set.possible), open: set.open };
  }

  /** The same number for the same action asked of the same universe. */
  #questionOf(action: ActionRef, universe: ScopedUniverse): number {
    const key = `${universe.space} ${action.folded}`;
    let question = this.#questions.get(key);
    if (question === undefined) {
      question = this.#questions.size;
      this.#questions.set(key, question);
    }
    return question;
  }

  /** What was found for the caller asked about last, by question: its rows ask for the same again and again. */
  readonly #found: Map<number, TruthSet> = new Map();
  #foundFor: ScopedCaller | undefined;

  #granted(action: ActionRef, question: number, universe: ScopedUniverse, asked: Asked): TruthSet {
    if (asked.held !== undefined) return asked.held({ action, question, universe });
    if (asked.grants !== ALL_GRANTS) return this.#grantedBy(action, universe, asked);
    let found = this.#found.get(question);
    if (found === undefined) {
      found = this.#grantedBy(action, universe, asked);
      this.#found.set(question, found);
    }
    return found;
  }

  #grantedBy(action: ActionRef, universe: ScopedUniverse, { caller, grants }: Asked): TruthSet {
    const isFree = caller.denies.length === 0 && caller.guards.length === 0;
    if (isFree && caller.changed.retagged.length === 0) {
      const granted = this.#decisions.granted(caller, action, universe, grants);
      return granted.open.length === 0 ? NOWHERE : granted;
    }
    let found: TruthSet = NOWHERE;
    // Tags are chosen once for a request, whatever looks at them.
    for (const choice of this.#tagChoices(caller, action)) {
      const granted = this.#decisions.granted(choice, action, universe, grants);
      if (granted.open.length === 0) continue;
      const passing = isFree ? granted : this.#decisions.passing(choice, action, universe, granted.open);
      found = orSets(found, isFree ? granted : andSets(granted, passing));
    }
    return found.open.length === 0 ? NOWHERE : found;
  }

  /** A caller with each choice of tags worth trying, where it may choose those of some targets. */
  #tagChoices(caller: ScopedCaller, action: ActionRef): readonly ScopedCaller[] {
    if (caller.changed.retagged.length === 0) return [caller];
    const { freshValue } = this.#provider.semantics.conditions;
    return tagAssignments(caller, action, freshValue).map((tags) => ({
      ...caller,
      changed: { ...caller.changed, tags },
    }));
  }

  /** Where nothing stops a caller, on all targets; kept for those that nothing tells apart. */
  #passing(caller: ScopedCaller, action: ActionRef, question: number, universe: ScopedUniverse): TruthSet {
    if (caller.denies.length === 0 && caller.guards.length === 0) return this.#forMany(universe.everywhere(TRUE));
    let ofKind = this.#passingOf[caller.kind];
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#passingOf[caller.kind] = ofKind;
    }
    let known = ofKind.get(question);
    if (known === undefined) {
      known = NOWHERE;
      for (const choice of this.#tagChoices(caller, action)) {
        known = orSets(known, this.#decisions.passing(choice, action, universe, universe.full));
      }
      ofKind.set(question, known);
      this.#forMany(known);
    }
    return known;
  }

  #somewhere(
    { actions, questions, place }: Extract<Formula, { readonly op: 'somewhere' }>,
    universe: ScopedUniverse,
    asked: Asked,
  ): Residual {
    const { homes } = this.#universes;
    let granted = homes.everywhere(TRUE);
    for (const [at, action] of actions.entries()) {
      granted = andSets(granted, this.#granted(action, questions[at]!, homes, asked));
      if (granted.open.length === 0) break;
    }
    const best = bestOf(granted);
    let found = best === FALSE ? NEVER : asItIs(universe.everywhere(best));
    if (!asked.withFull || best === TRUE) return found;
    let passing = homes.everywhere(TRUE);
    for (const [at, action] of actions.entries()) {
      passing = andSets(passing, this.#passing(asked.caller, action, questions[at]!, homes));
    }
    if (passing.open.length === 0) return found;
    this.#witness(place, { kind: 'somewhere', homes: passing });
    found = orResiduals(found, [{ needs: 1 << place, set: universe.everywhere(TRUE) }]);
    return found;
  }

  #other(
    { op, of, that, place }: Extract<Formula, { readonly op: 'attached' | 'beside' | 'anywhere' }>,
    universe: ScopedUniverse,
    asked: Asked,
  ): Residual {
    const { fullWithin: _, ...others } = asked;
    const answer = this.answer(that, others);
    let here: TruthSet = NOWHERE;
    let full: TruthSet = NOWHERE;
    for (const { needs, set } of answer.residual) {
      if (needs === 0) here = orSets(here, this.#moved(op, set, of, universe));
      // Wherever there is another node at all: how surely which of them will do is told by the witness.
      else full = this.#openOf(this.#moved(op, this.#forMany(of.everywhere(TRUE)), of, universe));
    }
    let found = asItIs(here);
    if (full.open.length > 0) {
      this.#witness(place, { kind: op, answer });
      found = orResiduals(found, [{ needs: 1 << place, set: full }]);
    }
    return found;
  }

  /** Notes that a set is not that of one caller: what is made of it is kept. */
  #forMany(set: TruthSet): TruthSet {
    if (!this.#liftedForMany.has(set)) this.#liftedForMany.set(set, new Map());
    return set;
  }

  #openOf(set: TruthSet): TruthSet {
    return this.#lift(set, OPEN_OF, () => valueOn(set.open, TRUE));
  }

  /** Truths about other nodes, told of the targets that they count for. */
  #moved(
    op: 'attached' | 'beside' | 'anywhere',
    set: TruthSet,
    of: ScopedUniverse,
    universe: ScopedUniverse,
  ): TruthSet {
    switch (op) {
      case 'attached':
        return this.#fromRuntimes(set, of, universe);
      case 'beside':
        return this.#fromBeside(set, of, universe);
      case 'anywhere': {
        const best = bestOf(set);
        return best === FALSE ? NOWHERE : universe.everywhere(best);
      }
    }
  }

  #holds(formula: Extract<Formula, { readonly op: 'holds' }>, universe: ScopedUniverse): Residual {
    let found = this.#holding.get(formula);
    if (found === undefined) {
      found = asItIs(this.#predicate(formula.name, universe));
      this.#holding.set(formula, found);
    }
    return found;
  }

  #predicate(name: string, universe: ScopedUniverse): TruthSet {
    const key = `${universe.space} ${name}`;
    let known = this.#predicates.get(key);
    if (known === undefined) {
      const predicate = this.#catalogue.predicates[name]!;
      const builder = new TruthSetBuilder();
      universe.nodes.forEach((node, index) => {
        const truth = predicate(node, this.#model.graph);
        if (truth !== FALSE) builder.add(index, truth);
      });
      known = builder.build();
      this.#predicates.set(key, known);
    }
    return known;
  }

  #listedFor(attribute: string, universe: ScopedUniverse, caller: ScopedCaller): TruthSet {
    if (caller.listedAs.size === 0) return NOWHERE;
    const listed = this.#listedIn(attribute, universe);
    let found: TruthSet = NOWHERE;
    for (const [id, truth] of caller.listedAs) {
      const targets = listed.get(id);
      if (targets !== undefined) found = orSets(found, valueOn(targets, truth));
    }
    return found;
  }

  #listedIn(attribute: string, universe: ScopedUniverse): ReadonlyMap<NodeId, RangeSet> {
    const key = `${universe.space} ${attribute}`;
    let known = this.#listed.get(key);
    if (known === undefined) {
      const found = new Map<NodeId, RangeSet>();
      universe.nodes.forEach(({ attributes }, index) => {
        const list = attributes?.[attribute];
        if (!Array.isArray(list)) return;
        for (const id of list) {
          if (typeof id === 'string') found.set(id, union(found.get(id) ?? EMPTY, [index, index + 1]));
        }
      });
      known = found;
      this.#listed.set(key, known);
    }
    return known;
  }

  /** Truths about homes, told of what lies in them. */
  #fromHomes(set: TruthSet, universe: ScopedUniverse): TruthSet {
    return this.#lift(set, universe.space, () => {
      const inside = this.#universes.inHomes(universe);
      const part = (homes: RangeSet): RangeSet => {
        const parts: RangeSet[] = [];
        forEachMember(homes, (home) => {
          if (inside[home]!.length > 0) parts.push(inside[home]!);
        });
        // Homes come in the order of the tour, and so does what lies in them.
        return joined(parts);
      };
      return partwise(set, part);
    });
  }

  /** The best truth among identities that a target runs as, no surer than that it does. */
  #fromRuntimes(set: TruthSet, of: ScopedUniverse, universe: ScopedUniverse): TruthSet {
    return this.#lift(set, RUNS_AS + universe.space, () => this.#usersOf(set, of, universe));
  }

  readonly #usersOfMany: Map<string, TruthSet> = new Map();

  #usersOf(set: TruthSet, of: ScopedUniverse, universe: ScopedUniverse): TruthSet {
    // Of what is large and made up simply there are few, which many callers have.
    const isKept = set.open.length <= SIMPLE && sizeOf(set.open) >= MANY;
    const key = isKept ? `${of.space} ${universe.space} ${truthKey(set)}` : '';
    let found = isKept ? this.#usersOfMany.get(key) : undefined;
    if (found === undefined) {
      const users = this.#usersIn(universe, of);
      const best = new Map<number, Truth>();
      forEachMember(set.open, (identity) => {
        const truth = valueAt(set, identity);
        for (const [target, certainty] of users[identity] ?? []) {
          best.set(target, or(best.get(target) ?? FALSE, and(certainty, truth)));
        }
      });
      found = built(best);
      if (isKept) this.#usersOfMany.set(key, found);
    }
    return found;
  }

  /** The targets of a universe that run as each identity, and how surely. */
  #usersIn(universe: ScopedUniverse, of: ScopedUniverse): readonly (readonly (readonly [number, Truth])[])[] {
    let known = this.#users.get(universe);
    if (known === undefined) {
      const found: [number, Truth][][] = Array.from({ length: of.size }, () => []);
      universe.nodes.forEach(({ id }, index) => {
        for (const { to, certainty } of this.#model.graph.outgoing(id, 'runs-as')) {
          const at = of.indexOf(to);
          if (at >= 0) found[at]!.push([index, truthOf(certainty)]);
        }
      });
      known = found;
      this.#users.set(universe, known);
    }
    return known;
  }

  /** The best truth among nodes of the same home. */
  #fromBeside(set: TruthSet, of: ScopedUniverse, universe: ScopedUniverse): TruthSet {
    return this.#lift(set, BESIDE + of.space * MOST_SPACES + universe.space, () => {
      const homeOf = this.#universes.homeOf(of);
      const best = new Map<number, Truth>();
      forEachMember(set.open, (index) => {
        const home = homeOf[index]!;
        if (home >= 0) best.set(home, or(best.get(home) ?? FALSE, valueAt(set, index)));
      });
      return this.#fromHomes(built(best), universe);
    });
  }

  #lift(set: TruthSet, key: number | string, find: () => TruthSet): TruthSet {
    if (set.open.length === 0) return NOWHERE;
    let known = this.#liftedForMany.get(set) ?? this.#lifted.get(set);
    if (known === undefined) {
      known = new Map();
      this.#lifted.set(set, known);
    }
    let found = known.get(key);
    if (found === undefined) {
      found = find();
      known.set(key, found);
    }
    return found;
  }
}

/** Whether, of grants that let something hold together, one does by itself. */
function addsUp(formula: Formula): boolean {
  switch (formula.op) {
    case 'allowed':
    case 'holds':
      return true;
    case 'somewhere':
      return formula.actions.length === 1;
    case 'attached':
    case 'beside':
    case 'anywhere':
      return formula.that.addsUp;
    case 'any':
      return formula.parts.every(addsUp);
    case 'all':
      return formula.parts.every(addsUp) && formula.parts.filter(asksFor).length <= 1;
    case 'listed':
      return false;
  }
}

/** Whether a formula asks for any permission. */
function asksFor(formula: Formula): boolean {
  return formula.op === 'all' || formula.op === 'any' ? formula.parts.some(asksFor) : formula.op !== 'holds';
}

function partwise(set: TruthSet, part: (range: RangeSet) => RangeSet): TruthSet {
  const open = part(set.open);
  if (open.length === 0) return NOWHERE;
  const possible = set.possible === set.open ? open : part(set.possible);
  const proven = set.proven === set.possible ? possible : part(set.proven);
  return { proven, possible, open };
}

function built(best: ReadonlyMap<number, Truth>): TruthSet {
  const builder = new TruthSetBuilder();
  for (const index of [...best.keys()].sort((left, right) => left - right)) {
    const truth = best.get(index)!;
    if (truth !== FALSE) builder.add(index, truth);
  }
  return builder.build();
}

/** Sets that come one after the other, as one. */
function joined(parts: readonly RangeSet[]): RangeSet {
  const ranges: number[] = [];
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) {
      if (ranges.length > 0 && ranges[ranges.length - 1] === part[at]) ranges[ranges.length - 1] = part[at + 1]!;
      else ranges.push(part[at]!, part[at + 1]!);
    }
  }
  return ranges;
}
