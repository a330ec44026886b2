import type { GraphNode, NodeId, ScopeNode } from './model.ts';
import { quoteText } from './quote-text.ts';

/** How many scopes may lie inside one another. Real trees have about ten levels; the bound is against hostile input. */
const maxScopeDepth = 100;

/**
 * The nodes whose `scope` cannot stand, each with the reason: it names something else, or it would make the scopes a
 * circle or nest them too deep. A circle is cut at the smallest id on it, whatever the order of the nodes.
 */
export function scopeProblems(nodes: ReadonlyMap<NodeId, GraphNode>): ReadonlyMap<NodeId, string> {
  const problems = new Map<NodeId, string>();
  const scopes: ScopeNode[] = [];
  for (const node of nodes.values()) {
    if (node.kind === 'scope') scopes.push(node);
    if (node.scope === undefined) continue;
    const container = nodes.get(node.scope);
    if (container !== undefined && container.kind !== 'scope') {
      problems.set(node.id, `${quoteText(node.scope)} is not a scope`);
    }
  }
  const parentOf = (node: GraphNode): GraphNode | undefined =>
    node.scope === undefined || problems.has(node.id) ? undefined : nodes.get(node.scope);
  cutCircles(scopes, parentOf, problems);
  cutDepth(scopes, parentOf, problems);
  return problems;
}

type ParentOf = (node: GraphNode) => GraphNode | undefined;

function cutCircles(scopes: readonly ScopeNode[], parentOf: ParentOf, problems: Map<NodeId, string>): void {
  const done = new Set<NodeId>();
  for (const start of scopes) {
    const chain: NodeId[] = [];
    const onChain = new Set<NodeId>();
    for (let node: GraphNode | undefined = start; node !== undefined && !done.has(node.id); node = parentOf(node)) {
      if (onChain.has(node.id)) {
        const [smallest = node.id] = chain.slice(chain.indexOf(node.id)).sort();
        problems.set(smallest, 'it lies inside itself by way of other scopes; the circle is cut here');
        break;
      }
      onChain.add(node.id);
      chain.push(node.id);
    }
    for (const id of chain) done.add(id);
  }
}

/** Only once no circle is left. */
function cutDepth(scopes: readonly ScopeNode[], parentOf: ParentOf, problems: Map<NodeId, string>): void {
  const depths = new Map<NodeId, number>();
  for (const start of scopes) {
    const chain: NodeId[] = [];
    let node: GraphNode | undefined = start;
    for (; node !== undefined && !depths.has(node.id); node = parentOf(node)) chain.push(node.id);
    let depth = node === undefined ? 0 : (depths.get(node.id) ?? 0);
    for (const id of chain.reverse()) {
      depth += 1;
      if (depth > maxScopeDepth) {
        problems.set(id, `it lies inside more than ${maxScopeDepth} scopes; the rest is cut off here`);
        depth = 1;
      }
      depths.set(id, depth);
    }
  }
}
