import { type ActionRef, type ActionSet, hasAction } from '../../authz/action-catalogue.ts';
import type { CompiledStatement } from '../../authz/compiled-document.ts';
import type { CompiledCondition } from '../../authz/semantics.ts';
import { TRUE } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import type { ScopedCaller } from './scoped-caller.ts';
import type { CompiledFormula, Formula } from './scoped-formula.ts';
import type { ScopedRow } from './scoped-rows.ts';

/** What somebody is granted by where; nodes, and sets of lists of actions each under the same conditions, are told apart by numbers. */
export interface GrantShape {
  /** The nodes that something is granted on, with what is granted on each of them and around it. */
  readonly along: ReadonlyMap<number, number>;
  /** What is granted on any node. */
  readonly total: number;
  /** Which questions about no node in particular that may answer, and which it surely does. */
  readonly items: number;
}

/** Where nodes lie. */
export interface Surroundings {
  /** The node that is next around a node. */
  around(id: NodeId): NodeId | undefined;
  /** The home scope that a node is or lies in. */
  homeOf(id: NodeId): NodeId | undefined;
  /** Whether a node is a home scope or lies around one. */
  isAroundHome(id: NodeId): boolean;
}

/** What is asked about one node, in one contribution of a row. */
interface Block {
  readonly onTarget: number[];
  readonly atHome: number[];
  /** Questions about no node in particular, by number. */
  readonly anywhere: number[];
}

/** A question about no node in particular. */
interface Item {
  /** All it asks for. */
  readonly bits: readonly number[];
  /** Whether all of that is to hold on one home scope; otherwise it is not told how it is answered. */
  readonly isSomewhere: boolean;
}

/** Bits by number of an action. */
type Mask = Uint32Array;

/** What each of two may have that the other may not. */
interface Pair {
  readonly number: number;
  readonly moreLeft: Mask;
  readonly moreRight: Mask;
}

const NOTHING = 0;

/** So many pairs at once are told apart by a number; of more, every row is named. */
const MOST_PAIRS = 2 ** 17;

/**
 * Tells by lists of actions alone of which rows two callers may each have something, on one node, that the other has not. What a
 * caller is granted on a node and around it is the same set of lists of actions for many callers and nodes, so that is told once for
 * all of them. It may name rows of which they have not; it never leaves one out.
 */
export class GrantShapes {
  readonly #rows: readonly ScopedRow[];
  readonly #blocks: Map<ScopedRow, readonly Block[]> = new Map();
  readonly #surroundings: Surroundings;
  readonly #places: Map<NodeId, number> = new Map();
  /** The node around each node, and its home scope; -1 for none. Whether it is around a home scope, or one. */
  readonly #outer: number[] = [];
  readonly #homes: number[] = [];
  readonly #isHigh: boolean[] = [];
  readonly #items: Item[] = [];
  readonly #itemNumbers: Map<string, number> = new Map();
  /** By number of items: what they may and surely answer. */
  readonly #itemMasks: { readonly may: Mask; readonly must: Mask }[] = [];
  readonly #itemsOf: Map<string, number> = new Map();
  readonly #actions: Map<string, { readonly action: ActionRef; readonly bit: number }> = new Map();
  readonly #lists: Map<ActionSet | string, number> = new Map();
  readonly #listMasks: Mask[] = [];
  /** Lists that hold for sure, wherever they do. */
  readonly #isSure: boolean[] = [];
  readonly #objects: Map<object, number> = new Map();
  /** Sets of lists, by number; the first is empty. */
  readonly #sets: (readonly number[])[] = [[]];
  readonly #masks: { readonly may: Mask; readonly must: Mask }[] = [];
  readonly #numbers: Map<string, number> = new Map([['', NOTHING]]);
  readonly #unions: Map<number, number> = new Map();
  readonly #pairs: Map<number, Pair> = new Map();
  readonly #found: Map<number, readonly ScopedRow[]> = new Map();

  /** `rows`: those to tell of. */
  constructor(rows: readonly ScopedRow[], surroundings: Surroundings) {
    this.#rows = rows;
    this.#surroundings = surroundings;
    const bitOf = (action: ActionRef): number => {
      let known = this.#actions.get(action.folded);
      if (known === undefined) {
        known = { action, bit: this.#actions.size };
        this.#actions.set(action.folded, known);
      }
      return known.bit;
    };
    const itemOf = (item: Item): number => {
      const key = `${item.isSomewhere} ${item.bits.join(' ')}`;
      let number = this.#itemNumbers.get(key);
      if (number === undefined) {
        number = this.#items.length;
        this.#itemNumbers.set(key, number);
        this.#items.push(item);
      }
      return number;
    };
    for (const row of rows) this.#blocks.set(row, blocksOf(row.formula, bitOf, itemOf));
    this.#masks.push({ may: this.#mask(), must: this.#mask() });
  }

  /**
   * What a caller is granted, with statements that it can be given; undefined where a text could not be read, or it is not sure
   * that a grant is the caller's or what its conditions say to others like it.
   */
  of(caller: ScopedCaller, given: readonly (CompiledStatement | undefined)[]): GrantShape | undefined {
    const { allows, everything, changed } = caller;
    if (everything.length > 0 || changed.given.length > 1) return undefined;
    const lists = new Map<number, Set<number>>();
    const add = (id: NodeId, statement: CompiledStatement, conditions: readonly CompiledCondition[]): void => {
      const list = this.#listOf(statement, conditions);
      if (list < 0) return;
      const node = this.#placeOf(id);
      const known = lists.get(node);
      if (known === undefined) lists.set(node, new Set([list]));
      else known.add(list);
    };
    for (const { rule, truth } of allows) {
      const { statement, node, conditions, readsPrincipal } = rule;
      if (truth !== TRUE || readsPrincipal || statement === undefined) return undefined;
      add(node, statement, conditions);
    }
    for (const statement of given) {
      if (statement === undefined) return undefined;
      const conditions = statement.condition === undefined ? [] : [statement.condition];
      if (conditions.some(({ principalKeys }) => principalKeys.length > 0)) return undefined;
      for (const { nodes } of changed.given) for (const node of nodes) add(node, statement, conditions);
    }
    const on = new Map<number, number>();
    const total = new Set<number>();
    for (const [node, some] of lists) {
      on.set(node, this.#numberOf(some));
      for (const list of some) total.add(list);
    }
    const along = new Map<number, number>();
    for (const [node, own] of on) {
      let found = own;
      for (let at = this.#outer[node]!; at >= 0; at = this.#outer[at]!)
        found = this.#union(found, on.get(at) ?? NOTHING);
      along.set(node, found);
    }
    const all = this.#numberOf(total);
    // What is denied or capped somewhere is not told by actions.
    const isFree = caller.denies.length + caller.guards.length === 0;
    const high = isFree ? [...along].flatMap(([node, found]) => (this.#isHigh[node]! ? [found] : [])) : [];
    const isAlone = caller.common.length === 0;
    return { along, total: all, items: this.#itemsIn(all, [...new Set(high)].sort(ascending), isAlone) };
  }

  /** Whether somebody may have something of a row, wherever it is. */
  mayHave(row: ScopedRow, { total, items }: GrantShape): boolean {
    const { may } = this.#masks[total]!;
    const { may: answers } = this.#itemMasks[items]!;
    const [block] = this.#blocks.get(row)!;
    if (block === undefined) return false;
    return hasAny(may, block.onTarget) || hasAny(may, block.atHome) || hasAny(answers, block.anywhere);
  }

  /** Whether somebody may answer some question of a row about no node in particular. */
  mayAnswer(row: ScopedRow, { items }: GrantShape): boolean {
    const { may } = this.#itemMasks[items]!;
    return this.#blocks.get(row)!.some(({ anywhere }) => hasAny(may, anywhere));
  }

  /** `isAlone`: nothing that others of the type have as well completes what is granted. */
  #itemsIn(total: number, high: readonly number[], isAlone: boolean): number {
    const known = `${isAlone} ${total} ${high.join(' ')}`;
    let number = this.#itemsOf.get(known);
    if (number === undefined) {
      const words = (this.#items.length + 31) >>> 5;
      const masks = { may: new Uint32Array(words), must: new Uint32Array(words) };
      const all = this.#masks[total]!;
      const sure = high.map((one) => this.#masks[one]!.must);
      this.#items.forEach(({ bits, isSomewhere }, at) => {
        const isWhole = isSomewhere && isAlone;
        const may = isWhole ? bits.every((bit) => has(all.may, bit)) : hasAny(all.may, bits);
        if (may) masks.may[at >>> 5]! |= 1 << (at & 31);
        const must = isSomewhere && sure.some((mask) => bits.every((bit) => has(mask, bit)));
        if (must) masks.must[at >>> 5]! |= 1 << (at & 31);
      });
      number = this.#itemMasks.length;
      this.#itemMasks.push(masks);
      this.#itemsOf.set(known, number);
    }
    return number;
  }

  /** The rows that two may have something of together. `isInside`: the second may have something inside what the first has. */
  rowsOf(left: GrantShape, right: GrantShape, isInside: boolean): readonly ScopedRow[] {
    if (Math.max(this.#pairs.size, this.#itemPairs.size) > MOST_PAIRS / 2 || this.#found.size > MOST_PAIRS) {
      this.#pairs.clear();
      this.#itemPairs.clear();
      this.#found.clear();
    }
    const total = this.#itemPairOf(left.items, right.items);
    let found: readonly ScopedRow[] | undefined;
    let all: Set<ScopedRow> | undefined;
    const seen: number[] = [];
    const add = (of: Pair, home: Pair): void => {
      const key = (of.number * MOST_PAIRS + home.number) * MOST_PAIRS + total.number;
      if (seen.includes(key)) return;
      seen.push(key);
      const rows = this.#between(key, of, home, total);
      if (rows.length === 0) return;
      if (found === undefined) found = rows;
      else if (found !== rows) {
        all ??= new Set(found);
        for (const row of rows) all.add(row);
      }
    };
    const ask = (node: number, own: number, others: number): void => {
      const of = this.#pairOf(own, others);
      const home = this.#homes[node]!;
      const isElsewhere = home >= 0 && home !== node;
      add(of, isElsewhere ? this.#pairOf(this.#along(left, home), this.#along(right, home)) : of);
    };
    for (const [node, own] of left.along) ask(node, own, this.#along(right, node));
    if (isInside) for (const [node, others] of right.along) ask(node, this.#along(left, node), others);
    // Where only the second has anything.
    const alone = this.#pairOf(NOTHING, right.total);
    add(alone, alone);
    return all === undefined ? (found ?? NO_ROWS) : [...all];
  }

  #between(key: number, of: Pair, home: Pair, total: Pair): readonly ScopedRow[] {
    if (this.#pairs.size >= MOST_PAIRS) return this.#rows;
    let known = this.#found.get(key);
    if (known === undefined) {
      const may = ({ onTarget, atHome, anywhere }: Block, here: Mask, there: Mask, any: Mask): boolean =>
        hasAny(here, onTarget) || hasAny(here, atHome) || hasAny(there, atHome) || hasAny(any, anywhere);
      known = this.#rows.filter((row) =>
        this.#blocks
          .get(row)!
          .some(
            (block) =>
              may(block, of.moreLeft, home.moreLeft, total.moreLeft) &&
              may(block, of.moreRight, home.moreRight, total.moreRight),
          ),
      );
      this.#found.set(key, known);
    }
    return known;
  }

  #pairOf(left: number, right: number): Pair {
    const key = left * 2 ** 24 + right;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      pair = {
        number: this.#pairs.size,
        moreLeft: this.#more(left, right),
        moreRight: this.#more(right, left),
      };
      this.#pairs.set(key, pair);
    }
    return pair;
  }

  readonly #itemPairs: Map<number, Pair> = new Map();

  #itemPairOf(left: number, right: number): Pair {
    const key = left * 2 ** 24 + right;
    let pair = this.#itemPairs.get(key);
    if (pair === undefined) {
      const [one, other] = [this.#itemMasks[left]!, this.#itemMasks[right]!];
      pair = {
        number: this.#itemPairs.size,
        moreLeft: one.may.map((word, at) => word & ~other.must[at]!),
        moreRight: other.may.map((word, at) => word & ~one.must[at]!),
      };
      this.#itemPairs.set(key, pair);
    }
    return pair;
  }

  /** What one may have that the other may not: the same list under the same conditions holds for both or for none. */
  #more(one: number, other: number): Mask {
    const { must } = this.#masks[other]!;
    const others = new Set(this.#sets[other]);
    const found = this.#mask();
    for (const list of this.#sets[one]!) {
      if (others.has(list)) continue;
      this.#listMasks[list]!.forEach((word, at) => {
        found[at]! |= word & ~must[at]!;
      });
    }
    return found;
  }

  /** What is granted on a node and around it. */
  #along({ along }: GrantShape, node: number): number {
    for (let at = node; at >= 0; at = this.#outer[at]!) {
      const found = along.get(at);
      if (found !== undefined) return found;
    }
    return NOTHING;
  }

  #placeOf(id: NodeId): number {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const outer = this.#surroundings.around(id);
    const around = outer === undefined ? -1 : this.#placeOf(outer);
    const place = this.#outer.length;
    this.#places.set(id, place);
    this.#outer.push(around);
    this.#homes.push(-1);
    this.#isHigh.push(this.#surroundings.isAroundHome(id));
    const home = this.#surroundings.homeOf(id);
    if (home !== undefined) this.#homes[place] = this.#placeOf(home);
    return place;
  }

  #union(left: number, right: number): number {
    if (left === right || right === NOTHING) return left;
    if (left === NOTHING) return right;
    const key = left * 2 ** 24 + right;
    let known = this.#unions.get(key);
    if (known === undefined) {
      known = this.#numberOf(new Set([...this.#sets[left]!, ...this.#sets[right]!]));
      this.#unions.set(key, known);
    }
    return known;
  }

  #numberOf(lists: ReadonlySet<number>): number {
    const sorted = [...lists].sort((left, right) => left - right);
    const key = sorted.join(',');
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#sets.length;
      this.#numbers.set(key, number);
      this.#sets.push(sorted);
      const [may, must] = [this.#mask(), this.#mask()];
      for (const list of sorted) {
        this.#listMasks[list]!.forEach((word, at) => {
          may[at]! |= word;
          if (this.#isSure[list]!) must[at]! |= word;
        });
      }
      this.#masks.push({ may, must });
    }
    return number;
  }

  /** The same number for the same list of actions under the same conditions; -1 for one with nothing that is asked for. */
  #listOf(statement: CompiledStatement, conditions: readonly CompiledCondition[]): number {
    const { actions, include, undecidable } = statement;
    const isSure = conditions.length === 0 && include === undefined && undecidable === undefined;
    const key = isSure ? actions : [statement, ...conditions].map((one) => this.#objectNumber(one)).join(' ');
    let number = this.#lists.get(key);
    if (number === undefined) {
      const mask = this.#mask();
      let isAsked = false;
      for (const { action, bit } of this.#actions.values()) {
        if (!hasAction(actions, action)) continue;
        mask[bit >>> 5]! |= 1 << (bit & 31);
        isAsked = true;
      }
      number = isAsked ? this.#listMasks.length : -1;
      if (isAsked) {
        this.#listMasks.push(mask);
        this.#isSure.push(isSure);
      }
      this.#lists.set(key, number);
    }
    return number;
  }

  #objectNumber(one: object): number {
    let number = this.#objects.get(one);
    if (number === undefined) {
      number = this.#objects.size;
      this.#objects.set(one, number);
    }
    return number;
  }

  #mask(): Mask {
    return new Uint32Array((this.#actions.size + 31) >>> 5);
  }
}

const NO_ROWS: readonly ScopedRow[] = [];

function ascending(left: number, right: number): number {
  return left - right;
}

function hasAny(mask: Mask, bits: readonly number[]): boolean {
  return bits.some((bit) => has(mask, bit));
}

function has(mask: Mask, bit: number): boolean {
  return ((mask[bit >>> 5]! >>> (bit & 31)) & 1) === 1;
}

/** What a formula asks for, place by place of what callers have of it. */
function blocksOf(
  of: CompiledFormula,
  bitOf: (action: ActionRef) => number,
  itemOf: (item: Item) => number,
): readonly Block[] {
  const blocks: Block[] = [];
  const visitAll = ({ formula }: CompiledFormula): void => {
    const block: Block = { onTarget: [], atHome: [], anywhere: [] };
    blocks.push(block);
    const visit = (one: Formula): void => {
      switch (one.op) {
        case 'all':
        case 'any':
          one.parts.forEach(visit);
          return;
        case 'allowed':
          (one.atHome ? block.atHome : block.onTarget).push(bitOf(one.action));
          return;
        case 'somewhere': {
          const bits = one.actions.map(bitOf);
          block.anywhere.push(itemOf({ bits, isSomewhere: true }));
          blocks.push({ onTarget: bits, atHome: [], anywhere: [] });
          return;
        }
        case 'attached':
        case 'beside':
        case 'anywhere':
          block.anywhere.push(itemOf({ bits: one.that.actions.map(bitOf), isSomewhere: false }));
          visitAll(one.that);
          return;
        default:
          return;
      }
    };
    visit(formula);
  };
  visitAll(of);
  return blocks;
}
