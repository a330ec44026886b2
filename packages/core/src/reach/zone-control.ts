import type { CompiledDocument } from '../authz/compiled-document.ts';
import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { NodeId } from '../graph/model.ts';
import type { CallerStates } from './caller-states.ts';
import { forHolders, GRANT, mayDeny, UNGUARD } from './change.ts';
import type { Changes } from './changes.ts';
import { type Derivation, newIdentityOf, type ProviderRows, type TechniqueRow } from './derivation.ts';
import { choosesKey, type NameablePolicy, nameablePolicies } from './named-policies.ts';
import { forEachMember } from './range-set.ts';
import { MADE, type MadeIdentity } from './reach-model.ts';
import { inZone } from './requirement.ts';
import type { Caller } from './target-decisions.ts';
import type { FixedContext, Technique } from './technique.ts';

/** What an identity is made with: a key of its own, and the texts it holds. */
interface Outfit {
  readonly key: string;
  /** What it holds, as evidence tells it. */
  readonly told: Pick<MadeIdentity['told'], 'policies' | 'groups'>;
  readonly grants: readonly CompiledDocument[];
  /** Ids of the policies whose texts those are, where it holds named ones. */
  readonly policies?: readonly string[];
}

/**
 * Control of whole zones, and identities that callers can make in their own zone: with every permission, with those of
 * policies or groups they may name, and up to a guard they must name. "Admin up to a boundary" is not admin.
 */
export class ZoneControl {
  readonly zones: NodeId[] = [];
  readonly nodes: Map<NodeId, number> = new Map();
  readonly made: MadeIdentity[] = [];
  readonly #derivation: Derivation;
  readonly #states: CallerStates;
  readonly #changes: Changes;
  readonly #madeNodes: Map<string, number> = new Map();

  constructor(derivation: Derivation, states: CallerStates, changes: Changes) {
    this.#derivation = derivation;
    this.#states = states;
    this.#changes = changes;
  }

  /** Edges of a row that aims at nothing in particular. */
  derive(node: number, caller: Caller, row: TechniqueRow, rows: ProviderRows): void {
    const zone = caller.class?.zone;
    if (zone === undefined || caller.class === undefined || caller.class.external) return;
    if (row.technique.yields === 'make') {
      this.#deriveMade(node, caller, row, rows);
      return;
    }
    const truth = rows.evaluator.evaluateAlone(row.technique.requires, caller);
    this.#control(node, caller, zone, rows, truth, row.label);
  }

  /** The node of control of a zone: every permission there, outside every boundary, within the guards of its scopes. */
  nodeOf(zone: NodeId, rows: ProviderRows): number {
    const known = this.nodes.get(zone);
    if (known !== undefined) return known;
    const node = this.#derivation.builder.node('zone-control', this.zones.length);
    this.zones.push(zone);
    this.nodes.set(zone, node);
    const levels = this.#guardsOf(zone);
    this.#derivation.controlling.add(
      this.#act(node, zone, `administrator:${zone}`, rows, [rows.everything], [], levels),
    );
    return node;
  }

  /** Lets a node act as whoever controls a zone, within other guards of its scopes. */
  actWithin(node: number, zone: NodeId, rows: ProviderRows, levels: readonly (readonly CompiledDocument[])[]): void {
    this.#act(node, zone, `administrator:${zone}`, rows, [rows.everything], [], levels);
  }

  #control(node: number, caller: Caller, zone: NodeId, rows: ProviderRows, truth: Truth, label: number): void {
    if (truth === FALSE) return;
    this.#derivation.builder.edge(node, this.nodeOf(zone, rows), truth, label);
    if (truth === TRUE) this.#derivation.controlling.add(caller.class!.index);
  }

  #deriveMade(node: number, caller: Caller, row: TechniqueRow, rows: ProviderRows): void {
    const { technique } = row;
    const bounds = technique.bounds?.key;
    const unbounded: FixedContext = bounds === undefined ? {} : { [bounds]: null };
    // Who controls the zone can make nothing that it cannot do already.
    if (this.#derivation.controlling.has(caller.class!.index)) return;
    const open = this.#makeAll(node, caller, row, rows, unbounded, undefined);
    if (open === TRUE || bounds === undefined || !choosesKey(caller.class!, bounds)) return;
    for (const guard of nameablePolicies(this.#derivation.model, rows.model, caller.class!, bounds)) {
      this.#makeAll(node, caller, row, rows, { [bounds]: guard.id }, guard);
    }
  }

  /** Everything a caller can make within one guard, or without any; the answer is about an identity that holds everything. */
  #makeAll(
    node: number,
    caller: Caller,
    { technique, label }: TechniqueRow,
    rows: ProviderRows,
    given: FixedContext,
    guard: NameablePolicy | undefined,
  ): Truth {
    const zone = caller.class!.zone!;
    const ask = (more: FixedContext): Truth =>
      rows.evaluator.evaluateAlone(technique.requires, caller, { ...given, ...more });
    const emit = (outfit: Outfit, truth: Truth): void => {
      if (truth === FALSE) return;
      this.#derivation.builder.edge(node, this.#madeNode(zone, outfit, guard, rows), truth, label);
    };
    if (technique.joins !== undefined) {
      const truth = ask({});
      if (truth !== FALSE)
        for (const one of this.#groupOutfits(caller, technique, rows)) emit(one.outfit, least(truth, one.truth));
      return FALSE;
    }
    const names = technique.names;
    const whole =
      names === undefined
        ? ask({})
        : names.strongest === undefined
          ? FALSE
          : ask({ [names.key]: inZone(names.strongest, zone) });
    if (guard === undefined) this.#control(node, caller, zone, rows, whole, label);
    else emit({ key: 'everything', told: {}, grants: [rows.everything] }, whole);
    if (whole === TRUE || names === undefined) return whole;
    if (names.strongest !== undefined && !choosesKey(caller.class!, names.key)) return whole;
    const policies = nameablePolicies(this.#derivation.model, rows.model, caller.class!, names.key);
    const allowed = policies.map((policy) => ({ policy, truth: ask({ [names.key]: policy.id }) }));
    for (const level of [TRUE, CONDITIONAL, UNKNOWN] as const) {
      if (!allowed.some(({ truth }) => truth === level)) continue;
      const held = allowed.filter(({ truth }) => truth >= level).map(({ policy }) => policy);
      for (const some of namedTogether(held)) {
        const ids = some.map(({ id }) => id);
        const grants = some.map(({ document }) => document);
        emit({ key: JSON.stringify(ids), told: { policies: ids }, grants, policies: ids }, level);
      }
    }
    return whole;
  }

  /** What a new identity holds by the groups a caller may put it into: each alone, and all it may name together. */
  #groupOutfits(
    caller: Caller,
    technique: Technique,
    rows: ProviderRows,
  ): readonly { readonly outfit: Outfit; readonly truth: Truth }[] {
    const { types, that } = technique.joins!;
    const { model, universes } = this.#derivation;
    const universe = universes.of({ kind: 'identity', types, sameZone: true }, technique.provider, caller.class!.zone);
    const found = rows.evaluator.evaluate(that, caller, universe, universe.full);
    const outfits: { outfit: Outfit; truth: Truth }[] = [];
    for (const [set, truth] of [
      [found.proven, TRUE],
      [found.possible, CONDITIONAL],
      [found.open, UNKNOWN],
    ] as const) {
      const ids: NodeId[] = [];
      forEachMember(set, (index) => ids.push(universe.ids[index]!));
      const lists = ids.length > 1 ? [...ids.map((id) => [id]), ids] : ids.map((id) => [id]);
      for (const list of lists) {
        const grants = list.flatMap((id) => {
          const group = model.graph.identity(id);
          return group === undefined ? [] : model.holdingsOf(group).grants.map((held) => held.document);
        });
        if (grants.length > 0)
          outfits.push({ outfit: { key: JSON.stringify(list), told: { groups: list }, grants }, truth });
      }
    }
    return outfits;
  }

  #madeNode(zone: NodeId, outfit: Outfit, guard: NameablePolicy | undefined, rows: ProviderRows): number {
    const key = JSON.stringify([zone, outfit.key, guard?.id ?? null]);
    const known = this.#madeNodes.get(key);
    if (known !== undefined) return known;
    const id = `${MADE}${zone}`;
    const node = this.#derivation.builder.node('made', this.made.length);
    this.made.push({
      id,
      told: { change: 'make', ...outfit.told, ...(guard === undefined ? {} : { guard: guard.id }) },
    });
    this.#madeNodes.set(key, node);
    const guards = guard === undefined ? [] : [guard.document];
    this.#act(node, zone, id, rows, outfit.grants, guards, this.#guardsOf(zone));
    this.#followPolicies(node, zone, outfit, guard, rows);
    return node;
  }

  /** What becomes of a made identity when the policies it holds, or the one that guards it, are rewritten. */
  #followPolicies(
    node: number,
    zone: NodeId,
    outfit: Outfit,
    guard: NameablePolicy | undefined,
    rows: ProviderRows,
  ): void {
    const { builder, model } = this.#derivation;
    const everything: Outfit = { key: 'everything', told: {}, grants: [rows.everything] };
    if (guard !== undefined && model.graph.node(guard.id) !== undefined) {
      const face = this.#changes.face(forHolders('identity-guard', UNGUARD), guard.id);
      const free =
        outfit.key === everything.key ? this.nodeOf(zone, rows) : this.#madeNode(zone, outfit, undefined, rows);
      builder.joint(node, face, free);
    }
    for (const policy of outfit.policies ?? []) {
      if (model.graph.node(policy) === undefined) continue;
      const face = this.#changes.face(forHolders('identity-grant', GRANT), policy);
      const more = guard === undefined ? this.nodeOf(zone, rows) : this.#madeNode(zone, everything, guard, rows);
      builder.joint(node, face, more);
    }
  }

  /** Lets a node act as an identity of a zone that is not in the input; gives the index of its class. */
  #act(
    node: number,
    zone: NodeId,
    id: NodeId,
    rows: ProviderRows,
    grants: readonly CompiledDocument[],
    guards: readonly CompiledDocument[],
    scopeGuards: readonly (readonly CompiledDocument[])[],
  ): number {
    const { model, builder } = this.#derivation;
    const facts = newIdentityOf(model, zone, rows.model.semantics.provider, id);
    const principalClass = model.madeClass(facts, zone, { grants, guards, scopeGuards });
    builder.edge(node, this.#states.classNode(principalClass));
    builder.edge(node, this.#states.newState(principalClass, facts).node);
    return principalClass.index;
  }

  #guardsOf(zone: NodeId): readonly (readonly CompiledDocument[])[] {
    const scope = this.#derivation.model.graph.node(zone);
    if (scope?.kind !== 'scope') return [];
    return this.#derivation.model.principalGuardsOn(scope).map((level) => level.map((held) => held.document));
  }
}

/** Policies worth naming together: all that deny nothing, and those with each of the others. */
function namedTogether(policies: readonly NameablePolicy[]): readonly (readonly NameablePolicy[])[] {
  const harmless = policies.filter(({ document }) => !mayDeny(document));
  const others = policies.filter(({ document }) => mayDeny(document));
  const lists = others.map((one) => [...harmless, one]);
  return harmless.length > 0 ? [harmless, ...lists] : lists;
}

function least(left: Truth, right: Truth): Truth {
  return left < right ? left : right;
}
