import type { AuthorizationModel, ProviderModel } from '../authz/authorization-model.ts';
import type { CompiledDocument } from '../authz/compiled-document.ts';
import { type PrincipalReads, principalSignature, readsOfDocument } from '../authz/principal-signature.ts';
import type { PrincipalFacts } from '../authz/semantics.ts';
import type { GraphNode, IdentityNode, NodeId, Provider, ScopeNode } from '../graph/model.ts';
import type { AccessCatalogue, AccessClass } from './access-class.ts';
import { accessTechniques, unlistedAccessTechniques } from './access-techniques.ts';
import { HubEdges } from './hub-edges.ts';
import { isOpening, withOpenings } from './opened-others.ts';
import { type Outsider, outsidersOf } from './outsiders.ts';
import { principalFactsRead, type ResourceSideFacts } from './principal-facts-read.ts';
import { ReachGraphBuilder } from './reach-graph.ts';
import { RequirementEvaluator } from './requirement.ts';
import type { ScopedTechnique } from './scoped-technique.ts';
import type { Technique, TechniqueCatalogue } from './technique.ts';
import { UnboundedAccess } from './unbounded-access.ts';
import { Universe } from './universe.ts';
import { Universes } from './universes.ts';

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

/** The techniques of one provider, ready to be asked. */
export interface ProviderRows {
  readonly catalogue: TechniqueCatalogue;
  readonly model: ProviderModel;
  readonly evaluator: RequirementEvaluator;
  readonly rows: readonly TechniqueRow[];
  readonly access: UnboundedAccess | undefined;
  /** A text that grants everything: what an identity may hold after it rewrote its own policies. */
  readonly everything: CompiledDocument;
}

/** A technique with its number in the reach graph. */
export interface TechniqueRow {
  readonly technique: Technique;
  readonly label: number;
  /** Set for rows that stand for access to resources. */
  readonly access: AccessClass | undefined;
}

/** What identities of the caller's own making are. */
const MADE_TYPE = 'role';

/**
 * What waits to be derived. Classes and states of one zone are taken up together, classes first: what is found for callers
 * of a zone is kept for a few zones only. All the rest waits until no class or state is left.
 */
export type Waiting = 'class' | 'state' | 'face';

/** Work that waits for callers of one zone. */
interface ZoneWork {
  readonly class: (() => void)[];
  readonly state: (() => void)[];
}

/** What all parts of one derivation share: the input, the graph being built and the work that waits. */
export class Derivation {
  readonly model: AuthorizationModel;
  readonly now: number;
  readonly builder: ReachGraphBuilder = new ReachGraphBuilder();
  readonly hubs: HubEdges = new HubEdges(this.builder);
  readonly universes: Universes;
  readonly techniques: (Technique | ScopedTechnique)[] = [];
  readonly providers: Map<Provider, ProviderRows> = new Map();
  /** Classes that control their zone for sure: what they may grant there adds nothing to what they have. */
  readonly controlling: Set<number> = new Set();
  readonly outsiders: ReadonlyMap<Provider, Outsider>;
  readonly #waiting: Map<NodeId | undefined, ZoneWork> = new Map();
  readonly #waitingFaces: (() => void)[] = [];
  #waitingClasses = 0;
  readonly #identityNodes: Map<NodeId, number> = new Map();
  readonly #spaces: Map<Universe, number> = new Map();
  readonly #scopeUniverses: Map<string, Universe> = new Map();
  readonly #factsRead: Map<string, ResourceSideFacts> = new Map();
  readonly #factsReadBeside: Map<string, ResourceSideFacts> = new Map();
  readonly #toldApart: Map<NodeId, boolean> = new Map();
  readonly #administrators: Map<NodeId, PrincipalFacts> = new Map();
  readonly #signatures: Map<PrincipalFacts, Map<PrincipalReads, string>> = new Map();
  readonly #apartTypes: Map<string, boolean> = new Map();
  #zonesOfInput: ReadonlySet<NodeId | undefined> | undefined;

  constructor(model: AuthorizationModel, catalogues: readonly TechniqueCatalogue[], options: DeriveOptions) {
    this.model = model;
    this.now = options.now;
    this.universes = new Universes(model);
    for (const identity of model.graph.identities) {
      this.#identityNodes.set(identity.id, this.builder.node('identity', this.#identityNodes.size));
    }
    for (const catalogue of [...catalogues].sort((left, right) => (left.provider < right.provider ? -1 : 1))) {
      this.#addCatalogue(
        catalogue,
        options.access?.find((one) => one.provider === catalogue.provider),
      );
    }
    this.outsiders = outsidersOf(model, this.providers);
  }

  /** Node of every identity, by id. */
  get identityNodes(): ReadonlyMap<NodeId, number> {
    return this.#identityNodes;
  }

  /** Puts work on a caller of a zone off until what comes before it is done. */
  defer(kind: 'class' | 'state', zone: NodeId | undefined, work: () => void): void {
    let waiting = this.#waiting.get(zone);
    if (waiting === undefined) {
      waiting = { class: [], state: [] };
      this.#waiting.set(zone, waiting);
    }
    waiting[kind].push(work);
    if (kind === 'class') this.#waitingClasses += 1;
  }

  /** Puts work off until no class or state waits. */
  deferFace(work: () => void): void {
    this.#waitingFaces.push(work);
  }

  /** Does one piece of waiting work; undefined when none is left. */
  step(): Waiting | undefined {
    for (const [zone, waiting] of this.#waiting) {
      const onClass = waiting.class.pop();
      if (onClass !== undefined) {
        this.#waitingClasses -= 1;
        onClass();
        return 'class';
      }
      const onState = waiting.state.pop();
      if (onState !== undefined) {
        onState();
        return 'state';
      }
      this.#waiting.delete(zone);
    }
    const onFace = this.#waitingFaces.pop();
    if (onFace === undefined) return undefined;
    onFace();
    return 'face';
  }

  /** How many classes wait. */
  get waitingClasses(): number {
    return this.#waitingClasses;
  }

  /** The rows of a provider that is known to have some. */
  rowsOf(provider: Provider): ProviderRows {
    return this.providers.get(provider)!;
  }

  /** What a technique can be aimed at by callers of a zone; undefined for one that aims at nothing in particular. */
  universeOf(technique: Technique, zone: NodeId | undefined): Universe | undefined {
    const { target } = technique;
    if (target.kind === 'zone') return undefined;
    return target.kind === 'scope'
      ? this.#scopesAround(target.types, zone)
      : this.universes.of(target, technique.provider, zone);
  }

  /** A number for a universe, the same every time. */
  space(universe: Universe): number {
    let space = this.#spaces.get(universe);
    if (space === undefined) {
      space = this.#spaces.size;
      this.#spaces.set(universe, space);
    }
    return space;
  }

  /** What policies on the resource side can tell principals of a zone apart by. */
  factsReadIn(zone: NodeId | undefined, provider: Provider): ResourceSideFacts {
    const key = `${provider}\n${zone ?? ''}`;
    const known = this.#factsRead.get(key);
    if (known !== undefined) return known;
    const read = this.#readIn(zone, provider, undefined);
    this.#factsRead.set(key, read);
    return read;
  }

  #readIn(
    zone: NodeId | undefined,
    provider: Provider,
    counts: ((target: NodeId) => boolean) | undefined,
  ): ResourceSideFacts {
    const rows = this.rowsOf(provider);
    return principalFactsRead(
      this.model,
      rows.model,
      rows.rows.map((row) => row.technique),
      (technique) => this.universeOf(technique, zone),
      (aim) => this.universes.of({ ...aim, sameZone: true }, provider, zone),
      counts,
    );
  }

  /**
   * Whether a policy on some resource can tell an identity from others of its zone. Elevating one that none tells apart
   * adds nothing to what control of the zone gives.
   */
  isToldApart(id: NodeId): boolean {
    let apart = this.#toldApart.get(id);
    if (apart === undefined) {
      apart = this.#isToldApart(id);
      this.#toldApart.set(id, apart);
    }
    return apart;
  }

  #isToldApart(id: NodeId): boolean {
    const target = this.model.graph.node(id);
    if (target?.kind !== 'identity' || target.type === 'group' || !this.providers.has(target.provider)) return true;
    return this.#isApart(this.model.factsOf(target), (zone) => this.factsReadIn(zone, target.provider));
  }

  /**
   * The same for a zone whose control surely gives the identities `held`: what only their policies tell apart adds nothing
   * either.
   */
  isToldApartBeside(facts: PrincipalFacts, held: ReadonlySet<NodeId>): boolean {
    const { provider } = facts.node;
    return this.#isApart(facts, (zone) => {
      const key = `${provider}\n${zone}`;
      let read = this.#factsReadBeside.get(key);
      if (read === undefined) {
        read = this.#readIn(zone, provider, (target) => !held.has(target));
        this.#factsReadBeside.set(key, read);
      }
      return read;
    });
  }

  #isApart(facts: PrincipalFacts, readIn: (zone: NodeId) => ResourceSideFacts): boolean {
    const target = facts.node;
    const zone = this.model.graph.zoneOf(target.id)?.id;
    if (zone === undefined || this.#callsApart(target)) return true;
    const read = readIn(zone);
    if (read.named.has(target.id)) return true;
    const made = this.administratorOf(zone, target.provider);
    const { conditions } = this.rowsOf(target.provider).model.semantics;
    for (const guard of this.model.classOf(target).scopeGuards.flat()) {
      // Whoever chooses its own tags may escape a guard that looks at them, and others are spared as they are.
      if (guard.hasChosenTags) return true;
      const reads = readsOfDocument(guard);
      if (principalSignature(reads, facts, conditions) !== this.#signatureOf(made, reads)) return true;
    }
    return read.signature(facts) !== read.signature(made);
  }

  /** Who controls a zone: an identity of its own making. The same every time. */
  administratorOf(zone: NodeId, provider: Provider): PrincipalFacts {
    let administrator = this.#administrators.get(zone);
    if (administrator === undefined) {
      administrator = newIdentityOf(this.model, zone, provider, `administrator:${zone}`);
      this.#administrators.set(zone, administrator);
    }
    return administrator;
  }

  /** What policies can tell administrators of a zone by. */
  #signatureOf(administrator: PrincipalFacts, reads: PrincipalReads): string {
    let known = this.#signatures.get(administrator);
    if (known === undefined) {
      known = new Map();
      this.#signatures.set(administrator, known);
    }
    let signature = known.get(reads);
    if (signature === undefined) {
      const { conditions } = this.rowsOf(administrator.node.provider).model.semantics;
      signature = principalSignature(reads, administrator, conditions);
      known.set(reads, signature);
    }
    return signature;
  }

  /** Whether identities of a type can use techniques that identities of the caller's own making cannot. */
  #callsApart({ provider, type }: IdentityNode): boolean {
    const key = `${provider} ${type}`;
    let apart = this.#apartTypes.get(key);
    if (apart === undefined) {
      apart = this.rowsOf(provider).rows.some(
        ({ technique: { callers } }) => callers?.includes(type) === true && !callers.includes(MADE_TYPE),
      );
      this.#apartTypes.set(key, apart);
    }
    return apart;
  }

  /** Whether the input holds an identity of a zone, and not only names some. */
  #isOfInput(zone: NodeId): boolean {
    if (this.#zonesOfInput === undefined) {
      const { graph } = this.model;
      const own = graph.identities.filter((identity) => identity.external !== true);
      this.#zonesOfInput = new Set(own.map(({ id }) => graph.zoneOf(id)?.id));
    }
    return this.#zonesOfInput.has(zone);
  }

  /** Scopes of the organization around a zone, the zone itself left out; those without one for a zone without one. */
  #scopesAround(types: readonly string[], zone: NodeId | undefined): Universe {
    const key = JSON.stringify([types, zone ?? null]);
    const known = this.#scopeUniverses.get(key);
    if (known !== undefined) return known;
    const { graph } = this.model;
    const topOf = (id: NodeId): ScopeNode | undefined => graph.scopesOf(id).at(-1);
    const home = zone === undefined ? undefined : graph.node(zone);
    const top = zone === undefined ? undefined : topOf(zone);
    // Zones with nothing known around them may belong together; whether they do is for the rows to ask. What is only
    // known by reference is beyond the input.
    const nodes: GraphNode[] =
      home === undefined || (top === undefined && !this.#isOfInput(home.id))
        ? []
        : graph.scopes.filter(
            (scope) =>
              types.includes(scope.type) &&
              scope.provider === home.provider &&
              scope.id !== zone &&
              topOf(scope.id)?.id === top?.id &&
              (top !== undefined || this.#isOfInput(scope.id)),
          );
    const universe = new Universe(this.model, nodes, zone);
    this.#scopeUniverses.set(key, universe);
    return universe;
  }

  #addCatalogue(catalogue: TechniqueCatalogue, access: AccessCatalogue | undefined): void {
    const provider = this.model.provider(catalogue.provider);
    if (provider === undefined) throw new RangeError(`techniques of \`${catalogue.provider}\` need its semantics`);
    const rows: TechniqueRow[] = withOpenings(catalogue.techniques, provider).map((technique) => {
      this.techniques.push(technique);
      return { technique, label: this.techniques.length - 1, access: undefined };
    });
    if (access !== undefined) {
      const opened = new Set(
        catalogue.techniques.flatMap(({ yields, target }) =>
          isOpening({ yields }) && target.kind === 'resource' ? target.types : [],
        ),
      );
      const listed = new Set<string>();
      const unlisted = new Set<string>();
      for (const { provider: of, type, uncollected } of this.model.graph.resources) {
        if (of !== catalogue.provider) continue;
        if (uncollected !== true) listed.add(type);
        else if (opened.has(type)) unlisted.add(type);
      }
      for (const row of [
        ...accessTechniques(access, [...listed].sort()),
        ...unlistedAccessTechniques(access, [...unlisted].sort()),
      ]) {
        this.techniques.push(row.technique);
        rows.push({ technique: row.technique, label: this.techniques.length - 1, access: row.class });
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
    this.providers.set(catalogue.provider, {
      catalogue,
      model: provider,
      evaluator: new RequirementEvaluator(this.model, provider, catalogue.predicates, this.now, (aim, zone) =>
        this.universes.of({ ...aim, sameZone: true }, catalogue.provider, zone),
      ),
      rows,
      everything,
      access: access === undefined ? undefined : new UnboundedAccess(this.model, provider, access, this.now),
    });
  }
}

/** An identity that does not exist yet: what whoever may make one in a zone can hold. */
export function newIdentityOf(model: AuthorizationModel, zone: NodeId, provider: Provider, id: NodeId): PrincipalFacts {
  const node: IdentityNode = {
    kind: 'identity',
    id,
    provider,
    type: MADE_TYPE,
    name: 'an identity of the attacker’s making',
    scope: zone,
  };
  const scope = model.graph.node(zone);
  return {
    node,
    scopes: scope?.kind === 'scope' ? [scope, ...model.graph.scopesOf(zone)] : [],
    isTaken: (name) => {
      const known = model.graph.identity(name);
      return known !== undefined && known.external !== true;
    },
  };
}
