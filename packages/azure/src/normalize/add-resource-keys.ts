import type { NormalizeContext } from './normalize-context.ts';

/** Adds static keys of resources. */
export function addResourceKeys(_context: NormalizeContext): void {}
