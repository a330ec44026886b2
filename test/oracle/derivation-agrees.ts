import { awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { countReached, deriveReach, reachNodeKinds, searchReach } from '@keyreach/core/reach';
import fc from 'fast-check';
import { expect } from 'vitest';
import { NaiveOracle } from './naive-reach.ts';
import { randomEstate } from './random-accounts.ts';

const time = '2026-01-01T00:00:00.000Z';
const now = Date.parse(time);
/**
 * Holds the derivation to the naive oracle on `runs` random estates: identities, workloads, controlled zones and counts,
 * at every level of certainty. `KEYREACH_SEED` repeats a run.
 */
export function derivationAgreesWithOracle(runs: number): void {
  let found = 0;
  fc.assert(
    fc.property(randomEstate, (estate) => {
      const index = new GraphIndex(normalizeAws(awsInputFromObjects(estate), { now: time }));
      const model = new AuthorizationModel(index, [awsSemantics]);
      const reach = deriveReach(model, [awsTechniques], { now });
      const oracle = new NaiveOracle(model, awsTechniques, now);
      const all = Int32Array.from(reach.identities.keys());
      for (const least of [3, 2, 1] as const) {
        const [counts] = countReached(reach.graph, least, all, [{ nodes: all }]);
        for (const [node, identity] of reach.identities.entries()) {
          if (identity.type === 'group') continue;
          const expected = oracle.reach(identity.id, least);
          const search = searchReach(reach.graph, node, least);
          const identities = reach.identities.filter((_, at) => search.distance[at]! >= 0).map((one) => one.id);
          expect(identities, `${identity.id} at ${least}`).toEqual([...expected.identities].sort());
          expect(counts![node], `count of ${identity.id} at ${least}`).toBe(expected.identities.size);
          const zones = [...reach.zoneControl].filter(([, at]) => search.distance[at]! >= 0).map(([id]) => id);
          const workloads = [...reach.graph.kinds.keys()]
            .filter((at) => reachNodeKinds[reach.graph.kinds[at]!] === 'workload' && search.distance[at]! >= 0)
            .map((at) => reach.workloads[reach.graph.refs[at]!]!);
          expect(workloads.sort(), `workloads of ${identity.id} at ${least}`).toEqual([...expected.workloads].sort());
          expect(zones.sort(), `zones of ${identity.id} at ${least}`).toEqual([...expected.zones].sort());
          found += identities.length - 1;
        }
      }
    }),
    {
      numRuns: runs,
      ...(process.env['KEYREACH_SEED'] === undefined ? {} : { seed: Number(process.env['KEYREACH_SEED']) }),
    },
  );
  // The estates must be worth asking about.
  expect(found).toBeGreaterThan(runs);
}
