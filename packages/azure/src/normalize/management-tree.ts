import type { NodeId } from '@keyreach/core/graph';
import type { AzureInput } from '../bundle/azure-input.ts';
import { armScope } from './arm-scope.ts';
import { managementGroupId } from './azure-ids.ts';

/** Which management group each management group and subscription lies in, as far as the input tells. */
export interface ManagementTree {
  /** Ids of all management groups that are named, sorted. */
  readonly groups: readonly NodeId[];
  /** Nearest group around a group or subscription, by ids of nodes. */
  readonly parents: ReadonlyMap<NodeId, NodeId>;
  /** The root group, whose name is the id of the tenant, where it is named. */
  readonly root?: NodeId;
  /** Groups whose chain of parents comes back to them; they are taken to lie below the root. */
  readonly circles: readonly NodeId[];
}

/**
 * Reads the tree from all that tells of it: parents of groups, their children, chains of subscriptions (azure.md 4.1, 4.3). Where two
 * places disagree the parent whose id is smaller counts, so that order does not matter.
 */
export function managementTree(input: AzureInput, tenant: string): ManagementTree {
  const groups = new Set<NodeId>();
  const parents = new Map<NodeId, NodeId>();
  const groupOf = (text: string): NodeId => armScope(text, tenant)?.id ?? managementGroupId(text);
  const put = (child: NodeId, parent: NodeId): void => {
    if (child === parent) return;
    const known = parents.get(child);
    if (known === undefined || parent < known) parents.set(child, parent);
  };
  for (const { id, parentId, children } of input.managementGroups?.items ?? []) {
    const own = groupOf(id);
    groups.add(own);
    if (parentId !== undefined && parentId !== '') {
      groups.add(groupOf(parentId));
      put(own, groupOf(parentId));
    }
    for (const child of children ?? []) {
      const scope = armScope(child.id, tenant);
      if (scope === undefined) continue;
      if (scope.kind === 'management-group') groups.add(scope.id);
      if (scope.kind === 'management-group' || scope.kind === 'subscription') put(scope.id, own);
    }
  }
  for (const { subscriptionId, managementGroups = [] } of input.subscriptions?.items ?? []) {
    let child: NodeId = `/subscriptions/${subscriptionId.toLowerCase()}`;
    for (const name of managementGroups) {
      const group = groupOf(name);
      groups.add(group);
      put(child, group);
      child = group;
    }
  }
  const root = managementGroupId(tenant);
  const circles = circlesOf(groups, parents);
  for (const one of circles) parents.delete(one);
  if (groups.has(root)) {
    parents.delete(root);
    for (const one of groups) if (one !== root && !parents.has(one)) parents.set(one, root);
  }
  return { groups: [...groups].sort(), parents, circles, ...(groups.has(root) ? { root } : {}) };
}

/** Members of circles, sorted. Each chain is followed once. */
function circlesOf(groups: ReadonlySet<NodeId>, parents: ReadonlyMap<NodeId, NodeId>): readonly NodeId[] {
  const done = new Set<NodeId>();
  const found: NodeId[] = [];
  for (const start of groups) {
    const chain: NodeId[] = [];
    const onChain = new Set<NodeId>();
    let at: NodeId | undefined = start;
    while (at !== undefined && !done.has(at) && !onChain.has(at)) {
      chain.push(at);
      onChain.add(at);
      at = parents.get(at);
    }
    if (at !== undefined && onChain.has(at)) found.push(...chain.slice(chain.indexOf(at)));
    for (const one of chain) done.add(one);
  }
  return found.sort();
}
