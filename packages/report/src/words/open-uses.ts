import type { IdentityUse } from '@keyreach/core/analysis';

/**
 * The identities a reader has to look at, certain waste first, then what is in doubt; those that use every service they
 * are granted, and leave no action unused, are left out. Identities alike keep their order.
 */
export function openUses(uses: readonly IdentityUse[]): readonly IdentityUse[] {
  return uses.filter(isOpen).toSorted((left, right) => weight(right) - weight(left));
}

function isOpen({ state, counts, credentials, actions }: IdentityUse): boolean {
  const waste = counts.unused + counts.unknown + (actions?.counts.unused ?? 0) > 0;
  return state !== 'used' || waste || credentials.some((one) => one.state !== 'used');
}

function weight({ state, counts, actions }: IdentityUse): number {
  if (state === 'unused') return 3;
  if (counts.unused + (actions?.counts.unused ?? 0) > 0) return 2;
  return state === 'used' ? 1 : 0;
}
