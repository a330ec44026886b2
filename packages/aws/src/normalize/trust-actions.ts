import type { Selector } from '@keyreach/core/graph';

/** Actions that a role's trust policy decides: without its consent nobody's own grants count (aws.md 1.5). */
export const TRUST_ACTIONS: Selector = {
  include: ['sts:AssumeRole*', 'sts:TagSession', 'sts:SetSourceIdentity'],
  exclude: [],
};
