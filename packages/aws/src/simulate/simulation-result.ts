import type { Verdict } from '@keyreach/core/authz';
import type { Certainty } from '@keyreach/core/graph';
import type { PolicyPlace } from './policy-set.ts';
import type { PolicyPart } from './simulated-policies.ts';
import type { GuardrailState } from './simulation-estate.ts';

/**
 * The parts of a decision that can each block it (aws.md 1.3): an explicit deny of any policy, a rule of the service
 * itself, and for implicit denies the layer that lacks an Allow. `session-kind`: what the kind of session can do at all.
 */
export type SimulationLayer =
  | 'explicit-deny'
  | 'service-rule'
  | 'identity'
  | 'boundary'
  | 'session-policy'
  | 'session-kind'
  | 'scp'
  | 'rcp'
  | 'resource-policy'
  | 'vpc-endpoint';

/** A statement, or a policy that cannot be read, that took part in the decision. */
export interface SimulationReason {
  readonly layer: SimulationLayer;
  readonly effect: 'allow' | 'deny' | 'unreadable';
  readonly policy: PolicyPlace;
  /** Place of the statement in the policy, from 0; absent for a policy that cannot be read. */
  readonly statement?: number;
  readonly sid?: string;
  /** How surely the statement applies: `allow` for sure, `conditional` by request context, `unknown` by missing facts. */
  readonly certainty: Certainty;
  /** Condition keys it depends on that nothing tells, as written in the policy. */
  readonly dependsOn: readonly string[];
  /** Why it is not decided, where a reason beyond keys is known. */
  readonly note?: string;
}

/** The answer to one request, with everything behind it (aws.md 1.1). Plain data. */
export interface SimulationResult {
  /**
   * `allow` and `deny` hold for every request that looks like this one; `conditional` depends on context that is not given;
   * `unknown` lacks a policy or fact that would decide.
   */
  readonly verdict: Verdict;
  /** What decided: `allow`, or the first layer, in the order of {@link SimulationLayer}, that does not let it pass. */
  readonly decidedBy: 'allow' | SimulationLayer;
  /** Statements that match, or may match. */
  readonly reasons: readonly SimulationReason[];
  /** Every layer that does not let the request pass, or not for sure. Empty for `allow`. */
  readonly blockedBy: readonly SimulationLayer[];
  /** Condition keys that would decide what is open, as written in the policies; give them as context. */
  readonly missingContext: readonly string[];
  /** Which parts of the policies took part. What is `not given` is not the same as what is known to be absent. */
  readonly guardrails: Readonly<Record<PolicyPart, GuardrailState>>;
  /** What was taken for granted because the request does not say. */
  readonly assumptions: readonly string[];
}
