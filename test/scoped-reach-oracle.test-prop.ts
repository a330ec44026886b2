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
      fc.property(randomProjects, (graph) => {
        found += scopedAgrees({
          graph,
          semantics: gcpSemantics,
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
