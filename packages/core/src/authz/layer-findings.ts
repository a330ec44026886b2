import type { NodeId } from '../graph/model.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import { type DecisionLayer, neededTruth } from './decide.ts';
import { type Citation, citationOf, type DecisionTrace } from './decision-trace.ts';
import type { HeldPolicy } from './principal-class.ts';
import { resourcePolicies } from './resource-side.ts';
import type { ConditionRequest } from './semantics.ts';
import { unionTruth } from './statement-truth.ts';
import { TRUE, type Truth, type Verdict, verdictOf } from './truth.ts';

/** More policies than this are not listed for one layer; `policyCount` counts all. */
const MOST_POLICIES = 12;

/**
 * How one part of a decision came out. Guards are told one by one: each boundary or session policy, and each scope with its
 * union of guards.
 */
export interface LayerFinding {
  readonly layer: DecisionLayer;
  /** Whether this part lets the request pass. For `explicit-deny`: whether no deny applies. */
  readonly outcome: Verdict;
  /** The scope, for guards of scopes. */
  readonly scope?: NodeId;
  /** The policies that were asked, at most twelve. */
  readonly policies: readonly Citation[];
  readonly policyCount: number;
  /**
   * Set where the guards of scopes do not apply: the `scope` (management account) or the principal, which the provider
   * manages itself, stands outside them.
   */
  readonly exempt?: 'scope' | 'provider-managed';
  /** Set for guards that form one union wherever they are placed: one of those that apply must let the request pass. */
  readonly union?: true;
  /** The action that must be allowed for anything else to be, where the kind of session asks for one (aws.md 5.2). */
  readonly needs?: string;
}

/** A part of a decision with the policies asked, for those who look further. */
export interface JudgedLayer {
  readonly finding: LayerFinding;
  readonly truth: Truth;
  readonly held: readonly HeldPolicy[];
}

/** The request of a trace, as conditions see it. */
export function requestOf({ query, context }: DecisionTrace): ConditionRequest {
  return { principal: query.principal, action: query.action.name, resource: query.resource, context, now: query.now };
}

/** Every part of a decision in the order of aws.md 1.3. */
export function judgedLayers(model: AuthorizationModel, trace: DecisionTrace): readonly JudgedLayer[] {
  const { query } = trace;
  const found: JudgedLayer[] = [];
  const recorded = (layer: DecisionLayer): Truth | undefined => trace.layers.find((one) => one.layer === layer)?.truth;
  const add = (
    layer: DecisionLayer,
    truth: Truth,
    held: readonly HeldPolicy[],
    more: Partial<LayerFinding> = {},
  ): void => {
    found.push({ finding: { ...findingOf(trace, layer, truth, held), ...more }, truth, held });
  };
  const speaking = (layer: DecisionLayer): readonly HeldPolicy[] =>
    trace.policies.filter((one) => one.layers.includes(layer)).map((one) => one.held);

  const rule = recorded('service-rule');
  if (rule !== undefined) add('service-rule', rule, []);
  const denied = recorded('explicit-deny');
  if (denied !== undefined) add('explicit-deny', denied, []);
  for (const level of resourcePolicies(model, query).levels) {
    add('resource-scope-guard', passTruth(level, 'resource-scope-guard', trace), level, scopeOf(level));
  }
  if (query.class !== undefined) {
    const exempt = exemption(model, trace);
    if (exempt !== undefined) add('principal-scope-guard', TRUE, [], exempt);
    for (const level of scopeGuardsOf(model, trace))
      add('principal-scope-guard', passTruth(level, 'principal-scope-guard', trace), level, scopeOf(level));
    const grant = recorded('identity-grant');
    if (grant !== undefined) add('identity-grant', grant, speaking('identity-grant'));
    const guards = speaking('identity-guard');
    for (const guard of guards)
      if (!isUnited(guard)) add('identity-guard', passTruth([guard], 'identity-guard', trace), [guard]);
    const united = guards.filter(isUnited);
    if (united.length > 0) add('identity-guard', passTruth(united, 'identity-guard', trace), united, { union: true });
    const needs = query.principal.session?.needs;
    if (needs !== undefined) add('identity-guard', neededTruth(model, query), [], { needs });
  }
  const resource = recorded('resource-grant');
  if (resource !== undefined) add('resource-grant', resource, spokenFirst(trace, speaking('resource-grant')));
  return found;
}

/** Of more policies than are listed, those first that let the principal in. */
function spokenFirst({ seen }: DecisionTrace, held: readonly HeldPolicy[]): readonly HeldPolicy[] {
  if (held.length <= MOST_POLICIES) return held;
  const spoke = new Set(seen.flatMap((one) => (one.layer === 'resource-grant' ? (one.held?.attachment ?? []) : [])));
  const isSpeaker = ({ attachment }: HeldPolicy): boolean => spoke.has(attachment);
  return [...held.filter(isSpeaker), ...held.filter((one) => !isSpeaker(one))];
}

function isUnited({ attachment }: HeldPolicy): boolean {
  return attachment.union === true;
}

function findingOf(
  { query }: DecisionTrace,
  layer: DecisionLayer,
  truth: Truth,
  held: readonly HeldPolicy[],
): LayerFinding {
  return {
    layer,
    outcome: verdictOf(truth),
    policies: held.slice(0, MOST_POLICIES).map((one) => citationOf(one, undefined, query.principal)),
    policyCount: held.length,
  };
}

function scopeOf(level: readonly HeldPolicy[]): Partial<LayerFinding> {
  const scope = level[0]?.attachment.node;
  return scope === undefined ? {} : { scope };
}

function scopeGuardsOf(model: AuthorizationModel, { query }: DecisionTrace): readonly (readonly HeldPolicy[])[] {
  const { node } = query.principal;
  return model.graph.identity(node.id) === undefined ? [] : model.holdingsOf(node).scopeGuards;
}

/** Whether guards of scopes would be asked but for who the principal is (aws.md 1.2). */
function exemption(model: AuthorizationModel, { query }: DecisionTrace): Partial<LayerFinding> | undefined {
  const { node, scopes } = query.principal;
  if (node.providerManaged === true) return { exempt: 'provider-managed' };
  const scope = scopes.find((one) => one.attributes?.['exemptFromScopeGuards'] === true);
  if (scope === undefined || model.graph.identity(node.id) === undefined) return undefined;
  return { exempt: 'scope', scope: scope.id };
}

/** Whether one of the allow statements of a union of guards matches. */
function passTruth(level: readonly HeldPolicy[], layer: DecisionLayer, trace: DecisionTrace): Truth {
  const documents = level.map((held) => held.document);
  return unionTruth(documents, requestOf(trace), trace.query.action, layer, undefined);
}
