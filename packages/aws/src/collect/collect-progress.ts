import type { CollectClock, PartProgress } from './part.ts';

/** How far a collection has come. */
export interface CollectEvent {
  readonly account: string;
  /** Part that is read now. */
  readonly part: string;
  /** Parts that are finished, and all there are; more become known while the organization is read. */
  readonly done: number;
  readonly total: number;
  /** Calls made so far. */
  readonly callsMade: number;
  /** A guess from the parts so far; absent where none was read yet. */
  readonly millisecondsLeft?: number;
  /** What the part says of itself. */
  readonly detail?: PartProgress;
}

/** Counts parts and calls, and tells whoever wants to know. */
export class CollectProgress {
  readonly #clock: CollectClock;
  readonly #tell: (event: CollectEvent) => void;
  readonly #began: number;
  #done = 0;
  /** Finished by an earlier run: they took this one no time. */
  #before = 0;
  #total = 0;
  #calls = 0;

  constructor(clock: CollectClock, tell: ((event: CollectEvent) => void) | undefined) {
    this.#clock = clock;
    this.#tell = tell ?? (() => undefined);
    this.#began = clock.milliseconds();
  }

  get callsMade(): number {
    return this.#calls;
  }

  /** Notes that there are more parts to read. */
  expect(parts: number): void {
    this.#total += parts;
  }

  called(): void {
    this.#calls += 1;
  }

  /** Notes that a part is being read. */
  begin(account: string, part: string, detail?: PartProgress): void {
    const worked = this.#done - this.#before;
    const left = this.#total - this.#done;
    const elapsed = this.#clock.milliseconds() - this.#began;
    this.#tell({
      account,
      part,
      done: this.#done,
      total: this.#total,
      callsMade: this.#calls,
      ...(worked === 0 ? {} : { millisecondsLeft: Math.round((elapsed / worked) * left) }),
      ...(detail === undefined ? {} : { detail }),
    });
  }

  /** Notes that a part is finished; `before`: by an earlier run. */
  end(account: string, part: string, before: boolean): void {
    this.#done += 1;
    if (before) this.#before += 1;
    this.begin(account, part);
  }
}
