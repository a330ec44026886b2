import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { HeldPolicy, PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import { TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { Attachment, IdentityNode, NodeId } from '../graph/model.ts';
import type { ActingPoint, CallerStates } from './caller-states.ts';
import type { Derivation, ProviderRows } from './derivation.ts';
import type { HopChange, PlacedPolicy } from './hop-change.ts';
import { type CallerState, type Elevation, type Face, truthOf } from './reach-model.ts';

/** Something that can be done to an identity short of becoming it, and what it changes. */
export interface Change {
  /** The same text for the same change. */
  readonly key: string;
  /** The change as evidence tells it. */
  readonly told: HopChange;
  /** Permissions added: all there are, or those of certain texts. */
  readonly adds?: 'everything' | readonly CompiledDocument[];
  /** Policies that no longer apply, each where it is attached. */
  readonly drops?: readonly PlacedPolicy[];
  /** What guards the identity afterwards in place of its own guards. */
  readonly guards?: readonly CompiledDocument[];
  /** Whoever holds the identity can act as it in sessions of this kind. */
  readonly session?: string;
  /** Its tags are what the caller chooses. */
  readonly retags?: true;
  /** What the guards of its scopes leave. */
  readonly scopeGuards?: readonly (readonly CompiledDocument[])[];
  /** Of changes with the same slot only one can be made. */
  readonly slot?: string;
}

/** Stands for every place an identity holds a policy at: the text itself has changed. */
export const EVERY_PLACE = '*';

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
export const GRANT: Change = { key: 'grant', told: { change: 'grant' }, adds: 'everything' };

/** No guard any more. */
export const UNGUARD: Change = { key: 'unguard', told: { change: 'guard' }, guards: [], slot: 'guard' };

/** Tags of the caller's choice. */
export const RETAG: Change = { key: 'retag', told: { change: 'retag' }, retags: true };

/** Permissions of certain policies added; `policies` are their ids. */
export function addition(policies: readonly string[], documents: readonly CompiledDocument[]): Change {
  return { key: JSON.stringify(['grant', ...policies]), told: { change: 'grant', policies }, adds: documents };
}

/** A policy taken off where it is attached. */
export function removal(places: readonly PlacedPolicy[]): Change {
  const key = JSON.stringify(['drop', ...places.map(({ policy, node }) => [policy, node])]);
  return { key, told: { change: 'drop', policies: places }, drops: places };
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

interface Followed {
  readonly change: Change | PolicyChange;
  readonly id: NodeId;
  readonly node: number;
}

interface ZoneChange {
  readonly change: Change;
  readonly node: number;
  readonly members: readonly string[] | undefined;
  /** Who is in this many groups already is left out. */
  readonly mostGroups?: number | undefined;
}

/** A change that can be made to an identity, and where it is known that somebody can. */
interface Token {
  readonly change: Change;
  readonly node: number;
  /** It makes no difference by itself, only beside others. */
  readonly passive: boolean;
}

/**
 * What can be done to identities, directly or through the group or policy they hold, and what they turn into when they
 * are held and it is done. Whoever can do several things to one identity has them all at once.
 */
export class Changes {
  readonly elevations: Elevation[] = [];
  readonly faces: Face[] = [];
  readonly #derivation: Derivation;
  readonly #states: CallerStates;
  readonly #faceNodes: Map<string, Followed> = new Map();
  readonly #wanted: Set<number> = new Set();
  readonly #passedOn: Set<string> = new Set();
  readonly #tokens: Map<NodeId, Map<string, Token>> = new Map();
  readonly #changedIn: Map<NodeId | undefined, Map<NodeId, IdentityNode>> = new Map();
  readonly #zoneChanges: Map<NodeId | undefined, ZoneChange[]> = new Map();
  readonly #elevated: Map<string, number> = new Map();
  readonly #ledToWhole: Set<string> = new Set();
  readonly #matters: Map<string, boolean> = new Map();

  constructor(derivation: Derivation, states: CallerStates) {
    this.#derivation = derivation;
    this.#states = states;
    states.onPoint = ({ identity }) => this.#elevate(identity);
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
    const answer = this.#after({ identity, facts, guards: [] }, [change], rows).index !== before.index;
    this.#matters.set(key, answer);
    return answer;
  }

  #faceOf(change: Change | PolicyChange, id: NodeId): Followed {
    const key = `${change.key}\n${id}`;
    const known = this.#faceNodes.get(key);
    if (known !== undefined) return known;
    const told = 'told' in change ? change.told : undefined;
    const face: Followed = { change, id, node: this.newFace(change.key, id, told) };
    this.#faceNodes.set(key, face);
    // Groups and policies are always looked through, for the identities that hold them.
    if (this.#derivation.isToldApart(id)) this.#derivation.defer('face', () => this.#follow(face));
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
    const byItself = change.session === undefined && change.retags === undefined;
    tokens.set(change.key, { change, node, passive: !byItself && !this.matters(target, change) });
    this.#elevate(target);
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

  /** What an identity turns into when it is held and one or more of the changes that can be made to it are made. */
  #elevate(identity: IdentityNode): void {
    const rows = this.#derivation.providers.get(identity.provider);
    const tokens = this.#tokens.get(identity.id);
    if (rows === undefined || tokens === undefined) return;
    const { model } = this.#derivation;
    const guarded = model.classOf(identity).guards.length > 0;
    const every = [...tokens.values()].filter(({ change }) => guarded || change.guards === undefined);
    const joined = model.graph.outgoing(identity.id, 'member-of').length;
    for (const one of this.#zoneChanges.get(model.graph.zoneOf(identity.id)?.id) ?? []) {
      if (one.members !== undefined && !one.members.includes(identity.type)) continue;
      if (one.mostGroups !== undefined && joined >= one.mostGroups) continue;
      every.push({ change: one.change, node: one.node, passive: true });
    }
    every.sort((left, right) => (left.change.key < right.change.key ? -1 : 1));
    // Whoever acts in one kind of session goes on in it; a credential that is good for some things only opens no other.
    for (const point of this.#states.pointsOf(identity.id)) {
      const all = point.limited ? every.filter(({ change }) => change.session === undefined) : every;
      for (const subset of combinations(all)) this.#changed(point, subset, rows);
      if (all.length <= MOST_COMBINED) continue;
      // Too many to combine in every way: what all of them give together is not excluded for whoever can make three.
      const whole = this.#changed(point, oneForEachSlot(all), rows);
      for (const pair of combinations(all)) if (pair.length === 2) this.#leadToWhole(point, pair, all, whole, rows);
    }
  }

  /** Two changes and any third lead, for unknown, to what all of them give. */
  #leadToWhole(
    point: ActingPoint,
    pair: readonly Token[],
    all: readonly Token[],
    whole: number,
    rows: ProviderRows,
  ): void {
    const { builder } = this.#derivation;
    const key = JSON.stringify([point.node, whole, pair.map(({ change }) => change.key), all.length]);
    if (this.#ledToWhole.has(key)) return;
    this.#ledToWhole.add(key);
    const third = builder.node('face', -1);
    for (const one of all) if (!pair.includes(one)) builder.edge(one.node, third);
    const three = builder.node('face', -1);
    builder.joint(this.#changed(point, pair, rows), third, three);
    builder.edge(three, whole, UNKNOWN);
  }

  /** The node of an identity after a list of changes: after all but the last, and the last. */
  #changed(point: ActingPoint, changes: readonly Token[], rows: ProviderRows): number {
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
    { identity, facts: before, guards }: Pick<ActingPoint, 'identity' | 'facts' | 'guards'>,
    changes: readonly Change[],
    rows: ProviderRows,
  ): CallerState {
    const session = changes.find((change) => change.session !== undefined)?.session;
    const facts: PrincipalFacts = {
      ...(session === undefined ? before : this.#derivation.model.sessionFacts(identity, session)),
      ...(changes.some((change) => change.retags) ? { chosenTags: true } : {}),
    };
    return this.#states.stateOf(identity, this.#classAfter(identity, changes, { facts, guards }, rows), facts);
  }

  #classAfter(
    identity: IdentityNode,
    changes: readonly Change[],
    { facts, guards: sessionGuards }: Pick<ActingPoint, 'facts' | 'guards'>,
    rows: ProviderRows,
  ): PrincipalClass {
    const { model } = this.#derivation;
    const base = model.classOf(identity);
    const dropped = new Set(
      changes.flatMap((change) => change.drops ?? []).map(({ policy, node }) => `${policy}\n${node}`),
    );
    const stays = ({ policy, attachment }: HeldPolicy): boolean =>
      !dropped.has(`${policy.id}\n${attachment.node}`) && !dropped.has(`${policy.id}\n${EVERY_PLACE}`);
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
        scopeGuards:
          base.scopeGuards.length === 0
            ? base.scopeGuards
            : (changes.find((change) => change.scopeGuards !== undefined)?.scopeGuards ?? base.scopeGuards),
        sessionGuards,
      },
      facts,
    );
  }
}

/**
 * Every combination of a few that can be made at once and makes a difference; of many the single ones, the pairs and all
 * together. Shorter ones come first.
 */
function combinations(all: readonly Token[]): readonly (readonly Token[])[] {
  return subsets(all).filter((subset) => {
    if (subset.every(({ passive }) => passive)) return false;
    const slots = subset.flatMap(({ change }) => (change.slot === undefined ? [] : [change.slot]));
    return new Set(slots).size === slots.length;
  });
}

function oneForEachSlot(all: readonly Token[]): readonly Token[] {
  const taken = new Set<string>();
  return all.filter(({ change: { slot } }) => {
    if (slot === undefined) return true;
    const free = !taken.has(slot);
    taken.add(slot);
    return free;
  });
}

function subsets(all: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [];
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
