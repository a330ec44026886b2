import { leavesOwnerOpen } from '@keyreach/core/authz';

const COGNITO = 'cognito-identity.amazonaws.com';

/** Whether an identity pool gives credentials to guests; undefined where the input does not say. */
export type GuestPools = (pool: string) => boolean | undefined;

/**
 * Subjects of Cognito are `POOL/STATE`. Anybody can have a pool of their own, and a guest of a pool is whoever knows its
 * id, which every client of it holds (aws.md 2.1). A role for guests tells that the pool serves them, unless the pool itself
 * says otherwise; a role that does not ask who signed in tells nothing of it.
 */
function openPool(pattern: string, servesGuests: GuestPools): boolean | 'conditional' {
  const [pool = '', state] = pattern.split('/', 2);
  if (/[*?]/.test(pool.replaceAll(/\$\{[*?$]\}/g, ''))) return true;
  switch (state) {
    case 'unauthenticated':
      return servesGuests(pool) ?? true;
    case '*':
      return servesGuests(pool) ?? 'conditional';
    default:
      return false;
  }
}

/**
 * Whether strangers can have a subject that matches: the issuer serves anybody, and the pattern leaves the owner open,
 * as `*`, `repo:*` and `repo:acme*` do and `repo:acme/*` does not (aws.md 2.2, rules).
 */
export function openToStrangers(
  issuer: string,
  pattern: string,
  servesGuests: GuestPools = () => undefined,
): boolean | 'conditional' {
  return issuer.toLowerCase() === COGNITO && pattern !== '*'
    ? openPool(pattern, servesGuests)
    : leavesOwnerOpen(issuer, pattern);
}
