import type { AuthorizationModel, ProviderModel } from '../../authz/authorization-model.ts';
import type { ResourceFacts } from '../../authz/semantics.ts';
import type { Truth } from '../../authz/truth.ts';
import type { GraphNode, NodeId } from '../../graph/model.ts';
import { EMPTY, fullSet, type RangeSet, setOf, sizeOf } from '../range-set.ts';
import type { ScopedCatalogue, ScopedTarget } from '../scoped-technique.ts';
import { type TruthSet, valueOn } from '../truth-set.ts';
import { ScopeTour } from './scope-tour.ts';

/** What lies below is kept for this many nodes at once. */
const MOST_KEPT = 1_024;

/** Nodes that something can be aimed at, in the order of the tour: what lies below a scope is one range. */
export class ScopedUniverse {
  /** The same number for the same universe, from 0. */
  readonly space: number;
  readonly nodes: readonly GraphNode[];
  readonly size: number;
  readonly full: RangeSet;
  /** Targets that stand for what was not listed. */
  readonly uncollected: RangeSet;
  readonly #tour: ScopeTour;
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #places: Int32Array;
  readonly #facts: (ResourceFacts | undefined)[] = [];
  readonly #everywhere: Map<Truth, TruthSet> = new Map();
  readonly #below: Map<NodeId, RangeSet> = new Map();

  constructor(
    space: number,
    nodes: readonly GraphNode[],
    tour: ScopeTour,
    model: AuthorizationModel,
    provider: ProviderModel,
  ) {
    const placed = nodes.map((node) => ({ node, place: tour.placeOf(node.id)! }));
    placed.sort((left, right) => left.place - right.place);
    this.space = space;
    this.nodes = placed.map(({ node }) => node);
    this.#places = Int32Array.from(placed, ({ place }) => place);
    this.size = nodes.length;
    this.full = fullSet(nodes.length);
    this.#tour = tour;
    this.#model = model;
    this.#provider = provider;
    const uncollected: number[] = [];
    this.nodes.forEach((node, index) => {
      if (node.kind === 'resource' && node.uncollected === true) uncollected.push(index);
    });
    this.uncollected = setOf(uncollected);
  }

  /** The targets at or below a node. */
  below(id: NodeId): RangeSet {
    const known = this.#below.get(id);
    if (known !== undefined) return known;
    const run = this.#tour.runOf(id);
    const from = run === undefined ? 0 : this.#lowerBound(run[0]);
    const to = run === undefined ? 0 : this.#lowerBound(run[1]);
    const set = from === to ? EMPTY : [from, to];
    if (this.#below.size === MOST_KEPT) this.#below.clear();
    this.#below.set(id, set);
    return set;
  }

  /** Where a node is among the targets; -1 for one that is none of them. */
  indexOf(id: NodeId): number {
    const place = this.#tour.placeOf(id);
    if (place === undefined) return -1;
    const at = this.#lowerBound(place);
    return this.nodes[at]?.id === id ? at : -1;
  }

  /** A target as conditions see it. */
  factsAt(index: number): ResourceFacts {
    let facts = this.#facts[index];
    if (facts === undefined) {
      facts = this.#model.resourceFacts(this.nodes[index]!.id, this.#provider);
      this.#facts[index] = facts;
    }
    return facts;
  }

  /** One value on all targets; the same object every time. */
  everywhere(truth: Truth): TruthSet {
    let set = this.#everywhere.get(truth);
    if (set === undefined) {
      set = valueOn(this.full, truth);
      this.#everywhere.set(truth, set);
    }
    return set;
  }

  #lowerBound(place: number): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#places[middle]! < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The universes of one provider, each made once. */
export class ScopedUniverses {
  /** Scopes that workloads live and are created in. */
  readonly homes: ScopedUniverse;
  readonly tour: ScopeTour;
  readonly #model: AuthorizationModel;
  readonly #provider: ProviderModel;
  readonly #home: string;
  readonly #byAim: Map<string, ScopedUniverse> = new Map();
  readonly #byKind: Map<string, readonly GraphNode[]> = new Map();
  readonly #byType: Map<string, ReadonlyMap<string, readonly GraphNode[]>> = new Map();
  readonly #homeOf: WeakMap<ScopedUniverse, Int32Array> = new WeakMap();
  readonly #inHome: WeakMap<ScopedUniverse, readonly RangeSet[]> = new WeakMap();
  readonly #all: ScopedUniverse[] = [];
  /** By kind and type of the nodes in them. */
  readonly #around: Map<string, ScopedUniverse[]> = new Map();
  /** Of how many universes that is told. */
  #sorted = 0;

  constructor(model: AuthorizationModel, provider: ProviderModel, catalogue: ScopedCatalogue) {
    this.#model = model;
    this.#provider = provider;
    this.#home = catalogue.home;
    this.tour = new ScopeTour(
      { graph: model.graph, resourceAround: (id) => model.resourceAround(id) },
      catalogue.provider,
    );
    this.homes = this.of({ kind: 'scope', types: [catalogue.home] });
  }

  /** All universes that came up, in the order of their numbers. */
  get all(): readonly ScopedUniverse[] {
    return this.#all;
  }

  /** The universes that have nodes of this kind and type, in the order of their numbers. */
  around({ kind, type }: GraphNode): readonly ScopedUniverse[] {
    for (; this.#sorted < this.#all.length; this.#sorted += 1) {
      const universe = this.#all[this.#sorted]!;
      for (const key of new Set(universe.nodes.map((node) => typeKey(node.kind, node.type)))) {
        const known = this.#around.get(key);
        if (known === undefined) this.#around.set(key, [universe]);
        else known.push(universe);
      }
    }
    return this.#around.get(typeKey(kind, type)) ?? [];
  }

  /** The nodes a technique can be aimed at. */
  of({ kind, types }: ScopedTarget): ScopedUniverse {
    return this.#of(`${kind}\n${[...types].sort().join('\n')}`, () => {
      const ofKind = this.#nodesByType(kind);
      return [...new Set(types)].flatMap((type) => ofKind.get(type) ?? []);
    });
  }

  /** Identities that workloads run as. */
  runtimes(): ScopedUniverse {
    return this.#of('runs-as', () => {
      const ids = new Set<NodeId>();
      for (const { type, to } of this.#model.graph.graph.edges) if (type === 'runs-as') ids.add(to);
      return this.#nodesOf('identity').filter(({ id }) => ids.has(id));
    });
  }

  /** The home scope each target lies in, or is, as its place among the homes; -1 where it lies in none. */
  homeOf(universe: ScopedUniverse): Int32Array {
    let known = this.#homeOf.get(universe);
    if (known === undefined) {
      known = Int32Array.from(universe.nodes, (node) => this.#homeIndex(node));
      this.#homeOf.set(universe, known);
    }
    return known;
  }

  /** The targets whose home is each home scope, in the order of the homes. */
  inHomes(universe: ScopedUniverse): readonly RangeSet[] {
    let known = this.#inHome.get(universe);
    if (known === undefined) {
      const members: number[][] = Array.from({ length: this.homes.size }, () => []);
      this.homeOf(universe).forEach((home, index) => {
        if (home >= 0) members[home]!.push(index);
      });
      known = members.map((one) => setOf(one));
      this.#inHome.set(universe, known);
    }
    return known;
  }

  /** The lowest scope around all targets of some universes; undefined where there is none. */
  scopeAround(universes: readonly ScopedUniverse[]): NodeId | undefined {
    const some = universes.filter(({ size }) => size > 0);
    const first = some[0]?.nodes[0];
    if (first === undefined) return undefined;
    const around = [...(first.kind === 'scope' ? [first] : []), ...this.#model.graph.scopesOf(first.id)];
    return around.find(({ id }) => some.every((one) => sizeOf(one.below(id)) === one.size))?.id;
  }

  #homeIndex(node: GraphNode): number {
    if (node.kind === 'scope' && node.type === this.#home) return this.homes.indexOf(node.id);
    const home = this.#model.graph.scopesOf(node.id).find(({ type }) => type === this.#home);
    return home === undefined ? -1 : this.homes.indexOf(home.id);
  }

  #of(key: string, nodes: () => readonly GraphNode[]): ScopedUniverse {
    let universe = this.#byAim.get(key);
    if (universe === undefined) {
      universe = new ScopedUniverse(this.#all.length, nodes(), this.tour, this.#model, this.#provider);
      this.#byAim.set(key, universe);
      this.#all.push(universe);
    }
    return universe;
  }

  #nodesByType(kind: ScopedTarget['kind']): ReadonlyMap<string, readonly GraphNode[]> {
    let known = this.#byType.get(kind);
    if (known === undefined) {
      const byType = new Map<string, GraphNode[]>();
      for (const node of this.#nodesOf(kind)) {
        const list = byType.get(node.type);
        if (list === undefined) byType.set(node.type, [node]);
        else list.push(node);
      }
      known = byType;
      this.#byType.set(kind, known);
    }
    return known;
  }

  #nodesOf(kind: ScopedTarget['kind']): readonly GraphNode[] {
    let nodes = this.#byKind.get(kind);
    if (nodes === undefined) {
      const { identities, resources, scopes } = this.#model.graph;
      const all: readonly GraphNode[] = kind === 'identity' ? identities : kind === 'resource' ? resources : scopes;
      nodes = all.filter(({ provider }) => provider === this.#provider.semantics.provider);
      this.#byKind.set(kind, nodes);
    }
    return nodes;
  }
}

function typeKey(kind: string, type: string): string {
  return `${kind} ${type}`;
}
