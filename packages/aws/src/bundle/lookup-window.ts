import { isRecord, optionalTimestamp, type Report, readNestedStrings } from './shape.ts';

/** What replies of LookupEvents beside it show. */
export interface LookupWindow {
  readonly regions: readonly string[];
  readonly from: string;
  readonly to: string;
  /** Whether no page of these regions and this time is missing. */
  readonly complete: boolean;
}

/** Reads cloudtrail/lookup-events.json: `{ regions, from, to, complete }`. */
export function readLookupWindow(raw: unknown, report: Report): LookupWindow | undefined {
  if (!isRecord(raw)) {
    report('', 'an object with `regions`, `from`, `to` and `complete`');
    return undefined;
  }
  const regions = readNestedStrings(raw, 'regions', '', report);
  const from = optionalTimestamp(raw, 'from', '', report);
  const to = optionalTimestamp(raw, 'to', '', report);
  if (from === undefined || to === undefined || from > to) {
    report('', '`from` and `to`, dates in this order');
    return undefined;
  }
  if (regions.items.length === 0) {
    report('regions', 'an array of regions');
    return undefined;
  }
  return {
    regions: [...new Set(regions.items)].sort(),
    from,
    to,
    complete: raw['complete'] === true && regions.complete,
  };
}
