import type { NormalizeContext } from './normalize-context.ts';

/** Adds deny assignments. */
export function addDenyAssignments(_context: NormalizeContext): void {}
