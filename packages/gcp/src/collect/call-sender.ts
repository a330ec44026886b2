import { type Attempt, askedWait, BoundedCalls, CALL_TIMEOUT, type CollectClock } from '@keyreach/core/collection';
import { KeyreachError } from '@keyreach/core/graph';
import { isRecord, MAX_JSON_DEPTH, parseJson, type RawRecord } from '@keyreach/core/input';
import pLimit from 'p-limit';
import { CallRate } from './call-rate.ts';
import { failedReply } from './failed-reply.ts';
import type { CallResult, FailedCall, GoogleCall, ListResult } from './google-call.ts';
import type { GoogleEndpoint } from './google-endpoint.ts';
import type { GoogleTransport, WireResponse } from './google-transport.ts';

/** Bounds of a collection, and what may stop it. */
export interface SenderOptions {
  readonly transport: GoogleTransport;
  readonly endpoint: GoogleEndpoint | undefined;
  /** Calls at a time. */
  readonly concurrency: number;
  readonly clock: CollectClock;
  /** From 0 to 1, for waits that do not all end together. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onCall?: () => void;
}

/** Why an attempt of another client failed. */
export type AttemptFailure = Pick<FailedCall, 'kind' | 'error' | 'service' | 'consumer'>;

const NO_ANSWER = { kind: 'network', error: 'no answer' } as const;

/** Pages of one list; a list of assets has 1000 to a page. */
const MOST_PAGES = 100_000;

/** Sends calls within the bounds of a collection. */
export class CallSender {
  readonly #of: SenderOptions;
  readonly #calls: BoundedCalls;
  readonly #rates = new Map<string, CallRate>();

  constructor(options: SenderOptions) {
    this.#of = options;
    this.#calls = new BoundedCalls({ ...options, limit: pLimit(options.concurrency), expired: EXPIRED });
  }

  /**
   * Sends a call, again where it was throttled or got no answer, and once with a fresh token.
   *
   * @throws KeyreachError `cancelled`; `no-credentials`; `expired-credentials` where Google takes no token of them any more.
   */
  async send(call: GoogleCall): Promise<CallResult> {
    return this.#calls.repeat(
      () => this.#sendOnce(call),
      () => this.#of.transport.renew(),
    );
  }

  /**
   * Makes a call that another client sends, within the same bounds: calls at a time, the time one may take, tries, one fresh token,
   * cancellation. `attempt` is given a signal after which nobody waits for it any more.
   *
   * @throws What {@link send} and `attempt` throw.
   */
  async within<T>(
    attempt: (signal: AbortSignal) => Promise<Attempt<T, AttemptFailure>>,
    renew: () => void,
  ): Promise<Attempt<T, AttemptFailure>> {
    const once = async (): Promise<Attempt<T, AttemptFailure>> => {
      const answer = await this.#calls.once(attempt);
      return answer ?? { ok: false, failed: NO_ANSWER };
    };
    return this.#calls.repeat(once, renew);
  }

  /**
   * Sends a call until no page is left, and gives each page away. A token that comes again would never end, and is a failure.
   *
   * @throws What {@link send} and `take` throw.
   */
  async pages(call: GoogleCall, take: (reply: RawRecord) => Promise<void> | void): Promise<FailedCall | undefined> {
    const seen = new Set<string>();
    let token: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const query = token === undefined ? call.query : { ...call.query, pageToken: token };
      const result = await this.send({ ...call, ...(query === undefined ? {} : { query }) });
      if (!result.ok) return { ...result.failed, call };
      await take(result.reply);
      const next = result.reply['nextPageToken'];
      if (next === undefined || next === '') return undefined;
      if (typeof next !== 'string' || seen.has(next))
        return { call, kind: 'other', error: 'a page token that repeats' };
      seen.add(next);
      token = next;
    }
    return { call, kind: 'other', error: 'more pages than any list has' };
  }

  /** All records of a list; `field` holds them in each reply, and is left out where there are none. */
  async list(call: GoogleCall, field: string): Promise<ListResult> {
    const items: RawRecord[] = [];
    let isOdd = false;
    const failed = await this.pages(call, (reply) => {
      const found = reply[field] ?? [];
      const records = Array.isArray(found) ? (found as readonly unknown[]).filter(isRecord) : [];
      isOdd ||= !Array.isArray(found) || records.length < found.length;
      for (const record of records) items.push(record);
    });
    const odd: FailedCall = { call, kind: 'other', error: `\`${field}\` is no list of records` };
    const problem = failed ?? (isOdd ? odd : undefined);
    return { items, ...(problem === undefined ? {} : { failed: problem }) };
  }

  async #sendOnce(call: GoogleCall): Promise<Attempt<RawRecord, FailedCall>> {
    await this.#rate(call)?.take();
    const { transport } = this.#of;
    const request = {
      method: call.method.verb,
      url: this.#url(call),
      timeoutMilliseconds: CALL_TIMEOUT,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    };
    let response: WireResponse | undefined;
    try {
      response = await this.#calls.once((signal) => transport.send({ ...request, signal }));
    } catch (error) {
      if (error instanceof KeyreachError) throw error;
    }
    if (response === undefined) return { ok: false, failed: { call, ...NO_ANSWER } };
    if (response.status >= 200 && response.status < 300) return this.#reply(call, response.text);
    const failed = failedReply(call, response.status, response.text);
    const retryAfter = askedWait(response);
    return { ok: false, failed, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }

  #reply(call: GoogleCall, text: string): Attempt<RawRecord, FailedCall> {
    if (text.trim() === '') return { ok: true, reply: {} };
    const parsed = parseJson(text, { file: call.path, maxDepth: MAX_JSON_DEPTH });
    if (parsed.ok && isRecord(parsed.value)) return { ok: true, reply: parsed.value };
    return { ok: false, failed: { call, kind: 'other', error: 'a reply that is no JSON object' } };
  }

  #url({ method, path, query = {} }: GoogleCall): string {
    const { endpoint } = this.#of;
    const root = endpoint === undefined ? `https://${method.service}` : `http://${endpoint.host}:${endpoint.port}`;
    const words = Object.entries(query).flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : value).map((one) => `${name}=${encodeURIComponent(one)}`),
    );
    return `${root}${path}${words.length === 0 ? '' : `?${words.join('&')}`}`;
  }

  #rate({ method: { name, perMinute } }: GoogleCall): CallRate | undefined {
    if (perMinute === undefined) return undefined;
    let rate = this.#rates.get(name);
    if (rate === undefined) {
      rate = new CallRate(perMinute, this.#of.clock);
      this.#rates.set(name, rate);
    }
    return rate;
  }
}

const EXPIRED = 'Google takes the token no longer, and no fresh one works; sign in again and run the same command';
