import type { IdentityNode } from './model.ts';

/** Types of identity that nobody is, but only is a member of: groups, all accounts of a domain, all holders of a role. */
const COLLECTIVE: ReadonlySet<string> = new Set(['group', 'domain', 'convenience']);

/** Whether an identity stands for its members, so that nobody acts as it. */
export function isCollective({ type }: Pick<IdentityNode, 'type'>): boolean {
  return COLLECTIVE.has(type);
}
