import { type Graph, GraphBuilder, type Timestamp } from '@keyreach/core/graph';
import type { AzureInput } from '../bundle/azure-input.ts';
import { addDenyAssignments } from './add-deny-assignments.ts';
import { addResourceKeys } from './add-resource-keys.ts';
import { addResources } from './add-resources.ts';
import { addRoleAssignments } from './add-role-assignments.ts';
import { addScopes } from './add-scopes.ts';
import { addVaultPolicies } from './add-vault-policies.ts';
import { CredentialLastUse } from './credential-last-use.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { PrincipalRegister } from './principal-register.ts';
import { tenantOf } from './tenant-of.ts';

/** What a normalisation needs beside the input. */
export interface NormalizeOptions {
  /** RFC 3339; expiry is told relative to it. */
  readonly now: Timestamp;
}

/**
 * Makes a graph of Azure input (docs/graph-azure.md). Pure: equal input and `now` give an equal graph, whatever the order of
 * the lists in it. Nothing here throws because of data; what the input lacks or says wrongly is a gap.
 *
 * @example
 * ```ts
 * const graph = normalizeAzure(await readAzureInput('./bundle'), { now: '2026-01-01T00:00:00.000Z' });
 * ```
 */
export function normalizeAzure(input: AzureInput, { now }: NormalizeOptions): Graph {
  const builder = new GraphBuilder();
  const tenant = tenantOf(input);
  const context: NormalizeContext = {
    input,
    builder,
    tenant,
    principals: new PrincipalRegister(tenant),
    lastUse: new CredentialLastUse(input),
    now,
  };
  for (const gap of input.gaps) builder.gap(gap);
  addScopes(context);
  addResources(context);
  addRoleAssignments(context);
  addDenyAssignments(context);
  addVaultPolicies(context);
  addResourceKeys(context);
  return builder.build();
}
