import type { GraphNode } from '../graph/model.ts';

const ownerTags: ReadonlySet<string> = new Set(['owner', 'team', 'contact', 'serviceowner']);
const noOwner: ReadonlySet<string> = new Set(['', 'tbd', 'none', 'n/a', 'na', 'todo', 'unknown']);

/**
 * Whether somebody is named as owner of a node by its tags (findings 6.3, rank 2): `no` where tags are collected and
 * none names one, `unknown` where one is named but no list of people says that he is there, or tags were not collected.
 */
export function ownerState(node: GraphNode): 'no' | 'unknown' {
  if (node.tags === undefined) return 'unknown';
  for (const [key, value] of Object.entries(node.tags)) {
    const name = key.toLowerCase().replaceAll('-', '').replaceAll('_', '').replaceAll(' ', '');
    if (ownerTags.has(name) && !noOwner.has(value.trim().toLowerCase())) return 'unknown';
  }
  return 'no';
}
