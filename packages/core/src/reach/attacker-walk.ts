import { CONDITIONAL, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { IdentityNode, NodeId, ScopeNode } from '../graph/model.ts';
import type { ActingPoint, CallerStates } from './caller-states.ts';
import type { ChangedGains } from './changed-gains.ts';
import type { ChangedTarget } from './changed-targets.ts';
import type { Changes } from './changes.ts';
import type { Changeable, CombinedChanges, Followed, Token, Wholes } from './combined-changes.ts';
import { type Condensation, componentsLeadingTo, condense } from './condensation.ts';
import type { Derivation } from './derivation.ts';
import { type ReachGraph, type ReachNodeKind, reachNodeKinds } from './reach-graph.ts';
import type { CallerState } from './reach-model.ts';
import { type JointIndex, jointIndex } from './reachability.ts';
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
  readonly changed: ChangedGains;
}

/** The graph as it is in one round, at one level of certainty. */
interface Stage {
  readonly graph: ReachGraph;
  readonly level: Truth;
  readonly joints: JointIndex;
  readonly condensation: Condensation;
  /** By component: the zones whose control is in it. */
  readonly controls: ReadonlyMap<number, ReadonlySet<number>>;
  /** Walks that others may go on from, by the node they started at: those that came furthest. */
  readonly finished: Map<number, Finished>;
  /** By node: what is known of nodes that lead to nothing that can be changed or controlled. */
  readonly barren: Uint8Array;
}

/** Nothing less sure leads on from a barren node. */
const BARREN = 1;
/** Something less sure may. */
const BARREN_SO_FAR = 2;

/** A walk that is done: whoever comes to where it started comes to all that it came to. */
interface Finished {
  readonly start: number;
  readonly size: number;
  /** By node: whether it was entered. */
  readonly entered: Uint8Array;
  /** By strongly connected component: whether it leads to where the walk started. */
  readonly leadsHere: Uint8Array;
  readonly controlled: ReadonlySet<number>;
  /** Something less sure leads on from it. */
  readonly hasWeaker: boolean;
  readonly found: Found;
  readonly followed: Followed;
}

/** Walks this long are worth going on from, and this many of one stage are kept. */
const LONG_WALK = 8;
const MOST_FINISHED = 4;

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
  /** What can be changed about single identities. */
  readonly tokens: ReadonlyMap<IdentityNode, readonly Token[]>;
  /** Nodes of changes of whole zones. */
  readonly zoneTokens: readonly number[];
  readonly zones: readonly ScopeNode[];
  /** What the attacker can change, where that may lead to more. */
  readonly changed: readonly ChangedTarget[];
  /** By their zone: callers that may gain by that. */
  readonly gaining: ReadonlyMap<NodeId | undefined, readonly CallerState[]>;
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
  /** Walks that the one under way goes on from. */
  readonly #inherited: Finished[] = [];
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
    this.#parts.changed.nextRound();
    this.#startAtNewControls();
    const graph = this.#derivation.builder.build();
    if (this.#entered.length < graph.nodeCount) this.#entered = new Uint8Array(graph.nodeCount * 2);
    const joints = jointIndex(graph);
    let isNew = false;
    for (const level of LEVELS) {
      const { starts } = this.#pending.get(level)!;
      if (starts.size === 0) continue;
      const condensation = condense(graph, level);
      const controls = this.#controlsIn(condensation.componentOf);
      const barren = new Uint8Array(graph.nodeCount);
      const stage: Stage = { graph, level, joints, condensation, controls, finished: new Map(), barren };
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

  /**
   * Places to start at, one of each component; those that control of a zone is among come first, and of two of which one
   * leads to the other the other one.
   */
  #inOrder({ condensation: { componentOf }, controls }: Stage, starts: Set<number>): readonly number[] {
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
    const furthestFirst = (left: number, right: number): number => componentOf[right]! - componentOf[left]!;
    return [...first.sort(furthestFirst), ...others.sort(furthestFirst)];
  }

  /** Follows what one attacker can do together; true where more may come of it. */
  #from(stage: Stage, start: number): boolean {
    const { graph, condensation } = stage;
    const barren = this.#barrenFrom(stage, start);
    if (barren !== 0) {
      if (barren === BARREN_SO_FAR) this.#comeBackTo(start, stage);
      return false;
    }
    const isWhole = this.#walk(stage, start);
    const inherited = [...this.#inherited];
    const hasWeaker = isWhole && (inherited.some((one) => one.hasWeaker) || this.#hasWeaker(stage));
    if (hasWeaker) this.#comeBackTo(start, stage);
    if (isWhole) this.#noteLedBack(stage, start);
    // In a fixed order, whatever way the walk took.
    const touched = Int32Array.from(this.#touched).sort();
    const size = touched.length;
    const isBarren = isWhole && inherited.length === 0 && !touched.some((node) => isWorthHaving(graph.kinds[node]!));
    const found = isWhole && !isBarren ? this.#found(graph, touched, (node) => this.#isEntered(node)) : undefined;
    const isKept =
      found !== undefined &&
      size > inherited.reduce((sum, one) => sum + one.size, 0) &&
      this.#isWorthKeeping(stage, size);
    const entered = isKept ? this.#enteredIn(graph) : undefined;
    const controlled = isKept ? new Set(this.#controlled) : undefined;
    for (const node of touched) this.#entered[node] = 0;
    this.#touched.length = 0;
    this.#inherited.length = 0;
    this.#controlled.clear();
    if (isBarren) {
      for (const node of touched)
        if (stage.barren[node] !== BARREN) stage.barren[node] = hasWeaker ? BARREN_SO_FAR : BARREN;
    }
    if (found === undefined) return false;
    const followed = inherited.length === 0 ? this.#combine(found) : this.#combineBeside(found, inherited);
    if (entered !== undefined && controlled !== undefined) {
      const leadsHere = componentsLeadingTo(condensation, condensation.componentOf[start]!);
      const all = inherited.length === 0 ? found : this.#found(graph, nodesIn(entered), (node) => entered[node] === 1);
      stage.finished.set(start, { start, size, entered, leadsHere, controlled, hasWeaker, found: all, followed });
    }
    return followed.isNew;
  }

  /** Starts at a place again where less sure is enough. */
  #comeBackTo(start: number, { level }: Stage): void {
    for (const later of LEVELS) if (later < level) this.#pending.get(later)!.starts.add(start);
  }

  /**
   * Whether all that a place leads to is known to be barren; 0 where it is not. There is nothing to combine then: whatever two
   * things lead to together, one of them is a change.
   */
  #barrenFrom({ graph: { kinds, offsets, targets, certainty }, level, barren }: Stage, start: number): number {
    if (isWorthHaving(kinds[start]!)) return 0;
    let answer = BARREN;
    for (let edge = offsets[start]!; edge < offsets[start + 1]!; edge += 1) {
      const known = certainty[edge]! < level ? BARREN_SO_FAR : barren[targets[edge]!]!;
      if (known === 0) return 0;
      if (known > answer) answer = known;
    }
    return answer;
  }

  /** All nodes entered by the walk under way and those that it goes on from. */
  #enteredIn({ nodeCount }: ReachGraph): Uint8Array {
    const entered = this.#entered.slice(0, nodeCount);
    for (const one of this.#inherited)
      for (let node = 0; node < nodeCount; node += 1) entered[node]! |= one.entered[node]!;
    return entered;
  }

  /** Makes room among the walks that others may go on from. */
  #isWorthKeeping({ finished }: Stage, size: number): boolean {
    if (size < LONG_WALK) return false;
    if (finished.size < MOST_FINISHED) return true;
    const [least] = [...finished].sort(([, left], [, right]) => left.size - right.size);
    if (least === undefined || least[1].size >= size) return false;
    finished.delete(least[0]);
    return true;
  }

  /** Whether the walk under way has come to a node, by itself or by one that it goes on from. */
  #isEntered(node: number): boolean {
    return this.#entered[node] === 1 || this.#inherited.some(({ entered }) => entered[node] === 1);
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
  #noteLedBack({ condensation: { componentOf }, controls, level }: Stage, start: number): void {
    const own = controls.get(componentOf[start]!);
    if (own === undefined) return;
    const { ledBackTo } = this.#pending.get(level)!;
    for (const node of this.#touched) if (own.has(this.#zoneOfStart.get(node) ?? NONE)) ledBackTo.add(node);
  }

  /** What there is among some nodes, beside what is in walks that the one under way goes on from. */
  #found(graph: ReachGraph, nodes: Iterable<number>, isEntered: (node: number) => boolean): Found {
    const { changes, states, control, changed } = this.#parts;
    const held = new Map<IdentityNode, ActingPoint[]>();
    const tokens = new Map<IdentityNode, Token[]>();
    const zoneTokens: number[] = [];
    const zones: ScopeNode[] = [];
    const targets: ChangedTarget[] = [];
    const gaining = new Map<NodeId | undefined, CallerState[]>();
    for (const node of nodes) {
      if (this.#inherited.some(({ entered }) => entered[node] === 1)) continue;
      const kind = graph.kinds[node]!;
      if (kind === FACE) {
        const change = changes.ofIdentities.get(node);
        if (change !== undefined) put(tokens, change.identity, { change: change.change, node });
        else if (changes.ofZones.has(node)) zoneTokens.push(node);
        const target = changed.targets.at(node);
        if (target !== undefined && !changed.isSettled(target, isEntered)) targets.push(target);
      } else if (kind === STATE) {
        const state = states.states[graph.refs[node]!]!;
        if (changed.mayGain(state)) put(gaining, state.class.zone, state);
      } else if (kind === IDENTITY || kind === ACTING || kind === SESSION) {
        const point = states.points.get(node);
        if (point !== undefined) put(held, point.identity, point);
      } else if (kind === CONTROL) {
        const zone = this.#derivation.model.graph.node(control.zones[graph.refs[node]!]!);
        if (zone?.kind === 'scope') zones.push(zone);
      }
    }
    return { held, tokens, zoneTokens, zones, changed: targets, gaining };
  }

  #combine(found: Found): Followed {
    const { held, tokens, zoneTokens, zones } = found;
    const ofZones = this.#byZone(zoneTokens);
    const changeable: Changeable[] = [];
    if (tokens.size > 0 || zoneTokens.length > 0) {
      for (const [identity, points] of held) {
        const possible = tokensOf(tokens.get(identity) ?? [], this.#changesOf(identity, ofZones));
        if (possible.length > 0) for (const point of points) changeable.push({ point, tokens: possible });
      }
    }
    const { isNew, wholes } = this.#parts.combined.ofAttacker(changeable);
    const isNewZone = this.#combineZones(zones, ofZones);
    const isNewGain = this.#gainBy(found, found);
    return { isNew: isNew || isNewZone || isNewGain, wholes };
  }

  /** The same for a walk that goes on from others: what those came to by themselves was combined already. */
  #combineBeside(found: Found, inherited: readonly Finished[]): Followed {
    const all = [found, ...inherited.map((one) => one.found)];
    const zoneTokens = [...new Set(all.flatMap((one) => one.zoneTokens))].sort((left, right) => left - right);
    const ofZones = this.#byZone(zoneTokens);
    // What one walk came to was combined already, but for what more can now be done to whole zones.
    const seen = inherited.length === 1 ? inherited[0] : undefined;
    const isChanged = seen === undefined ? () => true : this.#changedBy(found.zoneTokens);
    const identities = new Set<IdentityNode>([...found.held.keys(), ...found.tokens.keys()]);
    for (const one of inherited.map((done) => done.found)) {
      for (const identity of [...one.held.keys(), ...one.tokens.keys()]) {
        if (isChanged(this.#derivation.model.graph.zoneOf(identity.id)?.id)) identities.add(identity);
      }
    }
    const changeable: Changeable[] = [];
    for (const identity of identities) {
      const points = new Set(all.flatMap(({ held }) => held.get(identity) ?? []));
      if (points.size === 0) continue;
      const single = new Map(all.flatMap(({ tokens }) => (tokens.get(identity) ?? []).map((one) => [one.node, one])));
      const possible = tokensOf([...single.values()], this.#changesOf(identity, ofZones));
      if (possible.length > 0) for (const point of points) changeable.push({ point, tokens: possible });
    }
    const { isNew, wholes: own } = this.#parts.combined.ofAttacker(changeable, seen?.followed.wholes);
    const wholes = seen === undefined ? own : bothOf(seen.followed.wholes, own);
    const others = inherited.flatMap((one) => one.found.zones.filter(({ id }) => isChanged(id)));
    const zones = [...new Set([...found.zones, ...others])];
    const isNewZone = this.#combineZones(zones, ofZones);
    const isNewGain = this.#gainBeside(all);
    return {
      isNew: isNew || isNewZone || isNewGain || inherited.some(({ followed }) => followed.isNew),
      wholes,
    };
  }

  /** The same for several walks, of which those that others go on from are done: the first is not. */
  #gainBeside([own, ...others]: readonly Found[]): boolean {
    if (this.#parts.changed.targets.isEmpty) return false;
    let isNew = this.#gainBy(own!, own!);
    for (const [index, one] of others.entries()) {
      for (const other of [own!, ...others.slice(0, index)]) {
        if (this.#gainBy(one, other)) isNew = true;
        if (this.#gainBy(other, one)) isNew = true;
      }
    }
    return isNew;
  }

  /**
   * Follows what callers gain by what the attacker can change; true for what is new. Of many that gain by one target, twice as many
   * as before are followed in a round: one may give all there is, and the others need not be asked then.
   */
  #gainBy({ changed: targets }: Found, { gaining }: Found): boolean {
    const { changed } = this.#parts;
    const left = targets.map((target) => changed.gainersOf(target) + 1);
    let isNew = false;
    for (const [zone, states] of gaining) {
      // What is known of a caller serves all targets, so they are asked about one after the other.
      for (const state of states) {
        for (const [at, target] of targets.entries()) {
          if (left[at] === 0 || (zone !== target.zone && !target.fromElsewhere)) continue;
          if (!changed.follow(target, state)) continue;
          isNew = true;
          left[at]! -= 1;
        }
      }
    }
    return isNew;
  }

  /** Tells zones that some changes of whole zones are about. */
  #changedBy(zoneTokens: readonly number[]): (zone: NodeId | undefined) => boolean {
    if (zoneTokens.length === 0) return () => false;
    const { nodes } = this.#byZone(zoneTokens);
    const lifting = nodes.get(undefined) ?? [];
    const known = new Map<NodeId, boolean>();
    return (zone) => {
      if (zone === undefined) return false;
      let changed = known.get(zone);
      if (changed === undefined) {
        changed = nodes.has(zone) || lifting.some((node) => this.#liftsFor(node, zone));
        known.set(zone, changed);
      }
      return changed;
    };
  }

  #combineZones(zones: readonly ScopeNode[], ofZones: ZoneChanges): boolean {
    const { combined, control } = this.#parts;
    let isNew = false;
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
  #walk(stage: Stage, start: number): boolean {
    const { graph, level, joints, finished, condensation } = stage;
    const component = condensation.componentOf[start]!;
    const { offsets, targets, certainty, jointLeft, jointRight, jointTo } = graph;
    const own = this.#zoneOfStart.get(start) ?? NO_ZONE_OF_ITS_OWN;
    // Control of the zone leads back to the place, or gives everything that the place could give.
    const isCovered =
      graph.kinds[start] !== CONTROL &&
      (this.#pending.get(level)!.ledBackTo.has(start) ||
        (this.#pointlessIn[start] ?? this.#judge(graph, start)) === own);
    const waiting = [start];
    this.#enter(graph, start);
    for (const done of finished.values()) if (done.leadsHere[component] === 1) this.#goOnFrom(done);
    const come = (to: number): void => {
      if (this.#isEntered(to) || !this.#enter(graph, to)) return;
      waiting.push(to);
      const done = finished.get(to);
      if (done === undefined) return;
      this.#goOnFrom(done);
      // What was entered before may come to more together with what was not.
      for (const node of this.#touched) waiting.push(node);
    };
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (isCovered && this.#controlled.has(own)) return false;
      if (!this.#inherited.some(({ entered }) => entered[node!] === 1)) {
        for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge += 1) {
          if (certainty[edge]! >= level) come(targets[edge]!);
        }
      }
      for (let at = joints.offsets[node]!; at < joints.offsets[node + 1]!; at += 1) {
        const joint = joints.joints[at]!;
        if (this.#isEntered(jointLeft[joint]!) && this.#isEntered(jointRight[joint]!)) come(jointTo[joint]!);
      }
    }
    return true;
  }

  /** Takes over what a walk came to, and with it every walk that it came to the start of. */
  #goOnFrom(done: Finished): void {
    const inherited = this.#inherited;
    if (inherited.some(({ entered }) => entered[done.start] === 1)) return;
    const others = inherited.filter(({ start }) => done.entered[start] === 0);
    inherited.splice(0, inherited.length, ...others, done);
    for (const zone of done.controlled) this.#controlled.add(zone);
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

/** Whether a node of a kind is something that can be changed or controlled. */
function isWorthHaving(kind: number): boolean {
  return kind === FACE || kind === CONTROL;
}

function* nodesIn(entered: Uint8Array): Iterable<number> {
  for (let node = 0; node < entered.length; node += 1) if (entered[node] === 1) yield node;
}

function bothOf(left: Wholes, right: Wholes): Wholes {
  const both = new Map(left);
  for (const [key, list] of right) both.set(key, [...(both.get(key) ?? []), ...list]);
  return both;
}

function tokensOf(single: readonly Token[], common: readonly Token[]): readonly Token[] {
  return single.length === 0 ? common : [...single, ...common];
}

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
