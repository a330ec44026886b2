import type { ProviderModel } from '../../authz/authorization-model.ts';
import type { CompiledDocument } from '../../authz/compiled-document.ts';
import { isCollective } from '../../graph/collective.ts';
import type { NodeId } from '../../graph/model.ts';
import type { CallerStates } from '../caller-states.ts';
import type { Changes } from '../changes.ts';
import type { Derivation } from '../derivation.ts';
import { truthOf } from '../reach-model.ts';
import type { ScopedLimit, ScopedTechnique } from '../scoped-technique.ts';
import type { CallerNode } from './caller-node.ts';
import type { ActingPrincipal } from './scoped-callers.ts';

/** What limited actors take of a derivation. */
export interface LimitedActorsParts {
  readonly states: CallerStates;
  readonly changes: Changes;
  nodeOf(acting: ActingPrincipal): CallerNode;
}

/** Where what a technique gives within a limit is in the reach graph. */
export interface LimitedLead {
  readonly key: string;
  /** Key of the lead that gives the same without a limit. */
  readonly beyond: 'become' | 'runtime';
  readonly weight: 0 | 1;
  readonly leaf: (index: number) => number;
}

/** Ways to act as an identity within a limit, the same for the same identity and limit. */
export class LimitedActors {
  readonly #derivation: Derivation;
  readonly #provider: ProviderModel;
  readonly #parts: LimitedActorsParts;
  readonly #guards: Map<string, CompiledDocument> = new Map();
  readonly #nodes: Map<string, number> = new Map();

  constructor(derivation: Derivation, provider: ProviderModel, parts: LimitedActorsParts) {
    this.#derivation = derivation;
    this.#provider = provider;
    this.#parts = parts;
  }

  /** Where a technique with a limit leads on targets with the ids; undefined for one without. */
  leadOf({ yields, within }: ScopedTechnique, id: (index: number) => NodeId): LimitedLead | undefined {
    if (within === undefined) return undefined;
    switch (yields) {
      case 'become':
        return {
          key: `become within ${limitKey(within)}`,
          beyond: 'become',
          weight: 1,
          leaf: (index) => this.actingAs(id(index), within),
        };
      case 'become-runtime':
        return {
          key: `runtime within ${limitKey(within)}`,
          beyond: 'runtime',
          weight: 0,
          leaf: (index) => this.runtimeOf(id(index), within),
        };
      default:
        throw new RangeError(`a limit says nothing of \`${yields}\`: leave it out of the technique`);
    }
  }

  /** The node of acting as an identity within a limit; it does not lead to the identity. */
  actingAs(id: NodeId, limit: ScopedLimit): number {
    const key = `${limitKey(limit)} ${id}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const { builder, model, identityNodes } = this.#derivation;
    const { states } = this.#parts;
    const identity = model.graph.identity(id);
    if (identity === undefined || identity.provider !== this.#provider.semantics.provider || isCollective(identity)) {
      const nothing = builder.node('hub', -1);
      this.#nodes.set(key, nothing);
      return nothing;
    }
    const node = builder.node('session', states.sessions.length);
    states.sessions.push({ identity, kind: undefined });
    this.#nodes.set(key, node);
    const acting = { facts: model.factsOf(identity), sessionGuards: [this.#guardOf(limit)], isBare: false };
    builder.edge(node, this.#parts.nodeOf(acting).node);
    if (!limit.federates) return node;
    for (const { to, certainty } of model.graph.outgoing(id, 'federates')) {
      if (identityNodes.has(to)) builder.edge(node, states.acting(to), truthOf(certainty), -1, 1);
    }
    return node;
  }

  /** The node of acting, within a limit, as whatever a workload runs as. */
  runtimeOf(id: NodeId, limit: ScopedLimit): number {
    const key = `runtime ${limitKey(limit)} ${id}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const { builder, model } = this.#derivation;
    const node = this.#parts.changes.newFace(`limited ${limitKey(limit)}`, id);
    this.#nodes.set(key, node);
    for (const { to, certainty } of model.graph.outgoing(id, 'runs-as')) {
      builder.edge(node, this.actingAs(to, limit), truthOf(certainty), -1, 1);
    }
    return node;
  }

  #guardOf({ actions }: ScopedLimit): CompiledDocument {
    const key = [...actions].sort().join(' ');
    let guard = this.#guards.get(key);
    if (guard === undefined) {
      guard = this.#provider.compiler.compile({
        id: `limit ${key}`,
        provider: this.#provider.semantics.provider,
        statements: [{ effect: 'allow', actions: { include: actions, exclude: [] }, index: 0 }],
      });
      this.#guards.set(key, guard);
    }
    return guard;
  }
}

/** Whether a lead of the key can be had within a limit as well. */
export function isLimitable(key: string): boolean {
  return key === 'become' || key === 'runtime';
}

/** The same text for limits that leave the same. */
function limitKey({ actions, federates }: ScopedLimit): string {
  return `${[...actions].sort().join(' ')}${federates ? ' federates' : ''}`;
}
