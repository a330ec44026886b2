import type { NodeId } from '@keyreach/core/graph';
import { fieldText } from './field-values.ts';
import { GCP } from './gcp-ids.ts';
import type { NormalizeContext } from './normalize-context.ts';

/** Type of the assets that are API keys. */
export const API_KEY_TYPE = 'apikeys.googleapis.com/Key';

/**
 * Adds for every API key that is there the resource its string is read from: the key itself is a credential of the same name.
 * It `stores` the key, and runs as the account the key is bound to (gcp.md 2; 3.A, api-key-read).
 */
export function addApiKeyStrings(context: NormalizeContext): void {
  const { builder, nodes, directory, members } = context;
  for (const [key, { email, displayName }] of keysOf(context)) {
    const id = `${key}/keyString`;
    const scope = directory.scopeOfAsset({ name: key, assetType: API_KEY_TYPE, ancestors: [] });
    nodes.add({
      kind: 'resource',
      id,
      provider: GCP,
      type: API_KEY_TYPE,
      name: displayName ?? key.slice(key.lastIndexOf('/') + 1),
      ...(scope === undefined ? {} : { scope }),
      attributes: { conditionAttributes: true, bound: email !== undefined },
    });
    builder.edge({ type: 'stores', from: id, to: key });
    if (email !== undefined) builder.edge({ type: 'runs-as', from: id, to: members.serviceAccount(email) });
  }
}

interface KeyFacts {
  readonly email?: string;
  readonly displayName?: string;
  readonly deleted: boolean;
}

/** Keys of the list and of assets by id; what the list tells counts. */
function keysOf({ input, directory }: NormalizeContext): ReadonlyMap<NodeId, KeyFacts> {
  const found = new Map<NodeId, KeyFacts>();
  const add = (name: string, facts: { readonly [Key in keyof KeyFacts]: KeyFacts[Key] | undefined }): void => {
    const id = directory.canonicalId(name.startsWith('//') ? name : `//apikeys.googleapis.com/${name}`);
    const { email, displayName, deleted = false } = facts;
    if (found.has(id)) return;
    found.set(id, {
      deleted,
      ...(email === undefined ? {} : { email }),
      ...(displayName === undefined ? {} : { displayName }),
    });
  };
  const listed = [...(input.apiKeys?.items ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, serviceAccountEmail, displayName, deleteTime } of listed) {
    add(name, { email: serviceAccountEmail, displayName, deleted: deleteTime !== undefined });
  }
  const assets = (input.assets?.items ?? []).filter(({ assetType }) => assetType === API_KEY_TYPE);
  for (const { name, resource } of [...assets].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (resource === undefined) continue;
    const { data } = resource;
    const deleted = fieldText(data, 'deleteTime') !== undefined;
    add(name, { email: fieldText(data, 'serviceAccountEmail'), displayName: fieldText(data, 'displayName'), deleted });
  }
  return new Map([...found].filter(([, { deleted }]) => !deleted));
}
