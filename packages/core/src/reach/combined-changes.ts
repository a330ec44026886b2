import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { HeldPolicy, Holdings, PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import { UNKNOWN } from '../authz/truth.ts';
import type { GraphIndex } from '../graph/graph-index.ts';
import type { IdentityNode, NodeId, ScopeNode } from '../graph/model.ts';
import type { ActingPoint, CallerStates } from './caller-states.ts';
import { type Change, EVERY_PLACE, mayAllow, mayDeny } from './change.ts';
import { ChangeEffects } from './change-effects.ts';
import type { Derivation, ProviderRows } from './derivation.ts';
import { emptiesLevel, guardsAfter, together } from './lifted-guards.ts';
import type { Elevation } from './reach-model.ts';
import type { ZoneControl } from './zone-control.ts';

/** A change with the node of the reach graph that stands for being able to make it. */
export interface Token {
  readonly change: Change;
  readonly node: number;
}

/** A way to act that an attacker has, with what the attacker can change about it. */
export interface Changeable {
  readonly point: ActingPoint;
  readonly tokens: readonly Token[];
}

/** What is worth having at hand about a way to act. */
interface PointFacts {
  /** Some guard of its own caps it. */
  readonly guarded: boolean;
  /** What it comes to at its best. */
  best: Best | undefined;
  /** The same in sessions that changes open, by their kind. */
  readonly sessions: Map<string, string>;
}

/** Texts that are equal for ways to act that nothing tells apart once they have every permission. */
interface Best {
  /** Within the guards of its session and its credential. */
  readonly within: string;
  /** Outside them: what the identity comes to that is held whole. */
  readonly free: string;
}

/** What became of the ways to act of one attacker. */
export interface Followed {
  /** Whether that led to something that was new in this round. */
  readonly isNew: boolean;
  readonly wholes: Wholes;
}

/** Ways to act that come to every permission, by what they come to. */
export type Wholes = ReadonlyMap<string, readonly Whole[]>;

/** A way to act that comes to every permission, with the changes it takes part in. */
export interface Whole {
  readonly point: ActingPoint;
  readonly keys: ReadonlySet<string>;
}

/** What became of a base and the changes to it. */
interface Outcome {
  /** The round in which a node first acted that it came to; -1 where none is new. */
  readonly round: number;
  /** What is sure comes to every permission outside every guard but those of scopes. */
  readonly whole: boolean;
}

/** Something that can be held and changed: a way to act as an identity, or control of a zone. */
interface Base {
  readonly node: number;
  /** Guards of the scopes around it, outermost scope first. */
  readonly levels: readonly (readonly HeldPolicy[])[];
  /** How many groups it is in. */
  readonly groups: number;
  /** One change alone is followed too, where it is worth something: it makes better evidence than all at once. */
  readonly onesApart: boolean;
  /** A new node for it after some changes. */
  changed(keys: readonly string[]): number;
  /** Whether some changes give it every permission outside every guard but those of scopes. */
  isWhole(changes: readonly Change[]): boolean;
  /** Lets a node act as what it is after some changes. */
  act(changes: readonly Change[], node: number): void;
  /** Tells of other changes whether nothing tells what they come to from what `changes` do. */
  alike(changes: readonly Change[]): (others: readonly Change[]) => boolean;
}

/** Up to this many changes that some may be better off without are combined in every way, beside all the others. */
const MOST_OPTIONS = 6;

/** Up to this many of them two by two; of more, one at a time: hundreds of groups that somebody can be put into. */
const MOST_IN_PAIRS = 20;

/** How many changes that some may be better off without are combined at once. */
function mostTogether(options: number): number {
  if (options <= MOST_OPTIONS) return options;
  return options <= MOST_IN_PAIRS ? 2 : 1;
}

/** What changes are worth making. */
interface Worth {
  /** Each of them only ever helps. */
  readonly sure: readonly Token[];
  /** Of these none, some or all may be best. */
  readonly options: readonly Token[];
}

/**
 * What identities turn into when several things can be done to them at once. Whoever can do them all has the best of
 * them: what only helps is always done, and the rest in every combination.
 */
export class CombinedChanges {
  readonly elevations: Elevation[] = [];
  readonly #derivation: Derivation;
  readonly #states: CallerStates;
  readonly #control: ZoneControl;
  readonly #combined: Map<string, Outcome> = new Map();
  readonly #points: WeakMap<ActingPoint, PointFacts> = new WeakMap();
  readonly #nodes: Map<string, number> = new Map();
  /** Nodes that act as what they are, with the round in which they came to do so. */
  readonly #acting: Map<number, number> = new Map();
  /** What changes come to for the point asked about last: there may be very many, and each is asked about at a stretch. */
  #last: { readonly point: ActingPoint; readonly effects: ChangeEffects } | undefined;
  readonly #holdings: Map<IdentityNode, Holdings> = new Map();
  #round = 0;

  constructor(derivation: Derivation, states: CallerStates, control: ZoneControl) {
    this.#derivation = derivation;
    this.#states = states;
    this.#control = control;
  }

  /** Whatever is made from now on is new. */
  nextRound(): void {
    this.#round += 1;
  }

  /**
   * Follows what the ways to act of one attacker turn into. Of those that come to every permission, and that nothing tells
   * apart then, one is enough; `others` are there already.
   */
  ofAttacker(all: readonly Changeable[], others?: Wholes): Followed {
    let isNew = false;
    const done = new Map<string, Whole[]>();
    for (const one of [...all].sort(grantedFirst)) {
      const tokens = this.#possible(one);
      if (tokens.length === 0) continue;
      const { point } = one;
      const { within, free } = this.#bestOf(point);
      const isCovered = (other: Whole): boolean =>
        tokens.every(({ change }) => {
          if (!isOfUse(change)) return true;
          if (!other.keys.has(change.key)) return false;
          return (
            change.session === undefined ||
            this.#bestInSession(other.point, change.session) === this.#bestInSession(point, change.session)
          );
        });
      const known = [done.get(within), done.get(free), others?.get(within), others?.get(free)];
      if (known.some((list) => list?.some(isCovered) === true)) continue;
      const { round, whole } = this.#combine(this.#identityBase(point), tokens);
      if (round === this.#round) isNew = true;
      if (!whole) continue;
      const found: Whole = { point, keys: new Set(tokens.map(({ change }) => change.key)) };
      const alike = done.get(within);
      if (alike === undefined) done.set(within, [found]);
      else alike.push(found);
    }
    return { isNew, wholes: done };
  }

  /** Changes that make a difference to a way to act. */
  #possible({ point, tokens }: Changeable): readonly Token[] {
    const { guarded } = this.#pointOf(point);
    const isPossible = ({ change }: Token): boolean => {
      if (change.guards !== undefined && !guarded) return false;
      // A credential that is good for some things only opens no other session.
      return change.session === undefined || !point.limited;
    };
    return tokens.every(isPossible) ? tokens : tokens.filter(isPossible);
  }

  /** What a way to act comes to at its best. */
  #bestOf(point: ActingPoint): Best {
    const known = this.#pointOf(point);
    if (known.best === undefined) {
      const within = this.#bestIn(point, point.facts, false);
      const isWhole = !point.limited && point.guards.length === 0;
      known.best = { within, free: isWhole ? within : this.#bestIn(point, point.facts, true) };
    }
    return known.best;
  }

  /** The same in a session of a kind that a change opens. */
  #bestInSession(point: ActingPoint, kind: string): string {
    const { sessions } = this.#pointOf(point);
    let best = sessions.get(kind);
    if (best === undefined) {
      best = this.#bestIn(point, this.#derivation.model.sessionFacts(point.identity, kind), false);
      sessions.set(kind, best);
    }
    return best;
  }

  #bestIn(point: ActingPoint, facts: PrincipalFacts, isFree: boolean): string {
    const free = isFree ? withoutNeeds(facts) : facts;
    return this.#states.keyOf(point.identity, this.#wholeClass(point, free, isFree), free);
  }

  #pointOf(point: ActingPoint): PointFacts {
    let known = this.#points.get(point);
    if (known === undefined) {
      const { guards } = this.#derivation.model.classOf(point.identity);
      const guarded = point.state.class.guards.length > 0 || guards.length > 0;
      known = { guarded, best: undefined, sessions: new Map() };
      this.#points.set(point, known);
    }
    return known;
  }

  /**
   * What a way to act is with every permission, outside every guard that can be taken off but those of scopes; `isFree`:
   * outside those of the session and the credential too.
   */
  #wholeClass({ identity, guards }: ActingPoint, facts: PrincipalFacts, isFree: boolean): PrincipalClass {
    const { model } = this.#derivation;
    const { everything } = this.#derivation.rowsOf(identity.provider);
    const { scopeGuards } = model.classOf(identity);
    const sessionGuards = isFree ? [] : guards;
    const withoutKindGuard = isFree || !this.#states.limitsKind(facts);
    return model.variantOf(
      identity,
      { grants: [everything], guards: [], scopeGuards, sessionGuards, withoutKindGuard },
      facts,
    );
  }

  /** The same for control of a zone outside of guards that are lifted. */
  ofZone(zone: ScopeNode, node: number, tokens: readonly Token[]): boolean {
    const rows = this.#derivation.providers.get(zone.provider);
    if (rows === undefined || tokens.length === 0) return false;
    return this.#combine(this.#zoneBase(zone, node, rows), tokens).round === this.#round;
  }

  #combine(base: Base, tokens: readonly Token[]): Outcome {
    const key = `${base.node}|${tokens.map(({ node }) => node).join(' ')}`;
    let outcome = this.#combined.get(key);
    if (outcome === undefined) {
      outcome = this.#follow(base, tokens);
      this.#combined.set(key, outcome);
    }
    return outcome;
  }

  #follow(base: Base, tokens: readonly Token[]): Outcome {
    let isNew = false;
    const take = (node: number | undefined): void => {
      if (node !== undefined && this.#acting.get(node) === this.#round) isNew = true;
    };
    for (const token of tokens) if ((token.change.leadsTo ?? []).length > 0) take(this.#leadOn(base, token));
    const { sure, options } = this.#worth(base, tokens);
    for (const some of subsets(options, mostTogether(options.length))) {
      const set = [...sure, ...some];
      if (set.length > 0 && isPossible(base, set)) take(this.#least(base, set));
    }
    // One change where one is enough makes the better evidence. Beside a grant of everything no other is enough, and one
    // that does what all do together is enough for all.
    const granted = sure.some(({ change }) => change.adds === 'everything');
    if (base.onesApart && sure.length > 1 && !granted && this.#leastOf(base, sure).length > 1) {
      for (const one of sure) take(this.#least(base, [one]));
    }
    if (options.length > MOST_OPTIONS) take(this.#everything(base, [...sure, ...options]));
    return { round: isNew ? this.#round : -1, whole: base.isWhole(changesOf(sure)) };
  }

  /** Follows a set of changes without those that make no difference beside the others. */
  #least(base: Base, set: readonly Token[]): number | undefined {
    const least = this.#leastOf(base, set);
    return least.length === 0 ? undefined : this.#act(base, least);
  }

  #leastOf(base: Base, set: readonly Token[]): readonly Token[] {
    const isAlike = base.alike(changesOf(set));
    let least = set;
    for (const one of [...set].sort(strongestLast)) {
      const rest = without(least, one);
      if (isAlike(changesOf(rest)) && isPossible(base, rest)) least = rest;
    }
    return least;
  }

  /** Too many to combine in every way: what all of them give together is not excluded. */
  #everything(base: Base, all: readonly Token[]): number {
    const { builder } = this.#derivation;
    const set = oneForEachSlot(all);
    const last = this.#node(base, set);
    const key = JSON.stringify([base.node, 'together', keysOf(set)]);
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = base.changed(keysOf(set));
      this.#nodes.set(key, node);
      builder.edge(last, node, UNKNOWN);
    }
    this.#settle(node, () => base.act(changesOf(set), node));
    return node;
  }

  #act(base: Base, set: readonly Token[]): number {
    const node = this.#node(base, set);
    this.#settle(node, () => base.act(changesOf(set), node));
    return node;
  }

  #leadOn(base: Base, token: Token): number {
    const { builder } = this.#derivation;
    const node = this.#node(base, [token]);
    const key = `${node} leads on`;
    let on = this.#nodes.get(key);
    if (on === undefined) {
      on = builder.node('face', -1);
      this.#nodes.set(key, on);
      builder.edge(node, on);
    }
    const from = on;
    this.#settle(from, () => {
      for (const to of token.change.leadsTo ?? []) builder.edge(from, to);
    });
    return from;
  }

  #settle(node: number, act: () => void): void {
    if (this.#acting.has(node)) return;
    this.#acting.set(node, this.#round);
    act();
  }

  /** The node of a base after a set of changes: after all but the last, and the last. */
  #node(base: Base, set: readonly Token[]): number {
    const sorted = [...set].sort((left, right) => (left.change.key < right.change.key ? -1 : 1));
    let at = base.node;
    for (const [index, { node }] of sorted.entries()) {
      const key = `${at} ${node}`;
      let next = this.#nodes.get(key);
      if (next === undefined) {
        next = base.changed(keysOf(sorted.slice(0, index + 1)));
        this.#nodes.set(key, next);
        this.#derivation.builder.joint(at, node, next);
      }
      at = next;
    }
    return at;
  }

  /** Sorts changes by what they are worth, and leaves out what others make pointless. */
  #worth(base: Base, tokens: readonly Token[]): Worth {
    const joins = tokens.flatMap(({ change }) => (change.joins === undefined ? [] : [change.joins]));
    const groups = new Set(joins.map(({ group }) => group)).size;
    const roomFor = ({ joins: one }: Change): number =>
      one?.mostGroups === undefined ? Number.POSITIVE_INFINITY : one.mostGroups - base.groups;
    const isGrant = ({ change }: Token): boolean => change.adds === 'everything';
    // One group that gives everything is enough, where there is room for it.
    const whole =
      tokens.find((one) => isGrant(one) && one.change.joins === undefined) ??
      tokens.find((one) => isGrant(one) && roomFor(one.change) > 0);
    const granted = whole !== undefined;
    const unguarded = tokens.some(({ change }) => change.guards?.length === 0);
    const left = tokens.some(({ change }) => change.lifts?.kind === 'leave');
    const sure: Token[] = [];
    const options: Token[] = [];
    const lifts: Token[] = [];
    for (const token of tokens) {
      const { change } = token;
      if (change.lifts !== undefined) {
        if (change.lifts.kind === 'leave' || !left) lifts.push(token);
      } else if (change.guards !== undefined) {
        if (change.guards.length === 0) sure.push(token);
        else if (!unguarded) options.push(token);
      } else if (change.joins !== undefined) {
        const room = roomFor(change);
        if (token === whole) sure.push(token);
        if (room <= 0 || granted || change.adds?.length === 0) continue;
        if (onlyAdds(change) && groups <= room) sure.push(token);
        else options.push(token);
      } else if (change.session !== undefined || change.retags === true) {
        options.push(token);
      } else if (granted) {
        // Beside a grant of everything only what takes denies away gives more, unless it brings others.
        if (change.adds === 'everything') sure.push(token);
        else if (change.drops !== undefined || change.leaves !== undefined) {
          (onlyAdds(change) ? sure : options).push(token);
        }
      } else if (change.slot === undefined && onlyAdds(change) && this.#onlyDenies(change)) {
        sure.push(token);
      } else {
        options.push(token);
      }
    }
    this.#sortLifts(base, lifts, sure, options);
    return { sure: oneForEachSlot(sure), options };
  }

  #sortLifts(base: Base, tokens: readonly Token[], sure: Token[], options: Token[]): void {
    const { opened } = together(liftsOf(tokens));
    const taken: Token[] = [];
    for (const token of tokens) {
      const lift = token.change.lifts!;
      if (lift.kind !== 'lift') {
        sure.push(token);
        continue;
      }
      const held = base.levels.flat().find(({ policy }) => policy.id === lift.policy);
      // What is open need not be taken off, and taking off what only allows gives nothing.
      if (held === undefined || opened.has(lift.policy) || !mayDeny(held.document)) continue;
      if (mayAllow(held.document)) options.push(token);
      else taken.push(token);
    }
    (emptiesLevel(base.levels, together(liftsOf([...tokens, ...taken]))) ? options : sure).push(...taken);
  }

  /** Whether the policies that a change takes away only deny. */
  #onlyDenies({ drops, leaves }: Change): boolean {
    const { model } = this.#derivation;
    if (leaves !== undefined)
      return model.holdingsOf(model.graph.identity(leaves)!).grants.every(({ document }) => !mayAllow(document));
    return (drops ?? []).every(({ policy }) => {
      const text = model.graph.policy(policy);
      const provider = text === undefined ? undefined : model.provider(text.provider);
      const document =
        text === undefined || provider === undefined ? undefined : model.document(text.document, provider);
      return document !== undefined && !mayAllow(document);
    });
  }

  #zoneBase(zone: ScopeNode, node: number, rows: ProviderRows): Base {
    const levels = this.#derivation.model.principalGuardsOn(zone);
    const after = (changes: readonly Change[]): readonly (readonly CompiledDocument[])[] => {
      const lifts = changes.flatMap((change) => (change.lifts === undefined ? [] : [change.lifts]));
      return guardsAfter(levels, together(lifts), rows.everything);
    };
    const keyOf = (changes: readonly Change[]): string =>
      JSON.stringify(after(changes).map((level) => level.map(({ id }) => id)));
    return {
      node,
      levels,
      groups: 0,
      // What a zone becomes takes as long to follow as anything does.
      onesApart: false,
      isWhole: () => true,
      changed: () => this.#derivation.builder.node('hub', -1),
      act: (changes, from) => this.#control.actWithin(from, zone.id, rows, after(changes)),
      alike: (changes) => {
        const key = keyOf(changes);
        return (others) => keyOf(others) === key;
      },
    };
  }

  #identityBase(point: ActingPoint): Base {
    const { model, builder } = this.#derivation;
    const { identity } = point;
    const rows = this.#derivation.rowsOf(identity.provider);
    const effects = this.#effectsOf(point, rows);
    return {
      node: point.node,
      levels: point.state.class.scopeGuards.length === 0 ? [] : this.#holdingsOf(identity).scopeGuards,
      groups: model.graph.outgoing(identity.id, 'member-of').length,
      onesApart: true,
      changed: (changes) => {
        this.elevations.push({ identity, changes });
        return builder.node('elevated', this.elevations.length - 1);
      },
      isWhole: (changes) => {
        const lasting = changes.filter(({ lifts }) => lifts === undefined);
        const { principalClass, facts } = this.#identityAfter(point, lasting, rows);
        return principalClass === this.#wholeClass(point, facts, false);
      },
      act: (changes, node) => {
        const { principalClass, facts } = this.#identityAfter(point, changes, rows);
        builder.edge(node, this.#states.stateOf(identity, principalClass, facts).node);
      },
      alike: (changes) => {
        const { texts, facts } = effects.of(changes);
        let key: string | undefined;
        return (others) => {
          const other = effects.of(others);
          if (other.texts !== texts) return false;
          if (other.facts === facts) return true;
          key ??= this.#keyAfter(point, changes, rows);
          return this.#keyAfter(point, others, rows) === key;
        };
      },
    };
  }

  #effectsOf(point: ActingPoint, { everything }: ProviderRows): ChangeEffects {
    let last = this.#last;
    if (last?.point !== point) {
      const { model } = this.#derivation;
      const { graph } = model;
      const { identity } = point;
      const { guards, scopeGuards } = model.classOf(identity);
      const effects = new ChangeEffects({
        holdings: this.#holdingsOf(identity),
        guards,
        capped: scopeGuards.length > 0,
        everything,
        groupsWithout: (left) => groupsWithout(graph, identity.id, left),
      });
      last = { point, effects };
      this.#last = last;
    }
    return last.effects;
  }

  #keyAfter(point: ActingPoint, changes: readonly Change[], rows: ProviderRows): string {
    const { principalClass, facts } = this.#identityAfter(point, changes, rows);
    return this.#states.keyOf(point.identity, principalClass, facts);
  }

  /** What an identity is after some changes. */
  #identityAfter(
    point: ActingPoint,
    changes: readonly Change[],
    rows: ProviderRows,
  ): { readonly principalClass: PrincipalClass; readonly facts: PrincipalFacts } {
    const { identity, facts: before } = point;
    const session = changes.find((change) => change.session !== undefined)?.session;
    const unchanged = session === undefined ? before : this.#derivation.model.sessionFacts(identity, session);
    const facts: PrincipalFacts = changes.some((change) => change.retags)
      ? { ...unchanged, chosenTags: true }
      : unchanged;
    const principalClass = changes.length === 0 ? point.state.class : this.#classAfter(point, changes, facts, rows);
    return { principalClass, facts };
  }

  #holdingsOf(identity: IdentityNode): Holdings {
    let holdings = this.#holdings.get(identity);
    if (holdings === undefined) {
      holdings = this.#derivation.model.holdingsOf(identity);
      this.#holdings.set(identity, holdings);
    }
    return holdings;
  }

  #classAfter(
    { identity, guards: sessionGuards }: ActingPoint,
    changes: readonly Change[],
    facts: PrincipalFacts,
    rows: ProviderRows,
  ): PrincipalClass {
    const { model } = this.#derivation;
    const base = model.classOf(identity);
    const dropped = new Set(
      changes.flatMap((change) => change.drops ?? []).map(({ policy, node }) => `${policy}\n${node}`),
    );
    const left = changes.flatMap((change) => change.leaves ?? []);
    const groups = left.length === 0 ? undefined : groupsWithout(model.graph, identity.id, left);
    const stays = ({ policy, attachment, through }: HeldPolicy): boolean =>
      (through === undefined || groups?.has(through) !== false) &&
      !dropped.has(`${policy.id}\n${attachment.node}`) &&
      !dropped.has(`${policy.id}\n${EVERY_PLACE}`);
    const held =
      dropped.size === 0 && groups === undefined
        ? base.grants
        : this.#holdingsOf(identity)
            .grants.filter(stays)
            .map(({ document }) => document);
    const everything = changes.some((change) => change.adds === 'everything');
    const added = changes.flatMap((change) => (Array.isArray(change.adds) ? (change.adds as CompiledDocument[]) : []));
    const guards = changes.flatMap((change) => (change.guards === undefined ? [] : [change.guards]));
    const lifts = changes.flatMap((change) => (change.lifts === undefined ? [] : [change.lifts]));
    return model.variantOf(
      identity,
      {
        // Beside a grant of everything, other grants say nothing; what they deny still counts.
        grants: everything ? [...[...held, ...added].filter(mayDeny), rows.everything] : [...held, ...added],
        // One guard takes the place of another; none at all is the widest.
        guards: guards.find((one) => one.length === 0) ?? guards[0] ?? base.guards,
        scopeGuards:
          lifts.length === 0 || base.scopeGuards.length === 0
            ? base.scopeGuards
            : guardsAfter(this.#holdingsOf(identity).scopeGuards, together(lifts), rows.everything),
        sessionGuards,
        withoutKindGuard: !this.#states.limitsKind(facts),
      },
      facts,
    );
  }
}

/** Groups an identity is still in, directly or through others, once it has left some. */
function groupsWithout(graph: GraphIndex, identity: NodeId, left: readonly NodeId[]): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  const waiting = [identity];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const { to } of graph.outgoing(at, 'member-of')) {
      if (left.includes(to) || found.has(to)) continue;
      found.add(to);
      waiting.push(to);
    }
  }
  return found;
}

/** The same facts without what else a session needs, which keeps it from things as a guard does. */
function withoutNeeds(facts: PrincipalFacts): PrincipalFacts {
  if (facts.session?.needs === undefined) return facts;
  const { needs: _, ...session } = facts.session;
  return { ...facts, session };
}

/** Whether a change leads to more than any identity with every permission has. */
function isOfUse({ session, retags, lifts, leadsTo }: Change): boolean {
  return session !== undefined || retags === true || lifts !== undefined || (leadsTo ?? []).length > 0;
}

/** What is given every permission is taken up before what is not, and what is held whole before what is not. */
function grantedFirst(left: Changeable, right: Changeable): number {
  const rank = ({ point, tokens }: Changeable): number =>
    (point.limited || point.guards.length > 0 ? 2 : 0) +
    (tokens.some(({ change }) => change.adds === 'everything') ? 0 : 1);
  return rank(left) - rank(right);
}

function changesOf(tokens: readonly Token[]): readonly Change[] {
  return tokens.map(({ change }) => change);
}

function keysOf(tokens: readonly Token[]): readonly string[] {
  return tokens.map(({ change }) => change.key).sort();
}

function liftsOf(tokens: readonly Token[]): readonly NonNullable<Change['lifts']>[] {
  return tokens.flatMap(({ change }) => (change.lifts === undefined ? [] : [change.lifts]));
}

function without(tokens: readonly Token[], one: Token): readonly Token[] {
  return tokens.filter((token) => token !== one);
}

/** Whether a change adds permissions, or takes policies away, and adds nothing that denies. */
function onlyAdds({ adds }: Change): boolean {
  return adds === undefined || adds === 'everything' || !adds.some(mayDeny);
}

/** Whether changes can be made at once. */
function isPossible(base: Base, tokens: readonly Token[]): boolean {
  const slots = tokens.flatMap(({ change }) => (change.slot === undefined ? [] : [change.slot]));
  if (new Set(slots).size < slots.length) return false;
  const joined = new Set<NodeId>();
  let most = Number.POSITIVE_INFINITY;
  for (const { change } of tokens) {
    if (change.joins === undefined) continue;
    joined.add(change.joins.group);
    most = Math.min(most, change.joins.mostGroups ?? Number.POSITIVE_INFINITY);
  }
  if (base.groups + joined.size > most) return false;
  const lifts = liftsOf(tokens);
  return lifts.length === 0 || !emptiesLevel(base.levels, together(lifts));
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

/** What gives most is kept where one of several is enough. */
function strongestLast(left: Token, right: Token): number {
  const rank = ({ change: { adds, guards, lifts } }: Token): number =>
    adds === 'everything' || guards?.length === 0 || lifts?.kind === 'leave' ? 1 : 0;
  return rank(left) - rank(right) || (left.change.key < right.change.key ? -1 : 1);
}

/** Every subset of up to `most` members, the empty one too; shorter ones first. */
function subsets(all: readonly Token[], most: number): readonly (readonly Token[])[] {
  let last: readonly (readonly number[])[] = [[]];
  const found: (readonly number[])[] = [[]];
  for (let size = 1; size <= most; size += 1) {
    const next: (readonly number[])[] = [];
    for (const one of last) {
      for (let at = (one.at(-1) ?? -1) + 1; at < all.length; at += 1) next.push([...one, at]);
    }
    for (const one of next) found.push(one);
    last = next;
  }
  return found.map((one) => one.map((at) => all[at]!));
}
