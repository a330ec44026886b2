import { intersects } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import { FALSE, or, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { AccessCatalogue, AccessClass } from './access-class.ts';
import { chooseResources } from './caller-choice.ts';

/** Actions tried before a negative answer is called unknown. */
const MOST_TRIED = 24;

/** Answers which classes of access a caller has to resources of its zone that the input does not list. */
export class UnboundedAccess {
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #now: number;
  readonly #bits: Map<AccessClass, Uint32Array> = new Map();

  constructor(model: AuthorizationModel, provider: ProviderModel, access: AccessCatalogue, now: number) {
    this.#model = model;
    this.#provider = provider;
    this.#now = now;
    const words = (provider.catalogue.names.length + 31) >>> 5;
    for (let index = 0; index < provider.catalogue.names.length; index += 1) {
      const accessClass = access.classOf(provider.catalogue.names[index]!);
      let bits = this.#bits.get(accessClass);
      if (bits === undefined) {
        bits = new Uint32Array(words);
        this.#bits.set(accessClass, bits);
      }
      bits[index >>> 5]! |= 1 << (index & 31);
    }
  }

  /** Whether some action of the class is allowed on some resource the caller may name. */
  truth(principalClass: PrincipalClass, accessClass: AccessClass): Truth {
    const bits = this.#bits.get(accessClass);
    if (bits === undefined) return FALSE;
    let truth: Truth = principalClass.grantUnknown ? UNKNOWN : FALSE;
    const asked = new Set<number>();
    for (const statement of principalClass.allow) {
      const named = statement.actions.bits;
      if (!intersects(named, bits)) continue;
      for (let word = 0; word < bits.length; word += 1) {
        for (let both = named[word]! & bits[word]!; both !== 0; both &= both - 1) {
          const index = word * 32 + (31 - Math.clz32(both & -both));
          if (asked.has(index)) continue;
          // Many actions of a class, all denied so far: an answer is not worth the search, and is not claimed.
          if (asked.size === MOST_TRIED) return or(truth, UNKNOWN);
          asked.add(index);
          truth = or(truth, this.#allowed(principalClass, this.#provider.catalogue.names[index]!));
          if (truth === TRUE) return TRUE;
        }
      }
    }
    return truth;
  }

  #allowed(principalClass: PrincipalClass, action: string): Truth {
    const question = {
      model: this.#model,
      provider: this.#provider,
      class: principalClass,
      facts: principalClass.facts,
      context: new Map(),
      now: this.#now,
    };
    return chooseResources(question, [action]).truth;
  }
}
