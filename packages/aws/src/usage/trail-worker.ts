import { parentPort, workerData } from 'node:worker_threads';
import { EventIdSet, type RecordFileOutcome } from '@keyreach/core/input';
import { TrailAggregation, type TrailPart } from './trail-aggregation.ts';
import { readTrailFile } from './trail-file.ts';

/** What a thread is started with. */
export interface TrailWorkerTask {
  /** Memory of the {@link EventIdSet} of all threads. */
  readonly ids: SharedArrayBuffer;
  /** Files to read, in order. */
  readonly paths: readonly string[];
}

/** What a thread tells: each file it has read, then once everything it has added up. */
export type TrailWorkerReply =
  | { readonly kind: 'file'; readonly path: string; readonly outcome: RecordFileOutcome }
  | { readonly kind: 'done'; readonly part: TrailPart };

if (parentPort !== null) {
  const port = parentPort;
  const { ids, paths } = workerData as TrailWorkerTask;
  const aggregation = new TrailAggregation(new EventIdSet(ids));
  const tell = (reply: TrailWorkerReply): void => port.postMessage(reply);
  for (const path of paths) {
    const outcome = await readTrailFile(path, (record, from) => aggregation.take(record, from));
    tell({ kind: 'file', path, outcome });
  }
  tell({ kind: 'done', part: aggregation.part() });
}
