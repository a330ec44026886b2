import type { PrincipalClass } from '../authz/principal-class.ts';

/** Classes for which something is kept: those of a zone are asked about together, and their states after them. */
const KEPT = 512;

/**
 * Keeps something for the classes that were asked about last. There may be hundreds of thousands of them, and what was found for
 * one is seldom of use once others have come.
 */
export class KeptByClass<Value> {
  readonly #values: Map<PrincipalClass, Value> = new Map();
  readonly #find: (principalClass: PrincipalClass) => Value;
  #last: PrincipalClass | undefined;
  #lastValue: Value | undefined;

  /** `find` must give the same every time. */
  constructor(find: (principalClass: PrincipalClass) => Value) {
    this.#find = find;
  }

  /** What belongs to a class; found anew where it was not kept. */
  of(principalClass: PrincipalClass): Value {
    if (principalClass === this.#last) return this.#lastValue!;
    let value = this.#values.get(principalClass);
    if (value === undefined) {
      value = this.#find(principalClass);
      this.#values.set(principalClass, value);
      for (const oldest of this.#values.keys()) {
        if (this.#values.size <= KEPT) break;
        this.#values.delete(oldest);
      }
    }
    this.#last = principalClass;
    this.#lastValue = value;
    return value;
  }
}
