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
  /** By face, and by number of the universe. */
  readonly #trees: Map<string, Map<number, Tree>> = new Map();

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
    const tree = this.#treeOf(face, space);
    const isSingle = set.length === 2;
    const single = isSingle ? set[0]! * MOST_TARGETS + set[1]! : 0;
    const known = isSingle ? tree.single.get(single) : tree.others.get(setKey(set));
    if (known !== undefined) return known;
    const hub = this.#builder.node('hub', -1);
    if (isSingle) tree.single.set(single, hub);
    else tree.others.set(setKey(set), hub);
    for (let at = 0; at < set.length; at += 2) {
      this.#connect(hub, tree, set[at]!, set[at + 1]!, universe.size, leaf, weight);
    }
    return hub;
  }

  #treeOf(face: string, space: number): Tree {
    let trees = this.#trees.get(face);
    if (trees === undefined) {
      trees = new Map();
      this.#trees.set(face, trees);
    }
    let tree = trees.get(space);
    if (tree === undefined) {
      tree = { single: new Map(), others: new Map(), runs: new Map() };
      trees.set(space, tree);
    }
    return tree;
  }

  #connect(
    from: number,
    tree: Tree,
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

  #run(tree: Tree, start: number, length: number, leaf: (index: number) => number, weight: 0 | 1): number {
    const key = start * MOST_TARGETS + length;
    const known = tree.runs.get(key);
    if (known !== undefined) return known;
    const run = this.#builder.node('hub', -1);
    tree.runs.set(key, run);
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

/** More targets than a universe can have: two places still make an exact number. */
const MOST_TARGETS = 2 ** 26;

/** The hubs over one universe for one face. */
interface Tree {
  /** Of single ranges, by where they begin and end. */
  readonly single: Map<number, number>;
  /** Of other sets, by their text. */
  readonly others: Map<string, number>;
  /** Inner nodes, by where their run begins and its length. */
  readonly runs: Map<number, number>;
}
