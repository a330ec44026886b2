import { type ActionRef, type ActionSet, hasAction } from '../../authz/action-catalogue.ts';
import type { CompiledStatement } from '../../authz/compiled-document.ts';
import { actionKeyIn } from '../../authz/joined-conditions.ts';
import type { CompiledCondition } from '../../authz/semantics.ts';
import type { ScopedCaller } from './scoped-caller.ts';
import type { Formula } from './scoped-formula.ts';
import type { ScopedRow } from './scoped-rows.ts';
import type { NamedRule } from './scoped-rules.ts';

/** The rows worth asking of a caller. */
export interface SelectedRows {
  /** Those that may hold by what it is granted alone; rows of one list come out alike, whatever they give. */
  readonly alone: readonly (readonly ScopedRow[])[];
  /**
   * Those of several questions that what it is granted may answer some of: something full may answer the others. Of rows that come
   * out alike and give the same only the first.
   */
  readonly together: readonly ScopedRow[];
}

/** Something that speaks of actions when a caller asks: the same number for the same list of actions. */
interface Speaker {
  readonly actions: ActionSet | undefined;
  /** What it looks at beside: between actions that it speaks of it may tell apart those with different keys. */
  readonly conditions: readonly CompiledCondition[];
}

/**
 * Chooses rows by the actions that the rules of a caller speak of, once for all callers with the same statements. Actions that
 * all its grants, denies and guards speak of alike are decided alike, and so are rows that differ in such actions only.
 */
export class RowSelection {
  readonly #rows: readonly ScopedRow[];
  readonly #leadKey: (row: ScopedRow) => string;
  readonly #numbers: Map<ActionSet, number> = new Map();
  readonly #conditions: Map<CompiledCondition, number> = new Map();
  readonly #selected: Map<string, SelectedRows> = new Map();
  readonly #own: Map<string, readonly ScopedRow[]> = new Map();
  #all: SelectedRows | undefined;

  /** `leadKey`: equal for rows of one universe that give the same on a target. */
  constructor(rows: readonly ScopedRow[], leadKey: (row: ScopedRow) => string) {
    this.#rows = rows;
    this.#leadKey = leadKey;
  }

  /** The rows for a caller. */
  for(caller: ScopedCaller): SelectedRows {
    const { allows, common, everything, given, listedAs, kind } = caller;
    const all = [...allows, ...common];
    // A text that could not be read may speak of everything.
    const isAll = everything.length > 0 || given.length > 0 || all.some(({ rule }) => rule.statement === undefined);
    if (isAll) {
      this.#all ??= { alone: this.#rows.map((row) => [row]), together: this.#severalOf() };
      return this.#all;
    }
    // What no row asks for makes no difference.
    const grants = all.filter((one) => this.#numberOf(one.rule.statement!.actions) >= 0);
    const numbers = [...new Set(grants.map((one) => this.#speakerKey(one)))].sort();
    const isListed = listedAs.size > 0;
    const key = `${kind} ${isListed} ${numbers.join(',')}`;
    let selected = this.#selected.get(key);
    if (selected === undefined) {
      selected = this.#select(caller, grants, isListed);
      this.#selected.set(key, selected);
    }
    return selected;
  }

  /**
   * The rows that ask several questions and ask for something a caller is granted itself, listed in, or can be given by some
   * statements; undefined among those: by a text that could not be read.
   */
  ownOf(
    { allows, everything, listedAs }: ScopedCaller,
    given: readonly (CompiledStatement | undefined)[],
  ): readonly ScopedRow[] {
    const isListed = listedAs.size > 0;
    const statements = [...allows.map(({ rule }) => rule.statement), ...given];
    const isAll = everything.length > 0 || statements.includes(undefined);
    const sets = new Map<number, ActionSet>();
    if (!isAll) for (const one of statements) sets.set(this.#numberOf(one!.actions), one!.actions);
    sets.delete(-1);
    const key = `${isListed} ${isAll ? 'all' : [...sets.keys()].sort((left, right) => left - right).join(',')}`;
    let own = this.#own.get(key);
    if (own === undefined) {
      const isAsked = ({ formula }: ScopedRow): boolean =>
        isAll ||
        (isListed && formula.lists.length > 0) ||
        formula.actions.some((action) => [...sets.values()].some((actions) => hasAction(actions, action)));
      own = this.#severalOf().filter(isAsked);
      this.#own.set(key, own);
    }
    return own;
  }

  /** The same number for the same list of actions; -1 for one that no row asks for any of. */
  #numberOf(actions: ActionSet): number {
    let number = this.#numbers.get(actions);
    if (number === undefined) {
      const isAsked = this.#rows.some(({ formula }) => formula.actions.some((action) => hasAction(actions, action)));
      number = isAsked ? this.#numbers.size : -1;
      this.#numbers.set(actions, number);
    }
    return number;
  }

  /** The same text for grants of the same actions under conditions that tell actions apart alike. */
  #speakerKey(named: NamedRule): string {
    const conditions = speakerOf(named).conditions.map((one) => {
      let number = this.#conditions.get(one);
      if (number === undefined) {
        number = this.#conditions.size;
        this.#conditions.set(one, number);
      }
      return ` ${number}`;
    });
    return `${this.#numberOf(named.rule.statement!.actions)}${conditions.join('')}`;
  }

  #severalOf(): readonly ScopedRow[] {
    return this.#rows.filter(({ formula }) => formula.hasSeveral);
  }

  #select(caller: ScopedCaller, grants: readonly NamedRule[], isListed: boolean): SelectedRows {
    const granting = grants.map(speakerOf);
    const speakers = [...distinct(granting), ...caller.denies.map(speakerOf), ...guarding(caller)];
    const said = new Map<string, { readonly key: string; readonly isGranted: boolean }>();
    const askedOf = (action: ActionRef): { readonly key: string; readonly isGranted: boolean } => {
      let asked = said.get(action.folded);
      if (asked === undefined) {
        const speaking = speakers.map(({ actions }) => actions === undefined || hasAction(actions, action));
        asked = {
          key: speakers.map(({ conditions }, at) => (speaking[at]! ? keyIn(conditions, action) : '-')).join(','),
          isGranted: granting.some(({ actions }) => actions === undefined || hasAction(actions, action)),
        };
        said.set(action.folded, asked);
      }
      return asked;
    };
    const speaks = (action: ActionRef): boolean => askedOf(action).isGranted;
    const shapeKey = (formula: Formula): string => {
      switch (formula.op) {
        case 'all':
        case 'any':
          return `${formula.op}(${unique(formula.parts.map(shapeKey)).join(';')})`;
        case 'allowed':
          return `${formula.atHome ? 'home' : 'target'} ${askedOf(formula.action).key}`;
        case 'somewhere':
          return `somewhere(${unique(formula.actions.map((action) => askedOf(action).key)).join(',')})`;
        case 'attached':
        case 'beside':
        case 'anywhere':
          return `${formula.op} ${formula.of.space}(${shapeKey(formula.that.formula)})`;
        case 'listed':
          return `listed ${formula.attribute}`;
        case 'holds':
          return `holds ${formula.name}`;
      }
    };
    const may = (formula: Formula): boolean => {
      switch (formula.op) {
        case 'all':
          return formula.parts.every(may);
        case 'any':
          return formula.parts.some(may);
        case 'allowed':
          return speaks(formula.action);
        case 'somewhere':
          return formula.actions.every(speaks);
        case 'attached':
        case 'beside':
        case 'anywhere':
          return may(formula.that.formula);
        case 'listed':
          return isListed;
        case 'holds':
          return true;
      }
    };
    const alone = new Map<string, ScopedRow[]>();
    const together = new Map<string, ScopedRow>();
    for (const row of this.#rows) {
      const { formula, technique, access } = row;
      const isAlone = may(formula.formula);
      const isTogether = formula.hasSeveral && (formula.actions.some(speaks) || (isListed && formula.lists.length > 0));
      if (!isAlone && !isTogether) continue;
      // Control is asked about grant by grant.
      const isControl = technique.yields === 'control' && access === undefined;
      const limit = technique.within === undefined ? '' : ' within';
      const shape = isControl ? `row ${row.index}` : `${formula.universe.space} ${shapeKey(formula.formula)}${limit}`;
      if (isAlone) {
        const alike = alone.get(shape);
        if (alike === undefined) alone.set(shape, [row]);
        else alike.push(row);
      }
      if (!isTogether) continue;
      const key = `${shape} ${this.#leadKey(row)}`;
      if (!together.has(key)) together.set(key, row);
    }
    return { alone: [...alone.values()], together: [...together.values()] };
  }
}

function speakerOf({ rule: { statement, conditions } }: NamedRule): Speaker {
  return { actions: statement?.actions, conditions: conditions.filter(({ readsAction }) => readsAction !== false) };
}

/** Grants of the same list of actions say the same of each of them. */
function distinct(speakers: readonly Speaker[]): readonly Speaker[] {
  const found = new Map<ActionSet | undefined, Speaker>();
  const apart: Speaker[] = [];
  for (const one of speakers) {
    if (one.conditions.length > 0) apart.push(one);
    else found.set(one.actions, one);
  }
  return [...found.values(), ...apart];
}

function guarding({ guards }: ScopedCaller): readonly Speaker[] {
  return guards.flatMap(({ documents }) =>
    documents.flatMap(({ statements, applies }) => [
      ...(applies === undefined ? [] : [{ actions: undefined, conditions: [applies] }]),
      ...statements.map(({ actions, condition }) => ({
        actions,
        conditions: condition === undefined ? [] : [condition],
      })),
    ]),
  );
}

function keyIn(conditions: readonly CompiledCondition[], action: ActionRef): string {
  return conditions.map((one) => actionKeyIn(one, action.name)).join(' ');
}

function unique(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)].sort();
}
