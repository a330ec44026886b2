import { promises as fs } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type Gap, KeyreachError, type Timestamp } from '@keyreach/core/graph';
import { BundleFiles, EventIdSet, eventIdMemory, type RecordFileOutcome } from '@keyreach/core/input';
import { isLogName } from './log-name.ts';
import { TrailAggregation } from './trail-aggregation.ts';
import { readTrailFile } from './trail-file.ts';
import { canStartThreads, readInThreads, type TrailFile, threadsFor } from './trail-threads.ts';
import type { TrailUsage } from './trail-usage.ts';

/** How far the reading of log files has come. */
export interface TrailProgress {
  readonly files: number;
  readonly allFiles: number;
  /** Bytes of JSON that were read. */
  readonly bytes: number;
}

/** What {@link readTrailFiles} takes. */
export interface ReadTrailOptions {
  /**
   * Threads that read; 0: none but this one. Left out: one for each core, at most eight, as far as that pays. There are
   * none where the program does not come with the file they start from (sources, bundles of one file).
   */
  readonly threads?: number;
  /** Told after every file. */
  readonly onProgress?: (progress: TrailProgress) => void;
  readonly signal?: AbortSignal;
  /** What a gap calls a file; its path, unless given. */
  readonly shown?: (path: string) => string;
}

/** Use that log files recorded. */
export interface TrailFilesUsage extends TrailUsage {
  /** First and last time of the records that trails delivered for an account; by account. */
  readonly seen: ReadonlyMap<string, { readonly first: Timestamp; readonly last: Timestamp }>;
  /** Files of which not everything could be read, in order: the silence of such a file proves nothing. */
  readonly damaged: readonly string[];
  readonly gaps: readonly Gap[];
  /** Bytes of JSON that were read. */
  readonly bytes: number;
}

/** Most damaged files that are told one by one. */
const MOST_GAPS = 100;

/** Fewest bytes on disk that an event has taken, packed and not; ids of the events are remembered. */
const PACKED_EVENT = 100;
const PLAIN_EVENT = 500;

/**
 * Reads CloudTrail log files from disk and adds them up into rows (`docs/usage-aws.md`): directories with all that is
 * below them, and files; as delivered to S3, as LookupEvents replies, or records one a line; packed or not. What is
 * damaged becomes a gap and the rest counts. `coverage` is empty: log files do not tell what a trail leaves out.
 *
 * @throws KeyreachError `cannot-read` where a path does not exist; `trail-thread` where a thread ended by itself. The
 *   reason of `signal` where it is aborted.
 * @example
 * ```ts
 * const { rows, gaps } = await readTrailFiles('./AWSLogs');
 * ```
 */
export async function readTrailFiles(
  paths: string | readonly string[],
  options: ReadTrailOptions = {},
): Promise<TrailFilesUsage> {
  const { onProgress, shown = (path) => path, signal, threads: wanted } = options;
  signal?.throwIfAborted();
  const files = await logFiles(typeof paths === 'string' ? [paths] : paths);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const ids = eventIdMemory(files.reduce((sum, file) => sum + file.bytes / eventBytes(file.path), 0));
  const set = new EventIdSet(ids);
  const aggregation = new TrailAggregation(set);
  const outcomes = new Map<string, RecordFileOutcome>();
  let bytes = 0;
  let read = 0;
  const onFile = (path: string, outcome: RecordFileOutcome): void => {
    bytes += outcome.bytes;
    if (outcome.problems > 0) outcomes.set(path, outcome);
    read += 1;
    onProgress?.({ files: read, allFiles: files.length, bytes });
  };
  const threads = wanted === undefined ? threadsFor(total) : canStartThreads() ? wanted : 0;
  if (threads > 0) await readInThreads({ files, threads, ids, aggregation, onFile, signal });
  else {
    for (const { path } of files) {
      signal?.throwIfAborted();
      onFile(path, await readTrailFile(path, (record, from) => aggregation.take(record, from)));
      // Lets the signal and timers of the program get a word in.
      await setImmediate();
    }
  }
  const damaged = files.map(({ path }) => path).filter((path) => outcomes.has(path));
  return {
    source: 'cloudtrail-files',
    rows: aggregation.rows(),
    coverage: [],
    seen: new Map(
      [...aggregation.seen()].map(([account, { first, last }]) => [
        account,
        { first: new Date(first * 1000).toISOString(), last: new Date(last * 1000).toISOString() },
      ]),
    ),
    damaged,
    gaps: [...damagedGaps(damaged, outcomes, shown), ...limitGaps(aggregation, set)],
    bytes,
  };
}

function eventBytes(path: string): number {
  return path.endsWith('.gz') ? PACKED_EVENT : PLAIN_EVENT;
}

/** Files that may hold records, sorted, each once. Digests of log file integrity validation hold none. */
async function logFiles(paths: readonly string[]): Promise<readonly TrailFile[]> {
  const found = new Set<string>();
  for (const path of paths) {
    const stat = await fs.stat(path).catch((cause: unknown) => {
      const message = `\`${path}\` cannot be read; check the path and its permissions`;
      throw new KeyreachError('cannot-read', message, { cause });
    });
    if (!stat.isDirectory()) found.add(path);
    else
      for (const file of await (await BundleFiles.open(path)).below('.'))
        if (isLogName(file.path)) found.add(file.path);
  }
  const files: TrailFile[] = [];
  for (const path of [...found].sort())
    files.push({ path, bytes: (await fs.stat(path).catch(() => undefined))?.size ?? 0 });
  return files;
}

function damagedGaps(
  damaged: readonly string[],
  outcomes: ReadonlyMap<string, RecordFileOutcome>,
  shown: (path: string) => string,
): readonly Gap[] {
  const gaps = damaged.slice(0, MOST_GAPS).map((path): Gap => {
    const { firstProblem = '', problems = 0 } = outcomes.get(path) ?? {};
    const more = problems > 1 ? `; ${problems - 1} more places of this file could not be read` : '';
    const file = shown(path);
    return { scope: file, what: 'CloudTrail', why: `${firstProblem}${more}`, file, kind: 'bad-input' };
  });
  if (damaged.length > MOST_GAPS) {
    const why = `${damaged.length - MOST_GAPS} more files could not be read as a whole`;
    gaps.push({ scope: 'CloudTrail', what: 'CloudTrail', why, kind: 'bad-input' });
  }
  return gaps;
}

function limitGaps({ lostOpenings, lostSessions }: TrailAggregation, ids: EventIdSet): readonly Gap[] {
  const fix = 'add the logs up in Athena or CloudTrail Lake';
  const gap = (why: string): Gap => ({ scope: 'CloudTrail', what: 'CloudTrail', why, fix, kind: 'not-collected' });
  const gaps: Gap[] = [];
  if (lostSessions > 0) gaps.push(gap(`${lostSessions} sessions are too many to find what they began with`));
  if (lostOpenings > 0) gaps.push(gap(`${lostOpenings} records that opened a session are too many to keep`));
  if (ids.isFull) gaps.push(gap('too many events to find those that were delivered twice; counts may be too high'));
  return gaps;
}
