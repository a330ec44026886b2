import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import type { Provider } from '../graph/model.ts';

/** A principal in a zone of the attacker's own: whoever writes the policy of a resource can let it in. */
export interface Outsider {
  readonly class: PrincipalClass;
  readonly facts: PrincipalFacts;
}

/**
 * The outsiders of the providers whose resources can let in somebody from outside the input. `everything`: a text that grants
 * every permission.
 */
export function outsidersOf(
  model: AuthorizationModel,
  providers: ReadonlyMap<Provider, { readonly model: ProviderModel; readonly everything: CompiledDocument }>,
): ReadonlyMap<Provider, Outsider> {
  const found = new Map<Provider, Outsider>();
  for (const [name, { model: provider, everything }] of providers) {
    const facts = provider.semantics.outsider?.(model.graph);
    const zone = facts?.scopes[0]?.id;
    if (facts === undefined || zone === undefined) continue;
    const of = model.madeClass(facts, zone, { grants: [everything], guards: [], scopeGuards: [] });
    found.set(name, { class: of, facts });
  }
  return found;
}
