import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { Holdings } from '../authz/principal-class.ts';
import type { NodeId } from '../graph/model.ts';
import { type Change, EVERY_PLACE, type GuardLift, mayDeny } from './change.ts';
import { guardsAfter, together } from './lifted-guards.ts';

/** What an identity is before and after changes, as far as {@link ChangeEffects} has to know it. */
export interface Changeable {
  readonly holdings: Holdings;
  /** Texts that guard it as long as none takes their place. */
  readonly guards: readonly CompiledDocument[];
  /** Whether guards of the scopes around it cap it at all. */
  readonly capped: boolean;
  /** The text that grants everything. */
  readonly everything: CompiledDocument;
  /** Groups it is still in once it has left some. */
  groupsWithout(left: readonly NodeId[]): ReadonlySet<NodeId>;
}

/** What some changes together come to. */
export interface ChangeEffect {
  /** The texts that decide for the identity: equal exactly where those are the same. */
  readonly texts: string;
  /** What is changed of the facts that texts read; equal ones are the same, others need not make a difference. */
  readonly facts: string;
}

/** What one change does to what is held; all else is read off the change. */
interface Parts {
  /** Held policies that go with it, by index. */
  readonly dropped: readonly number[];
  readonly added: readonly number[];
  readonly guards: readonly number[];
}

/** Tells what changes to one identity come to, without making what it turns into. */
export class ChangeEffects {
  readonly #of: Changeable;
  readonly #parts: Map<Change, Parts> = new Map();
  readonly #numbers: Map<string, number> = new Map();
  readonly #denying: boolean[] = [];
  readonly #held: readonly number[];
  readonly #guards: readonly number[];
  readonly #levels: Map<string, string> = new Map();

  constructor(of: Changeable) {
    this.#of = of;
    this.#held = of.holdings.grants.map(({ document }) => this.#numberOf(document));
    this.#guards = of.guards.map((document) => this.#numberOf(document));
  }

  /** The effect of changes made together. */
  of(changes: readonly Change[]): ChangeEffect {
    const dropped = new Set<number>();
    const added: number[] = [];
    const left: NodeId[] = [];
    const lifts: GuardLift[] = [];
    let everything = false;
    let retags = false;
    let session: string | undefined;
    let guards: readonly number[] | undefined;
    for (const change of changes) {
      const parts = this.#partsOf(change);
      for (const index of parts.dropped) dropped.add(index);
      added.push(...parts.added);
      if (change.leaves !== undefined) left.push(change.leaves);
      if (change.lifts !== undefined) lifts.push(change.lifts);
      if (change.adds === 'everything') everything = true;
      if (change.retags === true) retags = true;
      session ??= change.session;
      // No guard at all is the widest; of several the first counts.
      if (change.guards !== undefined && (guards === undefined || parts.guards.length === 0)) guards = parts.guards;
    }
    const groups = left.length === 0 ? undefined : this.#of.groupsWithout(left);
    const grants = new Set<number>();
    const grant = (number: number): void => {
      // Beside a grant of everything, other grants say nothing; what they deny still counts.
      if (!everything || this.#denying[number] === true) grants.add(number);
    };
    for (const [index, { through }] of this.#of.holdings.grants.entries()) {
      if (!dropped.has(index) && (through === undefined || groups?.has(through) !== false)) grant(this.#held[index]!);
    }
    for (const number of added) grant(number);
    return {
      texts: `${everything ? 'all ' : ''}${inOrder(grants)}|${inOrder(guards ?? this.#guards)}|${this.#levelsAfter(lifts)}`,
      facts: `${retags ? 'tags ' : ''}${session ?? ''}`,
    };
  }

  #partsOf(change: Change): Parts {
    let parts = this.#parts.get(change);
    if (parts === undefined) {
      const { drops, adds, guards } = change;
      parts = {
        dropped: drops === undefined ? NONE : this.#dropped(drops),
        added: adds === undefined || adds === 'everything' ? NONE : adds.map((document) => this.#numberOf(document)),
        guards: guards === undefined ? NONE : guards.map((document) => this.#numberOf(document)),
      };
      this.#parts.set(change, parts);
    }
    return parts;
  }

  #dropped(places: NonNullable<Change['drops']>): readonly number[] {
    const found: number[] = [];
    for (const [index, { policy, attachment }] of this.#of.holdings.grants.entries()) {
      const isDropped = places.some(
        (place) => place.policy === policy.id && (place.node === attachment.node || place.node === EVERY_PLACE),
      );
      if (isDropped) found.push(index);
    }
    return found;
  }

  /** The texts of the scopes around it after lifts, level by level. */
  #levelsAfter(lifts: readonly GuardLift[]): string {
    if (lifts.length === 0 || !this.#of.capped) return this.#textOf('', []);
    const key = lifts.some(({ kind }) => kind === 'leave')
      ? 'leave'
      : lifts.map((lift) => (lift.kind === 'leave' ? '' : `${lift.kind} ${lift.policy}`)).join('\n');
    return this.#textOf(key, lifts);
  }

  #textOf(key: string, lifts: readonly GuardLift[]): string {
    let text = this.#levels.get(key);
    if (text === undefined) {
      const { capped, everything, holdings } = this.#of;
      const before = holdings.scopeGuards;
      const levels =
        lifts.length > 0
          ? guardsAfter(before, together(lifts), everything)
          : before.map((level) => level.map(({ document }) => document));
      text = capped ? levels.map((level) => inOrder(level.map((document) => this.#numberOf(document)))).join('/') : '';
      // A level without texts is not the same as no level.
      if (capped) text = `${levels.length}:${text}`;
      this.#levels.set(key, text);
    }
    return text;
  }

  #numberOf(document: CompiledDocument): number {
    let number = this.#numbers.get(document.id);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(document.id, number);
      this.#denying[number] = mayDeny(document);
    }
    return number;
  }
}

const NONE: readonly number[] = [];

/** Numbers in order, each once. */
function inOrder(numbers: Iterable<number>): string {
  return [...new Set(numbers)].sort((left, right) => left - right).join(' ');
}
