export type { AthenaUsageOptions } from './athena-usage.ts';
export type { LakeUsageOptions } from './lake-usage.ts';
export type { LookupEventsOptions } from './lookup-events.ts';
export { reducedRecord } from './reduced-record.ts';
export type { TrailDownloadOptions } from './trail-download.ts';
export {
  athenaUsagePart,
  LAST_ACCESSED_PART,
  lakeUsagePart,
  lookupEventsPart,
  TRAIL_SETTINGS_PART,
  trailDownloadPart,
} from './usage-parts.ts';
