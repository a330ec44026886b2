import type { ConditionLanguage, Truth } from '@keyreach/core/authz';
import type { Graph } from '@keyreach/core/graph';
import { gcpSemantics } from '@keyreach/gcp/offline';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { practiceAccess, practiceScoped } from './oracle/practice-scoped.ts';
import { randomProjects } from './oracle/random-projects.ts';
import { scopedAgrees } from './oracle/scoped-agrees.ts';

const runs = Number(process.env['KEYREACH_ORACLE_RUNS'] ?? 25);
const now = Date.parse('2026-01-01T00:00:00.000Z');

const closedTypes = fc.constantFrom('', '', 'service-account', 'federated-subject');
const truths = fc.constantFrom<Truth>(0, 1, 2, 3, 3);

/** To whom a limit lets something be given; `isAny`: any permission. */
interface RandomGiving {
  readonly types: readonly (readonly [type: string, truth: Truth])[];
  /** Identities by their place in the graph. */
  readonly named: readonly (readonly [at: number, truth: Truth])[];
  readonly outsider: Truth;
  readonly isAny: boolean;
}

const randomGiving: fc.Arbitrary<RandomGiving> = fc.record({
  types: fc.array(fc.tuple(fc.constantFrom('user', 'service-account', 'group'), truths), { maxLength: 2 }),
  named: fc.array(fc.tuple(fc.nat(30), truths), { maxLength: 3 }),
  outsider: truths,
  isAny: fc.boolean(),
});

/** Limits of Google Cloud, which say nothing of recipients, with recipients: the same ones for the same conditions. */
function givingTo(graph: Graph, givings: readonly RandomGiving[]): NonNullable<ConditionLanguage['handsOut']> {
  const identities = graph.nodes.filter(({ kind }) => kind === 'identity');
  return (bodies, givable) => {
    const limit = gcpSemantics.conditions.handsOut?.(bodies, givable);
    const giving = givings[JSON.stringify(bodies).length % (givings.length + 1)];
    if (limit === undefined || giving === undefined) return limit;
    const { outsider, isAny } = giving;
    const named = giving.named.map(([at, truth]) => [identities[at % identities.length]!.id, truth] as const);
    const to = { types: new Map(giving.types), named: new Map(named), outsider };
    return { ...limit, gives: limit.gives.map(({ policies }) => ({ policies: isAny ? undefined : policies, to })) };
  };
}

describe('derivation down a tree of scopes', () => {
  test(`finds what asking every technique of every pair finds, on ${runs} estates`, () => {
    let found = 0;
    fc.assert(
      fc.property(randomProjects, closedTypes, fc.array(randomGiving, { maxLength: 3 }), (graph, closed, givings) => {
        found += scopedAgrees({
          graph,
          // Some identities may be ones that nothing can be granted to; what is limited may be so to some recipients as well.
          semantics: {
            ...gcpSemantics,
            mayBeGranted: ({ type }) => type !== closed,
            conditions: { ...gcpSemantics.conditions, handsOut: givingTo(graph, givings) },
          },
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
