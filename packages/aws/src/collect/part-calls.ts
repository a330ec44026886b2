import type { Gap } from '@keyreach/core/graph';
import pLimit from 'p-limit';
import { accountScopeId } from '../bundle/arn.ts';
import type { AccountSession } from './account-session.ts';
import type { CallSender } from './call-sender.ts';
import type { AccountCalls, CallResult, FailedCall } from './calls.ts';

/** Account whose calls they are. */
export interface CalledAccount {
  readonly accountId: string;
  readonly partition: string;
  readonly regions: readonly string[];
}

/** Tasks at a time that a part has under way; the calls in them are bounded again. */
const TASKS = 20;

/** What to do about a gap that another run may close by itself. */
export const RUN_AGAIN = 'run the same command again';

/** Failures that may be gone next time. What does not exist, or is not offered, is an answer. */
const MAY_PASS: ReadonlySet<FailedCall['kind']> = new Set(['denied', 'expired', 'network', 'other', 'throttled']);

/** The calls of one part in one account, with what it could not read. */
export class PartCalls implements AccountCalls {
  readonly accountId: string;
  readonly partition: string;
  readonly regions: readonly string[];
  readonly #sender: CallSender;
  readonly #session: AccountSession;
  readonly #gaps: Gap[] = [];
  #failures = 0;

  constructor(account: CalledAccount, session: AccountSession, sender: CallSender) {
    this.accountId = account.accountId;
    this.partition = account.partition;
    this.regions = account.regions;
    this.#session = session;
    this.#sender = sender;
  }

  /** What was noted, in an order of its own. */
  get gaps(): readonly Gap[] {
    return [...this.#gaps].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }

  /** True where a call failed in a way that another run may not, or something was not ready. */
  get mayPass(): boolean {
    return this.#failures > 0;
  }

  async send(call: Parameters<AccountCalls['send']>[0]): Promise<CallResult> {
    const result = await this.#sender.send(this.#session, call);
    if (!result.ok) this.#count(result.failed);
    return result;
  }

  async pages(
    call: Parameters<AccountCalls['pages']>[0],
    paging: Parameters<AccountCalls['pages']>[1],
  ): ReturnType<AccountCalls['pages']> {
    const result = await this.#sender.pages(this.#session, call, paging);
    if (result.failed !== undefined) this.#count(result.failed);
    return result;
  }

  async all<T>(tasks: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
    const limit = pLimit(TASKS);
    const ended = await Promise.allSettled(tasks.map((task) => limit(task)));
    // Every task has ended: nothing goes on behind the back of whoever is told of a failure.
    return ended.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
  }

  gap(gap: Omit<Gap, 'scope' | 'kind'>): void {
    if (gap.fix === RUN_AGAIN) this.#failures += 1;
    this.#gaps.push({ scope: accountScopeId(this.accountId, this.partition), ...gap, kind: 'not-collected' });
  }

  failed(what: string, failed: FailedCall): void {
    this.gap({ what, ...whyItFailed(failed) });
  }

  #count({ kind }: FailedCall): void {
    if (MAY_PASS.has(kind)) this.#failures += 1;
  }
}

/** A failed call in words, with the permission to give where that is what was missing. */
export function whyItFailed({ call, error, kind }: FailedCall): { readonly why: string; readonly fix?: string } {
  const where = call.region === undefined ? '' : ` in ${call.region}`;
  const why = `${call.service} ${call.command} failed${where}: ${error}`;
  switch (kind) {
    case 'denied':
      return { why, fix: `allow \`${call.action}\`` };
    case 'throttled':
    case 'network':
    case 'expired':
      return { why, fix: RUN_AGAIN };
    case 'not-found':
    case 'not-available':
    case 'other':
      return { why };
    default: {
      const never: never = kind;
      return never;
    }
  }
}
