import type { Certainty, NodeId } from '../graph/model.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from './compiled-document.ts';
import { type DecisionLayer, type DecisionQuery, type DecisionRecorder, explainQuery } from './decide.ts';
import type { HeldPolicy } from './principal-class.ts';
import { type Truth, type Verdict, verdictOf } from './truth.ts';

/** A statement, or a missing text, that took part in a decision; what every number and hop can be opened to. */
export interface Reason {
  /** The part of the decision it belongs to. */
  readonly layer: DecisionLayer;
  readonly effect: 'allow' | 'deny' | 'unreadable';
  /** Policy id, name and kind, as the graph has them. */
  readonly policy: string;
  readonly policyName: string;
  readonly policyType: string;
  /** Position of the statement in the policy, from 0; absent for a text that could not be read. */
  readonly statement?: number;
  readonly sid?: string;
  /** The node the policy is attached to. */
  readonly on: NodeId;
  /** The group that passes the policy on. */
  readonly through?: NodeId;
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
  const seen: { layer: DecisionLayer; statement: CompiledStatement; truth: Truth }[] = [];
  const missing: { layer: DecisionLayer; document: CompiledDocument }[] = [];
  const layers: { layer: DecisionLayer; truth: Truth }[] = [];
  const assumptions: string[] = [];
  const recorder: DecisionRecorder = {
    statement: (layer, statement, truth) => seen.push({ layer, statement, truth }),
    unreadable: (layer, document) => missing.push({ layer, document }),
    layer: (layer, truth) => layers.push({ layer, truth }),
    assume: (text) => assumptions.push(text),
  };
  const { truth, context } = explainQuery(model, query, recorder);
  const held = heldPolicies(model, query);
  const reasons: Reason[] = [];
  for (const { layer, statement, truth: how } of seen) {
    for (const one of citing(held, statement.document, layer)) reasons.push(reasonOf(layer, one, statement, how));
  }
  for (const { layer, document } of missing) {
    for (const one of citing(held, document, layer)) reasons.push(unreadableReason(layer, one, document));
  }
  const chosen: Record<string, readonly string[] | null> = {};
  for (const [key, value] of [...context].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (query.context.has(key) || !dependsOnKey(seen, key)) continue;
    const fresh = query.provider.semantics.conditions.freshValue;
    chosen[key] = value === null ? null : value.map((one) => (one === fresh ? 'any other value' : one));
  }
  const blocked = truth === 3 ? [] : layers.filter((one) => one.truth <= truth).map((one) => one.layer);
  return { verdict: verdictOf(truth), reasons: unique(reasons), blockedBy: blocked, chosen, assumptions };
}

function dependsOnKey(seen: readonly { readonly statement: CompiledStatement }[], key: string): boolean {
  return seen.some(({ statement }) => statement.condition?.chosen.some((one) => one.key === key) === true);
}

interface Cited {
  readonly held: HeldPolicy | undefined;
  readonly layers: readonly DecisionLayer[];
}

/** Every policy that can take part in a decision, with the layers it can speak in. */
function heldPolicies(model: AuthorizationModel, query: DecisionQuery): readonly Cited[] {
  const cited: Cited[] = [];
  const add = (held: readonly HeldPolicy[], ...layers: DecisionLayer[]): void => {
    for (const one of held) cited.push({ held: one, layers });
  };
  if (query.class !== undefined && model.graph.identity(query.principal.node.id) !== undefined) {
    const holdings = model.holdingsOf(query.principal.node);
    add(holdings.grants, 'identity-grant', 'explicit-deny');
    add(holdings.guards, 'identity-guard', 'explicit-deny');
    for (const level of holdings.scopeGuards) add(level, 'principal-scope-guard', 'explicit-deny');
  }
  const node = query.resource.node;
  if (node !== undefined) {
    add(
      model.grantsOn(node.id).map((grant) => grant.held),
      'resource-grant',
      'explicit-deny',
    );
    for (const level of model.resourceGuardsOn(node)) add(level, 'resource-scope-guard', 'explicit-deny');
  }
  return cited;
}

function citing(
  cited: readonly Cited[],
  document: CompiledDocument,
  layer: DecisionLayer,
): readonly (HeldPolicy | undefined)[] {
  const found = cited
    .filter((one) => one.held?.document.id === document.id && one.layers.includes(layer))
    .map((one) => one.held);
  // A text nobody holds in the graph is one the principal gave itself on the way.
  return found.length === 0 ? [undefined] : found;
}

function reasonOf(
  layer: DecisionLayer,
  held: HeldPolicy | undefined,
  statement: CompiledStatement,
  truth: Truth,
): Reason {
  const note = statement.undecidable ?? statement.condition?.undecidable;
  return {
    layer,
    effect: statement.allow ? 'allow' : 'deny',
    ...source(held),
    statement: statement.statement.index,
    ...(statement.statement.sid === undefined ? {} : { sid: statement.statement.sid }),
    certainty: truth === 3 ? 'allow' : truth === 2 ? 'conditional' : 'unknown',
    dependsOn: truth === 3 ? [] : (statement.condition?.requestKeys ?? []),
    ...(statement.statement.condition === undefined ? {} : { conditioned: true }),
    ...(note === undefined ? {} : { note }),
  };
}

function unreadableReason(layer: DecisionLayer, held: HeldPolicy | undefined, document: CompiledDocument): Reason {
  return {
    layer,
    effect: 'unreadable',
    ...source(held),
    certainty: 'unknown',
    dependsOn: [],
    ...(document.unreadable === undefined ? {} : { note: document.unreadable }),
  };
}

function source(
  held: HeldPolicy | undefined,
): Pick<Reason, 'policy' | 'policyName' | 'policyType' | 'on'> & { readonly through?: NodeId } {
  if (held === undefined)
    return { policy: 'added', policyName: 'permission added on the way', policyType: 'added', on: '' };
  return {
    policy: held.policy.id,
    policyName: held.policy.name,
    policyType: held.policy.type,
    on: held.attachment.node,
    ...(held.through === undefined ? {} : { through: held.through }),
  };
}

function unique(reasons: readonly Reason[]): readonly Reason[] {
  const byKey = new Map(reasons.map((reason) => [JSON.stringify(reason), reason]));
  return [...byKey.values()];
}
