import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import { FALSE, TRUE, type Truth } from '../authz/truth.ts';
import type { NodeId } from '../graph/model.ts';
import type { CallerStates } from './caller-states.ts';
import type { Changes } from './changes.ts';
import { type Derivation, newIdentityOf, type ProviderRows, type TechniqueRow } from './derivation.ts';
import { MadeIdentities, wholeTruth } from './made-identities.ts';
import type { MadeIdentity } from './reach-model.ts';
import type { Caller } from './target-decisions.ts';
import type { FixedContext } from './technique.ts';

/**
 * Control of whole zones, and identities that callers can make in their own zone: with every permission, with those of
 * policies or groups they may name, and up to a guard they must name. "Admin up to a boundary" is not admin.
 */
export class ZoneControl {
  readonly zones: NodeId[] = [];
  readonly nodes: Map<NodeId, number> = new Map();
  readonly #derivation: Derivation;
  readonly #states: CallerStates;
  readonly #making: MadeIdentities;
  readonly #surest: Map<number, Truth> = new Map();

  constructor(derivation: Derivation, states: CallerStates, changes: Changes) {
    this.#derivation = derivation;
    this.#states = states;
    this.#making = new MadeIdentities(derivation, changes, this);
  }

  /** What callers make, in the order of the nodes for it. */
  get made(): readonly MadeIdentity[] {
    return this.#making.made;
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
    this.#derivation.controlling.add(this.actWithin(node, zone, rows, this.#guardsOf(zone)));
    return node;
  }

  /** The node of control of a scope of a provider without zones: what follows from it is derived apart. */
  scopeNode(scope: NodeId): number {
    const known = this.nodes.get(scope);
    if (known !== undefined) return known;
    const node = this.#derivation.builder.node('zone-control', this.zones.length);
    this.zones.push(scope);
    this.nodes.set(scope, node);
    return node;
  }

  /** Whether a class is that of administrators of its zone, within the same guards of scopes. */
  isAdministrators(of: PrincipalClass, administrator: PrincipalFacts, rows: ProviderRows): boolean {
    const { zone, type, grants, guards, sessionGuards, scopeGuards } = of;
    if (zone === undefined || type !== administrator.node.type || grants.length !== 1) return false;
    if (guards.length > 0 || sessionGuards.length > 0) return false;
    const parts = { grants: [rows.everything], guards: [], scopeGuards };
    return this.#derivation.model.madeClass(administrator, zone, parts) === of;
  }

  /** Lets a node act as whoever controls a zone, within guards of its scopes; gives the index of its class. */
  actWithin(node: number, zone: NodeId, rows: ProviderRows, levels: readonly (readonly CompiledDocument[])[]): number {
    const administrator = this.#derivation.administratorOf(zone, rows.model.semantics.provider);
    return this.#act(node, administrator, zone, [rows.everything], [], levels);
  }

  /** How surely who reaches the node of a class makes itself control of its zone. */
  controlOf(node: number): Truth {
    return this.#surest.get(node) ?? FALSE;
  }

  /** Lets a node act as an identity of a zone that is not in the input, within the guards of the scopes of the zone. */
  act(
    node: number,
    zone: NodeId,
    id: NodeId,
    rows: ProviderRows,
    grants: readonly CompiledDocument[],
    guards: readonly CompiledDocument[],
  ): void {
    const facts = newIdentityOf(this.#derivation.model, zone, rows.model.semantics.provider, id);
    this.#act(node, facts, zone, grants, guards, this.#guardsOf(zone));
  }

  #control(node: number, caller: Caller, zone: NodeId, rows: ProviderRows, truth: Truth, label: number): void {
    if (truth === FALSE) return;
    this.#derivation.builder.edge(node, this.nodeOf(zone, rows), truth, label);
    if (truth > this.controlOf(node)) this.#surest.set(node, truth);
    if (truth === TRUE) this.#derivation.controlling.add(caller.class!.index);
  }

  /** An identity with every permission outside every guard is control of the zone; others are followed apart. */
  #deriveMade(node: number, caller: Caller, row: TechniqueRow, rows: ProviderRows): void {
    const { technique, label } = row;
    // Who controls the zone can make nothing that it cannot do already.
    if (this.#derivation.controlling.has(caller.class!.index)) return;
    const zone = caller.class!.zone!;
    const bounds = technique.bounds?.key;
    const given: FixedContext = bounds === undefined ? {} : { [bounds]: null };
    const whole = wholeTruth(
      technique,
      zone,
      (more) => rows.evaluator.evaluateAlone(technique.requires, caller, { ...given, ...more }),
      (names) => rows.evaluator.makeable(names, caller),
    );
    this.#control(node, caller, zone, rows, whole, label);
    if (whole !== TRUE) this.#making.add(node, caller, row, rows);
  }

  /** Lets a node act as an identity of a zone that is not in the input; gives the index of its class. */
  #act(
    node: number,
    facts: PrincipalFacts,
    zone: NodeId,
    grants: readonly CompiledDocument[],
    guards: readonly CompiledDocument[],
    scopeGuards: readonly (readonly CompiledDocument[])[],
  ): number {
    const { model, builder } = this.#derivation;
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
