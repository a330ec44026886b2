import { type Graph, GraphBuilder, type Timestamp } from '@keyreach/core/graph';
import type { AzureInput } from '../bundle/azure-input.ts';
import { addAdministrativeUnits } from './add-administrative-units.ts';
import { addAppCredentials } from './add-app-credentials.ts';
import { addAppRoles } from './add-app-roles.ts';
import { addApplications } from './add-applications.ts';
import { addDelegatedGrants } from './add-delegated-grants.ts';
import { addDenyAssignments } from './add-deny-assignments.ts';
import { addDirectoryAssignments } from './add-directory-assignments.ts';
import { addDirectoryRoles } from './add-directory-roles.ts';
import { addFederatedCredentials } from './add-federated-credentials.ts';
import { addGroups } from './add-groups.ts';
import { addNamedPrincipals } from './add-named-principals.ts';
import { addResourceKeys } from './add-resource-keys.ts';
import { addResources } from './add-resources.ts';
import { addRoleAssignments } from './add-role-assignments.ts';
import { addScopes } from './add-scopes.ts';
import { addServicePrincipals } from './add-service-principals.ts';
import { addTenant } from './add-tenant.ts';
import { addUsers } from './add-users.ts';
import { addVaultPolicies } from './add-vault-policies.ts';
import { ApplicationDirectory } from './application-directory.ts';
import { ArmScopes } from './arm-scope.ts';
import { CredentialLastUse } from './credential-last-use.ts';
import { DirectoryFacts } from './directory-facts.ts';
import { DistinctRecords } from './distinct-records.ts';
import { namedScopes } from './named-scopes.ts';
import type { NormalizeContext } from './normalize-context.ts';
import { PrincipalRegister } from './principal-register.ts';
import { addRecordedUse } from './recorded-use.ts';
import { registerDirectory } from './register-directory.ts';
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
  const scopes = new ArmScopes(tenant);
  const context: NormalizeContext = {
    input,
    builder,
    tenant,
    scopes,
    named: namedScopes({ input, scopes }),
    distinct: new DistinctRecords(),
    principals: new PrincipalRegister(tenant),
    lastUse: new CredentialLastUse(input),
    now,
  };
  for (const gap of input.gaps) builder.gap(gap);
  registerDirectory(context);
  const applications = new ApplicationDirectory(context);
  const facts = new DirectoryFacts(context);
  addTenant(context);
  addAdministrativeUnits(context);
  addUsers(context, facts);
  addGroups(context, facts);
  addServicePrincipals(context, applications, facts);
  addApplications(context, applications);
  addDirectoryRoles(context);
  addDirectoryAssignments(context);
  addAppRoles(context, applications);
  addDelegatedGrants(context, applications);
  addScopes(context);
  addResources(context);
  addRoleAssignments(context);
  addDenyAssignments(context);
  addVaultPolicies(context);
  addResourceKeys(context);
  addAppCredentials(context, applications);
  addFederatedCredentials(context, applications);
  addNamedPrincipals(context);
  addRecordedUse(context);
  return builder.build();
}
