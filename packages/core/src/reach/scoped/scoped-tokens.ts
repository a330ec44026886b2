import type { Giving } from '../../authz/semantics.ts';
import { FALSE, type Truth } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import type { Changes } from '../changes.ts';
import type { HopChange } from '../hop-change.ts';
import type { GivenPolicies, Modifications } from './scoped-caller.ts';

/** What can be made of the estate beside full nodes. */
export type TokenKind = 'join' | 'lift-denies' | 'lift-guards' | 'retag' | 'extend' | 'given';

/** Being able to make one change of the estate, or several at once that the same callers can make. */
export interface Token {
  readonly kind: TokenKind;
  /** What is changed: groups, scopes, nodes, roles (ids of policies), nodes on which policies can be given; sorted. */
  readonly ids: readonly NodeId[];
  /** What the technique is aimed at, or the first of it. */
  readonly on: NodeId;
  /** For `given`: what can be given where. */
  readonly given: GivenPolicies | undefined;
  readonly node: number;
}

/** What can be given, and to whom. */
export interface TokenGiving extends Giving {
  /** Of `to`: the same number for those that say the same. `joined`: it goes to a group that is joined, so to anybody. */
  readonly number: number | 'joined' | undefined;
}

/** The nodes of the reach graph for changes of the estate, each made once. */
export class ScopedTokens {
  readonly list: Token[] = [];
  readonly #changes: Changes;
  readonly #byKey: Map<string, Token> = new Map();

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /**
   * The node for a change of what `ids` name, not empty. `on`: what the technique is aimed at, or the first of it. `giving`: of a change
   * of kind `given`.
   */
  nodeOf(kind: TokenKind, ids: readonly NodeId[], on: NodeId, giving?: TokenGiving): number {
    const key = JSON.stringify([kind, ids, on, giving?.policies ?? null, giving?.number ?? null]);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known.node;
    const node = this.#changes.newFace(`scoped-${kind}`, on, toldOf(kind, ids, giving));
    const given =
      giving === undefined
        ? undefined
        : { index: this.list.length, policies: giving.policies, to: giving.to, nodes: ids };
    const token: Token = { kind, ids, on, given, node };
    this.#byKey.set(key, token);
    this.list.push(token);
    return node;
  }
}

function toldOf(kind: TokenKind, ids: readonly NodeId[], giving: Giving | undefined): HopChange {
  switch (kind) {
    case 'join':
      return { change: 'join', groups: ids };
    case 'lift-denies':
      return { change: 'lift-denies' };
    case 'lift-guards':
      return { change: 'lift-guards' };
    case 'retag':
      return { change: 'retag-resource' };
    case 'extend':
      return { change: 'extend', policies: ids };
    case 'given':
      return toldGiving(giving);
  }
}

function toldGiving(giving: Giving | undefined): HopChange {
  const { policies, to } = giving ?? {};
  return {
    change: 'hand-out',
    ...(policies === undefined ? {} : { policies }),
    ...(to === undefined ? {} : { types: some(to.types), principals: some(to.named) }),
  };
}

/** Those of which it is not ruled out. */
function some(truths: ReadonlyMap<string, Truth>): readonly string[] {
  return [...truths]
    .filter(([, truth]) => truth !== FALSE)
    .map(([one]) => one)
    .sort();
}

/** The estate changed in one more way. */
export function withToken(changed: Modifications, { kind, ids, given }: Token): Modifications {
  const also = (list: readonly string[]): readonly string[] => [...new Set([...list, ...ids])].sort();
  switch (kind) {
    case 'join':
      return { ...changed, joined: also(changed.joined) };
    case 'lift-denies':
      return { ...changed, deniesLifted: also(changed.deniesLifted) };
    case 'lift-guards':
      return { ...changed, guardsLifted: also(changed.guardsLifted) };
    case 'retag':
      return { ...changed, retagged: also(changed.retagged) };
    case 'extend':
      return { ...changed, extended: also(changed.extended) };
    case 'given': {
      if (given === undefined || changed.given.includes(given)) return changed;
      return { ...changed, given: [...changed.given, given].sort((left, right) => left.index - right.index) };
    }
  }
}
