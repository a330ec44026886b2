/**
 * Issuers that give tokens to anybody with an account there (aws.md 2.2): without a condition that names an owner,
 * strangers can have a matching subject. Issuers with a tenant of their own in the host or path are not among them.
 */
const SHARED_ISSUERS: ReadonlySet<string> = new Set([
  'accounts.google.com',
  'agent.buildkite.com',
  'app.terraform.io',
  'cognito-identity.amazonaws.com',
  'gitlab.com',
  'graph.facebook.com',
  'oidc.vercel.com',
  'token.actions.githubusercontent.com',
  'www.amazon.com',
]);

/** What stands before the owner in a subject, by issuer. */
const OWNER_PREFIXES: Readonly<Record<string, readonly string[]>> = {
  'app.terraform.io': ['organization:'],
  'agent.buildkite.com': ['organization:'],
  'gitlab.com': ['project_path:'],
  'oidc.vercel.com': ['owner:'],
  'token.actions.githubusercontent.com': ['repo:'],
};

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
  const host = issuer.toLowerCase();
  if (!SHARED_ISSUERS.has(host)) return false;
  if (pattern === '*') return true;
  if (host === COGNITO) return openPool(pattern, servesGuests);
  const prefix = OWNER_PREFIXES[host]?.find((one) => pattern.startsWith(one));
  if (prefix === undefined) return /^[^:/]*\*/.test(pattern) && OWNER_PREFIXES[host] !== undefined;
  const owner = pattern.slice(prefix.length).split(/[/:]/, 1)[0] ?? '';
  return owner.includes('*') || owner.includes('?');
}
