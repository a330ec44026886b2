import { CONDITIONAL, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { IdentityNode, NodeId, ScopeNode } from '../graph/model.ts';
import type { ActingPoint, CallerStates } from './caller-states.ts';
import type { Changes } from './changes.ts';
import type { CombinedChanges, Token } from './combined-changes.ts';
import type { Derivation } from './derivation.ts';
import { type ReachNodeKind, reachNodeKinds } from './reach-graph.ts';
import type { ZoneControl } from './zone-control.ts';

const LEVELS = [TRUE, CONDITIONAL, UNKNOWN] as const;

const kindCode = (kind: ReachNodeKind): number => reachNodeKinds.indexOf(kind);
const IDENTITY = kindCode('identity');
const ACTING = kindCode('acting');
const SESSION = kindCode('session');
const STATE = kindCode('state');
const CLASS = kindCode('class');
const HUB = kindCode('hub');
const FACE = kindCode('face');
const CONTROL = kindCode('zone-control');

/** Stands for a node that every walk enters. */
const ALWAYS = -1;

/** Something a walk came to, with how surely. */
interface Entered<T> {
  readonly what: T;
  readonly truth: Truth;
}

/** The other parts of a derivation that a walk looks at. */
export interface WalkParts {
  readonly states: CallerStates;
  readonly changes: Changes;
  readonly control: ZoneControl;
  readonly combined: CombinedChanges;
}

/**
 * Walks from every place an attacker can start at, and finds what one attacker both holds and can change: only that is
 * worth following, and what nobody can do together never comes up. What is changed about identities of a zone that the
 * attacker controls anyway is left out, unless some policy on a resource tells the identity from others.
 */
export class AttackerWalk {
  readonly #derivation: Derivation;
  readonly #parts: WalkParts;
  /** Places to start at whose walk may find something new. */
  #starts: readonly number[];
  readonly #zones: Map<NodeId, number> = new Map();
  /** By node: the number of the zone whose control makes entering it pointless, or `ALWAYS`. */
  readonly #pointlessIn: number[] = [];
  #best: Uint8Array = new Uint8Array(0);
  #level: Truth = TRUE;
  readonly #waiting: readonly number[][] = [[], [], [], []];
  readonly #touched: number[] = [];
  readonly #controlled: number[] = [];
  readonly #apart: Map<IdentityNode, boolean> = new Map();
  readonly #held: Map<NodeId, ReadonlySet<NodeId>> = new Map();
  readonly #guardPolicies: Map<NodeId, ReadonlySet<string>> = new Map();

  constructor(derivation: Derivation, parts: WalkParts) {
    this.#derivation = derivation;
    this.#parts = parts;
    const { starts } = parts.states;
    const nodes = new Set<number>();
    for (const [id, node] of derivation.identityNodes) nodes.add(starts.get(id) ?? node);
    for (const node of starts.values()) nodes.add(node);
    this.#starts = [...nodes];
  }

  /** How many places to start at are left for the next round. */
  get waiting(): number {
    return this.#starts.length;
  }

  /** Walks from every place that is left once; false when nothing new was found. */
  round(): boolean {
    this.#parts.combined.nextRound();
    const { nodeCount } = this.#derivation.builder;
    if (this.#best.length < nodeCount) this.#best = new Uint8Array(nodeCount * 2);
    this.#starts = this.#starts.filter((start) => this.#from(start));
    return this.#starts.length > 0;
  }

  /** Follows what one attacker can do together; true where more may come of it. */
  #from(start: number): boolean {
    this.#walk(start);
    const { combined, changes, states, control } = this.#parts;
    const held = new Map<IdentityNode, Entered<ActingPoint>[]>();
    const tokens = new Map<IdentityNode, Entered<Token>[]>();
    const zoneTokens: Entered<number>[] = [];
    const zones: Entered<ScopeNode>[] = [];
    const { builder, model } = this.#derivation;
    for (const node of this.#touched) {
      const kind = builder.kindOf(node);
      const truth = this.#best[node]! as Truth;
      if (kind === FACE) {
        const change = changes.ofIdentities.get(node);
        if (change !== undefined) {
          put(tokens, change.identity, { what: { change: change.change, node }, truth });
        } else if (changes.ofZones.has(node)) {
          zoneTokens.push({ what: node, truth });
        }
      } else if (kind === IDENTITY || kind === ACTING || kind === SESSION) {
        const point = states.points.get(node);
        if (point !== undefined) put(held, point.identity, { what: point, truth });
      } else if (kind === CONTROL) {
        const zone = model.graph.node(control.zones[builder.refOf(node)]!);
        if (zone?.kind === 'scope') zones.push({ what: zone, truth });
      }
    }
    this.#forget();
    if (tokens.size === 0 && zoneTokens.length === 0) return false;
    let isNew = false;
    for (const [identity, points] of held) {
      const own = tokens.get(identity) ?? [];
      const possible = [...own, ...this.#changesOf(identity, zoneTokens)];
      if (possible.length === 0) continue;
      for (const { what: point, truth } of points) {
        eachLevel(possible, truth, (some) => {
          if (combined.ofIdentity(point, some)) isNew = true;
        });
      }
    }
    for (const { what: zone, truth } of zones) {
      const lifts = zoneTokens.filter(({ what }) => this.#liftsFor(what, zone.id));
      eachLevel(
        lifts.map(({ what, truth: least }) => ({ what: this.#tokenAt(what), truth: least })),
        truth,
        (some) => {
          if (combined.ofZone(zone, control.nodes.get(zone.id)!, some)) isNew = true;
        },
      );
    }
    return isNew;
  }

  /** Changes of whole zones that an identity of the input is among. */
  #changesOf(identity: IdentityNode, zoneTokens: readonly Entered<number>[]): readonly Entered<Token>[] {
    if (identity.external === true || zoneTokens.length === 0) return [];
    const { changes } = this.#parts;
    const zone = this.#derivation.model.graph.zoneOf(identity.id)?.id;
    const found: Entered<Token>[] = [];
    for (const { what, truth } of zoneTokens) {
      const { change, zone: of, members } = changes.ofZones.get(what)!;
      if (members !== undefined && !members.includes(identity.type)) continue;
      const concerns = change.lifts === undefined ? of === zone : zone !== undefined && this.#liftsFor(what, zone);
      if (concerns) found.push({ what: { change, node: what }, truth });
    }
    return found;
  }

  #tokenAt(node: number): Token {
    return { change: this.#parts.changes.ofZones.get(node)!.change, node };
  }

  /** Whether a change lifts guards off a zone. */
  #liftsFor(node: number, zone: NodeId): boolean {
    const { change, zone: of } = this.#parts.changes.ofZones.get(node)!;
    const { lifts } = change;
    if (lifts === undefined) return false;
    return lifts.kind === 'leave' ? of === zone : this.#guardsOf(zone).has(lifts.policy);
  }

  #guardsOf(zone: NodeId): ReadonlySet<string> {
    const known = this.#guardPolicies.get(zone);
    if (known !== undefined) return known;
    const { model } = this.#derivation;
    const scope = model.graph.node(zone);
    const levels = scope?.kind === 'scope' ? model.principalGuardsOn(scope) : [];
    const found = new Set(levels.flatMap((level) => level.map((held) => held.policy.id)));
    this.#guardPolicies.set(zone, found);
    return found;
  }

  /** Finds how surely each node is reached: the least sure part of the surest way. */
  #walk(start: number): void {
    const { builder } = this.#derivation;
    this.#level = TRUE;
    this.#enter(start, TRUE);
    for (const level of LEVELS) {
      this.#level = level;
      const waiting = this.#waiting[level]!;
      for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
        if (this.#best[node] !== level) continue;
        builder.eachEdge(node, this.#alongEdge);
        builder.eachJoint(node, this.#alongJoint);
      }
    }
  }

  readonly #alongEdge = (to: number, certainty: number): void => {
    this.#enter(to, certainty < this.#level ? (certainty as Truth) : this.#level);
  };

  readonly #alongJoint = (other: number, to: number): void => {
    const there = this.#best[other]!;
    if (there !== 0) this.#enter(to, there < this.#level ? (there as Truth) : this.#level);
  };

  #enter(node: number, truth: Truth): void {
    const before = this.#best[node]!;
    if (before >= truth) return;
    const pointless = this.#pointlessIn[node] ?? this.#judge(node);
    if (pointless !== ALWAYS && (this.#controlled[pointless] ?? 0) >= truth) return;
    if (before === 0) this.#touched.push(node);
    this.#best[node] = truth;
    this.#waiting[truth]!.push(node);
    const kind = this.#derivation.builder.kindOf(node);
    if (kind === CLASS) {
      const principalClass = this.#parts.states.classes[this.#derivation.builder.refOf(node)]!;
      if (principalClass.zone !== undefined && this.#derivation.controlling.has(principalClass.index)) {
        this.#takeControl(principalClass.zone, truth);
      }
    } else if (kind === CONTROL) {
      this.#takeControl(this.#parts.control.zones[this.#derivation.builder.refOf(node)]!, truth);
    }
  }

  #takeControl(zone: NodeId, truth: Truth): void {
    const number = this.#numberOf(zone);
    if ((this.#controlled[number] ?? 0) < truth) this.#controlled[number] = truth;
  }

  #forget(): void {
    for (const node of this.#touched) this.#best[node] = 0;
    this.#touched.length = 0;
    this.#controlled.fill(0);
  }

  #numberOf(zone: NodeId): number {
    let number = this.#zones.get(zone);
    if (number === undefined) {
      number = this.#zones.size;
      this.#zones.set(zone, number);
      this.#controlled[number] = 0;
    }
    return number;
  }

  /** In which zone, if controlled, there is nothing more to gain from a node. */
  #judge(node: number): number {
    const { builder, model } = this.#derivation;
    const kind = builder.kindOf(node);
    const ref = builder.refOf(node);
    let identity: IdentityNode | undefined;
    if (kind === FACE) {
      const face = ref < 0 ? undefined : this.#parts.changes.faces[ref]!;
      identity = face === undefined ? undefined : model.graph.identity(face.id);
      if (identity?.type === 'group') identity = undefined;
    } else if (kind === IDENTITY || kind === ACTING || kind === SESSION) {
      identity = this.#parts.states.points.get(node)?.identity;
      if (identity !== undefined && this.#isAssigned(identity)) identity = undefined;
    }
    const zone = identity === undefined ? undefined : model.graph.zoneOf(identity.id)?.id;
    const answer =
      identity === undefined || zone === undefined || this.#isToldApart(identity, zone) ? ALWAYS : this.#numberOf(zone);
    this.#pointlessIn[node] = answer;
    return answer;
  }

  #isToldApart(identity: IdentityNode, zone: NodeId): boolean {
    const known = this.#apart.get(identity);
    if (known !== undefined) return known;
    const apart = this.#derivation.isToldApartBeside(identity, this.#heldByControl(zone));
    this.#apart.set(identity, apart);
    return apart;
  }

  /** The identities that control of a zone surely gives, without going on from any of them. */
  #heldByControl(zone: NodeId): ReadonlySet<NodeId> {
    const known = this.#held.get(zone);
    if (known !== undefined) return known;
    const { builder } = this.#derivation;
    const { states, control } = this.#parts;
    const held = new Set<NodeId>();
    const seen = new Set<number>();
    const start = control.nodes.get(zone);
    const waiting = start === undefined ? [] : [start];
    const visit = (to: number, certainty: number): void => {
      if (certainty !== TRUE || seen.has(to)) return;
      seen.add(to);
      const kind = builder.kindOf(to);
      if (kind === CLASS || kind === STATE || kind === HUB) waiting.push(to);
      const point = kind === IDENTITY || kind === ACTING ? states.points.get(to) : undefined;
      if (point !== undefined) held.add(point.identity.id);
    };
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) builder.eachEdge(node, visit);
    this.#held.set(zone, held);
    return held;
  }

  /** Whether an identity signs in as others by assignment, which control of its zone alone does not give. */
  #isAssigned(identity: IdentityNode): boolean {
    const { graph } = this.#derivation.model;
    const assigned = (id: NodeId): boolean => graph.outgoing(id, 'federates').length > 0;
    return assigned(identity.id) || graph.groupsOf(identity.id).some((group) => assigned(group.id));
  }
}

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Visits what can be done at each level up to `most`, in a fixed order; levels that add nothing are left out. */
function eachLevel(tokens: readonly Entered<Token>[], most: Truth, visit: (tokens: readonly Token[]) => void): void {
  const sorted = [...tokens].sort((left, right) => left.what.node - right.what.node);
  let before = 0;
  for (const level of LEVELS) {
    if (level > most) continue;
    const some = sorted.filter(({ truth }) => truth >= level);
    if (some.length === before) continue;
    before = some.length;
    visit(some.map(({ what }) => what));
  }
}
