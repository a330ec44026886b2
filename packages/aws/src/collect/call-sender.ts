import { KeyreachError } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import pLimit, { type LimitFunction } from 'p-limit';
import type { AccountSession, OpenSession } from './account-session.ts';
import type { AwsCall, CallResult, FailedCall, PagesResult, Paging } from './calls.ts';
import { errorKind, errorName, mayLackService } from './error-kind.ts';

/** Bounds of a collection, and what may stop it. */
export interface SenderOptions {
  /** Calls at a time, all accounts together. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Told after each call that was sent. */
  readonly onCall?: () => void;
  /** Milliseconds after which nobody waits for a call any longer, its retries included. Default ten minutes. */
  readonly longest?: number;
}

/** Clients that are throttled try for minutes; longer than this, something hangs. */
const LONGEST = 10 * 60_000;

/** Calls at a time in one account: IAM throttles by account. */
const PER_ACCOUNT = 6;

/** Sends calls within the bounds of a collection. */
export class CallSender {
  readonly #all: LimitFunction;
  /** Organizations throttles at a few calls a second, whoever makes them (aws.md 3.1). */
  readonly #organizations: LimitFunction = pLimit(1);
  readonly #accounts = new Map<AccountSession, LimitFunction>();
  readonly #signal: AbortSignal;
  readonly #onCall: () => void;
  readonly #longest: number;

  constructor({ concurrency, signal, onCall, longest = LONGEST }: SenderOptions) {
    this.#all = pLimit(concurrency);
    this.#signal = signal;
    this.#onCall = onCall ?? (() => undefined);
    this.#longest = longest;
  }

  /**
   * Sends a call with a session that is renewed once where it has ended.
   *
   * @throws KeyreachError `cancelled`; `expired-credentials` where the credentials the collection was started with have
   * ended.
   */
  async send(session: AccountSession, call: AwsCall): Promise<CallResult> {
    let limit = this.#accounts.get(session);
    if (limit === undefined) {
      limit = pLimit(PER_ACCOUNT);
      this.#accounts.set(session, limit);
    }
    const bounded = limit;
    const send = (): Promise<CallResult> => bounded(() => this.#all(() => this.sendNow(session, call)));
    return call.service === 'organizations' ? this.#organizations(send) : send();
  }

  /** The same outside the bounds: for calls that a call waits for. */
  async sendNow(session: AccountSession, call: AwsCall): Promise<CallResult> {
    for (let renewed = false; ; renewed = true) {
      this.#stopIfCancelled();
      const opened = await session.open();
      if (!opened.ok) return opened;
      try {
        return { ok: true, reply: await this.#reply(opened.session, call) };
      } catch (error) {
        this.#stopIfCancelled(error);
        if (error instanceof KeyreachError) throw error;
        const kind = errorKind(error);
        if (kind === 'expired' && !renewed) {
          session.ended(opened.session);
          continue;
        }
        if (kind === 'expired' && session.own) {
          if (!(await this.#isRegionAlone(opened.session, call, error))) throw expired(error);
          return { ok: false, failed: { call, error: errorName(error), kind: 'other' } };
        }
        return { ok: false, failed: await this.#failure(opened.session, call, error, kind) };
      }
    }
  }

  /** Sends a call until no page is left. A token that comes again would never end, and is a failure. */
  async pages(session: AccountSession, call: AwsCall, { reply: from, request: to }: Paging): Promise<PagesResult> {
    const replies: Readonly<Record<string, unknown>>[] = [];
    const seen = new Set<unknown>();
    let token: unknown;
    for (;;) {
      const input = token === undefined ? call.input : { ...call.input, [to]: token };
      const result = await this.send(session, { ...call, ...(input === undefined ? {} : { input }) });
      if (!result.ok) return { replies, failed: result.failed };
      replies.push(result.reply);
      const { [from]: next, IsTruncated: cut, Truncated: cutOff } = result.reply;
      token = next;
      const isLast = token === undefined || token === null || token === '';
      // A reply that says there is more, and not where, ends a list that is not whole.
      if (isLast && (cut === true || cutOff === true))
        return { replies, failed: { call, error: 'MissingToken', kind: 'other' } };
      if (isLast || cut === false) return { replies };
      if (seen.has(token)) return { replies, failed: { call, error: 'RepeatedToken', kind: 'other' } };
      seen.add(token);
    }
  }

  async #reply(session: OpenSession, call: AwsCall): Promise<Readonly<Record<string, unknown>>> {
    const reply = await this.#inTime(async () => {
      const client = await session.client(call.service, call.region);
      this.#stopIfCancelled();
      this.#onCall();
      return client.send(call.command, call.input ?? {}, { abortSignal: this.#signal });
    });
    if (!isRecord(reply)) return {};
    const { $metadata: _, ...rest } = reply;
    return rest;
  }

  /** A host without a name, or a token that is not known, may be a service that the region lacks: others work there then. */
  async #failure(session: OpenSession, call: AwsCall, error: unknown, kind: FailedCall['kind']): Promise<FailedCall> {
    const failed: FailedCall = { call, error: errorName(error), kind };
    if (!mayLackService(error, call.service) || call.region === undefined) return failed;
    try {
      await this.#reply(session, {
        service: 'sts',
        command: 'GetCallerIdentity',
        action: 'sts:GetCallerIdentity',
        region: call.region,
      });
      return { ...failed, kind: 'not-available' };
    } catch (other) {
      this.#stopIfCancelled(other);
      return failed;
    }
  }

  /** Ends at once where the collection is cancelled: clients wait between two tries, and for credentials, whatever happens. */
  async #inTime(send: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        clean();
        reject(new KeyreachError('cancelled', 'the collection was cancelled'));
      };
      const timer = setTimeout(() => {
        clean();
        reject(Object.assign(new Error('no reply in time'), { name: 'TimeoutError' }));
      }, this.#longest);
      const clean = (): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', cancel);
      };
      this.#signal.addEventListener('abort', cancel, { once: true });
      send().finally(clean).then(resolve, reject);
    });
  }

  /** A region that is not enabled knows no credentials: those that are known elsewhere have not ended. */
  async #isRegionAlone(session: OpenSession, call: AwsCall, error: unknown): Promise<boolean> {
    if (call.region === undefined || errorName(error) !== 'InvalidClientTokenId') return false;
    try {
      await this.#reply(session, {
        service: 'sts',
        command: 'GetCallerIdentity',
        action: 'sts:GetCallerIdentity',
      });
      return true;
    } catch (other) {
      this.#stopIfCancelled(other);
      return false;
    }
  }

  #stopIfCancelled(cause?: unknown): void {
    if (!this.#signal.aborted) return;
    throw new KeyreachError('cancelled', 'the collection was cancelled', cause === undefined ? {} : { cause });
  }
}

function expired(cause: unknown): KeyreachError {
  return new KeyreachError(
    'expired-credentials',
    `the credentials have expired (\`${errorName(cause)}\`); sign in and run the same command again, it goes on where it stopped`,
    { cause },
  );
}
