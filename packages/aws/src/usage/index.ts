export { type ReadTrailOptions, readTrailFiles, type TrailFilesUsage, type TrailProgress } from './trail-files.ts';
export { compareTrailRows } from './trail-row-order.ts';
export {
  CHAIN_LIMIT,
  RESOURCE_LIMIT,
  type TrailCoverage,
  type TrailMark,
  type TrailRow,
  type TrailUsage,
} from './trail-usage.ts';
