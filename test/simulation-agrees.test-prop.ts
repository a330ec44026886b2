import {
  awsInputFromObjects,
  awsSemantics,
  evaluateRequest,
  normalizeAws,
  preparePolicies,
} from '@keyreach/aws/offline';
import { AuthorizationModel, can } from '@keyreach/core/authz';
import { GraphIndex } from '@keyreach/core/graph';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RawRequest, words } from './oracle/naive-decision.ts';
import { type Asked, askedEstates } from './oracle/random-decisions.ts';
import { simulatedFacts } from './oracle/simulated-facts.ts';

const time = '2026-01-01T00:00:00.000Z';
const now = Date.parse(time);
const runs = (numRuns: number): { readonly numRuns: number } => ({
  numRuns: Math.min(numRuns, Number(process.env['KEYREACH_ORACLE_RUNS'] ?? numRuns)),
});

/** In an estate callers choose the service they pass a role to and the region they call; a given request has chosen. */
const decided = (request: RawRequest): RawRequest => ({
  ...request,
  context: {
    'iam:passedtoservice': ['lambda.amazonaws.com'],
    'aws:requestedregion': ['eu-west-1'],
    ...request.context,
  },
});

/** Nobody lists the keys of another account; a simulation takes the resource as it is given. */
function isAskedAtHome({ principal, action, resource }: RawRequest): boolean {
  return action !== 'kms:ListKeys' || resource === '*' || resource.split(':')[4] === principal.split(':')[4];
}

function modelOf({ estate }: Asked): AuthorizationModel {
  const graph = normalizeAws(awsInputFromObjects(estate), { now: time });
  return new AuthorizationModel(new GraphIndex(graph), [awsSemantics]);
}

describe('a simulated request (aws.md 1.1-1.12)', () => {
  test('is decided as in an estate that holds the same policies and facts', () => {
    const seen = new Map<string, number>(words.map((word) => [word, 0]));
    fc.assert(
      fc.property(askedEstates(40), (asked) => {
        const model = modelOf(asked);
        for (const request of asked.requests.map(decided).filter(isAskedAtHome)) {
          const { principal, action, resource } = request;
          const context = new Map(Object.entries(request.context));
          const expected = can(model, { principal, action, resource, context, now }).verdict;
          const facts = simulatedFacts(asked.estate, request);
          const result = evaluateRequest(facts.request, facts.policies);
          expect(result.verdict, JSON.stringify(facts)).toBe(expected);
          seen.set(expected, seen.get(expected)! + 1);
        }
      }),
      runs(100),
    );
    if (process.env['KEYREACH_ORACLE_RUNS'] !== undefined) return;
    // The requests must be worth asking about.
    for (const word of words) expect(seen.get(word), word).toBeGreaterThan(40);
  });

  test('explains the verdict that it gives, and what blocks it', () => {
    fc.assert(
      fc.property(askedEstates(6), ({ estate, requests }) => {
        for (const request of requests) {
          const facts = simulatedFacts(estate, request);
          const prepared = preparePolicies(facts.policies);
          const result = prepared.explain(facts.request);
          expect(result.verdict).toBe(prepared.evaluate(facts.request));
          expect(result.blockedBy.length === 0).toBe(result.verdict === 'allow');
          expect(result.decidedBy).toBe(result.verdict === 'allow' ? 'allow' : result.blockedBy[0]);
          if (result.decidedBy === 'explicit-deny') {
            expect(result.reasons.some(({ effect }) => effect !== 'allow')).toBe(true);
          }
          expect(JSON.parse(JSON.stringify(evaluateRequest(facts.request, facts.policies)))).toEqual(result);
        }
      }),
      runs(60),
    );
  });

  test('is decided the same whatever was asked before', () => {
    fc.assert(
      fc.property(askedEstates(8), fc.nat(), ({ estate, requests }, from) => {
        const all = requests.map((request) => simulatedFacts(estate, request));
        const { policies } = all[from % all.length]!;
        const prepared = preparePolicies(policies);
        const first = all.map(({ request }) => prepared.evaluate(request));
        const again = [...all].reverse().map(({ request }) => prepared.evaluate(request));
        const fresh = all.map(({ request }) => evaluateRequest(request, { ...policies }).verdict);
        expect(again.reverse()).toEqual(first);
        expect(fresh).toEqual(first);
      }),
      runs(60),
    );
  });
});
