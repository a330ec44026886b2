import { FALSE, type ResourceFacts, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { NodeId } from '@keyreach/core/graph';

/**
 * Whether a resource is one of some nodes or lies below one. Where the input does not tell what stands above its topmost
 * scope, a folder or organization may: that is unknown, not outside.
 */
export function isUnder(resource: ResourceFacts, nodes: ReadonlySet<NodeId>): Truth {
  const node = resource.node;
  if (nodes.has(resource.id)) return TRUE;
  if (node === undefined) return nodes.size === 0 ? FALSE : UNKNOWN;
  if (nodes.has(node.id) || resource.scopes.some(({ id }) => nodes.has(id))) return TRUE;
  const around = node.kind === 'scope' ? [node, ...resource.scopes] : resource.scopes;
  const top = around.at(-1);
  if (top?.type === 'organization') return FALSE;
  const above = top === undefined ? ANYTHING : top.type === 'folder' || top.type === 'project' ? ABOVE : ANYTHING;
  return [...nodes].some((id) => above.some((prefix) => id.startsWith(prefix))) ? UNKNOWN : FALSE;
}

/** Beginnings of ids of what can stand above a project or folder. */
const ABOVE: readonly string[] = [
  '//cloudresourcemanager.googleapis.com/folders/',
  '//cloudresourcemanager.googleapis.com/organizations/',
];
const ANYTHING: readonly string[] = [''];
