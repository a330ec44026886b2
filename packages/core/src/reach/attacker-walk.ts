import { CONDITIONAL, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { IdentityNode, NodeId, ScopeNode } from '../graph/model.ts';
import type { ActingPoint, CallerStates } from './caller-states.ts';
import type { Changes } from './changes.ts';
import type { Changeable, CombinedChanges, Token } from './combined-changes.ts';
import type { Derivation } from './derivation.ts';
import { type ReachGraph, type ReachNodeKind, reachNodeKinds } from './reach-graph.ts';
import { condense, type JointIndex, jointIndex } from './reachability.ts';
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

/** No zone. */
const NONE = -1;

/** Of a place that stands in none; never equal to the answer for a node. */
const NO_ZONE_OF_ITS_OWN = -2;

/** The other parts of a derivation that a walk looks at. */
export interface WalkParts {
  readonly states: CallerStates;
  readonly changes: Changes;
  readonly control: ZoneControl;
  readonly combined: CombinedChanges;
}

/** The graph as it is in one round, at one level of certainty. */
interface Stage {
  readonly graph: ReachGraph;
  readonly level: Truth;
  readonly joints: JointIndex;
  /** By node: the strongly connected component. */
  readonly componentOf: Int32Array;
  /** By component: the zones whose control is in it. */
  readonly controls: ReadonlyMap<number, ReadonlySet<number>>;
}

/** What is left to do at one level of certainty. */
interface Pending {
  /** Places to start at whose walk may find something new. */
  readonly starts: Set<number>;
  /** Places that control of their own zone leads back to. */
  readonly ledBackTo: Set<number>;
}

/** What one attacker comes to. */
interface Found {
  readonly held: ReadonlyMap<IdentityNode, readonly ActingPoint[]>;
  readonly tokens: ReadonlyMap<IdentityNode, readonly Token[]>;
  /** Nodes of changes of whole zones. */
  readonly zoneTokens: readonly number[];
  readonly zones: readonly ScopeNode[];
}

/** Changes of a zone that one attacker can make. */
interface ChangesInZone {
  readonly members: readonly { readonly token: Token; readonly members: readonly string[] | undefined }[];
  /** Those that lift guards off it. */
  readonly lifts: readonly Token[];
  readonly byType: Map<string, readonly Token[]>;
}

/** Changes of whole zones that one attacker can make, and what was found of them for each zone. */
interface ZoneChanges {
  readonly nodes: ReadonlyMap<NodeId | undefined, readonly number[]>;
  readonly found: Map<NodeId, ChangesInZone>;
}

/**
 * Walks from every place an attacker can start at, and finds what one attacker both holds and can change: only that is
 * worth following, and what nobody can do together never comes up. What is changed about identities of a zone that the
 * attacker controls anyway is left out, unless some policy on a resource tells the identity from others.
 *
 * Places that lead to each other lead to the same, so one of them is walked from.
 */
export class AttackerWalk {
  readonly #derivation: Derivation;
  readonly #parts: WalkParts;
  readonly #pending: ReadonlyMap<Truth, Pending> = new Map(
    LEVELS.map((level) => [level, { starts: new Set<number>(), ledBackTo: new Set<number>() }]),
  );
  /** The zone a place to start at lies in. */
  readonly #zoneOfStart: Map<number, number> = new Map();
  readonly #numbers: Map<NodeId, number> = new Map();
  /** By node: the zone whose control makes entering it pointless, or `NONE`. */
  readonly #pointlessIn: number[] = [];
  #knownControls = 0;
  #entered: Uint8Array = new Uint8Array(0);
  readonly #touched: number[] = [];
  readonly #controlled: Set<number> = new Set();
  readonly #apart: Map<ActingPoint | IdentityNode, boolean> = new Map();
  readonly #held: Map<NodeId, ReadonlySet<NodeId>> = new Map();
  readonly #guardPolicies: Map<NodeId, ReadonlySet<string>> = new Map();

  constructor(derivation: Derivation, parts: WalkParts) {
    this.#derivation = derivation;
    this.#parts = parts;
    const { graph } = derivation.model;
    const { starts } = parts.states;
    const nodes = this.#pending.get(TRUE)!.starts;
    for (const [id, node] of derivation.identityNodes) nodes.add(starts.get(id) ?? node);
    for (const node of starts.values()) nodes.add(node);
    for (const node of nodes) {
      const point = parts.states.points.get(node);
      const zone = point === undefined ? undefined : graph.zoneOf(point.identity.id)?.id;
      if (zone !== undefined) this.#zoneOfStart.set(node, this.#numberOf(zone));
    }
  }

  /** Walks from every place that is left once; false when nothing new was found. */
  round(): boolean {
    this.#parts.combined.nextRound();
    this.#startAtNewControls();
    const graph = this.#derivation.builder.build();
    if (this.#entered.length < graph.nodeCount) this.#entered = new Uint8Array(graph.nodeCount * 2);
    const joints = jointIndex(graph);
    let isNew = false;
    for (const level of LEVELS) {
      const { starts } = this.#pending.get(level)!;
      if (starts.size === 0) continue;
      const { componentOf } = condense(graph, level);
      const stage: Stage = { graph, level, joints, componentOf, controls: this.#controlsIn(componentOf) };
      for (const start of this.#inOrder(stage, starts)) {
        if (this.#from(stage, start)) isNew = true;
        else starts.delete(start);
      }
    }
    return isNew;
  }

  /** Whoever comes to control a zone has what control of it leads to: that is walked for all of them together. */
  #startAtNewControls(): void {
    const { zones, nodes } = this.#parts.control;
    for (; this.#knownControls < zones.length; this.#knownControls += 1) {
      const zone = zones[this.#knownControls]!;
      const node = nodes.get(zone)!;
      this.#zoneOfStart.set(node, this.#numberOf(zone));
      for (const { starts } of this.#pending.values()) starts.add(node);
    }
  }

  #controlsIn(componentOf: Int32Array): ReadonlyMap<number, ReadonlySet<number>> {
    const found = new Map<number, Set<number>>();
    for (const [zone, node] of this.#parts.control.nodes) {
      const component = componentOf[node]!;
      const zones = found.get(component);
      if (zones === undefined) found.set(component, new Set([this.#numberOf(zone)]));
      else zones.add(this.#numberOf(zone));
    }
    return found;
  }

  /** Places to start at, one of each component; those that control of a zone is among come first. */
  #inOrder({ componentOf, controls }: Stage, starts: Set<number>): readonly number[] {
    const first: number[] = [];
    const others: number[] = [];
    const seen = new Set<number>();
    for (const start of [...starts]) {
      const component = componentOf[start]!;
      if (seen.has(component)) {
        starts.delete(start);
        continue;
      }
      seen.add(component);
      (controls.has(component) ? first : others).push(start);
    }
    return [...first, ...others];
  }

  /** Follows what one attacker can do together; true where more may come of it. */
  #from(stage: Stage, start: number): boolean {
    const { level } = stage;
    const isWhole = this.#walk(stage, start);
    if (isWhole) {
      if (this.#hasWeaker(stage))
        for (const later of LEVELS) if (later < level) this.#pending.get(later)!.starts.add(start);
      this.#noteLedBack(stage, start);
    }
    const found = isWhole ? this.#found(stage) : undefined;
    for (const node of this.#touched) this.#entered[node] = 0;
    this.#touched.length = 0;
    this.#controlled.clear();
    return found !== undefined && this.#combine(found);
  }

  /** Whether anything less sure leads on from where a walk came. */
  #hasWeaker({ graph, level }: Stage): boolean {
    if (level === UNKNOWN) return false;
    return this.#touched.some((node) => {
      for (let edge = graph.offsets[node]!; edge < graph.offsets[node + 1]!; edge += 1) {
        if (graph.certainty[edge]! < level) return true;
      }
      return false;
    });
  }

  /** Remembers the places that control of their own zone leads back to. */
  #noteLedBack({ componentOf, controls, level }: Stage, start: number): void {
    const own = controls.get(componentOf[start]!);
    if (own === undefined) return;
    const { ledBackTo } = this.#pending.get(level)!;
    for (const node of this.#touched) if (own.has(this.#zoneOfStart.get(node) ?? NONE)) ledBackTo.add(node);
  }

  #found({ graph }: Stage): Found {
    const { changes, states, control } = this.#parts;
    const held = new Map<IdentityNode, ActingPoint[]>();
    const tokens = new Map<IdentityNode, Token[]>();
    const zoneTokens: number[] = [];
    const zones: ScopeNode[] = [];
    // In a fixed order, whatever way the walk took.
    for (const node of this.#touched.sort((left, right) => left - right)) {
      const kind = graph.kinds[node]!;
      if (kind === FACE) {
        const change = changes.ofIdentities.get(node);
        if (change !== undefined) put(tokens, change.identity, { change: change.change, node });
        else if (changes.ofZones.has(node)) zoneTokens.push(node);
      } else if (kind === IDENTITY || kind === ACTING || kind === SESSION) {
        const point = states.points.get(node);
        if (point !== undefined) put(held, point.identity, point);
      } else if (kind === CONTROL) {
        const zone = this.#derivation.model.graph.node(control.zones[graph.refs[node]!]!);
        if (zone?.kind === 'scope') zones.push(zone);
      }
    }
    return { held, tokens, zoneTokens, zones };
  }

  #combine({ held, tokens, zoneTokens, zones }: Found): boolean {
    if (tokens.size === 0 && zoneTokens.length === 0) return false;
    const { combined, control } = this.#parts;
    const ofZones = this.#byZone(zoneTokens);
    const changeable: Changeable[] = [];
    for (const [identity, points] of held) {
      const own = tokens.get(identity) ?? [];
      const common = this.#changesOf(identity, ofZones);
      if (own.length + common.length === 0) continue;
      const possible = own.length === 0 ? common : [...own, ...common];
      for (const point of points) changeable.push({ point, tokens: possible });
    }
    let isNew = combined.ofAttacker(changeable);
    for (const zone of zones) {
      const { lifts } = this.#changesIn(zone.id, ofZones);
      if (combined.ofZone(zone, control.nodes.get(zone.id)!, lifts)) isNew = true;
    }
    return isNew;
  }

  /** Changes of whole zones by the zone; under undefined those whose zones depend on the guards these have. */
  #byZone(zoneTokens: readonly number[]): ZoneChanges {
    const { ofZones } = this.#parts.changes;
    const nodes = new Map<NodeId | undefined, number[]>();
    for (const node of zoneTokens) {
      const { change, zone } = ofZones.get(node)!;
      put(nodes, change.lifts !== undefined && change.lifts.kind !== 'leave' ? undefined : zone, node);
    }
    return { nodes, found: new Map() };
  }

  /** Changes of whole zones that an identity of the input is among. */
  #changesOf(identity: IdentityNode, ofZones: ZoneChanges): readonly Token[] {
    const zone = identity.external === true ? undefined : this.#derivation.model.graph.zoneOf(identity.id)?.id;
    if (zone === undefined) return [];
    const { byType, members } = this.#changesIn(zone, ofZones);
    let found = byType.get(identity.type);
    if (found === undefined) {
      found = members.filter((one) => one.members?.includes(identity.type) !== false).map(({ token }) => token);
      byType.set(identity.type, found);
    }
    return found;
  }

  #changesIn(zone: NodeId, { nodes, found }: ZoneChanges): ChangesInZone {
    let known = found.get(zone);
    if (known === undefined) {
      const { ofZones } = this.#parts.changes;
      const lifted = (nodes.get(undefined) ?? []).filter((node) => this.#liftsFor(node, zone));
      const all = [...lifted, ...(nodes.get(zone) ?? [])].sort((left, right) => left - right);
      const members = all.map((node) => {
        const { change, members: types } = ofZones.get(node)!;
        return { token: { change, node }, members: types };
      });
      const lifts = members.map(({ token }) => token).filter(({ change }) => change.lifts !== undefined);
      known = { members, lifts, byType: new Map() };
      found.set(zone, known);
    }
    return known;
  }

  /** Whether a change of a guard concerns a zone. */
  #liftsFor(node: number, zone: NodeId): boolean {
    const { lifts } = this.#parts.changes.ofZones.get(node)!.change;
    return lifts !== undefined && lifts.kind !== 'leave' && this.#guardsOf(zone).has(lifts.policy);
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

  /** Enters what a place leads to at a level; false where that is what control of its zone leads to, which is walked anyway. */
  #walk({ graph, level, joints }: Stage, start: number): boolean {
    const { offsets, targets, certainty, jointLeft, jointRight, jointTo } = graph;
    const own = this.#zoneOfStart.get(start) ?? NO_ZONE_OF_ITS_OWN;
    // Control of the zone leads back to the place, or gives everything that the place could give.
    const isCovered =
      graph.kinds[start] !== CONTROL &&
      (this.#pending.get(level)!.ledBackTo.has(start) ||
        (this.#pointlessIn[start] ?? this.#judge(graph, start)) === own);
    const waiting = [start];
    this.#enter(graph, start);
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (isCovered && this.#controlled.has(own)) return false;
      for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
        const to = targets[edge]!;
        if (certainty[edge]! >= level && this.#entered[to] === 0 && this.#enter(graph, to)) waiting.push(to);
      }
      for (let at = joints.offsets[node]!; at < joints.offsets[node + 1]!; at += 1) {
        const joint = joints.joints[at]!;
        if (this.#entered[jointLeft[joint]!] === 0 || this.#entered[jointRight[joint]!] === 0) continue;
        const to = jointTo[joint]!;
        if (this.#entered[to] === 0 && this.#enter(graph, to)) waiting.push(to);
      }
    }
    return true;
  }

  #enter(graph: ReachGraph, node: number): boolean {
    const { kinds, refs } = graph;
    const pointless = this.#pointlessIn[node] ?? this.#judge(graph, node);
    if (pointless !== NONE && this.#controlled.has(pointless)) return false;
    this.#entered[node] = 1;
    this.#touched.push(node);
    const kind = kinds[node]!;
    if (kind === CLASS) {
      const principalClass = this.#parts.states.classes[refs[node]!]!;
      if (principalClass.zone !== undefined && this.#derivation.controlling.has(principalClass.index)) {
        this.#controlled.add(this.#numberOf(principalClass.zone));
      }
    } else if (kind === CONTROL) {
      this.#controlled.add(this.#numberOf(this.#parts.control.zones[refs[node]!]!));
    }
    return true;
  }

  #numberOf(zone: NodeId): number {
    let number = this.#numbers.get(zone);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(zone, number);
    }
    return number;
  }

  /** In which zone, if controlled, there is nothing more to gain from a node. */
  #judge(graph: ReachGraph, node: number): number {
    const { model } = this.#derivation;
    const kind = graph.kinds[node]!;
    const ref = graph.refs[node]!;
    let judged: ActingPoint | IdentityNode | undefined;
    if (kind === FACE) {
      const face = ref < 0 ? undefined : this.#parts.changes.faces[ref]!;
      judged = face === undefined ? undefined : model.graph.identity(face.id);
      if (judged?.type === 'group') judged = undefined;
    } else if (kind === IDENTITY || kind === ACTING || kind === SESSION) {
      judged = this.#parts.states.points.get(node);
      if (judged !== undefined && this.#isAssigned(judged.identity)) judged = undefined;
    }
    const identity = judged === undefined ? undefined : 'identity' in judged ? judged.identity : judged;
    const zone = identity === undefined ? undefined : model.graph.zoneOf(identity.id)?.id;
    const answer =
      judged === undefined || zone === undefined || this.#isToldApart(graph, judged, zone)
        ? NONE
        : this.#numberOf(zone);
    this.#pointlessIn[node] = answer;
    return answer;
  }

  #isToldApart(graph: ReachGraph, judged: ActingPoint | IdentityNode, zone: NodeId): boolean {
    const known = this.#apart.get(judged);
    if (known !== undefined) return known;
    const facts = 'facts' in judged ? judged.facts : this.#derivation.model.factsOf(judged);
    const apart = this.#derivation.isToldApartBeside(facts, this.#heldByControl(graph, zone));
    this.#apart.set(judged, apart);
    return apart;
  }

  /** The identities that control of a zone surely gives, without going on from any of them. */
  #heldByControl({ kinds, offsets, targets, certainty }: ReachGraph, zone: NodeId): ReadonlySet<NodeId> {
    const known = this.#held.get(zone);
    if (known !== undefined) return known;
    const { states, control } = this.#parts;
    const held = new Set<NodeId>();
    const seen = new Set<number>();
    const start = control.nodes.get(zone);
    const waiting = start === undefined ? [] : [start];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
        const to = targets[edge]!;
        if (certainty[edge] !== TRUE || seen.has(to)) continue;
        seen.add(to);
        const kind = kinds[to]!;
        if (kind === CLASS || kind === STATE || kind === HUB) waiting.push(to);
        const point = kind === IDENTITY || kind === ACTING ? states.points.get(to) : undefined;
        if (point !== undefined) held.add(point.identity.id);
      }
    }
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
