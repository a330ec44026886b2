import type { Timestamp } from '@keyreach/core/graph';
import type { AccountCalls, AwsReply, CallResult } from '../calls.ts';
import { RUN_AGAIN } from '../part-calls.ts';
import { poll, QUERY_PACE } from './poll.ts';
import { runningQuery, type StartedQuery } from './running-query.ts';
import type { UsageContext } from './usage-context.ts';

/** How one service is asked to run a query. */
export interface QueryService {
  /** `athena`, `cloudtrail-lake`. */
  readonly source: string;
  /** What is missing where the query fails. */
  readonly what: string;
  /** Starts the query whose window ends then. */
  start(to: Timestamp): Promise<CallResult>;
  /** The id of the query in the reply to `start`. */
  idOf(reply: AwsReply): unknown;
  /** Asks after a query. */
  ask(id: string): Promise<CallResult>;
  /** State of a query, and why it is in it. */
  stateOf(reply: AwsReply): { readonly state: string; readonly reason: string };
  /** The state of a query that has a result. */
  readonly succeeded: string;
}

/**
 * Runs a query, or waits for the one that an earlier run started with the same options. Undefined where it gave no
 * result; a gap of the account then says why.
 */
export async function runQuery(
  calls: AccountCalls,
  service: QueryService,
  options: object,
  context: UsageContext,
): Promise<StartedQuery | undefined> {
  const { what } = service;
  const running = runningQuery(context, service.source, options);
  const start = async (): Promise<StartedQuery | undefined> => {
    const result = await service.start(context.now);
    if (!result.ok) {
      // The call that failed holds the query, which is long.
      calls.failed(what, { ...result.failed, call: { ...result.failed.call, input: {} } });
      return undefined;
    }
    const id = service.idOf(result.reply);
    if (typeof id !== 'string' || id === '') {
      calls.gap({ what, why: 'the service gave no id of the query' });
      return undefined;
    }
    await running.started({ id, to: context.now });
    return { id, to: context.now };
  };
  const wait = (query: StartedQuery) =>
    poll(
      context.clock,
      QUERY_PACE,
      () => service.ask(query.id),
      (reply) => !['QUEUED', 'RUNNING'].includes(service.stateOf(reply).state),
    );
  const earlier = await running.earlier();
  let query = earlier ?? (await start());
  if (query === undefined) return undefined;
  let polled = await wait(query);
  const lost = polled.ok
    ? service.stateOf(polled.reply).state !== service.succeeded
    : polled.failed !== undefined && (polled.failed.kind === 'not-found' || polled.failed.kind === 'other');
  if (earlier !== undefined && lost) {
    // The query of the earlier run failed, or nobody knows it any more.
    query = await start();
    if (query === undefined) return undefined;
    polled = await wait(query);
  }
  if (!polled.ok) {
    if (polled.failed === undefined) calls.gap({ what, why: 'the query did not end in time', fix: RUN_AGAIN });
    else calls.failed(what, polled.failed);
    return undefined;
  }
  const { state, reason } = service.stateOf(polled.reply);
  if (state === service.succeeded) return query;
  await running.ended();
  calls.gap({ what, why: `the query ended as \`${state}\`${reason === '' ? '' : `: ${reason}`}` });
  return undefined;
}
