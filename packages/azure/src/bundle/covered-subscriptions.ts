import type { AzureInput } from './azure-input.ts';

const SUBSCRIPTION = /^\/subscriptions\/([^/]{1,100})/i;

/** Every subscription that an input lists, or that a resource or assignment of it lies in. */
function subscriptionsOf(input: AzureInput): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (id: string): void => {
    const name = SUBSCRIPTION.exec(id)?.[1];
    if (name !== undefined) found.add(name.toLowerCase());
  };
  for (const { subscriptionId } of input.subscriptions?.items ?? []) found.add(subscriptionId.toLowerCase());
  for (const { id } of input.resources?.items ?? []) note(id);
  for (const { scope } of input.roleAssignments?.items ?? []) note(scope);
  return found;
}

/**
 * Whether inputs that hold a list hold it for all of them: role assignments of one subscription say nothing of another, while a bundle of
 * the directory needs none of its own.
 */
export class CoveredSubscriptions {
  readonly #inputs: readonly AzureInput[];
  readonly #subscriptions: ReadonlyMap<AzureInput, ReadonlySet<string>>;

  constructor(inputs: readonly AzureInput[]) {
    this.#inputs = inputs;
    this.#subscriptions =
      inputs.length < 2 ? new Map() : new Map(inputs.map((input) => [input, subscriptionsOf(input)] as const));
  }

  /** True where some input `has` it, and every other one is about subscriptions of such an input only. */
  hold(has: (input: AzureInput) => boolean): boolean {
    const holding = this.#inputs.filter(has);
    if (holding.length === this.#inputs.length || holding.length === 0) return holding.length > 0;
    return this.#inputs
      .filter((input) => !has(input))
      .every((input) =>
        [...(this.#subscriptions.get(input) ?? [])].every((name) =>
          holding.some((one) => this.#subscriptions.get(one)?.has(name)),
        ),
      );
  }
}
