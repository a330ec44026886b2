import type { AuthorizationModel, ProviderModel, RequestContext, ResourceFacts, Truth } from '@keyreach/core/authz';
import { and, CONDITIONAL, decideQuery, FALSE, or, servicePrincipal, TRUE, UNKNOWN } from '@keyreach/core/authz';
import type { GraphNode, NodeId } from '@keyreach/core/graph';
import type { FixedContext, Requirement, Technique, TechniqueCatalogue, TechniqueYield } from '@keyreach/core/reach';
import {
  chooseResources,
  chooseWithin,
  contextOf,
  inZone,
  resourceOn,
} from '../../packages/core/src/reach/testing/index.ts';
import { documentsOf, type Holder } from './naive-holder.ts';

/** What a caller that may change a resource makes of it: its tags are of its choice, its policy lets it in. */
export type Changed = Pick<ResourceFacts, 'chosenTags' | 'opened'>;

type NodeChange = NonNullable<Parameters<typeof chooseResources>[0]['changed']>;

/** What a requirement is asked about. */
interface Asked {
  readonly holder: Holder;
  /** Absent for techniques that aim at nothing in particular. */
  readonly target: GraphNode | undefined;
  /** Request context beside what the requirement fixes. */
  readonly given: FixedContext | undefined;
  /** What the caller has changed about the target before it asks. */
  readonly changed?: Changed;
}

/** Requirements asked of one holder and one target at a time, every permission by a decision of its own. */
export class NaiveRequirements {
  readonly #model: AuthorizationModel;
  readonly #catalogue: TechniqueCatalogue;
  readonly #provider: ProviderModel;
  readonly #now: number;
  readonly #choices: Map<string, Truth> = new Map();

  constructor(model: AuthorizationModel, catalogue: TechniqueCatalogue, now: number) {
    this.#model = model;
    this.#catalogue = catalogue;
    this.#provider = model.provider(catalogue.provider)!;
    this.#now = now;
  }

  /** Whether a requirement holds. */
  holds(requirement: Requirement, asked: Asked): Truth {
    const { holder, target, given } = asked;
    const { graph } = this.#model;
    const zone = holder.class.zone;
    if ('all' in requirement) {
      return requirement.all.reduce<Truth>(
        (truth, part) => (truth === FALSE ? FALSE : and(truth, this.holds(part, asked))),
        TRUE,
      );
    }
    if ('any' in requirement) {
      return requirement.any.reduce<Truth>(
        (truth, part) => (truth === TRUE ? TRUE : or(truth, this.holds(part, asked))),
        FALSE,
      );
    }
    if ('some' in requirement) {
      if (zone === undefined) return FALSE;
      const { kind, types } = requirement.some;
      const others: readonly GraphNode[] = kind === 'identity' ? graph.identities : graph.resources;
      return others
        .filter((node) => types.includes(node.type) && graph.zoneOf(node.id)?.id === zone)
        .reduce<Truth>(
          (truth, node) => or(truth, this.#ofOther(requirement.that, { holder, target: node, given: undefined })),
          FALSE,
        );
    }
    if ('zoneHolds' in requirement) {
      const node = zone === undefined ? undefined : graph.node(zone);
      return node === undefined ? FALSE : this.#catalogue.predicates[requirement.zoneHolds]!(node, graph);
    }
    if ('holds' in requirement) {
      const node = target ?? (zone === undefined ? undefined : graph.node(zone));
      return node === undefined ? UNKNOWN : this.#catalogue.predicates[requirement.holds]!(node, graph);
    }
    if ('service' in requirement) return this.#served(requirement.service, requirement.may, target!);
    const context = contextOf(requirement.context, zone, given);
    if ('allows' in requirement) return this.choice(holder, requirement.allows, context);
    const { allowed: action, on } = requirement;
    const isAboutTarget = on === undefined || /\{target|\{name\}/.test(on);
    if (isAboutTarget && target?.kind === 'resource' && target.uncollected === true) {
      // It stands for what the holder names, which the holder may have changed as well as anything.
      const { changed } = asked;
      const choice =
        changed === undefined
          ? this.choice(holder, [action], context)
          : chooseResources(this.#question(holder, context, changeOf(undefined, changed)), [action]).truth;
      return and(UNKNOWN, choice);
    }
    const resource =
      on === undefined ? target!.id : target === undefined ? inZone(on, zone) : resourceOn(on, target, zone);
    const truth =
      on !== undefined && resource !== '*' && resource.includes('*')
        ? chooseWithin(
            this.#question(
              holder,
              context,
              target === undefined || asked.changed === undefined ? undefined : changeOf(target.id, asked.changed),
            ),
            resource,
            this.#provider.catalogue.ref(action),
          ).truth
        : this.#decide(asked, action, resource, context);
    return truth === TRUE && requirement.freely === true && !this.#whatever(asked, action, resource, context)
      ? CONDITIONAL
      : truth;
  }

  /** Whether a requirement holds of another target, as it is or as the holder can make it. */
  #ofOther(that: Requirement, asked: Asked & { readonly target: GraphNode }): Truth {
    let truth = this.holds(that, asked);
    for (const technique of this.#catalogue.techniques) {
      if (!opening.includes(technique.yields) || asksAboutOthers(technique.requires)) continue;
      const { target, callers } = technique;
      if (target.kind !== asked.target.kind || !target.types.includes(asked.target.type) || callers !== undefined)
        continue;
      const changed = this.changeBy(technique);
      truth = or(truth, and(this.holds(technique.requires, asked), this.holds(that, { ...asked, changed })));
    }
    return truth;
  }

  /** What a technique that gives its caller a say on a resource makes of that. */
  changeBy({ yields, opens }: Technique): Changed {
    if (yields === 'retag-resource') return { chosenTags: true };
    const actions =
      opens === undefined ? {} : { actions: this.#provider.catalogue.select({ include: opens, exclude: [] }) };
    return { opened: { how: yields === 'rewrite-resource' ? 'instead' : 'beside', ...actions } };
  }

  /** Whether all of `actions` are allowed on something the holder names itself. */
  choice(holder: Holder, actions: readonly string[], context: RequestContext): Truth {
    const key = JSON.stringify([holder.key, actions, [...context]]);
    let truth = this.#choices.get(key);
    if (truth === undefined) {
      truth = chooseResources(this.#question(holder, context), actions).truth;
      this.#choices.set(key, truth);
    }
    return truth;
  }

  #question(holder: Holder, context: RequestContext, changed?: NodeChange): Parameters<typeof chooseResources>[0] {
    return {
      ...(changed === undefined ? {} : { changed }),
      model: this.#model,
      provider: this.#provider,
      class: holder.class,
      facts: holder.facts,
      context,
      now: this.#now,
    };
  }

  #decide({ holder, target, changed }: Asked, action: string, resource: string, context: RequestContext): Truth {
    const facts = this.#model.resourceFacts(resource, this.#provider);
    // What is done to the target is done to what lies in it, and to nothing else that the row asks about.
    const isTarget = facts.node !== undefined && facts.node.id === target?.id;
    return decideQuery(this.#model, {
      principal: holder.facts,
      class: holder.class,
      action: this.#provider.catalogue.ref(action),
      resource: isTarget ? { ...facts, ...changed } : facts,
      provider: this.#provider,
      context,
      now: this.#now,
    });
  }

  /** Whether an action is allowed whatever the holder chooses for the keys it may choose. */
  #whatever(asked: Asked, action: string, resource: string, context: RequestContext): boolean {
    const values = new Map<string, Set<string>>();
    for (const document of documentsOf(asked.holder)) {
      for (const { condition } of document.statements) {
        for (const { key, values: named } of condition?.chosen ?? []) {
          if (context.has(key)) continue;
          const known = values.get(key) ?? new Set([this.#provider.semantics.conditions.freshValue]);
          values.set(key, known);
          for (const value of named) known.add(value);
        }
      }
    }
    let contexts: RequestContext[] = [context];
    for (const [key, options] of values) {
      contexts = contexts.flatMap((one) => [
        new Map(one).set(key, null),
        ...[...options].map((value) => new Map(one).set(key, [value])),
      ]);
    }
    return contexts.every((one) => this.#decide(asked, action, resource, one) === TRUE);
  }

  #served(service: string, may: string, target: GraphNode): Truth {
    const { semantics, catalogue } = this.#provider;
    return decideQuery(this.#model, {
      principal: servicePrincipal(this.#catalogue.provider, service),
      class: undefined,
      action: catalogue.ref(may),
      resource: this.#model.resourceFacts(target.id, this.#provider),
      provider: this.#provider,
      context: semantics.serviceContext(this.#model.graph.zoneOf(target.id)),
      now: this.#now,
    });
  }
}

const opening: readonly TechniqueYield[] = ['retag-resource', 'open-resource', 'rewrite-resource'];

function asksAboutOthers(requirement: Requirement): boolean {
  return JSON.stringify(requirement).includes('"some":');
}

/** What is made of a node, or of what the input does not list. */
function changeOf(node: NodeId | undefined, { chosenTags, opened }: Changed): NodeChange {
  return {
    node,
    ...(chosenTags === undefined ? {} : { chosenResourceTags: chosenTags }),
    ...(opened === undefined ? {} : { opensResource: opened }),
  };
}
