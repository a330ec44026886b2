import { CONDITIONAL, TRUE, UNKNOWN } from '../authz/truth.ts';
import type { Certainty, NodeId } from '../graph/model.ts';
import type { AccessClass } from '../reach/access-class.ts';
import type { ReachModel } from '../reach/derive.ts';
import { reachNodeKinds } from '../reach/reach-graph.ts';
import { type ReachSearch, searchReach } from '../reach/reach-search.ts';

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

/** Everything one node of the reach graph leads to, sorted by id within each kind. */
export interface ReachSummary {
  readonly identities: readonly Reached[];
  readonly workloads: readonly Reached[];
  readonly zones: readonly Reached[];
  readonly accesses: readonly ReachedLeaf[];
  /** The search behind a certainty. */
  search(certainty: Certainty): ReachSearch;
}

const leastOf: Readonly<Record<Certainty, number>> = { allow: TRUE, conditional: CONDITIONAL, unknown: UNKNOWN };

/** Searches a reach graph from one node at every level of certainty and collects what is found. */
export function summarizeReach(reach: ReachModel, start: number): ReachSummary {
  const searches: Readonly<Record<Certainty, ReachSearch>> = {
    allow: searchReach(reach.graph, start, leastOf.allow),
    conditional: searchReach(reach.graph, start, leastOf.conditional),
    unknown: searchReach(reach.graph, start, leastOf.unknown),
  };
  const identities: Reached[] = [];
  const workloads: Reached[] = [];
  const zones: Reached[] = [];
  const accesses: ReachedLeaf[] = [];
  const { kinds, refs } = reach.graph;
  for (let node = 0; node < reach.graph.nodeCount; node += 1) {
    const nearest = searches.unknown.distance[node]!;
    if (nearest < 0) continue;
    const kind = reachNodeKinds[kinds[node]!]!;
    if (kind !== 'identity' && kind !== 'workload' && kind !== 'zone-control' && kind !== 'access') continue;
    const certainty: Certainty =
      searches.allow.distance[node]! >= 0
        ? 'allow'
        : searches.conditional.distance[node]! >= 0
          ? 'conditional'
          : 'unknown';
    const found = { node, certainty, distance: searches[certainty].distance[node]!, nearest };
    const ref = refs[node]!;
    switch (kind) {
      case 'identity':
        identities.push({ ...found, id: reach.identities[ref]!.id });
        break;
      case 'workload':
        workloads.push({ ...found, id: reach.workloads[ref]! });
        break;
      case 'zone-control':
        zones.push({ ...found, id: reach.zones[ref]! });
        break;
      case 'access': {
        const leaf = reach.accesses[ref]!;
        accesses.push({ ...found, id: leaf.resource, class: leaf.class, unbounded: leaf.unbounded });
        break;
      }
    }
  }
  for (const list of [identities, workloads, zones]) list.sort(byId);
  accesses.sort((left, right) => byId(left, right) || compare(left.class ?? '', right.class ?? ''));
  return { identities, workloads, zones, accesses, search: (certainty) => searches[certainty] };
}

function byId(left: Reached, right: Reached): number {
  return compare(left.id, right.id);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
