import type { NodeId } from '@keyreach/core/graph';

/** Longest id that is looked into. */
const LONGEST = 4_096;

const PROVIDERS = '/providers/';

/**
 * Nodes that govern what an id names, nearest first: the id itself, then the resources it is part of or that it extends, by its
 * path (docs/graph-azure.md, Scopes). Objects of the directory are part of nothing.
 *
 * @example
 * resourceHolders('/…/providers/microsoft.keyvault/vaults/v/secrets/s'); // [the same, '/…/providers/microsoft.keyvault/vaults/v']
 */
export function resourceHolders(id: string): readonly NodeId[] {
  if (id.length > LONGEST || !id.startsWith('/') || !id.includes(PROVIDERS)) return [id];
  const found: NodeId[] = [id];
  const parts = id.split('/');
  let at = parts.length;
  for (;;) {
    const provider = parts.lastIndexOf('providers', at - 1);
    if (provider < 0) return found;
    // `providers`, the namespace, and one type and name at least stay together.
    at = at - 2 >= provider + 4 ? at - 2 : provider;
    if (!parts.slice(0, at).includes('providers')) return found;
    found.push(parts.slice(0, at).join('/'));
  }
}
