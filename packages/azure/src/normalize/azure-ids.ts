import type { NodeId } from '@keyreach/core/graph';

/** Name of this adapter in graphs. */
export const AZURE = 'azure';

/**
 * Id of a tenant, the scope of everything in its directory.
 *
 * @example
 * tenantId('11111111-2222-3333-4444-555555555555'); // 'entra:11111111-2222-3333-4444-555555555555'
 */
export function tenantId(tenant: string): NodeId {
  return `entra:${tenant.toLowerCase()}`;
}

/** Id of an object of a directory: user, group, service principal, application, administrative unit (by object id). */
export function entraId(tenant: string, objectId: string): NodeId {
  return `entra:${tenant.toLowerCase()}/${objectId.toLowerCase()}`;
}

/** Id of the root scope `/` of Azure Resource Manager in a tenant. */
export function armRootId(tenant: string): NodeId {
  return `azure:${tenant.toLowerCase()}/`;
}

/** Id of a management group, from its name. */
export function managementGroupId(name: string): NodeId {
  return `/providers/microsoft.management/managementgroups/${name.toLowerCase()}`;
}

/** Id of the policy and of the node of an Azure role definition. Only the last part of its id counts (azure.md 1.2). */
export function roleDefinitionId(id: string): NodeId {
  return `/providers/microsoft.authorization/roledefinitions/${id.slice(id.lastIndexOf('/') + 1).toLowerCase()}`;
}

/** Id of the policy and of the node of a role definition of a directory. */
export function directoryRoleId(tenant: string, id: string): NodeId {
  return `entra:${tenant.toLowerCase()}/roledefinitions/${id.toLowerCase()}`;
}

/**
 * Id of a credential (azure.md 2): of the object that owns it, and its key id or the id of the federated credential. Stable,
 * whatever else is in the input.
 */
export function credentialId(tenant: string, ownerObjectId: string, key: string): NodeId {
  return `azure:cred:${tenant.toLowerCase()}:${ownerObjectId.toLowerCase()}:${key.toLowerCase()}`;
}

/** Id of a static key of a resource: `key1` of a storage account. */
export function resourceKeyId(tenant: string, resource: string, key: string): NodeId {
  return `azure:cred:${tenant.toLowerCase()}:${resource.toLowerCase()}#${key.toLowerCase()}`;
}

/** Id of the attachment of a managed identity to a resource, by which code that runs there has its tokens. */
export function attachmentCredentialId(tenant: string, identityObjectId: string, resource: string): NodeId {
  return credentialId(tenant, identityObjectId, resource);
}

/** Id of the identity that a static key of a resource acts as: everything on the data plane of that resource. */
export function sharedKeyIdentityId(resource: string): NodeId {
  return `${resource.toLowerCase()}#sharedkey`;
}
