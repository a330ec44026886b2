import type { GraphBuilder, GraphNode, Json, NodeId } from '@keyreach/core/graph';

/** Facts of a node that another step than the one that adds it knows. */
export interface FurtherFacts {
  readonly attributes?: Readonly<Record<string, Json>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Adds nodes together with what was noted of them before. */
export class NodeFacts {
  readonly #builder: GraphBuilder;
  readonly #noted = new Map<NodeId, FurtherFacts>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  /** Notes facts of a node that will be added later. What is noted later of the same attribute counts. */
  note(id: NodeId, { attributes, tags }: FurtherFacts): void {
    const before = this.#noted.get(id);
    const all = { ...before?.attributes, ...attributes };
    const merged = tags === undefined ? before?.tags : { ...before?.tags, ...tags };
    this.#noted.set(id, { attributes: all, ...(merged === undefined ? {} : { tags: merged }) });
  }

  /** Adds a node with everything that was noted of it; what the node itself says counts first. */
  add(node: GraphNode): void {
    const noted = this.#noted.get(node.id);
    if (noted === undefined) {
      this.#builder.node(node);
      return;
    }
    const attributes = { ...noted.attributes, ...node.attributes };
    const tags = noted.tags === undefined && node.tags === undefined ? undefined : { ...noted.tags, ...node.tags };
    this.#builder.node({
      ...node,
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
      ...(tags === undefined ? {} : { tags }),
    });
  }
}
