/**
 * `@keyreach/azure/offline`: everything of the Azure adapter that needs no cloud SDK.
 */

export type * from './bundle/azure-input.ts';
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
