import { createHash } from 'node:crypto';
import type { Timestamp } from '@keyreach/core/graph';
import { timeOfReply, type UsageContext } from './usage-context.ts';

/** A query that was started. */
export interface StartedQuery {
  readonly id: string;
  /** End of its window. */
  readonly to: Timestamp;
}

/** The query that was started for a source, so that a collection that goes on asks after it instead of paying twice. */
export interface RunningQuery {
  /** The query, where one was started with the same options, at most a day ago. */
  earlier(): Promise<StartedQuery | undefined>;
  started(query: StartedQuery): Promise<void>;
  /** Forgets it: it failed, or its result has been written. */
  ended(): Promise<void>;
}

const DAY = 86_400_000;

/** Notes about queries lie in `.keyreach-usage/SOURCE-query.json` of the bundle, with a hash of the options. */
export function runningQuery(context: UsageContext, source: string, options: object): RunningQuery {
  const path = `.keyreach-usage/${source}-query.json`;
  const hash = createHash('sha256').update(JSON.stringify(options)).digest('hex');
  return {
    earlier: async () => {
      const note = await context.files.readJson(path);
      if (typeof note !== 'object' || note === null) return undefined;
      const {
        hash: of,
        id,
        to: end,
        at: begin,
      } = note as { readonly hash?: unknown; readonly id?: unknown; readonly to?: unknown; readonly at?: unknown };
      const to = timeOfReply(end);
      const at = timeOfReply(begin);
      if (of !== hash || typeof id !== 'string' || id === '' || to === undefined || at === undefined) return undefined;
      // Its window ends when the collection began, which may be long before.
      const age = Date.parse(context.runAt) - Date.parse(at);
      return age >= 0 && age <= DAY ? { id, to } : undefined;
    },
    started: ({ id, to }) => context.files.writeJson(path, { hash, id, to, at: context.runAt }),
    ended: () => context.files.writeJson(path, {}),
  };
}
