import { parseArn } from '../bundle/arn.ts';
import type { TrailRow } from './trail-usage.ts';

/** Calls that change what a trail records; what it recorded before them nobody knows. */
const CHANGES: ReadonlySet<string> = new Set([
  'CreateTrail',
  'DeleteTrail',
  'PutEventSelectors',
  'StartLogging',
  'StopLogging',
  'UpdateTrail',
]);

/**
 * When the settings of a trail may last have been changed, as far as the rows tell: settings are known as they are now, and
 * prove nothing of the time before (aws.md 4.1). Rows do not name the trail, so that any change by its account counts;
 * for an organization trail that of any account, since its administration can be delegated.
 */
export function lastTrailChange(
  rows: readonly TrailRow[],
  { account, organization }: { readonly account: string; readonly organization: boolean },
): string | undefined {
  let latest: string | undefined;
  for (const { eventSource, eventName, principal, last } of rows) {
    if (eventSource !== 'cloudtrail' || last === undefined || !CHANGES.has(eventName)) continue;
    if (!organization && parseArn(principal)?.account !== account) continue;
    if (latest === undefined || last > latest) latest = last;
  }
  return latest;
}
