import type { AuthorizationModel, PrincipalClass, PrincipalFacts, Truth } from '@keyreach/core/authz';
import { and, decideQuery, FALSE, or, servicePrincipal, TRUE } from '@keyreach/core/authz';
import type { GraphNode, IdentityNode, NodeId } from '@keyreach/core/graph';
import type { Requirement, Technique, TechniqueCatalogue } from '@keyreach/core/reach';
import { chooseResources, contextOf, resourceOn } from '../../packages/core/src/reach/testing/index.ts';

/**
 * The slow, obvious way to what the derivation computes: every technique of every holder on every target, one decision
 * at a time, repeated until nothing new is held.
 */
export interface NaiveReach {
  readonly identities: ReadonlySet<NodeId>;
  readonly zones: ReadonlySet<NodeId>;
  readonly workloads: ReadonlySet<NodeId>;
}

/** An identity as the attacker holds it: its own policies, or more, or fewer guards. */
interface Holder {
  readonly key: string;
  readonly identity: IdentityNode | undefined;
  readonly class: PrincipalClass;
  readonly facts: PrincipalFacts;
}

/** One technique that works on one target; no target where it yields control of the holder's zone. */
interface Effect {
  readonly technique: Technique;
  readonly target: GraphNode | undefined;
  readonly truth: Truth;
}

/** Answers of one estate, shared between sources. */
export class NaiveOracle {
  readonly #model: AuthorizationModel;
  readonly #catalogue: TechniqueCatalogue;
  readonly #now: number;
  readonly #known: Map<string, readonly Effect[]> = new Map();
  readonly #choices: Map<string, Map<Requirement, Truth>> = new Map();
  readonly #everything: PrincipalClass['grants'][number];

  constructor(model: AuthorizationModel, catalogue: TechniqueCatalogue, now: number) {
    this.#model = model;
    this.#catalogue = catalogue;
    this.#now = now;
    this.#everything = model.provider(catalogue.provider)!.compiler.compile({
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
  }

  /** What `source` reaches over answers of at least `least`. */
  reach(source: NodeId, least: 1 | 2 | 3): NaiveReach {
    const graph = this.#model.graph;
    const held = new Map<string, Holder>();
    const identities = new Set<NodeId>();
    const zones = new Set<NodeId>();
    const workloads = new Set<NodeId>();
    const grantable = new Set<NodeId>();
    const unguardable = new Set<NodeId>();
    const joins = new Map<string, { groups: readonly NodeId[]; members: readonly string[] | undefined }>();
    const hold = (holder: Holder): boolean => {
      if (held.has(holder.key)) return false;
      held.set(holder.key, holder);
      return true;
    };
    const become = (id: NodeId): boolean => {
      const identity = graph.identity(id);
      if (identity === undefined || identities.has(id)) return false;
      identities.add(id);
      hold(this.#base(identity));
      return true;
    };
    become(source);
    for (let changed = true; changed; ) {
      changed = false;
      const note = (added: boolean): void => {
        changed = changed || added;
      };
      const add = (set: Set<NodeId>, id: NodeId): void => {
        if (!set.has(id)) {
          set.add(id);
          changed = true;
        }
      };
      for (const holder of [...held.values()]) {
        const joinable: { id: NodeId; truth: Truth; members: readonly string[] | undefined }[] = [];
        for (const { technique, target, truth } of this.#effects(holder)) {
          if (truth < least) continue;
          if (target === undefined) {
            const zone = holder.class.zone!;
            if (zones.has(zone)) continue;
            zones.add(zone);
            hold(this.#administrator(zone));
            changed = true;
            continue;
          }
          switch (technique.yields) {
            case 'become':
              note(become(target.id));
              break;
            case 'become-runtime':
              add(workloads, target.id);
              for (const edge of graph.outgoing(target.id, 'runs-as')) {
                const sure =
                  edge.certainty === undefined || edge.certainty === 'allow'
                    ? 3
                    : edge.certainty === 'conditional'
                      ? 2
                      : 1;
                if (sure >= least) note(become(edge.to));
              }
              break;
            case 'grant':
              add(grantable, target.id);
              break;
            case 'grant-members':
              for (const member of graph.membersOf(target.id)) add(grantable, member.id);
              break;
            case 'grant-holders':
              for (const id of this.#holders(target.id, 'identity-grant')) add(grantable, id);
              break;
            case 'unguard':
              add(unguardable, target.id);
              break;
            case 'unguard-holders':
              for (const id of this.#holders(target.id, 'identity-guard')) add(unguardable, id);
              break;
            case 'join':
              joinable.push({ id: target.id, truth, members: technique.members });
              break;
            case 'control-zone':
              throw new Error('control of a zone aims at the zone');
          }
        }
        const sets = joinable.map((one) => [one]);
        for (const level of [3, 2, 1]) if (level >= least) sets.push(joinable.filter((one) => one.truth >= level));
        for (const set of sets) {
          const key = set.map((one) => one.id).join(' ');
          if (set.length === 0 || joins.has(key)) continue;
          joins.set(key, { groups: set.map((one) => one.id), members: set[0]!.members });
          changed = true;
        }
      }
      for (const id of identities) {
        const identity = graph.identity(id)!;
        const base = this.#model.classOf(identity);
        const granted = grantable.has(id);
        const unguarded = unguardable.has(id) && base.guards.length > 0;
        if (granted) note(hold(this.#variant(identity, [...base.grants, this.#everything], base.guards)));
        if (unguarded) note(hold(this.#variant(identity, base.grants, [])));
        if (granted && unguarded) note(hold(this.#variant(identity, [...base.grants, this.#everything], [])));
        if (identity.external === true) continue;
        for (const { groups, members } of joins.values()) {
          if (members !== undefined && !members.includes(identity.type)) continue;
          if (graph.zoneOf(groups[0]!)?.id !== graph.zoneOf(id)?.id) continue;
          const added = groups.flatMap((group) =>
            this.#model.holdingsOf(graph.identity(group)!).grants.map((one) => one.document),
          );
          note(hold(this.#variant(identity, [...base.grants, ...added], base.guards)));
        }
      }
    }
    return { identities, zones, workloads };
  }

  #base(identity: IdentityNode): Holder {
    const principalClass = this.#model.classOf(identity);
    return {
      key: `${identity.id} ${principalClass.index}`,
      identity,
      class: principalClass,
      facts: this.#model.factsOf(identity),
    };
  }

  #variant(identity: IdentityNode, grants: PrincipalClass['grants'], guards: PrincipalClass['guards']): Holder {
    const principalClass = this.#model.variantOf(identity, {
      grants,
      guards,
      scopeGuards: this.#model.classOf(identity).scopeGuards,
    });
    return {
      key: `${identity.id} ${principalClass.index}`,
      identity,
      class: principalClass,
      facts: this.#model.factsOf(identity),
    };
  }

  #administrator(zone: NodeId): Holder {
    const scope = this.#model.graph.node(zone);
    const node: IdentityNode = {
      kind: 'identity',
      id: `administrator:${zone}`,
      provider: this.#catalogue.provider,
      type: 'role',
      name: 'administrator',
      scope: zone,
    };
    const scopes = scope?.kind === 'scope' ? [scope, ...this.#model.graph.scopesOf(zone)] : [];
    const facts: PrincipalFacts = { node, scopes };
    const principalClass = this.#model.administratorClass(facts, zone, this.#everything);
    return { key: `${node.id} ${principalClass.index}`, identity: undefined, class: principalClass, facts };
  }

  #targets(technique: Technique, holder: Holder): readonly GraphNode[] {
    const { target } = technique;
    if (target.kind === 'zone') return [];
    const graph = this.#model.graph;
    const nodes: readonly GraphNode[] = target.kind === 'identity' ? graph.identities : graph.resources;
    return nodes.filter(
      (node) =>
        target.types.includes(node.type) &&
        // What another zone does not list is nobody's business here: only a policy in the input leads across.
        (!(target.sameZone || (node.kind === 'resource' && node.uncollected === true)) ||
          graph.zoneOf(node.id)?.id === holder.class.zone),
    );
  }

  #holders(policy: NodeId, role: 'identity-grant' | 'identity-guard'): readonly NodeId[] {
    const graph = this.#model.graph;
    return graph
      .attachmentsOf(policy)
      .filter((attachment) => attachment.role === role)
      .flatMap((attachment) =>
        graph.identity(attachment.node)?.type === 'group'
          ? graph.membersOf(attachment.node).map((member) => member.id)
          : [attachment.node],
      );
  }

  /** Everything a holder can do, whoever started. */
  #effects(holder: Holder): readonly Effect[] {
    const known = this.#known.get(holder.key);
    if (known !== undefined) return known;
    const effects: Effect[] = [];
    for (const technique of this.#catalogue.techniques) {
      if (technique.callers !== undefined && !technique.callers.includes(holder.class.type)) continue;
      if (technique.target.kind === 'zone') {
        if (holder.class.zone === undefined || holder.class.external) continue;
        const truth = this.#holds(technique.requires, holder, undefined);
        if (truth !== FALSE) effects.push({ technique, target: undefined, truth });
        continue;
      }
      for (const target of this.#targets(technique, holder)) {
        const truth = this.#holds(technique.requires, holder, target);
        if (truth !== FALSE) effects.push({ technique, target, truth });
      }
    }
    this.#known.set(holder.key, effects);
    return effects;
  }

  /** The same for every target, so asked once. */
  #choice(
    requirement: Extract<Requirement, { readonly allows: readonly string[] }>,
    holder: Holder,
    question: Parameters<typeof chooseResources>[0],
  ): Truth {
    let known = this.#choices.get(holder.key);
    if (known === undefined) {
      known = new Map();
      this.#choices.set(holder.key, known);
    }
    let truth = known.get(requirement);
    if (truth === undefined) {
      truth = chooseResources(question, requirement.allows).truth;
      known.set(requirement, truth);
    }
    return truth;
  }

  #holds(requirement: Requirement, holder: Holder, target: GraphNode | undefined): Truth {
    if ('all' in requirement) {
      return requirement.all.reduce<Truth>((truth, part) => and(truth, this.#holds(part, holder, target)), TRUE);
    }
    if ('any' in requirement) {
      return requirement.any.reduce<Truth>((truth, part) => or(truth, this.#holds(part, holder, target)), FALSE);
    }
    const provider = this.#model.provider(this.#catalogue.provider)!;
    const question = {
      model: this.#model,
      provider,
      class: holder.class,
      facts: holder.facts,
      context: contextOf('context' in requirement ? requirement.context : undefined),
      now: this.#now,
    };
    if ('allows' in requirement) return this.#choice(requirement, holder, question);
    if ('holds' in requirement) return this.#catalogue.predicates[requirement.holds]!(target!, this.#model.graph);
    if ('service' in requirement) {
      return decideQuery(this.#model, {
        ...question,
        principal: servicePrincipal(this.#catalogue.provider, requirement.service),
        class: undefined,
        context: provider.semantics.serviceContext(this.#model.graph.zoneOf(target!.id)),
        action: provider.catalogue.ref(requirement.may),
        resource: this.#model.resourceFacts(target!.id, provider),
      });
    }
    if (requirement.on === undefined && target?.kind === 'resource' && target.uncollected === true) {
      return and(1, chooseResources(question, [requirement.allowed]).truth);
    }
    const resource =
      requirement.on === undefined
        ? target!.id
        : target === undefined
          ? requirement.on.replaceAll('{zone}', holder.class.zone ?? '')
          : resourceOn(requirement.on, target, holder.class.zone);
    return decideQuery(this.#model, {
      ...question,
      principal: holder.facts,
      action: provider.catalogue.ref(requirement.allowed),
      resource: this.#model.resourceFacts(resource, provider),
    });
  }
}
