import type { AzureInput } from '../bundle/azure-input.ts';

/** What stands for the id of a tenant that nothing tells. */
export const UNKNOWN_TENANT = 'unknown';

/**
 * Id of the tenant that input is of, in lower case: as its directory says; else that of management groups, of most
 * subscriptions, of identities of resources. `unknown` where nothing tells.
 */
export function tenantOf(input: AzureInput): string {
  const sources: readonly (readonly (string | undefined)[])[] = [
    (input.organizations?.items ?? []).map(({ id }) => id),
    (input.managementGroups?.items ?? []).map(({ tenantId }) => tenantId),
    (input.subscriptions?.items ?? []).map(({ tenantId }) => tenantId),
    (input.resources?.items ?? []).map(({ identity }) => identity?.tenantId),
  ];
  for (const source of sources) {
    const most = mostOften(source);
    if (most !== undefined) return most;
  }
  return UNKNOWN_TENANT;
}

/** The most frequent id; of several the smallest, so that order does not matter. */
function mostOften(ids: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const id of ids) {
    if (id === undefined || id === '') continue;
    counts.set(id.toLowerCase(), (counts.get(id.toLowerCase()) ?? 0) + 1);
  }
  let best: string | undefined;
  for (const [id, count] of counts) {
    const most = best === undefined ? 0 : (counts.get(best) ?? 0);
    if (count > most || (count === most && best !== undefined && id < best)) best = id;
  }
  return best;
}
