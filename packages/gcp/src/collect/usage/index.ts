/** Use that is added up where the logs are. */
export type { AuditQueryOptions, GoogleRequest, RunningAuditQuery } from './audit-query.ts';
export {
  type AuditUsagePartOptions,
  type BigQueryPartOptions,
  bigQueryUsagePart,
  type LogAnalyticsPartOptions,
  logAnalyticsUsagePart,
} from './audit-usage-part.ts';
export {
  BIGQUERY_USAGE_PERMISSIONS,
  type BigQueryUsage,
  type BigQueryUsageOptions,
  queryAuditUsage,
} from './bigquery-usage.ts';
export { type SinkCoverage, type SinkTables, sinkCoverage } from './sink-coverage.ts';
