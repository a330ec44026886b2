import type { GcpInput } from './gcp-input.ts';

const HIERARCHY = /^\/\/cloudresourcemanager\.googleapis\.com\/((?:organizations|folders|projects)\/[^/]+)$/;

/** Every project, folder and organization that the assets of an input are in. */
function containersOf({ assets }: GcpInput): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<readonly string[]>();
  for (const { name, ancestors } of assets?.items ?? []) {
    const own = HIERARCHY.exec(name)?.[1];
    if (own !== undefined) found.add(own);
    if (seen.has(ancestors)) continue;
    seen.add(ancestors);
    for (const one of ancestors) found.add(one);
  }
  return found;
}

/** The containers that nothing in the input is above. */
function topmostOf({ assets }: GcpInput): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { name, ancestors } of assets?.items ?? []) {
    const top = ancestors.at(-1) ?? HIERARCHY.exec(name)?.[1];
    if (top !== undefined) found.add(top);
  }
  return found;
}

/**
 * Whether inputs that hold something hold it for all of them: a list of one organization says nothing of another, while
 * exported assets beside a bundle of the same organization need no list of their own.
 */
export class CoveredContainers {
  readonly #inputs: readonly GcpInput[];
  readonly #containers: Map<GcpInput, ReadonlySet<string>> = new Map();
  readonly #topmost: Map<GcpInput, ReadonlySet<string>> = new Map();

  constructor(inputs: readonly GcpInput[]) {
    this.#inputs = inputs;
    if (inputs.length < 2) return;
    for (const input of inputs) {
      this.#containers.set(input, containersOf(input));
      this.#topmost.set(input, topmostOf(input));
    }
  }

  /** True where some input `has` it, and every other one is about containers of such an input only. */
  hold(has: (input: GcpInput) => boolean): boolean {
    const holding = this.#inputs.filter(has);
    if (holding.length === this.#inputs.length || holding.length === 0) return holding.length > 0;
    return this.#inputs
      .filter((input) => !has(input))
      .every((input) =>
        [...(this.#topmost.get(input) ?? [])].every((top) =>
          holding.some((one) => this.#containers.get(one)?.has(top)),
        ),
      );
  }
}
