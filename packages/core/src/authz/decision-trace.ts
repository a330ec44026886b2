import type { Condition, NodeId } from '../graph/model.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from './compiled-document.ts';
import { type DecisionLayer, type DecisionQuery, type DecisionRecorder, explainQuery } from './decide.ts';
import { furtherRequest } from './further-resource.ts';
import { namesOf } from './matcher-name.ts';
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
  /** What the placement says beside the policy: a binding of Google Cloud, a role assignment of Azure. Absent: nothing. */
  readonly placement?: Placement;
}

/** For whom, when and under what name a policy is placed on a node. */
export interface Placement {
  /** What the provider calls it: title of a binding's condition, id of an assignment. */
  readonly name?: string;
  /** By which names it means the principal; whom it names where it does not mean it. At most four. */
  readonly principals?: readonly string[];
  /** How many names those are. */
  readonly principalCount?: number;
  /** As the graph has it. */
  readonly condition?: Condition;
}

const MOST_NAMES = 4;

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
    /** The placement that spoke; absent: whichever policies hold the text and speak in the layer. */
    readonly held?: HeldPolicy;
  }[];
  /** Texts that could not be read. */
  readonly missing: readonly {
    readonly layer: DecisionLayer;
    readonly document: CompiledDocument;
    readonly held?: HeldPolicy;
  }[];
  readonly layers: readonly { readonly layer: DecisionLayer; readonly truth: Truth }[];
  readonly assumptions: readonly string[];
  readonly policies: readonly CitedPolicy[];
}

/** Decides a query and keeps what took part. */
export function traceDecision(model: AuthorizationModel, query: DecisionQuery): DecisionTrace {
  const seen: DecisionTrace['seen'][number][] = [];
  const missing: DecisionTrace['missing'][number][] = [];
  const layers: { layer: DecisionLayer; truth: Truth }[] = [];
  const assumptions: string[] = [];
  const recorder: DecisionRecorder = {
    statement: (layer, statement, truth, held) => seen.push({ layer, statement, truth, ...(held && { held }) }),
    unreadable: (layer, document, held) => missing.push({ layer, document, ...(held && { held }) }),
    layer: (layer, truth) => layers.push({ layer, truth }),
    assume: (text) => assumptions.push(text),
  };
  const { truth, context } = explainQuery(model, query, recorder);
  return { query, truth, context, seen, missing, layers, assumptions, policies: citedPolicies(model, query) };
}

/**
 * The policies that hold a text and speak in a layer; undefined where nobody holds it in the graph. `spoke`: the placement that
 * did, where it is known.
 */
export function citing(
  policies: readonly CitedPolicy[],
  document: CompiledDocument,
  layer: DecisionLayer,
  spoke?: HeldPolicy,
): readonly (HeldPolicy | undefined)[] {
  if (spoke !== undefined) return [spoke];
  const found = policies
    .filter((one) => one.held.document.id === document.id && one.layers.includes(layer))
    .map((one) => one.held);
  // A text nobody holds in the graph is one the principal gave itself on the way.
  return found.length === 0 ? [undefined] : found;
}

/** Cites a policy as a whole, or one of its statements, as it is placed; `principal`: who makes the request. */
export function citationOf(
  held: HeldPolicy | undefined,
  statement?: CompiledStatement,
  principal?: PrincipalFacts,
): Citation {
  const rule =
    statement === undefined
      ? {}
      : {
          statement: statement.statement.index,
          ...(statement.statement.sid === undefined ? {} : { sid: statement.statement.sid }),
        };
  if (held === undefined)
    return { policy: 'added', policyName: 'permission added on the way', policyType: 'added', on: '', ...rule };
  const placement = placementOf(held, principal);
  return {
    policy: held.policy.id,
    policyName: held.policy.name,
    policyType: held.policy.type,
    on: held.attachment.node,
    ...(held.through === undefined ? {} : { through: held.through }),
    ...(placement === undefined ? {} : { placement }),
    ...rule,
  };
}

function placementOf({ attachment }: HeldPolicy, principal: PrincipalFacts | undefined): Placement | undefined {
  const { name, principals, condition } = attachment;
  if (name === undefined && principals === undefined && condition === undefined) return undefined;
  const names = principals === undefined ? undefined : namesOf(principals, principal);
  return {
    ...(name === undefined ? {} : { name }),
    ...(names === undefined ? {} : { principals: names.slice(0, MOST_NAMES), principalCount: names.length }),
    ...(condition === undefined ? {} : { condition }),
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
    add(holdings.unionGuards, 'identity-guard', 'explicit-deny');
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
