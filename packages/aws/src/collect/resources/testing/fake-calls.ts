import type { Gap } from '@keyreach/core/graph';
import type { AccountCalls, AwsCall, AwsReply, CallResult, FailedCall } from '../../calls.ts';

/** A call that fails. */
export class Refusal {
  readonly error: string;
  readonly kind: FailedCall['kind'];

  constructor(error: string, kind: FailedCall['kind']) {
    this.error = error;
    this.kind = kind;
  }
}

export const DENIED: Refusal = new Refusal('AccessDeniedException', 'denied');
export const NOT_OFFERED: Refusal = new Refusal('UnrecognizedClientException', 'not-available');

/** The error that a service gives for what is not there. */
export const missing = (error: string): Refusal => new Refusal(error, 'not-found');

/** What a call gives: always the same, or by its input and region. */
export type Answer = AwsReply | Refusal | ((input: AwsReply, region: string | undefined) => AwsReply | Refusal);

/** Answers by `service.Command`; what has none is an empty reply. */
export type Answers = Readonly<Record<string, Answer>>;

/** Calls that are answered from a table, with what was asked and what was told to be missing. */
export function fakeCalls(
  answers: Answers,
  regions: readonly string[] = ['eu-west-1'],
): { readonly calls: AccountCalls; readonly made: AwsCall[]; readonly gaps: Omit<Gap, 'scope' | 'kind'>[] } {
  const made: AwsCall[] = [];
  const gaps: Omit<Gap, 'scope' | 'kind'>[] = [];
  const answer = (call: AwsCall): CallResult => {
    made.push(call);
    const found = answers[`${call.service}.${call.command}`] ?? {};
    const reply = typeof found === 'function' ? found(call.input ?? {}, call.region) : found;
    if (!(reply instanceof Refusal)) return { ok: true, reply };
    return { ok: false, failed: { call, error: reply.error, kind: reply.kind } };
  };
  const calls: AccountCalls = {
    accountId: '444455556666',
    partition: 'aws',
    regions,
    send: (call) => Promise.resolve(answer(call)),
    pages: (call, { reply, request }) => {
      const replies: AwsReply[] = [];
      let token: unknown;
      do {
        const result = answer(token === undefined ? call : { ...call, input: { ...call.input, [request]: token } });
        if (!result.ok) return Promise.resolve({ replies, failed: result.failed });
        replies.push(result.reply);
        token = result.reply[reply];
      } while (token !== undefined);
      return Promise.resolve({ replies });
    },
    // In another order than they are given, as tasks that wait for a network end.
    all: async (tasks) => {
      const results = await Promise.all([...tasks].reverse().map((task) => task()));
      return results.reverse();
    },
    gap: (gap) => gaps.push(gap),
    failed: (what, { error }) => gaps.push({ what, why: error }),
  };
  return { calls, made, gaps };
}
