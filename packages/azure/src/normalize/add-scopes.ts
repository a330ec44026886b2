import type { NormalizeContext } from './normalize-context.ts';

/** Adds scopes of Azure Resource Manager. */
export function addScopes(_context: NormalizeContext): void {}
