import { promises as fs } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Gap } from '@keyreach/core/graph';
import {
  type BundleFile,
  EventIdSet,
  eventIdMemory,
  type RecordFileOutcome,
  readRecordFile,
} from '@keyreach/core/input';
import type { GcpAuditUsage } from '../bundle/gcp-input.ts';
import { AuditAggregation, type SeenEntries } from './audit-aggregation.ts';

/** How far the reading of log files has come. */
export interface AuditProgress {
  readonly files: number;
  readonly allFiles: number;
  /** Bytes of JSON that were read. */
  readonly bytes: number;
}

/** What {@link readAuditFiles} takes. */
export interface ReadAuditOptions {
  /** Told after every file. */
  readonly onProgress?: (progress: AuditProgress) => void;
  readonly signal?: AbortSignal;
}

/** Use that log files recorded. */
export interface AuditFilesUsage extends GcpAuditUsage {
  /** First and last time of the entries, by `container log`: `projects/p activity`. */
  readonly seen: ReadonlyMap<string, SeenEntries>;
  /** Files of which not everything could be read, in order: the silence of such a file proves nothing. */
  readonly damaged: readonly string[];
  readonly gaps: readonly Gap[];
}

/** Name of this source in graphs. */
export const AUDIT_FILES = 'audit-logs';

/** Most damaged files that are told one by one. */
const MOST_GAPS = 100;

/** Fewest bytes on disk that an entry has taken, packed and not; ids of the entries are remembered. */
const PACKED_ENTRY = 100;
const PLAIN_ENTRY = 500;

/**
 * Reads files of audit logs and adds them up into rows (`docs/usage-gcp.md`): entries one a line as a sink writes them, a list,
 * one entry, or replies of `entries.list`; packed or not, in bounded memory, one file after another. What is damaged
 * becomes a gap and the rest counts. Entries of other logs are passed over. `coverage` is empty: files do not tell what
 * is missing.
 *
 * @throws The reason of `signal` where it is aborted.
 */
export async function readAuditFiles(
  files: readonly BundleFile[],
  { onProgress, signal }: ReadAuditOptions = {},
): Promise<AuditFilesUsage> {
  const sorted = [...files].sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
  const ids = new EventIdSet(eventIdMemory(await entriesIn(sorted)));
  const aggregation = new AuditAggregation(ids);
  const outcomes: { readonly file: BundleFile; readonly outcome: RecordFileOutcome }[] = [];
  let bytes = 0;
  for (const [index, file] of sorted.entries()) {
    signal?.throwIfAborted();
    const outcome = await readRecordFile(file.path, {
      lists: ['entries'],
      take: (entry) =>
        aggregation.take(entry) === 'unusable'
          ? 'an entry of an audit log with `logName`, `timestamp` and `protoPayload`'
          : undefined,
    });
    bytes += outcome.bytes;
    if (outcome.problems > 0) outcomes.push({ file, outcome });
    onProgress?.({ files: index + 1, allFiles: sorted.length, bytes });
    // Lets the signal and timers of the program get a word in.
    await setImmediate();
  }
  return {
    source: AUDIT_FILES,
    rows: aggregation.rows(),
    coverage: [],
    auditConfigChanges: aggregation.auditConfigChanges(),
    seen: aggregation.seen(),
    damaged: outcomes.map(({ file }) => file.shown),
    gaps: [...outcomes.slice(0, MOST_GAPS).map(damagedGap), ...manyGaps(outcomes.length), ...fullGaps(ids)],
  };
}

async function entriesIn(files: readonly BundleFile[]): Promise<number> {
  let entries = 0;
  for (const { path } of files) {
    const size = (await fs.stat(path).catch(() => undefined))?.size ?? 0;
    entries += size / (path.endsWith('.gz') ? PACKED_ENTRY : PLAIN_ENTRY);
  }
  return entries;
}

function damagedGap({ file, outcome }: { readonly file: BundleFile; readonly outcome: RecordFileOutcome }): Gap {
  const { firstProblem = '', problems } = outcome;
  const more = problems > 1 ? `; ${problems - 1} more places of this file could not be read` : '';
  return {
    scope: file.shown,
    what: 'audit logs',
    why: `${firstProblem}${more}`,
    file: file.shown,
    kind: 'bad-input',
  };
}

function manyGaps(damaged: number): readonly Gap[] {
  if (damaged <= MOST_GAPS) return [];
  const why = `${damaged - MOST_GAPS} more files could not be read as a whole`;
  return [{ scope: AUDIT_FILES, what: 'audit logs', why, kind: 'bad-input' }];
}

function fullGaps({ isFull }: EventIdSet): readonly Gap[] {
  if (!isFull) return [];
  const why = 'too many entries to find those that were delivered twice; counts may be too high';
  const fix = 'add the logs up in BigQuery or Log Analytics';
  return [{ scope: AUDIT_FILES, what: 'audit logs', why, fix, kind: 'not-collected' }];
}
