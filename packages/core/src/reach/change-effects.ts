import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { Holdings } from '../authz/principal-class.ts';
import type { NodeId } from '../graph/model.ts';
import { type Change, EVERY_PLACE } from './change.ts';

/** What one change does to an identity, as far as that can be told of it alone. */
interface Effect {
  /** Indices of the held policies that it drops, as bits. */
  readonly dropped: readonly number[] | undefined;
  readonly left: NodeId | undefined;
  readonly everything: boolean;
  readonly added: readonly number[] | undefined;
  readonly guards: readonly number[] | undefined;
  readonly session: string | undefined;
  readonly retags: boolean;
  readonly leaves: boolean;
  /** Index of the scope guard that it opens or takes off, where that is one of the identity's. */
  readonly opened: number | undefined;
  readonly lifted: number | undefined;
}

/**
 * Tells sets of changes to one identity apart by what they do to it: the same text for sets that come to the same, so
 * that only one of them need be looked into. Sets with different texts may still come to the same.
 */
export class ChangeEffects {
  readonly #held: Holdings;
  readonly #words: number;
  readonly #scopePolicies: ReadonlyMap<string, number>;
  readonly #effects: Map<Change, Effect> = new Map();
  readonly #numbers: Map<CompiledDocument, number> = new Map();

  /** `held`: what the identity holds before. */
  constructor(held: Holdings) {
    this.#held = held;
    this.#words = (held.grants.length + 31) >>> 5;
    const ids = new Set(held.scopeGuards.flatMap((level) => level.map(({ policy }) => policy.id)));
    this.#scopePolicies = new Map([...ids].map((id, at) => [id, at]));
  }

  /** The text for some changes made together. */
  keyOf(changes: readonly Change[]): string {
    const dropped: number[] = new Array<number>(this.#words).fill(0);
    const left = new Set<NodeId>();
    const added = new Set<number>();
    const opened = new Set<number>();
    const lifted = new Set<number>();
    let everything = false;
    let retags = false;
    let leaves = false;
    let session: string | undefined;
    let guards: readonly number[] | undefined;
    for (const change of changes) {
      const effect = this.#effectOf(change);
      if (effect.dropped !== undefined) {
        for (let word = 0; word < this.#words; word += 1) dropped[word]! |= effect.dropped[word]!;
      }
      if (effect.left !== undefined) left.add(effect.left);
      if (effect.everything) everything = true;
      if (effect.added !== undefined) for (const number of effect.added) added.add(number);
      // No guard at all is the widest; of several the first counts.
      if (effect.guards !== undefined && (guards === undefined || effect.guards.length === 0)) guards = effect.guards;
      session ??= effect.session;
      if (effect.retags) retags = true;
      if (effect.leaves) leaves = true;
      if (effect.opened !== undefined) opened.add(effect.opened);
      if (effect.lifted !== undefined) lifted.add(effect.lifted);
    }
    const lifts = leaves ? 'left' : `${sorted(opened)}/${sorted(lifted)}`;
    const flags = `${everything ? 'all' : ''}${retags ? ' tags' : ''}`;
    const who = left.size === 0 && session === undefined ? '' : JSON.stringify([[...left].sort(), session ?? null]);
    return `${flags}|${dropped.join(' ')}|${sorted(added)}|${guards?.join(' ') ?? '-'}|${lifts}|${who}`;
  }

  #effectOf(change: Change): Effect {
    let effect = this.#effects.get(change);
    if (effect === undefined) {
      effect = this.#find(change);
      this.#effects.set(change, effect);
    }
    return effect;
  }

  #find(change: Change): Effect {
    const { adds, guards, lifts, drops } = change;
    const numbers = (documents: readonly CompiledDocument[]): readonly number[] =>
      documents.map((document) => this.#numberOf(document));
    const scopeGuard =
      lifts === undefined || lifts.kind === 'leave' ? undefined : this.#scopePolicies.get(lifts.policy);
    return {
      dropped: drops === undefined ? undefined : this.#dropped(drops),
      left: change.leaves,
      everything: adds === 'everything',
      added: adds === undefined || adds === 'everything' ? undefined : numbers(adds),
      guards: guards === undefined ? undefined : numbers(guards),
      session: change.session,
      retags: change.retags === true,
      leaves: lifts?.kind === 'leave',
      opened: lifts?.kind === 'open' ? scopeGuard : undefined,
      lifted: lifts?.kind === 'lift' ? scopeGuard : undefined,
    };
  }

  #dropped(places: NonNullable<Change['drops']>): readonly number[] {
    const words: number[] = new Array<number>(this.#words).fill(0);
    for (const [index, { policy, attachment }] of this.#held.grants.entries()) {
      const isDropped = places.some(
        (place) => place.policy === policy.id && (place.node === attachment.node || place.node === EVERY_PLACE),
      );
      if (isDropped) words[index >>> 5]! |= 1 << (index & 31);
    }
    return words;
  }

  #numberOf(document: CompiledDocument): number {
    let number = this.#numbers.get(document);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(document, number);
    }
    return number;
  }
}

function sorted(numbers: ReadonlySet<number>): string {
  if (numbers.size < 2) return numbers.size === 0 ? '' : [...numbers].join('');
  return [...numbers].sort((left, right) => left - right).join(' ');
}
