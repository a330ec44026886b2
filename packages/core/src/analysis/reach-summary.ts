import { CONDITIONAL, TRUE, UNKNOWN } from '../authz/truth.ts';
import type { Certainty, NodeId } from '../graph/model.ts';
import type { AccessClass } from '../reach/access-class.ts';
import { reachNodeKinds } from '../reach/reach-graph.ts';
import type { ReachModel } from '../reach/reach-model.ts';
import { type ReachSearch, SearchSpace, searchReach } from '../reach/reach-search.ts';

/** Something reached, with the search that proves its certainty. */
export interface Reached {
  /** Node of the reach graph. */
  readonly node: number;
  readonly id: NodeId;
  readonly certainty: Certainty;
  /** Distance on the path that proves the certainty. */
  readonly distance: number;
  /** Distance when nothing excluded is left out; at most `distance`. */
  readonly nearest: number;
}

/** Access leaf reached. `class` absent: any class. */
export interface ReachedLeaf extends Reached {
  readonly class: AccessClass | undefined;
  readonly unbounded: boolean;
}

/** Everything one node of the reach graph leads to. Lists are made when asked for, sorted by id within each kind. */
export interface ReachSummary {
  readonly identities: readonly Reached[];
  readonly workloads: readonly Reached[];
  readonly zones: readonly Reached[];
  readonly accesses: readonly ReachedLeaf[];
  /** The search behind a certainty. */
  search(certainty: Certainty): ReachSearch;
}

const leastOf: Readonly<Record<Certainty, number>> = { allow: TRUE, conditional: CONDITIONAL, unknown: UNKNOWN };

/** Room for the searches of one summary after the other. */
export type SummarySpaces = Readonly<Record<Certainty, SearchSpace>>;

/** Room for summaries of a reach graph. */
export function summarySpaces({ graph: { nodeCount } }: ReachModel): SummarySpaces {
  return {
    allow: new SearchSpace(nodeCount),
    conditional: new SearchSpace(nodeCount),
    unknown: new SearchSpace(nodeCount),
  };
}

/**
 * Searches a reach graph from one node at every level of certainty. With `spaces` a summary is good until the next one that is made
 * in them.
 */
export function summarizeReach(
  reach: ReachModel,
  start: number,
  spaces: SummarySpaces = summarySpaces(reach),
): ReachSummary {
  return new Summary(reach, start, spaces);
}

/** The certainty of a node found by a search over everything not excluded. */
export function certaintyAt(summary: ReachSummary, node: number): Certainty {
  if (summary.search('allow').distance[node]! >= 0) return 'allow';
  return summary.search('conditional').distance[node]! >= 0 ? 'conditional' : 'unknown';
}

class Summary implements ReachSummary {
  readonly #reach: ReachModel;
  readonly #searches: Readonly<Record<Certainty, ReachSearch>>;
  #identities: readonly Reached[] | undefined;
  #others:
    | {
        readonly workloads: readonly Reached[];
        readonly zones: readonly Reached[];
        readonly accesses: readonly ReachedLeaf[];
      }
    | undefined;

  constructor(reach: ReachModel, start: number, spaces: SummarySpaces) {
    this.#reach = reach;
    const search = (certainty: Certainty): ReachSearch =>
      searchReach(reach.graph, start, leastOf[certainty], spaces[certainty]);
    this.#searches = { allow: search('allow'), conditional: search('conditional'), unknown: search('unknown') };
  }

  search(certainty: Certainty): ReachSearch {
    return this.#searches[certainty];
  }

  get identities(): readonly Reached[] {
    if (this.#identities === undefined) {
      const found: Reached[] = [];
      for (const node of this.#searches.unknown.reached) {
        if (node >= this.#reach.identities.length) continue;
        const reached = this.#reached(node, this.#reach.identities[node]!.id);
        if (reached !== undefined) found.push(reached);
      }
      this.#identities = found.sort(byId);
    }
    return this.#identities;
  }

  get workloads(): readonly Reached[] {
    return this.#rest().workloads;
  }

  get zones(): readonly Reached[] {
    return this.#rest().zones;
  }

  get accesses(): readonly ReachedLeaf[] {
    return this.#rest().accesses;
  }

  #rest(): {
    readonly workloads: readonly Reached[];
    readonly zones: readonly Reached[];
    readonly accesses: readonly ReachedLeaf[];
  } {
    if (this.#others !== undefined) return this.#others;
    const workloads: Reached[] = [];
    const zones: Reached[] = [];
    const accesses: ReachedLeaf[] = [];
    for (const node of this.#searches.unknown.reached) {
      const ref = this.#reach.graph.refs[node]!;
      switch (reachNodeKinds[this.#reach.graph.kinds[node]!]) {
        case 'workload':
          workloads.push(this.#reached(node, this.#reach.workloads[ref]!)!);
          break;
        case 'zone-control':
          zones.push(this.#reached(node, this.#reach.zones[ref]!)!);
          break;
        case 'access': {
          const leaf = this.#reach.accesses[ref]!;
          accesses.push({ ...this.#reached(node, leaf.resource)!, class: leaf.class, unbounded: leaf.unbounded });
        }
      }
    }
    workloads.sort(byId);
    zones.sort(byId);
    accesses.sort((left, right) => byId(left, right) || compare(left.class ?? '', right.class ?? ''));
    this.#others = { workloads, zones, accesses };
    return this.#others;
  }

  #reached(node: number, id: NodeId): Reached | undefined {
    const nearest = this.#searches.unknown.distance[node]!;
    if (nearest < 0) return undefined;
    const certainty = certaintyAt(this, node);
    return { node, id, certainty, distance: this.#searches[certainty].distance[node]!, nearest };
  }
}

function byId(left: Reached, right: Reached): number {
  return compare(left.id, right.id);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
