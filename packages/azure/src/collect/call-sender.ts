import { type Attempt, askedWait, BoundedCalls, CALL_TIMEOUT, type CollectClock } from '@keyreach/core/collection';
import { KeyreachError } from '@keyreach/core/graph';
import { isRecord, MAX_JSON_DEPTH, parseJson, type RawRecord } from '@keyreach/core/input';
import pLimit from 'p-limit';
import type { AzureCall, AzureMethod, CallResult, FailedCall, ListResult } from './azure-call.ts';
import { type AzureCloud, pathIn, urlIn } from './azure-cloud.ts';
import type { AzureTransport, WireResponse } from './azure-transport.ts';
import { failedBody, failedReply } from './failed-reply.ts';

/** Bounds of a collection, and what may stop it. */
export interface SenderOptions {
  readonly transport: AzureTransport;
  readonly cloud: AzureCloud;
  /** Calls at a time. */
  readonly concurrency: number;
  readonly clock: CollectClock;
  /** From 0 to 1, for waits that do not all end together. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onCall?: () => void;
}

/** Pages of one list. */
const MOST_PAGES = 100_000;

/** Requests in one batch of Graph (azure.md 4.2). */
const BATCH = 20;

const BATCH_METHOD: AzureMethod = { name: '$batch', audience: 'graph', verb: 'POST' };

/** Where replies say how to get more (azure.md 4.1, 4.2). */
const NEXT = ['nextLink', '@odata.nextLink'] as const;

const EXPIRED = 'Azure takes the token no longer, and no fresh one works; sign in again and run the same command';

/** Sends calls within the bounds of a collection. */
export class CallSender {
  readonly #of: SenderOptions;
  readonly #calls: BoundedCalls;

  constructor(options: SenderOptions) {
    this.#of = options;
    this.#calls = new BoundedCalls({ ...options, limit: pLimit(options.concurrency), expired: EXPIRED });
  }

  /**
   * Sends a call, again where it was throttled or got no answer, and once with a fresh token.
   *
   * @throws KeyreachError `cancelled`; `no-credentials`; `expired-credentials` where no token is taken any more.
   */
  async send(call: AzureCall): Promise<CallResult> {
    return this.#calls.repeat(
      () => this.#sendOnce(call),
      () => this.#of.transport.renew(),
    );
  }

  /**
   * All records of a list, page by page. A link that comes again would never end, one to another host is not followed: both are
   * failures.
   *
   * @throws What {@link send} throws.
   */
  async list(call: AzureCall): Promise<ListResult> {
    const first = await this.send(call);
    if (!first.ok) return { items: [], failed: first.failed };
    return this.rest(call, first.reply);
  }

  /** The records of a first page, which is there already, and of all that follow it. */
  async rest(call: AzureCall, first: RawRecord): Promise<ListResult> {
    const { method } = call;
    const items: RawRecord[] = [];
    const seen = new Set<string>();
    let reply = first;
    const failed = (error: string): ListResult => ({ items, failed: { method, kind: 'other', error } });
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const value = reply['value'];
      if (!Array.isArray(value)) return failed('a reply without `value`');
      const records = (value as readonly unknown[]).filter(isRecord);
      for (const record of records) items.push(record);
      if (records.length < value.length) return failed('`value` is no list of records');
      const link = NEXT.map((name) => reply[name]).find((one) => one !== undefined && one !== null && one !== '');
      if (link === undefined) return { items };
      const path = typeof link === 'string' ? pathIn(this.#of.cloud, method.audience, link) : undefined;
      if (path === undefined) return failed('a next page on another host');
      if (seen.has(path)) return failed('a next page that repeats');
      seen.add(path);
      const next = await this.send({ ...call, path });
      if (!next.ok) return { items, failed: next.failed };
      reply = next.reply;
    }
    return failed('more pages than any list has');
  }

  /**
   * Lists of many calls of Graph, twenty in one request; in the order of the calls. Each fails by itself, is tried again where it
   * was throttled, and may have more pages (azure.md 4.2).
   *
   * @throws What {@link send} throws.
   */
  async batch(calls: readonly AzureCall[]): Promise<readonly ListResult[]> {
    const chunks = Array.from({ length: Math.ceil(calls.length / BATCH) }, (_, at) =>
      calls.slice(at * BATCH, (at + 1) * BATCH),
    );
    return (await Promise.all(chunks.map((chunk) => this.#batch(chunk)))).flat();
  }

  async #batch(calls: readonly AzureCall[]): Promise<readonly ListResult[]> {
    const replies = new Map<number, CallResult>();
    await this.#calls.repeat(
      async (): Promise<Attempt<undefined, FailedCall>> => {
        const open = calls.flatMap((call, at) =>
          replies.get(at)?.ok === true || isFinal(replies.get(at)) ? [] : [{ call, at }],
        );
        const answer = await this.#sendOnce(batchOf(open));
        if (!answer.ok) {
          // One for all: each of those that are open failed like this.
          for (const { call, at } of open)
            replies.set(at, { ok: false, failed: { ...answer.failed, method: call.method } });
          return answer;
        }
        return this.#sort(open, answer.reply, replies);
      },
      () => this.#of.transport.renew(),
    );
    return Promise.all(
      calls.map((call, at) => {
        const reply = replies.get(at);
        if (reply === undefined)
          return { items: [], failed: { method: call.method, kind: 'other', error: 'no reply in the batch' } };
        return reply.ok ? this.rest(call, reply.reply) : { items: [], failed: reply.failed };
      }),
    );
  }

  /** Takes the replies of a batch; a failure where some may pass another time. */
  #sort(
    open: readonly { readonly call: AzureCall; readonly at: number }[],
    reply: RawRecord,
    replies: Map<number, CallResult>,
  ): Attempt<undefined, FailedCall> {
    const responses = Array.isArray(reply['responses'])
      ? (reply['responses'] as readonly unknown[]).filter(isRecord)
      : [];
    let again: FailedCall | undefined;
    let wait: number | undefined;
    for (const { call, at } of open) {
      const response = responses.find(({ id }) => id === String(at));
      const status = response?.['status'];
      const body = response?.['body'];
      if (response === undefined || typeof status !== 'number') {
        replies.set(at, { ok: false, failed: { method: call.method, kind: 'other', error: 'no reply in the batch' } });
      } else if (status >= 200 && status < 300) {
        const isReply = isRecord(body);
        replies.set(
          at,
          isReply
            ? { ok: true, reply: body }
            : { ok: false, failed: { method: call.method, kind: 'other', error: 'a reply that is no JSON object' } },
        );
      } else {
        const failed = failedBody(call.method, status, body);
        replies.set(at, { ok: false, failed });
        if (failed.kind !== 'throttled' && failed.kind !== 'network' && failed.kind !== 'expired') continue;
        again ??= failed;
        const asked = askedWait({ retryAfter: headerOf(response, 'retry-after') });
        if (asked !== undefined) wait = Math.max(wait ?? 0, asked);
      }
    }
    if (again === undefined) return { ok: true, reply: undefined };
    return { ok: false, failed: again, ...(wait === undefined ? {} : { retryAfter: wait }) };
  }

  async #sendOnce(call: AzureCall): Promise<Attempt<RawRecord, FailedCall>> {
    const { transport, cloud } = this.#of;
    const { method, path, body, headers } = call;
    const request = {
      method: method.verb,
      audience: method.audience,
      url: urlIn(cloud, method.audience, path),
      timeoutMilliseconds: CALL_TIMEOUT,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    let response: WireResponse | undefined;
    try {
      response = await this.#calls.once((signal) => transport.send({ ...request, signal }));
    } catch (error) {
      if (error instanceof KeyreachError) throw error;
    }
    if (response === undefined) return { ok: false, failed: { method, kind: 'network', error: 'no answer' } };
    if (response.status >= 200 && response.status < 300) return replyOf(method, response.text);
    const failed = failedReply(method, response.status, response.text);
    const retryAfter = askedWait(response);
    return { ok: false, failed, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
}

function replyOf(method: AzureMethod, text: string): Attempt<RawRecord, FailedCall> {
  if (text.trim() === '') return { ok: true, reply: {} };
  const parsed = parseJson(text, { file: method.name, maxDepth: MAX_JSON_DEPTH });
  if (parsed.ok && isRecord(parsed.value)) return { ok: true, reply: parsed.value };
  // What was cut off on the way may come whole another time.
  return {
    ok: false,
    failed: { method, kind: parsed.ok ? 'other' : 'network', error: 'a reply that is no JSON object' },
  };
}

function batchOf(open: readonly { readonly call: AzureCall; readonly at: number }[]): AzureCall {
  const requests = open.map(({ call, at }) => ({
    id: String(at),
    method: call.method.verb,
    // The version is that of the batch itself.
    url: call.path.replace(/^\/(?:v1\.0|beta)/, ''),
    ...(call.headers === undefined ? {} : { headers: call.headers }),
  }));
  const version = open[0]?.call.path.startsWith('/beta') === true ? 'beta' : 'v1.0';
  return { method: BATCH_METHOD, path: `/${version}/$batch`, body: { requests } };
}

/** Whether another try would give the same. */
function isFinal(reply: CallResult | undefined): boolean {
  if (reply === undefined || reply.ok) return false;
  const { kind } = reply.failed;
  return kind !== 'throttled' && kind !== 'network' && kind !== 'expired';
}

function headerOf(response: RawRecord, name: string): string {
  const headers = isRecord(response['headers']) ? response['headers'] : {};
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
