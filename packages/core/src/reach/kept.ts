import type { PrincipalClass } from '../authz/principal-class.ts';

/**
 * Keeps something for what was asked about last. There may be very much to ask about, and what was found for one thing is seldom
 * of use once others have come.
 */
export class Kept<Key, Value> {
  readonly #most: number;
  readonly #values: Map<Key, Value> = new Map();
  readonly #find: (key: Key) => Value;
  #last: { readonly key: Key; readonly value: Value } | undefined;

  /** `most`: for how many it is kept. `find` must give the same every time. */
  constructor(most: number, find: (key: Key) => Value) {
    this.#most = most;
    this.#find = find;
  }

  /** What belongs to a key; found anew where it was not kept. */
  of(key: Key): Value {
    if (this.#last !== undefined && this.#last.key === key) return this.#last.value;
    let value = this.#values.get(key);
    if (value === undefined) {
      value = this.#find(key);
      this.#values.set(key, value);
      for (const oldest of this.#values.keys()) {
        if (this.#values.size <= this.#most) break;
        this.#values.delete(oldest);
      }
    }
    this.#last = { key, value };
    return value;
  }
}

/** Classes for which something is kept: those of a zone are asked about together, and their states after them. */
const KEPT_CLASSES = 512;

/** Keeps something for the classes that were asked about last: there may be hundreds of thousands of them. */
export class KeptByClass<Value> extends Kept<PrincipalClass, Value> {
  /** `find` must give the same every time. */
  constructor(find: (principalClass: PrincipalClass) => Value) {
    super(KEPT_CLASSES, find);
  }
}
