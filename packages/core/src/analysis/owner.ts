import type { GraphNode } from '../graph/model.ts';

const ownerTags: ReadonlySet<string> = new Set(['owner', 'team', 'contact', 'serviceowner']);
const noOwner: ReadonlySet<string> = new Set(['', 'tbd', 'none', 'n/a', 'na', 'todo', 'unknown']);

/**
 * Whether somebody is named as owner of a node by its tags, or by the directory that it is an object of (findings 6.3, ranks 2
 * and 3): `no` where tags are collected, or the owners of an object that has no tags (attribute `ownerless`), and none is named;
 * `unknown` where one is named but no list of people says that he is there, or neither was collected.
 */
export function ownerState(node: GraphNode): 'no' | 'unknown' {
  if (node.tags === undefined) return node.attributes?.['ownerless'] === true ? 'no' : 'unknown';
  for (const [key, value] of Object.entries(node.tags)) {
    const name = key.toLowerCase().replaceAll('-', '').replaceAll('_', '').replaceAll(' ', '');
    if (ownerTags.has(name) && !noOwner.has(value.trim().toLowerCase())) return 'unknown';
  }
  return 'no';
}
