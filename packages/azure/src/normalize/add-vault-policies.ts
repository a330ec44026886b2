import type { NormalizeContext } from './normalize-context.ts';

/** Adds access policies of vaults. */
export function addVaultPolicies(_context: NormalizeContext): void {}
