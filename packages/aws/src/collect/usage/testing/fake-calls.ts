import type { BundleStore, CollectClock } from '@keyreach/core/collection';
import type { Gap } from '@keyreach/core/graph';
import type { AccountCalls, AwsCall, AwsReply, CallResult, FailedCall } from '../../calls.ts';
import type { PartProgress } from '../../part.ts';
import type { UsageContext } from '../usage-context.ts';

/** What a fake service answers: a reply, or the name of an error. */
export type FakeAnswer = AwsReply | string;

/** Calls of one account that a function answers, with all that was asked and noted. */
export interface FakeCalls extends AccountCalls {
  readonly sent: readonly AwsCall[];
  readonly gaps: readonly Omit<Gap, 'scope' | 'kind'>[];
  readonly failures: readonly { readonly what: string; readonly failed: FailedCall }[];
}

const KINDS: Readonly<Record<string, FailedCall['kind']>> = {
  AccessDeniedException: 'denied',
  ThrottlingException: 'throttled',
  NoSuchEntityException: 'not-found',
  ExpiredToken: 'expired',
};

/** An account whose every call is answered by a function, which may throw where the collection is cancelled. */
export function fakeCalls(
  answer: (call: AwsCall, index: number) => FakeAnswer | Promise<FakeAnswer>,
  regions: readonly string[] = ['eu-west-1', 'us-east-1'],
): FakeCalls {
  const sent: AwsCall[] = [];
  const gaps: Omit<Gap, 'scope' | 'kind'>[] = [];
  const failures: { readonly what: string; readonly failed: FailedCall }[] = [];
  const send = async (call: AwsCall): Promise<CallResult> => {
    sent.push(call);
    const found = await answer(call, sent.length - 1);
    if (typeof found !== 'string') return { ok: true, reply: found };
    return { ok: false, failed: { call, error: found, kind: KINDS[found] ?? 'other' } };
  };
  return {
    accountId: '111111111111',
    partition: 'aws',
    regions,
    sent,
    gaps,
    failures,
    send,
    pages: async (call, paging) => {
      const replies: AwsReply[] = [];
      for (let token: unknown; ; ) {
        const input = token === undefined ? { ...call.input } : { ...call.input, [paging.request]: token };
        const result = await send({ ...call, input });
        if (!result.ok) return { replies, failed: result.failed };
        replies.push(result.reply);
        token = result.reply[paging.reply];
        if (token === undefined) return { replies };
      }
    },
    all: async (tasks) => Promise.all(tasks.map((task) => task())),
    gap: (gap) => gaps.push(gap),
    failed: (what, failed) => failures.push({ what, failed }),
  };
}

/** A clock on which sleeping takes no time, and that remembers how long was slept. */
export interface FakeClock extends CollectClock {
  readonly pauses: readonly number[];
}

/** Makes a {@link FakeClock}. */
export function fakeClock(): FakeClock {
  let time = 0;
  const pauses: number[] = [];
  return {
    pauses,
    milliseconds: () => time,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
      time += milliseconds;
    },
  };
}

/** Files in memory, by path. */
export function fakeFiles(
  files: Map<string, unknown> = new Map(),
): BundleStore & { readonly files: Map<string, unknown> } {
  return {
    files,
    names: async (directory) => {
      const inside = [...files.keys()].filter((path) => path.startsWith(`${directory}/`));
      return [...new Set(inside.map((path) => path.slice(directory.length + 1).split('/')[0] ?? ''))].sort();
    },
    readJson: async (path) => files.get(path),
    writeJson: async (path, value) => {
      files.set(path, JSON.parse(JSON.stringify(value)));
    },
    writeBytes: async (path, bytes) => {
      files.set(path, bytes);
    },
    remove: async (path) => {
      files.delete(path);
    },
  };
}

/** What collecting use needs, all of it in memory. */
export interface FakeContext extends UsageContext {
  readonly files: ReturnType<typeof fakeFiles>;
  readonly clock: FakeClock;
  readonly events: readonly PartProgress[];
}

/**
 * Makes a {@link FakeContext}; with the files of an earlier one it goes on where that one stopped. `now`: when the collection
 * began; `runAt`: when this run did.
 */
export function fakeContext(
  files: Map<string, unknown> = new Map(),
  now = '2026-04-01T00:00:00.000Z',
  runAt = now,
): FakeContext {
  const events: PartProgress[] = [];
  return { files: fakeFiles(files), clock: fakeClock(), now, runAt, events, progress: (event) => events.push(event) };
}
