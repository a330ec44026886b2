import type { NodeId, PrincipalMatcher, PrincipalSelector } from '../graph/model.ts';
import type { PrincipalFacts } from './semantics.ts';
import { and, CONDITIONAL, FALSE, not, or, TRUE, type Truth, UNKNOWN } from './truth.ts';

/**
 * Whether a rule names a principal; a rule without principals speaks of whoever it is placed on. `guarded`: the principal
 * has a guard of its own, see {@link PrincipalSelector.excludes}.
 */
export function principalTruth(
  selector: PrincipalSelector | undefined,
  principal: PrincipalFacts,
  guarded: boolean,
): Truth {
  if (selector === undefined) return TRUE;
  let truth: Truth = FALSE;
  for (const matcher of selector.include) truth = or(truth, matcherTruth(matcher, principal));
  return and(truth, not(excludedTruth(selector, principal, guarded)));
}

/** Whether one matcher names a principal. */
export function matcherTruth(matcher: PrincipalMatcher, principal: PrincipalFacts): Truth {
  switch (matcher.match) {
    case 'node':
      if (matcher.id !== principal.node.id) return FALSE;
      if (matcher.certainty === undefined) return TRUE;
      return matcher.certainty === 'conditional' ? CONDITIONAL : UNKNOWN;
    case 'scope':
      return inScope(principal, matcher.id) ? TRUE : FALSE;
    case 'anyone':
      return TRUE;
    case 'member':
      if (matcher.id === principal.node.id) return TRUE;
      return principal.memberOf?.(matcher.id, matcher.direct) ?? FALSE;
    case 'types':
      if (!matcher.types.includes(principal.node.type)) return FALSE;
      return matcher.scope === undefined || inScope(principal, matcher.scope) ? TRUE : FALSE;
    case 'service':
      return principal.node.type === 'service' && principal.node.name === matcher.name ? TRUE : FALSE;
    case 'unresolved':
      return unresolvedTruth(matcher, principal);
  }
}

/** Whether a principal may be the one that a text which nobody can resolve means. */
function unresolvedTruth(
  { dangling, zoned, scope, type }: Extract<PrincipalMatcher, { readonly match: 'unresolved' }>,
  principal: PrincipalFacts,
): Truth {
  if (dangling) return FALSE;
  if (zoned === true && !principal.scopes.some((one) => one.zone === true)) return FALSE;
  if (scope !== undefined && !inScope(principal, scope)) return FALSE;
  if (type === undefined) return UNKNOWN;
  const { node, session } = principal;
  // Which session of its type it is, is the caller's choice or that of who made it.
  return (session?.separate ?? node.type) === type ? CONDITIONAL : FALSE;
}

function inScope(principal: PrincipalFacts, scope: NodeId): boolean {
  for (const one of principal.scopes) if (one.id === scope) return true;
  return false;
}

/** Whether a rule leaves a principal out by name. */
export function excludedTruth(
  selector: PrincipalSelector | undefined,
  principal: PrincipalFacts,
  guarded: boolean,
): Truth {
  if (selector?.excludes === 'all-identities') return guarded ? FALSE : sparedTruth(selector, principal);
  let truth: Truth = FALSE;
  for (const matcher of selector?.exclude ?? []) truth = or(truth, matcherTruth(matcher, principal));
  return truth;
}

/** Whether a list names a principal in every capacity: by itself and by its zone (aws.md 1.9). */
function sparedTruth(selector: PrincipalSelector, principal: PrincipalFacts): Truth {
  let self: Truth = FALSE;
  let zone: Truth = FALSE;
  for (const matcher of selector.exclude) {
    const one = matcherTruth(matcher, principal);
    if (namesZone(matcher)) zone = or(zone, one);
    else self = or(self, one);
    if (matcher.match === 'anyone') zone = or(zone, one);
  }
  const needsZone = principal.scopes.some((scope) => scope.zone === true);
  if (!needsZone) return self;
  if (self === FALSE && zone === FALSE) return FALSE;
  // The zone is the only name that its root user has.
  if (principal.node.type === 'root') return zone;
  // A role is named by its sessions as well, which nobody can list beforehand; so is a user by those apart from it.
  const whole = and(self, zone);
  if (whole === TRUE) return principal.node.type === 'user' && !isApart(principal) ? TRUE : UNKNOWN;
  return UNKNOWN;
}

/** Whether a matcher names all of a zone, of which nobody may be able to tell which it is. */
function namesZone(matcher: PrincipalMatcher): boolean {
  return matcher.match === 'scope' || (matcher.match === 'unresolved' && matcher.strength === 'delegates');
}

/** Whether a principal acts in a session that is another principal than the identity itself. */
export function isApart({ node, session }: PrincipalFacts): boolean {
  return session?.separate !== undefined && session.separate !== node.type;
}
