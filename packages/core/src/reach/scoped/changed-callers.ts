import { CONDITIONAL, TRUE, type Truth, UNKNOWN } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import type { Derivation } from '../derivation.ts';
import type { TruthSet } from '../truth-set.ts';
import type { CallerNode } from './caller-node.ts';
import { type CombinableEstate, CombinedChanges } from './combined-changes.ts';
import { GivenToJoined } from './given-to-joined.ts';
import { reachedTogether } from './reached-together.ts';
import { AS_IT_IS, type Modifications, type ScopedCaller } from './scoped-caller.ts';
import type { ActingPrincipal } from './scoped-callers.ts';
import type { ScopedRow } from './scoped-rows.ts';
import type { ScopedRules } from './scoped-rules.ts';
import { type ScopedTokens, type Token, withToken } from './scoped-tokens.ts';
import { looksAtTags } from './tag-assignments.ts';

/** Up to this many changes that may take something away again are followed in every combination. */
const MOST_CHOSEN = 4;

/** Callers in changed estates that are followed; beyond them what changes give is unknown. */
const MOST_CHANGED = 20_000;

/** What following changes takes of a derivation. */
export interface ChangeableEstate extends CombinableEstate {
  readonly rules: ScopedRules;
  readonly tokens: ScopedTokens;
  readonly nodes: readonly CallerNode[];
  readonly outsider: CallerNode | undefined;
  /** Anything is denied to anybody, or caps anybody. */
  readonly restricts: boolean;
  /** Nodes of full control of everything: nothing is to be gained from there. */
  everything(): readonly number[];
  /** The node of full control of a scope, and so of everything in it; none where nothing leads there. */
  wholeOf(scope: NodeId): readonly number[];
  /** Leads from a node to what a row gives on some targets. */
  give(from: number, row: ScopedRow, set: TruthSet): void;
  /** Whether a caller has something of its own that changes can be combined with. */
  combines(caller: ScopedCaller): boolean;
  /** The node of a principal in the estate as it is changed. */
  nodeOf(acting: ActingPrincipal, changed?: Modifications, cap?: Truth): CallerNode;
}

/**
 * What callers can do in the estate as an attacker can change it: groups joined, denies and guards lifted, tags chosen, roles
 * extended, policies given. Most changes join groups that no deny names, or give policies; whom those give more is told from what is
 * granted ({@link CombinedChanges}). Of the others, and of what takes several changes at once, it is asked what attackers come to:
 * all that only add something, of those that one attacker comes to at a level of certainty, are followed together; what more it
 * comes to by them is followed the next time. Of changes that may take something away again (a group that a deny names, one guard of
 * several) every combination is followed while they are few, and then each by itself; what more of them give together is unknown.
 */
export class ChangedCallers {
  readonly #derivation: Derivation;
  readonly #scoped: ChangeableEstate;
  readonly #followed: Set<string> = new Set();
  readonly #together: Map<string, number> = new Map();
  readonly #simple: Map<Token, boolean> = new Map();
  readonly #toJoined: GivenToJoined;
  #combined: CombinedChanges | undefined;
  #count = 0;
  /** How often something was given by changes without following them. */
  #given = 0;

  constructor(derivation: Derivation, scoped: ChangeableEstate) {
    this.#derivation = derivation;
    this.#scoped = scoped;
    // To join a group that a deny names is a choice, and followed as such.
    this.#toJoined = new GivenToJoined(derivation, scoped, (join) => this.#onlyAdds(join));
  }

  /** Follows what is new since the last time; false where nothing is. */
  round(): boolean {
    const { tokens, nodes, outsider } = this.#scoped;
    if (tokens.list.length === 0) return false;
    this.#toJoined.follow();
    const before = this.#followed.size + this.#given;
    const ones = nodes.filter(({ caller }) => caller.changed === AS_IT_IS);
    const list = [...tokens.list];
    const simple = list.filter((token) => this.#isSimple(token));
    this.#combined ??= this.#combining();
    const { manifold, apart } = this.#combined;
    const granted = ones.filter(({ isClosed }) => !isClosed);
    this.#combined.ask(simple, granted);
    if (this.#followed.size + this.#given > before) return true;
    const always = new Set(ones.filter((one) => one.acting.isBare || one === outsider).map(({ node }) => node));
    const byNode = new Map(ones.map((one) => [one.node, one]));
    if (simple.length < list.length) {
      const others = list.filter((token) => !this.#isSimple(token));
      const isOther = new Set(others);
      const follow = (one: CallerNode, own: readonly Token[]): void =>
        this.#followAll(one, own, (some) => some.some((token) => isOther.has(token)));
      // What changes give by themselves is followed first: it may be all there is, and nobody need be asked what more they have.
      for (const some of [new Map([...always].map((node) => [node, byNode.get(node)!])), byNode]) {
        this.#ask({ list, others, byNode: some, always }, follow);
        if (this.#followed.size + this.#given > before) return true;
      }
    }
    // Whoever has full control of everything that is asked about gains nothing by it.
    const groups = new Map<NodeId | undefined, CallerNode[]>();
    for (const one of granted) {
      if (!manifold.has(one.node) && !apart.has(one)) continue;
      const within = apart.has(one) ? undefined : manifold.get(one.node)?.within;
      const group = groups.get(within);
      if (group === undefined) groups.set(within, [one]);
      else group.push(one);
    }
    for (const [within, group] of groups) {
      const wanted = new Set(group.flatMap(({ node }) => [...(manifold.get(node)?.tokens ?? [])]));
      const parts = group.some((one) => apart.has(one)) ? simple : simple.filter((token) => wanted.has(token));
      const few = new Map(group.map((one) => [one.node, one]));
      this.#ask({ list: parts, others: parts, byNode: few, always, within }, (one, own) => {
        if (apart.has(one)) return this.#followAll(one, own, () => true);
        const { tokens: some, least } = manifold.get(one.node)!;
        const relevant = own.filter((token) => some.has(token));
        if (relevant.length >= least) this.#followAll(one, relevant, () => true);
      });
    }
    return this.#followed.size + this.#given > before;
  }

  #combining(): CombinedChanges {
    const { builder } = this.#derivation;
    return new CombinedChanges(this.#scoped, {
      follow: (one, tokens) => this.#follow(one, tokens, TRUE),
      any: () => builder.node('hub', -1),
      edge: (from, to) => builder.edge(from, to),
      all: (nodes) => this.#all(nodes),
      give: (from, row, set) => {
        this.#given += 1;
        this.#scoped.give(from, row, set);
      },
    });
  }

  /** Asks which changes attackers come to together with which callers. `others`: of attackers that come to some of these. */
  #ask(
    { list, others, byNode, always, within }: Asking,
    follow: (one: CallerNode, tokens: readonly Token[]) => void,
  ): void {
    const graph = this.#derivation.builder.build();
    for (const least of [TRUE, CONDITIONAL, UNKNOWN] as const) {
      const attackers = reachedTogether(graph, {
        tokens: list.map(({ node }) => node),
        some: others.map(({ node }) => node),
        nodes: new Set(byNode.keys()),
        everything: within === undefined ? this.#scoped.everything() : this.#scoped.wholeOf(within),
        always: this.#scoped.restricts ? new Set([...always].filter((node) => byNode.has(node))) : NOBODY,
        least,
      });
      for (const { tokens: places, nodes: reached } of attackers) {
        const own = places.map((at) => list[at]!);
        for (const node of reached) follow(byNode.get(node)!, own);
      }
    }
  }

  /** Whether a change only joins a group, or gives policies, and takes nothing away from anybody. */
  #isSimple(token: Token): boolean {
    let known = this.#simple.get(token);
    if (known === undefined) {
      known = (token.kind === 'join' || token.kind === 'given') && this.#onlyAdds(token);
      this.#simple.set(token, known);
    }
    return known;
  }

  #followAll(one: CallerNode, tokens: readonly Token[], isWanted: (some: readonly Token[]) => boolean): void {
    const adding: Token[] = [];
    const chosen: Token[] = [];
    // What rules say of the groups that are joined can be changed as well.
    const joins = tokens.filter((token) => token.kind === 'join' && !one.isClosed && this.#matters(one, token));
    const joined = joins.reduce<Modifications>((so, token) => withToken(so, token), AS_IT_IS);
    const caller = joins.length === 0 ? one.caller : this.#scoped.callers.of(one.acting, joined);
    const isGiven = tokens.some(({ kind }) => kind === 'given');
    for (const token of tokens) {
      const { kind } = token;
      if (one.isClosed && GRANTING.has(kind)) continue;
      const matters = this.#matters({ ...one, caller }, token) || (kind === 'retag' && isGiven);
      if (matters) (this.#onlyAdds(token) ? adding : chosen).push(token);
    }
    if (adding.length + chosen.length === 0 || !isWanted([...adding, ...chosen])) return;
    for (const some of combinationsOf(chosen)) {
      if (adding.length + some.length > 0) this.#follow(one, [...adding, ...some], TRUE);
    }
    if (chosen.length > MOST_CHOSEN) this.#follow(one, [...adding, ...chosen], UNKNOWN);
  }

  #follow(one: CallerNode, tokens: readonly Token[], cap: Truth): void {
    const key = `${cap} ${one.node} ${tokens.map(({ node }) => node).join(' ')}`;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    this.#count += 1;
    // There is a limit to what is followed for sure; the last of it is not claimed.
    const sure = this.#count > MOST_CHANGED ? UNKNOWN : cap;
    const changed = tokens.reduce<Modifications>((so, token) => withToken(so, token), AS_IT_IS);
    const to = this.#scoped.nodeOf(one.acting, changed, sure);
    this.#derivation.builder.joint(one.node, this.#all(tokens.map(({ node }) => node)), to.node);
  }

  /** A node that is reached with all of some nodes, not none. */
  #all(nodes: readonly number[]): number {
    const [first, ...rest] = nodes;
    let node = first!;
    let key = String(node);
    for (const next of rest) {
      key += ` ${next}`;
      let both = this.#together.get(key);
      if (both === undefined) {
        both = this.#derivation.builder.node('hub', -1);
        this.#derivation.builder.joint(node, next, both);
        this.#together.set(key, both);
      }
      node = both;
    }
    return node;
  }

  /** Whether a change never takes anything away from anybody. */
  #onlyAdds({ kind, ids }: Token): boolean {
    if (kind === 'lift-guards') return false;
    return kind !== 'join' || !this.#scoped.rules.deniesAny(this.#around(ids));
  }

  /** Groups, and those that they are in. */
  #around(ids: readonly NodeId[]): readonly NodeId[] {
    const { graph } = this.#derivation.model;
    return ids.flatMap((id) => [id, ...graph.groupsOf(id).map((group) => group.id)]);
  }

  /** Whether a change can make a difference for a caller, beside what it makes for everybody of its kind. */
  #matters({ caller, acting }: CallerNode, { kind, ids, given }: Token): boolean {
    const rules = [caller.allows, caller.common];
    switch (kind) {
      case 'join':
        return acting.isBare ? this.#isNamed(ids) : caller.listedAs.size > 0 || this.#scoped.combines(caller);
      case 'given':
        if (given === undefined || !this.#scoped.callers.mayBeGiven(acting, given, caller.changed.joined)) return false;
        return acting.isBare || this.#scoped.combines(caller);
      case 'lift-denies':
        return caller.denies.some(({ rule }) => ids.includes(rule.node));
      case 'lift-guards':
        return caller.guards.some(({ nodes }) => nodes.some((id) => ids.includes(id)));
      case 'extend':
        return rules.some((list) => list.some(({ rule }) => ids.includes(rule.attachment.policy)));
      case 'retag':
        return looksAtTags(caller);
    }
  }

  /** Whether policies or lists name groups, or ones that they are in, or something can be given to their members. */
  #isNamed(ids: readonly NodeId[]): boolean {
    const around = this.#around(ids);
    const { rules, callers } = this.#scoped;
    return (
      rules.namesAny(around) ||
      rules.exceptsAny(around) ||
      callers.isAnyListed(around) ||
      rules.limits.recipients.looksAtAny(around)
    );
  }
}

/** What attackers are asked about. */
interface Asking {
  readonly list: readonly Token[];
  readonly others: readonly Token[];
  readonly byNode: ReadonlyMap<number, CallerNode>;
  readonly always: ReadonlySet<number>;
  /** Whoever has full control of this scope has nothing to gain; absent: of everything. */
  readonly within?: NodeId | undefined;
}

/** Changes by which something is granted to somebody. */
const GRANTING: ReadonlySet<string> = new Set(['join', 'given']);

const NOBODY: ReadonlySet<number> = new Set();

/** Every combination of few changes; none, and each by itself, of more. */
function combinationsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  if (tokens.length > MOST_CHOSEN) return [[], ...tokens.map((token) => [token])];
  const all: Token[][] = [[]];
  for (const token of tokens) for (const some of [...all]) all.push([...some, token]);
  return all;
}
