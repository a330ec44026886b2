import { type AuthorizationModel, accessQuery, can, decideQuery, FALSE, verdictOf, whoCan } from '@keyreach/core/authz';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { naivePlacedDecision } from './oracle/naive-placements.ts';
import {
  type PlacedEstate,
  type PlacedRequest,
  placedEstates,
  placedRequests,
  settled,
  treeOf,
} from './oracle/random-placements.ts';

const asked = fc.tuple(placedEstates, fc.array(placedRequests, { minLength: 1, maxLength: 12 }));

function decide(model: AuthorizationModel, request: PlacedRequest): number {
  return decideQuery(model, accessQuery(model, { ...request, now: 0 }));
}

describe('decisions without zones', () => {
  test('are those of the obvious oracle, whatever was decided before', () => {
    const counts = [0, 0, 0, 0];
    fc.assert(
      fc.property(asked, ([estate, requests]) => {
        const model = treeOf(estate).model();
        for (const request of requests) {
          const expected = naivePlacedDecision(estate, request);
          counts[expected]! += 1;
          expect(decide(model, request), JSON.stringify(request)).toBe(expected);
        }
      }),
      { numRuns: 3_000 },
    );
    // Every verdict is met often enough to mean something.
    for (const count of counts) expect(count).toBeGreaterThan(150);
  });

  test('that are sure stay what they are however what is open turns out', () => {
    let sure = 0;
    fc.assert(
      fc.property(asked, fc.infiniteStream(fc.boolean()), ([estate, requests], picks) => {
        const before = treeOf(estate).model();
        const after = treeOf(settled(estate, () => picks.next().value)).model();
        for (const request of requests) {
          const was = decide(before, request);
          if (was !== FALSE && was !== 3) continue;
          sure += 1;
          expect(decide(after, request), JSON.stringify(request)).toBe(was);
        }
      }),
      { numRuns: 400 },
    );
    expect(sure).toBeGreaterThan(1_000);
  });

  test('are explained as they are made, and cite the placements that made them', () => {
    let cited = 0;
    fc.assert(
      fc.property(asked, ([estate, requests]) => {
        const model = treeOf(estate).model();
        for (const request of requests) {
          const answer = can(model, { ...request, now: 0 });
          const truth = naivePlacedDecision(estate, request);
          expect(answer.verdict).toBe(verdictOf(truth));
          const grants = answer.reasons.filter(({ layer }) => layer === 'resource-grant');
          if (answer.verdict === 'allow') expect(grants.some(({ certainty }) => certainty === 'allow')).toBe(true);
          for (const { policy, on, placement } of grants) {
            cited += 1;
            expect(estate.bindings.some(({ role, node }) => role === policy && node === on)).toBe(true);
            expect(placement?.principals?.length).toBeGreaterThan(0);
          }
          if (answer.verdict === 'deny') expect(answer.needs.length).toBeGreaterThan(0);
          else expect(answer.needs).toEqual([]);
        }
      }),
      { numRuns: 250 },
    );
    expect(cited).toBeGreaterThan(200);
  });

  test('do not depend on the order of the input', () => {
    const reversed = (estate: PlacedEstate): PlacedEstate => ({
      ...estate,
      identities: estate.identities.toReversed(),
      memberships: estate.memberships.toReversed(),
      bindings: estate.bindings.toReversed(),
    });
    fc.assert(
      fc.property(asked, ([estate, requests]) => {
        const first = treeOf(estate);
        const second = treeOf(reversed(estate));
        expect(JSON.stringify(second.graph())).toBe(JSON.stringify(first.graph()));
        const [left, right] = [first.model(), second.model()];
        for (const request of requests.toReversed()) decide(right, request);
        for (const request of requests) {
          const query = { ...request, now: 0 };
          expect(JSON.stringify(can(right, query))).toBe(JSON.stringify(can(left, query)));
        }
      }),
      { numRuns: 150 },
    );
  });

  test('are the same for everybody asked at once', () => {
    fc.assert(
      fc.property(asked, ([estate, requests]) => {
        const model = treeOf(estate).model();
        for (const { action, resource } of requests) {
          const listed = new Map(
            whoCan(model, { action, resource, now: 0 }).map(({ id, certainty }) => [id, certainty] as const),
          );
          for (const { id, type } of estate.identities) {
            const verdict = verdictOf(naivePlacedDecision(estate, { principal: id, action, resource }));
            expect(listed.get(id) ?? 'deny').toBe(type === 'group' ? 'deny' : verdict);
          }
        }
      }),
      { numRuns: 120 },
    );
  });
});
