import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledStatement } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import { FALSE, or, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { AccessCatalogue, AccessClass } from './access-class.ts';
import { chooseResources } from './caller-choice.ts';
import { ActionsOfClasses } from './class-actions.ts';

/** Actions tried in search of a proof, where one that may be allowed was found. */
const MOST_TRIED_FOR_PROOF = 24;

/** Actions tried before a negative answer is called unknown. */
const MOST_TRIED = 512;

/** Access of a class to what is not listed, with the action that shows it. */
export interface UnlistedProof {
  readonly truth: Truth;
  readonly action: string | undefined;
}

/**
 * Answers which classes of access a caller has to resources of its zone that the input does not list.
 *
 * Actions that the same statements speak of are seldom told apart, so the first of each such set is asked about before
 * the others: what more statements allow then never hides what fewer did.
 */
export class UnboundedAccess {
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #now: number;
  readonly #bits: Map<AccessClass, Uint32Array> = new Map();
  readonly #actions: ActionsOfClasses;
  readonly #proofs: Map<PrincipalClass, Map<AccessClass, UnlistedProof>> = new Map();

  constructor(model: AuthorizationModel, provider: ProviderModel, access: AccessCatalogue, now: number) {
    this.#model = model;
    this.#provider = provider;
    this.#now = now;
    this.#actions = new ActionsOfClasses(provider.catalogue.names.length, now);
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
    return this.proof(principalClass, accessClass).truth;
  }

  /** The same with the action that shows it; without one where too many would have to be asked about. */
  proof(principalClass: PrincipalClass, accessClass: AccessClass): UnlistedProof {
    let byClass = this.#proofs.get(principalClass);
    if (byClass === undefined) {
      byClass = new Map();
      this.#proofs.set(principalClass, byClass);
    }
    let known = byClass.get(accessClass);
    if (known === undefined) {
      known = this.#prove(principalClass, accessClass);
      byClass.set(accessClass, known);
    }
    return known;
  }

  #prove(principalClass: PrincipalClass, accessClass: AccessClass): UnlistedProof {
    const bits = this.#bits.get(accessClass);
    let truth: Truth = FALSE;
    let action: string | undefined;
    if (bits === undefined) return { truth, action };
    const ask = (index: number): void => {
      const one = this.#allowed(principalClass, index);
      if (one <= truth) return;
      truth = one;
      action = this.#provider.catalogue.names[index];
    };
    // Named by a grant and by every guard, and left by every Deny.
    const candidates = this.#actions.of(principalClass).within;
    const actions: number[] = [];
    for (let word = 0; word < bits.length; word += 1) {
      for (let both = candidates[word]! & bits[word]!; both !== 0; both &= both - 1) {
        const index = word * 32 + (31 - Math.clz32(both & -both));
        if (!this.#needsNoGrant(principalClass, index)) actions.push(index);
      }
    }
    const { first, others } = alikeLast(actions, statementsOf(principalClass));
    for (const index of first) {
      ask(index);
      if (truth === TRUE) return { truth, action };
    }
    let tried = first.length;
    for (const index of others) {
      // An answer is not worth the search, and is not claimed.
      if (truth !== FALSE && tried >= MOST_TRIED_FOR_PROOF) return { truth, action };
      if (tried >= MOST_TRIED) return { truth: or(truth, UNKNOWN), action };
      tried += 1;
      ask(index);
      if (truth === TRUE) return { truth, action };
    }
    return { truth, action };
  }

  /** Whether the service lets anybody of the kind do it, so that it gives access to nothing that is somebody's. */
  #needsNoGrant({ type, zone }: PrincipalClass, index: number): boolean {
    const { semantics, catalogue } = this.#provider;
    const { name, folded } = catalogue.ref(catalogue.names[index]!);
    if (semantics.alwaysAllowed.includes(name)) return true;
    if (!semantics.hasServiceRule(folded)) return false;
    const node = zone === undefined ? undefined : this.#model.graph.node(zone);
    const scope = node?.kind === 'scope' ? node : undefined;
    return semantics.serviceRule(folded, type, '*', scope) === 'no-grant-needed';
  }

  #allowed(principalClass: PrincipalClass, index: number): Truth {
    const question = {
      model: this.#model,
      provider: this.#provider,
      class: principalClass,
      facts: principalClass.facts,
      context: new Map(),
      now: this.#now,
    };
    return chooseResources(question, [this.#provider.catalogue.names[index]!]).truth;
  }
}

function statementsOf({
  allow,
  deny,
  guards,
  sessionGuards,
  scopeGuards,
}: PrincipalClass): readonly CompiledStatement[] {
  const caps = [...guards, ...sessionGuards, ...scopeGuards.flat()];
  return [...allow, ...deny, ...caps.flatMap((document) => document.statements.filter((statement) => statement.allow))];
}

/** Actions in two lists, each in the order given: the first that some set of statements speaks of, and the others. */
function alikeLast(
  actions: readonly number[],
  statements: readonly CompiledStatement[],
): { readonly first: readonly number[]; readonly others: readonly number[] } {
  const seen = new Set<string>();
  const first: number[] = [];
  const others: number[] = [];
  for (const index of actions) {
    const key = statements
      .map(({ actions: { bits } }) => ((bits[index >>> 5]! >>> (index & 31)) & 1 ? '1' : '0'))
      .join('');
    (seen.has(key) ? others : first).push(index);
    seen.add(key);
  }
  return { first, others };
}
