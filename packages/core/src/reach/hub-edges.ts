import { type RangeSet, setKey } from './range-set.ts';
import type { ReachGraphBuilder } from './reach-graph.ts';

/** Ranges up to this length are connected member by member, longer ones through the tree over the universe. */
const SHORT_RANGE = 8;

/**
 * Connects sets of targets so that edges grow with ranges and the logarithm of the universe, not with members: one hub
 * for each distinct set, and one binary tree over each universe whose inner nodes stand for aligned runs of targets.
 */
export class HubEdges {
  readonly #builder: ReachGraphBuilder;
  readonly #hubs: Map<string, number> = new Map();
  readonly #runs: Map<string, number> = new Map();

  constructor(builder: ReachGraphBuilder) {
    this.#builder = builder;
  }

  /**
   * The hub that leads to the members of `set`. `face` tells apart what is done to them, `space` numbers the universe,
   * `leaf` gives the node of a member and `weight` what walking to it costs.
   */
  hub(
    face: string,
    space: number,
    universe: { readonly size: number },
    set: RangeSet,
    leaf: (index: number) => number,
    weight: 0 | 1,
  ): number {
    const key = `${face}\n${space}\n${setKey(set)}`;
    const known = this.#hubs.get(key);
    if (known !== undefined) return known;
    const hub = this.#builder.node('hub', -1);
    this.#hubs.set(key, hub);
    for (let at = 0; at < set.length; at += 2) {
      this.#connect(hub, `${face}\n${space}`, set[at]!, set[at + 1]!, universe.size, leaf, weight);
    }
    return hub;
  }

  #connect(
    from: number,
    tree: string,
    low: number,
    high: number,
    size: number,
    leaf: (index: number) => number,
    weight: 0 | 1,
  ): void {
    let at = low;
    while (at < high) {
      // The largest aligned run that starts here and ends inside.
      let length = 1;
      while (at % (length * 2) === 0 && at + length * 2 <= high && length * 2 <= size) length *= 2;
      if (length <= SHORT_RANGE) {
        for (let index = at; index < at + length; index += 1) this.#builder.edge(from, leaf(index), 3, -1, weight);
      } else {
        this.#builder.edge(from, this.#run(tree, at, length, leaf, weight));
      }
      at += length;
    }
  }

  #run(tree: string, start: number, length: number, leaf: (index: number) => number, weight: 0 | 1): number {
    const key = `${tree}\n${start}\n${length}`;
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const run = this.#builder.node('hub', -1);
    this.#runs.set(key, run);
    if (length <= SHORT_RANGE) {
      for (let index = start; index < start + length; index += 1) this.#builder.edge(run, leaf(index), 3, -1, weight);
    } else {
      const half = length / 2;
      this.#builder.edge(run, this.#run(tree, start, half, leaf, weight));
      this.#builder.edge(run, this.#run(tree, start + half, half, leaf, weight));
    }
    return run;
  }
}
