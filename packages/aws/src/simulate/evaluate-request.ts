import { decideQuery, type Verdict, verdictOf } from '@keyreach/core/authz';
import { explainSimulation } from './explain-simulation.ts';
import { readPolicies } from './policy-set.ts';
import { type SimulatedQuery, Simulation } from './prepared-policies.ts';
import { POLICY_PARTS, type SimulatedPolicies } from './simulated-policies.ts';
import type { SimulatedRequest } from './simulated-request.ts';
import type { SimulationResult } from './simulation-result.ts';

/** Prepared policies by the object they were given in, with the lists that it held then. */
const prepared: WeakMap<SimulatedPolicies, { readonly simulation: Simulation; readonly parts: readonly unknown[] }> =
  new WeakMap();

/**
 * Decides one request against given policies and context, with the same engine as estates (aws.md 1.1-1.12): what a policy
 * simulator answers. No graph is needed; nothing is fetched.
 *
 * The verdict is decided at once, everything behind it when it is first read. Policies are read when they are first seen:
 * calls with the same object of policies do not read them again, so a document must not be changed in place in between. For
 * many requests `preparePolicies` says so plainly.
 *
 * Throws a `KeyreachError` for a question that cannot be asked: `bad-request`, `bad-principal`, `bad-action`, `bad-resource`,
 * `bad-context`, `bad-time`, `bad-session`, `bad-policies`. What is wrong inside a policy is no error: the verdict is `unknown`
 * where it could matter, and a reason says what it is.
 *
 * @example
 * ```ts
 * const { verdict, decidedBy } = evaluateRequest(
 *   {
 *     principal: 'arn:aws:iam::111122223333:user/ci',
 *     action: 's3:GetObject',
 *     resource: 'arn:aws:s3:::data/report.csv',
 *     now: '2026-01-01T00:00:00Z',
 *   },
 *   { identity: [{ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:Get*', Resource: '*' } }], scps: [] },
 * );
 * ```
 */
export function evaluateRequest(request: SimulatedRequest, policies: SimulatedPolicies): SimulationResult {
  return new Evaluation(simulationOf(policies).query(request));
}

function simulationOf(policies: SimulatedPolicies): Simulation {
  const known = typeof policies === 'object' && policies !== null ? prepared.get(policies) : undefined;
  if (known !== undefined && isUnchanged(policies, known.parts)) return known.simulation;
  const simulation = new Simulation(readPolicies(policies));
  prepared.set(policies, { simulation, parts: partsOf(policies) });
  return simulation;
}

/** The parts with what their lists hold; two levels deep, as SCPs and RCPs are. */
function partsOf(policies: SimulatedPolicies): readonly unknown[] {
  const parts: unknown[] = [];
  for (const part of POLICY_PARTS) {
    const value = policies[part];
    parts.push(value);
    if (!Array.isArray(value)) continue;
    parts.push(value.length);
    for (const one of value as readonly unknown[]) {
      parts.push(one);
      if (Array.isArray(one)) parts.push(one.length, ...(one as readonly unknown[]));
    }
  }
  return parts;
}

function isUnchanged(policies: SimulatedPolicies, parts: readonly unknown[]): boolean {
  let at = 0;
  for (const part of POLICY_PARTS) {
    const value = policies[part];
    if (parts[at++] !== value) return false;
    if (!Array.isArray(value)) continue;
    if (parts[at++] !== value.length) return false;
    for (const one of value as readonly unknown[]) {
      if (parts[at++] !== one) return false;
      if (!Array.isArray(one)) continue;
      if (parts[at++] !== one.length) return false;
      for (const inner of one as readonly unknown[]) if (parts[at++] !== inner) return false;
    }
  }
  return at === parts.length;
}

/** A result whose evidence is gathered when it is first asked for. */
class Evaluation implements SimulationResult {
  readonly verdict: Verdict;
  readonly #asked: SimulatedQuery;
  #result: SimulationResult | undefined;

  constructor(asked: SimulatedQuery) {
    this.#asked = asked;
    this.verdict = verdictOf(decideQuery(asked.estate.model, asked.query));
  }

  get decidedBy(): SimulationResult['decidedBy'] {
    return this.#explained().decidedBy;
  }

  get reasons(): SimulationResult['reasons'] {
    return this.#explained().reasons;
  }

  get blockedBy(): SimulationResult['blockedBy'] {
    return this.#explained().blockedBy;
  }

  get missingContext(): SimulationResult['missingContext'] {
    return this.#explained().missingContext;
  }

  get guardrails(): SimulationResult['guardrails'] {
    return this.#asked.estate.guardrails;
  }

  get assumptions(): SimulationResult['assumptions'] {
    return this.#explained().assumptions;
  }

  /** Plain data, for `JSON.stringify`. */
  toJSON(): SimulationResult {
    return this.#explained();
  }

  #explained(): SimulationResult {
    this.#result ??= explainSimulation(this.#asked.estate, this.#asked.query, this.#asked.assumptions());
    return this.#result;
  }
}
