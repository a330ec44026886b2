import type { AuthorizationModel, CompiledDocument, Truth } from '@keyreach/core/authz';
import { and, CONDITIONAL, TRUE, UNKNOWN } from '@keyreach/core/authz';
import type { Certainty, CredentialNode, NodeId } from '@keyreach/core/graph';
import { type AccessCatalogue, type TechniqueCatalogue, truthOf } from '@keyreach/core/reach';
import { carrierOf, type Effect, type Gain, mayDeny, NaiveEffects, type Opened } from './naive-effects.ts';
import {
  anySession,
  type Change,
  credentialSession,
  type Holder,
  NaiveHolders,
  type Session,
  sessionOf,
  subsets,
} from './naive-holder.ts';

/**
 * The slow, obvious way to what the derivation computes: every technique of every holder on every target, one decision
 * at a time, repeated until the attacker has nothing new.
 */
export interface NaiveReach {
  readonly identities: ReadonlySet<NodeId>;
  readonly zones: ReadonlySet<NodeId>;
  readonly workloads: ReadonlySet<NodeId>;
  /** Access leaves as `resource class`. */
  readonly accesses: ReadonlySet<string>;
}

/** More changes of one identity than this cannot be combined in every way in reasonable time. */
const MOST_CHANGES = 7;

/** Up to this many changes of a group are followed together for whoever is put into it (`Joins`). */
const MOST_BESIDE = 3;

/** Thrown where an estate offers more changes of one identity than the oracle combines. */
export class TooManyChanges extends Error {}

/** An identity of the attacker's making. */
interface Made {
  readonly zone: NodeId;
  readonly guard: { readonly id: NodeId; readonly document: CompiledDocument } | undefined;
  readonly outfit: 'everything' | readonly Change[];
}

/** Groups that identities of some types can be put into, together. */
interface Join {
  readonly groups: readonly NodeId[];
  readonly members: readonly string[] | undefined;
  readonly mostGroups: number | undefined;
}

/** Answers of one estate, shared between sources. */
export class NaiveOracle {
  readonly model: AuthorizationModel;
  readonly everything: CompiledDocument;
  readonly holders: NaiveHolders;
  readonly effects: NaiveEffects;

  constructor(model: AuthorizationModel, catalogue: TechniqueCatalogue, now: number, access?: AccessCatalogue) {
    this.model = model;
    this.everything = model.provider(catalogue.provider)!.compiler.compile({
      id: `everything:${catalogue.provider}`,
      provider: catalogue.provider,
      statements: [
        {
          effect: 'allow',
          actions: { include: ['*'], exclude: [] },
          resources: { include: ['*'], exclude: [] },
          index: 0,
        },
      ],
    });
    this.holders = new NaiveHolders(model, this.everything);
    this.effects = new NaiveEffects(model, catalogue, access, now);
  }

  /** What an identity, or a credential, reaches over answers of at least `least`. */
  reach(source: NodeId, least: 1 | 2 | 3): NaiveReach {
    return new Attacker(this, least).from(source);
  }
}

/** A disabled credential opens nothing until it is enabled again. */
function usable(credential: CredentialNode, certainty: Certainty | undefined): Truth {
  const byStatus = { active: TRUE, disabled: CONDITIONAL, expired: CONDITIONAL, unknown: UNKNOWN } as const;
  return and(truthOf(certainty), byStatus[credential.status]);
}

/** Everything one attacker has, at one level of certainty. */
class Attacker {
  readonly #oracle: NaiveOracle;
  readonly #least: Truth;
  /** How each identity is acted as; `held`: not only within the limits of a credential. */
  readonly #sessions: Map<NodeId, Map<string, Session>> = new Map();
  readonly #held: Set<NodeId> = new Set();
  readonly #signIns: Map<NodeId, Set<string>> = new Map();
  readonly #changes: Map<NodeId, Map<string, Change>> = new Map();
  readonly #joins: Map<string, Join> = new Map();
  readonly #lifts: Map<string, Change> = new Map();
  readonly #made: Map<string, Made> = new Map();
  /** Changes of groups and policies, by carrier, and who carriers can be put on. */
  readonly #carried: Map<string, Map<string, Change>> = new Map();
  readonly #puts: Map<string, Set<NodeId>> = new Map();
  readonly #zones: Set<NodeId> = new Set();
  readonly #workloads: Set<NodeId> = new Set();
  readonly #accesses: Set<string> = new Set();
  readonly #opened: Map<string, Opened> = new Map();
  readonly #asked: Set<string> = new Set();
  readonly #askedBy: Holder[] = [];
  #grown: boolean = false;

  constructor(oracle: NaiveOracle, least: Truth) {
    this.#oracle = oracle;
    this.#least = least;
  }

  from(source: NodeId): NaiveReach {
    const node = this.#oracle.model.graph.node(source);
    if (node?.kind === 'credential') this.#useCredential(node);
    else this.#become(source, anySession);
    do {
      this.#grown = false;
      this.#followAssignments();
      this.#followCarried();
      this.#askEverybody();
    } while (this.#grown);
    return {
      identities: this.#held,
      zones: this.#zones,
      workloads: this.#workloads,
      accesses: this.#accesses,
    };
  }

  #add<T>(set: Set<T>, item: T): void {
    if (set.has(item)) return;
    set.add(item);
    this.#grown = true;
  }

  #put<K, V>(map: Map<K, V>, key: K, value: V): void {
    if (map.has(key)) return;
    map.set(key, value);
    this.#grown = true;
  }

  #inner<K, V>(map: Map<NodeId, Map<K, V>>, id: NodeId): Map<K, V> {
    let inner = map.get(id);
    if (inner === undefined) {
      inner = new Map();
      map.set(id, inner);
    }
    return inner;
  }

  #become(id: NodeId, session: Session): void {
    const { model } = this.#oracle;
    const identity = model.graph.identity(id);
    if (identity === undefined || identity.type === 'group') return;
    this.#put(this.#inner(this.#sessions, id), session.key, session);
    // A credential that is good for some things only does not make its holder the identity.
    const { facts } = this.#oracle.holders.of(identity, session, []);
    const limited =
      session.guards.length > 0 || model.kindGuards(facts).some((guard) => this.#oracle.effects.limits(guard));
    if (!limited) this.#add(this.#held, id);
  }

  #useCredential(credential: CredentialNode): void {
    const session = credentialSession(this.#oracle.model, credential);
    for (const { to } of this.#oracle.model.graph.outgoing(credential.id, 'authenticates')) this.#become(to, session);
  }

  /** Subjects sign in as what they, and the groups they are in or can be put into, are assigned. */
  #followAssignments(): void {
    const { graph } = this.#oracle.model;
    for (const id of [...this.#held]) {
      const groups = new Set(graph.groupsOf(id).map((group) => group.id));
      for (const join of this.#joins.values()) {
        if (!this.#canJoin(id, join)) continue;
        for (const group of join.groups)
          for (const one of [group, ...graph.groupsOf(group).map((up) => up.id)]) groups.add(one);
      }
      for (const from of [id, ...groups]) {
        for (const edge of graph.outgoing(from, 'federates')) {
          if (truthOf(edge.certainty) >= this.#least) this.#become(edge.to, anySession);
        }
      }
    }
  }

  /** What is done to a policy is done to whoever it is put on, and to the groups that hold it. */
  #followCarried(): void {
    const { graph } = this.#oracle.model;
    for (const [carrier, changes] of [...this.#carried]) {
      const [role, id] = carrier.split(' ') as [string, NodeId];
      if (role === 'group') continue;
      const groups = graph
        .attachmentsOf(id)
        .filter((attachment) => attachment.role === role && graph.identity(attachment.node)?.type === 'group');
      for (const change of [...changes.values()]) {
        for (const { node } of groups)
          this.#put(this.#inner(this.#carried, carrierOf('group', node)), change.key, change);
        const put = asPut(id, change);
        if (put === undefined) continue;
        for (const target of this.#puts.get(carrier) ?? []) {
          for (const to of this.#oracle.effects.under(target)) this.#put(this.#inner(this.#changes, to), put.key, put);
          if (graph.identity(target)?.type === 'group')
            this.#put(this.#inner(this.#carried, carrierOf('group', target)), put.key, put);
        }
      }
    }
  }

  #canJoin(id: NodeId, { groups, members, mostGroups }: Join): boolean {
    const { graph } = this.#oracle.model;
    const identity = graph.identity(id)!;
    if (identity.external === true || (members !== undefined && !members.includes(identity.type))) return false;
    // Who is in as many groups as there may be is not put into another.
    if (mostGroups !== undefined && graph.outgoing(id, 'member-of').length >= mostGroups) return false;
    return graph.zoneOf(groups[0]!)?.id === graph.zoneOf(id)?.id;
  }

  /** Asks everybody the attacker can act as what they can do. */
  #askEverybody(): void {
    const { holders } = this.#oracle;
    const lifts = this.#liftsInForce();
    for (const id of [...this.#sessions.keys()]) this.#askVariants(id, lifts);
    for (const holder of [...this.#askedBy])
      for (const opened of [...this.#opened.values()]) this.#askOpened(holder, opened);
    for (const made of [...this.#made.values()]) this.#askMade(made);
    for (const zone of [...this.#zones]) {
      const everything = [this.#oracle.everything];
      this.#ask(holders.made(`administrator:${zone}`, zone, everything, [], []));
      for (const some of subsets(lifts, MOST_CHANGES) ?? []) {
        this.#ask(holders.made(`administrator:${zone}`, zone, everything, [], some));
      }
    }
  }

  /** What is lifted, each once: a guard that lets everything pass need not be taken off. */
  #liftsInForce(): readonly Change[] {
    const all = [...this.#lifts.values()];
    const opened = new Set(all.flatMap(({ lift }) => (lift?.kind === 'open' ? [lift.policies.join(' ')] : [])));
    const worth = all.filter(({ lift }) => lift?.kind !== 'lift' || !opened.has(lift.policies.join(' ')));
    return worth.filter(({ lift }) => lift?.kind === 'leave' || lift!.policies.length === 1);
  }

  #askVariants(id: NodeId, lifts: readonly Change[]): void {
    const { holders, model } = this.#oracle;
    const identity = model.graph.identity(id)!;
    const sessions = [...this.#sessions.get(id)!.values()];
    for (const session of sessions) this.#ask(holders.of(identity, session, []));
    const possible = [...(this.#changes.get(id)?.values() ?? [])].filter(
      (change) => change.guards === undefined || model.classOf(identity).guards.length > 0,
    );
    const { always, own } = worthwhile(possible);
    // Nobody who is given everything gains by what else a group passes on.
    const joins = always.some(({ adds }) => adds === 'everything') ? [] : this.#joinsOf(id);
    const passive = [...joins, ...(identity.external === true ? [] : this.#liftsOf(id, lifts))];
    // Whoever holds the identity can sign in anew, whatever else is changed about it.
    const signIns = this.#held.has(id) ? [...(this.#signIns.get(id) ?? [])].map(sessionOf) : [];
    const all = subsets([...own, ...passive], MOST_CHANGES);
    if (all === undefined) throw new TooManyChanges(`${own.length + passive.length} changes of \`${id}\``);
    for (const subset of all) {
      const made = [...always, ...subset];
      if (!this.#hasRoom(id, made)) continue;
      for (const session of [...sessions, ...signIns]) {
        this.#ask(holders.of(identity, session, made));
      }
    }
  }

  /** Whether an identity can be put into all the groups of some changes at once. */
  #hasRoom(id: NodeId, changes: readonly Change[]): boolean {
    const joins = changes.flatMap(({ joins: one }) => (one === undefined ? [] : [one]));
    const most = Math.min(...joins.map(({ mostGroups }) => mostGroups ?? Number.POSITIVE_INFINITY));
    const groups = new Set(joins.flatMap((one) => one.groups));
    return this.#oracle.model.graph.outgoing(id, 'member-of').length + groups.size <= most;
  }

  /** Guards lifted off the scopes around an identity. */
  #liftsOf(id: NodeId, lifts: readonly Change[]): readonly Change[] {
    const zone = this.#oracle.model.graph.zoneOf(id);
    if (zone === undefined) return [];
    const there = new Set(
      this.#oracle.model.principalGuardsOn(zone).flatMap((level) => level.map((held) => held.policy.id)),
    );
    return lifts.filter(({ lift }) =>
      lift!.kind === 'leave' ? lift!.zone === zone.id : lift!.policies.some((policy) => there.has(policy)),
    );
  }

  /** What an identity can be put into, each text once. */
  #joinsOf(id: NodeId): readonly Change[] {
    const found = new Map<string, Change>();
    for (const join of this.#joins.values()) {
      const { groups, mostGroups } = join;
      if (!this.#canJoin(id, join)) continue;
      const { graph } = this.#oracle.model;
      const around = groups.flatMap((group) => [group, ...graph.groupsOf(group).map((up) => up.id)]);
      const changes = around.flatMap((group) => [...(this.#carried.get(carrierOf('group', group))?.values() ?? [])]);
      for (const some of subsetsOf(changes, MOST_BESIDE)) {
        const adds = this.#passedOn(groups, some);
        const key = `join ${[...new Set(adds.map((document) => document.id))].sort().join(' ')}`;
        if (adds.length === 0) continue;
        // The fewer groups, the more room is left for others.
        const fewest = found.get(key)?.joins?.groups.length ?? Number.POSITIVE_INFINITY;
        if (groups.length < fewest) found.set(key, { key, adds, joins: { groups, mostGroups } });
      }
    }
    const all = [...found.values()];
    const whole = all.find(({ adds }) => adds?.length === 1 && adds[0] === this.#oracle.everything);
    return whole === undefined ? all : [whole];
  }

  /** What groups pass on, once they are changed. */
  #passedOn(groups: readonly NodeId[], changes: readonly Change[]): readonly CompiledDocument[] {
    const { model, everything } = this.#oracle;
    const drops = changes.flatMap((change) => change.drops ?? []);
    const held = groups.flatMap((id) => model.holdingsOf(model.graph.identity(id)!).grants);
    const kept = held.filter(
      ({ policy, attachment }) => !drops.some((one) => one.policy === policy.id && one.node === attachment.node),
    );
    const texts = kept.map(
      ({ policy, document }) => changes.find(({ swaps }) => swaps?.policy === policy.id)?.swaps?.document ?? document,
    );
    const added = changes.flatMap(({ adds }) => (adds === undefined || adds === 'everything' ? [] : adds));
    // Beside everything, only what denies says anything.
    const isWhole = changes.some(({ adds }) => adds === 'everything');
    return isWhole ? [...[...texts, ...added].filter(mayDeny), everything] : [...texts, ...added];
  }

  #ask(holder: Holder): void {
    if (this.#asked.has(holder.key)) return;
    this.#asked.add(holder.key);
    this.#grown = true;
    const { effects } = this.#oracle;
    for (const effect of effects.of(holder)) {
      this.#take(effect);
      if (effect.gain.kind !== 'opened' || effect.truth < this.#least) continue;
      const { opened } = effect.gain;
      if (opened.what === 'policy') this.#letIn(opened, effect.truth, holder);
      this.#put(this.#opened, opened.key, opened);
    }
    this.#askedBy.push(holder);
  }

  /** Whoever writes the policy of a resource may let in somebody from outside. */
  #letIn(opened: Opened, sure: Truth, by: Holder): void {
    const { effects, holders } = this.#oracle;
    const outsider = holders.outsider(by.class.provider);
    if (outsider === undefined) return;
    for (const { effect, asIs } of effects.openedOutside(opened, by, outsider)) {
      const truth = and(sure, effect.truth);
      if (truth > asIs) this.#take({ ...effect, truth });
    }
  }

  #askOpened(holder: Holder, opened: Opened): void {
    const key = `${holder.key}\n${opened.key}`;
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    for (const effect of this.#oracle.effects.withOpened(holder, opened)) {
      this.#take(effect);
    }
  }

  #take({ gain, truth, row }: Effect): void {
    if (truth < this.#least) return;
    switch (gain.kind) {
      case 'become':
        this.#become(gain.id, sessionOf(gain.session));
        return;
      case 'workload':
        this.#control(gain.id);
        return;
      case 'stored':
        this.#findStored(gain.id);
        return;
      case 'zone':
        this.#add(this.#zones, gain.id);
        return;
      case 'leave-scopes': {
        const key = `leave ${gain.id}`;
        this.#put(this.#lifts, key, { key, lift: { kind: 'leave', zone: gain.id } });
        return;
      }
      case 'sign-in': {
        let kinds = this.#signIns.get(gain.id);
        if (kinds === undefined) {
          kinds = new Set();
          this.#signIns.set(gain.id, kinds);
        }
        this.#add(kinds, gain.session);
        return;
      }
      case 'change':
        for (const id of gain.ids) this.#put(this.#inner(this.#changes, id), gain.change.key, gain.change);
        if (gain.carrier !== undefined)
          this.#put(this.#inner(this.#carried, gain.carrier), gain.change.key, gain.change);
        if (gain.puts !== undefined) {
          const { carrier, target } = gain.puts;
          let targets = this.#puts.get(carrier);
          if (targets === undefined) {
            targets = new Set();
            this.#puts.set(carrier, targets);
          }
          this.#add(targets, target);
        }
        return;
      case 'join':
        for (const groups of this.#sets(gain.set)) {
          const { members, mostGroups } = gain;
          const key = JSON.stringify([groups, members ?? null, mostGroups ?? null]);
          this.#put(this.#joins, key, { groups, members, mostGroups });
        }
        return;
      case 'lift':
      case 'open':
        for (const policies of this.#sets(gain.set)) {
          const key = `${gain.kind} ${policies.join(' ')}`;
          this.#put(this.#lifts, key, { key, lift: { kind: gain.kind, policies } });
        }
        return;
      case 'make':
        this.#make(gain, row);
        return;
      case 'access':
        this.#add(this.#accesses, `${gain.resource} ${gain.class}`);
        return;
      case 'opened':
        return;
    }
  }

  /** Each alone, and all that are as certain as one of them together. */
  #sets(set: readonly { readonly id: NodeId; readonly truth: Truth }[]): readonly (readonly NodeId[])[] {
    const enough = set.filter(({ truth }) => truth >= this.#least);
    const levels = [TRUE, CONDITIONAL, UNKNOWN].map((level) =>
      enough.filter(({ truth }) => truth >= level).map(({ id }) => id),
    );
    return [...enough.map(({ id }) => [id]), ...levels].filter((ids) => ids.length > 0);
  }

  #control(id: NodeId): void {
    this.#add(this.#workloads, id);
    for (const relation of ['runs-as', 'vouches-for', 'provisions'] as const) {
      for (const edge of this.#oracle.model.graph.outgoing(id, relation)) {
        if (truthOf(edge.certainty) >= this.#least) this.#become(edge.to, anySession);
      }
    }
  }

  #findStored(id: NodeId): void {
    for (const edge of this.#oracle.model.graph.outgoing(id, 'stores')) {
      const credential = this.#oracle.model.graph.node(edge.to);
      if (credential?.kind === 'credential' && usable(credential, edge.certainty) >= this.#least) {
        this.#useCredential(credential);
      }
    }
  }

  #make({ zone, guard, outfit }: Extract<Gain, { readonly kind: 'make' }>, row: string): void {
    if (outfit === 'everything') {
      if (guard === undefined) this.#add(this.#zones, zone);
      else this.#put(this.#made, `${zone} ${guard.id}`, { zone, guard, outfit });
      return;
    }
    if (outfit === 'nothing') {
      this.#put(this.#made, `${zone} ${guard?.id ?? ''} nothing`, { zone, guard, outfit: [] });
      return;
    }
    const enough = outfit.filter(({ truth }) => truth >= this.#least);
    const changes = enough.map(({ id, grants }): Change => ({ key: id, adds: grants }));
    const all = subsets(changes, MOST_CHANGES);
    if (all === undefined) throw new TooManyChanges(`${enough.length} policies for \`${row}\``);
    for (const subset of all) {
      if (subset.length > 0) {
        const key = `${zone} ${guard?.id ?? ''} ${subset.map((one) => one.key).join(' ')}`;
        this.#put(this.#made, key, { zone, guard, outfit: subset });
      }
    }
  }

  #askMade({ zone, guard, outfit }: Made): void {
    const { holders, everything } = this.#oracle;
    const isWhole = (id: NodeId): boolean =>
      (['group', 'identity-grant'] as const).some((role) =>
        [...(this.#carried.get(carrierOf(role, id))?.values() ?? [])].some(({ adds }) => adds === 'everything'),
      );
    const whole = outfit === 'everything' || outfit.some((one) => isWhole(one.key));
    const unguarding = guard === undefined ? undefined : this.#carried.get(carrierOf('identity-guard', guard.id));
    const free = guard === undefined || [...(unguarding?.values() ?? [])].some(({ guards }) => guards?.length === 0);
    if (whole && free) this.#add(this.#zones, zone);
    const grants = [
      ...(outfit === 'everything' ? [] : outfit.flatMap(({ adds }) => adds as readonly CompiledDocument[])),
      ...(whole ? [everything] : []),
    ];
    this.#ask(holders.made(`new-identity:${zone}`, zone, grants, free ? [] : [guard.document], []));
  }
}

/** Every choice of up to `most` changes that can be made together, none among them. */
function subsetsOf(changes: readonly Change[], most: number): readonly (readonly Change[])[] {
  let found: readonly (readonly Change[])[] = [[]];
  for (const change of changes) {
    const free = found.filter(
      (some) => some.length < most && (change.slot === undefined || some.every(({ slot }) => slot === undefined)),
    );
    found = [...found, ...free.map((some) => [...some, change])];
  }
  return found;
}

/** What a change of a policy is to somebody the policy is put on; undefined where it takes something away only. */
function asPut(policy: NodeId, change: Change): Change | undefined {
  const { swaps } = change;
  if (swaps?.policy === policy) return { key: change.key, slot: change.slot!, adds: [swaps.document] };
  return change.adds === undefined && change.guards === undefined ? undefined : change;
}

/** Changes that are always worth making, since they only add, and those of which none or some may be best. */
function worthwhile(changes: readonly Change[]): {
  readonly always: readonly Change[];
  readonly own: readonly Change[];
} {
  const whole = changes.filter(({ adds }) => adds === 'everything').slice(0, 1);
  const unguarded = changes.find(({ guards }) => guards?.length === 0);
  const always: Change[] = [...whole];
  const own: Change[] = [];
  for (const change of changes) {
    const { adds, guards } = change;
    if (adds === 'everything') continue;
    if (guards !== undefined && unguarded !== undefined && change !== unguarded) continue;
    const onlyAdds = adds !== undefined && !adds.some(mayDeny);
    if (!onlyAdds) own.push(change);
    else if (whole.length === 0) always.push(change);
  }
  return { always, own };
}
