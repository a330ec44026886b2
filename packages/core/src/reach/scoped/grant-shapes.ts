import { type ActionRef, type ActionSet, hasAction } from '../../authz/action-catalogue.ts';
import type { CompiledStatement } from '../../authz/compiled-document.ts';
import type { CompiledCondition } from '../../authz/semantics.ts';
import { FALSE, TRUE } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import { overlap } from '../range-set.ts';
import { NOWHERE, type TruthSet } from '../truth-set.ts';
import type { ScopedCaller } from './scoped-caller.ts';
import type { CompiledFormula, Formula } from './scoped-formula.ts';
import type { ScopedRow } from './scoped-rows.ts';
import type { ScopedUniverse } from './scoped-universe.ts';
import type { Anywhere } from './together-gains.ts';

/** What somebody is granted by where; nodes, and sets of lists of actions each under the same conditions, are told apart by numbers. */
export interface GrantShape {
  /** The nodes that something is granted on. */
  readonly nodes: readonly number[];
  /** What is granted on each of them and around it. */
  readonly along: readonly number[];
  /** The places of the nodes in their list; undefined where they are few. */
  readonly places: ReadonlyMap<number, number> | undefined;
  /** What is granted on any node. */
  readonly total: number;
  /** Which questions about no node in particular that may answer, and which it surely does. */
  readonly items: number;
  /** The same number for shapes that differ in nothing but the nodes. */
  readonly kind: number;
}

/**
 * How a formula comes out for whoever may do on its targets what `has` says; undefined for one that asks about anything else.
 * `one`: any caller, as it makes no difference.
 */
export type AnswerWith = (
  of: CompiledFormula,
  one: ScopedCaller,
  has: (action: ActionRef) => boolean,
) => TruthSet | undefined;

/** Where nodes lie, and what holds there. */
export interface Surroundings {
  /** The node that is next around a node. */
  around(id: NodeId): NodeId | undefined;
  /** The home scope that a node is or lies in. */
  homeOf(id: NodeId): NodeId | undefined;
  readonly homes: ScopedUniverse;
  /** How a formula comes out for whoever may do on its targets what `has` says. */
  answerWith: AnswerWith;
}

/** What is asked about one node, in one contribution of a row. */
interface Block {
  readonly onTarget: number[];
  readonly atHome: number[];
  /** Questions about no node in particular, by number of the first bit, each once. */
  readonly anywhere: number[];
  /** The same, as often as they are asked, in the order of the formula. */
  readonly asked: readonly number[];
}

/** A question about no node in particular. */
interface Item {
  /** All it asks for. */
  readonly bits: readonly number[];
  /** What it asks about. */
  readonly universe: ScopedUniverse;
  /** What is to hold of some node of it; undefined where simply all of it is to be allowed on one. */
  readonly that: CompiledFormula | undefined;
}

/** Answers to a question about no node in particular, each a bit of its own: how surely it holds at least. */
const LEVELS = ['open', 'possible', 'proven'] as const;

/** What somebody granted something on a node may answer of a question, wherever that is the node or below it. */
interface AnsweredItem {
  /** Number of its first bit. */
  readonly first: number;
  readonly universe: ScopedUniverse;
  /** As surely as this at most. */
  readonly most: TruthSet;
  /** Where nothing is denied or capped, as surely as this at least. */
  readonly least: TruthSet;
}

/** Bits by number of an action. */
type Mask = Uint32Array;

/** What each of two may have that the other may not. */
interface Pair {
  readonly moreLeft: Mask;
  readonly moreRight: Mask;
  /** The rows that this goes for on a node, by the same for the home scope, and for questions about no node in particular. */
  readonly rows: Map<Pair, Map<Pair, readonly ScopedRow[]>>;
}

/** What somebody is granted on a node; and on the home scope around it, -1 where that is the same. */
interface Ground {
  readonly here: number;
  readonly home: number;
}

const NOTHING = 0;

type Where = Pick<GrantShape, 'nodes' | 'along' | 'places'>;

/** Among so few nodes one is looked for from the first on. */
const FEW = 8;

/** So many pairs at most are kept, with the rows that they go for. */
const MOST_PAIRS = 2 ** 18;

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
  /** The node around each node, and its home scope; -1 for none. Its id. */
  readonly #outer: number[] = [];
  readonly #homes: number[] = [];
  readonly #ids: NodeId[] = [];
  readonly #items: Item[] = [];
  readonly #itemNumbers: Map<string, number> = new Map();
  /** By number of items: what they may and surely answer. */
  readonly #itemMasks: { readonly may: Mask; readonly must: Mask }[] = [];
  readonly #itemsOf: Map<string, number> = new Map();
  /** By number of what is granted, with what others of the type have and without. */
  readonly #answered: Map<number, readonly AnsweredItem[]> = new Map();
  readonly #answeredAlone: Map<number, readonly AnsweredItem[]> = new Map();
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
  /** By list: the set of that one alone. */
  readonly #single: number[] = [];
  readonly #unions: Map<number, number> = new Map();
  /** By the number on either side. */
  readonly #pairs: Map<number, Map<number, Pair>> = new Map();
  readonly #itemPairs: Map<number, Map<number, Pair>> = new Map();
  #pairCount = 0;
  readonly #grounds: Ground[] = [];
  readonly #groundNumbers: Map<number, number> = new Map();
  /** By kind of shape: the grounds of its nodes. */
  readonly #kinds: (readonly number[])[] = [];
  readonly #kindNumbers: Map<string, number> = new Map();
  /** By kind of the others: whether they may have something together with a kind on a ground. */
  readonly #met: Map<number, Map<number, boolean>> = new Map();

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
      const key = item.that === undefined ? `home ${item.bits.join(' ')}` : keyOf(item.that);
      // The first of its bits.
      let number = this.#itemNumbers.get(key);
      if (number === undefined) {
        number = this.#items.length * LEVELS.length;
        this.#itemNumbers.set(key, number);
        this.#items.push(item);
      }
      return number;
    };
    for (const row of rows) this.#blocks.set(row, blocksOf(row.formula, surroundings.homes, bitOf, itemOf));
    this.#masks.push({ may: this.#mask(), must: this.#mask() });
  }

  /**
   * What a caller is granted, with statements that it can be given; undefined where a text could not be read, or it is not sure
   * that a grant is the caller's or what its conditions say to others like it.
   */
  of(caller: ScopedCaller, given: readonly (CompiledStatement | undefined)[]): GrantShape | undefined {
    const { allows, everything, given: others } = caller;
    if (everything.length > 0 || others.length > 1 || others.some(({ truth }) => truth !== TRUE)) return undefined;
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
      for (const one of others) for (const node of one.given.nodes) add(node, statement, conditions);
    }
    const on = new Map<number, number>();
    const total = new Set<number>();
    for (const [node, some] of lists) {
      on.set(node, this.#numberOf(some));
      for (const list of some) total.add(list);
    }
    const nodes = [...on.keys()];
    const along = nodes.map((node) => {
      let found = on.get(node)!;
      for (let at = this.#outer[node]!; at >= 0; at = this.#outer[at]!) {
        found = this.#union(found, on.get(at) ?? NOTHING);
      }
      return found;
    });
    const places = nodes.length > FEW ? new Map(nodes.map((node, at) => [node, at])) : undefined;
    const found = { nodes, along, places, total: this.#numberOf(total), items: this.#itemsIn(caller, nodes, along) };
    return { ...found, kind: this.#kindOf(found) };
  }

  /** Whether somebody may have something of a row, wherever it is. */
  mayHave(row: ScopedRow, { total, items }: GrantShape): boolean {
    const { may } = this.#masks[total]!;
    const { may: answers } = this.#itemMasks[items]!;
    const [block] = this.#blocks.get(row)!;
    if (block === undefined) return false;
    return hasAny(may, block.onTarget) || hasAny(may, block.atHome) || hasAny(answers, block.anywhere);
  }

  /** Whether somebody surely has what questions of a row about no node in particular, held as surely as told, would give. */
  hasAnyway(row: ScopedRow, { items }: GrantShape, truths: Anywhere): boolean {
    const { must } = this.#itemMasks[items]!;
    const [block] = this.#blocks.get(row)!;
    return truths.every((truth, at) => truth === FALSE || has(must, block!.asked[at]! + truth - 1));
  }

  /** Whether somebody may answer some question of a row about no node in particular. */
  mayAnswer(row: ScopedRow, { items }: GrantShape): boolean {
    const { may } = this.#itemMasks[items]!;
    return this.#blocks.get(row)!.some(({ anywhere }) => hasAny(may, anywhere));
  }

  /** The same number for shapes of which the same can be asked on each of their nodes. */
  #kindOf(shape: Omit<GrantShape, 'kind'>): number {
    const { nodes, along, total, items } = shape;
    const grounds = new Set(nodes.map((node, at) => this.#groundOf(along[at]!, this.#atHomeOf(shape, node))));
    const key = `${total} ${items} ${[...grounds].sort((left, right) => left - right).join(' ')}`;
    let kind = this.#kindNumbers.get(key);
    if (kind === undefined) {
      kind = this.#kinds.length;
      this.#kinds.push([...grounds]);
      this.#kindNumbers.set(key, kind);
    }
    return kind;
  }

  /** `home`: what is granted on the home scope; -1 where that is the same. */
  #groundOf(here: number, home: number): number {
    const key = here * 2 ** 24 + home + 1;
    let number = this.#groundNumbers.get(key);
    if (number === undefined) {
      number = this.#grounds.length;
      this.#grounds.push({ here, home });
      this.#groundNumbers.set(key, number);
    }
    return number;
  }

  /** What is granted on the home scope around a node; -1 for one that has none, or is it. */
  #atHomeOf(shape: Where, node: number): number {
    const home = this.#homes[node]!;
    return home >= 0 && home !== node ? this.#along(shape, home) : -1;
  }

  /**
   * Whether `rowsOf` may name any row for a shape and others of a kind, where what these are granted on is inside a node; false too
   * where it does by what they are granted on nodes in which, or around which, the shape has more.
   */
  mayMeetInside(shape: GrantShape, id: NodeId, { kind, total, items }: GrantShape): boolean {
    const place = this.#placeOf(id);
    const here = this.#along(shape, place);
    const ground = this.#groundOf(here, this.#atHomeOf(shape, place));
    const key = shape.kind * 2 ** 24 + ground;
    let may = this.#met.get(kind)?.get(key);
    if (may === undefined) {
      if (this.#pairCount > MOST_PAIRS) this.#forgetPairs();
      may = this.#mayMeet(shape, ground, { kind, total, items });
      listedIn(this.#met, kind).set(key, may);
      this.#pairCount += 1;
    }
    return may;
  }

  #mayMeet(shape: GrantShape, ground: number, { kind, total, items }: Omit<GrantShape, keyof Where>): boolean {
    const any = this.#itemPairOf(shape.items, items);
    const isNamed = (of: Pair, home: Pair): boolean => this.#between(of, home, any).length > 0;
    const alone = this.#pairOf(NOTHING, total);
    if (isNamed(alone, alone)) return true;
    for (const own of this.#kinds[shape.kind]!) {
      const { here, home } = this.#grounds[own]!;
      const of = this.#pairOf(here, NOTHING);
      if (isNamed(of, home < 0 ? of : this.#pairOf(home, NOTHING))) return true;
    }
    const { here, home: around } = this.#grounds[ground]!;
    return this.#kinds[kind]!.some((other) => {
      const { here: others, home } = this.#grounds[other]!;
      const of = this.#pairOf(here, others);
      if (home < 0) return isNamed(of, of);
      // The home scope of what is inside the node may be around it, the node itself, or inside it too.
      return isNamed(of, this.#pairOf(here, home)) || (around >= 0 && isNamed(of, this.#pairOf(around, home)));
    });
  }

  #itemsIn(caller: ScopedCaller, nodes: readonly number[], along: readonly number[]): number {
    const words = (this.#items.length * LEVELS.length + 31) >>> 5;
    const [may, must] = [new Uint32Array(words), new Uint32Array(words)];
    const isFree = caller.denies.length + caller.guards.length === 0;
    for (let one = 0; one < nodes.length; one += 1) {
      for (const { first, universe, most, least } of this.#answeredBy(along[one]!, caller)) {
        if (has(must, first + LEVELS.length - 1)) continue;
        const below = universe.below(this.#ids[nodes[one]!]!);
        LEVELS.forEach((level, at) => {
          if (!has(may, first + at) && overlap(below, most[level])) put(may, first + at);
          if (isFree && !has(must, first + at) && overlap(below, least[level])) put(must, first + at);
        });
      }
    }
    const key = `${may.join(' ')},${must.join(' ')}`;
    let number = this.#itemsOf.get(key);
    if (number === undefined) {
      number = this.#itemMasks.length;
      this.#itemMasks.push({ may, must });
      this.#itemsOf.set(key, number);
    }
    return number;
  }

  /** Questions that what is granted on a node may answer, by itself or with what others of the type have as well. */
  #answeredBy(granted: number, caller: ScopedCaller): readonly AnsweredItem[] {
    const isAlone = caller.common.length === 0;
    const known = isAlone ? this.#answeredAlone : this.#answered;
    let found = known.get(granted);
    if (found === undefined) {
      const { may, must } = this.#masks[granted]!;
      found = this.#items.flatMap(({ bits, universe, that }, at): readonly AnsweredItem[] => {
        if (!hasAny(may, bits)) return [];
        const all = universe.everywhere(TRUE);
        const where = (mask: Mask): TruthSet | undefined =>
          that === undefined
            ? bits.every((bit) => has(mask, bit))
              ? all
              : NOWHERE
            : this.#surroundings.answerWith(that, caller, ({ folded }) => has(mask, this.#actions.get(folded)!.bit));
        const most = isAlone ? (where(may) ?? all) : all;
        if (most.open.length === 0) return [];
        return [{ first: at * LEVELS.length, universe, most, least: where(must) ?? NOWHERE }];
      });
      known.set(granted, found);
    }
    return found;
  }

  /** The rows that two may have something of together. `isInside`: the second may have something inside what the first has. */
  rowsOf(left: GrantShape, right: GrantShape, isInside: boolean): readonly ScopedRow[] {
    if (this.#pairCount > MOST_PAIRS) this.#forgetPairs();
    const total = this.#itemPairOf(left.items, right.items);
    // Where only the second has anything.
    const alone = this.#pairOf(NOTHING, right.total);
    let found = this.#between(alone, alone, total);
    for (let at = 0; at < left.nodes.length; at += 1) {
      const node = left.nodes[at]!;
      found = joined(found, this.#rowsOn(node, left, left.along[at]!, right, this.#along(right, node), total));
    }
    for (let at = 0; isInside && at < right.nodes.length; at += 1) {
      const node = right.nodes[at]!;
      found = joined(found, this.#rowsOn(node, left, this.#along(left, node), right, right.along[at]!, total));
    }
    return found;
  }

  #rowsOn(
    node: number,
    left: GrantShape,
    own: number,
    right: GrantShape,
    others: number,
    total: Pair,
  ): readonly ScopedRow[] {
    const of = this.#pairOf(own, others);
    const home = this.#homes[node]!;
    if (home < 0 || home === node) return this.#between(of, of, total);
    return this.#between(of, this.#pairOf(this.#along(left, home), this.#along(right, home)), total);
  }

  #between(of: Pair, home: Pair, total: Pair): readonly ScopedRow[] {
    let byHome = of.rows.get(home);
    if (byHome === undefined) {
      byHome = new Map();
      of.rows.set(home, byHome);
    }
    let rows = byHome.get(total);
    if (rows === undefined) {
      rows = this.#rows.filter((row) => this.#blocks.get(row)!.some((block) => isSplit(block, of, home, total)));
      if (rows.length === 0) rows = NO_ROWS;
      byHome.set(total, rows);
      this.#pairCount += 1;
    }
    return rows;
  }

  #forgetPairs(): void {
    this.#pairs.clear();
    this.#itemPairs.clear();
    this.#met.clear();
    this.#pairCount = 0;
  }

  #pairOf(left: number, right: number): Pair {
    const known = listedIn(this.#pairs, left);
    let pair = known.get(right);
    if (pair === undefined) {
      pair = { moreLeft: this.#more(left, right), moreRight: this.#more(right, left), rows: new Map() };
      known.set(right, pair);
      this.#pairCount += 1;
    }
    return pair;
  }

  #itemPairOf(left: number, right: number): Pair {
    const known = listedIn(this.#itemPairs, left);
    let pair = known.get(right);
    if (pair === undefined) {
      const [one, other] = [this.#itemMasks[left]!, this.#itemMasks[right]!];
      pair = {
        moreLeft: one.may.map((word, at) => word & ~other.must[at]!),
        moreRight: other.may.map((word, at) => word & ~one.must[at]!),
        rows: new Map(),
      };
      known.set(right, pair);
      this.#pairCount += 1;
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
  #along({ nodes, along, places }: Where, node: number): number {
    for (let at = node; at >= 0; at = this.#outer[at]!) {
      const found = places === undefined ? nodes.indexOf(at) : (places.get(at) ?? -1);
      if (found >= 0) return along[found]!;
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
    this.#ids.push(id);
    this.#homes.push(-1);
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
    if (lists.size === 1) for (const list of lists) if (this.#single[list] !== undefined) return this.#single[list];
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
      if (sorted.length === 1) this.#single[sorted[0]!] = number;
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

/** Whether each of two may have something of a block that the other has not. Of one and the same thing only one can have more. */
function isSplit(block: Block, of: Pair, home: Pair, total: Pair): boolean {
  let [left, right] = [-1, -1];
  let at = 0;
  const ask = (
    bits: readonly number[],
    { moreLeft, moreRight }: Pair,
    is: (mask: Mask, bit: number) => boolean,
  ): boolean => {
    for (const bit of bits) {
      at += 1;
      const [isLeft, isRight] = [is(moreLeft, bit), is(moreRight, bit)];
      if ((isLeft && right >= 0) || (isRight && left >= 0)) return true;
      if (isLeft) left = at;
      if (isRight) right = at;
    }
    return false;
  };
  const isAny = (mask: Mask, first: number): boolean => LEVELS.some((_, level) => has(mask, first + level));
  if (ask(block.onTarget, of, has) || ask(block.atHome, of, has) || ask(block.anywhere, total, isAny)) return true;
  return home !== of && ask(block.atHome, home, has);
}

function hasAny(mask: Mask, bits: readonly number[]): boolean {
  return bits.some((bit) => has(mask, bit));
}

function has(mask: Mask, bit: number): boolean {
  return ((mask[bit >>> 5]! >>> (bit & 31)) & 1) === 1;
}

function joined(left: readonly ScopedRow[], right: readonly ScopedRow[]): readonly ScopedRow[] {
  if (right === left || right.length === 0) return left;
  return left.length === 0 ? right : [...new Set([...left, ...right])];
}

function listedIn<Value>(lists: Map<number, Map<number, Value>>, key: number): Map<number, Value> {
  let known = lists.get(key);
  if (known === undefined) {
    known = new Map();
    lists.set(key, known);
  }
  return known;
}

function put(mask: Mask, bit: number): void {
  mask[bit >>> 5]! |= 1 << (bit & 31);
}

/** What a formula asks for, place by place of what callers have of it. */
function blocksOf(
  of: CompiledFormula,
  homes: ScopedUniverse,
  bitOf: (action: ActionRef) => number,
  itemOf: (item: Item) => number,
): readonly Block[] {
  const blocks: Omit<Block, 'asked'>[] = [];
  const visitAll = ({ formula }: CompiledFormula): void => {
    const block = { onTarget: [] as number[], atHome: [] as number[], anywhere: [] as number[] };
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
          block.anywhere.push(itemOf({ bits, universe: homes, that: undefined }));
          blocks.push({ onTarget: bits, atHome: [], anywhere: [] });
          return;
        }
        case 'attached':
        case 'beside':
        case 'anywhere':
          block.anywhere.push(itemOf({ bits: one.that.actions.map(bitOf), universe: one.of, that: one.that }));
          visitAll(one.that);
          return;
        default:
          return;
      }
    };
    visit(formula);
  };
  visitAll(of);
  return blocks.map(({ onTarget, atHome, anywhere }) => ({
    onTarget: [...new Set(onTarget)],
    atHome: [...new Set(atHome)],
    anywhere: [...new Set(anywhere)],
    asked: anywhere,
  }));
}

/** The same text for formulas that ask the same of the same nodes. */
function keyOf({ formula, universe }: CompiledFormula): string {
  const textOf = (one: Formula): string => {
    switch (one.op) {
      case 'all':
      case 'any':
        return `${one.op}(${one.parts.map(textOf).join(';')})`;
      case 'allowed':
        return `${one.atHome ? 'home ' : ''}${one.question}`;
      case 'somewhere':
        return `somewhere ${one.questions.join(',')}`;
      case 'attached':
      case 'beside':
      case 'anywhere':
        return `${one.op} ${keyOf(one.that)}`;
      case 'holds':
        return `holds ${one.name}`;
      case 'listed':
        return `listed ${one.attribute}`;
    }
  };
  return `${universe.space} ${textOf(formula)}`;
}
