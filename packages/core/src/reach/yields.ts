import { hasAction } from '../authz/action-catalogue.ts';
import { lowerBound } from '../authz/glob.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import { and, CONDITIONAL, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { GraphNode, NodeId } from '../graph/model.ts';
import type { AccessClass } from './access-class.ts';
import { isUnlistedAccess } from './access-techniques.ts';
import { type CallerStates, usable } from './caller-states.ts';
import {
  addition,
  type Change,
  EVERY_PLACE,
  forHolders,
  GRANT,
  guarding,
  leaving,
  mayDeny,
  type PolicyChange,
  RETAG,
  removal,
  signIn,
  UNGUARD,
} from './change.ts';
import { CHANGED, type ChangedTargets, readsTagsOf } from './changed-targets.ts';
import type { Changes } from './changes.ts';
import type { Derivation, ProviderRows, TechniqueRow } from './derivation.ts';
import type { PlacedPolicy } from './hop-change.ts';
import type { Joins } from './joins.ts';
import { alikeByName, choosesKey, nameablePolicies } from './named-policies.ts';
import { atMost, beyond, type NamedFor, namedTogether, widestGuards } from './named-targets.ts';
import { aimsAtSame, changeBy, isSimpleChange } from './opened-others.ts';
import { accessedBehind, PASSED_ON, UNLISTED } from './passed-on.ts';
import { difference, EMPTY, forEachMember, intersection, type RangeSet, setOf, union } from './range-set.ts';
import { type AccessLeaf, truthOf } from './reach-model.ts';
import { actionsAsked, actionsOnTarget, inZone } from './requirement.ts';
import type { Caller, TargetChange } from './target-decisions.ts';
import type { FixedContext, NamedPolicy, Technique } from './technique.ts';
import { andSets, NOWHERE, orSets, restrict, type TruthSet, TruthSetBuilder, valueAt, valueOn } from './truth-set.ts';
import type { Universe } from './universe.ts';
import type { ZoneControl } from './zone-control.ts';

/** A row asked for one caller, with the targets to ask about. */
export interface Asking {
  /** Node of the reach graph that the caller is. */
  readonly node: number;
  readonly caller: Caller;
  readonly class: PrincipalClass;
  readonly row: TechniqueRow;
  readonly rows: ProviderRows;
  readonly universe: Universe;
  readonly within: RangeSet;
}

/** The other parts of a derivation that yields lead to. */
export interface YieldParts {
  readonly states: CallerStates;
  readonly changes: Changes;
  readonly joins: Joins;
  readonly control: ZoneControl;
  readonly changed: ChangedTargets;
}

/** What a row gives on some targets. */
interface FoundFor {
  readonly universe: Universe;
  readonly within: RangeSet;
  readonly truths: TruthSet;
}

/** Where the edges of a yield lead. */
interface Lead {
  /** Tells apart what is done to the targets. */
  readonly face: string;
  readonly weight: 0 | 1;
  readonly leaf: (index: number) => number;
  /** What is done to a target, where it is followed for callers that do not control their zone anyway. */
  readonly change?: (index: number) => Change | PolicyChange;
}

/** Turns the answers of requirements into edges: one hub for each level of certainty of a set of targets. */
export class Yields {
  readonly workloads: NodeId[] = [];
  readonly accesses: AccessLeaf[] = [];
  readonly #derivation: Derivation;
  readonly #parts: YieldParts;
  readonly #workloadNodes: Map<NodeId, number> = new Map();
  readonly #accessNodes: Map<AccessClass | undefined, Map<NodeId, number>> = new Map();
  readonly #storedNodes: Map<NodeId, number> = new Map();
  readonly #passedOnNodes: Map<string, number> = new Map();
  readonly #unlistedNodes: Map<string, number> = new Map();
  readonly #beside: Map<TechniqueRow, readonly TechniqueRow[]> = new Map();
  readonly #wantedHubs: Set<number> = new Set();
  readonly #tagReading: Map<Universe, boolean> = new Map();
  readonly #denyBearingGroups: Map<NodeId, readonly PlacedPolicy[]> = new Map();
  readonly #denyBearing: Map<Universe, Map<string, ReadonlyMap<string, RangeSet>>> = new Map();
  readonly #removals: Map<string, Map<NodeId, Change>> = new Map();
  readonly #apart: Map<Universe, RangeSet> = new Map();
  /** What rows were found to give the members of one class: classes are asked about one after the other. */
  #last: { readonly class: PrincipalClass; readonly found: Map<TechniqueRow, FoundFor> } | undefined;

  constructor(derivation: Derivation, parts: YieldParts) {
    this.#derivation = derivation;
    this.#parts = parts;
  }

  /** Asks a row and adds an edge for everything it yields. */
  derive(asking: Asking): void {
    const { technique } = asking.row;
    if (asking.row.access !== undefined) {
      this.#emit(asking, this.#evaluate(asking), this.#accessLead(asking.universe, asking.row, asking.row.access));
      return;
    }
    switch (technique.yields) {
      case 'join':
        this.#deriveJoin(asking);
        return;
      case 'lift':
      case 'open':
        this.#deriveLift(asking, technique.yields);
        return;
      case 'control-target':
        this.#deriveControl(asking);
        return;
      case 'grant':
      case 'grant-members':
      case 'grant-holders':
      case 'grant-provisioned':
      case 'unguard':
      case 'unguard-holders':
      case 'unguard-provisioned':
        this.#deriveNamed(asking);
        this.#deriveRewritten(asking);
        return;
      case 'drop-managed':
      case 'drop-inline':
      case 'drop-managed-members':
      case 'drop-inline-members':
      case 'drop-managed-provisioned':
      case 'drop-inline-provisioned':
      case 'leave':
        this.#deriveDrops(asking);
        return;
      case 'replace-holders':
        this.#deriveReplacements(asking);
        return;
      case 'retag':
      case 'sign-in':
        this.#deriveEffective(asking);
        return;
      case 'become':
      case 'become-runtime':
      case 'become-subjects':
      case 'become-stored':
      case 'become-provisioned':
        this.#emit(asking, this.#evaluate(asking), this.#becomeLead(asking.universe, technique));
        return;
      case 'make':
      case 'control-zone':
      case 'leave-scopes':
      case 'retag-resource':
      case 'open-resource':
      case 'rewrite-resource':
        throw new RangeError(`technique \`${technique.id}\` cannot yield \`${technique.yields}\` on single targets`);
      default:
        technique.yields satisfies never;
    }
  }

  /** A leaf of access; every class of a resource leads to the one without class. */
  accessNode(resource: NodeId, accessClass: AccessClass | undefined, unbounded: boolean = false): number {
    let nodes = this.#accessNodes.get(accessClass);
    if (nodes === undefined) {
      nodes = new Map();
      this.#accessNodes.set(accessClass, nodes);
    }
    const known = nodes.get(resource);
    if (known !== undefined) return known;
    const { builder } = this.#derivation;
    const node = builder.node('access', this.accesses.length);
    this.accesses.push({ resource, ...(accessClass === undefined ? {} : { class: accessClass }), unbounded });
    nodes.set(resource, node);
    if (accessClass !== undefined && !unbounded) builder.edge(node, this.accessNode(resource, undefined));
    return node;
  }

  /**
   * What more can be done to targets once their tags or their policy are what the caller makes them. Of `whole`, a part of
   * the targets, everything is asked; of the others, what `askedOf` tells for each row.
   */
  deriveOpened(asking: Asking, whole: RangeSet, askedOf: (row: TechniqueRow, universe: Universe) => RangeSet): void {
    const { row, rows, caller, universe, class: principalClass } = asking;
    const change = changeBy(row.technique, rows.model);
    const forOthers = change.chosenResourceTags === true && this.#parts.changed.isWorthTagging(row, rows);
    const forSelf = change.chosenResourceTags !== true || principalClass.hasChosenTags || this.#readsTags(universe);
    if (!forOthers && !forSelf) return;
    const found = this.#evaluate(asking);
    if (found.open.length === 0) return;
    if (forOthers) this.#emitChanged(asking, row, caller.anyMember ? found : restrict(found, whole));
    if (!forSelf) return;
    for (const other of this.#rowsBeside(row, rows)) {
      const there = this.#derivation.universeOf(other.technique, principalClass.zone);
      const lead = there === undefined ? undefined : this.#simpleLead(there, other);
      if (there === undefined || lead === undefined) continue;
      const moved = moveTo(there, universe, found);
      const always = whole.length === 0 ? EMPTY : moveTo(there, universe, restrict(found, whole)).open;
      const within = intersection(moved.open, union(always, askedOf(other, there)));
      if (within.length === 0) continue;
      const then = { ...asking, row: other, universe: there, within };
      const gained = this.gainsOnce(then, change, moved);
      // It is the row that opens the target which the edges are told by.
      if (gained !== undefined) this.#emit({ ...then, row }, gained, lead);
      if (change.opensResource !== undefined) this.#openForOthers(then, row, change, moved, lead);
    }
  }

  /**
   * What a row gives more surely on targets that somebody has opened, or whose tags somebody has chosen, than on them as they
   * are; undefined where it gives nothing. `opened`: how surely each was opened.
   */
  gainsOnce(
    { row, rows, caller, class: of, universe, within }: Asking,
    change: TargetChange,
    opened?: TruthSet,
  ): TruthSet | undefined {
    const { requires, callers } = row.technique;
    if (callers !== undefined && !callers.includes(of.type)) return undefined;
    const changed: Caller = { ...caller, ...change };
    const worth = rows.evaluator.worthAsking(requires, changed, of, universe, within);
    if (worth.length === 0 || !rows.evaluator.mayHold(requires, changed, universe)) return undefined;
    const given = givenBy(row.technique, of);
    const before = rows.evaluator.evaluate(requires, caller, universe, worth, given);
    const rest = difference(worth, before.proven);
    if (rest.length === 0) return undefined;
    const then = rows.evaluator.evaluate(requires, changed, universe, rest, given);
    return surerThan(opened === undefined ? then : andSets(then, opened), before);
  }

  /**
   * What a row gives others on targets whose policy the caller writes, where the caller itself is kept from it: an account of the
   * attacker's own, which nothing keeps back that keeps the caller, or whoever else is held.
   */
  #openForOthers(then: Asking, opener: TechniqueRow, change: TargetChange, opened: TruthSet, lead: Lead): void {
    const { row, rows, caller, class: of, universe, within } = then;
    let own = this.#ownOnce(then, change);
    let rest = difference(within, own.proven);
    if (rest.length === 0) return;
    const outsider = this.#derivation.outsiders.get(of.provider);
    // What is read by whomever leads on for the attacker.
    const isReading = row.access !== undefined || row.technique.yields === 'become-stored';
    if (outsider !== undefined && isReading) {
      const there: Caller = { ...outsider, anyMember: false };
      const after = this.#onceOpened({ ...then, caller: there, within: rest }, change);
      // What is open to everybody, or may be, is so without the caller.
      const before = isUnlistedAccess(row.technique)
        ? this.#unopened(row, rows, change, rest)
        : rows.evaluator.evaluate(row.technique.requires, there, universe, rest);
      const gained = surerThan(andSets(after, opened), before);
      const more = gained === undefined ? undefined : surerThan(gained, own);
      if (more !== undefined) {
        this.#emit({ ...then, row: opener }, more, lead);
        own = orSets(own, more);
        rest = difference(rest, more.proven);
      }
    }
    const others = this.#worthOpening({ ...then, within: rest }, change, own);
    if (others.length === 0) return;
    const told = restrict(opened, others);
    this.#emitChanged({ ...then, caller, row: opener }, opener, told);
  }

  /** What a row gives the caller on targets as they are, or once it has opened them. */
  #ownOnce(asking: Asking, change: TargetChange): TruthSet {
    const { row, rows, caller, class: of, universe, within } = asking;
    const { requires, callers } = row.technique;
    if (callers !== undefined && !callers.includes(of.type)) return NOWHERE;
    const asIs =
      this.#known(asking) ?? rows.evaluator.evaluate(requires, caller, universe, within, givenBy(row.technique, of));
    const rest = difference(within, asIs.proven);
    return rest.length === 0 ? asIs : orSets(asIs, this.#onceOpened({ ...asking, within: rest }, change));
  }

  /** What a row was found to give the members of the class asked about last, where all of the targets were asked about. */
  #known({ row, caller, class: of, universe, within }: Asking): TruthSet | undefined {
    const known = caller.anyMember && this.#last?.class === of ? this.#last.found.get(row) : undefined;
    // Rows whose requests name a policy are asked here for the one that allows everything.
    if (known === undefined || known.universe !== universe || givenBy(row.technique, of) !== undefined)
      return undefined;
    return difference(within, known.within).length === 0 ? restrict(known.truths, within) : undefined;
  }

  #onceOpened({ row, rows, caller, universe, within }: Asking, change: TargetChange): TruthSet {
    const given = caller.class === undefined ? undefined : givenBy(row.technique, caller.class);
    return rows.evaluator.evaluate(row.technique.requires, { ...caller, ...change }, universe, within, given);
  }

  /**
   * Targets that somebody else of their zone may make more of than `own`, once they are opened: somebody whom no guard keeps back,
   * or whom their policies or guards tell from others.
   */
  #worthOpening(asking: Asking, change: TargetChange, own: TruthSet): RangeSet {
    const { row, rows, class: of, universe, within } = asking;
    if (within.length === 0) return EMPTY;
    const { model, providers } = this.#derivation;
    let apart: RangeSet = EMPTY;
    for (const name of actionsOnTarget(row.technique.requires)) {
      for (const group of universe.groupsFor(model, rows.model.catalogue.ref(name)).groups) {
        if (group.perPrincipal) apart = union(apart, group.members);
      }
    }
    let worth = intersection(within, apart);
    const byZone = new Map<NodeId, number[]>();
    forEachMember(difference(within, apart), (index) => {
      const zone = model.graph.zoneOf(universe.ids[index]!)?.id ?? of.zone;
      if (zone === undefined) return;
      const indices = byZone.get(zone);
      if (indices === undefined) byZone.set(zone, [index]);
      else indices.push(index);
    });
    const { everything } = providers.get(of.provider)!;
    for (const [zone, indices] of byZone) {
      const facts = this.#derivation.administratorOf(zone, of.provider);
      const free = model.madeClass(facts, zone, { grants: [everything], guards: [], scopeGuards: [] });
      const caller: Caller = { class: free, facts, anyMember: false };
      const best = surerThan(this.#onceOpened({ ...asking, caller, within: setOf(indices) }, change), own);
      if (best !== undefined) worth = union(worth, best.open);
    }
    return worth;
  }

  /** Of what nobody lists nobody knows who is let in: it counts for the actions that the caller opens it to. */
  #unopened(
    { technique }: TechniqueRow,
    { model }: ProviderRows,
    { opensResource }: TargetChange,
    set: RangeSet,
  ): TruthSet {
    const actions = opensResource?.actions;
    const isOpened =
      actions === undefined ||
      actionsAsked(technique.requires).some((name) => hasAction(actions, model.catalogue.ref(name)));
    return isOpened ? NOWHERE : valueOn(set, TRUE);
  }

  /** Edges for what a row gives on targets that somebody else has changed. */
  emitGains(asking: Asking, gained: TruthSet): void {
    this.#emit(asking, gained, this.#simpleLead(asking.universe, asking.row)!);
  }

  /** The node that a row leads to from a target, if it has come up. */
  knownLeaf(universe: Universe, { technique, access }: TechniqueRow, index: number): number | undefined {
    const id = universe.ids[index]!;
    if (access !== undefined) {
      if (isUnlistedAccess(technique)) return this.#unlistedNodes.get(accessKey(id, access));
      return technique.passedOn === true
        ? this.#passedOnNodes.get(accessKey(id, access))
        : this.#accessNodes.get(access)?.get(id);
    }
    if (isSimpleChange(technique.yields)) return this.#parts.changes.knownFace(this.#simpleChange(technique), id);
    switch (technique.yields) {
      case 'become-runtime':
      case 'become-subjects':
      case 'become-provisioned':
        return this.#workloadNodes.get(id);
      case 'become-stored':
        return this.#storedNodes.get(id);
      default:
        return technique.session === undefined ? this.#parts.states.acting(id) : undefined;
    }
  }

  /** Edges to targets that the caller can change, for whoever else is held. */
  #emitChanged(asking: Asking, opener: TechniqueRow, found: TruthSet): void {
    const { universe, rows } = asking;
    const isTagged = opener.technique.yields === 'retag-resource';
    this.#emit(asking, found, {
      face: isTagged ? CHANGED : JSON.stringify([CHANGED, opener.technique.id]),
      weight: 0,
      leaf: (index) => this.#parts.changed.nodeOf(universe.nodes[index]!, opener, rows),
    });
  }

  /** Rows that aim at what another one may aim at. */
  #rowsBeside(row: TechniqueRow, { rows }: ProviderRows): readonly TechniqueRow[] {
    const known = this.#beside.get(row);
    if (known !== undefined) return known;
    const found = rows.filter((other) => aimsAtSame(other.technique, row.technique));
    this.#beside.set(row, found);
    return found;
  }

  /** Whether policies on any target of a universe look at its tags. */
  #readsTags(universe: Universe): boolean {
    const known = this.#tagReading.get(universe);
    if (known !== undefined) return known;
    const { model } = this.#derivation;
    const reads = universe.nodes.some((node) => readsTagsOf(model, node));
    this.#tagReading.set(universe, reads);
    return reads;
  }

  /** Where a row leads that asks each target for itself; undefined for rows that are followed in another way. */
  #simpleLead(universe: Universe, row: TechniqueRow): Lead | undefined {
    const { technique, access } = row;
    if (isUnlistedAccess(technique)) return this.#unlistedLead(universe, access!);
    if (access !== undefined) return this.#accessLead(universe, row, access);
    if (isSimpleChange(technique.yields)) return this.#changeLead(universe, this.#simpleChange(technique));
    return technique.yields.startsWith('become') ? this.#becomeLead(universe, technique) : undefined;
  }

  #simpleChange(technique: Technique): Change | PolicyChange {
    return this.#placedAs(technique, isUnguard(technique) ? UNGUARD : GRANT);
  }

  #evaluate({ row, rows, caller, class: of, universe, within }: Asking, given?: FixedContext): TruthSet {
    const truths = rows.evaluator.evaluate(row.technique.requires, caller, universe, within, given);
    if (caller.anyMember && given === undefined) {
      if (this.#last?.class !== of) this.#last = { class: of, found: new Map() };
      this.#last.found.set(row, { universe, within, truths });
    }
    return truths;
  }

  /** Edges for what was found, level by level. */
  #emit(asking: Asking, found: TruthSet, lead: Lead): void {
    if (found.open.length === 0) return;
    this.#emitLevel(asking, found.proven, TRUE, lead);
    this.#emitLevel(asking, difference(found.possible, found.proven), CONDITIONAL, lead);
    this.#emitLevel(asking, difference(found.open, found.possible), UNKNOWN, lead);
  }

  #emitLevel(asking: Asking, set: RangeSet, certainty: Truth, { face, weight, leaf, change }: Lead): void {
    if (set.length === 0) return;
    const { universe, row, node } = asking;
    const hub = this.#derivation.hubs.hub(face, this.#derivation.space(universe), universe, set, leaf, weight);
    this.#derivation.builder.edge(node, hub, certainty, row.label);
    if (change === undefined || this.#controls(asking) || this.#wantedHubs.has(hub)) return;
    this.#wantedHubs.add(hub);
    forEachMember(set, (index) => this.#parts.changes.want(change(index), universe.ids[index]!));
  }

  #controls(asking: Asking): boolean {
    return this.#derivation.controlling.has(asking.class.index);
  }

  #becomeLead(universe: Universe, { yields, session }: Technique): Lead {
    const id = (index: number): NodeId => universe.ids[index]!;
    const { states } = this.#parts;
    switch (yields) {
      case 'become-runtime':
      case 'become-subjects':
      case 'become-provisioned':
        return { face: 'runtime', weight: 1, leaf: (index) => this.workloadNode(id(index)) };
      case 'become-stored':
        return { face: 'stored', weight: 0, leaf: (index) => this.storedNode(id(index)) };
      default:
        return session === undefined
          ? { face: 'become', weight: 1, leaf: (index) => states.acting(id(index)) }
          : { face: `become ${session}`, weight: 1, leaf: (index) => states.session(id(index), session) };
    }
  }

  #accessLead(universe: Universe, { technique }: TechniqueRow, access: AccessClass): Lead {
    const passedOn = technique.passedOn === true;
    return {
      face: `${passedOn ? PASSED_ON : 'access'} ${access}`,
      weight: 0,
      leaf: (index) =>
        passedOn
          ? this.#passedOnNode(universe.nodes[index]!, access, technique)
          : this.accessNode(universe.ids[index]!, access),
    };
  }

  /** Access to what a zone does not list, once it was opened: told by the zone, by way of what stands for it. */
  #unlistedLead(universe: Universe, access: AccessClass): Lead {
    return {
      face: `${UNLISTED} ${access}`,
      weight: 0,
      leaf: (index) => {
        const { id } = universe.nodes[index]!;
        const key = accessKey(id, access);
        let node = this.#unlistedNodes.get(key);
        if (node === undefined) {
          const { builder, model } = this.#derivation;
          node = this.#parts.changes.newFace(UNLISTED, id);
          this.#unlistedNodes.set(key, node);
          builder.edge(node, this.accessNode(model.graph.zoneOf(id)!.id, access, true));
        }
        return node;
      },
    };
  }

  /** Access by way of a resource: to it, and to what stands behind it as far as the input holds that. */
  #passedOnNode(front: GraphNode, access: AccessClass, technique: Technique): number {
    const key = accessKey(front.id, access);
    const known = this.#passedOnNodes.get(key);
    if (known !== undefined) return known;
    const { builder, model } = this.#derivation;
    const node = this.#parts.changes.newFace(PASSED_ON, front.id);
    this.#passedOnNodes.set(key, node);
    builder.edge(node, this.accessNode(front.id, access));
    for (const id of accessedBehind(model, front, technique)) builder.edge(node, this.accessNode(id, access));
    return node;
  }

  #changeLead(universe: Universe, change: Change | PolicyChange): Lead {
    const { changes } = this.#parts;
    return {
      face: change.key,
      weight: 0,
      leaf: (index) => changes.face(change, universe.ids[index]!),
      change: () => change,
    };
  }

  /** Permissions added or guards lifted: any, or those of policies the request may name. */
  #deriveNamed(asking: Asking): void {
    const { row, rows, universe, class: principalClass } = asking;
    const { technique } = row;
    const { names } = technique;
    const lead = (change: Change): Lead => this.#changeLead(universe, this.#placedAs(technique, change));
    const whole = isUnguard(technique) ? UNGUARD : GRANT;
    if (names === undefined) {
      this.#emit(asking, this.#evaluate(asking), lead(whole));
      return;
    }
    const strongest = this.#wholeNamed(asking, names);
    if (strongest !== undefined) this.#emit(asking, strongest, lead(whole));
    if (this.#controls(asking) || (strongest !== undefined && !choosesKey(principalClass, names.key))) return;
    const rest = strongest === undefined ? asking.within : difference(asking.within, strongest.proven);
    if (rest.length === 0) return;
    const policies = nameablePolicies(this.#derivation.model, rows.model, principalClass, names.key);
    const { lists, isPartial } = alikeByName(principalClass, names.key, policies, this.#derivation.now);
    if (isPartial) {
      // Nobody asked for every policy: one of the others may give anything.
      const { open } = this.#evaluate({ ...asking, within: rest });
      this.#emitLevel(asking, difference(open, strongest?.open ?? EMPTY), UNKNOWN, lead(whole));
    }
    const named = lists.flatMap((alike) => {
      const found = this.#evaluate({ ...asking, within: rest }, { [names.key]: alike[0]!.id });
      // The policy that allows everything, named as surely, gives more.
      return beyond(found, strongest).flatMap(({ set, certainty }) =>
        alike.map((policy): NamedFor => ({ policy, set, certainty })),
      );
    });
    if (isUnguard(technique)) {
      for (const { policy, set, certainty } of widestGuards(atMost(named))) {
        this.#emitLevel(asking, set, certainty, lead(guarding(policy.id, policy.document)));
      }
      return;
    }
    for (const { set, certainty, policies: together } of namedTogether(named)) {
      const change = addition(
        together.map(({ id }) => id),
        together.map(({ document }) => document),
      );
      this.#emitLevel(asking, set, certainty, lead(change));
    }
  }

  /** Targets for which a policy may be named that allows everything, one of the caller's making too. */
  #wholeNamed(asking: Asking, names: NamedPolicy): TruthSet | undefined {
    const { rows, caller, class: principalClass, within } = asking;
    let found =
      names.strongest === undefined
        ? undefined
        : this.#evaluate(asking, { [names.key]: inZone(names.strongest, principalClass.zone) });
    if (this.#controls(asking) || !choosesKey(principalClass, names.key)) return found;
    const { policies, isPartial } = rows.evaluator.makeable(names, caller);
    for (const { id, truth } of policies) {
      const rest = found === undefined ? within : difference(within, found.proven);
      if (rest.length === 0) break;
      const more = andSets(this.#evaluate({ ...asking, within: rest }, { [names.key]: id }), valueOn(rest, truth));
      found = found === undefined ? more : orSets(found, more);
    }
    if (!isPartial) return found;
    const { open } = this.#evaluate(asking);
    return orSets(found ?? NOWHERE, valueOn(open, UNKNOWN));
  }

  /** A change to the target itself, or to everyone who holds the target policy. */
  #placedAs(technique: Technique, change: Change): Change | PolicyChange {
    switch (technique.yields) {
      case 'grant-holders':
        return forHolders('identity-grant', change);
      case 'unguard-holders':
        return forHolders('identity-guard', change);
      default:
        return change;
    }
  }

  /** What is written over: with the old text go its denies. */
  #deriveRewritten(asking: Asking): void {
    const { row, universe } = asking;
    const { rewrites } = row.technique;
    if (rewrites === undefined) return;
    if (rewrites === 'inline') {
      this.#deriveHeld(asking, 'inline', undefined);
      return;
    }
    const indices: number[] = [];
    forEachMember(asking.within, (index) => {
      if (this.#denyBearingText(universe.ids[index]!)) indices.push(index);
    });
    if (indices.length === 0) return;
    const narrowed = { ...asking, within: setOf(indices) };
    this.#emit(narrowed, this.#evaluate(narrowed), this.#changeLead(universe, REMOVED));
  }

  #denyBearingText(policy: NodeId): boolean {
    const { model } = this.#derivation;
    const text = model.graph.policy(policy);
    const provider = text === undefined ? undefined : model.provider(text.provider);
    const document = text === undefined || provider === undefined ? undefined : model.document(text.document, provider);
    return document !== undefined && mayDeny(document);
  }

  #deriveDrops(asking: Asking): void {
    const { technique } = asking.row;
    switch (technique.yields) {
      case 'drop-managed':
      case 'drop-managed-members':
        this.#deriveHeld(asking, 'managed', technique.names?.key);
        return;
      case 'drop-inline':
      case 'drop-inline-members':
        this.#deriveHeld(asking, 'inline', undefined);
        return;
      case 'drop-managed-provisioned':
        this.#deriveProvisionedDrops(asking, 'managed');
        return;
      case 'drop-inline-provisioned':
        this.#deriveProvisionedDrops(asking, 'inline');
        return;
      default: {
        // Whoever leaves a group leaves all its policies at once, and those it passes on from groups around it.
        const all = new Map<number, readonly PlacedPolicy[]>();
        forEachMember(asking.within, (index) => {
          const places = this.#denyBearingAround(asking.universe.ids[index]!);
          if (places.length > 0) all.set(index, places);
        });
        const within = setOf([...all.keys()]);
        if (within.length === 0) return;
        const found = this.#evaluate({ ...asking, within });
        this.#eachOpen(found, (index, certainty) =>
          this.#emitDrop(asking, index, leaving(asking.universe.ids[index]!, all.get(index)!), certainty),
        );
      }
    }
  }

  /** Policies that may deny something and that the members of a group hold by it. */
  #denyBearingAround(group: NodeId): readonly PlacedPolicy[] {
    const known = this.#denyBearingGroups.get(group);
    if (known !== undefined) return known;
    const { graph } = this.#derivation.model;
    const places: PlacedPolicy[] = [];
    for (const node of [group, ...graph.groupsOf(group).map(({ id }) => id)]) {
      for (const { role, policy } of graph.attachmentsOn(node)) {
        if (role === 'identity-grant' && this.#denyBearingText(policy)) places.push({ policy, node });
      }
    }
    this.#denyBearingGroups.set(group, places);
    return places;
  }

  /** Policies of a kind that identities made from the targets hold and that deny something, taken off one by one. */
  #deriveProvisionedDrops(asking: Asking, type: 'managed' | 'inline'): void {
    const { graph } = this.#derivation.model;
    const { changes } = this.#parts;
    this.#eachOpen(this.#evaluate(asking), (index, certainty) => {
      for (const edge of graph.outgoing(asking.universe.ids[index]!, 'provisions')) {
        if (this.#controls(asking) && !this.#derivation.isToldApart(edge.to)) continue;
        for (const { role, policy } of graph.attachmentsOn(edge.to)) {
          if (role !== 'identity-grant' || graph.policy(policy)?.type !== type) continue;
          if (!this.#denyBearingText(policy)) continue;
          const change = removal([{ policy, node: edge.to }]);
          const sure = and(certainty, truthOf(edge.certainty));
          this.#derivation.builder.edge(asking.node, changes.face(change, edge.to), sure, asking.row.label);
          if (!this.#controls(asking)) changes.want(change, edge.to);
        }
      }
    });
  }

  /** Policies of a kind that the targets hold and that deny something, taken off one by one. */
  #deriveHeld(asking: Asking, type: 'managed' | 'inline', key: string | undefined): void {
    const { universe } = asking;
    const places = [...this.#denyBearingIn(universe, type)].flatMap(([policy, set]) => {
      const within = intersection(set, asking.within);
      return within.length === 0 ? [] : [{ policy, within }];
    });
    // Where no rule asks which policy it is, the answer is the same for all of them.
    const isNamed = key !== undefined && choosesKey(asking.class, key);
    let all: TruthSet | undefined;
    const allPlaces = (): TruthSet => {
      if (all === undefined) {
        const within = places.reduce<RangeSet>((sum, one) => union(sum, one.within), EMPTY);
        all = this.#evaluate({ ...asking, within }, key === undefined ? undefined : { [key]: places[0]!.policy });
      }
      return all;
    };
    for (const { policy, within } of places) {
      const found = isNamed ? this.#evaluate({ ...asking, within }, { [key]: policy }) : restrict(allPlaces(), within);
      this.#emit(asking, this.#controls(asking) ? restrict(found, this.#apartIn(universe)) : found, {
        face: JSON.stringify(['drop', policy]),
        weight: 0,
        leaf: (index) => this.#parts.changes.face(this.#removalOf(policy, universe.ids[index]!), universe.ids[index]!),
        change: (index) => this.#removalOf(policy, universe.ids[index]!),
      });
    }
  }

  #removalOf(policy: string, node: NodeId): Change {
    let byNode = this.#removals.get(policy);
    if (byNode === undefined) {
      byNode = new Map();
      this.#removals.set(policy, byNode);
    }
    let change = byNode.get(node);
    if (change === undefined) {
      change = removal([{ policy, node }]);
      byNode.set(node, change);
    }
    return change;
  }

  /** Targets that some policy tells from others of their zone. */
  #apartIn(universe: Universe): RangeSet {
    let apart = this.#apart.get(universe);
    if (apart === undefined) {
      apart = setOf(universe.ids.flatMap((id, index) => (this.#derivation.isToldApart(id) ? [index] : [])));
      this.#apart.set(universe, apart);
    }
    return apart;
  }

  #emitDrop(asking: Asking, index: number, change: Change, certainty: Truth): void {
    const id = asking.universe.ids[index]!;
    if (this.#controls(asking) && !this.#derivation.isToldApart(id)) return;
    const { changes } = this.#parts;
    this.#derivation.builder.edge(asking.node, changes.face(change, id), certainty, asking.row.label);
    if (!this.#controls(asking)) changes.want(change, id);
  }

  #eachOpen(found: TruthSet, visit: (index: number, certainty: Truth) => void): void {
    forEachMember(found.proven, (index) => visit(index, TRUE));
    forEachMember(difference(found.possible, found.proven), (index) => visit(index, CONDITIONAL));
    forEachMember(difference(found.open, found.possible), (index) => visit(index, UNKNOWN));
  }

  /** Targets by the policies of a type that they hold themselves and that may deny something. */
  #denyBearingIn(universe: Universe, type: 'managed' | 'inline'): ReadonlyMap<string, RangeSet> {
    let byType = this.#denyBearing.get(universe);
    if (byType === undefined) {
      byType = new Map();
      this.#denyBearing.set(universe, byType);
    }
    const known = byType.get(type);
    if (known !== undefined) return known;
    const { graph } = this.#derivation.model;
    const indices = new Map<string, number[]>();
    for (let index = 0; index < universe.size; index += 1) {
      for (const { role, policy } of graph.attachmentsOn(universe.ids[index]!)) {
        if (role !== 'identity-grant') continue;
        if (graph.policy(policy)?.type !== type) continue;
        if (!this.#denyBearingText(policy)) continue;
        const list = indices.get(policy);
        if (list === undefined) indices.set(policy, [index]);
        else if (list.at(-1) !== index) list.push(index);
      }
    }
    const found = new Map([...indices].map(([policy, list]) => [policy, setOf(list)]));
    byType.set(type, found);
    return found;
  }

  /** Policies replaced by one of their alternatives for everyone who holds them, or is guarded by them. */
  #deriveReplacements(asking: Asking): void {
    const { rows, universe } = asking;
    const { alternativesOf } = rows.catalogue;
    if (alternativesOf === undefined) return;
    const { model } = this.#derivation;
    this.#eachOpen(this.#evaluate(asking), (index, certainty) => {
      const target: GraphNode = universe.nodes[index]!;
      for (const id of alternativesOf(target, model.graph)) {
        const policy = model.graph.policy(id);
        const document = policy === undefined ? undefined : model.document(policy.document, rows.model);
        if (document === undefined) continue;
        const key = JSON.stringify(['replace', target.id, id]);
        const change: PolicyChange = {
          key,
          role: 'identity-grant',
          at: () => ({
            key,
            told: { change: 'replace', policy: target.id, by: id },
            adds: [document],
            drops: [{ policy: target.id, node: EVERY_PLACE }],
            slot: `text of ${target.id}`,
          }),
        };
        const guard = forHolders('identity-guard', {
          key: `guard ${key}`,
          told: { change: 'replace', policy: target.id, by: id, guards: true },
          guards: [document],
          slot: 'guard',
        });
        for (const one of [change, guard]) {
          this.#derivation.builder.edge(
            asking.node,
            this.#parts.changes.face(one, target.id),
            certainty,
            asking.row.label,
          );
          if (!this.#controls(asking)) this.#parts.changes.want(one, target.id);
        }
      }
    });
  }

  /** Changes of what rules read: tags, and the session. */
  #deriveEffective(asking: Asking): void {
    const { universe, row } = asking;
    const { technique } = row;
    const change: Change = technique.yields === 'retag' ? RETAG : signIn(technique.session!);
    this.#emit(asking, this.#evaluate(asking), this.#changeLead(universe, change));
  }

  #deriveJoin(asking: Asking): void {
    // Who controls the zone can give every member of it more than any group holds.
    if (this.#controls(asking)) return;
    const { universe, row } = asking;
    const { members, mostGroups } = row.technique;
    this.#emit(asking, this.#evaluate(asking), {
      face: JSON.stringify(['join', members ?? null, mostGroups ?? null]),
      weight: 0,
      leaf: (index) => this.#parts.joins.joinNode(universe.nodes[index]!, row.technique),
    });
  }

  #deriveLift(asking: Asking, kind: 'lift' | 'open'): void {
    const { universe } = asking;
    this.#emit(asking, this.#evaluate(asking), {
      face: kind,
      weight: 0,
      leaf: (index) => this.#parts.joins.liftNode(universe.ids[index]!, kind),
    });
  }

  #deriveControl(asking: Asking): void {
    const { rows, universe } = asking;
    // Whoever controls members of an organization may control very many.
    this.#emit(asking, this.#evaluate(asking), {
      face: 'control',
      weight: 0,
      leaf: (index) => this.#parts.control.nodeOf(universe.ids[index]!, rows),
    });
  }

  /** Who runs as the workload's identities, is vouched for by the provider or made from the template, once it is controlled. */
  workloadNode(id: NodeId): number {
    const known = this.#workloadNodes.get(id);
    if (known !== undefined) return known;
    const { builder, model, identityNodes } = this.#derivation;
    const node = builder.node('workload', this.workloads.length);
    this.workloads.push(id);
    this.#workloadNodes.set(id, node);
    for (const relation of ['runs-as', 'vouches-for', 'provisions'] as const) {
      for (const edge of model.graph.outgoing(id, relation)) {
        if (identityNodes.has(edge.to)) {
          builder.edge(node, this.#parts.states.acting(edge.to), truthOf(edge.certainty));
        }
      }
    }
    return node;
  }

  /** The credentials that the configuration of a resource names. */
  storedNode(id: NodeId): number {
    const known = this.#storedNodes.get(id);
    if (known !== undefined) return known;
    const { builder, model, identityNodes } = this.#derivation;
    const { states, changes } = this.#parts;
    const node = changes.newFace('stored', id);
    this.#storedNodes.set(id, node);
    for (const edge of model.graph.outgoing(id, 'stores')) {
      const credential = model.graph.node(edge.to);
      if (credential?.kind !== 'credential') continue;
      for (const { to } of model.graph.outgoing(credential.id, 'authenticates')) {
        if (!identityNodes.has(to)) continue;
        const start = states.starts.get(credential.id) ?? identityNodes.get(to)!;
        builder.edge(node, start, usable(credential, edge.certainty), -1, 1);
      }
    }
    return node;
  }
}

/** Truths about targets of one universe, told of those of another that are the same nodes. */
function moveTo(to: Universe, from: Universe, found: TruthSet): TruthSet {
  const builder = new TruthSetBuilder();
  const indices: [number, Truth][] = [];
  forEachMember(found.open, (index) => {
    const id = from.ids[index]!;
    const at = lowerBound(to.ids, id);
    if (to.ids[at] === id) indices.push([at, valueAt(found, index)]);
  });
  for (const [index, truth] of indices.sort(([left], [right]) => left - right)) builder.add(index, truth);
  return builder.build();
}

/** The text of a policy no longer says what it said, to all who hold it. */
const REMOVED: PolicyChange = {
  key: 'rewritten',
  role: 'identity-grant',
  at: ({ policy, node }) => ({
    ...removal([{ policy, node }]),
    key: JSON.stringify(['rewritten', policy]),
    drops: [{ policy, node: EVERY_PLACE }],
  }),
};

/** What a request of a row fixes where it may name a policy: the one that allows everything. */
function givenBy({ names }: Technique, { zone }: PrincipalClass): FixedContext | undefined {
  return names?.strongest === undefined ? undefined : { [names.key]: inZone(names.strongest, zone) };
}

/** What holds more surely than before; undefined where nothing does. */
function surerThan(after: TruthSet, before: TruthSet): TruthSet | undefined {
  const proven = difference(after.proven, before.proven);
  const possible = union(proven, difference(after.possible, before.possible));
  const open = union(possible, difference(after.open, before.open));
  return open.length === 0 ? undefined : { proven, possible, open };
}

function accessKey(resource: NodeId, access: AccessClass | undefined): string {
  return `${resource}\n${access ?? ''}`;
}

function isUnguard({ yields }: Technique): boolean {
  return yields === 'unguard' || yields === 'unguard-holders' || yields === 'unguard-provisioned';
}
