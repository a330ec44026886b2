import type { AuthorizationModel } from './authorization-model.ts';
import { openingOf, zoneRelation } from './combination.ts';
import type { DecisionQuery, DecisionRecorder } from './decision-query.ts';
import { resourcePolicies, resourceSide } from './resource-side.ts';
import { or, TRUE, type Truth, UNKNOWN } from './truth.ts';

/** What the policies of a further resource say of a request (`ProviderSemantics.alsoGoverns`). */
export interface FurtherConsent {
  /** Whether they let the principal in; its own grants were asked for on the first resource. */
  readonly open: Truth;
  /** Whether no explicit deny among them matches. */
  readonly pass: Truth;
  /** Whether every guard on the scopes of the further resource lets the request pass. */
  readonly scopeGuard: Truth;
}

const AGREED: FurtherConsent = { open: TRUE, pass: TRUE, scopeGuard: TRUE };

/**
 * Asks the resource behind another one (the bucket of an access point, aws.md 1.12): in the zone of the principal its policies
 * can only deny, and across zones, or for principals that hold no policies, they must let the principal in too.
 */
export function furtherConsent(
  model: AuthorizationModel,
  query: DecisionQuery,
  recorder: DecisionRecorder | undefined,
): FurtherConsent {
  const { provider, action, resource } = query;
  const further = provider.semantics.alsoGoverns?.(resource, action.name);
  if (further === undefined) return AGREED;
  if (further.id === undefined) return { open: UNKNOWN, pass: UNKNOWN, scopeGuard: TRUE };
  const asked: DecisionQuery = {
    ...query,
    resource: model.resourceFacts(further.id, provider),
    context: new Map([...further.context, ...query.context]),
  };
  if (asked.resource.node === undefined) {
    // A resource that is not in the input may say anything.
    return zoneRelation(model, query) === 'same' ? AGREED : { open: UNKNOWN, pass: UNKNOWN, scopeGuard: TRUE };
  }
  const side = resourceSide(asked, resourcePolicies(model, asked), recorder, true);
  const { withGrant, withGuard, byItself } = openingOf(asked, side, zoneRelation(model, asked));
  return { open: or(withGrant, or(withGuard, byItself)), pass: side.pass, scopeGuard: side.scopeGuard };
}
