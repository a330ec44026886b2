import type { NormalizeContext } from './normalize-context.ts';

/** Adds role definitions and assignments. */
export function addRoleAssignments(_context: NormalizeContext): void {}
