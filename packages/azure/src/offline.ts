/**
 * `@keyreach/azure/offline`: everything of the Azure adapter that needs no cloud SDK.
 */

export { azureAccess } from './access/azure-access.ts';
export type { ActionMatching } from './authz/abac/action-matching.ts';
export { type AzureSemanticsOptions, azureSemantics, azureSemanticsWith } from './authz/azure-semantics.ts';
export * from './bundle/index.ts';
export {
  GRAPH_PERMISSIONS_AS_OF,
  type GraphPermission,
  graphPermission,
  graphPermissionIds,
} from './catalogue/graph-permissions.ts';
export { knownActions } from './catalogue/known-actions.ts';
export { mayReset, resetMatrix } from './catalogue/reset-matrix.ts';
export { denyStatements, roleStatements } from './catalogue/role-statements.ts';
export {
  AZURE,
  armRootId,
  attachmentCredentialId,
  credentialId,
  directoryRoleId,
  entraId,
  managementGroupId,
  resourceKeyId,
  roleDefinitionId,
  sharedKeyIdentityId,
  tenantId,
} from './normalize/azure-ids.ts';
export { linkAzureFederation } from './normalize/link-azure-federation.ts';
export { azureNodeId } from './normalize/name-in-graph.ts';
export type { NormalizeOptions } from './normalize/normalize.ts';
export { normalizeAzure } from './normalize/normalize.ts';
export * from './remediate/index.ts';
export { armTechniques, azureTechniques } from './techniques/azure-techniques.ts';
export * from './techniques/directory-index.ts';
export { type InertArmTechnique, inertArmTechniques } from './techniques/inert-arm-techniques.ts';
export * from './usage/index.ts';
