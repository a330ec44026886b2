import { TRUE, type Truth } from '../authz/truth.ts';
import type { IdentityNode, NodeId } from '../graph/model.ts';
import type { Change, PolicyChange } from './change.ts';
import type { Derivation } from './derivation.ts';
import type { HopChange } from './hop-change.ts';
import { type Face, truthOf } from './reach-model.ts';

/** A change that can be made to one identity by whoever reaches its node. */
export interface IdentityChange {
  readonly identity: IdentityNode;
  readonly change: Change;
}

/** A change that can be made to every identity of a zone, or of some types in it, by whoever reaches its node. */
export interface ZoneChange {
  readonly change: Change;
  /** The zone whose identities can be changed; undefined where that depends on the guards a zone has. */
  readonly zone: NodeId | undefined;
  /** Types of identity that can be changed; undefined for all. */
  readonly members: readonly string[] | undefined;
}

interface Followed {
  readonly change: Change | PolicyChange;
  readonly id: NodeId;
  readonly node: number;
}

/**
 * What can be done to identities, directly or through the group or policy they hold. What they turn into when they are
 * held and it is done is followed for those who can do both ({@link CombinedChanges}).
 */
export class Changes {
  readonly faces: Face[] = [];
  /** Changes of single identities, by the node of the reach graph that stands for being able to make them. */
  readonly ofIdentities: Map<number, IdentityChange> = new Map();
  /** The same for changes of many. */
  readonly ofZones: Map<number, ZoneChange> = new Map();
  readonly #derivation: Derivation;
  readonly #faceNodes: Map<string, Followed> = new Map();
  readonly #wanted: Set<number> = new Set();
  readonly #passedOn: Set<string> = new Set();

  constructor(derivation: Derivation) {
    this.#derivation = derivation;
  }

  /** A node of a kind that only leads on: groups joined, credentials found. */
  newFace(face: string, id: NodeId, told?: HopChange): number {
    const node = this.#derivation.builder.node('face', this.faces.length);
    this.faces.push({ face, id, ...(told === undefined ? {} : { told }) });
    return node;
  }

  /** The node reached by whoever can do `change` to a node. */
  face(change: Change | PolicyChange, id: NodeId): number {
    const face = this.#faceOf(change, id);
    return face.node;
  }

  /** Follows what somebody who does not control the zone anyway can do to a node. */
  want(change: Change | PolicyChange, id: NodeId): void {
    const face = this.#faceOf(change, id);
    if (this.#wanted.has(face.node)) return;
    this.#wanted.add(face.node);
    this.#derivation.deferFace(() => this.#follow(face));
  }

  #faceOf(change: Change | PolicyChange, id: NodeId): Followed {
    const key = `${change.key}\n${id}`;
    const known = this.#faceNodes.get(key);
    if (known !== undefined) return known;
    const told = 'told' in change ? change.told : undefined;
    const face: Followed = { change, id, node: this.newFace(change.key, id, told) };
    this.#faceNodes.set(key, face);
    // Groups and policies are always looked through, for the identities that hold them.
    if (this.#derivation.isToldApart(id)) this.#derivation.deferFace(() => this.#follow(face));
    return face;
  }

  #follow({ change, id, node }: Followed): void {
    const { graph } = this.#derivation.model;
    if ('at' in change) {
      for (const attachment of graph.attachmentsOf(id)) {
        if (attachment.role === change.role) this.#passOn(node, change.at(attachment), attachment.node);
      }
      return;
    }
    const target = graph.node(id);
    if (target?.kind !== 'identity') {
      for (const { to, certainty } of graph.outgoing(id, 'provisions')) {
        this.#passOn(node, change, to, truthOf(certainty));
      }
      return;
    }
    if (target.type === 'group') {
      for (const member of graph.membersOf(id)) this.#passOn(node, change, member.id);
      return;
    }
    this.ofIdentities.set(node, { identity: target, change });
  }

  #passOn(node: number, change: Change, id: NodeId, certainty: Truth = TRUE): void {
    const to = this.#faceOf(change, id).node;
    const key = `${node} ${to}`;
    if (!this.#passedOn.has(key)) {
      this.#passedOn.add(key);
      this.#derivation.builder.edge(node, to, certainty);
    }
    if (this.#wanted.has(node)) this.want(change, id);
  }
}
