import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledDocument } from '../authz/compiled-document.ts';
import type { PrincipalClass } from '../authz/principal-class.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '../authz/truth.ts';
import type { Certainty, IdentityNode, NodeId, Provider } from '../graph/model.ts';
import { type AccessCatalogue, type AccessClass, accessClasses } from './access-class.ts';
import { accessTechniques } from './access-techniques.ts';
import { HubEdges } from './hub-edges.ts';
import { principalFactsRead, type ResourceSideFacts } from './principal-facts-read.ts';
import { difference, EMPTY, forEachMember, type RangeSet, sameSet, union } from './range-set.ts';
import { type ReachGraph, ReachGraphBuilder } from './reach-graph.ts';
import { actionsOnTarget, RequirementEvaluator } from './requirement.ts';
import { anyMemberFacts, type Caller } from './target-decisions.ts';
import type { Technique, TechniqueCatalogue } from './technique.ts';
import type { TruthSet } from './truth-set.ts';
import { UnboundedAccess } from './unbounded-access.ts';
import type { TargetGroups, Universe } from './universe.ts';
import { Universes } from './universes.ts';

/** What an identity can turn into without becoming another one. */
export interface Elevation {
  readonly identity: IdentityNode;
  /** It holds a grant of everything. */
  readonly granted: boolean;
  /** Its guards are gone. */
  readonly unguarded: boolean;
}

/** A caller of techniques: principals that neither identity side nor resource side can tell apart. */
export interface CallerState {
  readonly index: number;
  readonly node: number;
  readonly class: PrincipalClass;
  readonly facts: PrincipalFacts;
}

/** The derived graph with the way back from integers to ids. */
export interface ReachModel {
  readonly model: AuthorizationModel;
  readonly graph: ReachGraph;
  readonly now: number;
  readonly techniques: readonly Technique[];
  /** Identities in the order of their reach nodes: identity k is reach node k. */
  readonly identities: readonly IdentityNode[];
  readonly nodeOf: ReadonlyMap<NodeId, number>;
  /** Tables behind `ReachGraph.refs`, by kind. */
  readonly states: readonly CallerState[];
  readonly classes: readonly PrincipalClass[];
  readonly elevations: readonly Elevation[];
  readonly faces: readonly { readonly face: FaceKind; readonly id: NodeId }[];
  readonly workloads: readonly NodeId[];
  readonly zones: readonly NodeId[];
  readonly zoneControl: ReadonlyMap<NodeId, number>;
  /** Access leaves: one for each class, and one without class that every class of the resource leads to. */
  readonly accesses: readonly AccessLeaf[];
  /** Named predicates of each provider, for evidence. */
  readonly predicates: ReadonlyMap<Provider, TechniqueCatalogue['predicates']>;
}

/** Access of one class to a resource, or to resources of a zone that the input does not list. */
export interface AccessLeaf {
  readonly resource: NodeId;
  /** Absent: access of any class. */
  readonly class?: AccessClass;
  /** The resource is a zone; access is to whatever of this class lies there. */
  readonly unbounded: boolean;
}

/** What can be done to a node short of becoming it. */
export type FaceKind = 'grant' | 'unguard' | 'join';

/** Progress of a long derivation, for a caller to render. */
export interface DeriveProgress {
  readonly phase: 'classes' | 'techniques';
  readonly done: number;
  readonly total: number;
}

/** What a derivation is to take into account. */
export interface DeriveOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What access to resources means, by provider; without it only identities and workloads are reached. */
  readonly access?: readonly AccessCatalogue[];
  readonly onProgress?: (progress: DeriveProgress) => void;
}

/** The certainty of an undecided or true value. */
export function certaintyOf(truth: Truth): Certainty {
  return truth === TRUE ? 'allow' : truth === CONDITIONAL ? 'conditional' : 'unknown';
}

/**
 * Derives every become edge of a graph, target-first and through shared statements (design, section 5). The result
 * says the same as asking every technique of every pair, which a property test holds it to.
 */
export function deriveReach(
  model: AuthorizationModel,
  catalogues: readonly TechniqueCatalogue[],
  options: DeriveOptions,
): ReachModel {
  return new Derivation(model, catalogues, options).run();
}

interface ProviderRows {
  readonly predicates: TechniqueCatalogue['predicates'];
  readonly model: ProviderModel;
  readonly evaluator: RequirementEvaluator;
  readonly rows: readonly TechniqueRow[];
  readonly access: UnboundedAccess | undefined;
  /** A text that grants everything: what an identity may hold after it rewrote its own policies. */
  readonly everything: CompiledDocument;
}

interface TechniqueRow {
  readonly technique: Technique;
  readonly label: number;
  /** Set for rows that stand for access to resources. */
  readonly access: AccessClass | undefined;
}

/** Targets of a row for callers of one zone. */
interface Aim {
  readonly universe: Universe | undefined;
  /** Targets grouped by their own policies, for each action the row asks for on them. */
  readonly groups: readonly TargetGroups[];
  /** Targets whose own policies tell members of a class apart. */
  readonly apart: RangeSet;
}

/** Groups that identities can be put into together. */
interface JoinFace {
  readonly groups: readonly NodeId[];
  readonly node: number;
  readonly members: readonly string[] | undefined;
}

interface StateMembers {
  readonly state: CallerState;
  readonly identities: readonly IdentityNode[];
}

class Derivation {
  readonly #model: AuthorizationModel;
  readonly #now: number;
  readonly #onProgress: ((progress: DeriveProgress) => void) | undefined;
  readonly #builder: ReachGraphBuilder = new ReachGraphBuilder();
  readonly #hubs: HubEdges;
  readonly #universes: Universes;
  readonly #techniques: Technique[] = [];
  readonly #providers: Map<Provider, ProviderRows> = new Map();
  readonly #identities: readonly IdentityNode[];
  readonly #nodeOf: Map<NodeId, number> = new Map();
  readonly #states: CallerState[] = [];
  readonly #stateByKey: Map<string, CallerState> = new Map();
  readonly #pendingStates: CallerState[] = [];
  readonly #classNodes: Map<number, number> = new Map();
  readonly #classes: PrincipalClass[] = [];
  readonly #pendingClasses: PrincipalClass[] = [];
  readonly #elevations: Elevation[] = [];
  readonly #elevationNodes: Map<string, number> = new Map();
  readonly #faces: { face: FaceKind; id: NodeId }[] = [];
  readonly #faceNodes: Map<string, number> = new Map();
  readonly #pendingFaces: { face: FaceKind; id: NodeId; node: number }[] = [];
  readonly #workloads: NodeId[] = [];
  readonly #workloadNodes: Map<NodeId, number> = new Map();
  readonly #zones: NodeId[] = [];
  readonly #zoneControl: Map<NodeId, number> = new Map();
  readonly #accesses: AccessLeaf[] = [];
  readonly #accessNodes: Map<string, number> = new Map();
  readonly #aims: Map<NodeId | undefined, Map<number, Aim>> = new Map();
  #unlistedZones: Set<NodeId> | undefined;
  readonly #spaces: Map<Universe, number> = new Map();
  readonly #factsRead: Map<string, ResourceSideFacts> = new Map();
  readonly #baseStates: { readonly identity: IdentityNode; readonly state: CallerState }[] = [];
  readonly #anyOfState: Map<number, number> = new Map();
  readonly #statesByZone: Map<NodeId | undefined, StateMembers[]> = new Map();
  readonly #joinFaces: Map<string, number> = new Map();
  /** Classes that control their zone for sure: what they may grant there adds nothing to what they have. */
  readonly #controlling: Set<number> = new Set();
  /** Faces that somebody else can reach, and hubs already followed for that. */
  readonly #wanted: Set<number> = new Set();
  readonly #wantedHubs: Set<number> = new Set();
  readonly #passedOn: Set<string> = new Set();
  readonly #pendingJoins: JoinFace[] = [];

  constructor(model: AuthorizationModel, catalogues: readonly TechniqueCatalogue[], options: DeriveOptions) {
    this.#model = model;
    this.#now = options.now;
    this.#onProgress = options.onProgress;
    this.#hubs = new HubEdges(this.#builder);
    this.#universes = new Universes(model);
    this.#identities = model.graph.identities;
    for (const catalogue of [...catalogues].sort((left, right) => (left.provider < right.provider ? -1 : 1))) {
      this.#addCatalogue(
        catalogue,
        options.access?.find((one) => one.provider === catalogue.provider),
      );
    }
  }

  run(): ReachModel {
    this.#addIdentities();
    let done = 0;
    for (;;) {
      const principalClass = this.#pendingClasses.pop();
      if (principalClass !== undefined) {
        this.#deriveClass(principalClass);
        done += 1;
        if (done % 64 === 0) {
          this.#onProgress?.({ phase: 'techniques', done, total: done + this.#pendingClasses.length });
        }
        continue;
      }
      const state = this.#pendingStates.pop();
      if (state !== undefined) {
        this.#deriveState(state);
        continue;
      }
      const face = this.#pendingFaces.pop();
      if (face !== undefined) {
        this.#deriveFace(face);
        continue;
      }
      const join = this.#pendingJoins.pop();
      if (join === undefined) break;
      this.#deriveJoin(join);
    }
    this.#onProgress?.({ phase: 'techniques', done, total: done });
    return {
      model: this.#model,
      graph: this.#builder.build(),
      now: this.#now,
      techniques: this.#techniques,
      identities: this.#identities,
      nodeOf: this.#nodeOf,
      states: this.#states,
      classes: this.#classes,
      elevations: this.#elevations,
      faces: this.#faces,
      workloads: this.#workloads,
      zones: this.#zones,
      zoneControl: this.#zoneControl,
      accesses: this.#accesses,
      predicates: new Map([...this.#providers].map(([name, rows]) => [name, rows.predicates])),
    };
  }

  #addCatalogue(catalogue: TechniqueCatalogue, access: AccessCatalogue | undefined): void {
    const provider = this.#model.provider(catalogue.provider);
    if (provider === undefined) throw new RangeError(`techniques of \`${catalogue.provider}\` need its semantics`);
    const rows: TechniqueRow[] = catalogue.techniques.map((technique) => {
      this.#techniques.push(technique);
      return { technique, label: this.#techniques.length - 1, access: undefined };
    });
    if (access !== undefined) {
      const types = this.#model.graph.resources
        .filter((node) => node.provider === catalogue.provider && node.uncollected !== true)
        .map((node) => node.type);
      for (const row of accessTechniques(access, [...new Set(types)].sort())) {
        this.#techniques.push(row.technique);
        rows.push({ technique: row.technique, label: this.#techniques.length - 1, access: row.class });
      }
    }
    const everything = provider.compiler.compile({
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
    // Whether a class controls its zone decides what else about it is worth following.
    rows.sort(
      (left, right) => Number(right.technique.target.kind === 'zone') - Number(left.technique.target.kind === 'zone'),
    );
    this.#providers.set(catalogue.provider, {
      predicates: catalogue.predicates,
      model: provider,
      evaluator: new RequirementEvaluator(this.#model, provider, catalogue.predicates, this.#now),
      rows,
      everything,
      access: access === undefined ? undefined : new UnboundedAccess(this.#model, provider, access, this.#now),
    });
  }

  #addIdentities(): void {
    for (const identity of this.#identities) {
      this.#nodeOf.set(identity.id, this.#builder.node('identity', this.#nodeOf.size));
    }
    let done = 0;
    for (const identity of this.#identities) {
      done += 1;
      if (done % 4096 === 0) this.#onProgress?.({ phase: 'classes', done, total: this.#identities.length });
      if (identity.type === 'group' || !this.#providers.has(identity.provider)) continue;
      const state = this.#stateOf(identity, this.#model.classOf(identity));
      this.#builder.edge(this.#nodeOf.get(identity.id)!, state.node);
      this.#baseStates.push({ identity, state });
    }
  }

  /** The state of an identity holding what `principalClass` says: as fine as policies on resources can tell apart. */
  #stateOf(identity: IdentityNode, principalClass: PrincipalClass): CallerState {
    const read = this.#factsReadIn(principalClass.zone, identity.provider);
    const facts = this.#model.factsOf(identity);
    const conditions = this.#providers.get(identity.provider)!.model.semantics.conditions;
    const key = JSON.stringify([
      principalClass.index,
      read.named.has(identity.id) ? identity.id : '',
      read.keys.map((name) => conditions.principalFact(name, facts)),
    ]);
    const known = this.#stateByKey.get(key);
    if (known !== undefined) return known;
    const index = this.#states.length;
    const node = this.#builder.node('state', index);
    const state: CallerState = { index, node, class: principalClass, facts };
    this.#states.push(state);
    this.#stateByKey.set(key, state);
    this.#builder.edge(node, this.#classNode(principalClass));
    this.#pendingStates.push(state);
    return state;
  }

  #classNode(principalClass: PrincipalClass): number {
    const known = this.#classNodes.get(principalClass.index);
    if (known !== undefined) return known;
    const node = this.#builder.node('class', this.#classes.length);
    this.#classes.push(principalClass);
    this.#classNodes.set(principalClass.index, node);
    this.#pendingClasses.push(principalClass);
    return node;
  }

  #factsReadIn(zone: NodeId | undefined, provider: Provider): ResourceSideFacts {
    const key = `${provider}\n${zone ?? ''}`;
    const known = this.#factsRead.get(key);
    if (known !== undefined) return known;
    const rows = this.#providers.get(provider)!;
    const read = principalFactsRead(
      this.#model,
      rows.model,
      rows.rows.map((row) => row.technique),
      (technique) => this.#universeOf(technique, zone),
    );
    this.#factsRead.set(key, read);
    return read;
  }

  #universeOf(technique: Technique, zone: NodeId | undefined): Universe | undefined {
    return technique.target.kind === 'zone' ? undefined : this.#universes.of(technique.target, zone);
  }

  /** Edges every member of a class has. */
  #deriveClass(principalClass: PrincipalClass): void {
    const rows = this.#providers.get(principalClass.provider)!;
    const node = this.#classNodes.get(principalClass.index)!;
    const caller: Caller = { class: principalClass, facts: anyMemberFacts(principalClass.facts), anyMember: true };
    this.#deriveUnbounded(node, caller, rows);
    for (const row of rows.rows) {
      const { technique, label } = row;
      if (!canCall(technique, principalClass)) continue;
      const { universe, apart } = this.#aim(row, principalClass.zone, rows);
      if (universe === undefined) {
        this.#controlZone(node, caller, technique, label, rows);
        continue;
      }
      if (universe.size === 0) continue;
      const within = apart.length === 0 ? universe.full : difference(universe.full, apart);
      this.#emit(
        node,
        principalClass,
        row,
        universe,
        rows.evaluator.evaluate(technique.requires, caller, universe, within),
      );
    }
  }

  /** Edges that members of a class may differ in. */
  #deriveState(state: CallerState): void {
    const rows = this.#providers.get(state.class.provider)!;
    const caller: Caller = { class: state.class, facts: state.facts, anyMember: false };
    for (const row of rows.rows) {
      const { technique } = row;
      if (!canCall(technique, state.class)) continue;
      const { universe, apart, groups } = this.#aim(row, state.class.zone, rows);
      if (universe === undefined || universe.size === 0) continue;
      let within = apart;
      for (const named of groups) {
        for (const group of named.naming.get(state.facts.node.id) ?? []) within = union(within, group.members);
      }
      if (within.length === 0) continue;
      this.#emit(
        state.node,
        state.class,
        row,
        universe,
        rows.evaluator.evaluate(technique.requires, caller, universe, within),
      );
    }
  }

  /** What a row can be aimed at by callers of a zone; the same for all of them. */
  #aim(row: TechniqueRow, zone: NodeId | undefined, rows: ProviderRows): Aim {
    let known = this.#aims.get(zone);
    if (known === undefined) {
      known = new Map();
      this.#aims.set(zone, known);
    }
    const found = known.get(row.label);
    if (found !== undefined) return found;
    const universe = this.#universeOf(row.technique, zone);
    const groups =
      universe === undefined || universe.size === 0
        ? []
        : actionsOnTarget(row.technique.requires).map((action) =>
            universe.groupsFor(this.#model, rows.model.catalogue.ref(action)),
          );
    let apart: RangeSet = EMPTY;
    for (const group of groups.flatMap((one) => one.groups)) {
      if (group.perPrincipal) apart = union(apart, group.members);
    }
    const aim: Aim = { universe, groups, apart };
    known.set(row.label, aim);
    return aim;
  }

  #controlZone(node: number, caller: Caller, technique: Technique, label: number, rows: ProviderRows): void {
    const zone = caller.class?.zone;
    if (zone === undefined || caller.class?.external === true) return;
    const truth = rows.evaluator.evaluateAlone(technique.requires, caller);
    if (truth === FALSE) return;
    this.#builder.edge(node, this.#zoneControlNode(zone, rows), truth, label);
    if (truth === TRUE) this.#controlling.add(caller.class!.index);
  }

  #zoneControlNode(zone: NodeId, rows: ProviderRows): number {
    const known = this.#zoneControl.get(zone);
    if (known !== undefined) return known;
    const node = this.#builder.node('zone-control', this.#zones.length);
    this.#zones.push(zone);
    this.#zoneControl.set(zone, node);
    const administrator = administratorOf(zone, rows.model.semantics.provider);
    const scope = this.#model.graph.node(zone);
    const facts: PrincipalFacts = {
      node: administrator,
      scopes: scope?.kind === 'scope' ? [scope, ...this.#model.graph.scopesOf(zone)] : [],
    };
    const principalClass = this.#model.administratorClass(facts, zone, rows.everything);
    this.#controlling.add(principalClass.index);
    this.#builder.edge(node, this.#classNode(principalClass));
    const index = this.#states.length;
    const stateNode = this.#builder.node('state', index);
    const state: CallerState = { index, node: stateNode, class: principalClass, facts };
    this.#states.push(state);
    this.#builder.edge(node, stateNode);
    this.#pendingStates.push(state);
    return node;
  }

  /** Adds what a technique yields on a set of targets, one hub for each level of certainty. */
  #emit(node: number, principalClass: PrincipalClass, row: TechniqueRow, universe: Universe, found: TruthSet): void {
    if (found.open.length === 0) return;
    const { technique, label } = row;
    if (technique.yields === 'join') {
      // Who controls the zone can give every member of it more than any group holds.
      if (this.#controlling.has(principalClass.index)) return;
      // Every level with those above it: groups that can be joined for sure can be joined together with those that may.
      this.#emitJoins(node, technique, label, universe, found.proven, TRUE);
      if (!sameSet(found.possible, found.proven)) {
        this.#emitJoins(node, technique, label, universe, found.possible, CONDITIONAL);
      }
      if (!sameSet(found.open, found.possible)) this.#emitJoins(node, technique, label, universe, found.open, UNKNOWN);
      return;
    }
    this.#emitLevel(node, principalClass, row, universe, found.proven, TRUE);
    this.#emitLevel(node, principalClass, row, universe, difference(found.possible, found.proven), CONDITIONAL);
    this.#emitLevel(node, principalClass, row, universe, difference(found.open, found.possible), UNKNOWN);
  }

  #emitLevel(
    node: number,
    principalClass: PrincipalClass,
    row: TechniqueRow,
    universe: Universe,
    set: RangeSet,
    certainty: Truth,
  ): void {
    if (set.length === 0) return;
    const { face, weight, leaf } = this.#yield(row, universe);
    const hub = this.#hubs.hub(face, this.#space(universe), universe, set, leaf, weight);
    this.#builder.edge(node, hub, certainty, row.label);
    if ((face === 'grant' || face === 'unguard') && !this.#controlling.has(principalClass.index)) {
      if (this.#wantedHubs.has(hub)) return;
      this.#wantedHubs.add(hub);
      forEachMember(set, (index) => this.#want(face, universe.ids[index]!));
    }
  }

  /** Follows what somebody who does not control the zone anyway can do to a node. */
  #want(face: FaceKind, id: NodeId): void {
    const node = this.#faceNode(face, id);
    if (this.#wanted.has(node)) return;
    this.#wanted.add(node);
    this.#pendingFaces.push({ face, id, node });
  }

  #yield(
    { technique, access }: TechniqueRow,
    universe: Universe,
  ): { readonly face: string; readonly weight: 0 | 1; readonly leaf: (index: number) => number } {
    const id = (index: number): NodeId => universe.ids[index]!;
    if (access !== undefined) {
      return { face: `access ${access}`, weight: 0, leaf: (index) => this.#accessNode(id(index), access) };
    }
    switch (technique.yields) {
      case 'become':
        return { face: 'become', weight: 1, leaf: (index) => this.#nodeOf.get(id(index))! };
      case 'become-runtime':
        return { face: 'runtime', weight: 1, leaf: (index) => this.#workloadNode(id(index)) };
      case 'grant':
      case 'grant-members':
      case 'grant-holders':
        return { face: 'grant', weight: 0, leaf: (index) => this.#faceNode('grant', id(index)) };
      case 'unguard':
      case 'unguard-holders':
        return { face: 'unguard', weight: 0, leaf: (index) => this.#faceNode('unguard', id(index)) };
      case 'join':
      case 'control-zone':
        throw new RangeError(`technique \`${technique.id}\` cannot yield \`${technique.yields}\` on single targets`);
    }
  }

  #space(universe: Universe): number {
    let space = this.#spaces.get(universe);
    if (space === undefined) {
      space = this.#spaces.size;
      this.#spaces.set(universe, space);
    }
    return space;
  }

  #faceNode(face: FaceKind, id: NodeId): number {
    const key = `${face}\n${id}`;
    const known = this.#faceNodes.get(key);
    if (known !== undefined) return known;
    const node = this.#builder.node('face', this.#faces.length);
    this.#faces.push({ face, id });
    this.#faceNodes.set(key, node);
    if (this.#mayAdd(id)) this.#pendingFaces.push({ face, id, node });
    return node;
  }

  /**
   * Whether elevating a node can add to what control of its zone gives: not for an identity that no policy on a
   * resource tells from others. Groups and policies are always looked through, for the identities that hold them.
   */
  #mayAdd(id: NodeId): boolean {
    const target = this.#model.graph.node(id);
    if (target?.kind !== 'identity' || target.type === 'group' || !this.#providers.has(target.provider)) return true;
    const zone = this.#model.graph.zoneOf(id)?.id;
    if (zone === undefined) return true;
    const read = this.#factsReadIn(zone, target.provider);
    return read.keys.length > 0 || read.named.has(id);
  }

  /** Edges to single groups, and to all of them together. */
  #emitJoins(
    node: number,
    technique: Technique,
    label: number,
    universe: Universe,
    set: RangeSet,
    certainty: Truth,
  ): void {
    const groups: NodeId[] = [];
    forEachMember(set, (index) => groups.push(universe.ids[index]!));
    for (const group of groups) this.#builder.edge(node, this.#joinNode([group], technique), certainty, label);
    if (groups.length > 1) this.#builder.edge(node, this.#joinNode(groups, technique), certainty, label);
  }

  #joinNode(groups: readonly NodeId[], technique: Technique): number {
    const key = JSON.stringify([groups, technique.members ?? null]);
    const known = this.#joinFaces.get(key);
    if (known !== undefined) return known;
    const node = this.#builder.node('face', this.#faces.length);
    this.#faces.push({ face: 'join', id: groups[0]! });
    this.#joinFaces.set(key, node);
    this.#pendingJoins.push({ groups, node, members: technique.members });
    return node;
  }

  #accessNode(resource: NodeId, accessClass: AccessClass | undefined, unbounded: boolean = false): number {
    const key = `${resource}\n${accessClass ?? ''}`;
    const known = this.#accessNodes.get(key);
    if (known !== undefined) return known;
    const node = this.#builder.node('access', this.#accesses.length);
    this.#accesses.push({ resource, ...(accessClass === undefined ? {} : { class: accessClass }), unbounded });
    this.#accessNodes.set(key, node);
    if (accessClass !== undefined && !unbounded) this.#builder.edge(node, this.#accessNode(resource, undefined));
    return node;
  }

  /** Access to resources of the caller's zone that nobody listed: known to be there in kind, not in number. */
  #deriveUnbounded(node: number, caller: Caller, rows: ProviderRows): void {
    const zone = caller.class?.zone;
    if (rows.access === undefined || caller.class === undefined || zone === undefined || caller.class.external) return;
    if (this.#zoneListsResources(zone)) return;
    for (const accessClass of accessClasses) {
      const truth = rows.access.truth(caller.class, accessClass);
      if (truth !== FALSE) this.#builder.edge(node, this.#accessNode(zone, accessClass, true), truth);
    }
  }

  /** Whether the input lists what lies in a zone: no node there stands for resources that were not collected. */
  #zoneListsResources(zone: NodeId): boolean {
    if (this.#unlistedZones === undefined) {
      this.#unlistedZones = new Set();
      for (const node of this.#model.graph.resources) {
        const of = node.uncollected === true ? this.#model.graph.zoneOf(node.id)?.id : undefined;
        if (of !== undefined) this.#unlistedZones.add(of);
      }
    }
    return !this.#unlistedZones.has(zone);
  }

  /** Who runs as the workload's identities once it is controlled. */
  #workloadNode(id: NodeId): number {
    const known = this.#workloadNodes.get(id);
    if (known !== undefined) return known;
    const node = this.#builder.node('workload', this.#workloads.length);
    this.#workloads.push(id);
    this.#workloadNodes.set(id, node);
    for (const edge of this.#model.graph.outgoing(id, 'runs-as')) {
      const to = this.#nodeOf.get(edge.to);
      if (to !== undefined) this.#builder.edge(node, to, truthOf(edge.certainty));
    }
    return node;
  }

  #deriveFace({ face, id, node }: { readonly face: FaceKind; readonly id: NodeId; readonly node: number }): void {
    const target = this.#model.graph.node(id);
    if (target?.kind === 'identity' && target.type !== 'group') {
      this.#elevate(target);
      return;
    }
    // A group, or a policy: whatever is done to it is done to everyone who holds it.
    if (target?.kind === 'identity') {
      for (const member of this.#model.graph.membersOf(id)) this.#passOn(node, face, member.id);
      return;
    }
    const role = face === 'grant' ? 'identity-grant' : 'identity-guard';
    for (const attachment of this.#model.graph.attachmentsOf(id)) {
      if (attachment.role === role) this.#passOn(node, face, attachment.node);
    }
  }

  #passOn(node: number, face: FaceKind, id: NodeId): void {
    const to = this.#faceNode(face, id);
    const key = `${node} ${to}`;
    if (!this.#passedOn.has(key)) {
      this.#passedOn.add(key);
      this.#builder.edge(node, to);
    }
    if (this.#wanted.has(node)) this.#want(face, id);
  }

  /** What an identity turns into when it is held and permissions are added to it, or its guards lifted. */
  #elevate(identity: IdentityNode): void {
    const rows = this.#providers.get(identity.provider);
    if (rows === undefined) return;
    const base = this.#model.classOf(identity);
    const self = this.#nodeOf.get(identity.id)!;
    const grant = this.#faceNodes.get(`grant\n${identity.id}`);
    const unguard = base.guards.length === 0 ? undefined : this.#faceNodes.get(`unguard\n${identity.id}`);
    if (grant !== undefined) this.#elevation(identity, base, rows, true, false, self, grant);
    if (unguard !== undefined) this.#elevation(identity, base, rows, false, true, self, unguard);
    if (grant !== undefined && unguard !== undefined) {
      const unguarded = this.#elevationNodes.get(`${identity.id}\nfalse\ntrue`)!;
      this.#elevation(identity, base, rows, true, true, unguarded, grant);
    }
  }

  #elevation(
    identity: IdentityNode,
    base: PrincipalClass,
    rows: ProviderRows,
    granted: boolean,
    unguarded: boolean,
    left: number,
    right: number,
  ): void {
    const key = `${identity.id}\n${granted}\n${unguarded}`;
    if (this.#elevationNodes.has(key)) return;
    const principalClass = this.#model.variantOf(identity, {
      // Beside a grant of everything, other grants say nothing; what they deny still counts.
      grants: granted ? [...base.grants.filter(mayDeny), rows.everything] : base.grants,
      guards: unguarded ? [] : base.guards,
      scopeGuards: base.scopeGuards,
    });
    const node = this.#builder.node('elevated', this.#elevations.length);
    this.#elevations.push({ identity, granted, unguarded });
    this.#elevationNodes.set(key, node);
    this.#builder.joint(left, right, node);
    this.#builder.edge(node, this.#stateOf(identity, principalClass).node);
  }

  /**
   * What identities turn into when they are put into groups: one joint edge for each state, not for each identity.
   * Groups a caller may join together count together, since what one lacks another may give.
   */
  #deriveJoin({ groups, node, members }: JoinFace): void {
    const added: CompiledDocument[] = [];
    let zone: NodeId | undefined;
    for (const id of groups) {
      const group = this.#model.graph.node(id);
      if (group?.kind !== 'identity') continue;
      zone = this.#model.graph.zoneOf(id)?.id;
      for (const held of this.#model.holdingsOf(group).grants) added.push(held.document);
    }
    for (const { state, identities } of this.#statesIn(zone)) {
      const joining = identities.find((identity) => members === undefined || members.includes(identity.type));
      if (joining === undefined) continue;
      const base = state.class;
      const joined = this.#model.variantOf(joining, {
        grants: [...base.grants, ...added],
        guards: base.guards,
        scopeGuards: base.scopeGuards,
      });
      if (joined === base) continue;
      this.#builder.joint(this.#anyOf(state, identities), node, this.#stateOf(joining, joined).node);
    }
  }

  /** States of the identities the input holds in a zone, with those identities. */
  #statesIn(zone: NodeId | undefined): readonly StateMembers[] {
    if (this.#statesByZone.size === 0) {
      const byState = new Map<number, { state: CallerState; identities: IdentityNode[] }>();
      for (const { identity, state } of this.#baseStates) {
        if (identity.external === true) continue;
        const known = byState.get(state.index);
        if (known !== undefined) {
          known.identities.push(identity);
          continue;
        }
        const created = { state, identities: [identity] };
        byState.set(state.index, created);
        const list = this.#statesByZone.get(state.class.zone);
        if (list === undefined) this.#statesByZone.set(state.class.zone, [created]);
        else list.push(created);
      }
    }
    return this.#statesByZone.get(zone) ?? [];
  }

  /** A node reached when any identity of a state is held. */
  #anyOf(state: CallerState, identities: readonly IdentityNode[]): number {
    const known = this.#anyOfState.get(state.index);
    if (known !== undefined) return known;
    const node = this.#builder.node('face', -1);
    this.#anyOfState.set(state.index, node);
    for (const identity of identities) this.#builder.edge(this.#nodeOf.get(identity.id)!, node);
    return node;
  }
}

function mayDeny(document: CompiledDocument): boolean {
  if (document.unreadable !== undefined) return document.mayDeny;
  return document.statements.some((statement) => !statement.allow);
}

function canCall(technique: Technique, principalClass: PrincipalClass): boolean {
  if (technique.callers === undefined) return true;
  return technique.callers.includes(principalClass.type);
}

function truthOf(certainty: Certainty | undefined): Truth {
  if (certainty === undefined || certainty === 'allow') return TRUE;
  return certainty === 'conditional' ? CONDITIONAL : UNKNOWN;
}

/** Stands for an identity that whoever controls a zone can make for itself. */
function administratorOf(zone: NodeId, provider: Provider): IdentityNode {
  return {
    kind: 'identity',
    id: `administrator:${zone}`,
    provider,
    type: 'role',
    name: 'an identity of the attacker’s making',
    scope: zone,
  };
}
