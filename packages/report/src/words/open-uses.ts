import type { IdentityUse } from '@keyreach/core/analysis';

/**
 * The identities a reader has to look at, certain waste first, then what is in doubt; those that use all they are
 * granted are left out. Identities alike keep their order.
 */
export function openUses(uses: readonly IdentityUse[]): readonly IdentityUse[] {
  return uses.filter(isOpen).toSorted((left, right) => weight(right) - weight(left));
}

function isOpen({ state, counts, credentials }: IdentityUse): boolean {
  return state !== 'used' || counts.unused + counts.unknown > 0 || credentials.some((one) => one.state !== 'used');
}

function weight({ state, counts }: IdentityUse): number {
  if (state === 'unused') return 3;
  if (counts.unused > 0) return 2;
  return state === 'used' ? 1 : 0;
}
