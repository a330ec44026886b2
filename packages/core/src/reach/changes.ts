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

/** Something that identities hold, or can be given, and whose policies can be changed: a group, or a policy in one of its parts. */
type Carrier = string;

const groupCarrier = (id: NodeId): Carrier => `group\n${id}`;
const policyCarrier = (role: string, id: string): Carrier => `${role}\n${id}`;

/** Follows what a change of something that can be put on somebody then does; `face` stands for being able to make it. */
type Put = (changed: Carried, face: number) => void;

/** A change of a carrier: what it does to who has it put on. */
type Carried = (node: NodeId) => Change;

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
  readonly #puts: Map<Carrier, Put[]> = new Map();
  readonly #carried: Map<Carrier, { readonly changed: Carried; readonly face: number }[]> = new Map();

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

  /** The same, if it has come up. */
  knownFace(change: Change | PolicyChange, id: NodeId): number | undefined {
    return this.#faceNodes.get(faceKey(change, id))?.node;
  }

  /** Follows what somebody who does not control the zone anyway can do to a node. */
  want(change: Change | PolicyChange, id: NodeId): void {
    const face = this.#faceOf(change, id);
    if (this.#wanted.has(face.node)) return;
    this.#wanted.add(face.node);
    this.#derivation.deferFace(() => {
      this.#follow(face);
      this.#followCarried(face);
    });
  }

  /** Follows what changes of groups do to those who can be put into one: `face` stands for being able to make the change. */
  putInto(groups: readonly NodeId[], follow: (change: Change, face: number) => void): void {
    for (const id of groups) this.#addPut(groupCarrier(id), (changed, face) => follow(changed(id), face));
  }

  /** What is put on somebody by its name, and what is done to something that can be put on somebody, go together. */
  #followCarried({ change, id, node }: Followed): void {
    if ('at' in change) {
      this.#addCarried(
        policyCarrier(change.role, id),
        (on) => change.at({ policy: id, node: on, role: change.role }),
        node,
      );
      return;
    }
    const target = this.#derivation.model.graph.node(id);
    if (target?.kind === 'identity' && target.type === 'group') this.#addCarried(groupCarrier(id), () => change, node);
    const { puts } = change;
    for (const policy of puts?.policies ?? []) {
      this.#addPut(policyCarrier(puts!.role, policy), (changed, face) => {
        const after = changed(id);
        // Of a policy that was not there before, only what its text says now counts.
        if (after.adds === undefined && after.guards === undefined) return;
        this.#derivation.builder.joint(node, face, this.#faceOf(after, id).node);
        this.want(after, id);
      });
    }
  }

  #addPut(carrier: Carrier, put: Put): void {
    listIn(this.#puts, carrier).push(put);
    for (const { changed, face } of listIn(this.#carried, carrier)) put(changed, face);
  }

  #addCarried(carrier: Carrier, changed: Carried, face: number): void {
    listIn(this.#carried, carrier).push({ changed, face });
    for (const put of listIn(this.#puts, carrier)) put(changed, face);
  }

  #faceOf(change: Change | PolicyChange, id: NodeId): Followed {
    const key = faceKey(change, id);
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

function faceKey({ key }: Change | PolicyChange, id: NodeId): string {
  return `${key}\n${id}`;
}

function listIn<Value>(map: Map<string, Value[]>, key: string): Value[] {
  let list = map.get(key);
  if (list === undefined) {
    list = [];
    map.set(key, list);
  }
  return list;
}
