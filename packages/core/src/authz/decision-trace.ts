import type { NodeId } from '../graph/model.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from './compiled-document.ts';
import { type DecisionLayer, type DecisionQuery, type DecisionRecorder, explainQuery } from './decide.ts';
import { furtherRequest } from './further-resource.ts';
import type { HeldPolicy, PrincipalClass } from './principal-class.ts';
import { resourcePolicies } from './resource-side.ts';
import type { PrincipalFacts, RequestContext } from './semantics.ts';
import type { Truth } from './truth.ts';

/** Where a rule stands: the policy, where it is attached, and the statement, if one is meant. */
export interface Citation {
  /** Policy id, name and kind, as the graph has them. */
  readonly policy: string;
  readonly policyName: string;
  readonly policyType: string;
  /** Position of the statement in the policy, from 0; absent for a text that could not be read, and for whole policies. */
  readonly statement?: number;
  readonly sid?: string;
  /** The node the policy is attached to. */
  readonly on: NodeId;
  /** The group that passes the policy on. */
  readonly through?: NodeId;
}

/** A policy that can take part in a decision, with the layers it can speak in. */
export interface CitedPolicy {
  readonly held: HeldPolicy;
  readonly layers: readonly DecisionLayer[];
}

/** Everything that took part in one decision, for the choice of caller-set keys that carries furthest. */
export interface DecisionTrace {
  readonly query: DecisionQuery;
  readonly truth: Truth;
  /** The request context with the keys the caller chose. */
  readonly context: RequestContext;
  /** Statements that match the request, or may. */
  readonly seen: readonly {
    readonly layer: DecisionLayer;
    readonly statement: CompiledStatement;
    readonly truth: Truth;
  }[];
  /** Texts that could not be read. */
  readonly missing: readonly { readonly layer: DecisionLayer; readonly document: CompiledDocument }[];
  readonly layers: readonly { readonly layer: DecisionLayer; readonly truth: Truth }[];
  readonly assumptions: readonly string[];
  readonly policies: readonly CitedPolicy[];
}

/** Decides a query and keeps what took part. */
export function traceDecision(model: AuthorizationModel, query: DecisionQuery): DecisionTrace {
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
  return { query, truth, context, seen, missing, layers, assumptions, policies: citedPolicies(model, query) };
}

/** The policies that hold a text and speak in a layer; undefined where nobody holds it in the graph. */
export function citing(
  policies: readonly CitedPolicy[],
  document: CompiledDocument,
  layer: DecisionLayer,
): readonly (HeldPolicy | undefined)[] {
  const found = policies
    .filter((one) => one.held.document.id === document.id && one.layers.includes(layer))
    .map((one) => one.held);
  // A text nobody holds in the graph is one the principal gave itself on the way.
  return found.length === 0 ? [undefined] : found;
}

/** Cites a policy as a whole, or one of its statements. */
export function citationOf(held: HeldPolicy | undefined, statement?: CompiledStatement): Citation {
  const rule =
    statement === undefined
      ? {}
      : {
          statement: statement.statement.index,
          ...(statement.statement.sid === undefined ? {} : { sid: statement.statement.sid }),
        };
  if (held === undefined)
    return { policy: 'added', policyName: 'permission added on the way', policyType: 'added', on: '', ...rule };
  return {
    policy: held.policy.id,
    policyName: held.policy.name,
    policyType: held.policy.type,
    on: held.attachment.node,
    ...(held.through === undefined ? {} : { through: held.through }),
    ...rule,
  };
}

function citedPolicies(model: AuthorizationModel, query: DecisionQuery): readonly CitedPolicy[] {
  const cited: CitedPolicy[] = [];
  const add = (held: readonly HeldPolicy[], ...layers: DecisionLayer[]): void => {
    for (const one of held) cited.push({ held: one, layers });
  };
  if (query.class !== undefined && model.graph.identity(query.principal.node.id) !== undefined) {
    const holdings = model.holdingsOf(query.principal.node);
    add(holdings.grants, 'identity-grant', 'explicit-deny');
    add(holdings.guards, 'identity-guard', 'explicit-deny');
    add(sessionGuardsOf(model, query.class, query.principal), 'identity-guard', 'explicit-deny');
    for (const level of holdings.scopeGuards) add(level, 'principal-scope-guard', 'explicit-deny');
  }
  const further = furtherRequest(model, query)?.policies;
  for (const { grants, levels } of [resourcePolicies(model, query), ...(further === undefined ? [] : [further])]) {
    add(
      grants.map((grant) => grant.held),
      'resource-grant',
      'explicit-deny',
    );
    for (const level of levels) add(level, 'resource-scope-guard', 'explicit-deny');
  }
  return cited;
}

/**
 * The guards of the session a principal acts in: those placed on its credential, and those of the kind of session, which
 * no policy of the graph holds.
 */
function sessionGuardsOf(
  model: AuthorizationModel,
  { sessionGuards }: PrincipalClass,
  { node, session }: PrincipalFacts,
): readonly HeldPolicy[] {
  if (sessionGuards.length === 0) return [];
  const placed = model.graph.credentialsOf(node.id).flatMap((credential) => model.credentialGuards(credential));
  return sessionGuards.flatMap((document): readonly HeldPolicy[] => {
    const held = placed.filter((one) => one.document.id === document.id);
    if (held.length > 0) return held;
    const { id } = document;
    const policy = { id, provider: node.provider, name: session?.kind ?? id, type: 'session', document: id };
    return [{ policy, document, attachment: { policy: id, node: node.id, role: 'identity-guard' } }];
  });
}
