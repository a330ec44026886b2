import type { CollectClock } from './collect-clock.ts';

/** How far a collection has come; `Detail` is what a part may say of itself. */
export interface CollectEvent<Detail = never> {
  /** What is read now: an account, a project, an organization. */
  readonly owner: string;
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
  readonly detail?: Detail;
}

/** Calls after which the latest event is told again. */
const CALLS_TOLD = 20;

/** Counts parts and calls, and tells whoever wants to know. */
export class CollectProgress<Detail = never> {
  readonly #clock: CollectClock;
  readonly #tell: (event: CollectEvent<Detail>) => void;
  readonly #began: number;
  #done = 0;
  /** Finished by an earlier run: they took this one no time. */
  #before = 0;
  #total = 0;
  #calls = 0;
  #now: { readonly owner: string; readonly part: string } | undefined;

  constructor(clock: CollectClock, tell: ((event: CollectEvent<Detail>) => void) | undefined) {
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

  /** Notes that a call was made; tells of it now and then, since a part may take thousands. */
  called(): void {
    this.#calls += 1;
    if (this.#calls % CALLS_TOLD === 0 && this.#now !== undefined) this.begin(this.#now.owner, this.#now.part);
  }

  /** Notes that a part is being read. */
  begin(owner: string, part: string, detail?: Detail): void {
    this.#now = { owner, part };
    const worked = this.#done - this.#before;
    const left = this.#total - this.#done;
    const elapsed = this.#clock.milliseconds() - this.#began;
    this.#tell({
      owner,
      part,
      done: this.#done,
      total: this.#total,
      callsMade: this.#calls,
      ...(worked === 0 ? {} : { millisecondsLeft: Math.round((elapsed / worked) * left) }),
      ...(detail === undefined ? {} : { detail }),
    });
  }

  /** Notes that a part is finished; `before`: by an earlier run. */
  end(owner: string, part: string, before: boolean): void {
    this.#done += 1;
    if (before) this.#before += 1;
    this.begin(owner, part);
  }
}
