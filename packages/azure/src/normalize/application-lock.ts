import type { EntraLock } from '../bundle/azure-input.ts';

/**
 * Whether the lock of an application keeps others from adding credentials that log in to its service principals (azure.md 2).
 * Undefined: not told.
 */
export function locksLogin(lock: EntraLock | undefined): boolean | undefined {
  if (lock === undefined) return undefined;
  return lock.isEnabled && (lock.allProperties || lock.credentialsWithUsageVerify);
}
