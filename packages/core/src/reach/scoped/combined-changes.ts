import type { GraphIndex } from '../../graph/graph-index.ts';
import type { NodeId } from '../../graph/model.ts';
import { setKey } from '../range-set.ts';
import type { CallerNode } from './caller-node.ts';
import { AS_IT_IS, type ScopedCaller } from './scoped-caller.ts';
import type { ScopedCallers } from './scoped-callers.ts';
import type { Contribution } from './scoped-formula.ts';
import type { ScopedRow } from './scoped-rows.ts';
import { type Token, withToken } from './scoped-tokens.ts';
import { KnownOf, type TogetherGains } from './together-gains.ts';

/** What asking about combinations takes of a derivation. */
export interface CombinableEstate {
  readonly graph: GraphIndex;
  readonly callers: ScopedCallers;
  readonly together: TogetherGains;
  /** The resource that a resource lies in. */
  resourceAround(id: NodeId): NodeId | undefined;
  /** Rows of several questions that ask for something a caller is granted or listed in, beside what all of its type are; the same list for the same grants. */
  severalOf(caller: ScopedCaller): readonly ScopedRow[];
  /** The lowest scope around everything that a row asks about; undefined where there is none. */
  scopeAround(row: ScopedRow): NodeId | undefined;
  /** Whether what a row gives one of some callers depends on the grant it is asked by. */
  isLimited(row: ScopedRow, callers: readonly ScopedCaller[]): boolean;
}

/** A change of the estate that only adds, with what it alone gives a caller that has nothing else. */
interface Change {
  readonly index: number;
  readonly token: Token;
  readonly known: KnownOf;
  readonly places: readonly NodeId[];
}

/** What all callers that have nothing of their own and are denied and capped alike can be given. */
interface Kind {
  readonly one: CallerNode;
  readonly changes: Change[];
  /** Changes by the nodes that they give something on. */
  readonly on: Map<NodeId, Change[]>;
  /** Changes by the nodes around those. */
  readonly inside: Map<NodeId, Change[]>;
  /** Those that can be part of a technique wherever they give something. */
  readonly far: Change[];
  /** Of a row and what somebody has of it: which of those changes make it better, and how many were asked. */
  readonly verdicts: Map<string, Verdict>;
}

/** Changes that may have to be followed together, and how many of them at least. */
export interface Manifold {
  readonly tokens: Set<Token>;
  least: number;
  /** The scope around everything that is asked about; undefined where that is not one. */
  within: NodeId | undefined;
}

/** Changes that are worth it wherever they are, are followed for sure while there are so few. */
const MOST_FAR = 4;

interface Verdict {
  asked: number;
  readonly relevant: Change[];
  readonly gaining: Change[];
}

/** Something that changes can be combined with: a caller as it is, or what one change gives. */
interface Part {
  readonly one: CallerNode;
  readonly known: KnownOf;
  readonly places: readonly NodeId[];
  /** Set for what a change gives. */
  readonly change: Change | undefined;
}

/**
 * Which changes that only add are worth following for whom. What a change gives by itself is followed for everybody who has nothing
 * else. Beside that it makes a difference to a caller, or to another change, only where a technique asks several questions, on one target
 * of which each of the two has something that the other has not. That is told from what both are granted: nobody has to be
 * asked what attackers come to. Where a technique may take three of them or more, it is noted which.
 */
export class CombinedChanges {
  /** Changes that may have to be followed several at once, by the node of the caller. */
  readonly manifold: Map<number, Manifold> = new Map();
  /** Callers of which it is not told so what changes give them: they are denied or capped otherwise, or conditions look at them. */
  readonly apart: Set<CallerNode> = new Set();
  readonly #estate: CombinableEstate;
  readonly #follow: (one: CallerNode, tokens: readonly Token[]) => void;
  readonly #kinds: Map<ScopedCaller, Kind> = new Map();
  readonly #own: CallerNode[] = [];
  readonly #tokens: Token[] = [];
  readonly #seen: Set<number> = new Set();
  readonly #shared: Map<string, readonly ScopedRow[]> = new Map();
  readonly #numbers: Map<readonly ScopedRow[], number> = new Map();
  readonly #around: Map<NodeId, readonly NodeId[]> = new Map();

  constructor(estate: CombinableEstate, follow: (one: CallerNode, tokens: readonly Token[]) => void) {
    this.#estate = estate;
    this.#follow = follow;
  }

  /** Asks about changes and callers that are new; all that there are must be given, in the order they came up. */
  ask(tokens: readonly Token[], callers: readonly CallerNode[]): void {
    const newTokens = tokens.slice(this.#tokens.length);
    this.#tokens.push(...newTokens);
    for (const kind of this.#kinds.values()) for (const token of newTokens) this.#add(kind, token);
    const before = new Map([...this.#kinds.values()].map((kind) => [kind, kind.changes.length - newTokens.length]));
    const fresh = callers.filter(({ node }) => !this.#seen.has(node));
    for (const one of fresh) {
      this.#seen.add(one.node);
      if (!one.acting.isBare) continue;
      const kind = newKind(one);
      this.#kinds.set(one.caller, kind);
      for (const token of this.#tokens) this.#add(kind, token);
    }
    for (const kind of this.#kinds.values()) {
      // A change of each pair is new: of those known before only the other one can be.
      for (const change of kind.changes) {
        const from = change.index < (before.get(kind) ?? 0) ? (before.get(kind) ?? 0) : 0;
        this.#askPart({ one: kind.one, known: change.known, places: change.places, change }, kind, from);
      }
    }
    for (const one of this.#own) this.#askOwn(one, true, before);
    for (const one of fresh) {
      if (one.acting.isBare) continue;
      this.#own.push(one);
      this.#askOwn(one, false, before);
    }
  }

  /** What a change gives is followed, and found by where it does. */
  #add(kind: Kind, token: Token): void {
    const { one } = kind;
    const given = this.#estate.callers.of(one.acting, withToken(AS_IT_IS, token));
    const places = placesOf(given);
    const change: Change = { index: kind.changes.length, token, known: new KnownOf(given), places };
    kind.changes.push(change);
    if (given === one.caller || (places.length === 0 && given.listedAs.size === 0 && given.kind === one.caller.kind))
      return;
    this.#follow(one, [token]);
    for (const id of places) listIn(kind.on, id).push(change);
    const around = new Set(places.flatMap((id) => this.#aroundOf(id)));
    for (const id of around) listIn(kind.inside, id).push(change);
    if (this.#estate.severalOf(given).some(isFar)) kind.far.push(change);
  }

  #askOwn(one: CallerNode, isOld: boolean, before: ReadonlyMap<Kind, number>): void {
    if (this.apart.has(one)) return;
    const { caller, bare } = one;
    const kind = bare === undefined ? undefined : this.#kinds.get(bare.caller);
    if (kind === undefined || kind.one.caller.kind !== caller.kind || caller.isApart) {
      this.apart.add(one);
      return;
    }
    const from = isOld ? (before.get(kind) ?? 0) : 0;
    if (from === kind.changes.length || this.#estate.severalOf(caller).length === 0) return;
    this.#askPart({ one, known: new KnownOf(caller), places: placesOf(caller), change: undefined }, kind, from);
  }

  /** Asks what changes from a place in their list on give together with something. */
  #askPart(part: Part, kind: Kind, from: number): void {
    const several = this.#estate.severalOf(part.known.caller);
    if (several.length === 0) return;
    const gaining = new Set<Change>();
    const relevant = new Map<ScopedRow, Change[]>();
    for (const change of this.#near(part, kind)) {
      if (change.index < from || change === part.change) continue;
      if (this.#isApart(change, part)) {
        gaining.add(change);
        continue;
      }
      for (const row of this.#rowsOf(part.known.caller, change.known.caller)) {
        if (isFar(row) || !this.#estate.together.isRelevant(row, part.known, change.known)) continue;
        listIn(relevant, row).push(change);
        if (!gaining.has(change) && this.#gains(row, part, change)) gaining.add(change);
      }
    }
    const farGaining = new Map<Change, ScopedRow[]>();
    for (const row of several) {
      if (!isFar(row)) continue;
      const verdict = this.#farOf(row, part, kind);
      for (const change of verdict.relevant) if (change !== part.change) listIn(relevant, row).push(change);
      for (const change of verdict.gaining) {
        if (change.index >= from && change !== part.change) listIn(farGaining, change).push(row);
      }
    }
    // What is worth it wherever it is may be so for everybody: then it is asked who comes to both.
    for (const [change, rows] of farGaining) {
      if (farGaining.size <= MOST_FAR) gaining.add(change);
      else if (!gaining.has(change)) for (const row of rows) this.#note(part, row, [change], 1);
    }
    for (const { token } of gaining) this.#follow(part.one, inOrder(part.change, token));
    for (const [row, changes] of relevant) {
      const { asks, lists } = row.formula;
      if (asks.length + lists.length < 3 || changes.length < 2) continue;
      this.#note(part, row, changes, 2);
    }
  }

  /** Notes that of some changes several may have to be followed together, from a number of them on. */
  #note({ one, change }: Part, row: ScopedRow, changes: readonly Change[], from: number): void {
    const least = change === undefined ? from : from + 1;
    const within = this.#estate.scopeAround(row);
    let noted = this.manifold.get(one.node);
    if (noted === undefined) {
      noted = { tokens: new Set(), least, within };
      this.manifold.set(one.node, noted);
    }
    noted.least = Math.min(noted.least, least);
    if (noted.within !== within) noted.within = undefined;
    for (const { token } of changes) noted.tokens.add(token);
    if (change !== undefined) noted.tokens.add(change.token);
  }

  /** Whether a change is told apart by conditions, or makes somebody be denied or capped otherwise. */
  #isApart({ known }: Change, part: Part): boolean {
    return known.caller.isApart || known.caller.kind !== part.known.caller.kind;
  }

  #gains(row: ScopedRow, part: Part, { known }: Change): boolean {
    return (
      this.#estate.isLimited(row, [part.known.caller, known.caller]) ||
      this.#estate.together.gains(row, part.known, known)
    );
  }

  /** Changes that give something where somebody has something, around it or in it. */
  #near({ places }: Part, { on, inside }: Kind): ReadonlySet<Change> {
    const found = new Set<Change>();
    for (const id of places) {
      for (const around of [id, ...this.#aroundOf(id)]) for (const change of on.get(around) ?? []) found.add(change);
      for (const change of inside.get(id) ?? []) found.add(change);
    }
    return found;
  }

  /** The same for all that have the same of a row. */
  #farOf(row: ScopedRow, part: Part, kind: Kind): Verdict {
    const key = `${row.index} ${keyOf(this.#estate.together.contributionsOf(row, part.known))}`;
    let verdict = kind.verdicts.get(key);
    if (verdict === undefined) {
      verdict = { asked: 0, relevant: [], gaining: [] };
      kind.verdicts.set(key, verdict);
    }
    for (; verdict.asked < kind.far.length; verdict.asked += 1) {
      const change = kind.far[verdict.asked]!;
      if (this.#isApart(change, part)) {
        verdict.gaining.push(change);
        continue;
      }
      if (!this.#estate.together.isRelevant(row, part.known, change.known)) continue;
      verdict.relevant.push(change);
      if (this.#gains(row, part, change)) verdict.gaining.push(change);
    }
    return verdict;
  }

  /** Rows of which both may have something. */
  #rowsOf(left: ScopedCaller, right: ScopedCaller): readonly ScopedRow[] {
    const one = this.#estate.severalOf(left);
    const other = this.#estate.severalOf(right);
    const key = `${this.#numberOf(one)} ${this.#numberOf(other)}`;
    let rows = this.#shared.get(key);
    if (rows === undefined) {
      const others = new Set(other);
      rows = one.filter((row) => others.has(row));
      this.#shared.set(key, rows);
    }
    return rows;
  }

  #numberOf(rows: readonly ScopedRow[]): number {
    let number = this.#numbers.get(rows);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(rows, number);
    }
    return number;
  }

  /** What is around a node, without it. */
  #aroundOf(id: NodeId): readonly NodeId[] {
    let known = this.#around.get(id);
    if (known === undefined) {
      const outer = this.#estate.resourceAround(id) ?? this.#estate.graph.node(id)?.scope;
      known = outer === undefined || outer === id ? [] : [outer, ...this.#aroundOf(outer)];
      this.#around.set(id, known);
    }
    return known;
  }
}

/** Whether a row asks about anything but its target and the home of that. */
function isFar({ formula }: ScopedRow): boolean {
  return formula.asksElsewhere || formula.lists.length > 0;
}

/** Nodes that a caller is granted something on beside others of its kind. */
function placesOf({ allows, everything, changed }: ScopedCaller): readonly NodeId[] {
  const own = [...allows, ...everything].map(({ rule }) => rule.node);
  return [...new Set([...own, ...changed.given.flatMap(({ nodes }) => nodes)])];
}

function newKind(one: CallerNode): Kind {
  return { one, changes: [], on: new Map(), inside: new Map(), far: [], verdicts: new Map() };
}

function inOrder(change: Change | undefined, token: Token): readonly Token[] {
  if (change === undefined) return [token];
  return [change.token, token].sort((left, right) => left.node - right.node);
}

function keyOf(contributions: readonly Contribution[]): string {
  return contributions
    .map((sets) =>
      sets.map(({ proven, possible, open }) => `${setKey(proven)}/${setKey(possible)}/${setKey(open)}`).join(';'),
    )
    .join('|');
}

function listIn<Key, Value>(map: Map<Key, Value[]>, key: Key): Value[] {
  let list = map.get(key);
  if (list === undefined) {
    list = [];
    map.set(key, list);
  }
  return list;
}
