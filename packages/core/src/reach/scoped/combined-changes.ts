import type { CompiledStatement } from '../../authz/compiled-document.ts';
import type { GraphIndex } from '../../graph/graph-index.ts';
import type { NodeId } from '../../graph/model.ts';
import { NOWHERE, type TruthSet, truthKey } from '../truth-set.ts';
import type { CallerNode } from './caller-node.ts';
import { type AnswerWith, type GrantShape, GrantShapes } from './grant-shapes.ts';
import { AS_IT_IS, type ScopedCaller } from './scoped-caller.ts';
import type { ScopedCallers } from './scoped-callers.ts';
import type { Contribution } from './scoped-formula.ts';
import type { ScopedRow } from './scoped-rows.ts';
import { type Token, withToken } from './scoped-tokens.ts';
import type { ScopedUniverse } from './scoped-universe.ts';
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
  /** Every row of several questions. */
  everySeveral(): readonly ScopedRow[];
  /** Statements of policies that a caller can be given; undefined among them for a text that could not be read. */
  statementsGiven(caller: ScopedCaller): readonly (CompiledStatement | undefined)[];
  /** The home scope that a node is or lies in. */
  homeOf(id: NodeId): NodeId | undefined;
  /** Every home scope. */
  readonly homes: ScopedUniverse;
  /** How a formula about its targets comes out for whoever may do on them what is said. */
  answerWith: AnswerWith;
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
  readonly shape: GrantShape | undefined;
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
  /** Those by the nodes around these, and by the kind of their shape. */
  readonly inside: Map<NodeId, Map<number, Change[]>>;
  /** Those that give something of a row about nodes that others lead to. */
  readonly around: Change[];
  /** Of such a row and what somebody has of it: which of those make it better, and how many were asked. */
  readonly verdicts: Map<string, Verdict>;
  /** Changes, and callers, by what they have of a row wherever it is. */
  readonly given: AlikeByRow;
  readonly held: AlikeByRow;
  readonly once: Map<string, AnywhereGain>;
}

const NO_CHANGES: readonly Change[] = [];

/** In the place of the kind of a shape, for changes that have none. */
const NO_KIND = -1;

/** Of so few changes every combination is followed. */
const MOST_TOGETHER = 4;

/** So many changes of rows about what others lead to are compared with each other; of more, all are taken to go together. */
const MOST_COMPARED = 64;

interface Verdict {
  asked: number;
  readonly relevant: Change[];
  readonly gaining: Change[];
}

/** What goes together with a change about a row. */
interface Partners {
  /** How many changes there were when it was asked. */
  readonly count: number;
  /** About its target. */
  readonly near: readonly Change[];
  /** About something else. */
  readonly elsewhere: readonly Change[];
  /** By what they have of the row wherever it is; but for those that were compared. */
  readonly anywhere: readonly Alike[];
  readonly compared: ReadonlySet<Change>;
}

/** Something that changes can be combined with: a caller as it is, or what one change gives. */
interface Part {
  readonly one: CallerNode;
  readonly known: KnownOf;
  readonly places: readonly NodeId[];
  readonly shape: GrantShape | undefined;
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
  readonly #homes: Map<NodeId, NodeId | undefined> = new Map();
  readonly #partners: Map<ScopedRow, Map<Change, Partners>> = new Map();
  readonly #shapes: GrantShapes;

  constructor(estate: CombinableEstate, sink: CombinationSink) {
    this.#estate = estate;
    this.#sink = sink;
    this.#shapes = new GrantShapes(
      estate.everySeveral().filter((row) => !isAround(row)),
      {
        around: (id) => this.#aroundOf(id)[0],
        homeOf: (id) => this.#homeOf(id),
        homes: estate.homes,
        answerWith: (of, one, has) => estate.answerWith(of, one, has),
      },
    );
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
        const { known: own, places, shape } = change;
        this.#askPart({ one: kind.one, known: own, places, shape, change }, kind, from);
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
    const [index, shape] = [kind.changes.length, this.#shapeOf(caller)];
    const change: Change = { index, token, known: new KnownOf(caller), places: placesOf(caller), shape };
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
    for (const id of new Set(places.flatMap((place) => this.#aroundOf(place)))) {
      let alike = kind.inside.get(id);
      if (alike === undefined) {
        alike = new Map();
        kind.inside.set(id, alike);
      }
      listIn(alike, shape?.kind ?? NO_KIND).push(change);
    }
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
    const [places, shape] = [placesOf(caller), this.#shapeOf(caller)];
    this.#askPart({ one, known: new KnownOf(caller), places, shape, change: undefined }, kind, from);
  }

  #shapeOf(caller: ScopedCaller): GrantShape | undefined {
    return this.#shapes.of(caller, this.#estate.statementsGiven(caller));
  }

  /** Asks what changes from a place in their list on give together with something. */
  #askPart(part: Part, kind: Kind, from: number): void {
    const several = this.#estate.severalOf(part.known.caller);
    if (several.length === 0 || (part.change !== undefined && kind.apart.includes(part.change))) return;
    const gaining = new Set<Change>();
    const relevant = new Map<ScopedRow, Change[]>();
    for (const [change, isInside] of this.#near(part.places, part.shape, kind, from)) {
      if (change === part.change) continue;
      for (const row of this.#rowsOf(part, change, isInside)) {
        if (!this.#estate.together.isRelevant(row, part.known, change.known)) continue;
        listIn(relevant, row).push(change);
        if (!gaining.has(change) && this.#gains(row, part.known, change)) gaining.add(change);
      }
    }
    if (from > 0) this.#addEarlier(relevant, part, kind, from);
    for (const change of kind.apart) if (change.index >= from) gaining.add(change);
    for (const row of several) {
      if (isAround(row)) {
        const verdict = this.#verdictOf(row, part.known, kind);
        for (const change of verdict.relevant) if (change !== part.change) listIn(relevant, row).push(change);
        for (const change of verdict.gaining) {
          if (change.index >= from && change !== part.change) gaining.add(change);
        }
      } else if (row.formula.anywhere.length > 0) {
        this.#askAnywhere(row, part, kind, from === 0);
      }
    }
    for (const { token } of gaining) this.#sink.follow(part.one, inOrder(part.change, token));
    for (const [row, changes] of relevant) this.#askSeveral(row, part, changes, kind);
  }

  /** What was asked about before may be part of a row together with what is new. */
  #addEarlier(relevant: ReadonlyMap<ScopedRow, Change[]>, part: Part, kind: Kind, from: number): void {
    if (![...relevant.keys()].some(takesSeveral)) return;
    for (const [change, isInside] of this.#near(part.places, part.shape, kind, 0)) {
      if (change.index >= from || change === part.change) continue;
      for (const row of this.#rowsOf(part, change, isInside)) {
        const changes = takesSeveral(row) ? relevant.get(row) : undefined;
        if (changes === undefined || !this.#estate.together.isRelevant(row, part.known, change.known)) continue;
        changes.push(change);
      }
    }
  }

  /** Of changes that each may be part of a row together with somebody: those that may be so together. */
  #askSeveral(row: ScopedRow, part: Part, changes: readonly Change[], kind: Kind): void {
    if (!takesSeveral(row) || changes.length < 2) return;
    for (const some of this.#groupsOf(row, changes, kind)) {
      if (some.length > MOST_TOGETHER) {
        this.#note(part.one, part.change, row, some, 2);
        continue;
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
  }

  /** Changes that go together about a row, by those that do with each other, directly or through others. */
  #groupsOf(row: ScopedRow, changes: readonly Change[], kind: Kind): readonly (readonly Change[])[] {
    if (isAround(row) && changes.length > MOST_COMPARED) return [changes];
    const among = new Set(changes);
    const groupOf = new Map<Change, Change[]>();
    let isElsewhere = isAround(row);
    const join = (one: Change, other: Change): void => {
      const [left, right] = [groupOf.get(one) ?? [one], groupOf.get(other) ?? [other]];
      const all = left === right ? left : [...left, ...right];
      for (const member of left === right ? [one, other] : all) groupOf.set(member, all);
    };
    for (const one of changes) {
      const partners = isAround(row) ? this.#comparedWith(row, one, changes) : this.#partnersOf(row, one, kind);
      for (const other of partners.near) if (among.has(other)) join(one, other);
      for (const other of partners.elsewhere) {
        if (!among.has(other)) continue;
        isElsewhere = true;
        join(one, other);
      }
      for (const alike of partners.anywhere) {
        for (const other of alike.changes) {
          if (other !== one && among.has(other) && !partners.compared.has(other)) join(one, other);
        }
      }
    }
    // What two have together elsewhere may complete what any other has here.
    if (isElsewhere) return groupOf.size === 0 ? [] : [changes.filter((one) => groupOf.has(one))];
    return [...new Set(groupOf.values())];
  }

  #comparedWith(row: ScopedRow, one: Change, changes: readonly Change[]): Partners {
    const { together } = this.#estate;
    const near = changes.filter((other) => other !== one && together.isRelevant(row, one.known, other.known));
    return { count: 0, near, elsewhere: NO_CHANGES, anywhere: [], compared: new Set() };
  }

  /** The changes that have something about a row that a change has not, on one node of which it is the other way round too. */
  #partnersOf(row: ScopedRow, one: Change, kind: Kind): Partners {
    let known = this.#partners.get(row);
    if (known === undefined) {
      known = new Map();
      this.#partners.set(row, known);
    }
    const before = known.get(one);
    if (before !== undefined && before.count === kind.changes.length) return before;
    const { together } = this.#estate;
    const near: Change[] = [];
    const elsewhere: Change[] = [];
    const compared = new Set<Change>();
    for (const [other, isInside] of this.#near(one.places, undefined, kind, 0)) {
      if (other === one) continue;
      compared.add(other);
      if (!this.#rowsOf(one, other, isInside).includes(row)) continue;
      if (!together.isRelevant(row, one.known, other.known)) continue;
      (together.isRelevantElsewhere(row, one.known, other.known) ? elsewhere : near).push(other);
    }
    const classes = row.formula.anywhere.length === 0 ? [] : [...(kind.given.get(row)?.values() ?? [])];
    const anywhere = classes.filter(({ truths }) => together.isRelevantAnywhere(row, one.known, truths));
    const found = { count: kind.changes.length, near, elsewhere, anywhere, compared };
    known.set(one, found);
    return found;
  }

  /**
   * What somebody has about the target of a row, and any of many changes wherever they give the rest of it: these are not followed one
   * by one, those alike lead to one node. What a caller has wherever it is, is noted for changes that give something about a target.
   */
  #askAnywhere(row: ScopedRow, part: Part, kind: Kind, isFirst: boolean): void {
    const { shape } = part;
    if (shape !== undefined && !this.#shapes.mayHave(row, shape)) return;
    const own = part.change === undefined ? part.one.node : this.#sink.all([part.one.node, part.change.token.node]);
    for (const alike of kind.given.get(row)?.values() ?? []) {
      if (alike.asked.has(own)) continue;
      alike.asked.add(own);
      if (shape !== undefined && this.#shapes.hasAnyway(row, shape, alike.truths)) continue;
      this.#giveOnce(row, part.known, kind, alike, own, (least) =>
        this.#note(part.one, part.change, row, alike.changes, least),
      );
    }
    if (part.change !== undefined || !isFirst) return;
    if (shape !== undefined && !this.#shapes.mayAnswer(row, shape)) return;
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
    const isLimited = this.#estate.isLimited(row, [known.caller]);
    if (hasMore || isLimited) note(1);
    // What a grant with a limit gives depends on the grant: it is told once it is followed.
    if (set === NOWHERE || isLimited) return;
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

  #gains(row: ScopedRow, own: KnownOf, { known }: Change): boolean {
    const { together } = this.#estate;
    return this.#estate.isLimited(row, [own.caller, known.caller]) || together.gains(row, own, known);
  }

  /**
   * Changes from a place in their list on that give something where somebody has something, around it or in it; and whether in it.
   * `shape`: without those in it that are known to make no difference to one of this shape; undefined: with them.
   */
  #near(
    places: readonly NodeId[],
    shape: GrantShape | undefined,
    { on, inside }: Kind,
    from: number,
  ): ReadonlyMap<Change, boolean> {
    const found = new Map<Change, boolean>();
    // Lists are in the order of the changes.
    const add = (list: readonly Change[] | undefined, isInside: boolean): void => {
      if (list === undefined) return;
      for (let at = list.length - 1; at >= 0 && list[at]!.index >= from; at -= 1) {
        const change = list[at]!;
        if (isInside || !found.has(change)) found.set(change, isInside);
      }
    };
    for (const id of places) {
      add(on.get(id), false);
      for (const around of this.#aroundOf(id)) add(on.get(around), false);
    }
    for (const id of places) {
      const alike = inside.get(id);
      if (alike === undefined) continue;
      for (const list of alike.values()) {
        const last = list[list.length - 1]!;
        if (last.index < from) continue;
        if (shape === undefined || last.shape === undefined || this.#shapes.mayMeetInside(shape, id, last.shape)) {
          add(list, true);
        }
      }
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

  /** Rows about their targets of which both may have something. */
  #rowsOf(part: Pick<Part, 'known' | 'shape'>, change: Change, isInside: boolean): readonly ScopedRow[] {
    if (part.shape !== undefined && change.shape !== undefined) {
      return this.#shapes.rowsOf(part.shape, change.shape, isInside);
    }
    const one = this.#estate.severalOf(part.known.caller);
    const other = this.#estate.severalOf(change.known.caller);
    const key = `${this.#numberOf(one)} ${this.#numberOf(other)}`;
    let rows = this.#shared.get(key);
    if (rows === undefined) {
      const others = new Set(other);
      rows = one.filter((row) => others.has(row) && !isAround(row));
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

  #homeOf(id: NodeId): NodeId | undefined {
    if (!this.#homes.has(id)) this.#homes.set(id, this.#estate.homeOf(id));
    return this.#homes.get(id);
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

/** Whether what a row asks for may be split between somebody and more than one change. */
function takesSeveral({ formula: { asks, lists } }: ScopedRow): boolean {
  return asks.length + lists.length >= 3;
}

/** Nodes that a caller is granted something on beside others of its kind. */
function placesOf({ allows, everything, given }: ScopedCaller): readonly NodeId[] {
  const own = [...allows, ...everything].map(({ rule }) => rule.node);
  return [...new Set([...own, ...given.flatMap((one) => one.given.nodes)])];
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
  return contributions.map((sets) => sets.map(truthKey).join(';')).join('|');
}

function listIn<Key, Value>(map: Map<Key, Value[]>, key: Key): Value[] {
  let list = map.get(key);
  if (list === undefined) {
    list = [];
    map.set(key, list);
  }
  return list;
}
