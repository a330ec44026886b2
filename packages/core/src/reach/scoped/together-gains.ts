import { NOWHERE, orSets, type TruthSet } from '../truth-set.ts';
import { type Residual, surer } from './residual.ts';
import type { ScopedCaller } from './scoped-caller.ts';
import { ALL_GRANTS } from './scoped-decisions.ts';
import type { Ask, CompiledFormula, Formula, ScopedFormulas } from './scoped-formula.ts';
import type { ScopedRow } from './scoped-rows.ts';

/** A caller as it is, one of its kind with nothing but what changes give, and itself with what they give. */
export interface Three {
  readonly own: ScopedCaller;
  readonly given: ScopedCaller;
  /** Made only where it is asked about. */
  readonly both: () => ScopedCaller;
}

/** What is known of one caller. */
interface Known {
  readonly held: Map<number, TruthSet>;
  readonly residuals: Map<ScopedRow, Residual>;
}

/**
 * Whether a caller can do more with what changes of the estate give it than it can do by itself and anybody can by the changes.
 * Where the three are denied and capped alike, what both give is the union of what each gives, so only a technique that asks
 * several questions can come out better: one answered by what is its own, another by what was changed.
 */
export class TogetherGains {
  readonly #formulas: ScopedFormulas;
  readonly #given: Map<ScopedCaller, Known> = new Map();
  /** Of the caller asked about last. */
  #own: Known & { readonly caller?: ScopedCaller } = nothingKnown();

  constructor(formulas: ScopedFormulas) {
    this.#formulas = formulas;
  }

  /** Whether some of some rows of several questions comes out better. */
  areAny({ own, given, both }: Three, rows: Iterable<ScopedRow>): boolean {
    if (this.#own.caller !== own) this.#own = { ...nothingKnown(), caller: own };
    const knownOfOwn = this.#own;
    let knownOfGiven = this.#given.get(given);
    if (knownOfGiven === undefined) {
      knownOfGiven = nothingKnown();
      this.#given.set(given, knownOfGiven);
    }
    for (const row of rows) {
      const { formula } = row;
      const byOwn = this.#all(own, formula, knownOfOwn);
      const byGiven = this.#all(given, formula, knownOfGiven);
      if (areWithin(byOwn, byGiven) || areWithin(byGiven, byOwn)) continue;
      // How what is elsewhere is made up is not told by where it is.
      if (isManifoldElsewhere(formula.formula)) return true;
      const before = [this.#residual(own, row, knownOfOwn), this.#residual(given, row, knownOfGiven)].flat();
      for (const { needs, set } of this.#answer(both(), row)) {
        let known: TruthSet = NOWHERE;
        for (const one of before) if ((one.needs & needs) === one.needs) known = orSets(known, one.set);
        if (surer(set, known).open.length > 0) return true;
      }
    }
    return false;
  }

  #residual(caller: ScopedCaller, row: ScopedRow, { residuals }: Known): Residual {
    let known = residuals.get(row);
    if (known === undefined) {
      known = this.#answer(caller, row);
      residuals.set(row, known);
    }
    return known;
  }

  #answer(caller: ScopedCaller, { formula }: ScopedRow): Residual {
    return this.#formulas.answer(formula, { caller, grants: ALL_GRANTS, withFull: true }).residual;
  }

  /** What a caller has of everything that a formula asks for. */
  #all(caller: ScopedCaller, { asks, lists, universe }: CompiledFormula, { held }: Known): readonly TruthSet[] {
    const found = asks.map((ask) => this.#held(caller, ask, held));
    if (caller.listedAs.size === 0) return [...found, ...lists.map(() => NOWHERE)];
    return [...found, ...lists.map((attribute) => this.#formulas.listedOn(caller, attribute, universe))];
  }

  #held(caller: ScopedCaller, ask: Ask, held: Map<number, TruthSet>): TruthSet {
    let known = held.get(ask.question);
    if (known === undefined) {
      known = this.#formulas.heldOn(caller, ask);
      held.set(ask.question, known);
    }
    return known;
  }
}

function nothingKnown(): Known {
  return { held: new Map(), residuals: new Map() };
}

function areWithin(inner: readonly TruthSet[], outer: readonly TruthSet[]): boolean {
  return inner.every((set, at) => set === NOWHERE || surer(set, outer[at]!).open.length === 0);
}

/** Whether a formula asks several questions of one other node. */
function isManifoldElsewhere(formula: Formula): boolean {
  switch (formula.op) {
    case 'all':
    case 'any':
      return formula.parts.some(isManifoldElsewhere);
    case 'attached':
    case 'beside':
    case 'anywhere':
      return formula.that.hasSeveral || isManifoldElsewhere(formula.that.formula);
    default:
      return false;
  }
}
