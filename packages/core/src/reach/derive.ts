import type { AuthorizationModel } from '../authz/authorization-model.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import { FALSE, TRUE } from '../authz/truth.ts';
import type { NodeId, Provider } from '../graph/model.ts';
import { accessClasses } from './access-class.ts';
import { isUnlistedAccess } from './access-techniques.ts';
import { AttackerWalk } from './attacker-walk.ts';
import { CallerStates } from './caller-states.ts';
import { ChangedGains } from './changed-gains.ts';
import { ChangedTargets } from './changed-targets.ts';
import { Changes } from './changes.ts';
import { CombinedChanges } from './combined-changes.ts';
import { CoveredByControl } from './covered-by-control.ts';
import { Derivation, type DeriveOptions, type ProviderRows, type TechniqueRow } from './derivation.ts';
import { Joins } from './joins.ts';
import { Kept } from './kept.ts';
import { aimsAtSame, isOpening } from './opened-others.ts';
import { difference, EMPTY, type RangeSet, union } from './range-set.ts';
import type { CallerState, ReachModel } from './reach-model.ts';
import { actionsOnTarget, otherTargets } from './requirement.ts';
import { ScopedDerivation } from './scoped/scoped-derivation.ts';
import type { ScopedCatalogue } from './scoped-technique.ts';
import { anyMemberFacts, type Caller } from './target-decisions.ts';
import type { Technique, TechniqueCatalogue } from './technique.ts';
import type { TargetGroups, Universe } from './universe.ts';
import { type Asking, Yields } from './yields.ts';
import { ZoneControl } from './zone-control.ts';

/**
 * Derives every become edge of a graph, target-first and through shared statements (design, section 5). The result
 * says the same as asking every technique of every pair, which a property test holds it to. Providers whose grants are inherited
 * down a tree of scopes have catalogues of their own kind (docs/reach-scoped.md); their nodes and edges join the same graph.
 */
export function deriveReach(
  model: AuthorizationModel,
  catalogues: readonly (TechniqueCatalogue | ScopedCatalogue)[],
  options: DeriveOptions,
): ReachModel {
  return new ReachDerivation(model, catalogues, options).run();
}

function isScoped(catalogue: TechniqueCatalogue | ScopedCatalogue): catalogue is ScopedCatalogue {
  return 'home' in catalogue;
}

function isZoned(catalogue: TechniqueCatalogue | ScopedCatalogue): catalogue is TechniqueCatalogue {
  return !isScoped(catalogue);
}

/** The targets of a row on which all members of a class fare alike. */
interface ClassAim {
  readonly universe: Universe;
  readonly within: RangeSet;
}

/** A row that members of a class may fare differently with. */
interface StateAim {
  readonly row: TechniqueRow;
  readonly universe: Universe;
  /** Targets grouped by their own policies, for each action the row asks for on them. */
  readonly groups: readonly TargetGroups[];
  /** Targets whose own policies tell members of a class apart. */
  readonly apart: RangeSet;
  /** The same for what else the row asks about: with it, every target may be told apart. */
  readonly others: readonly TargetGroups[];
}

/** The rows of a provider that callers of one zone may fare differently with, whatever class they are of. */
interface StateAims {
  readonly rows: readonly StateAim[];
  /** Rows that open their targets; what can be done to those then may differ. */
  readonly opening: readonly StateAim[];
}

/** Rows worth asking for the classes of a zone, as far as they came up; undefined for one that nobody there can use. */
type ClassAims = Map<TechniqueRow, ClassAim | undefined>;

/** What the rows of a provider can be aimed at, by the zone of the callers. */
interface ZoneAims {
  readonly ofClasses: Kept<NodeId | undefined, ClassAims>;
  readonly ofStates: Kept<NodeId | undefined, StateAims>;
}

/** Zones for which the rows worth asking are kept; callers come zone by zone, near enough. */
const KEPT_ZONES = 64;

const NO_ROWS: ReadonlySet<TechniqueRow> = new Set();

class ReachDerivation {
  readonly #derivation: Derivation;
  readonly #options: DeriveOptions;
  readonly #states: CallerStates;
  readonly #changes: Changes;
  readonly #control: ZoneControl;
  readonly #combined: CombinedChanges;
  readonly #joins: Joins;
  readonly #yields: Yields;
  readonly #changed: ChangedGains;
  readonly #aims: Map<Provider, ZoneAims> = new Map();
  readonly #aimsIn: WeakMap<Universe, Map<TechniqueRow, StateAim>> = new WeakMap();
  readonly #others: WeakMap<StateAim, readonly StateAim[]> = new WeakMap();
  readonly #coveredRows: Map<ProviderRows, CoveredByControl> = new Map();
  readonly #scoped: ScopedDerivation[] = [];
  #unlistedZones: Set<NodeId> | undefined;

  constructor(
    model: AuthorizationModel,
    catalogues: readonly (TechniqueCatalogue | ScopedCatalogue)[],
    options: DeriveOptions,
  ) {
    this.#options = options;
    this.#derivation = new Derivation(model, catalogues.filter(isZoned), options);
    this.#states = new CallerStates(
      this.#derivation,
      (principalClass, node) => this.#deriveClass(principalClass, node),
      (state) => this.#deriveState(state),
    );
    this.#changes = new Changes(this.#derivation);
    this.#control = new ZoneControl(this.#derivation, this.#states, this.#changes);
    this.#combined = new CombinedChanges(this.#derivation, this.#states, this.#control);
    this.#joins = new Joins(this.#derivation, this.#states, this.#changes);
    const changed = new ChangedTargets(this.#derivation, this.#changes);
    this.#yields = new Yields(this.#derivation, {
      states: this.#states,
      changes: this.#changes,
      joins: this.#joins,
      control: this.#control,
      changed,
    });
    this.#changed = new ChangedGains(this.#derivation, changed, this.#changes, this.#yields);
    const parts = { states: this.#states, changes: this.#changes, control: this.#control, yields: this.#yields };
    for (const catalogue of catalogues
      .filter(isScoped)
      .sort((left, right) => (left.provider < right.provider ? -1 : 1))) {
      const access = options.access?.find(({ provider }) => provider === catalogue.provider);
      this.#scoped.push(new ScopedDerivation(this.#derivation, parts, catalogue, access));
    }
  }

  run(): ReachModel {
    const { onProgress } = this.#options;
    const derivation = this.#derivation;
    this.#states.addIdentities((done, total) => onProgress?.({ phase: 'classes', done, total }));
    for (const scoped of this.#scoped) {
      scoped.addIdentities((done, total) => onProgress?.({ phase: 'classes', done, total }));
    }
    this.#joins.addAssignments();
    for (const scoped of this.#scoped) {
      scoped.derive((done, total) => onProgress?.({ phase: 'techniques', done, total }));
    }
    let done = 0;
    const deriveWaiting = (): void => {
      for (let did = derivation.step(); did !== undefined; did = derivation.step()) {
        if (did !== 'class') continue;
        done += 1;
        if (done % 64 === 0) onProgress?.({ phase: 'techniques', done, total: done + derivation.waitingClasses });
      }
    };
    deriveWaiting();
    const walk = new AttackerWalk(derivation, {
      states: this.#states,
      changes: this.#changes,
      control: this.#control,
      combined: this.#combined,
      changed: this.#changed,
    });
    const goOn = (): void => {
      if (derivation.providers.size === 0) return;
      while (walk.round()) deriveWaiting();
    };
    goOn();
    // What is changed in one provider may be what somebody in another can make use of.
    while (this.#scoped.map((scoped) => scoped.round()).includes(true)) goOn();
    onProgress?.({ phase: 'techniques', done, total: done });
    const outsiders = new Map([
      ...derivation.outsiders,
      ...this.#scoped.flatMap(({ catalogue, outsider }) =>
        outsider === undefined
          ? []
          : [[catalogue.provider, { class: outsider.caller.class, facts: outsider.caller.facts }] as const],
      ),
    ]);
    const scoped = new Map(this.#scoped.map(({ catalogue }) => [catalogue.provider, catalogue]));
    // What was asked on the way is not held while the graph is put together.
    this.#scoped.length = 0;
    return {
      model: derivation.model,
      graph: derivation.builder.build(),
      now: derivation.now,
      techniques: derivation.techniques,
      identities: derivation.model.graph.identities,
      nodeOf: derivation.identityNodes,
      starts: this.#states.starts,
      sessions: this.#states.sessions,
      states: this.#states.states,
      classes: this.#states.classes,
      elevations: this.#combined.elevations,
      faces: this.#changes.faces,
      made: this.#control.made,
      workloads: this.#yields.workloads,
      zones: this.#control.zones,
      zoneControl: this.#control.nodes,
      accesses: this.#yields.accesses,
      unbounded: new Map(
        [...derivation.providers].flatMap(([name, { access }]) =>
          access === undefined ? [] : [[name, access] as const],
        ),
      ),
      outsiders,
      scoped,
      predicates: new Map([...derivation.providers].map(([name, rows]) => [name, rows.catalogue.predicates])),
    };
  }

  /** Edges every member of a class has. */
  #deriveClass(principalClass: PrincipalClass, node: number): void {
    const rows = this.#derivation.rowsOf(principalClass.provider);
    const caller: Caller = { class: principalClass, facts: anyMemberFacts(principalClass.facts), anyMember: true };
    this.#deriveUnbounded(node, caller, rows);
    let covered: ReadonlySet<TechniqueRow> | undefined;
    const opening: Asking[] = [];
    for (const row of rows.rows) {
      const { technique } = row;
      if (!canCall(technique, principalClass) || isUnlistedAccess(technique)) continue;
      if (technique.target.kind === 'zone') {
        if (rows.evaluator.mayHoldAlone(technique.requires, caller)) this.#deriveInZone(node, caller, row, rows);
        continue;
      }
      // Whether the class controls its zone is known by now: rows that tell come first.
      covered ??= this.#coveredByControl(principalClass, node, rows);
      const aim = covered.has(row) ? undefined : this.#classAimOf(row, principalClass, rows);
      if (aim === undefined) continue;
      const { universe, within } = aim;
      if (!rows.evaluator.mayHold(technique.requires, caller, universe)) continue;
      const asking = { node, caller, class: principalClass, row, rows, universe, within };
      // What is opened is compared with what could be done before.
      if (isOpening(technique)) opening.push(asking);
      else this.#yields.derive(asking);
    }
    for (const asking of opening) {
      this.#yields.deriveOpened(asking, EMPTY, (other, there) =>
        difference(there.full, this.#aimOf(other, there, rows).apart),
      );
    }
  }

  /**
   * Rows that add nothing for identities that were given every permission, since control of their zone leads to the same. What
   * identities hold as they are is asked whole: that is the shorter way to tell.
   */
  #coveredByControl(principalClass: PrincipalClass, node: number, rows: ProviderRows): ReadonlySet<TechniqueRow> {
    const { zone, grants, facts } = principalClass;
    const isElevated = grants.includes(rows.everything) && facts.node.providerManaged !== true;
    if (!isElevated || zone === undefined || this.#control.controlOf(node) !== TRUE) return NO_ROWS;
    const administrator = this.#derivation.administratorOf(zone, principalClass.provider);
    // Administrators are asked themselves, whoever else is like them.
    if (this.#control.isAdministrators(principalClass, administrator, rows)) return NO_ROWS;
    return this.#covered(rows).by(administrator, principalClass);
  }

  #covered(rows: ProviderRows): CoveredByControl {
    let covered = this.#coveredRows.get(rows);
    if (covered === undefined) {
      covered = new CoveredByControl(rows.model, rows.rows);
      this.#coveredRows.set(rows, covered);
    }
    return covered;
  }

  /** Edges of a row that aims at nothing in particular. */
  #deriveInZone(node: number, caller: Caller, row: TechniqueRow, rows: ProviderRows): void {
    const { technique, label } = row;
    const zone = caller.class?.zone;
    if (technique.yields !== 'leave-scopes') {
      this.#control.derive(node, caller, row, rows);
    } else if (zone !== undefined && caller.class?.external !== true) {
      this.#joins.leaveScopes(node, zone, label, rows.evaluator.evaluateAlone(technique.requires, caller));
    }
  }

  /** Edges that members of a class may differ in. */
  #deriveState(state: CallerState): void {
    const rows = this.#derivation.rowsOf(state.class.provider);
    const caller: Caller = { class: state.class, facts: state.facts, anyMember: false };
    const self = state.facts.node.id;
    const aims = this.#aimsOf(state.class.provider, rows).ofStates.of(state.class.zone);
    for (const aim of aims.rows) {
      const { row, universe } = aim;
      if (isOpening(row.technique) || !canCall(row.technique, state.class)) continue;
      const within = apartFor(aim, self);
      if (within.length === 0 || !rows.evaluator.mayHold(row.technique.requires, caller, universe)) continue;
      this.#yields.derive({ node: state.node, caller, class: state.class, row, rows, universe, within });
    }
    for (const aim of aims.opening) this.#deriveOpenedBy(aim, state, caller, rows);
  }

  /** What members of a class differ in once they have opened targets: the opening, or what they can do then. */
  #deriveOpenedBy(aim: StateAim, state: CallerState, caller: Caller, rows: ProviderRows): void {
    const { row, universe } = aim;
    const self = state.facts.node.id;
    if (!canCall(row.technique, state.class) || !rows.evaluator.mayHold(row.technique.requires, caller, universe))
      return;
    const whole = apartFor(aim, self);
    const isApart = this.#othersOf(aim, rows).some((other) => apartFor(other, self).length > 0);
    if (whole.length === 0 && !isApart) return;
    const within = isApart ? universe.full : whole;
    this.#yields.deriveOpened(
      { node: state.node, caller, class: state.class, row, rows, universe, within },
      whole,
      (other, there) => apartFor(this.#aimOf(other, there, rows), self),
    );
  }

  /** The rows that tell members of a class apart on what a row opens. */
  #othersOf(aim: StateAim, rows: ProviderRows): readonly StateAim[] {
    const known = this.#others.get(aim);
    if (known !== undefined) return known;
    const others: StateAim[] = [];
    for (const row of rows.rows) {
      if (!aimsAtSame(row.technique, aim.row.technique)) continue;
      const there = this.#derivation.universeOf(row.technique, aim.universe.zone);
      const other = there === undefined || there.size === 0 ? undefined : this.#aimOf(row, there, rows);
      if (other !== undefined && tellsApart(other)) others.push(other);
    }
    this.#others.set(aim, others);
    return others;
  }

  #aimOf(row: TechniqueRow, universe: Universe, rows: ProviderRows): StateAim {
    let byRow = this.#aimsIn.get(universe);
    if (byRow === undefined) {
      byRow = new Map();
      this.#aimsIn.set(universe, byRow);
    }
    let aim = byRow.get(row);
    if (aim === undefined) {
      aim = this.#aim(row, universe, rows);
      byRow.set(row, aim);
    }
    return aim;
  }

  /** What a row can be aimed at by the classes of a zone; the same for all of them. */
  #classAimOf(row: TechniqueRow, { zone, provider }: PrincipalClass, rows: ProviderRows): ClassAim | undefined {
    const aims = this.#aimsOf(provider, rows).ofClasses.of(zone);
    let aim = aims.get(row);
    if (aim === undefined && !aims.has(row)) {
      aim = this.#classAim(row, zone, rows);
      aims.set(row, aim);
    }
    return aim;
  }

  #classAim(row: TechniqueRow, zone: NodeId | undefined, rows: ProviderRows): ClassAim | undefined {
    const universe = this.#worthAiming(row, zone, rows);
    if (universe === undefined) return undefined;
    const { apart } = this.#aimOf(row, universe, rows);
    const within = apart.length === 0 ? universe.full : difference(universe.full, apart);
    return within.length === 0 ? undefined : { universe, within };
  }

  /** The targets of a row, where somebody of a zone may be able to use it. */
  #worthAiming({ technique }: TechniqueRow, zone: NodeId | undefined, rows: ProviderRows): Universe | undefined {
    const universe = this.#derivation.universeOf(technique, zone);
    if (universe === undefined || universe.size === 0) return undefined;
    // INVARIANT: what holds for no caller known by name holds for none that is not.
    return rows.evaluator.prospectsOf(technique.requires, universe, 'one').length === 0 ? undefined : universe;
  }

  #aimsOf(provider: Provider, rows: ProviderRows): ZoneAims {
    let aims = this.#aims.get(provider);
    if (aims === undefined) {
      aims = {
        ofClasses: new Kept(KEPT_ZONES, () => new Map()),
        ofStates: new Kept(KEPT_ZONES, (zone) => this.#stateAims(zone, rows)),
      };
      this.#aims.set(provider, aims);
    }
    return aims;
  }

  /** The rows that callers of a zone may be told apart with; the same for all of them. */
  #stateAims(zone: NodeId | undefined, rows: ProviderRows): StateAims {
    const found: StateAim[] = [];
    const opening: StateAim[] = [];
    for (const row of rows.rows) {
      const universe = this.#derivation.universeOf(row.technique, zone);
      if (universe === undefined || universe.size === 0 || isUnlistedAccess(row.technique)) continue;
      const aim = this.#aimOf(row, universe, rows);
      const isApart = tellsApart(aim);
      const opens = isOpening(row.technique) && (isApart || this.#othersOf(aim, rows).length > 0);
      if ((!isApart && !opens) || this.#worthAiming(row, zone, rows) === undefined) continue;
      if (isApart) found.push(aim);
      if (opens) opening.push(aim);
    }
    return { rows: found, opening };
  }

  #aim(row: TechniqueRow, universe: Universe, rows: ProviderRows): StateAim {
    const { model, universes } = this.#derivation;
    const groupsIn = (of: Universe, actions: readonly string[]): readonly TargetGroups[] =>
      of.size === 0 ? [] : actions.map((action) => of.groupsFor(model, rows.model.catalogue.ref(action)));
    // Actions of which the same policies speak share their groups.
    const groups = [...new Set(groupsIn(universe, actionsOnTarget(row.technique.requires)))];
    const others = otherTargets(row.technique.requires).flatMap(({ aim, actions }) =>
      groupsIn(universes.of({ ...aim, sameZone: true }, row.technique.provider, universe.zone), actions),
    );
    let apart: RangeSet = EMPTY;
    for (const { groups: list } of groups) {
      for (const group of list) if (group.perPrincipal) apart = union(apart, group.members);
    }
    // Where one of the others tells members of a class apart, so may every target.
    if (others.some(({ groups: list }) => list.some((group) => group.perPrincipal))) apart = universe.full;
    return { row, universe, groups, apart, others: [...new Set(others)] };
  }

  /** Access to resources of the caller's zone that nobody listed: known to be there in kind, not in number. */
  #deriveUnbounded(node: number, caller: Caller, rows: ProviderRows): void {
    const zone = caller.class?.zone;
    if (rows.access === undefined || caller.class === undefined || zone === undefined || caller.class.external) return;
    if (this.#zoneListsResources(zone)) return;
    for (const accessClass of accessClasses) {
      const truth = rows.access.truth(caller.class, accessClass);
      if (truth === FALSE) continue;
      this.#derivation.builder.edge(node, this.#yields.accessNode(zone, accessClass, true), truth);
    }
  }

  /** Whether the input lists what lies in a zone: no node there stands for resources that were not collected. */
  #zoneListsResources(zone: NodeId): boolean {
    if (this.#unlistedZones === undefined) {
      const { graph } = this.#derivation.model;
      this.#unlistedZones = new Set();
      for (const node of graph.resources) {
        const of = node.uncollected === true ? graph.zoneOf(node.id)?.id : undefined;
        if (of !== undefined) this.#unlistedZones.add(of);
      }
    }
    return !this.#unlistedZones.has(zone);
  }
}

function canCall(technique: Technique, principalClass: PrincipalClass): boolean {
  if (technique.callers === undefined) return true;
  return technique.callers.includes(principalClass.type);
}

/** Whether members of a class may fare differently with a row. */
function tellsApart({ groups, others }: StateAim): boolean {
  return [...groups, ...others].some((one) => one.naming.size > 0 || one.groups.some((group) => group.perPrincipal));
}

/** Targets on which a principal may fare differently from others of its class. */
function apartFor({ universe, apart, groups, others }: StateAim, self: NodeId): RangeSet {
  if (others.some((one) => one.naming.has(self) || one.groups.some((group) => group.perPrincipal))) {
    return universe.full;
  }
  let within = apart;
  for (const named of groups) for (const group of named.naming.get(self) ?? []) within = union(within, group.members);
  return within;
}
