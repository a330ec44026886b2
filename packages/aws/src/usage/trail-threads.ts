import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { KeyreachError } from '@keyreach/core/graph';
import type { RecordFileOutcome } from '@keyreach/core/input';
import type { TrailAggregation } from './trail-aggregation.ts';
import type { TrailWorkerReply, TrailWorkerTask } from './trail-worker.ts';

/** A log file to read. */
export interface TrailFile {
  /** Absolute, or below the working directory. */
  readonly path: string;
  /** Size on disk. */
  readonly bytes: number;
}

/** Most threads that are started by themselves: unpacking is soon limited by memory and disk. */
const MOST_THREADS = 8;

/** Memory that a thread may need, for choosing how many there are. */
const THREAD_BYTES = 256 * 1024 * 1024;

/** Less than this is read sooner than a thread is started. */
const WORTHWHILE_BYTES = 4 * 1024 * 1024;

/**
 * How many threads read files of so many bytes altogether: one for each core, at most eight, none for little, and none
 * where the program does not come with the file that a thread starts from (sources, bundles of one file).
 */
export function threadsFor(bytes: number): number {
  if (bytes < WORTHWHILE_BYTES || !canStartThreads()) return 0;
  return Math.max(1, Math.min(availableParallelism(), MOST_THREADS, Math.floor(totalmem() / 4 / THREAD_BYTES)));
}

/** True where this program comes with the file that a thread starts from. */
export function canStartThreads(): boolean {
  return ENTRY.protocol === 'file:' && existsSync(fileURLToPath(ENTRY));
}

const ENTRY: URL = new URL('./trail-worker.js', import.meta.url);

/** What {@link readInThreads} reads, and who is told of it. */
export interface ThreadedReading {
  /** In order of their paths. */
  readonly files: readonly TrailFile[];
  readonly threads: number;
  /** Memory of the ids of events that were there before. */
  readonly ids: SharedArrayBuffer;
  /** Takes what each thread added up. */
  readonly aggregation: TrailAggregation;
  readonly onFile: (path: string, outcome: RecordFileOutcome) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads files in threads, each its share. Which file falls to which thread is decided beforehand, so that nothing depends
 * on how fast they are.
 *
 * @throws The reason of `signal` where it is aborted. KeyreachError `trail-thread` where a thread ended by itself, for
 *   instance for lack of memory: what it had added up is lost then.
 */
export async function readInThreads(reading: ThreadedReading): Promise<void> {
  const { aggregation, files, ids, threads } = reading;
  const workers: Worker[] = [];
  try {
    const parts = shares(files, threads).map((paths) => {
      const task: TrailWorkerTask = { ids, paths };
      // Flags of the program, such as `--input-type`, are not meant for the file a thread starts from.
      const worker = new Worker(ENTRY, { workerData: task, execArgv: [] });
      workers.push(worker);
      return finished(worker, reading);
    });
    const done = await Promise.all(parts);
    for (const part of done) aggregation.merge(part);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

type DonePart = Extract<TrailWorkerReply, { readonly kind: 'done' }>['part'];

function finished(worker: Worker, { onFile, signal }: ThreadedReading): Promise<DonePart> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason);
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    worker.on('message', (reply: TrailWorkerReply) => {
      switch (reply.kind) {
        case 'file':
          onFile(reply.path, reply.outcome);
          return;
        case 'done':
          signal?.removeEventListener('abort', abort);
          resolve(reply.part);
          return;
        default:
          reply satisfies never;
      }
    });
    const ended = (cause?: unknown): void => {
      signal?.removeEventListener('abort', abort);
      const message =
        'a thread that read CloudTrail files ended by itself; give it more memory, or fewer files at once';
      reject(new KeyreachError('trail-thread', message, { cause }));
    };
    worker.on('error', ended);
    worker.on('exit', () => ended());
  });
}

/** Files for each thread, about as many bytes each: whoever has least takes the next. */
function shares(files: readonly TrailFile[], threads: number): readonly (readonly string[])[] {
  const all = Array.from({ length: Math.min(threads, files.length) }, () => ({ paths: [] as string[], bytes: 0 }));
  for (const { path, bytes } of files) {
    const least = all.reduce((best, share) => (share.bytes < best.bytes ? share : best));
    least.paths.push(path);
    // Opening a file costs something as well.
    least.bytes += bytes + 4096;
  }
  return all.map(({ paths }) => paths);
}
