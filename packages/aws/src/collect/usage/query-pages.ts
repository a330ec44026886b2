import type { AccountCalls, AwsCall, AwsReply, FailedCall } from '../calls.ts';

/** Goes through the pages of a result one by one, so that none is kept. Ends early with the call that failed. */
export async function eachPage(
  calls: AccountCalls,
  call: AwsCall,
  take: (reply: AwsReply) => Promise<void> | void,
): Promise<FailedCall | undefined> {
  const seen = new Set<string>();
  let token: string | undefined;
  for (;;) {
    const input = token === undefined ? call.input : { ...call.input, NextToken: token };
    const result = await calls.send({ ...call, ...(input === undefined ? {} : { input }) });
    if (!result.ok) return result.failed;
    await take(result.reply);
    const { NextToken: next } = result.reply;
    if (typeof next !== 'string' || next === '') return undefined;
    // A service that gives the same token again would be asked for ever.
    if (seen.has(next)) return { call, error: 'RepeatedToken', kind: 'other' };
    seen.add(next);
    token = next;
  }
}
