import type { AuthorizationModel } from './authorization-model.ts';
import type { DecisionQuery } from './decision-query.ts';
import type { ResourceSide } from './resource-side.ts';
import { and, FALSE, not, or, TRUE, type Truth, UNKNOWN } from './truth.ts';

/**
 * Whether principal and resource share a zone. `assumed-same`: the resource is not in the input and names no zone;
 * `outside`: the principal holds no policies, so there is nothing on its side to agree with. Of a provider without zones
 * everything is `same`: who is named is let in, and nothing else has to agree.
 */
export type ZoneRelation = 'same' | 'assumed-same' | 'cross' | 'outside';

/** Finds how the zones of principal and resource relate. */
export function zoneRelation(
  model: AuthorizationModel,
  query: Pick<DecisionQuery, 'class' | 'resource' | 'provider'>,
): ZoneRelation {
  if (query.class === undefined) return 'outside';
  if (query.provider.semantics.zoneless === true) return 'same';
  const own = query.class.zone;
  const node = query.resource.node;
  const of =
    (node === undefined ? undefined : model.graph.zoneOf(node.id)?.id) ??
    query.provider.semantics.zoneOf(query.resource.id);
  if (of === undefined) {
    if (query.class.external) return 'cross';
    return node === undefined && own !== undefined && query.resource.id !== '*' ? 'assumed-same' : 'same';
  }
  return of === own ? 'same' : 'cross';
}

/**
 * How far the resource opens to a principal (design, section 4; aws.md 1.3 steps 5 and 6, 1.4): the request passes where
 * the principal's grants and guards agree with `withGrant`, its guards alone with `withGuard`, or `byItself` does.
 */
export interface Opening {
  readonly withGrant: Truth;
  readonly withGuard: Truth;
  readonly byItself: Truth;
}

/** Whether a resource lets a principal in that has a grant and guards of its own, as sure as these are. */
export function letsIn({ withGrant, withGuard, byItself }: Opening, grant: Truth, guard: Truth): Truth {
  return or(and(or(and(grant, withGrant), withGuard), guard), byItself);
}

/** Combines what the policies of a resource say with how its zone relates to that of the principal. */
export function openingOf(
  query: Pick<DecisionQuery, 'action' | 'resource' | 'provider'>,
  side: ResourceSide,
  relation: ZoneRelation,
): Opening {
  switch (relation) {
    case 'outside':
      return { withGrant: FALSE, withGuard: FALSE, byItself: or(side.sufficient, side.bypasses) };
    case 'cross':
      return { withGrant: consent(query, side), withGuard: FALSE, byItself: FALSE };
    case 'same':
    case 'assumed-same':
      return { withGrant: delegation(query, side), withGuard: side.sufficient, byItself: side.bypasses };
  }
}

/** Whether the principal's own grants count on the resource. */
function delegation(query: Pick<DecisionQuery, 'action' | 'resource' | 'provider'>, side: ResourceSide): Truth {
  const needs =
    query.resource.node === undefined &&
    query.provider.semantics.needsResourceGrant(query.action.name, query.resource.id);
  if (needs) return UNKNOWN;
  return or(not(side.exclusive), side.delegates);
}

/**
 * Whether a policy that the input does not hold may let the principal in by itself: the resource is not in the input, its kind
 * can have policies of its own, and nothing says that it does not exist (aws.md 1.1: a missing policy is `unknown`). Across
 * zones the principal needs a grant of its own beside it, see {@link openingOf}.
 */
export function mayBeOpened(
  model: AuthorizationModel,
  { resource: { id, node, isNew }, action, class: of, provider: { semantics } }: DecisionQuery,
  relation: ZoneRelation,
): boolean {
  if (node !== undefined || isNew === true || relation === 'cross') return false;
  // Nobody knows which scopes it lies below, and so who is let in there.
  if (semantics.zoneless === true) return semantics.names?.(id) !== false;
  if (id === '*') return false;
  if (!semantics.takesOutsiders(action.name, id)) return false;
  const zone = semantics.zoneOf(id) ?? of?.zone;
  const scope = zone === undefined ? undefined : model.graph.node(zone);
  if (scope?.kind !== 'scope') return true;
  return !semantics.listsAll(id, scope, (other) => model.graph.node(other) !== undefined);
}

/** What the other side must say; a resource that is not in the input may say anything, if its kind can say it at all. */
function consent(query: Pick<DecisionQuery, 'action' | 'resource' | 'provider'>, side: ResourceSide): Truth {
  const { semantics } = query.provider;
  if (semantics.needsNoConsent(query.action.name)) return TRUE;
  const any = or(side.delegates, or(side.sufficient, side.bypasses));
  if (query.resource.node !== undefined) return any;
  return semantics.takesOutsiders(query.action.name, query.resource.id) ? or(any, UNKNOWN) : any;
}
