/**
 * `@keyreach/gcp/offline`: everything of the Google Cloud adapter that needs no cloud SDK.
 */

export { gcpAccess } from './access/gcp-access.ts';
export { gcpConditionLanguage } from './authz/condition-language.ts';
export { gcpSemantics } from './authz/gcp-semantics.ts';
export { AUDIT_USAGE_FORMAT, readAuditUsage } from './bundle/audit-usage-file.ts';
export type * from './bundle/gcp-input.ts';
export * from './bundle/index.ts';
export { type AuditUsageOptions, withAuditUsage } from './bundle/with-audit-usage.ts';
export { type BlockedActions, blockedBy, boundaryStatement, canBlock } from './catalogue/boundary-statements.ts';
export {
  type BasicRole,
  basicRolePermissions,
  basicRoleStatements,
  type KnownPermission,
  knownPermission,
  knownPermissions,
  LEGACY_PERMISSIONS,
} from './catalogue/known-permissions.ts';
export type { PermissionKind } from './catalogue/permission-kind.ts';
export { canonicalPermission, deniablePatterns, deniedActions } from './catalogue/permission-names.ts';
export { linkFederation } from './normalize/federation-links.ts';
export {
  AUTHENTICATED_ID,
  GCP,
  PUBLIC_ID,
  scopeId,
  serviceAccountId,
  serviceAccountKeyId,
} from './normalize/gcp-ids.ts';
export { gcpNodeId } from './normalize/name-in-graph.ts';
export { type NormalizeOptions, normalizeGcp } from './normalize/normalize.ts';
export { addRecordedUse } from './normalize/recorded-use.ts';
export type { RecordedUseContext } from './normalize/recorded-use-context.ts';
export * from './remediate/index.ts';
export { gcpTechniques } from './techniques/gcp-techniques.ts';
export * from './techniques/index.ts';
export * from './usage/index.ts';
