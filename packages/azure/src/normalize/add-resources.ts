import type { NormalizeContext } from './normalize-context.ts';

/** Adds resource groups and resources. */
export function addResources(_context: NormalizeContext): void {}
