import { AS_IT_IS, type Modifications, type ScopedCaller } from './scoped-caller.ts';
import type { ActingPrincipal, ScopedCallers } from './scoped-callers.ts';
import { type Token, withToken } from './scoped-tokens.ts';

/** Changes of the estate that one attacker can make, all of which only ever give more. */
export class AddedChanges {
  readonly changed: Modifications;
  readonly #byKind: Map<ScopedCaller, ScopedCaller> = new Map();

  constructor(tokens: readonly Token[]) {
    this.changed = tokens.reduce<Modifications>((so, token) => withToken(so, token), AS_IT_IS);
  }

  /** A caller that has nothing but what the changes give. `bare`: the caller of its kind that has nothing at all. */
  givenTo(acting: ActingPrincipal, bare: ScopedCaller, callers: ScopedCallers): ScopedCaller {
    let given = this.#byKind.get(bare);
    if (given === undefined) {
      given = callers.of({ ...acting, isBare: true }, this.changed);
      this.#byKind.set(bare, given);
    }
    return given;
  }
}
