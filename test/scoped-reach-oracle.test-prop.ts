import { gcpSemantics } from '@keyreach/gcp/offline';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { practiceAccess, practiceScoped } from './oracle/practice-scoped.ts';
import { randomProjects } from './oracle/random-projects.ts';
import { scopedAgrees } from './oracle/scoped-agrees.ts';

const runs = Number(process.env['KEYREACH_ORACLE_RUNS'] ?? 25);
const now = Date.parse('2026-01-01T00:00:00.000Z');

describe('derivation down a tree of scopes', () => {
  test(`finds what asking every technique of every pair finds, on ${runs} estates`, () => {
    let found = 0;
    fc.assert(
      fc.property(randomProjects, fc.constantFrom('', '', 'service-account', 'federated-subject'), (graph, closed) => {
        found += scopedAgrees({
          graph,
          // Some identities may be ones that nothing can be granted to.
          semantics: { ...gcpSemantics, mayBeGranted: ({ type }) => type !== closed },
          catalogue: practiceScoped,
          access: practiceAccess,
          now,
        });
      }),
      { numRuns: runs },
    );
    expect(found).toBeGreaterThan(runs * 10);
  }, 900_000);
});
