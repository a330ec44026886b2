import {
  CONDITIONAL,
  type CompiledDocument,
  type ConditionRequest,
  type DecisionLayer,
  type DecisionQuery,
  type Explanation,
  explain,
  FALSE,
  type Reason,
  resourceSideOf,
  statementTruth,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';
import { keyReference } from '../authz/key-reference.ts';
import { keysOfStatement } from './policy-keys.ts';
import type { PolicyPlace } from './policy-set.ts';
import { ENDPOINT, SESSION, type SimulationEstate } from './simulation-estate.ts';
import type { SimulationLayer, SimulationReason, SimulationResult } from './simulation-result.ts';

/** Everything behind the decision on one query. `assumptions`: what reading the request took for granted. */
export function explainSimulation(
  estate: SimulationEstate,
  query: DecisionQuery,
  assumptions: readonly string[],
): SimulationResult {
  const explanation = explain(estate.model, query);
  const reasons = explanation.reasons.filter(isTelling).map((reason) => reasonOf(reason, estate, query));
  const blocked = layersOf(explanation, estate, query);
  const missing = new Map<string, string>();
  for (const key of reasons.flatMap(({ dependsOn }) => dependsOn)) {
    const lower = key.toLowerCase();
    if (!missing.has(lower)) missing.set(lower, key);
  }
  return {
    verdict: explanation.verdict,
    decidedBy: explanation.verdict === 'allow' ? 'allow' : (blocked[0] ?? 'explicit-deny'),
    reasons,
    blockedBy: blocked,
    missingContext: [...missing].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, key]) => key),
    guardrails: estate.guardrails,
    assumptions: [...new Set([...estate.assumptions, ...assumptions])],
  };
}

const ORDER: readonly SimulationLayer[] = [
  'explicit-deny',
  'service-rule',
  'identity',
  'boundary',
  'session-policy',
  'session-kind',
  'scp',
  'rcp',
  'resource-policy',
  'vpc-endpoint',
];

/** The engine's layers in the terms of AWS; guards that it joins are asked one by one. */
function layersOf(
  { blockedBy, verdict, reasons }: Explanation,
  estate: SimulationEstate,
  query: DecisionQuery,
): readonly SimulationLayer[] {
  const worst: Truth = verdict === 'deny' ? FALSE : verdict === 'unknown' ? UNKNOWN : CONDITIONAL;
  const layers = new Set<SimulationLayer>();
  const ask = (policies: readonly { readonly id: string; readonly document: CompiledDocument }[]): boolean => {
    let found = false;
    for (const [layer, documents] of grouped(policies)) {
      if (!documents.some((level) => guardTruth(level, query) <= worst)) continue;
      layers.add(layer);
      found = true;
    }
    return found;
  };
  for (const layer of blockedBy) {
    switch (layer) {
      case 'identity-guard': {
        const { guards } = estate.model.holdingsOf(query.principal.node);
        const own = guards.map(({ policy, document }) => ({ id: policy.id, document }));
        const kind = (query.class?.sessionGuards ?? []).map((document) => ({ id: document.id, document }));
        const found = ask([...own, ...kind]);
        // Some kinds let nothing pass without an action of their own, which is asked beside the guards.
        if (!found) layers.add('session-kind');
        break;
      }
      case 'resource-scope-guard': {
        const levels = query.resource.node === undefined ? [] : estate.model.resourceGuardsOn(query.resource.node);
        ask(levels.flat().map(({ policy, document }) => ({ id: policy.id, document })));
        break;
      }
      case 'explicit-deny': {
        // The kind of session is described by statements, denies among them; nobody wrote those as policies.
        const denies = reasons.filter((reason) => reason.layer === 'explicit-deny');
        const ofKind = denies.filter(({ policy }) => isOfKind(policy));
        if (ofKind.length > 0) layers.add('session-kind');
        if (ofKind.length < denies.length || denies.length === 0) layers.add('explicit-deny');
        break;
      }
      default:
        layers.add(PLAIN[layer]);
    }
  }
  dropPassed(layers, worst, query, estate);
  return ORDER.filter((layer) => layers.has(layer));
}

/**
 * Drops layers that do not let the request pass and need not, since a grant of the resource goes past them in the same account
 * (aws.md 1.3 step 5a, 1.4). Where that grant itself is open, it is what blocks.
 */
function dropPassed(
  layers: Set<SimulationLayer>,
  worst: Truth,
  query: DecisionQuery,
  { model, places }: SimulationEstate,
): void {
  const own = query.class;
  const zone = query.resource.node === undefined ? undefined : model.graph.zoneOf(query.resource.node.id)?.id;
  if (own === undefined || zone !== own.zone) return;
  const enough = worst === FALSE ? UNKNOWN : worst;
  const side = resourceSideOf(model, query);
  const granted = Math.max(side.sufficient, side.bypasses);
  if (granted < enough || guardTruth(own.grants, query) >= enough) return;
  layers.delete('identity');
  if (granted <= worst) layers.add('resource-policy');
  if (side.bypasses < enough) return;
  for (const { policy, document } of model.holdingsOf(query.principal.node).guards) {
    if (!places.has(policy.id) || guardTruth([document], query) >= enough) continue;
    layers.delete(layerOfGuard(policy.id));
    // Another grant may be sure and yet go no further than the guard.
    if (side.bypasses <= worst) layers.add('resource-policy');
  }
}

const PLAIN: Readonly<Record<Exclude<DecisionLayer, 'identity-guard' | 'resource-scope-guard'>, SimulationLayer>> = {
  'explicit-deny': 'explicit-deny',
  'service-rule': 'service-rule',
  'identity-grant': 'identity',
  'principal-scope-guard': 'scp',
  'resource-grant': 'resource-policy',
};

/** Documents of each layer, those of one level of RCPs together. */
function grouped(
  policies: readonly { readonly id: string; readonly document: CompiledDocument }[],
): ReadonlyMap<SimulationLayer, readonly (readonly CompiledDocument[])[]> {
  const levels = new Map<SimulationLayer, Map<string, CompiledDocument[]>>();
  for (const { id, document } of policies) {
    const layer = layerOfGuard(id);
    const level = layer === 'rcp' ? (id.split(' ')[1] ?? '') : id;
    const known = levels.get(layer) ?? new Map<string, CompiledDocument[]>();
    levels.set(layer, known);
    known.set(level, [...(known.get(level) ?? []), document]);
  }
  return new Map([...levels].map(([layer, byLevel]) => [layer, [...byLevel.values()]]));
}

function layerOfGuard(policy: string): SimulationLayer {
  if (policy === SESSION) return 'session-policy';
  if (isOfKind(policy)) return 'session-kind';
  if (policy === ENDPOINT) return 'vpc-endpoint';
  return policy === 'boundary' ? 'boundary' : 'rcp';
}

/** Whether one of the documents allows the request, as the engine asks it of each guard. */
function guardTruth(documents: readonly CompiledDocument[], query: DecisionQuery): Truth {
  const request = conditionRequest(query);
  let truth: Truth = FALSE;
  for (const { statements, unreadable } of documents) {
    if (unreadable !== undefined && truth < UNKNOWN) truth = UNKNOWN;
    for (const statement of statements) {
      if (!statement.allow || truth === TRUE) continue;
      const one = statementTruth(statement, request, query.action);
      if (one > truth) truth = one;
    }
  }
  return truth;
}

function conditionRequest({ principal, action, resource, context, now }: DecisionQuery): ConditionRequest {
  return { principal, action: action.name, resource, context, now };
}

function reasonOf(reason: Reason, estate: SimulationEstate, query: DecisionQuery): SimulationReason {
  const { effect, certainty, note } = reason;
  const { place, index, sid } = source(reason, estate);
  return {
    layer: layerOfReason(reason),
    effect,
    policy: place,
    ...(index === undefined ? {} : { statement: index }),
    ...(sid === undefined ? {} : { sid }),
    certainty,
    dependsOn: certainty === 'allow' ? [] : openKeys(reason, estate, query),
    ...(note === undefined ? {} : { note }),
  };
}

/** What the kind of session lets pass without condition goes without saying. */
function isTelling({ policy, effect, certainty }: Reason): boolean {
  return !isOfKind(policy) || effect !== 'allow' || certainty !== 'allow';
}

/** Whether a policy is the guard of a kind of session, which the model makes. */
function isOfKind(policy: string): boolean {
  return policy.startsWith('session:');
}

function layerOfReason({ layer, policy }: Reason): SimulationLayer {
  if (isOfKind(policy)) return 'session-kind';
  if (layer === 'identity-guard' || layer === 'resource-scope-guard') return layerOfGuard(policy);
  return PLAIN[layer];
}

function source(
  { policy, statement, sid }: Reason,
  { places, merged }: SimulationEstate,
): { readonly place: PolicyPlace; readonly index: number | undefined; readonly sid: string | undefined } {
  const from = policy === SESSION && statement !== undefined ? merged[statement] : undefined;
  // What the estate does not name is the guard of the kind of session, which the model adds.
  const place = from?.place ?? places.get(policy) ?? { part: 'session', name: 'what the kind of session can do' };
  return { place, index: from?.index ?? statement, sid };
}

/** Keys that the statement of a reason reads and nothing tells. */
function openKeys(reason: Reason, { model }: SimulationEstate, query: DecisionQuery): readonly string[] {
  const policy = model.graph.policy(reason.policy);
  const document = policy === undefined ? undefined : model.graph.document(policy.document);
  const statement = document?.statements.find(({ index }) => index === reason.statement);
  if (statement === undefined) return [];
  const request = conditionRequest(query);
  return keysOfStatement(statement).filter((key) => {
    const { state } = keyReference(key).read(request);
    return state !== 'absent' && state !== 'values';
  });
}
