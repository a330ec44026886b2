/** Recorded use: rows of audit log entries, and what logs can show. */
export {
  AUDIT_FILES,
  type AuditFilesUsage,
  type AuditProgress,
  type ReadAuditOptions,
  readAuditFiles,
} from './audit-files.ts';
export { AUDIT_RESOURCE_LIMIT, compareAuditRows } from './audit-row-order.ts';
export { type AuditLogView, type AuditSinkTables, type AuditSqlSource, auditSql } from './audit-sql.ts';
export { type AuditQueryRow, type AuditQueryRows, rowsOfAuditQuery } from './audit-sql-rows.ts';
export {
  type DataAccessType,
  type PermissionVisibility,
  visibilityOf as permissionVisibility,
} from './permission-visibility.ts';
export { gcpUseToldBy } from './use-told-by.ts';
