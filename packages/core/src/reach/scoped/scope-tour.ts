import type { GraphIndex } from '../../graph/graph-index.ts';
import type { NodeId, Provider } from '../../graph/model.ts';

/** What the nodes of a graph lie in. */
export interface TreeOfNodes {
  readonly graph: GraphIndex;
  /** The resource that a resource lies in; undefined where it lies in a scope or nowhere. */
  readonly resourceAround: (id: NodeId) => NodeId | undefined;
}

/**
 * The scopes, identities and resources of one provider in an order in which everything at or below a node is one run: a walk
 * round the tree of scopes, and of resources in resources; what has nothing in it comes directly before what has, all by id.
 */
export class ScopeTour {
  readonly #first: Map<NodeId, number> = new Map();
  /** Of nodes with something in them: the place after the last node below. */
  readonly #end: Map<NodeId, number> = new Map();

  constructor({ graph, resourceAround }: TreeOfNodes, provider: Provider) {
    const inside = new Map<NodeId | undefined, NodeId[]>();
    const isScope = (id: NodeId | undefined): id is NodeId => id !== undefined && graph.node(id)?.kind === 'scope';
    for (const { id, kind, scope, provider: of } of graph.graph.nodes) {
      if (of !== provider || kind === 'credential') continue;
      const around = kind === 'resource' ? resourceAround(id) : undefined;
      listIn(inside, around ?? (isScope(scope) ? scope : undefined)).push(id);
    }
    let place = 0;
    // Nodes that wait for their turn, and marks for the ends of those that have begun; no recursion, trees may be deep.
    const waiting: { readonly id: NodeId; readonly ends: boolean }[] = [];
    const enter = (around: NodeId | undefined): void => {
      const containing: NodeId[] = [];
      for (const id of (inside.get(around) ?? []).sort()) {
        if (inside.has(id)) {
          containing.push(id);
          continue;
        }
        this.#first.set(id, place);
        place += 1;
      }
      for (const id of containing.reverse()) waiting.push({ id, ends: false });
    };
    enter(undefined);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.ends) {
        this.#end.set(next.id, place);
        continue;
      }
      this.#first.set(next.id, place);
      place += 1;
      waiting.push({ id: next.id, ends: true });
      enter(next.id);
    }
  }

  /** Where a node stands; undefined for nodes of other providers, and credentials. */
  placeOf(id: NodeId): number | undefined {
    return this.#first.get(id);
  }

  /** The places of a node and everything below it, the end left out. */
  runOf(id: NodeId): readonly [from: number, to: number] | undefined {
    const from = this.#first.get(id);
    return from === undefined ? undefined : [from, this.#end.get(id) ?? from + 1];
  }
}

function listIn<Key, Value>(map: Map<Key, Value[]>, key: Key): Value[] {
  let list = map.get(key);
  if (list === undefined) {
    list = [];
    map.set(key, list);
  }
  return list;
}
