import { tenantOf, UNKNOWN_TENANT } from '../normalize/tenant-of.ts';
import type { AzureInput } from './azure-input.ts';
import { mergeAzureInputs } from './merge-inputs.ts';

/**
 * Inputs by tenant, those of each tenant joined, in the order of tenants: a graph is of one tenant. What tells no tenant, such as logs,
 * belongs to the only one there is, else it stays by itself.
 */
export function azureTenantInputs(inputs: readonly AzureInput[]): readonly AzureInput[] {
  const byTenant = new Map<string, AzureInput[]>();
  for (const input of inputs) {
    const tenant = tenantOf(input);
    byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), input]);
  }
  const unknown = byTenant.get(UNKNOWN_TENANT);
  const known = [...byTenant].filter(([tenant]) => tenant !== UNKNOWN_TENANT);
  const [only] = known;
  if (unknown !== undefined && only !== undefined && known.length === 1) {
    return [mergeAzureInputs([...only[1], ...unknown])];
  }
  return [...byTenant].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, group]) => mergeAzureInputs(group));
}
