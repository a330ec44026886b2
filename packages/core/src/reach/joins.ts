import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { HeldPolicy, PrincipalClass } from '../authz/principal-class.ts';
import { FALSE, type Truth } from '../authz/truth.ts';
import type { IdentityNode, NodeId, ScopeNode } from '../graph/model.ts';
import type { CallerStates, StateMembers } from './caller-states.ts';
import { addition, type Changes } from './changes.ts';
import type { Derivation, ProviderRows } from './derivation.ts';
import { forEachMember, type RangeSet } from './range-set.ts';
import { type CallerState, truthOf } from './reach-model.ts';
import type { Technique } from './technique.ts';
import type { Universe } from './universe.ts';
import type { ZoneControl } from './zone-control.ts';

/** What happens to a scope guard: taken off where others stay, or rewritten to let everything pass. */
export type Lift = 'lift' | 'open';

interface Joining {
  /** Texts that the groups pass on. */
  readonly added: readonly CompiledDocument[];
  /** Nodes of what the groups are assigned to. */
  readonly assigned: readonly number[];
  readonly members: readonly string[] | undefined;
  readonly mostGroups: number | undefined;
}

/**
 * Things done to a set of targets at once that change what everybody in a zone can do: groups that users are put into,
 * and guards that are lifted off a whole scope. Edges grow with states, not with identities.
 */
export class Joins {
  readonly #derivation: Derivation;
  readonly #states: CallerStates;
  readonly #changes: Changes;
  readonly #control: ZoneControl;
  readonly #joinNodes: Map<string, number> = new Map();
  readonly #liftNodes: Map<string, number> = new Map();
  readonly #liftedNodes: Map<string, number> = new Map();
  readonly #outside: Map<NodeId, number> = new Map();
  readonly #assigned: Map<NodeId, number> = new Map();
  readonly #whenMembers: Map<NodeId | undefined, ((one: StateMembers) => void)[]> = new Map();

  constructor(derivation: Derivation, states: CallerStates, changes: Changes, control: ZoneControl) {
    this.#derivation = derivation;
    this.#states = states;
    this.#changes = changes;
    this.#control = control;
    states.onMembers = (one) => {
      for (const work of this.#whenMembers.get(one.state.class.zone) ?? []) work(one);
    };
  }

  /** Edges for subjects, and groups of subjects, that sign in as an identity by assignment. */
  addAssignments(): void {
    const { model, builder, identityNodes } = this.#derivation;
    const { graph } = model;
    for (const identity of graph.identities) {
      if (identity.type !== 'group') {
        for (const group of graph.groupsOf(identity.id)) {
          if (graph.outgoing(group.id, 'federates').length === 0) continue;
          builder.edge(identityNodes.get(identity.id)!, this.#assignedNode(group.id));
        }
      }
      const edges = graph.outgoing(identity.id, 'federates');
      if (edges.length === 0) continue;
      if (identity.type === 'group') continue;
      const guards = this.#guardsOf(identity);
      for (const edge of edges) {
        if (!identityNodes.has(edge.to)) continue;
        const to = this.#states.session(edge.to, undefined, guards);
        builder.edge(identityNodes.get(identity.id)!, to, truthOf(edge.certainty), -1, 1);
      }
    }
  }

  /** What caps the sessions of a subject. */
  #guardsOf(subject: IdentityNode): readonly CompiledDocument[] {
    const { model, providers } = this.#derivation;
    return providers.has(subject.provider) ? model.holdingsOf(subject).guards.map((held) => held.document) : [];
  }

  /** Edges from a caller to single groups of a set, and to all of them together. */
  join(node: number, technique: Technique, label: number, universe: Universe, set: RangeSet, certainty: Truth): void {
    for (const groups of singlesAndAll(idsOf(universe, set))) {
      this.#derivation.builder.edge(node, this.#joinNode(groups, technique), certainty, label);
    }
  }

  /** Edges from a caller to single guards of a set, and to all of them together. */
  lift(node: number, kind: Lift, label: number, universe: Universe, set: RangeSet, certainty: Truth): void {
    for (const policies of singlesAndAll(idsOf(universe, set))) {
      this.#derivation.builder.edge(node, this.#liftNode(policies, kind), certainty, label);
    }
  }

  /** An edge from a caller to its zone outside of every scope around it. */
  leaveScopes(node: number, zone: NodeId, rows: ProviderRows, label: number, certainty: Truth): void {
    if (certainty === FALSE) return;
    let outside = this.#outside.get(zone);
    if (outside === undefined) {
      const face = this.#changes.newFace('leave-scopes', zone, { change: 'leave-scopes' });
      outside = face;
      this.#outside.set(zone, face);
      this.#derivation.defer('lift', () => this.#withoutGuards(zone, rows, [], face));
    }
    this.#derivation.builder.edge(node, outside, certainty, label);
  }

  /** What the subjects of a group sign in as. */
  #assignedNode(group: NodeId): number {
    const known = this.#assigned.get(group);
    if (known !== undefined) return known;
    const { builder, model, identityNodes } = this.#derivation;
    const node = this.#changes.newFace('assigned', group);
    this.#assigned.set(group, node);
    for (const edge of model.graph.outgoing(group, 'federates')) {
      if (identityNodes.has(edge.to)) {
        builder.edge(node, this.#states.acting(edge.to), truthOf(edge.certainty), -1, 1);
      }
    }
    return node;
  }

  #joinNode(groups: readonly NodeId[], technique: Technique): number {
    const key = JSON.stringify([groups, technique.members ?? null, technique.mostGroups ?? null]);
    const known = this.#joinNodes.get(key);
    if (known !== undefined) return known;
    const node = this.#changes.newFace('join', groups[0]!, { change: 'join', groups });
    this.#joinNodes.set(key, node);
    this.#derivation.defer('join', () => this.#addJoin(groups, node, technique));
    return node;
  }

  /**
   * What identities turn into when they are put into groups: one joint edge for each state, not for each identity.
   * Groups a caller may join together count together, since what one lacks another may give.
   */
  #addJoin(groups: readonly NodeId[], node: number, { members, mostGroups }: Technique): void {
    const { model } = this.#derivation;
    const added: CompiledDocument[] = [];
    const assigned: number[] = [];
    let zone: NodeId | undefined;
    for (const id of groups) {
      const group = model.graph.node(id);
      if (group?.kind !== 'identity') continue;
      zone = model.graph.zoneOf(id)?.id;
      for (const held of model.holdingsOf(group).grants) added.push(held.document);
      for (const one of [group, ...model.graph.groupsOf(id)]) {
        if (model.graph.outgoing(one.id, 'federates').length > 0) assigned.push(this.#assignedNode(one.id));
      }
    }
    this.#every(zone, (one) => this.#deriveJoin(one, node, { added, assigned, members, mostGroups }));
    if (added.length > 0) {
      this.#changes.addZoneChange(zone, { change: addition(groups, added), node, members, mostGroups });
    }
  }

  #deriveJoin(one: StateMembers, node: number, { added, assigned, members, mostGroups }: Joining): void {
    const { builder } = this.#derivation;
    const { state } = one;
    if (members !== undefined && !members.includes(state.class.type)) return;
    const any = this.#states.anyOf(one, mostGroups);
    for (const to of assigned) builder.joint(any, node, to);
    const joined = this.#variant(state, { grants: [...state.class.grants, ...added] });
    if (joined === state.class) return;
    builder.joint(any, node, this.#states.stateOf(state.facts.node, joined, state.facts).node);
  }

  /** The class of a state with other grants, or other guards of its scopes. */
  #variant(
    { class: base, facts }: CallerState,
    parts: Partial<Pick<PrincipalClass, 'grants' | 'scopeGuards'>>,
  ): PrincipalClass {
    const { grants = base.grants, scopeGuards = base.scopeGuards } = parts;
    // The guards of the session are among those of the class already.
    const { guards, sessionGuards } = base;
    const held = { grants, guards, scopeGuards, sessionGuards, withoutKindGuard: true };
    return this.#derivation.model.variantOf(facts.node, held, facts);
  }

  /** Does something for every state of a zone, those that come up later included. */
  #every(zone: NodeId | undefined, work: (one: StateMembers) => void): void {
    for (const one of [...this.#states.membersIn(zone)]) work(one);
    const list = this.#whenMembers.get(zone);
    if (list === undefined) this.#whenMembers.set(zone, [work]);
    else list.push(work);
  }

  #liftNode(policies: readonly NodeId[], kind: Lift): number {
    const key = JSON.stringify([kind, policies]);
    const known = this.#liftNodes.get(key);
    if (known !== undefined) return known;
    const node = this.#changes.newFace(kind, policies[0]!, { change: kind, policies });
    this.#liftNodes.set(key, node);
    this.#derivation.defer('lift', () => this.#deriveLift(new Set(policies), kind, node));
    return node;
  }

  /** What those in the scopes of lifted guards can do without them. */
  #deriveLift(policies: ReadonlySet<NodeId>, kind: Lift, node: number): void {
    const { model, providers } = this.#derivation;
    for (const rows of [...providers.values()]) {
      for (const zone of model.graph.scopes) {
        if (zone.zone !== true || zone.provider !== rows.model.semantics.provider) continue;
        const levels = this.#levelsWithout(zone, policies, kind, rows.everything);
        if (levels !== undefined) this.#withoutGuards(zone.id, rows, levels, node);
      }
    }
  }

  /** What everybody in a zone can do, once `node` is reached, within the guards of scopes that are left. */
  #withoutGuards(
    zone: NodeId,
    rows: ProviderRows,
    levels: readonly (readonly CompiledDocument[])[],
    node: number,
  ): void {
    this.#control.lifted(zone, rows, levels, node);
    this.#addLifted(zone, levels, node);
    this.#every(zone, (one) => {
      const { state } = one;
      if (state.class.scopeGuards.length === 0) return;
      const free = this.#variant(state, { scopeGuards: levels });
      if (free === state.class) return;
      const to = this.#states.stateOf(state.facts.node, free, state.facts).node;
      this.#derivation.builder.joint(this.#states.anyOf(one), node, to);
    });
  }

  /** A change of everybody in a zone; those that leave the same guards are one. */
  #addLifted(zone: NodeId, levels: readonly (readonly CompiledDocument[])[], node: number): void {
    const left = JSON.stringify(levels.map((level) => level.map(({ id }) => id)));
    const key = `${zone}\n${left}`;
    const known = this.#liftedNodes.get(key);
    const lifted = known ?? this.#changes.newFace('lifted', zone);
    this.#derivation.builder.edge(node, lifted);
    if (known !== undefined) return;
    this.#liftedNodes.set(key, lifted);
    this.#changes.addZoneChange(zone, {
      change: {
        key: `lifted ${left}`,
        told: { change: 'lift', policies: [] },
        scopeGuards: levels,
        slot: 'scope guards',
      },
      node: lifted,
      members: undefined,
    });
  }

  /** The guards of a zone without some of them; undefined where none of them is there. */
  #levelsWithout(
    zone: ScopeNode,
    policies: ReadonlySet<NodeId>,
    kind: Lift,
    everything: CompiledDocument,
  ): readonly (readonly CompiledDocument[])[] | undefined {
    const levels = this.#derivation.model.principalGuardsOn(zone);
    const concerns = (held: HeldPolicy): boolean => policies.has(held.policy.id);
    if (!levels.some((level) => level.some(concerns))) return undefined;
    return levels.map((level) => {
      if (kind === 'open') return level.map((held) => (concerns(held) ? everything : held.document));
      const left = level.filter((held) => !concerns(held));
      // The last guard of a level cannot be taken off.
      return (left.length === 0 ? level : left).map((held) => held.document);
    });
  }
}

function idsOf(universe: Universe, set: RangeSet): readonly NodeId[] {
  const ids: NodeId[] = [];
  forEachMember(set, (index) => ids.push(universe.ids[index]!));
  return ids;
}

function singlesAndAll(ids: readonly NodeId[]): readonly (readonly NodeId[])[] {
  const singles = ids.map((id) => [id]);
  return ids.length > 1 ? [...singles, ids] : singles;
}
