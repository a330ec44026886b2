import type { NodeId } from '../graph/model.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import { letsIn, openingOf, zoneRelation } from './combination.ts';
import type { ConditionFinding } from './condition-finding.ts';
import { type DecisionQuery, type ResourceSide, resourceSideOf } from './decide.ts';
import { type Citation, citationOf, citing, type DecisionTrace } from './decision-trace.ts';
import { furtherConsent, furtherRequest } from './further-resource.ts';
import type { JudgedLayer } from './layer-findings.ts';
import { conditionFindings } from './near-misses.ts';
import { FALSE, or, TRUE, type Truth } from './truth.ts';

/**
 * One thing that would have to change for a denied request to pass; all of a list have to.
 *
 * - `no-deny`: the cited deny must go, or its condition no longer hold;
 * - `identity-allow`: an allow in a policy of the principal;
 * - `guard-allow`: the cited guard on the principal must let it pass;
 * - `session-allow`: `action` must be allowed, which the kind of session needs for anything;
 * - `scope-allow`: a guard of the scope above the principal, or the target (`of`), must let it pass;
 * - `resource-allow`: a policy on the target (`orAbove`: or on a scope around it) must allow the principal (`naming`: the
 *   principal itself, which then is enough) or its zone;
 * - `same-zone`: the target cannot let anybody of another zone in;
 * - `impossible`: the service refuses it whatever policies say.
 */
export type DecisionNeed =
  | { readonly need: 'no-deny'; readonly by: Citation; readonly conditions: readonly ConditionFinding[] }
  | { readonly need: 'identity-allow' }
  | { readonly need: 'guard-allow'; readonly by: Citation }
  | { readonly need: 'session-allow'; readonly action: string }
  | { readonly need: 'scope-allow'; readonly of: 'principal' | 'resource'; readonly scope: NodeId }
  | { readonly need: 'resource-allow'; readonly on: NodeId; readonly naming?: true; readonly orAbove?: true }
  | { readonly need: 'same-zone' }
  | { readonly need: 'impossible' };

/** Where the principal and the target of a request stand. */
export interface ZonesOfRequest {
  readonly principal?: NodeId;
  readonly resource?: NodeId;
  /** The two differ, so both must agree. */
  readonly cross: boolean;
}

/** The zones of a request; a target that names none and is not in the graph is taken to be the principal's own. */
export function zonesOf(model: AuthorizationModel, query: DecisionQuery): ZonesOfRequest {
  const { class: of, resource, provider } = query;
  const own = of?.zone;
  const { node, id } = resource;
  const its = (node === undefined ? undefined : model.graph.zoneOf(node.id)?.id) ?? provider.semantics.zoneOf(id);
  return {
    ...(own === undefined ? {} : { principal: own }),
    ...(its === undefined ? {} : { resource: its }),
    cross: zoneRelation(model, query) === 'cross',
  };
}

/** What would have to change for a denied request, the least there is. Empty for any other verdict. */
export function decisionNeeds(
  model: AuthorizationModel,
  trace: DecisionTrace,
  layers: readonly JudgedLayer[],
): readonly DecisionNeed[] {
  if (trace.truth !== FALSE) return [];
  const refused = layers.filter(({ truth }) => truth === FALSE);
  if (refused.some(({ finding }) => finding.layer === 'service-rule')) return [{ need: 'impossible' }];
  const needs: DecisionNeed[] = [];
  for (const { layer, statement, truth, held: spoke } of trace.seen) {
    if (layer !== 'explicit-deny' || statement.allow || truth !== 3) continue;
    for (const held of citing(trace.policies, statement.document, layer, spoke)) {
      const conditions = conditionFindings(trace, statement, held);
      needs.push({ need: 'no-deny', by: citationOf(held, statement, trace.query.principal), conditions });
    }
  }
  for (const { finding } of refused) {
    if (finding.scope === undefined) continue;
    if (finding.layer === 'resource-scope-guard')
      needs.push({ need: 'scope-allow', of: 'resource', scope: finding.scope });
    if (finding.layer === 'principal-scope-guard')
      needs.push({ need: 'scope-allow', of: 'principal', scope: finding.scope });
  }
  needs.push(...grantNeeds(model, trace, refused));
  const byKey = new Map(needs.map((need) => [JSON.stringify(need), need]));
  return [...byKey.values()];
}

/** A denied request at the resource it names. */
interface FrontRefusal {
  readonly query: DecisionQuery;
  readonly side: ResourceSide;
  readonly refused: readonly JudgedLayer[];
  readonly lacks: (layer: JudgedLayer['finding']['layer']) => boolean;
}

/** What the grants lack; nothing where they would do but for a deny or a guard of a scope (aws.md 1.3 steps 4-6). */
function grantNeeds(
  model: AuthorizationModel,
  trace: DecisionTrace,
  refused: readonly JudgedLayer[],
): readonly DecisionNeed[] {
  const query: DecisionQuery = { ...trace.query, context: trace.context };
  const side = resourceSideOf(model, query);
  const further = furtherRequest(model, query);
  const { withGrant, withGuard, byItself } = openingOf(query, side, zoneRelation(model, query));
  const isRefused = (layer: JudgedLayer['finding']['layer']): boolean =>
    refused.some(({ finding }) => finding.layer === layer);
  const lacks = (layer: JudgedLayer['finding']['layer']): boolean =>
    layer === 'resource-grant' && further !== undefined
      ? or(withGrant, or(withGuard, byItself)) === FALSE
      : isRefused(layer);
  const needs = frontNeeds(model, { query, side, refused, lacks });
  if (further === undefined) return needs;
  const isGranted = !isRefused('identity-grant') || needs.some(({ need }) => need === 'identity-allow');
  const { opening } = furtherConsent(model, query, undefined);
  if (letsIn(opening, isGranted ? TRUE : FALSE, TRUE) !== FALSE) return needs;
  const on = further.query.resource.node?.id ?? further.query.resource.id;
  // Who has no grant of its own must be named.
  return [...needs, { need: 'resource-allow', on, ...(isGranted ? {} : { naming: true as const }) }];
}

/** What lets the request pass at the resource it names, whatever stands behind that. */
function frontNeeds(model: AuthorizationModel, { query, side, refused, lacks }: FrontRefusal): readonly DecisionNeed[] {
  const guards: readonly DecisionNeed[] = refused.flatMap(({ finding, held }): readonly DecisionNeed[] => {
    if (finding.layer !== 'identity-guard') return [];
    if (finding.needs !== undefined) return [{ need: 'session-allow', action: finding.needs }];
    return [{ need: 'guard-allow', by: citationOf(held[0]) }];
  });
  const grant: readonly DecisionNeed[] = lacks('identity-grant') ? [{ need: 'identity-allow' }] : [];
  const on = query.resource.node?.id ?? query.resource.id;
  const direct: Truth = or(side.sufficient, side.bypasses);
  if (query.provider.semantics.zoneless === true) {
    return lacks('resource-grant') ? [...guards, { need: 'resource-allow', on, naming: true, orAbove: true }] : guards;
  }
  if (query.class === undefined) return direct === FALSE ? [{ need: 'resource-allow', on, naming: true }] : [];
  if (zonesOf(model, query).cross) {
    if (!lacks('resource-grant')) return [...grant, ...guards];
    const takes = query.resource.node !== undefined || query.provider.semantics.takesOutsiders(query.action.name, on);
    return takes ? [...grant, ...guards, { need: 'resource-allow', on }] : [{ need: 'same-zone' }];
  }
  if (side.bypasses !== FALSE) return guards.filter(({ need }) => need === 'session-allow');
  if (side.sufficient !== FALSE) return guards;
  if (!lacks('resource-grant')) return [...grant, ...guards];
  // The target must say so itself: naming the principal is enough; naming its zone leaves the rest to its own policies.
  return grant.length > 0
    ? [...guards, { need: 'resource-allow', on, naming: true }]
    : [...guards, { need: 'resource-allow', on }];
}
