import { type ActionRef, hasAction } from '../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledDocument, CompiledStatement } from '../authz/compiled-document.ts';
import { behind } from '../authz/further-resource.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import { resourcePolicies } from '../authz/resource-side.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import { type RangeSet, setOf } from './range-set.ts';
import type { Universe } from './universe.ts';

/**
 * Finds targets beside which one name is as good as another: an organization has a thousand accounts, and most rules
 * speak of all of them alike. Kept for each universe.
 */
export class AlikePlaces {
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #known: WeakMap<Universe, Map<string, readonly RangeSet[]>> = new WeakMap();

  constructor(model: AuthorizationModel, provider: ProviderModel) {
    this.#model = model;
    this.#provider = provider;
  }

  /**
   * The targets of a universe in sets whose members are decided alike for an action on what `nameOf` gives for them;
   * undefined where the rules of the class look at names. `on`: the template of those names.
   */
  of(
    of: PrincipalClass,
    facts: PrincipalFacts,
    action: ActionRef,
    on: string,
    universe: Universe,
    nameOf: (index: number) => string,
  ): readonly RangeSet[] | undefined {
    const by = new Set<string>();
    for (const statement of statementsOf(of)) {
      if (!hasAction(statement.actions, action)) continue;
      if (!isBlind(statement)) return undefined;
      for (const { free } of statement.chosen) if (free !== undefined) by.add(free.by);
    }
    const keys = [...by].sort();
    let known = this.#known.get(universe);
    if (known === undefined) {
      known = new Map();
      this.#known.set(universe, known);
    }
    const key = JSON.stringify([on, action.folded, facts.node.type, keys]);
    let found = known.get(key);
    if (found === undefined) {
      found = this.#find(facts, action, universe, nameOf, keys);
      known.set(key, found);
    }
    return found;
  }

  #find(
    principal: PrincipalFacts,
    action: ActionRef,
    universe: Universe,
    nameOf: (index: number) => string,
    keys: readonly string[],
  ): readonly RangeSet[] {
    const provider = this.#provider;
    const model = this.#model;
    // Guards on what is asked about are the same for everybody they do not spare.
    const { semantics } = provider;
    const home = principal.scopes.find((scope) => scope.zone === true);
    const guarded: PrincipalFacts = { ...principal, node: { ...principal.node, providerManaged: false } };
    const byText = new Map<string, number[]>();
    for (let index = 0; index < universe.size; index += 1) {
      const resource = model.resourceFacts(nameOf(index), provider);
      const { grants, levels } = resourcePolicies(model, { principal: guarded, resource, provider });
      const speaks = ({ unreadable, statements }: CompiledDocument): boolean =>
        unreadable !== undefined ||
        statements.some((one) => hasAction(one.actions, action) && !(isBlind(one) && one.chosen.length === 0));
      const isAlone =
        grants.length > 0 ||
        behind(model, provider, resource, action.name) !== undefined ||
        levels.some((level) => level.some(({ document }) => speaks(document)));
      const zone = resource.scopes.find((scope) => scope.zone === true)?.id;
      const text = JSON.stringify([
        isAlone ? index : null,
        // Rules of the service itself depend on the type of the principal, its zone and the id.
        semantics.serviceRule(action.folded, principal.node.type, resource.id, home) ?? null,
        zone === undefined ? null : zone === universe.zone,
        resource.node?.type ?? null,
        levels.map((level) => level.map(({ document }) => document.id)),
        keys.map((key) => semantics.conditions.resourceFact?.(key, resource)),
      ]);
      const alike = byText.get(text);
      if (alike === undefined) byText.set(text, [index]);
      else alike.push(index);
    }
    return [...byText.values()].map(setOf);
  }
}

function* statementsOf(of: PrincipalClass): Iterable<CompiledStatement> {
  yield* of.allow;
  yield* of.deny;
  for (const { statements } of [...of.guards, ...of.sessionGuards, ...of.scopeGuards.flat()]) yield* statements;
}

/** Whether a statement speaks of every resource alike. */
function isBlind({ include, exclude, condition, choiceByResource }: CompiledStatement): boolean {
  return (
    include?.some(({ all }) => all) === true &&
    exclude.length === 0 &&
    condition?.readsResource !== true &&
    !choiceByResource
  );
}
