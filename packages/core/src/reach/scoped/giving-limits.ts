import type { ProviderModel } from '../../authz/authorization-model.ts';
import type { Givable, GivingLimit } from '../../authz/semantics.ts';
import type { GraphIndex } from '../../graph/graph-index.ts';
import type { Condition, NodeId } from '../../graph/model.ts';
import { RecipientRegister } from './recipients.ts';

/** What conditions of an estate let their holders give away, and to whom. */
export class GivingLimits {
  readonly recipients: RecipientRegister;
  readonly #provider: ProviderModel;
  readonly #givable: Givable | undefined;
  readonly #known: Map<string, GivingLimit | undefined> = new Map();

  /** `unread`: groups of which nobody knows all members. */
  constructor(graph: GraphIndex, provider: ProviderModel, unread: ReadonlySet<NodeId>) {
    const { semantics } = provider;
    this.#provider = provider;
    this.#givable = semantics.givable?.(graph);
    this.recipients = new RecipientRegister(graph, unread, semantics.outsider?.(graph).node.id);
    if (semantics.conditions.handsOut === undefined) return;
    // What policies say that somebody may come to be given.
    for (const { provider: of, statements } of graph.graph.documents) {
      if (of !== semantics.provider) continue;
      for (const { condition } of statements) if (condition !== undefined) this.of(condition);
    }
  }

  /** What somebody can give away to whom all of some conditions let do so; undefined: everything. */
  of(...conditions: readonly Condition[]): GivingLimit | undefined {
    const { conditions: language } = this.#provider.semantics;
    const own = conditions.filter((one) => one.language === language.id);
    if (own.length === 0 || language.handsOut === undefined) return undefined;
    const key = own.map(({ body }) => JSON.stringify(body)).join('\n');
    if (this.#known.has(key)) return this.#known.get(key);
    const limit = language.handsOut(
      own.map(({ body }) => body),
      this.#givable,
    );
    for (const { to } of limit?.gives ?? []) if (to !== undefined) this.recipients.add(to);
    this.#known.set(key, limit);
    return limit;
  }
}
