import { CHANGED, type ChangedTarget, type ChangedTargets } from './changed-targets.ts';
import type { Changes } from './changes.ts';
import type { Derivation } from './derivation.ts';
import type { CallerState } from './reach-model.ts';
import type { Caller } from './target-decisions.ts';
import type { Asking, Yields } from './yields.ts';

/**
 * What one identity can do once another one, held as well, has changed a target: its tags (aws.md 2.3.1, resource-tag-abac), or its
 * policy (aws.md 2.3.5). What whoever changes it gains itself is found with its rows ({@link Yields.deriveOpened}).
 */
export class ChangedGains {
  readonly targets: ChangedTargets;
  readonly #derivation: Derivation;
  readonly #changes: Changes;
  readonly #yields: Yields;
  /** By target, for callers that were asked about: the round in which one was found to gain, `NO_GAIN` for the others. */
  readonly #asked: Map<ChangedTarget, Map<CallerState, number>> = new Map();
  /** By target: how many callers were found to gain before this round. */
  readonly #gainers: Map<ChangedTarget, { readonly round: number; readonly before: number; now: number }> = new Map();
  #round = 0;

  constructor(derivation: Derivation, targets: ChangedTargets, changes: Changes, yields: Yields) {
    this.#derivation = derivation;
    this.targets = targets;
    this.#changes = changes;
    this.#yields = yields;
  }

  /** What comes to light from now on is new. */
  nextRound(): void {
    this.#round += 1;
  }

  /** How many callers were found to gain by a target in earlier rounds. */
  gainersOf(target: ChangedTarget): number {
    const found = this.#gainers.get(target);
    if (found === undefined) return 0;
    return found.round === this.#round ? found.before : found.now;
  }

  /** Whether a caller may gain by what another one has changed. */
  mayGain({ class: of }: CallerState): boolean {
    return !this.targets.isEmpty && (of.hasChosenTags || this.targets.ofAnybody);
  }

  /** Whether all that anybody of its zone may gain by a target is there already. */
  isSettled({ id, zone, gains }: ChangedTarget, isThere: (node: number) => boolean): boolean {
    return gains.every((row) => {
      const universe = this.#derivation.universeOf(row.technique, zone);
      const at = universe?.indexOf(id) ?? -1;
      if (universe === undefined || at < 0) return true;
      // It stores nothing that leads on.
      const { graph } = this.#derivation.model;
      if (row.technique.yields === 'become-stored' && graph.outgoing(id, 'stores').length === 0) return true;
      const leaf = this.#yields.knownLeaf(universe, row, at);
      return leaf !== undefined && isThere(leaf);
    });
  }

  /** Follows what a caller can do to a target that was changed; true where that is new in this round. */
  follow(target: ChangedTarget, state: CallerState): boolean {
    const { class: of } = state;
    if (of.provider !== target.rows.model.semantics.provider) return false;
    if (!of.hasChosenTags && !target.ofAnybody) return false;
    if (of.zone !== target.zone && !target.fromElsewhere) return false;
    let asked = this.#asked.get(target);
    if (asked === undefined) {
      asked = new Map();
      this.#asked.set(target, asked);
    }
    let round = asked.get(state);
    if (round === undefined) {
      round = this.#gains(target, state) ? this.#round : NO_GAIN;
      if (round !== NO_GAIN) this.#count(target);
      asked.set(state, round);
    }
    return round === this.#round;
  }

  #count(target: ChangedTarget): void {
    const found = this.#gainers.get(target);
    if (found?.round === this.#round) found.now += 1;
    else this.#gainers.set(target, { round: this.#round, before: found?.now ?? 0, now: (found?.now ?? 0) + 1 });
  }

  #gains({ id, node: changed, rows, change, gains }: ChangedTarget, state: CallerState): boolean {
    const { class: of, facts } = state;
    const caller: Caller = { class: of, facts, anyMember: false };
    let node: number | undefined;
    for (const row of gains) {
      const universe = this.#derivation.universeOf(row.technique, of.zone);
      const at = universe?.indexOf(id) ?? -1;
      if (universe === undefined || at < 0) continue;
      const asking: Asking = { node: -1, caller, class: of, row, rows, universe, within: [at, at + 1] };
      const gained = this.#yields.gainsOnce(asking, change);
      if (gained === undefined) continue;
      if (node === undefined) {
        node = this.#changes.newFace(`once ${CHANGED}`, id);
        this.#derivation.builder.joint(state.node, changed, node);
      }
      this.#yields.emitGains({ ...asking, node }, gained);
    }
    return node !== undefined;
  }
}

const NO_GAIN = -1;
