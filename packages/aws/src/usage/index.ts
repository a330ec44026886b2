/** Recorded use: rows of recorded calls, which IAM actions the calls needed, and which actions the records can show. */
export { actionsOfEvent, type EventActions, type NeededAction, possibleActionsOfEvent } from './event-actions.ts';
export type { ActionRule, ActionTarget, RequestMark } from './event-rules.ts';
export { isGlobalSource } from './global-sources.ts';
export { type LogVisibility, visibilityOf } from './log-visibility.ts';
export { type ReadTrailOptions, readTrailFiles, type TrailFilesUsage, type TrailProgress } from './trail-files.ts';
export { compareTrailRows } from './trail-row-order.ts';
export { trailSql } from './trail-sql.ts';
export { type QueryRow, type QueryRows, rowsOfQuery } from './trail-sql-rows.ts';
export type { AthenaPartitions, AthenaTable, LakeStore, TrailSqlSource } from './trail-sql-source.ts';
export {
  CHAIN_LIMIT,
  RESOURCE_LIMIT,
  type TrailCoverage,
  type TrailMark,
  type TrailRow,
  type TrailUsage,
} from './trail-usage.ts';
export { useToldBy } from './use-told-by.ts';
