import { awsInputFromObjects, awsSemantics, normalizeAws } from '@keyreach/aws/offline';
import { AuthorizationModel, can, type Verdict, whoCan } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideNaively, type RawEstate, type RawRequest, words } from './oracle/naive-decision.ts';
import {
  type Asked,
  askedEstates,
  callersOf,
  randomChange,
  recased,
  renamed,
  reordered,
  split,
  withBoundary,
  withDocuments,
  withIdentityStatement,
  withScpStatement,
} from './oracle/random-decisions.ts';

const time = '2026-01-01T00:00:00.000Z';
const now = Date.parse(time);
const seed = process.env['KEYREACH_SEED'];
const runs = (numRuns: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
});

function modelOf(estate: RawEstate): AuthorizationModel {
  return new AuthorizationModel(new GraphIndex(normalizeAws(awsInputFromObjects(estate), { now: time })), [awsSemantics]);
}

const query = ({ principal, action, resource, context }: RawRequest): Parameters<typeof can>[1] => ({
  principal,
  action,
  resource,
  context: new Map(Object.entries(context)),
  now,
});

const verdict = (model: AuthorizationModel, request: RawRequest): Verdict => can(model, query(request)).verdict;
const strength = (one: Verdict): number => words.indexOf(one);

/** Verdicts on the requests before and after a change of the estate. */
function beforeAndAfter(
  { estate, requests }: Asked,
  changed: RawEstate,
): readonly { readonly request: RawRequest; readonly before: Verdict; readonly after: Verdict }[] {
  const [old, next] = [modelOf(estate), modelOf(changed)];
  return requests.map((request) => ({ request, before: verdict(old, request), after: verdict(next, request) }));
}

describe('a decision', () => {
  test('is what reading the policies one by one says', () => {
    const seen = new Map<string, number>(words.map((word) => [word, 0]));
    fc.assert(
      fc.property(askedEstates(20), ({ estate, requests }) => {
        const model = modelOf(estate);
        for (const request of requests) {
          const expected = words[decideNaively(estate, request)];
          expect(verdict(model, request), JSON.stringify(request)).toBe(expected);
          seen.set(expected, seen.get(expected)! + 1);
        }
      }),
      runs(500),
    );
    // The estates must be worth asking about.
    for (const word of words) expect(seen.get(word), word).toBeGreaterThan(300);
  });

  test('is the same for everybody asked at once and one by one', () => {
    fc.assert(
      fc.property(askedEstates(4), ({ estate, requests }) => {
        const model = modelOf(estate);
        const everybody = model.graph.identities.filter((one) => one.type !== 'group').map((one) => one.id);
        expect(everybody).toEqual(expect.arrayContaining([...callersOf(estate)]));
        for (const { action, resource, context } of requests) {
          const found = whoCan(model, { action, resource, context: new Map(Object.entries(context)), now });
          const listed = Object.fromEntries(found.map(({ id, certainty }) => [id, certainty]));
          const asked = everybody
            .map((principal) => [principal, verdict(model, { principal, action, resource, context })] as const)
            .filter(([, answer]) => answer !== 'deny');
          expect(listed).toEqual(Object.fromEntries(asked));
          const order = found.map(({ certainty }) => strength(certainty));
          expect(order).toEqual([...order].sort((left, right) => right - left));
        }
      }),
      runs(100),
    );
  });
});

describe('a change of policies', () => {
  test('that adds an Allow never takes away, and one that adds a Deny, an SCP deny or a boundary never gives', () => {
    let moved = 0;
    fc.assert(
      fc.property(askedEstates(12), randomChange, (asked, { allow, deny, boundary }) => {
        for (const { request, before, after } of beforeAndAfter(asked, withIdentityStatement(asked.estate, allow))) {
          expect(strength(after), `allow: ${JSON.stringify(request)}`).toBeGreaterThanOrEqual(strength(before));
          if (before !== after) moved += 1;
        }
        const takes = {
          deny: withIdentityStatement(asked.estate, deny),
          scp: withScpStatement(asked.estate, deny),
          boundary: withBoundary(asked.estate, boundary),
        };
        for (const [what, changed] of Object.entries(takes)) {
          for (const { request, before, after } of beforeAndAfter(asked, changed)) {
            expect(strength(after), `${what}: ${JSON.stringify(request)}`).toBeLessThanOrEqual(strength(before));
            if (before !== after) moved += 1;
          }
        }
      }),
      runs(120),
    );
    expect(moved).toBeGreaterThan(100);
  });

  test('that only rewrites them changes nothing', () => {
    const rewritings: Readonly<Record<string, (estate: RawEstate) => RawEstate>> = {
      reordered: (estate) => withDocuments(estate, reordered),
      renamed: (estate) => withDocuments(estate, renamed),
      recased: (estate) => withDocuments(estate, recased),
      split,
    };
    fc.assert(
      fc.property(askedEstates(12), (asked) => {
        for (const [how, rewrite] of Object.entries(rewritings)) {
          for (const { request, before, after } of beforeAndAfter(asked, rewrite(asked.estate))) {
            expect(after, `${how}: ${JSON.stringify(request)}`).toBe(before);
          }
        }
      }),
      runs(100),
    );
  });
});

test('a key of the request, once known, leaves what was decided as it was', () => {
  const key = 'aws:multifactorauthpresent';
  let settled = 0;
  fc.assert(
    fc.property(askedEstates(15), ({ estate, requests }) => {
      const model = modelOf(estate);
      for (const request of requests) {
        const { [key]: _, ...context } = request.context;
        const open = verdict(model, { ...request, context });
        for (const value of [['true'], ['false'], null]) {
          const known = verdict(model, { ...request, context: { ...context, [key]: value } });
          if (open === 'allow' || open === 'deny') expect(known, JSON.stringify(request)).toBe(open);
          if (open === 'conditional' && known !== open) settled += 1;
        }
      }
    }),
    runs(120),
  );
  expect(settled).toBeGreaterThan(20);
});
