import type { ActionSet } from '../../authz/action-catalogue.ts';
import type { AuthorizationModel, ProviderModel } from '../../authz/authorization-model.ts';
import { FALSE, or, TRUE, type Truth, UNKNOWN } from '../../authz/truth.ts';
import type { NodeId } from '../../graph/model.ts';
import { type AccessCatalogue, type AccessClass, accessClasses } from '../access-class.ts';
import type { ScopedCatalogue } from '../scoped-technique.ts';
import { andSets, NOWHERE, orSets, type TruthSet, valueAt } from '../truth-set.ts';
import type { ScopedCaller } from './scoped-caller.ts';
import { ALL_GRANTS, type ScopedDecisions } from './scoped-decisions.ts';
import type { ScopedUniverse, ScopedUniverses } from './scoped-universe.ts';

/** Actions of a class that are asked about for one caller; what the others say then is unknown. */
const MOST_ASKED = 48;

/** The node for access of a class to what is not listed below a scope. */
export type UnlistedNode = (scope: NodeId, accessClass: AccessClass) => number;

/** Access to resources that the input does not list: by what is granted on scopes, whatever the resources there are. */
export class UnlistedBelow {
  readonly #provider: ProviderModel;
  readonly #decisions: ScopedDecisions;
  readonly #nodeOf: UnlistedNode;
  /** Scopes below which nobody knows what there is, and those below them. */
  readonly #scopes: ScopedUniverse;
  /** For each of them, the scopes of the first sort around it or itself. */
  readonly #unlisted: readonly (readonly NodeId[])[];
  readonly #byClass: ReadonlyMap<AccessClass, readonly number[]>;
  readonly #spoken: Map<ActionSet, ReadonlyMap<AccessClass, readonly number[]>> = new Map();

  /** Undefined where everything was listed. */
  static of(
    model: AuthorizationModel,
    provider: ProviderModel,
    catalogue: ScopedCatalogue,
    access: AccessCatalogue,
    universes: ScopedUniverses,
    decisions: ScopedDecisions,
    nodeOf: UnlistedNode,
  ): UnlistedBelow | undefined {
    const { graph } = model;
    const own = graph.scopes.filter((scope) => scope.provider === catalogue.provider);
    const isUnlisted = (id: NodeId): boolean => graph.node(id)?.attributes?.['resourcesUnlisted'] === true;
    const around = (id: NodeId): readonly NodeId[] =>
      [id, ...graph.scopesOf(id).map((scope) => scope.id)].filter(isUnlisted);
    if (!own.some(({ id }) => isUnlisted(id))) return undefined;
    const types = [...new Set(own.filter(({ id }) => around(id).length > 0).map(({ type }) => type))];
    const scopes = universes.of({ kind: 'scope', types });
    const byClass = new Map<AccessClass, number[]>(accessClasses.map((name) => [name, []]));
    provider.catalogue.names.forEach((name, index) => {
      byClass.get(access.classOf(name))!.push(index);
    });
    const unlisted = scopes.nodes.map(({ id }) => around(id));
    return new UnlistedBelow(provider, decisions, nodeOf, scopes, unlisted, byClass);
  }

  private constructor(
    provider: ProviderModel,
    decisions: ScopedDecisions,
    nodeOf: UnlistedNode,
    scopes: ScopedUniverse,
    unlisted: readonly (readonly NodeId[])[],
    byClass: ReadonlyMap<AccessClass, readonly number[]>,
  ) {
    this.#provider = provider;
    this.#decisions = decisions;
    this.#nodeOf = nodeOf;
    this.#scopes = scopes;
    this.#unlisted = unlisted;
    this.#byClass = byClass;
  }

  /** Tells `edge` of every class of access a caller has to what is not listed, and how surely. */
  derive(caller: ScopedCaller, edge: (to: number, truth: Truth) => void): void {
    for (const accessClass of accessClasses) {
      const best = new Map<NodeId, Truth>();
      const note = (set: TruthSet): void => {
        for (let at = 0; at < set.open.length; at += 2) {
          for (let index = set.open[at]!; index < set.open[at + 1]!; index += 1) {
            for (const scope of this.#unlisted[index]!) {
              best.set(scope, or(best.get(scope) ?? FALSE, valueAt(set, index)));
            }
          }
        }
      };
      const { first, others } = this.#candidates(caller, accessClass);
      for (const index of first) note(this.#allowed(caller, index));
      let asked = first.length;
      for (const index of others) {
        if (asked >= MOST_ASKED) {
          note(this.#perhaps(caller, index));
          continue;
        }
        asked += 1;
        note(this.#allowed(caller, index));
      }
      for (const scope of [...best.keys()].sort()) {
        const truth = best.get(scope)!;
        if (truth !== FALSE) edge(this.#nodeOf(scope, accessClass), truth);
      }
    }
  }

  /** The same for a scope that is full: every class that has any action. */
  whenFull(id: NodeId, edge: (to: number, truth: Truth) => void): void {
    const index = this.#scopes.indexOf(id);
    for (const scope of index < 0 ? [] : this.#unlisted[index]!) {
      for (const [accessClass, actions] of this.#byClass) {
        if (actions.length > 0) edge(this.#nodeOf(scope, accessClass), TRUE);
      }
    }
  }

  #allowed(caller: ScopedCaller, index: number): TruthSet {
    const action = this.#provider.catalogue.ref(this.#provider.catalogue.names[index]!);
    const granted = this.#decisions.granted(caller, action, this.#scopes, ALL_GRANTS);
    if (granted.open.length === 0) return NOWHERE;
    return andSets(granted, this.#decisions.passing(caller, action, this.#scopes, granted.open));
  }

  #perhaps(caller: ScopedCaller, index: number): TruthSet {
    const action = this.#provider.catalogue.ref(this.#provider.catalogue.names[index]!);
    const { open } = this.#decisions.granted(caller, action, this.#scopes, ALL_GRANTS);
    return andSets(orSets(NOWHERE, { proven: open, possible: open, open }), this.#scopes.everywhere(UNKNOWN));
  }

  /** Actions of a class that some rule speaks of; the first that some set of rules speaks of, and the others. */
  #candidates(
    caller: ScopedCaller,
    accessClass: AccessClass,
  ): { readonly first: readonly number[]; readonly others: readonly number[] } {
    // Each text once, however many places it is put on; what nobody could read speaks of every action.
    const statements = new Set<ActionSet>();
    for (const rules of [caller.allows, caller.common, caller.everything, caller.denies]) {
      for (const { rule } of rules) if (rule.statement !== undefined) statements.add(rule.statement.actions);
    }
    const guards = caller.guards.flatMap(({ documents }) => documents.flatMap((one) => one.statements));
    const texts = [...statements, ...guards.map(({ actions }) => actions)];
    const named = new Set<number>();
    const isAll =
      caller.everything.length + caller.given.length > 0 ||
      [...caller.allows, ...caller.common].some(({ rule }) => rule.statement === undefined);
    if (isAll) for (const index of this.#byClass.get(accessClass)!) named.add(index);
    else {
      for (const { rule } of [...caller.allows, ...caller.common]) {
        for (const index of this.#spokenOf(rule.statement!.actions).get(accessClass) ?? []) named.add(index);
      }
    }
    const seen = new Set<string>();
    const first: number[] = [];
    const others: number[] = [];
    for (const index of [...named].sort((left, right) => left - right)) {
      const speaks = (actions: ActionSet): boolean => ((actions.bits[index >>> 5]! >>> (index & 31)) & 1) === 1;
      const key = texts.map((actions) => (speaks(actions) ? '1' : '0')).join('');
      (seen.has(key) ? others : first).push(index);
      seen.add(key);
    }
    // Without conditions that look at the action, those that the same rules speak of are not told apart.
    const rules = [...caller.allows, ...caller.common, ...caller.denies];
    const looks =
      rules.some(({ rule }) => rule.conditions.some((one) => one.readsAction !== false)) ||
      guards.some(({ condition }) => condition !== undefined && condition.readsAction !== false) ||
      caller.given.length > 0;
    return { first, others: looks ? others : [] };
  }

  #spokenOf(actions: ActionSet): ReadonlyMap<AccessClass, readonly number[]> {
    let known = this.#spoken.get(actions);
    if (known === undefined) {
      const found = new Map<AccessClass, readonly number[]>();
      for (const [accessClass, all] of this.#byClass) {
        found.set(
          accessClass,
          all.filter((index) => ((actions.bits[index >>> 5]! >>> (index & 31)) & 1) === 1),
        );
      }
      known = found;
      this.#spoken.set(actions, known);
    }
    return known;
  }
}
