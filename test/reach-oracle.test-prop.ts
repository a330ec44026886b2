import { awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { countReached, deriveReach, searchReach } from '@keyreach/core/reach';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NaiveOracle } from './oracle/naive-reach.ts';
import { randomEstate } from './oracle/random-accounts.ts';

const time = '2026-01-01T00:00:00.000Z';
const now = Date.parse(time);
const runs = Number(process.env['KEYREACH_ORACLE_RUNS'] ?? 1000);

describe('derivation', () => {
  test(`finds what asking every technique of every pair finds, on ${runs} random estates`, () => {
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
  }, 600_000);
});
