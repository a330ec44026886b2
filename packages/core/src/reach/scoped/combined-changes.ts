import { hasAction } from '../../authz/action-catalogue.ts';
import type { CompiledStatement } from '../../authz/compiled-document.ts';
import { TRUE } from '../../authz/truth.ts';
import type { GraphIndex } from '../../graph/graph-index.ts';
import type { NodeId } from '../../graph/model.ts';
import { setKey } from '../range-set.ts';
import { NOWHERE, type TruthSet } from '../truth-set.ts';
import type { CallerNode } from './caller-node.ts';
import { AS_IT_IS, type ScopedCaller } from './scoped-caller.ts';
import type { ScopedCallers } from './scoped-callers.ts';
import type { Ask, Contribution } from './scoped-formula.ts';
import type { ScopedRow } from './scoped-rows.ts';
import { type Token, withToken } from './scoped-tokens.ts';
import { type Anywhere, type AnywhereGain, KnownOf, type TogetherGains } from './together-gains.ts';

/** What asking about combinations takes of a derivation. */
export interface CombinableEstate {
  readonly graph: GraphIndex;
  readonly callers: ScopedCallers;
  readonly together: TogetherGains;
  /** The resource that a resource lies in. */
  resourceAround(id: NodeId): NodeId | undefined;
  /**
   * Rows of several questions that ask for something a caller is granted or listed in, beside what all of its type are; the same
   * list for the same grants.
   */
  severalOf(caller: ScopedCaller): readonly ScopedRow[];
  /** The lowest scope around everything that a row asks about; undefined where there is none. */
  scopeAround(row: ScopedRow): NodeId | undefined;
  /** Whether what a row gives one of some callers depends on the grant it is asked by. */
  isLimited(row: ScopedRow, callers: readonly ScopedCaller[]): boolean;
}

/** What is made of what is found. */
export interface CombinationSink {
  /** Follows a caller in the estate with some changes. */
  follow(one: CallerNode, tokens: readonly Token[]): void;
  /** A node for any of several others. */
  any(): number;
  /** Leads from one node to another. */
  edge(from: number, to: number): void;
  /** A node that is reached with all of some nodes. */
  all(nodes: readonly number[]): number;
  /** Leads from a node to what a row gives on some targets. */
  give(from: number, row: ScopedRow, set: TruthSet): void;
}

/** Changes that may have to be followed together, and how many of them at least. */
export interface Manifold {
  readonly tokens: Set<Token>;
  least: number;
  /** The scope around everything that is asked about; undefined where that is not one. */
  within: NodeId | undefined;
}

/** A change of the estate that only adds, with what it alone gives a caller that has nothing else. */
interface Change {
  readonly index: number;
  readonly token: Token;
  readonly known: KnownOf;
  readonly places: readonly NodeId[];
  /** It gives the same on each of them, for sure and without conditions. */
  readonly isEven: boolean;
}

/** Those for whom questions of a row about no node in particular hold alike. */
interface Alike {
  readonly truths: Anywhere;
  /** Nodes of each, and the changes that they are. */
  readonly nodes: Set<number>;
  readonly changes: Change[];
  /** Leads on from any of them, where that is needed. */
  hub: number | undefined;
  /** Nodes that were asked about together with them. */
  readonly asked: Set<number>;
}

type AlikeByRow = Map<ScopedRow, Map<string, Alike>>;

/** What all callers that have nothing of their own and are denied and capped alike can be given. */
interface Kind {
  readonly one: CallerNode;
  /** The same with nothing but what everybody of its type has. */
  readonly nobody: KnownOf;
  readonly changes: Change[];
  /** Changes that make somebody be denied or capped otherwise, or that conditions tell apart. */
  readonly apart: Change[];
  /** The others by the nodes that they give something on. */
  readonly on: Map<NodeId, Change[]>;
  /** Those by the nodes around these. */
  readonly inside: Map<NodeId, Change[]>;
  /** Those that give something of a row about nodes that others lead to. */
  readonly around: Change[];
  /** Of such a row and what somebody has of it: which of those make it better, and how many were asked. */
  readonly verdicts: Map<string, Verdict>;
  /** Changes, and callers, by what they have of a row wherever it is. */
  readonly given: AlikeByRow;
  readonly held: AlikeByRow;
  readonly once: Map<string, AnywhereGain>;
}

/** Of so few changes every combination is followed. */
const MOST_TOGETHER = 4;

/** So many changes are compared with each other; of more, all are taken to go together. */
const MOST_COMPARED = 64;

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
 * else. Beside that it makes a difference to a caller, or to another change, only where a technique asks several questions, on one
 * target of which each of the two has something that the other has not. That is told from what both are granted: nobody has to be
 * asked what attackers come to. Where a technique may take three of them or more, it is noted which.
 */
export class CombinedChanges {
  /** Changes that may have to be followed several at once, by the node of the caller. */
  readonly manifold: Map<number, Manifold> = new Map();
  /** Callers of which it is not told so what changes give them: they are denied or capped otherwise, or conditions look at them. */
  readonly apart: Set<CallerNode> = new Set();
  readonly #estate: CombinableEstate;
  readonly #sink: CombinationSink;
  readonly #kinds: Map<ScopedCaller, Kind> = new Map();
  readonly #own: CallerNode[] = [];
  readonly #tokens: Token[] = [];
  readonly #seen: Set<number> = new Set();
  readonly #shared: Map<string, readonly ScopedRow[]> = new Map();
  readonly #numbers: Map<readonly ScopedRow[], number> = new Map();
  readonly #around: Map<NodeId, readonly NodeId[]> = new Map();

  constructor(estate: CombinableEstate, sink: CombinationSink) {
    this.#estate = estate;
    this.#sink = sink;
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
        const known = before.get(kind) ?? 0;
        const from = change.index < known ? known : 0;
        this.#askPart({ one: kind.one, known: change.known, places: change.places, change }, kind, from);
      }
    }
    for (const one of this.#own) this.#askOwn(one, true, before);
    for (const one of fresh) {
      if (one.acting.isBare) continue;
      this.#own.push(one);
      this.#askOwn(one, false, before);
    }
    for (const kind of this.#kinds.values()) this.#askHeld(kind);
  }

  /** What a change gives is followed, and found by where it does. */
  #add(kind: Kind, token: Token): void {
    const { one } = kind;
    const caller = this.#estate.callers.of(one.acting, withToken(AS_IT_IS, token));
    const [index, isEven] = [kind.changes.length, isEvenly(caller)];
    const change: Change = { index, token, known: new KnownOf(caller), places: placesOf(caller), isEven };
    kind.changes.push(change);
    const { places, known } = change;
    const isApart = caller.isApart || caller.kind !== one.caller.kind;
    if (!isApart && (caller === one.caller || (places.length === 0 && caller.listedAs.size === 0))) return;
    this.#sink.follow(one, [token]);
    if (isApart) {
      kind.apart.push(change);
      return;
    }
    for (const id of places) listIn(kind.on, id).push(change);
    for (const id of new Set(places.flatMap((place) => this.#aroundOf(place)))) listIn(kind.inside, id).push(change);
    const several = this.#estate.severalOf(caller);
    if (several.some(isAround)) kind.around.push(change);
    for (const row of several) {
      if (isAround(row) || row.formula.anywhere.length === 0) continue;
      const truths = this.#estate.together.anywhereOf(row, known);
      if (truths.some((truth) => truth > 0)) this.#classIn(kind.given, row, truths, token.node).changes.push(change);
    }
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
    if (several.length === 0 || (part.change !== undefined && kind.apart.includes(part.change))) return;
    const gaining = new Set<Change>();
    const relevant = new Map<ScopedRow, Change[]>();
    const isPlain = arePlain(part.known.caller);
    for (const change of this.#near(part, kind)) {
      if (change.index < from || change === part.change) continue;
      const isAbove = isPlain && this.#isAbove(change, part);
      for (const row of this.#rowsOf(part.known.caller, change.known.caller)) {
        if (isAbove && this.#isOneEnough(row, part.known.caller, change.known.caller)) continue;
        if (isAround(row) || !this.#estate.together.isRelevant(row, part.known, change.known)) continue;
        listIn(relevant, row).push(change);
        if (!gaining.has(change) && this.#gains(row, part.known, change)) gaining.add(change);
      }
    }
    for (const change of kind.apart) if (change.index >= from) gaining.add(change);
    for (const row of several) {
      if (isAround(row)) {
        const verdict = this.#verdictOf(row, part.known, kind);
        for (const change of verdict.relevant) if (change !== part.change) listIn(relevant, row).push(change);
        for (const change of verdict.gaining) {
          if (change.index >= from && change !== part.change) gaining.add(change);
        }
      } else if (row.formula.anywhere.length > 0) {
        this.#askAnywhere(row, part, kind);
      }
    }
    for (const { token } of gaining) this.#sink.follow(part.one, inOrder(part.change, token));
    for (const [row, changes] of relevant) this.#askSeveral(row, part, changes);
  }

  /** Of changes that each may be part of a row together with somebody: those that may be so together. */
  #askSeveral(row: ScopedRow, part: Part, changes: readonly Change[]): void {
    const { asks, lists } = row.formula;
    if (asks.length + lists.length < 3 || changes.length < 2) return;
    const { together } = this.#estate;
    const isTogether = (one: Change, other: Change): boolean =>
      one !== other && together.isRelevant(row, one.known, other.known);
    const some =
      changes.length > MOST_COMPARED
        ? changes
        : changes.filter((one) => changes.some((other) => isTogether(one, other)));
    if (some.length < 2) return;
    if (some.length > MOST_TOGETHER) {
      this.#note(part.one, part.change, row, some, 2);
      return;
    }
    for (let chosen = 1; chosen < 1 << some.length; chosen += 1) {
      const tokens = some.filter((_, at) => ((chosen >>> at) & 1) === 1).map(({ token }) => token);
      if (tokens.length < 2) continue;
      const all = part.change === undefined ? tokens : [...tokens, part.change.token];
      this.#sink.follow(
        part.one,
        all.sort((left, right) => left.node - right.node),
      );
    }
  }

  /**
   * What somebody has about the target of a row, and any of many changes wherever they give the rest of it: these are not followed one
   * by one, those alike lead to one node. What a caller has wherever it is, is noted for changes that give something about a target.
   */
  #askAnywhere(row: ScopedRow, part: Part, kind: Kind): void {
    const own = part.change === undefined ? part.one.node : this.#sink.all([part.one.node, part.change.token.node]);
    for (const alike of kind.given.get(row)?.values() ?? []) {
      if (alike.asked.has(own)) continue;
      alike.asked.add(own);
      this.#giveOnce(row, part.known, kind, alike, own, (least) =>
        this.#note(part.one, part.change, row, alike.changes, least),
      );
    }
    if (part.change !== undefined) return;
    const truths = this.#estate.together.anywhereOf(row, part.known);
    if (truths.some((truth) => truth > 0)) this.#classIn(kind.held, row, truths, own);
  }

  /** What changes give about targets, to callers that have the rest wherever it is. */
  #askHeld(kind: Kind): void {
    for (const [row, classes] of kind.held) {
      for (const alike of classes.values()) {
        for (const change of kind.changes) {
          const { token, known } = change;
          if (alike.asked.has(token.node) || kind.apart.includes(change)) continue;
          alike.asked.add(token.node);
          if (!this.#estate.severalOf(known.caller).includes(row)) continue;
          this.#giveOnce(row, known, kind, alike, token.node, (least) => {
            for (const one of this.#own) {
              if (alike.nodes.has(one.node)) this.#note(one, undefined, row, [change], least);
            }
          });
        }
      }
    }
  }

  /** Leads to what a row gives somebody together with any of some that are alike. `note`: for what is not easily told. */
  #giveOnce(
    row: ScopedRow,
    known: KnownOf,
    kind: Kind,
    alike: Alike,
    own: number,
    note: (least: number) => void,
  ): void {
    const { together } = this.#estate;
    if (!together.isRelevantAnywhere(row, known, alike.truths)) return;
    const key = `${row.index} ${alike.truths.join('')} ${keyOf(together.contributionsOf(row, known))}`;
    let gain = kind.once.get(key);
    if (gain === undefined) {
      gain = together.gainsOnce(row, known, kind.nobody, alike.truths);
      kind.once.set(key, gain);
    }
    const { set, hasMore } = gain;
    if (set === NOWHERE && !hasMore) return;
    if (hasMore || this.#estate.isLimited(row, [known.caller])) note(1);
    if (set === NOWHERE) return;
    if (alike.hub === undefined) {
      alike.hub = this.#sink.any();
      for (const node of alike.nodes) this.#sink.edge(node, alike.hub);
    }
    this.#sink.give(this.#sink.all([own, alike.hub]), row, set);
  }

  #classIn(byRow: AlikeByRow, row: ScopedRow, truths: Anywhere, node: number): Alike {
    let classes = byRow.get(row);
    if (classes === undefined) {
      classes = new Map();
      byRow.set(row, classes);
    }
    const key = truths.join('');
    let alike = classes.get(key);
    if (alike === undefined) {
      alike = { truths, nodes: new Set(), changes: [], hub: undefined, asked: new Set() };
      classes.set(key, alike);
    }
    if (!alike.nodes.has(node)) {
      alike.nodes.add(node);
      if (alike.hub !== undefined) this.#sink.edge(node, alike.hub);
    }
    return alike;
  }

  /** Whether a change gives all it gives around, or on, everything that somebody has something on. */
  #isAbove({ places, isEven }: Change, part: Part): boolean {
    if (!isEven) return false;
    return part.places.every(
      (id) => places.includes(id) || this.#aroundOf(id).some((around) => places.includes(around)),
    );
  }

  readonly #enough: Map<string, boolean> = new Map();

  /**
   * Whether it is told by actions alone that two have nothing of a row that completes the other: one has all it has around
   * everything that the other has anything on. It speaks of all that the other has of the row, or the other has what it speaks of by the
   * same statements as the rest.
   */
  #isOneEnough(row: ScopedRow, own: ScopedCaller, above: ScopedCaller): boolean {
    const { asks, universe } = row.formula;
    const key = `${row.index} ${this.#numberOf(this.#estate.severalOf(own))} ${this.#numberOf(this.#estate.severalOf(above))}`;
    let enough = this.#enough.get(key);
    if (enough === undefined) {
      const speaking = (caller: ScopedCaller, { action }: Ask): readonly CompiledStatement[] =>
        caller.allows.flatMap(({ rule: { statement } }) =>
          statement !== undefined && hasAction(statement.actions, action) ? [statement] : [],
        );
      const isSame = (one: Ask, other: Ask): boolean => {
        const others = new Set(speaking(own, other).map(({ actions }) => actions));
        return speaking(own, one).every(({ actions }) => others.has(actions));
      };
      const given = asks.filter((ask) => speaking(above, ask).length > 0);
      const rest = asks.filter((ask) => !given.includes(ask));
      // A node that a statement holds on need not be around the home of what it holds on.
      enough =
        asks.every((ask) => ask.universe === universe) &&
        rest.every((one) => given.every((other) => isSame(one, other)));
      this.#enough.set(key, enough);
    }
    return enough;
  }

  #gains(row: ScopedRow, own: KnownOf, { known }: Change): boolean {
    const { together } = this.#estate;
    return this.#estate.isLimited(row, [own.caller, known.caller]) || together.gains(row, own, known);
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
  #verdictOf(row: ScopedRow, own: KnownOf, kind: Kind): Verdict {
    const key = `${row.index} ${keyOf(this.#estate.together.contributionsOf(row, own))}`;
    let verdict = kind.verdicts.get(key);
    if (verdict === undefined) {
      verdict = { asked: 0, relevant: [], gaining: [] };
      kind.verdicts.set(key, verdict);
    }
    for (; verdict.asked < kind.around.length; verdict.asked += 1) {
      const change = kind.around[verdict.asked]!;
      if (!this.#estate.together.isRelevant(row, own, change.known)) continue;
      verdict.relevant.push(change);
      if (this.#gains(row, own, change)) verdict.gaining.push(change);
    }
    return verdict;
  }

  /** Notes that of some changes several may have to be followed together, from a number of them on. */
  #note(one: CallerNode, change: Change | undefined, row: ScopedRow, changes: readonly Change[], from: number): void {
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

/** Whether a row asks about nodes that its target leads to, beside or in a list: where they are does not tell where it is. */
function isAround({ formula }: ScopedRow): boolean {
  return formula.asksAround || formula.lists.length > 0;
}

/** Whether a caller is granted the same on each node it is granted anything on, for sure and without conditions. */
function isEvenly(caller: ScopedCaller): boolean {
  if (!arePlain(caller)) return false;
  const byNode = new Map<NodeId, Set<unknown>>();
  for (const { rule } of caller.allows) {
    let sets = byNode.get(rule.node);
    if (sets === undefined) {
      sets = new Set();
      byNode.set(rule.node, sets);
    }
    sets.add(rule.statement?.actions);
  }
  const [first, ...others] = byNode.values();
  return (
    first !== undefined && others.every((sets) => sets.size === first.size && [...sets].every((one) => first.has(one)))
  );
}

/** Whether what a caller is granted holds wherever it is placed, for sure. */
function arePlain({ allows, everything, changed, listedAs }: ScopedCaller): boolean {
  if (everything.length + changed.given.length + listedAs.size > 0) return false;
  return allows.every(
    ({ rule, truth }) =>
      truth === TRUE && rule.conditions.length === 0 && !rule.isUndecided && rule.statement?.include === undefined,
  );
}

/** Nodes that a caller is granted something on beside others of its kind. */
function placesOf({ allows, everything, changed }: ScopedCaller): readonly NodeId[] {
  const own = [...allows, ...everything].map(({ rule }) => rule.node);
  return [...new Set([...own, ...changed.given.flatMap(({ nodes }) => nodes)])];
}

function newKind(one: CallerNode): Kind {
  return {
    one,
    nobody: new KnownOf(one.caller),
    changes: [],
    apart: [],
    on: new Map(),
    inside: new Map(),
    around: [],
    verdicts: new Map(),
    given: new Map(),
    held: new Map(),
    once: new Map(),
  };
}

function inOrder(change: Change | undefined, token: Token): readonly Token[] {
  if (change === undefined) return [token];
  return [change.token, token].sort((left, right) => left.node - right.node);
}

function keyOf(contributions: readonly Contribution[]): string {
  const text = ({ proven, possible, open }: TruthSet): string =>
    `${setKey(proven)}/${setKey(possible)}/${setKey(open)}`;
  return contributions.map((sets) => sets.map(text).join(';')).join('|');
}

function listIn<Key, Value>(map: Map<Key, Value[]>, key: Key): Value[] {
  let list = map.get(key);
  if (list === undefined) {
    list = [];
    map.set(key, list);
  }
  return list;
}
