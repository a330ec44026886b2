import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { HeldPolicy, PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import { UNKNOWN } from '../authz/truth.ts';
import type { Attachment, IdentityNode, NodeId } from '../graph/model.ts';
import type { ActingPoint, CallerStates } from './caller-states.ts';
import type { Derivation, ProviderRows } from './derivation.ts';
import type { CallerState, Elevation } from './reach-model.ts';

/** Something that can be done to an identity short of becoming it, and what it changes. */
export interface Change {
  /** The same text for the same change. */
  readonly key: string;
  /** Permissions added: all there are, or those of certain texts. */
  readonly adds?: 'everything' | readonly CompiledDocument[];
  /** Policies that no longer apply, each where it is attached. */
  readonly drops?: readonly Placed[];
  /** What guards the identity afterwards in place of its own guards. */
  readonly guards?: readonly CompiledDocument[];
  /** Whoever holds the identity can act as it in sessions of this kind. */
  readonly session?: string;
  /** Its tags are what the caller chooses. */
  readonly retags?: true;
}

/** A policy at one place. */
export interface Placed {
  readonly policy: string;
  readonly node: NodeId;
}

/** A change of a policy text: what it does to those who hold the policy depends on where they hold it. */
export interface PolicyChange {
  readonly key: string;
  readonly role: Attachment['role'];
  /** The change for the holders of one attachment. */
  at(attachment: Attachment): Change;
}

/** Up to this many changes of one identity are combined in every way. */
const MOST_COMBINED = 5;

/** The grant of everything. */
export const GRANT: Change = { key: 'grant', adds: 'everything' };

/** No guard any more. */
export const UNGUARD: Change = { key: 'unguard', guards: [] };

/** Tags of the caller's choice. */
export const RETAG: Change = { key: 'retag', retags: true };

/** Permissions of certain policies added; `policies` are their ids. */
export function addition(policies: readonly string[], documents: readonly CompiledDocument[]): Change {
  return { key: JSON.stringify(['grant', ...policies]), adds: documents };
}

/** A policy taken off where it is attached. */
export function removal(places: readonly Placed[]): Change {
  return { key: JSON.stringify(['drop', ...places.map(({ policy, node }) => [policy, node])]), drops: places };
}

/** The same change for everyone who holds a policy, in the part of a decision it plays. */
export function forHolders(role: Attachment['role'], change: Change): PolicyChange {
  return { key: change.key, role, at: () => change };
}

/** Whether a text may deny something. */
export function mayDeny(document: CompiledDocument): boolean {
  if (document.unreadable !== undefined) return document.mayDeny;
  return document.statements.some((statement) => !statement.allow);
}

interface Face {
  readonly change: Change | PolicyChange;
  readonly id: NodeId;
  readonly node: number;
}

interface ZoneChange {
  readonly change: Change;
  readonly node: number;
  readonly members: readonly string[] | undefined;
}

/**
 * What can be done to identities, directly or through the group or policy they hold, and what they turn into when they
 * are held and it is done. Whoever can do several things to one identity has them all at once.
 */
export class Changes {
  readonly elevations: Elevation[] = [];
  readonly faces: { face: string; id: NodeId }[] = [];
  readonly #derivation: Derivation;
  readonly #states: CallerStates;
  readonly #faceNodes: Map<string, Face> = new Map();
  readonly #wanted: Set<number> = new Set();
  readonly #passedOn: Set<string> = new Set();
  readonly #tokens: Map<NodeId, Map<string, { readonly change: Change; readonly node: number }>> = new Map();
  readonly #changedIn: Map<NodeId | undefined, Map<NodeId, IdentityNode>> = new Map();
  readonly #zoneChanges: Map<NodeId | undefined, ZoneChange[]> = new Map();
  readonly #elevated: Map<string, number> = new Map();
  readonly #matters: Map<string, boolean> = new Map();

  constructor(derivation: Derivation, states: CallerStates) {
    this.#derivation = derivation;
    this.#states = states;
    states.onPoint = ({ identity }) => this.#elevate(identity);
  }

  /** A node of a kind that only leads on: groups joined, credentials found. */
  newFace(face: string, id: NodeId): number {
    const node = this.#derivation.builder.node('face', this.faces.length);
    this.faces.push({ face, id });
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
    this.#derivation.defer('face', () => this.#follow(face));
  }

  /** A change that can be made to every identity of some types in a zone: a group they can be put into. */
  addZoneChange(zone: NodeId | undefined, change: ZoneChange): void {
    const list = this.#zoneChanges.get(zone);
    if (list === undefined) this.#zoneChanges.set(zone, [change]);
    else list.push(change);
    for (const identity of this.#changedIn.get(zone)?.values() ?? []) this.#elevate(identity);
  }

  /** Whether a change makes a difference to an identity at all. */
  matters(identity: IdentityNode, change: Change): boolean {
    const rows = this.#derivation.providers.get(identity.provider);
    if (rows === undefined || identity.type === 'group') return false;
    const before = this.#states.stateOf(identity, this.#derivation.model.classOf(identity));
    const key = `${before.index}\n${change.key}`;
    const known = this.#matters.get(key);
    if (known !== undefined) return known;
    const facts = this.#derivation.model.factsOf(identity);
    const answer = this.#after({ identity, facts }, [change], rows).index !== before.index;
    this.#matters.set(key, answer);
    return answer;
  }

  #faceOf(change: Change | PolicyChange, id: NodeId): Face {
    const key = `${change.key}\n${id}`;
    const known = this.#faceNodes.get(key);
    if (known !== undefined) return known;
    const face: Face = { change, id, node: this.newFace(change.key, id) };
    this.#faceNodes.set(key, face);
    // Groups and policies are always looked through, for the identities that hold them.
    if (this.#derivation.isToldApart(id)) this.#derivation.defer('face', () => this.#follow(face));
    return face;
  }

  #follow({ change, id, node }: Face): void {
    const { graph } = this.#derivation.model;
    if ('at' in change) {
      for (const attachment of graph.attachmentsOf(id)) {
        if (attachment.role === change.role) this.#passOn(node, change.at(attachment), attachment.node);
      }
      return;
    }
    const target = graph.node(id);
    if (target?.kind !== 'identity') {
      for (const edge of graph.outgoing(id, 'provisions')) this.#passOn(node, change, edge.to);
      return;
    }
    if (target.type === 'group') {
      for (const member of graph.membersOf(id)) this.#passOn(node, change, member.id);
      return;
    }
    let tokens = this.#tokens.get(id);
    if (tokens === undefined) {
      tokens = new Map();
      this.#tokens.set(id, tokens);
      const zone = graph.zoneOf(id)?.id;
      const changed = this.#changedIn.get(zone);
      if (changed === undefined) this.#changedIn.set(zone, new Map([[id, target]]));
      else changed.set(id, target);
    }
    if (tokens.has(change.key)) return;
    tokens.set(change.key, { change, node });
    this.#elevate(target);
  }

  #passOn(node: number, change: Change, id: NodeId): void {
    const to = this.#faceOf(change, id).node;
    const key = `${node} ${to}`;
    if (!this.#passedOn.has(key)) {
      this.#passedOn.add(key);
      this.#derivation.builder.edge(node, to);
    }
    if (this.#wanted.has(node)) this.want(change, id);
  }

  /** What an identity turns into when it is held and one or more of the changes that can be made to it are made. */
  #elevate(identity: IdentityNode): void {
    const rows = this.#derivation.providers.get(identity.provider);
    const tokens = this.#tokens.get(identity.id);
    if (rows === undefined || tokens === undefined) return;
    const { model } = this.#derivation;
    const guarded = model.classOf(identity).guards.length > 0;
    const all = [...tokens.values()].filter(({ change }) => guarded || change.guards === undefined);
    if (all.length === 0) return;
    for (const { change, node, members } of this.#zoneChanges.get(model.graph.zoneOf(identity.id)?.id) ?? []) {
      if (members === undefined || members.includes(identity.type)) all.push({ change, node });
    }
    all.sort((left, right) => (left.change.key < right.change.key ? -1 : 1));
    // Whoever acts in one kind of session goes on in it.
    for (const point of this.#states.pointsOf(identity.id)) {
      for (const subset of combinations(all)) this.#changed(point, subset, rows);
      if (all.length <= MOST_COMBINED) continue;
      // Too many to combine in every way: what all of them give together is not excluded for whoever can make one.
      const whole = this.#changed(point, all, rows);
      for (const one of all) this.#derivation.builder.edge(this.#changed(point, [one], rows), whole, UNKNOWN);
    }
  }

  /** The node of an identity after a list of changes: after all but the last, and the last. */
  #changed(
    point: ActingPoint,
    changes: readonly { readonly change: Change; readonly node: number }[],
    rows: ProviderRows,
  ): number {
    const { builder } = this.#derivation;
    const last = changes.at(-1);
    if (last === undefined) return point.node;
    const key = JSON.stringify([point.node, changes.map(({ change }) => change.key)]);
    const known = this.#elevated.get(key);
    if (known !== undefined) return known;
    const before = this.#changed(point, changes.slice(0, -1), rows);
    const node = builder.node('elevated', this.elevations.length);
    this.elevations.push({ identity: point.identity, changes: changes.map(({ change }) => change.key) });
    this.#elevated.set(key, node);
    builder.joint(before, last.node, node);
    const made = changes.map(({ change }) => change);
    builder.edge(node, this.#after(point, made, rows).node);
    return node;
  }

  #after(
    { identity, facts: before }: Omit<ActingPoint, 'node'>,
    changes: readonly Change[],
    rows: ProviderRows,
  ): CallerState {
    const session = changes.find((change) => change.session !== undefined)?.session;
    const facts: PrincipalFacts = {
      ...(session === undefined ? before : this.#derivation.model.sessionFacts(identity, session)),
      ...(changes.some((change) => change.retags) ? { chosenTags: true } : {}),
    };
    return this.#states.stateOf(identity, this.#classAfter(identity, changes, facts, rows), facts);
  }

  #classAfter(
    identity: IdentityNode,
    changes: readonly Change[],
    facts: PrincipalFacts,
    rows: ProviderRows,
  ): PrincipalClass {
    const { model } = this.#derivation;
    const base = model.classOf(identity);
    const dropped = new Set(
      changes.flatMap((change) => change.drops ?? []).map(({ policy, node }) => `${policy}\n${node}`),
    );
    const stays = (held: HeldPolicy): boolean => !dropped.has(`${held.policy.id}\n${held.attachment.node}`);
    const held =
      dropped.size === 0
        ? base.grants
        : model
            .holdingsOf(identity)
            .grants.filter(stays)
            .map(({ document }) => document);
    const everything = changes.some((change) => change.adds === 'everything');
    const added = changes.flatMap((change) => (Array.isArray(change.adds) ? (change.adds as CompiledDocument[]) : []));
    const guards = changes.flatMap((change) => (change.guards === undefined ? [] : [change.guards]));
    return model.variantOf(
      identity,
      {
        // Beside a grant of everything, other grants say nothing; what they deny still counts.
        grants: everything ? [...[...held, ...added].filter(mayDeny), rows.everything] : [...held, ...added],
        // One guard takes the place of another; none at all is the widest.
        guards: guards.find((one) => one.length === 0) ?? guards[0] ?? base.guards,
        scopeGuards: base.scopeGuards,
      },
      facts,
    );
  }
}

/** Every combination of a few; of many the single ones, the pairs and all together. Shorter ones come first. */
function combinations<T>(all: readonly T[]): readonly (readonly T[])[] {
  const found: T[][] = [];
  if (all.length <= MOST_COMBINED) {
    for (let bits = 1; bits < 1 << all.length; bits += 1) found.push(all.filter((_, at) => ((bits >> at) & 1) === 1));
    return found.sort((left, right) => left.length - right.length);
  }
  for (const one of all) found.push([one]);
  for (let first = 0; first < all.length; first += 1) {
    for (let second = first + 1; second < all.length; second += 1) found.push([all[first]!, all[second]!]);
  }
  return found;
}
