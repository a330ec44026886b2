import type { Certainty, PrincipalMatcher } from '@keyreach/core/graph';
import type { CompiledPolicy } from './policy-document.ts';

/**
 * How surely a role can be assumed by one of some services, named without `.amazonaws.com`; undefined where it cannot
 * (aws.md 2.1). Conditions of the trust policy are not looked at. Where it lets in other services or federated callers,
 * one of these may stand behind the workload, so the answer is `unknown`.
 */
export function serviceTrust(
  trust: CompiledPolicy | undefined,
  services: readonly (string | undefined)[],
): Certainty | undefined {
  // A trust policy that could not be read may let anybody in.
  if (trust === undefined || 'unreadable' in trust) return 'unknown';
  let others = false;
  for (const { effect, principals } of trust.statements) {
    if (effect !== 'allow' || principals === undefined) continue;
    for (const matcher of principals.include) {
      if (isOneOf(services, matcher)) return 'allow';
      others ||= matcher.match === 'service' || isFederated(matcher);
    }
  }
  return others ? 'unknown' : undefined;
}

/**
 * How surely service accounts of a Kubernetes cluster can take a role with tokens of its issuers; undefined where they
 * cannot (aws.md 2.1, 3.6). Without the issuers, where that is not known, any federated caller may be one of them.
 */
export function clusterTrust(
  trust: CompiledPolicy | undefined,
  issuers: readonly string[] | undefined,
): Certainty | undefined {
  // Nobody checks the trust when the role is named: a text that is not in the input may let them in or not.
  if (trust === undefined || 'unreadable' in trust) return 'unknown';
  let some = false;
  for (const { effect, principals } of trust.statements) {
    for (const matcher of effect === 'allow' ? (principals?.include ?? []) : []) {
      if (!isFederated(matcher)) continue;
      if (matcher.match === 'node' && issuers?.some((issuer) => matcher.id.startsWith(`federated:${issuer}#`))) {
        return 'allow';
      }
      some ||= issuers === undefined || matcher.match === 'unresolved';
    }
  }
  return some ? 'unknown' : undefined;
}

/** China writes some services with `.amazonaws.com.cn`, and some services have a principal in each region. */
function isOneOf(services: readonly (string | undefined)[], matcher: PrincipalMatcher): boolean {
  if (matcher.match === 'anyone') return true;
  if (matcher.match !== 'service') return false;
  const name = matcher.name.replace(/\.amazonaws\.com(\.cn)?$/, '');
  return services.includes(name) || services.includes(name.replace(/\.[a-z]{2,3}(-[a-z]{1,8}){1,2}-\d$/, ''));
}

/**
 * Whether a matcher may mean callers that an identity provider vouches for. A session of GetFederationToken is none, whatever
 * its name: a user of the account makes it (aws.md 1.4), and no provider is asked.
 */
function isFederated(matcher: PrincipalMatcher): boolean {
  if (matcher.match === 'unresolved') return !matcher.dangling && matcher.type !== 'federated-user';
  return matcher.match === 'node' && matcher.id.startsWith('federated:');
}
