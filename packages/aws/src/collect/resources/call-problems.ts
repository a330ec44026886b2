import type { AccountCalls, FailedCall } from '../calls.ts';

interface Problem {
  readonly what: string;
  readonly failed: FailedCall;
  /** IAM actions that the call needs beside its own. */
  readonly needs: readonly string[];
  readonly regions: Set<string>;
  calls: number;
}

/** Calls that failed, told together: one gap for each action and error, with the regions it failed in. */
export class CallProblems {
  readonly #problems = new Map<string, Problem>();

  /** `what`: the kind of thing that is missing, as the gap calls it; `needs`: further IAM actions the call needs. */
  note(what: string, failed: FailedCall, needs: readonly string[] = []): void {
    const key = `${what} ${failed.call.action} ${failed.error}`;
    const known = this.#problems.get(key) ?? { what, failed, needs, regions: new Set(), calls: 0 };
    this.#problems.set(key, known);
    known.calls += 1;
    if (failed.call.region !== undefined) known.regions.add(failed.call.region);
  }

  /** Writes the gaps, in an order that does not depend on which call ended first. */
  tell(calls: Pick<AccountCalls, 'gap'>): void {
    for (const key of [...this.#problems.keys()].sort()) {
      const problem = this.#problems.get(key);
      if (problem === undefined) continue;
      const { what, failed, needs, regions } = problem;
      const { service, command, action } = failed.call;
      const times = problem.calls === 1 ? '' : ` ${problem.calls} times`;
      const where = regions.size === 0 ? '' : ` in ${[...regions].sort().join(', ')}`;
      calls.gap({
        what,
        why: `${service} ${command} failed${times}${where}: ${failed.error}`,
        // Only of a refusal it is known what would help.
        ...(failed.kind === 'denied'
          ? { fix: `allow ${[action, ...needs].map((name) => `\`${name}\``).join(', ')}` }
          : {}),
      });
    }
  }
}
