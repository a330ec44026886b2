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
import type { AzureInput, AzureRecordedUse } from '../bundle/azure-input.ts';
import { LogAggregation } from './log-aggregation.ts';
import { armUse, graphUse, type ReadUse, signInUse } from './log-use.ts';

/** How far the reading of log files has come. */
export interface LogProgress {
  readonly files: number;
  readonly allFiles: number;
}

/** What {@link withRecordedUse} takes. */
export interface RecordedUseOptions {
  /** Told after every file. */
  readonly onProgress?: (progress: LogProgress) => void;
  readonly signal?: AbortSignal;
}

/** A kind of log files. */
interface LogKind {
  readonly key: 'activityLogs' | 'signInLogs' | 'graphActivityLogs';
  readonly source: string;
  readonly what: string;
  readonly expected: string;
  readonly use: (record: unknown) => ReadUse;
}

const KINDS: readonly LogKind[] = [
  {
    key: 'activityLogs',
    source: 'activity-logs',
    what: 'activity logs',
    expected: 'a record of the Activity Log with an operation, a status and a time',
    use: armUse,
  },
  {
    key: 'signInLogs',
    source: 'sign-in-logs',
    what: 'sign-in logs',
    expected: 'a sign-in with a time',
    use: signInUse,
  },
  {
    key: 'graphActivityLogs',
    source: 'graph-activity-logs',
    what: 'logs of calls of Microsoft Graph',
    expected: 'a call with `RequestMethod`, `RequestUri`, `ResponseStatusCode` and a time',
    use: graphUse,
  },
];

/** Names of lists that records stand in: diagnostic settings, the APIs. */
const LISTS = ['records', 'value'];

/** Fewest bytes on disk that a record has taken, packed and not; ids of calls are remembered. */
const PACKED_RECORD = 100;
const PLAIN_RECORD = 500;

/** Most damaged files that are told one by one. */
const MOST_GAPS = 100;

/**
 * Reads the log files that an input only names, and adds the use they recorded to its `recordedUse`. A step of its own, since logs may
 * be large: without it nothing is known of them. To be called once, when all inputs are joined. Files do not tell what is missing
 * from them, so that what is not in them proves nothing; what is damaged is a gap, and the rest counts.
 *
 * @throws The reason of `signal` where it is aborted.
 * @example
 * ```ts
 * const input = await withRecordedUse(await readAzureInput('./bundle'));
 * ```
 */
export async function withRecordedUse(input: AzureInput, options: RecordedUseOptions = {}): Promise<AzureInput> {
  const allFiles = KINDS.reduce((sum, { key }) => sum + input[key].length, 0);
  if (allFiles === 0) return input;
  const found: AzureRecordedUse[] = [];
  const gaps: Gap[] = [];
  let files = 0;
  for (const kind of KINDS) {
    if (input[kind.key].length === 0) continue;
    const read = await readLogs(kind, input[kind.key], options, () => {
      files += 1;
      options.onProgress?.({ files, allFiles });
    });
    found.push({ source: kind.source, rows: read.rows, coverage: [] });
    gaps.push(...read.gaps);
  }
  return {
    ...input,
    activityLogs: [],
    signInLogs: [],
    graphActivityLogs: [],
    recordedUse: [...input.recordedUse, ...found],
    gaps: [...input.gaps, ...gaps],
  };
}

async function readLogs(
  { source, what, expected, use }: LogKind,
  files: readonly BundleFile[],
  { signal }: RecordedUseOptions,
  onFile: () => void,
): Promise<{ readonly rows: AzureRecordedUse['rows']; readonly gaps: readonly Gap[] }> {
  const sorted = [...files].sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
  const calls = new EventIdSet(eventIdMemory(await recordsIn(sorted)));
  const aggregation = new LogAggregation(calls);
  const damaged: { readonly file: BundleFile; readonly outcome: RecordFileOutcome }[] = [];
  for (const file of sorted) {
    signal?.throwIfAborted();
    const outcome = await readRecordFile(file.path, {
      lists: LISTS,
      take: (record) => {
        const read = use(record);
        if (read === 'unusable') return expected;
        if (read !== 'other') aggregation.take(read);
        return undefined;
      },
    });
    if (outcome.problems > 0) damaged.push({ file, outcome });
    onFile();
    // Lets the signal and timers of the program get a word in.
    await setImmediate();
  }
  const silent: Gap = {
    scope: source,
    what,
    why: 'nothing tells what is missing from the files, so that what is not in them proves nothing',
    fix: 'add up the logs in Log Analytics, with what they cover',
    kind: 'not-collected',
  };
  const more = damaged.length - MOST_GAPS;
  return {
    rows: aggregation.rows(),
    gaps: [
      ...damaged.slice(0, MOST_GAPS).map((one) => damagedGap(one, what)),
      ...(more > 0 ? [{ ...silent, why: `${more} more files could not be read as a whole` }] : []),
      ...(calls.isFull
        ? [{ ...silent, why: 'too many records to find those that were delivered twice; counts may be too high' }]
        : []),
      silent,
    ],
  };
}

async function recordsIn(files: readonly BundleFile[]): Promise<number> {
  let records = 0;
  for (const { path } of files) {
    const size = (await fs.stat(path).catch(() => undefined))?.size ?? 0;
    records += size / (path.endsWith('.gz') ? PACKED_RECORD : PLAIN_RECORD);
  }
  return records;
}

function damagedGap(
  { file, outcome }: { readonly file: BundleFile; readonly outcome: RecordFileOutcome },
  what: string,
): Gap {
  const { firstProblem = '', problems } = outcome;
  const more = problems > 1 ? `; ${problems - 1} more places of this file could not be read` : '';
  return { scope: file.shown, what, why: `${firstProblem}${more}`, file: file.shown, kind: 'bad-input' };
}
