import { isRecord, optionalTimestamp, type Report, readNestedStrings } from '@keyreach/core/input';

/** What logs beside it show: replies of LookupEvents, or files of trails that a collector fetched. */
export interface LookupWindow {
  readonly regions: readonly string[];
  readonly from: string;
  readonly to: string;
  /** Whether no page or file of these regions and this time is missing. */
  readonly complete: boolean;
  /** Set where there is nothing in any other region. */
  readonly all?: true;
}

/** Reads cloudtrail/lookup-events.json and cloudtrail/trail-files.json: `{ regions, from, to, complete, all }`. */
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
    ...(raw['all'] === true ? { all: true } : {}),
  };
}
