import type { CollectClock } from '@keyreach/core/collection';

/** Spreads the calls of one method over time: as many at once as a minute allows, then as they come free. */
export class CallRate {
  readonly #clock: CollectClock;
  readonly #perMinute: number;
  #free: number;
  #at: number;
  #waiting: Promise<void> = Promise.resolve();

  constructor(perMinute: number, clock: CollectClock) {
    this.#perMinute = perMinute;
    this.#free = perMinute;
    this.#clock = clock;
    this.#at = clock.milliseconds();
  }

  /** Resolves when a call may be made, in the order they asked. Throws KeyreachError `cancelled`. */
  take(): Promise<void> {
    const mine = this.#waiting.then(() => this.#takeNow());
    this.#waiting = mine.catch(() => undefined);
    return mine;
  }

  async #takeNow(): Promise<void> {
    this.#refill();
    while (this.#free < 1) {
      await this.#clock.sleep(Math.ceil(((1 - this.#free) * 60_000) / this.#perMinute));
      this.#refill();
    }
    this.#free -= 1;
  }

  #refill(): void {
    const now = this.#clock.milliseconds();
    this.#free = Math.min(this.#perMinute, this.#free + ((now - this.#at) * this.#perMinute) / 60_000);
    this.#at = now;
  }
}
