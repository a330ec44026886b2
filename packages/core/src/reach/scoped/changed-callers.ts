import { CONDITIONAL, TRUE, type Truth, UNKNOWN } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import type { Derivation } from '../derivation.ts';
import { AddedChanges } from './added-changes.ts';
import type { CallerNode } from './caller-node.ts';
import { reachedTogether } from './reached-together.ts';
import { AS_IT_IS, type Modifications, type ScopedCaller } from './scoped-caller.ts';
import type { ActingPrincipal, ScopedCallers } from './scoped-callers.ts';
import type { ScopedRules } from './scoped-rules.ts';
import { type ScopedTokens, type Token, withToken } from './scoped-tokens.ts';
import { looksAtTags } from './tag-assignments.ts';

/** Up to this many changes that may take something away again are followed in every combination. */
const MOST_CHOSEN = 4;

/** Callers in changed estates that are followed; beyond them what changes give is unknown. */
const MOST_CHANGED = 20_000;

/** What following changes takes of a derivation. */
export interface ChangeableEstate {
  readonly rules: ScopedRules;
  readonly tokens: ScopedTokens;
  readonly callers: ScopedCallers;
  readonly nodes: readonly CallerNode[];
  readonly outsider: CallerNode | undefined;
  /** Nodes of full control of everything: nothing is to be gained from there. */
  everything(): readonly number[];
  /** Whether a caller has something of its own that changes can be combined with. */
  combines(caller: ScopedCaller): boolean;
  /**
   * Whether changes that only add give a caller more than it has by itself, beside what they give others of its kind; said to be so
   * where that is not easily told.
   */
  gainsBy(one: CallerNode, added: AddedChanges): boolean;
  /** Whether anything is denied to anybody, or caps anybody. */
  readonly restricts: boolean;
  /** The node of a principal in the estate as it is changed. */
  nodeOf(acting: ActingPrincipal, changed?: Modifications, cap?: Truth): CallerNode;
}

/**
 * What callers can do in the estate as an attacker can change it: groups joined, denies and guards lifted, tags chosen, roles
 * extended, policies given. Nearly all changes only ever add, so of those that one attacker comes to at a level of certainty, all
 * are followed together; what more it comes to by them is followed the next time. Of changes that may take something away again
 * (a group that a deny names, one guard of several) every combination is followed while they are few, and then each by itself;
 * what more of them give together is unknown.
 */
export class ChangedCallers {
  readonly #derivation: Derivation;
  readonly #scoped: ChangeableEstate;
  readonly #followed: Set<string> = new Set();
  readonly #together: Map<string, number> = new Map();
  #count = 0;

  constructor(derivation: Derivation, scoped: ChangeableEstate) {
    this.#derivation = derivation;
    this.#scoped = scoped;
  }

  /** Follows what is new since the last time; false where nothing is. */
  round(): boolean {
    if (this.#scoped.tokens.list.length === 0) return false;
    const byNode = new Map<number, CallerNode>();
    const always = new Set<number>();
    for (const one of this.#scoped.nodes) {
      if (one.caller.changed !== AS_IT_IS) continue;
      byNode.set(one.node, one);
      if (one.acting.isBare || one === this.#scoped.outsider) always.add(one.node);
    }
    // What changes give by themselves is followed first: it may be all there is, and nobody need be asked what more they have.
    const few = new Map([...always].map((node) => [node, byNode.get(node)!]));
    return this.#followNew(few, always) || this.#followNew(byNode, always);
  }

  #followNew(byNode: ReadonlyMap<number, CallerNode>, always: ReadonlySet<number>): boolean {
    const list = [...this.#scoped.tokens.list];
    const before = this.#followed.size;
    const graph = this.#derivation.builder.build();
    for (const least of [TRUE, CONDITIONAL, UNKNOWN] as const) {
      const attackers = reachedTogether(graph, {
        tokens: list.map(({ node }) => node),
        nodes: new Set(byNode.keys()),
        everything: this.#scoped.everything(),
        always: this.#scoped.restricts ? always : NOBODY,
        least,
      });
      // One caller after the other: what it can do by itself is asked once.
      const changes = new Map<number, Changing[]>();
      for (const { tokens: places, nodes: reached } of attackers) {
        const own = this.#changing(places.map((at) => list[at]!));
        for (const node of reached) {
          const known = changes.get(node);
          if (known === undefined) changes.set(node, [own]);
          else known.push(own);
        }
      }
      for (const [node, all] of changes) for (const own of all) this.#followAll(byNode.get(node)!, own);
    }
    return this.#followed.size > before;
  }

  /** What an attacker can change; where that only joins groups and gives policies, and takes nothing away, ready to be combined. */
  #changing(tokens: readonly Token[]): Changing {
    const isSimple = tokens.every((token) => COMBINED.has(token.kind) && this.#onlyAdds(token));
    return { tokens, added: isSimple ? new AddedChanges(tokens) : undefined };
  }

  #followAll(one: CallerNode, { tokens, added }: Changing): void {
    if (added !== undefined && !one.acting.isBare) {
      const { caller } = one;
      const isCombined = caller.listedAs.size > 0 || this.#scoped.combines(caller);
      if (!isCombined || !this.#scoped.gainsBy(one, added)) return;
    }
    const adding: Token[] = [];
    const chosen: Token[] = [];
    // What rules say of the groups that are joined can be changed as well.
    const joins = tokens.filter((token) => token.kind === 'join' && this.#matters(one, token));
    const joined = joins.reduce<Modifications>((so, token) => withToken(so, token), AS_IT_IS);
    const caller = joins.length === 0 ? one.caller : this.#scoped.callers.of(one.acting, joined);
    const isGiven = tokens.some(({ kind }) => kind === 'given');
    for (const token of tokens) {
      const { kind } = token;
      const matters = this.#matters({ ...one, caller }, token) || (kind === 'retag' && isGiven);
      if (matters) (this.#onlyAdds(token) ? adding : chosen).push(token);
    }
    if (adding.length + chosen.length === 0) return;
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
  #matters({ caller, acting }: CallerNode, { kind, ids }: Token): boolean {
    const rules = [caller.allows, caller.common];
    switch (kind) {
      case 'join':
        return acting.isBare ? this.#isNamed(ids) : caller.listedAs.size > 0 || this.#scoped.combines(caller);
      case 'given':
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

  /** Whether policies or lists name groups, or ones that they are in. */
  #isNamed(ids: readonly NodeId[]): boolean {
    const around = this.#around(ids);
    return this.#scoped.rules.namesAny(around) || this.#scoped.callers.isAnyListed(around);
  }
}

/** What one attacker can change. */
interface Changing {
  readonly tokens: readonly Token[];
  /** The same, where all of it only adds. */
  readonly added: AddedChanges | undefined;
}

/** Changes that can be combined with what a caller has: what is granted by them is granted beside its own. */
const COMBINED: ReadonlySet<string> = new Set(['join', 'given']);

const NOBODY: ReadonlySet<number> = new Set();

/** Every combination of few changes; none, and each by itself, of more. */
function combinationsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  if (tokens.length > MOST_CHOSEN) return [[], ...tokens.map((token) => [token])];
  const all: Token[][] = [[]];
  for (const token of tokens) for (const some of [...all]) all.push([...some, token]);
  return all;
}
