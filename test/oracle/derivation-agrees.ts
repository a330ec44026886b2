import { AuthorizationModel, type ProviderSemantics, UNKNOWN } from '@keyreach/core/authz';
import { type Graph, GraphIndex, type NodeId } from '@keyreach/core/graph';
import {
  type AccessCatalogue,
  countReached,
  deriveReach,
  type ReachModel,
  reachNodeKinds,
  searchReach,
  startNode,
  type TechniqueCatalogue,
} from '@keyreach/core/reach';
import fc from 'fast-check';
import { expect } from 'vitest';
import { NaiveOracle, TooManyChanges } from './naive-reach.ts';

/** The time at which random estates are looked at. */
export const time = '2026-01-01T00:00:00.000Z';
const now = Date.parse(time);

/** In which languages estates are asked about. */
export interface Comparison {
  readonly semantics: ProviderSemantics;
  readonly catalogue: TechniqueCatalogue;
  readonly access?: AccessCatalogue;
}

/** What the estates of a run held, so that a test can tell whether they were worth asking about. */
export interface Coverage {
  /** Estates that were compared. */
  readonly compared: number;
  /** Estates left out, since an identity can be changed in more ways than are combined. */
  readonly leftOut: number;
  /** Identities reached beside the source, at all levels together. */
  readonly reached: number;
  /** Estates in which a row with the yield works for somebody who does not control the zone anyway, by yield. */
  readonly yields: ReadonlyMap<string, number>;
}

/**
 * Holds the derivation to the naive oracle on `runs` random estates: identities, workloads, controlled zones, access and
 * counts, from every identity and every credential, at every level of certainty.
 */
export function derivationAgreesWithOracle(
  runs: number,
  estates: fc.Arbitrary<Graph>,
  comparison: Comparison,
): Coverage {
  const yields = new Map<string, number>();
  let compared = 0;
  let leftOut = 0;
  let reached = 0;
  fc.assert(
    fc.property(estates, (estate) => {
      const [reach, oracle] = prepare(estate, comparison);
      const many = combinesMany(reach);
      try {
        if (!many) reached += compare(reach, oracle);
      } catch (error) {
        if (!(error instanceof TooManyChanges)) throw error;
        leftOut += 1;
        return;
      }
      if (many) leftOut += 1;
      else compared += 1;
      for (const one of oracle.effects.exercised) yields.set(one, (yields.get(one) ?? 0) + 1);
    }),
    { numRuns: runs },
  );
  return { compared, leftOut, reached, yields };
}

/** Whether something can be changed in more ways than are combined in every way (doc comment of `MOST_OPTIONS`). */
function combinesMany({ graph }: ReachModel): boolean {
  return graph.targets.some(
    (to, edge) => reachNodeKinds[graph.kinds[to]!] === 'elevated' && graph.certainty[edge] === UNKNOWN,
  );
}

/** The same for one estate; gives how many identities were reached beside the sources. */
export function compareOne(estate: Graph, comparison: Comparison): number {
  return compare(...prepare(estate, comparison));
}

function prepare(estate: Graph, { semantics, catalogue, access }: Comparison): readonly [ReachModel, NaiveOracle] {
  const model = new AuthorizationModel(new GraphIndex(estate), [semantics]);
  const reach = deriveReach(model, [catalogue], { now, ...(access === undefined ? {} : { access: [access] }) });
  return [reach, new NaiveOracle(model, catalogue, now, access)];
}

function compare(reach: ReachModel, oracle: NaiveOracle): number {
  const { graph } = reach.model;
  const all = Int32Array.from(reach.identities.keys());
  const sources: NodeId[] = [
    ...reach.identities.filter((one) => one.type !== 'group').map((one) => one.id),
    ...graph.credentials.map((one) => one.id),
  ];
  let reached = 0;
  for (const least of [3, 2, 1] as const) {
    const starts = sources.map((id) => startNode(reach, id) ?? -1);
    const known = Int32Array.from(starts.filter((start) => start >= 0));
    const [counts] = countReached(reach.graph, least, known, [{ nodes: all }]);
    let at = 0;
    for (const [index, source] of sources.entries()) {
      const start = startOf(reach, source, starts[index]!);
      if (start === undefined) continue;
      const where = `${source} at ${least}`;
      const expected = oracle.reach(source, least);
      const search = searchReach(reach.graph, start, least);
      const isReached = (node: number): boolean => search.distance[node]! >= 0;
      const identities = reach.identities.filter((_, node) => isReached(node)).map((one) => one.id);
      const nodes = (kind: string): readonly number[] =>
        [...reach.graph.kinds.keys()].filter(
          (node) => reachNodeKinds[reach.graph.kinds[node]!] === kind && isReached(node),
        );
      const workloads = nodes('workload').map((node) => reach.workloads[reach.graph.refs[node]!]!);
      const zones = [...reach.zoneControl].filter(([, node]) => isReached(node)).map(([id]) => id);
      const accesses = nodes('access')
        .map((node) => reach.accesses[reach.graph.refs[node]!]!)
        .flatMap((leaf) => (leaf.class === undefined ? [] : [`${leaf.resource} ${leaf.class}`]));
      expect({
        where,
        identities: identities.sort(),
        zones: zones.sort(),
        workloads: workloads.sort(),
        accesses: accesses.sort(),
      }).toEqual({
        where,
        identities: [...expected.identities].sort(),
        zones: [...expected.zones].sort(),
        workloads: [...expected.workloads].sort(),
        accesses: [...expected.accesses].sort(),
      });
      if (starts[index]! >= 0) {
        expect(counts![at], `count of ${where}`).toBe(expected.identities.size);
        at += 1;
      }
      reached += identities.length;
    }
  }
  return reached - sources.length;
}

/** Where the search for what a source reaches starts; a credential without a node of its own is its identity. */
function startOf(reach: ReachModel, source: NodeId, start: number): number | undefined {
  if (start >= 0) return start;
  const [edge] = reach.model.graph.outgoing(source, 'authenticates');
  return edge === undefined ? undefined : startNode(reach, edge.to);
}
