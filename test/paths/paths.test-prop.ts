/** Paths of random estates, for every subject and everything it reaches: what every path must keep to (path-rules.ts). */
import { awsAccess, awsInputFromObjects, awsSemantics, awsTechniques, normalizeAws } from '@keyreach/aws/offline';
import { analysisEngine, radiusOf } from '@keyreach/core/analysis';
import { AuthorizationModel } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import { deriveReach } from '@keyreach/core/reach';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomEstate as richEstate } from '../metamorphic/random-estate.ts';
import { randomEstate } from '../oracle/random-accounts.ts';
import { brokenRules, pathsOf } from './path-rules.ts';

const time = '2026-01-01T00:00:00.000Z';
const now = Date.parse(time);
const { KEYREACH_ESTATE_RUNS: given } = process.env;

/** Asks every subject of random estates for its paths; gives how many there were. */
function pathsKeepToTheRules(estates: fc.Arbitrary<Parameters<typeof awsInputFromObjects>[0]>, runs: number): number {
  let paths = 0;
  fc.assert(
    fc.property(estates, (estate) => {
      const graph = new GraphIndex(normalizeAws(awsInputFromObjects(estate), { now: time }));
      const model = new AuthorizationModel(graph, [awsSemantics]);
      const engine = analysisEngine(deriveReach(model, [awsTechniques], { now, access: [awsAccess] }));
      for (const { id, kind, type } of [...graph.identities, ...graph.credentials]) {
        if (kind === 'identity' && type === 'group') continue;
        if (kind === 'credential' && !graph.outgoing(id, 'authenticates').some(({ to }) => graph.identity(to)))
          continue;
        const radius = radiusOf(engine, id, { now });
        paths += pathsOf(radius).length;
        const broken = brokenRules(engine, radius, now);
        expect(broken.slice(0, 3).join('\n')).toBe('');
      }
    }),
    { numRuns: given === undefined ? runs : Number(given), endOnFailure: true },
  );
  return paths;
}

test('design 6: every path of small random accounts opens to the statements behind it', { timeout: 900_000 }, () => {
  expect(pathsKeepToTheRules(randomEstate, 25)).toBeGreaterThan(100);
});

test('design 6: every path of random organizations opens to the statements behind it', { timeout: 900_000 }, () => {
  expect(pathsKeepToTheRules(richEstate, 10)).toBeGreaterThan(20);
});
