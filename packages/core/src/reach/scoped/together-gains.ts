import { FALSE, or, type Truth } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import { difference, EMPTY, intersection, type RangeSet, union } from '../range-set.ts';
import { NOWHERE, orSets, type TruthSet } from '../truth-set.ts';
import { type Residual, surer } from './residual.ts';
import type { ScopedCaller } from './scoped-caller.ts';
import { ALL_GRANTS, bestOf } from './scoped-decisions.ts';
import type { Ask, Contribution, Formula, ScopedFormulas } from './scoped-formula.ts';
import type { ScopedRow } from './scoped-rows.ts';

/** What is known of a caller: what it holds, what that is of each row, and how rows come out for it. */
export class KnownOf {
  readonly caller: ScopedCaller;
  readonly held: Map<number, TruthSet> = new Map();
  readonly contributions: Map<ScopedRow, readonly Contribution[]> = new Map();
  readonly residuals: Map<ScopedRow, Residual> = new Map();
  /** Where it comes to something as it is, by whatever row. */
  readonly led: Map<string, TruthSet> = new Map();

  constructor(caller: ScopedCaller) {
    this.caller = caller;
  }
}

/** Rows on the same targets that give the same. */
export interface RowsOfLead {
  /** The same text for the same rows. */
  readonly key: string;
  readonly rows: readonly ScopedRow[];
}

/** How surely each question of a row about no node in particular holds, in their order. */
export type Anywhere = readonly Truth[];

/** What a row gives somebody more once questions about no node in particular hold for another reason. */
export interface AnywhereGain {
  /** Where it comes out better as the estate is. */
  readonly set: TruthSet;
  /** It comes out better in other ways as well, where something is full. */
  readonly hasMore: boolean;
}

/**
 * What two callers that are denied and capped alike can do as one that is granted what both are. Its grants are the union of what
 * each is granted, so only a technique that asks several questions can come out better than for each of them: where on one target
 * each has something of it that the other has not.
 */
export class TogetherGains {
  readonly #formulas: ScopedFormulas;
  readonly #leadsOf: (row: ScopedRow) => RowsOfLead;

  /** `leadsOf`: the rows on the same targets that give the same as a row, itself among them. */
  constructor(formulas: ScopedFormulas, leadsOf: (row: ScopedRow) => RowsOfLead) {
    this.#formulas = formulas;
    this.#leadsOf = leadsOf;
  }

  /** What a caller has of what a row asks for. */
  contributionsOf(row: ScopedRow, known: KnownOf): readonly Contribution[] {
    let found = known.contributions.get(row);
    if (found === undefined) {
      found = this.#formulas.contributions(row.formula, known.caller, (ask) => this.#held(known, ask));
      known.contributions.set(row, found);
    }
    return found;
  }

  /** How surely each question of a row about no node in particular holds for a caller. */
  anywhereOf(row: ScopedRow, known: KnownOf): Anywhere {
    return this.#formulas.anywhereIn(row.formula, this.contributionsOf(row, known)[0]!).map(bestOf);
  }

  /** Whether each of two has something of a row, about some node, that the other has not. */
  isRelevant(row: ScopedRow, left: KnownOf, right: KnownOf): boolean {
    const others = this.contributionsOf(row, right);
    return this.contributionsOf(row, left).some((own, at) => completes(own, others[at]!));
  }

  /** The same about nodes that are not what the row is about. */
  isRelevantElsewhere(row: ScopedRow, left: KnownOf, right: KnownOf): boolean {
    const others = this.contributionsOf(row, right);
    return this.contributionsOf(row, left).some((own, at) => at > 0 && completes(own, others[at]!));
  }

  /** Whether a caller has something of a row that questions about no node in particular, held as surely as told, complete. */
  isRelevantAnywhere(row: ScopedRow, known: KnownOf, anywhere: Anywhere): boolean {
    const [own = []] = this.contributionsOf(row, known);
    if (own.every((set) => set === NOWHERE)) return false;
    return completes(own, this.#formulas.onlyAnywhere(row.formula, anywhere));
  }

  /** Whether a row comes out better for both together than for each; said so where that is not easily told. */
  gains(row: ScopedRow, left: KnownOf, right: KnownOf): boolean {
    const others = this.contributionsOf(row, right);
    const own = this.contributionsOf(row, left);
    // How what is elsewhere is made up is not told by where it is.
    for (let at = 1; at < own.length; at += 1) if (completes(own[at]!, others[at]!)) return true;
    const where = completedBy(own[0]!, others[0]!);
    // Neither gains where one of them comes to that anyway.
    const led = orSets(this.#led(row, left), this.#led(row, right));
    if (difference(where, led.proven).length === 0) return false;
    const before = [...this.#residual(row, left), ...this.#residual(row, right)];
    const caller = { ...left.caller, listedAs: eitherOf(left.caller.listedAs, right.caller.listedAs) };
    const held = (ask: Ask): TruthSet => orSets(this.#held(left, ask), this.#held(right, ask));
    return this.#answer(row, caller, held).some((term) => beyond(term, before, led).open.length > 0);
  }

  /** What a caller gains by a row once its questions about no node in particular hold as surely as told. */
  gainsOnce(row: ScopedRow, known: KnownOf, nobody: KnownOf, anywhere: Anywhere): AnywhereGain {
    const truths = new Map<Formula, Truth>(row.formula.anywhere.map((one, at) => [one, anywhere[at] ?? FALSE]));
    const alone = this.#answer(row, nobody.caller, (ask) => this.#held(nobody, ask), truths);
    const before = [...this.#residual(row, known), ...alone];
    const led = this.#led(row, known);
    let set: TruthSet = NOWHERE;
    let hasMore = false;
    for (const term of this.#answer(row, known.caller, (ask) => this.#held(known, ask), truths)) {
      const more = beyond(term, before, led);
      if (term.needs === 0) set = more;
      else if (more.open.length > 0) hasMore = true;
    }
    return { set, hasMore };
  }

  /** Where a caller as it is comes to what a row gives, by whatever row. */
  #led(row: ScopedRow, known: KnownOf): TruthSet {
    const { key, rows } = this.#leadsOf(row);
    let found = known.led.get(key);
    if (found === undefined) {
      found = NOWHERE;
      const held = (ask: Ask): TruthSet => this.#held(known, ask);
      const asked = { caller: known.caller, grants: ALL_GRANTS, withFull: false, held };
      for (const { formula } of rows) {
        found = orSets(found, this.#formulas.answer(formula, asked).residual[0]?.set ?? NOWHERE);
      }
      known.led.set(key, found);
    }
    return found;
  }

  #residual(row: ScopedRow, known: KnownOf): Residual {
    let found = known.residuals.get(row);
    if (found === undefined) {
      found = this.#answer(row, known.caller, (ask) => this.#held(known, ask));
      known.residuals.set(row, found);
    }
    return found;
  }

  #answer(
    { formula }: ScopedRow,
    caller: ScopedCaller,
    held: (ask: Ask) => TruthSet,
    known?: ReadonlyMap<Formula, Truth>,
  ): Residual {
    const asked = { caller, grants: ALL_GRANTS, withFull: true, held };
    return this.#formulas.answer(formula, known === undefined ? asked : { ...asked, known }).residual;
  }

  #held({ caller, held }: KnownOf, ask: Ask): TruthSet {
    let found = held.get(ask.question);
    if (found === undefined) {
      found = this.#formulas.heldOn(caller, ask);
      held.set(ask.question, found);
    }
    return found;
  }
}

/** Whether of one node each of two has something that the other has not, or not as surely. */
function completes(left: Contribution, right: Contribution): boolean {
  return completedBy(left, right).length > 0;
}

/** The nodes of which each of two has something that the other has not, or not as surely. */
function completedBy(left: Contribution, right: Contribution): RangeSet {
  const more = moreThan(left, right);
  return more.length === 0 ? EMPTY : intersection(more, moreThan(right, left));
}

/** What a term says more, or more surely, than those that need no more, and than what is come to anyway. */
function beyond({ needs, set }: Residual[number], before: Residual, led: TruthSet): TruthSet {
  let known = led;
  for (const one of before) if ((one.needs & needs) === one.needs) known = orSets(known, one.set);
  return surer(set, known);
}

/** Where one has anything that the other has not. */
function moreThan(one: Contribution, other: Contribution): RangeSet {
  let found: RangeSet = EMPTY;
  for (let at = 0; at < one.length; at += 1) {
    const set = one[at]!;
    if (set !== NOWHERE) found = union(found, more(set, other[at]!));
  }
  return found;
}

function more(set: TruthSet, than: TruthSet): RangeSet {
  if (than === NOWHERE) return set.open;
  if (set === than) return EMPTY;
  return set.proven === set.open && than.proven === than.open ? difference(set.open, than.open) : surer(set, than).open;
}

function eitherOf(left: ReadonlyMap<NodeId, Truth>, right: ReadonlyMap<NodeId, Truth>): ReadonlyMap<NodeId, Truth> {
  if (right.size === 0) return left;
  const both = new Map(left);
  for (const [id, truth] of right) both.set(id, or(both.get(id) ?? FALSE, truth));
  return both;
}
