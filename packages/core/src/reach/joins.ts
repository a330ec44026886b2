import type { CompiledDocument } from '../authz/compiled-document.ts';
import { FALSE, type Truth } from '../authz/truth.ts';
import type { GraphNode, IdentityNode, NodeId } from '../graph/model.ts';
import type { CallerStates } from './caller-states.ts';
import { bothOf, type Change, joining } from './change.ts';
import type { Changes } from './changes.ts';
import type { Derivation } from './derivation.ts';
import { truthOf } from './reach-model.ts';
import type { Technique } from './technique.ts';

/** What happens to a scope guard: taken off where others stay, or rewritten to let everything pass. */
export type Lift = 'lift' | 'open';

/** Up to this many changes of a group are followed together for whoever is put into it. */
const MOST_BESIDE = 3;

/** More combinations of them than this are not: each is followed by itself then. */
const MOST_FOLLOWED = 64;

/**
 * Changes that can be made to everybody in a zone: groups that users are put into, and guards that are lifted off a
 * whole scope; and what subjects and groups of subjects are assigned to.
 */
export class Joins {
  readonly #derivation: Derivation;
  readonly #states: CallerStates;
  readonly #changes: Changes;
  readonly #nodes: Map<string, number> = new Map();
  readonly #assigned: Map<NodeId, number> = new Map();

  constructor(derivation: Derivation, states: CallerStates, changes: Changes) {
    this.#derivation = derivation;
    this.#states = states;
    this.#changes = changes;
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

  /** An edge from a caller to its zone outside of every scope around it. */
  leaveScopes(node: number, zone: NodeId, label: number, certainty: Truth): void {
    if (certainty === FALSE) return;
    const outside = this.#nodeOf(JSON.stringify(['leave-scopes', zone]), zone, zone, undefined, (key) => ({
      key,
      told: { change: 'leave-scopes' },
      lifts: { kind: 'leave' },
    }));
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

  /** The node reached by whoever can put others, or itself, into a group. Throws a `RangeError` on what is no identity. */
  joinNode(group: GraphNode, { members, mostGroups }: Technique): number {
    if (group.kind !== 'identity') throw new RangeError(`nobody can join \`${group.id}\``);
    const { graph } = this.#derivation.model;
    const zone = graph.zoneOf(group.id)?.id;
    const key = JSON.stringify(['join', group.id, members ?? null, mostGroups ?? null]);
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const { grants } = this.#derivation.model.holdingsOf(group);
    const around = [group, ...graph.groupsOf(group.id)];
    const join: Change = {
      key: JSON.stringify(['join', group.id, mostGroups ?? null]),
      told: { change: 'join', groups: [group.id] },
      adds: grants.map((held) => held.document),
      joins: { group: group.id, mostGroups },
      leadsTo: around
        .filter((one) => graph.outgoing(one.id, 'federates').length > 0)
        .map((one) => this.#assignedNode(one.id)),
    };
    const node = this.#nodeOf(key, group.id, zone, members, () => join);
    const { everything } = this.#derivation.rowsOf(group.provider);
    const followed: { readonly change: Change | undefined; readonly made: number; readonly node: number }[] = [
      { change: undefined, made: 0, node },
    ];
    this.#changes.putInto(
      around.map(({ id }) => id),
      (change, face) => {
        for (const before of [...followed]) {
          // Each change is followed by itself, however many there are.
          const isFull = before.made === MOST_BESIDE || followed.length >= MOST_FOLLOWED;
          if (isFull && before.change !== undefined) continue;
          const all = before.change === undefined ? change : bothOf(before.change, change);
          const both = all === undefined ? undefined : joining(join, all, grants, everything);
          if (all === undefined || both === undefined) continue;
          const to = this.#nodeOf(JSON.stringify([key, all.key]), group.id, zone, members, () => both);
          this.#derivation.builder.joint(before.node, face, to);
          if (followed.length < MOST_FOLLOWED) followed.push({ change: all, made: before.made + 1, node: to });
        }
      },
    );
    return node;
  }

  /** The node reached by whoever can lift a guard off its scopes. */
  liftNode(policy: string, kind: Lift): number {
    return this.#nodeOf(JSON.stringify([kind, policy]), policy, undefined, undefined, (key) => ({
      key,
      told: { change: kind, policies: [policy] },
      lifts: { kind, policy },
    }));
  }

  #nodeOf(
    key: string,
    id: NodeId,
    zone: NodeId | undefined,
    members: readonly string[] | undefined,
    changeOf: (key: string) => Change,
  ): number {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const change = changeOf(key);
    const node = this.#changes.newFace(change.told.change, id, change.told);
    this.#nodes.set(key, node);
    this.#changes.ofZones.set(node, { change, zone, members });
    return node;
  }
}
