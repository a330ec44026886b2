import type { Bound } from './results.ts';

/** What one credential adds to the trust debt. */
export interface DebtorCredential {
  readonly status: 'active' | 'disabled' | 'expired' | 'unknown';
  /** Long-lived secret material; undefined where nobody knows. */
  readonly static: boolean | undefined;
  /** Null where its age is unknown. */
  readonly ageDays: number | null;
  /** Sensitive resources in reach. */
  readonly sensitive: Bound;
  /** Scopes in full control. */
  readonly adminScopes: Bound;
}

/**
 * What long-lived credentials have run up (findings 3.7): the sum over static active ones of
 * `ageDays/90·(1 + sensitive + 5·|adminReach|)`. Of a credential that is not known to be static and active, or whose age
 * is unknown, nothing is proven; `hi` is null where one of them has no bound.
 *
 * @example
 * ```ts
 * const exactly = (number: number) => ({ lo: number, hi: number });
 * trustDebt([{ status: 'active', static: true, ageDays: 720, sensitive: exactly(40), adminScopes: exactly(1) }]).lo; // 368
 * ```
 */
export function trustDebt(credentials: Iterable<DebtorCredential>): Bound {
  let lo = 0;
  let hi: number | null = 0;
  for (const credential of credentials) {
    const { status, ageDays, sensitive, adminScopes } = credential;
    if (credential.static === false || status === 'disabled' || status === 'expired') continue;
    if (credential.static === true && status === 'active' && ageDays !== null)
      lo += (ageDays / 90) * (1 + (sensitive.lo ?? 0) + 5 * (adminScopes.lo ?? 0));
    hi =
      hi === null || ageDays === null || sensitive.hi === null || adminScopes.hi === null
        ? null
        : hi + (ageDays / 90) * (1 + sensitive.hi + 5 * adminScopes.hi);
  }
  return { lo, hi };
}
