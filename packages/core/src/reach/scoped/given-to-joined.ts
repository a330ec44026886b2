import type { Recipients } from '../../authz/semantics.ts';
import { FALSE, or, type Truth } from '../../authz/truth.ts';
import type { Derivation } from '../derivation.ts';
import type { ScopedRules } from './scoped-rules.ts';
import type { ScopedTokens, Token } from './scoped-tokens.ts';

/** What following it takes of a derivation. */
export interface GivingEstate {
  readonly rules: ScopedRules;
  readonly tokens: ScopedTokens;
}

/** What can be given to the same groups. */
interface ToGroups {
  readonly to: Recipients;
  readonly given: Token[];
  /** Reached by whoever can join one of them; undefined where nobody can so far. */
  any: number | undefined;
}

/** What can be given to a group can be given to whoever joins it: so to anybody, by who can do both. */
export class GivenToJoined {
  readonly #derivation: Derivation;
  readonly #estate: GivingEstate;
  readonly #isFree: (join: Token) => boolean;
  readonly #byRecipients: Map<number, ToGroups> = new Map();
  readonly #joins: Token[] = [];
  #seen = 0;

  /** `isFree`: whether to join takes nothing away from anybody. */
  constructor(derivation: Derivation, estate: GivingEstate, isFree: (join: Token) => boolean) {
    this.#derivation = derivation;
    this.#estate = estate;
    this.#isFree = isFree;
  }

  /** Follows what is new since the last time. */
  follow(): void {
    const { list } = this.#estate.tokens;
    const fresh = list.slice(this.#seen);
    this.#seen = list.length;
    for (const token of fresh) {
      if (token.kind === 'join') this.#addJoin(token);
      else if (token.given?.to !== undefined) this.#addGiven(token, token.given.to);
    }
  }

  #addJoin(join: Token): void {
    if (!this.#isFree(join)) return;
    this.#joins.push(join);
    for (const one of this.#byRecipients.values()) this.#join(one, join);
  }

  #addGiven(token: Token, to: Recipients): void {
    const { recipients } = this.#estate.rules.limits;
    if (!recipients.looksAtGroups(to)) return;
    const number = recipients.numberOf(to);
    let one = this.#byRecipients.get(number);
    if (one === undefined) {
      one = { to, given: [], any: undefined };
      this.#byRecipients.set(number, one);
      for (const join of this.#joins) this.#join(one, join);
    }
    one.given.push(token);
    if (one.any !== undefined) this.#give(token, one.any);
  }

  #join(one: ToGroups, { ids, node }: Token): void {
    const { builder, model } = this.#derivation;
    const { graph } = model;
    let truth: Truth = FALSE;
    for (const id of ids) {
      const group = graph.identity(id);
      if (group === undefined) continue;
      const around = graph.groupsOf(id).map((outer) => outer.id);
      truth = or(truth, this.#estate.rules.limits.recipients.truth(one.to, model.factsOf(group), around));
    }
    if (truth === FALSE) return;
    if (one.any === undefined) {
      one.any = builder.node('hub', -1);
      for (const token of one.given) this.#give(token, one.any);
    }
    builder.edge(node, one.any, truth);
  }

  #give({ given, ids, on, node }: Token, any: number): void {
    const giving = { policies: given?.policies, to: undefined, number: 'joined' } as const;
    this.#derivation.builder.joint(node, any, this.#estate.tokens.nodeOf('given', ids, on, giving));
  }
}
