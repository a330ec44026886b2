/**
 * `@keyreach/azure/offline`: everything of the Azure adapter that needs no cloud SDK.
 */

export { azureSemantics } from './authz/azure-semantics.ts';
export type * from './bundle/azure-input.ts';
export { knownActions } from './catalogue/known-actions.ts';
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
export type { NormalizeOptions } from './normalize/normalize.ts';
export { normalizeAzure } from './normalize/normalize.ts';
