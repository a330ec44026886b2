import type { Certainty } from '../graph/model.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from './compiled-document.ts';
import type { DecisionLayer, DecisionQuery } from './decide.ts';
import { type Citation, citationOf, citing, type DecisionTrace, traceDecision } from './decision-trace.ts';
import { globOfInstance } from './glob-intersection.ts';
import { openMembership } from './matcher-name.ts';
import type { HeldPolicy } from './principal-class.ts';
import type { PrincipalFacts } from './semantics.ts';
import { type Truth, type Verdict, verdictOf } from './truth.ts';

/** A statement, or a missing text, that took part in a decision; what every number and hop can be opened to. */
export interface Reason extends Citation {
  /** The part of the decision it belongs to. */
  readonly layer: DecisionLayer;
  readonly effect: 'allow' | 'deny' | 'unreadable';
  /** How surely it applies. */
  readonly certainty: Certainty;
  /** Request-time keys it depends on. */
  readonly dependsOn: readonly string[];
  /** Set where the statement has a condition, whether or not it is decided. */
  readonly conditioned?: true;
  /** Why it is only `unknown`, where a reason is known. */
  readonly note?: string;
}

/** A decision with everything behind it. */
export interface Explanation {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** Layers that do not let the request pass, or not for sure. Empty for `allow`. */
  readonly blockedBy: readonly DecisionLayer[];
  /** Values the caller can choose that the verdict rests on, key → values; null for a key left out. */
  readonly chosen: Readonly<Record<string, readonly string[] | null>>;
  /** What was taken for granted because the input does not say. */
  readonly assumptions: readonly string[];
}

/** Decides a query and says which statements of which policies decided it. */
export function explain(model: AuthorizationModel, query: DecisionQuery): Explanation {
  return explanationOf(traceDecision(model, query));
}

/** What took part in a decision, as evidence. */
export function explanationOf(trace: DecisionTrace): Explanation {
  const { truth, seen, missing, layers, policies, assumptions, query } = trace;
  const reasons: Reason[] = [];
  for (const { layer, statement, truth: how, held } of seen) {
    for (const one of citing(policies, statement.document, layer, held))
      reasons.push(reasonOf(query, layer, one, statement, how));
  }
  for (const { layer, document, held } of missing) {
    for (const one of citing(policies, document, layer, held))
      reasons.push(unreadableReason(query, layer, one, document));
  }
  const blocked = truth === 3 ? [] : layers.filter((one) => one.truth <= truth).map((one) => one.layer);
  return {
    verdict: verdictOf(truth),
    reasons: unique(reasons),
    blockedBy: blocked,
    chosen: chosenKeys(trace),
    assumptions,
  };
}

/** The keys the caller chose that a statement which took part reads, by name. */
function chosenKeys({ query, context, seen }: DecisionTrace): Explanation['chosen'] {
  const chosen: Record<string, readonly string[] | null> = {};
  const fresh = query.provider.semantics.conditions.freshValue;
  for (const [key, value] of [...context].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (query.context.has(key) || !dependsOnKey(seen, key)) continue;
    chosen[key] =
      value === null ? null : value.map((one) => (one === fresh ? 'any other value' : globOfInstance(one, fresh)));
  }
  return chosen;
}

function dependsOnKey(seen: DecisionTrace['seen'], key: string): boolean {
  return seen.some(({ statement }) => statement.chosen.some((one) => one.key === key));
}

function reasonOf(
  { principal, provider }: DecisionQuery,
  layer: DecisionLayer,
  held: HeldPolicy | undefined,
  statement: CompiledStatement,
  truth: Truth,
): Reason {
  const { role, condition } = held?.attachment ?? {};
  const placed =
    role === 'resource-grant' && condition !== undefined ? provider.compiler.condition(condition) : undefined;
  const keys = [...(statement.condition?.requestKeys ?? []), ...(placed?.requestKeys ?? [])];
  const note =
    statement.undecidable ??
    statement.condition?.undecidable ??
    placed?.undecidable ??
    (truth === 3 ? undefined : membershipNote(held, statement, principal));
  return {
    layer,
    effect: statement.allow ? 'allow' : 'deny',
    ...citationOf(held, statement, principal),
    certainty: truth === 3 ? 'allow' : truth === 2 ? 'conditional' : 'unknown',
    dependsOn: truth === 3 ? [] : [...new Set(keys)],
    ...(statement.statement.condition === undefined && condition === undefined ? {} : { conditioned: true }),
    ...(note === undefined ? {} : { note }),
  };
}

/** Why it is open whether a rule means a principal; undefined where it is not. */
export function membershipNote(
  held: HeldPolicy | undefined,
  { statement }: CompiledStatement,
  principal: PrincipalFacts,
): string | undefined {
  const group = openMembership(statement.principals ?? held?.attachment.principals, principal);
  return group === undefined ? undefined : `the input does not tell for sure who is in \`${group}\``;
}

function unreadableReason(
  { principal }: DecisionQuery,
  layer: DecisionLayer,
  held: HeldPolicy | undefined,
  document: CompiledDocument,
): Reason {
  return {
    layer,
    effect: 'unreadable',
    ...citationOf(held, undefined, principal),
    certainty: 'unknown',
    dependsOn: [],
    ...(document.unreadable === undefined ? {} : { note: document.unreadable }),
  };
}

function unique(reasons: readonly Reason[]): readonly Reason[] {
  const byKey = new Map(reasons.map((reason) => [JSON.stringify(reason), reason]));
  return [...byKey.values()];
}
