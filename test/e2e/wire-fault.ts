import type { WireCall } from './wire-call.ts';
import type { WireProblem } from './wire-reply.ts';

/** Which calls a fault is about. What is left out matches every call. */
export interface FaultyCalls {
  readonly service?: string;
  readonly action?: string;
  /** Account of the caller. */
  readonly account?: string;
  readonly region?: string;
  /** Text that the request holds, such as the ARN of the role that is to be assumed. */
  readonly holding?: string;
  /** The first of the matching calls that fails, from 1; every call where it is left out. */
  readonly from?: number;
  /** The last of the matching calls that fails. */
  readonly to?: number;
}

/** What happens to those calls. */
export type FaultEffect =
  | { readonly kind: 'problem'; readonly problem: WireProblem; readonly retryAfterSeconds?: number }
  /** The session of the call has ended: this call fails, and every later one of the same session. */
  | { readonly kind: 'session-ends' }
  /** The connection is closed without an answer. */
  | { readonly kind: 'dropped' }
  /** The answer comes late. */
  | { readonly kind: 'slow'; readonly milliseconds: number };

/** One row of the table of faults. */
export interface WireFault {
  readonly calls: FaultyCalls;
  readonly effect: FaultEffect;
}

/** Decides which fault, if any, a call meets; counts the calls that each row matches. */
export class FaultTable {
  readonly #rows: readonly { readonly fault: WireFault; seen: number }[];
  readonly #endedSessions = new Set<string>();

  constructor(faults: readonly WireFault[]) {
    this.#rows = faults.map((fault) => ({ fault, seen: 0 }));
  }

  /** The effect on a call: of the first row that matches it. */
  effectOn(call: WireCall, account: string): FaultEffect | undefined {
    let effect: FaultEffect | undefined;
    for (const row of this.#rows) {
      if (!matches(row.fault.calls, call, account)) continue;
      row.seen += 1;
      const { from = 1, to = Number.POSITIVE_INFINITY } = row.fault.calls;
      if (row.seen >= from && row.seen <= to) effect ??= row.fault.effect;
    }
    if (effect?.kind === 'session-ends') this.#endedSessions.add(call.accessKeyId);
    return this.#endedSessions.has(call.accessKeyId) ? { kind: 'problem', problem: 'expired' } : effect;
  }
}

function matches(calls: FaultyCalls, call: WireCall, account: string): boolean {
  return (
    (calls.service === undefined || calls.service === call.service) &&
    (calls.action === undefined || calls.action === call.action) &&
    (calls.account === undefined || calls.account === account) &&
    (calls.region === undefined || calls.region === call.region) &&
    (calls.holding === undefined || `${call.url}\n${decodeForm(call.body)}`.includes(calls.holding))
  );
}

function decodeForm(body: string): string {
  try {
    return decodeURIComponent(body);
  } catch {
    return body;
  }
}
