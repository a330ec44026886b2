import type { NodeId } from '@keyreach/core/graph';
import { resourceHolders } from '../authz/resource-holders.ts';
import { TagDirectory } from './effective-tags.ts';
import { serviceAccountId } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { kindOf } from './project-directory.ts';
import { namedByNumber, TaggedResources } from './tagged-resources.ts';

/**
 * Notes the tags of every node: its own, and those of what is above it (gcp.md 1.7). Where one is bound to a number that no
 * resource is known by, nobody knows those of the resources of which it may be one.
 */
export function addTags({ input, nodes, directory, accounts }: NormalizeContext): void {
  const named = new TaggedResources(input.assets?.items ?? [], directory);
  const canonical = (name: string): NodeId => {
    const account = accounts.read(name);
    return account?.rest === '' ? serviceAccountId(account.email) : named.idOf(name);
  };
  const above = new Map<NodeId, NodeId>();
  const resources = (input.assets?.items ?? []).filter(({ assetType }) => kindOf(assetType) === undefined);
  const ids = new Set(resources.map(({ name }) => canonical(name)));
  for (const asset of resources) {
    const id = canonical(asset.name);
    const around = resourceHolders(id).find((one) => one !== id && ids.has(one)) ?? directory.scopeOfAsset(asset);
    if (around !== undefined) above.set(id, around);
  }
  for (const { id, parent } of directory.scopes) if (parent !== undefined) above.set(id, parent);
  const tags = new TagDirectory(
    input.assets?.items ?? [],
    input.assets?.complete === true,
    input.effectiveTags?.items,
    canonical,
    (id) => above.get(id),
  );
  const known = new Set([...above.keys(), ...[...directory.scopes].map(({ id }) => id)]);
  const unsure = new Set(tags.bound.flatMap((id) => (known.has(id) ? [] : (namedByNumber(id) ?? []))));
  for (const id of known) {
    if (unsure.size > 0 && unsure.has(id.slice(0, id.lastIndexOf('/') + 1))) continue;
    const effective = tags.of(id);
    if (effective === undefined) continue;
    const { tags: names, tagKeys, tagValues } = effective;
    const attributes = {
      ...(tagKeys === undefined || tagKeys.length === 0 ? {} : { tagKeys: [...tagKeys] }),
      ...(tagValues === undefined || tagValues.length === 0 ? {} : { tagValues: [...tagValues] }),
    };
    nodes.note(id, { attributes, ...(names === undefined ? {} : { tags: names }) });
  }
}
