import {
  AuthorizationModel,
  and,
  CONDITIONAL,
  decideQuery,
  FALSE,
  type GivingLimit,
  or,
  type PrincipalFacts,
  type ProviderSemantics,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';
import {
  type Attachment,
  type Certainty,
  type Condition,
  type Graph,
  type GraphEdge,
  GraphIndex,
  type GraphNode,
  type NodeId,
  type Policy,
  type PolicyDocument,
  type PrincipalMatcher,
  type PrincipalSelector,
  type Statement,
} from '@keyreach/core/graph';
import type {
  AccessCatalogue,
  ScopedCatalogue,
  ScopedLimit,
  ScopedRequirement,
  ScopedTarget,
  ScopedTechnique,
} from '@keyreach/core/reach';

/** What one attacker has in the end, by the rules of docs/reach-scoped.md. */
export interface ScopedReach {
  readonly held: ReadonlySet<NodeId>;
  /** Scopes that are full, with those below. */
  readonly controlled: ReadonlySet<NodeId>;
  readonly workloads: ReadonlySet<NodeId>;
  /** `class resource`. */
  readonly accesses: ReadonlySet<string>;
}

/** What the rules are applied to. */
export interface ScopedWorld {
  readonly graph: Graph;
  readonly semantics: ProviderSemantics;
  readonly catalogue: ScopedCatalogue;
  readonly access: AccessCatalogue;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The attacker's state; everything only ever grows. */
interface State {
  readonly held: Set<NodeId>;
  /** Ways to act as an identity within a limit: {@link Actor} as JSON. */
  readonly acting: Set<string>;
  readonly joined: Set<NodeId>;
  readonly full: Set<NodeId>;
  /** What can be given where and to whom: {@link Given} as JSON. */
  readonly limited: Set<string>;
  readonly extended: Set<string>;
  readonly deniesLifted: Set<NodeId>;
  readonly guardsLifted: Set<NodeId>;
  readonly retagged: Set<NodeId>;
  readonly workloads: Set<NodeId>;
  readonly accesses: Set<string>;
}

/** A policy that can be given on a node. */
interface Given {
  readonly node: NodeId;
  /** `null`: any permission. */
  readonly policy: string | null;
  /** `null`: to everybody. */
  readonly to: {
    readonly types: readonly (readonly [type: string, truth: Truth])[];
    readonly named: readonly (readonly [id: NodeId, truth: Truth])[];
    readonly outsider: Truth;
  } | null;
}

/** A principal that the attacker can act as; without a limit in every way. */
interface Actor {
  readonly id: NodeId;
  readonly within?: ScopedLimit;
}

const OUTSIDER: NodeId = 'user:attacker@outside.example';
const EVERYTHING = 'everything';
const ANYONE: PrincipalSelector = { include: [{ match: 'anyone', strength: 'sufficient' }], exclude: [] };
const GUARDS = ['identity-guard', 'principal-scope-guard', 'resource-scope-guard'];

/**
 * Everything an attacker that starts as one identity gets, at one level of certainty: every technique is tried by everybody it is
 * on everything, in the estate as it has become, until nothing is new. Slow and plain on purpose.
 */
export function naiveScopedReach(world: ScopedWorld, start: NodeId, least: Truth): ScopedReach {
  const state: State = {
    held: new Set([start]),
    acting: new Set(),
    joined: new Set(),
    full: new Set(),
    limited: new Set(),
    extended: new Set(),
    deniesLifted: new Set(),
    guardsLifted: new Set(),
    retagged: new Set(),
    workloads: new Set(),
    accesses: new Set(),
  };
  const size = (): number => Object.values(state).reduce((sum, set: Set<string>) => sum + set.size, 0);
  for (let before = -1; before < size(); ) {
    before = size();
    // Joining a group and lifting a guard are choices: nobody has to do what takes something away again.
    for (const joined of subsets(state.joined)) {
      for (const guardsLifted of subsets(guarded(world, state.guardsLifted))) {
        new Round(world, state, least, { joined, guardsLifted }).run();
      }
    }
  }
  const base = new GraphIndex(world.graph);
  const controlled = base.scopes
    .map(({ id }) => id)
    .filter((id) => [id, ...base.scopesOf(id).map((scope) => scope.id)].some((one) => state.full.has(one)));
  state.held.delete(OUTSIDER);
  return { held: state.held, controlled: new Set(controlled), workloads: state.workloads, accesses: state.accesses };
}

/** What an attacker who may do several things does of them. */
interface Choice {
  readonly joined: ReadonlySet<NodeId>;
  readonly guardsLifted: ReadonlySet<NodeId>;
}

/** Nodes that guards are placed on; lifting others is nothing to choose. */
function guarded({ graph }: ScopedWorld, nodes: ReadonlySet<NodeId>): ReadonlySet<NodeId> {
  return new Set(
    graph.attachments.filter(({ node, role }) => nodes.has(node) && GUARDS.includes(role)).map((one) => one.node),
  );
}

function subsets(set: ReadonlySet<NodeId>): readonly ReadonlySet<NodeId>[] {
  const all: ReadonlySet<NodeId>[] = [new Set()];
  for (const one of set) for (const some of [...all]) all.push(new Set([...some, one]));
  return all;
}

/** The estate as it is where an action is asked for. */
type ModelFor = (action: string) => AuthorizationModel;

/** One round: the estate as it has become, and everything tried in it. */
class Round {
  readonly #world: ScopedWorld;
  readonly #state: State;
  readonly #least: Truth;
  readonly #choice: Choice;
  readonly #base: GraphIndex;

  constructor(world: ScopedWorld, state: State, least: Truth, choice: Choice) {
    this.#world = world;
    this.#choice = choice;
    this.#state = state;
    this.#least = least;
    this.#base = new GraphIndex(world.graph);
  }

  run(): void {
    const { catalogue, access } = this.#world;
    this.#followFederation();
    const model = this.#model(this.#placements());
    const all: ModelFor = () => model;
    const principals: Actor[] = [...this.#state.held].map((id) => ({ id }));
    const isOutside = this.#given().some(({ to }) => to === null || this.#enough(to.outsider));
    if (this.#state.full.size > 0 || isOutside) principals.push({ id: OUTSIDER });
    for (const one of this.#state.acting) principals.push(JSON.parse(one) as Actor);
    for (const principal of principals) {
      for (const technique of catalogue.techniques) {
        for (const target of this.#targets(technique.target)) {
          if (!this.#enough(this.#truth(all, principal, technique.requires, target))) continue;
          if (technique.yields === 'control') this.#control(principal, technique, target);
          else this.#yield(technique, target);
        }
      }
      for (const resource of this.#base.resources) {
        if (resource.provider !== catalogue.provider) continue;
        for (const row of access.rowsFor(resource.type)) {
          const truth = this.#truth(all, principal, { allowed: row.action }, resource);
          if (this.#enough(truth)) this.#state.accesses.add(`${row.class} ${resource.id}`);
        }
      }
    }
    this.#state.held.delete(OUTSIDER);
  }

  #enough(truth: Truth): boolean {
    return truth !== FALSE && truth >= this.#least;
  }

  #edges(from: NodeId, type: GraphEdge['type']): readonly NodeId[] {
    return this.#base
      .outgoing(from, type)
      .filter(({ certainty }) => this.#enough(truthOf(certainty)))
      .map(({ to }) => to);
  }

  #followFederation(): void {
    for (const id of [...this.#state.held]) for (const to of this.#edges(id, 'federates')) this.#state.held.add(to);
    for (const one of this.#state.acting) {
      const { id, within } = JSON.parse(one) as Actor;
      if (within?.federates !== true) continue;
      for (const to of this.#edges(id, 'federates')) this.#state.held.add(to);
    }
  }

  #targets({ kind, types }: ScopedTarget): readonly GraphNode[] {
    const { provider } = this.#world.catalogue;
    const nodes: readonly GraphNode[] =
      kind === 'identity' ? this.#base.identities : kind === 'resource' ? this.#base.resources : this.#base.scopes;
    return nodes.filter((node) => node.provider === provider && types.includes(node.type));
  }

  #yield({ yields, within }: ScopedTechnique, target: GraphNode): void {
    const state = this.#state;
    switch (yields) {
      case 'become':
        if (within === undefined) state.held.add(target.id);
        else state.acting.add(JSON.stringify({ id: target.id, within }));
        return;
      case 'become-runtime':
        if (within !== undefined) {
          for (const id of this.#edges(target.id, 'runs-as')) state.acting.add(JSON.stringify({ id, within }));
          return;
        }
        state.workloads.add(target.id);
        for (const to of this.#edges(target.id, 'runs-as')) state.held.add(to);
        return;
      case 'become-subjects':
        for (const to of this.#edges(target.id, 'vouches-for')) state.held.add(to);
        return;
      case 'become-stored':
        return;
      case 'join':
        state.joined.add(target.id);
        return;
      case 'extend':
        state.extended.add(String(target.kind === 'resource' ? target.attributes?.['role'] : ''));
        return;
      case 'lift-denies':
        state.deniesLifted.add(target.id);
        return;
      case 'lift-guards':
        state.guardsLifted.add(target.id);
        return;
      case 'retag':
        state.retagged.add(target.id);
        return;
      default:
        throw new RangeError(`no rule for \`${yields}\``);
    }
  }

  /**
   * Full where grants whose limits, if any, do not hold for the actions do it; else limited to what the limits of the grants
   * that do it let pass. Policies that are given limit what they let give as those that are placed do.
   */
  #control(principal: Actor, { requires }: ScopedTechnique, target: GraphNode): void {
    const placements = this.#placements();
    const grants = placements.flatMap((placement) =>
      this.#statementsOf(placement).map((statement) => ({
        placement,
        statement,
        limit: this.#limitOf(placement.condition, statement.condition),
      })),
    );
    const may = (beside: (typeof grants)[number] | undefined): boolean => {
      const models = new Map<string, AuthorizationModel>();
      const modelFor: ModelFor = (action) => {
        const dropped = grants.filter((one) => one !== beside && one.limit?.holdsFor(action) === true);
        const model = models.get(action) ?? this.#model(placements, dropped);
        models.set(action, model);
        return model;
      };
      return this.#enough(this.#truth(modelFor, principal, requires, target));
    };
    if (may(undefined)) {
      this.#state.full.add(target.id);
      return;
    }
    for (const one of grants) {
      if (one.limit === undefined || !may(one)) continue;
      for (const { policies, to } of one.limit.gives) {
        const whom = to === undefined ? null : { ...to, types: [...to.types], named: [...to.named] };
        for (const policy of policies ?? [null]) {
          const given: Given = { node: target.id, policy, to: whom };
          this.#state.limited.add(JSON.stringify(given));
        }
      }
    }
  }

  #given(): readonly Given[] {
    return [...this.#state.limited].map((one) => JSON.parse(one) as Given);
  }

  #limitOf(...conditions: readonly (Condition | undefined)[]): GivingLimit | undefined {
    const { semantics } = this.#world;
    const bodies = conditions.flatMap((one) =>
      one === undefined || one.language !== semantics.conditions.id ? [] : [one.body],
    );
    if (bodies.length === 0) return undefined;
    return semantics.conditions.handsOut?.(bodies, semantics.givable?.(this.#base));
  }

  #statementsOf({ policy }: Attachment): readonly Statement[] {
    const { policies, documents } = this.#world.graph;
    const text = policies.find(({ id }) => id === policy)?.document;
    return documents.find(({ id }) => id === text)?.statements ?? [];
  }

  /** Everybody something can be granted to. */
  #anyone(): PrincipalSelector {
    return { ...ANYONE, exclude: this.#closed() };
  }

  #closed(): readonly PrincipalMatcher[] {
    const closed = this.#base.identities.filter(({ id }) => !this.#mayBeGranted(id));
    return closed.map(({ id }) => ({ match: 'node', id, strength: 'sufficient' }));
  }

  /** Those to whom something can be given: each by itself, and of groups whoever is a member. One list for each truth. */
  #recipients(to: Given['to']): readonly { readonly truth: Truth; readonly principals: PrincipalSelector }[] {
    if (to === null) return [{ truth: TRUE, principals: this.#anyone() }];
    const types = new Map(to.types);
    const named = new Map(to.named);
    return [TRUE, CONDITIONAL, UNKNOWN].map((truth) => {
      const those = this.#base.identities.filter(
        ({ id, type }) => (named.get(id) ?? types.get(type) ?? FALSE) === truth,
      );
      const include = those.map(({ id, type }): PrincipalMatcher => {
        return { match: type === 'group' ? 'member' : 'node', id, strength: 'sufficient' };
      });
      if (to.outsider === truth) include.push({ match: 'node', id: OUTSIDER, strength: 'sufficient' });
      return { truth, principals: { include, exclude: this.#closed() } };
    });
  }

  #mayBeGranted(id: NodeId): boolean {
    const identity = this.#base.identity(id);
    return identity === undefined || this.#world.semantics.mayBeGranted?.(identity) !== false;
  }

  /** The placements of the input, and those of policies that the attacker can give to whom it can. */
  #placements(): readonly Attachment[] {
    const { graph } = this.#world;
    const given = this.#given().flatMap(({ node, policy, to }): readonly Attachment[] => {
      if (policy !== null && !graph.policies.some(({ id }) => id === policy)) return [];
      return this.#recipients(to)
        .filter(({ truth }) => this.#enough(truth))
        .map(({ principals }) => ({ policy: policy ?? EVERYTHING, node, role: 'resource-grant', principals }));
    });
    return [...graph.attachments, ...given];
  }

  #truth(model: ModelFor, principal: Actor, requires: ScopedRequirement, target: GraphNode): Truth {
    if ('all' in requires) {
      return requires.all.reduce<Truth>((least, one) => and(least, this.#truth(model, principal, one, target)), TRUE);
    }
    if ('any' in requires) {
      return requires.any.reduce<Truth>((best, one) => or(best, this.#truth(model, principal, one, target)), FALSE);
    }
    if ('allowed' in requires) {
      const on = requires.on === 'home' ? this.#home(target) : target;
      return on === undefined ? FALSE : this.#allowed(model, principal, requires.allowed, on);
    }
    if ('somewhere' in requires) {
      const { somewhere } = requires;
      const { home, provider } = this.#world.catalogue;
      const homes = this.#base.scopes.filter((scope) => scope.type === home && scope.provider === provider);
      return best(homes, (one) =>
        somewhere.reduce<Truth>((least, action) => and(least, this.#allowed(model, principal, action, one)), TRUE),
      );
    }
    if ('attached' in requires) {
      const runsAs = this.#base.outgoing(target.id, 'runs-as');
      return best(runsAs, ({ to, certainty }) =>
        and(truthOf(certainty), this.#truth(model, principal, requires.attached, this.#base.node(to)!)),
      );
    }
    if ('beside' in requires) {
      const home = this.#home(target);
      const others = this.#targets(requires.beside).filter(
        (one) => home !== undefined && this.#home(one)?.id === home.id,
      );
      return best(others, (one) => this.#truth(model, principal, requires.that, one));
    }
    if ('anywhere' in requires) {
      return best(this.#targets(requires.anywhere), (one) => this.#truth(model, principal, requires.that, one));
    }
    if ('holds' in requires) return this.#world.catalogue.predicates[requires.holds]!(target, this.#base);
    // To be in a list is nothing that a credential for some actions only could be used for.
    if (principal.within !== undefined) return FALSE;
    const listed = target.attributes?.[requires.listed];
    const ids = Array.isArray(listed) ? listed : [];
    return best(ids, (id) => (id === principal.id ? TRUE : this.#memberTruth(model, principal.id, String(id))));
  }

  /** Whether a principal is in a group: what a grant to the members of the group says. */
  #memberTruth(model: ModelFor, principal: NodeId, group: NodeId): Truth {
    const facts = this.#facts(model(''), principal);
    return facts.memberOf?.(group) ?? FALSE;
  }

  #home(target: GraphNode): GraphNode | undefined {
    const { home } = this.#world.catalogue;
    if (target.kind === 'scope' && target.type === home) return target;
    return this.#base.scopesOf(target.id).find((scope) => scope.type === home);
  }

  #facts(model: AuthorizationModel, principal: NodeId): PrincipalFacts {
    const facts = model.factsOf(model.graph.identity(principal)!);
    if (principal !== OUTSIDER) return facts;
    // Nobody has put it into a group: it is in those that it has joined, and where they are.
    const own = this.#world.semantics.outsider!(this.#base);
    const memberOf = (group: NodeId): Truth => {
      let truth = group === OUTSIDER ? TRUE : (own.memberOf?.(group) ?? FALSE);
      for (const joined of this.#choice.joined) {
        truth = or(truth, model.factsOf(model.graph.identity(joined)!).memberOf?.(group) ?? FALSE);
      }
      return truth;
    };
    return { ...facts, memberOf };
  }

  #allowed(modelFor: ModelFor, principal: Actor, action: string, on: GraphNode): Truth {
    const model = modelFor(action);
    const provider = model.provider(this.#world.catalogue.provider)!;
    const identity = model.graph.identity(principal.id)!;
    if (identity.provider !== this.#world.catalogue.provider) return FALSE;
    const path = model.placesAround(on.id);
    const chosenTags = path.some((id) => this.#state.retagged.has(id));
    const facts = this.#facts(model, principal.id);
    const guard = provider.compiler.compile({
      id: 'limit',
      provider: identity.provider,
      statements: [
        { effect: 'allow', actions: { include: principal.within?.actions ?? ['*'], exclude: [] }, index: 0 },
      ],
    });
    const truth = decideQuery(model, {
      principal: facts,
      class: principal.within === undefined ? model.classOf(identity) : model.classFor(facts, [guard]),
      action: provider.catalogue.ref(action),
      resource: { ...model.resourceFacts(on.id, provider), ...(chosenTags ? { chosenTags: true as const } : {}) },
      provider,
      context: new Map(),
      now: this.#world.now,
    });
    return on.kind === 'resource' && on.uncollected === true ? and(truth, UNKNOWN) : truth;
  }

  /** The estate with some placements, of which some statements do not count, as the attacker has changed it. */
  #model(
    given: readonly Attachment[],
    dropped: readonly { readonly placement: Attachment; readonly statement: Statement }[] = [],
  ): AuthorizationModel {
    const { graph, semantics, catalogue } = this.#world;
    const state = this.#state;
    const denies = new Set(
      graph.policies
        .filter(({ document }) => {
          const statements = graph.documents.find(({ id }) => id === document)?.statements ?? [];
          return statements.length > 0 && statements.every(({ effect }) => effect === 'deny');
        })
        .map(({ id }) => id),
    );
    const left = given.filter(
      ({ node, policy, role }) =>
        !(state.deniesLifted.has(node) && denies.has(policy)) &&
        !(this.#choice.guardsLifted.has(node) && GUARDS.includes(role)),
    );
    const added: Attachment[] = [];
    for (const node of state.full) {
      added.push({ policy: EVERYTHING, node, role: 'resource-grant', principals: this.#anyone() });
    }
    for (const { policy, node, role, principals } of graph.attachments) {
      if (role !== 'resource-grant' || !state.extended.has(policy) || principals === undefined) continue;
      added.push({ policy: EVERYTHING, node, role, principals });
    }
    const outsider: GraphNode = { ...semantics.outsider!(this.#base).node, id: OUTSIDER };
    const everything: PolicyDocument = {
      id: EVERYTHING,
      provider: catalogue.provider,
      statements: [{ effect: 'allow', actions: { include: ['*'], exclude: [] }, index: 0 }],
    };
    const policy: Policy = {
      id: EVERYTHING,
      provider: catalogue.provider,
      name: EVERYTHING,
      type: 'custom',
      document: EVERYTHING,
    };
    const joins: GraphEdge[] = [...[...state.held].filter((id) => this.#mayBeGranted(id)), OUTSIDER].flatMap((from) =>
      [...this.#choice.joined].map((to) => ({ type: 'member-of' as const, from, to })),
    );
    const texts: PolicyDocument[] = [];
    const rewritten: Policy[] = [];
    const rest = left.map((placement, index) => {
      const gone = dropped.filter((one) => one.placement === placement).map(({ statement }) => statement);
      if (gone.length === 0) return placement;
      const id = `${placement.policy} rewritten ${index}`;
      const statements = this.#statementsOf(placement).filter((statement) => !gone.includes(statement));
      texts.push({ id, provider: catalogue.provider, statements });
      rewritten.push({ ...policy, id, name: id, document: id });
      return { ...placement, policy: id };
    });
    const changed: Graph = {
      ...graph,
      nodes: [...graph.nodes, outsider],
      edges: [...graph.edges, ...joins],
      documents: [...graph.documents, everything, ...texts],
      policies: [...graph.policies, policy, ...rewritten],
      attachments: [...rest, ...added],
    };
    return new AuthorizationModel(new GraphIndex(changed), [semantics]);
  }
}

function best<One>(list: readonly One[], truth: (one: One) => Truth): Truth {
  return list.reduce<Truth>((so, one) => or(so, truth(one)), FALSE);
}

function truthOf(certainty: Certainty | undefined): Truth {
  if (certainty === undefined || certainty === 'allow') return TRUE;
  return certainty === 'conditional' ? 2 : UNKNOWN;
}
