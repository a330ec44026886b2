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

/** Whether an issuer, by its name without scheme, gives tokens to anybody with an account there. */
export function isSharedIssuer(issuer: string): boolean {
  return SHARED_ISSUERS.has(issuer.toLowerCase());
}

/**
 * Whether a pattern of subjects of a shared issuer leaves the owner open, as `*`, `repo:*` and `repo:acme*` do and `repo:acme/*`
 * does not (aws.md 2.2, rules): strangers can have a subject that matches then. False for issuers that are not shared.
 *
 * @example
 * leavesOwnerOpen('token.actions.githubusercontent.com', 'repo:acme/*'); // false
 */
export function leavesOwnerOpen(issuer: string, pattern: string): boolean {
  const host = issuer.toLowerCase();
  if (!SHARED_ISSUERS.has(host)) return false;
  if (pattern === '*') return true;
  const prefixes = Object.hasOwn(OWNER_PREFIXES, host) ? OWNER_PREFIXES[host] : undefined;
  const prefix = prefixes?.find((one) => pattern.startsWith(one));
  if (prefix === undefined) return /^[^:/]*\*/.test(pattern) && prefixes !== undefined;
  const owner = pattern.slice(prefix.length).split(/[/:]/, 1)[0] ?? '';
  return owner.includes('*') || owner.includes('?');
}
