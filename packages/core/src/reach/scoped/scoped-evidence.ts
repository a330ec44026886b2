import type { DecisionQuery } from '../../authz/decide.ts';
import { decideQuery } from '../../authz/decide.ts';
import { traceDecision } from '../../authz/decision-trace.ts';
import { explanationOf, type Reason } from '../../authz/explain.ts';
import type { ResourceFacts } from '../../authz/semantics.ts';
import { and, FALSE, TRUE, type Truth, UNKNOWN } from '../../authz/truth.ts';
import type { Certainty, GraphNode, NodeId } from '../../graph/model.ts';
import type { AccessClass } from '../access-class.ts';
import type { HopCaller, HopEvidence } from '../evidence.ts';
import type { EstateChange } from '../path-steps.ts';
import { certaintyOf, type ReachModel, truthOf } from '../reach-model.ts';
import type { ScopedCatalogue, ScopedRequirement, ScopedTarget, ScopedTechnique } from '../scoped-technique.ts';

/** One hop by a technique of a provider without zones, to be proven. */
export interface ScopedHop {
  readonly technique: ScopedTechnique;
  readonly caller: HopCaller;
  readonly target: GraphNode;
  /** What the attacker has made of the estate before. */
  readonly made: readonly EstateChange[];
  /** How sure the hop is. */
  readonly certainty: Certainty;
}

interface Found {
  readonly truth: Truth;
  readonly evidence: readonly HopEvidence[];
}

const NOTHING: Found = { truth: FALSE, evidence: [] };

/** What a hop rests on: everything it takes, of alternatives the strongest, asked anew of `decide`. */
export function scopedEvidence(reach: ReachModel, hop: ScopedHop): readonly HopEvidence[] {
  const catalogue = reach.scoped.get(hop.technique.provider);
  if (catalogue === undefined) return [];
  const { evidence } = new ScopedProof(reach, catalogue, hop).collect(hop.technique.requires, hop.target);
  return [...new Map(evidence.map((one) => [JSON.stringify(one), one])).values()];
}

/** That access is to resources which the input does not list. */
export function unlistedBelowEvidence(of: NodeId, accessClass: AccessClass, certainty: Certainty): HopEvidence {
  return { kind: 'fact', fact: `${accessClass}-of-what-is-not-listed`, of, certainty };
}

class ScopedProof {
  readonly #reach: ReachModel;
  readonly #catalogue: ScopedCatalogue;
  readonly #hop: ScopedHop;

  constructor(reach: ReachModel, catalogue: ScopedCatalogue, hop: ScopedHop) {
    this.#reach = reach;
    this.#catalogue = catalogue;
    this.#hop = hop;
  }

  collect(requirement: ScopedRequirement, target: GraphNode): Found {
    if ('all' in requirement) {
      const parts = requirement.all.map((one) => this.collect(one, target));
      return {
        truth: parts.reduce<Truth>((truth, part) => and(truth, part.truth), TRUE),
        evidence: parts.flatMap(({ evidence }) => evidence),
      };
    }
    if ('any' in requirement) return best(requirement.any, (one) => this.collect(one, target));
    if ('allowed' in requirement) {
      const on = requirement.on === 'home' ? this.#homeOf(target) : target;
      return on === undefined ? NOTHING : this.#allowed(requirement.allowed, on);
    }
    if ('somewhere' in requirement) {
      return best(this.#homes(), (home) => {
        const parts: Found[] = [];
        for (const action of requirement.somewhere) {
          const found = this.#allowed(action, home);
          if (found.truth === FALSE) return NOTHING;
          parts.push(found);
        }
        return {
          truth: parts.reduce<Truth>((truth, part) => and(truth, part.truth), TRUE),
          evidence: parts.flatMap(({ evidence }) => evidence),
        };
      });
    }
    if ('attached' in requirement) {
      const { graph } = this.#reach.model;
      return best(graph.outgoing(target.id, 'runs-as'), ({ from, to, certainty = 'allow' }) => {
        const identity = graph.node(to);
        const found = identity === undefined ? NOTHING : this.collect(requirement.attached, identity);
        if (found.truth === FALSE) return NOTHING;
        const runs: HopEvidence = { kind: 'structure', relation: 'runs-as', from, to, certainty };
        return { truth: and(found.truth, truthOf(certainty)), evidence: [...found.evidence, runs] };
      });
    }
    if ('beside' in requirement)
      return best(this.#beside(requirement.beside, target), (one) => this.collect(requirement.that, one));
    if ('anywhere' in requirement) {
      return best(this.#nodesOf(requirement.anywhere), (one) => this.collect(requirement.that, one));
    }
    if ('holds' in requirement) return this.#holds(requirement.holds, target);
    return this.#listed(requirement.listed, target);
  }

  #holds(fact: string, target: GraphNode): Found {
    const truth = this.#catalogue.predicates[fact]?.(target, this.#reach.model.graph) ?? FALSE;
    if (truth === FALSE) return NOTHING;
    return { truth, evidence: [{ kind: 'fact', fact, of: target.id, certainty: certaintyOf(truth) }] };
  }

  #listed(attribute: string, target: GraphNode): Found {
    const list = target.attributes?.[attribute];
    const facts = this.#principal();
    return best(Array.isArray(list) ? list : [], (id) => {
      const truth: Truth = id === facts.node.id ? TRUE : (facts.memberOf?.(String(id)) ?? FALSE);
      if (truth === FALSE) return NOTHING;
      return { truth, evidence: [{ kind: 'fact', fact: attribute, of: target.id, certainty: certaintyOf(truth) }] };
    });
  }

  #homes(): readonly GraphNode[] {
    const { home, provider } = this.#catalogue;
    const { graph } = this.#reach.model;
    const all = graph.scopes.filter((scope) => scope.type === home && scope.provider === provider);
    // What was made full is the surest place to look.
    return [...all.filter(({ id }) => this.#isFull(id)), ...all.filter(({ id }) => !this.#isFull(id))];
  }

  #beside(aim: ScopedTarget, target: GraphNode): readonly GraphNode[] {
    const home = this.#homeOf(target);
    return home === undefined ? [] : this.#nodesOf(aim).filter((node) => this.#homeOf(node)?.id === home.id);
  }

  #nodesOf({ kind, types }: ScopedTarget): readonly GraphNode[] {
    const { graph } = this.#reach.model;
    const nodes: readonly GraphNode[] =
      kind === 'identity' ? graph.identities : kind === 'resource' ? graph.resources : graph.scopes;
    return nodes.filter((node) => node.provider === this.#catalogue.provider && types.includes(node.type));
  }

  #homeOf(target: GraphNode): GraphNode | undefined {
    if (target.kind === 'scope' && target.type === this.#catalogue.home) return target;
    return this.#reach.model.graph.scopesOf(target.id).find(({ type }) => type === this.#catalogue.home);
  }

  #around(id: NodeId): readonly NodeId[] {
    return this.#reach.model.placesAround(id);
  }

  #isFull(id: NodeId): boolean {
    const around = this.#around(id);
    return this.#hop.made.some(({ on, change }) => change.change === 'control' && around.includes(on));
  }

  #principal(): DecisionQuery['principal'] {
    const { facts } = this.#hop.caller;
    const joined = this.#hop.made.flatMap(({ change }) => (change.change === 'join' ? change.groups : []));
    return joined.length === 0 ? facts : this.#reach.model.joinedFacts(facts, joined);
  }

  #allowed(action: string, on: GraphNode): Found {
    const { model, now } = this.#reach;
    const provider = model.provider(this.#catalogue.provider);
    if (provider === undefined) return NOTHING;
    const principal = this.#principal();
    const { sessionGuards } = this.#hop.caller.class;
    const around = this.#around(on.id);
    const isRetagged = this.#hop.made.some(
      ({ on: node, change }) => change.change === 'retag-resource' && around.includes(node),
    );
    const resource: ResourceFacts = {
      ...model.resourceFacts(on.id, provider),
      ...(isRetagged ? { chosenTags: true as const } : {}),
    };
    const query: DecisionQuery = {
      principal,
      class: model.classFor(principal, sessionGuards),
      action: provider.catalogue.ref(action),
      resource,
      provider,
      context: new Map(),
      now,
    };
    const found = this.#found(query, false);
    const opened = this.#isFull(on.id)
      ? this.#found({ ...query, resource: { ...resource, opened: { how: 'beside' } } }, true)
      : NOTHING;
    const better = opened.truth > found.truth ? opened : found;
    const wanted = truthOf(this.#hop.certainty);
    if (better.truth >= wanted || !this.#isChanged()) return this.#listedOnly(better, on);
    // Denies or guards that were lifted, roles that were extended, policies given: the decision as it is says less.
    const once: HopEvidence = {
      kind: 'permission',
      action: query.action.name,
      resource: on.id,
      certainty: this.#hop.certainty,
      principal: principal.node.id,
      onceChanged: 'policy',
      reasons: explanationOf(traceDecision(model, query)).reasons,
    };
    return this.#listedOnly({ truth: wanted, evidence: [once] }, on);
  }

  /** What was not listed may not be there. */
  #listedOnly(found: Found, on: GraphNode): Found {
    if (found.truth === FALSE || on.kind !== 'resource' || on.uncollected !== true) return found;
    const listed: HopEvidence = { kind: 'fact', fact: 'listed-in-the-input', of: on.id, certainty: 'unknown' };
    return { truth: and(found.truth, UNKNOWN), evidence: [...found.evidence, listed] };
  }

  #isChanged(): boolean {
    return this.#hop.made.some(({ change }) =>
      ['lift-denies', 'lift-guards', 'extend', 'hand-out', 'join', 'retag-resource'].includes(change.change),
    );
  }

  #found(query: DecisionQuery, isOpened: boolean): Found {
    const { model } = this.#reach;
    const truth = decideQuery(model, query);
    if (truth === FALSE) return NOTHING;
    const { reasons } = explanationOf(traceDecision(model, query));
    const added: Reason = {
      layer: 'resource-grant',
      effect: 'allow',
      policy: 'added',
      policyName: 'grant added on the way',
      policyType: 'added',
      on: query.resource.id,
      certainty: 'allow',
      dependsOn: [],
    };
    return {
      truth,
      evidence: [
        {
          kind: 'permission',
          action: query.action.name,
          resource: query.resource.id,
          certainty: certaintyOf(truth),
          principal: query.principal.node.id,
          ...(isOpened ? { onceChanged: 'policy' as const } : {}),
          reasons: isOpened ? [...reasons, added] : reasons,
        },
      ],
    };
  }
}

function best<One>(list: readonly One[], find: (one: One) => Found): Found {
  let found: Found = NOTHING;
  for (const one of list) {
    const other = find(one);
    if (other.truth > found.truth) found = other;
    if (found.truth === TRUE) break;
  }
  return found;
}
