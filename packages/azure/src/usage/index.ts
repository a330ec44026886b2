/** Recorded use: rows of logs, and what logs can show. */
export { permissionsOfGraphCall } from './graph-call-permissions.ts';
export { type KqlKind, type KqlPeriod, kqlRecords, rowsOfKql, usageKql } from './kql.ts';
export { type LogProgress, type RecordedUseOptions, withRecordedUse } from './log-files.ts';
export { azureUseToldBy } from './use-told-by.ts';
