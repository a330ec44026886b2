import { type BundleFile, RECORD_FILE_LIMITS, type RecordFileLimits, readRecordFile } from '@keyreach/core/input';
import type { InputCollector } from './input-collector.ts';

/** Names of the lists that replies wrap records in: of assets.list, and of searches (gcp.md 4.2). */
const LISTS: readonly string[] = ['assets', 'results'];

/** The inventory of a large organization is some gigabytes; a record with metadata of a machine some megabytes. */
const LIMITS: RecordFileLimits = {
  ...RECORD_FILE_LIMITS,
  fileBytes: 64 * 1024 * 1024 * 1024,
  recordBytes: 16 * 1024 * 1024,
};

/** The end of a reply that is not the last one. */
const NEXT_PAGE =
  /\][ \t\r\n]{0,20},[ \t\r\n]{0,20}"nextPageToken"[ \t]{0,20}:[ \t]{0,20}"[^"]{1,900}"[ \t\r\n]{0,20}\}[ \t\r\n]{0,20}$/;

/**
 * Reads a file of the inventory, of any size, in bounded memory: records one after another, a list, or replies that wrap them;
 * packed or not. What is damaged is a gap and the rest counts.
 */
export async function readAssetFile({ path, shown }: BundleFile, collector: InputCollector): Promise<void> {
  const problems = collector.assetFile(shown);
  let records = 0;
  const { problems: damaged, firstProblem } = await readRecordFile(
    path,
    {
      lists: LISTS,
      take: (record, kind) => {
        records += 1;
        if (kind === 'value' && isEmptyReply(record)) return undefined;
        collector.asset(record, `record ${records}`, problems);
        return undefined;
      },
      end: (tail) => {
        if (!NEXT_PAGE.test(tail)) return;
        collector.assetsIncomplete();
        problems.report('nextPageToken', 'all pages');
      },
    },
    LIMITS,
  );
  if (damaged === 0) return;
  collector.assetsIncomplete();
  const more = damaged > 1 ? `; ${damaged - 1} more places of this file could not be read` : '';
  problems.line(`${firstProblem ?? 'it cannot be read'}${more}`);
}

/** `{}`, or a reply without any asset: how an empty list comes. */
function isEmptyReply(record: unknown): boolean {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return false;
  return Object.keys(record).every((key) => key === 'readTime' || key === 'nextPageToken');
}
