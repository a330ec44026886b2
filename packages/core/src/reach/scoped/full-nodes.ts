import { TRUE, type Truth } from '../../authz/truth.ts';
import type { NodeId, Provider } from '../../graph/model.ts';
import type { ReachGraphBuilder } from '../reach-graph.ts';
import type { TreeOfNodes } from './scope-tour.ts';

/** Makes the nodes of the reach graph that stand for full nodes of the estate. */
export interface FullNodeMaker {
  /** The node for control of a scope. */
  scopeNode(scope: NodeId): number;
  /** The node for something else that is full. */
  faceNode(id: NodeId): number;
}

/**
 * Nodes on which, and below which, any permission can be granted. What is full makes everything in it full: one edge to each
 * thing directly in a scope or resource. Nodes are made once something leads to them; what follows from them waits until then.
 */
export class FullNodes {
  /** Ids of nodes that became full and were not looked at yet, in the order they did. */
  readonly waiting: NodeId[] = [];
  readonly #builder: ReachGraphBuilder;
  readonly #maker: FullNodeMaker;
  readonly #nodes: Map<NodeId, number> = new Map();
  /** Those that something other than what is around them leads to. */
  readonly #direct: Set<NodeId> = new Set();
  readonly #spread: Set<NodeId> = new Set();
  readonly #pending: Map<NodeId, (readonly [to: number, truth: Truth])[]> = new Map();
  readonly #proxies: Map<NodeId, number> = new Map();
  readonly #inside: Map<NodeId, NodeId[]> = new Map();
  readonly #resourceAround: Map<NodeId, NodeId> = new Map();

  /** `isAimedAt`: whether being full makes a difference for a node that is no scope. */
  constructor(
    { graph, resourceAround }: TreeOfNodes,
    provider: Provider,
    builder: ReachGraphBuilder,
    maker: FullNodeMaker,
    isAimedAt: (id: NodeId) => boolean,
  ) {
    this.#builder = builder;
    this.#maker = maker;
    for (const { id, kind, scope, provider: of } of graph.graph.nodes) {
      if (of !== provider || scope === undefined || kind === 'credential') continue;
      if (kind !== 'scope' && !isAimedAt(id)) continue;
      let resource = kind === 'resource' ? resourceAround(id) : undefined;
      while (resource !== undefined && !isAimedAt(resource)) resource = resourceAround(resource);
      if (resource !== undefined) this.#resourceAround.set(id, resource);
      const around = resource ?? scope;
      const list = this.#inside.get(around);
      if (list === undefined) this.#inside.set(around, [id]);
      else list.push(id);
    }
  }

  /** How many nodes were found to be full other than by what is around them. */
  get directCount(): number {
    return this.#direct.size;
  }

  /** Whether something other than what is around it can make a node full. */
  isDirect(id: NodeId): boolean {
    return this.#direct.has(id);
  }

  /** Whether a node is full wherever the scope or resource around it is. */
  isSpread(id: NodeId): boolean {
    return this.#spread.has(id);
  }

  /** The node that stands for `id` being full, if anything makes it so. */
  known(id: NodeId): number | undefined {
    return this.#nodes.get(id);
  }

  /** The same for whoever makes it full. */
  nodeOf(id: NodeId, isScope: boolean): number {
    if (isScope) this.#direct.add(id);
    else this.#addDirect(id);
    return this.#nodeOf(id, isScope);
  }

  /** What lies in a resource is full by other things than the scope around it where the resource is. */
  #addDirect(resource: NodeId): void {
    this.#direct.add(resource);
    for (const inner of this.#inside.get(resource) ?? []) this.#addDirect(inner);
  }

  /** The resource that a node lies in, which makes it full where it is full; undefined where its scope does. */
  resourceAround(id: NodeId): NodeId | undefined {
    return this.#resourceAround.get(id);
  }

  /** An edge from `id` being full, once it can be. */
  whenFull(id: NodeId, to: number, truth: Truth): void {
    const node = this.#nodes.get(id);
    if (node !== undefined) {
      this.#builder.edge(node, to, truth);
      return;
    }
    const list = this.#pending.get(id);
    if (list === undefined) this.#pending.set(id, [[to, truth]]);
    else list.push([to, truth]);
  }

  /** A node that is reached once `id` is full. */
  proxyOf(id: NodeId): number {
    const known = this.#nodes.get(id) ?? this.#proxies.get(id);
    if (known !== undefined) return known;
    const proxy = this.#builder.node('hub', -1);
    this.#proxies.set(id, proxy);
    this.whenFull(id, proxy, TRUE);
    return proxy;
  }

  #nodeOf(id: NodeId, isScope: boolean): number {
    const known = this.#nodes.get(id);
    if (known !== undefined) return known;
    const node = isScope ? this.#maker.scopeNode(id) : this.#maker.faceNode(id);
    this.#nodes.set(id, node);
    this.waiting.push(id);
    for (const [to, truth] of this.#pending.get(id) ?? []) this.#builder.edge(node, to, truth);
    this.#pending.delete(id);
    return node;
  }

  /** Makes what lies directly in something full full. */
  spread(id: NodeId, isScope: (id: NodeId) => boolean): void {
    const node = this.#nodes.get(id)!;
    for (const inner of this.#inside.get(id) ?? []) {
      this.#spread.add(inner);
      this.#builder.edge(node, this.#nodeOf(inner, isScope(inner)));
    }
  }
}
