import type { PrincipalMatcher, PrincipalSelector } from '../graph/model.ts';
import { matcherTruth } from './principal-matching.ts';
import type { PrincipalFacts } from './semantics.ts';
import { FALSE, or, TRUE, type Truth } from './truth.ts';

/** What a matcher names: the id of a node, `*` for everybody, else the text of the rule. */
export function matcherName(matcher: PrincipalMatcher): string {
  switch (matcher.match) {
    case 'node':
    case 'member':
    case 'scope':
      return matcher.id;
    case 'types':
      return matcher.scope === undefined ? matcher.types.join(', ') : `${matcher.types.join(', ')} in ${matcher.scope}`;
    case 'anyone':
      return '*';
    case 'service':
      return matcher.name;
    case 'unresolved':
      return matcher.text;
  }
}

/**
 * By which names a selector means a principal, the surest ones; all of them where it does not mean it. In the order of the
 * rule, each once.
 */
export function namesOf({ include }: PrincipalSelector, principal: PrincipalFacts | undefined): readonly string[] {
  let best: Truth = FALSE;
  for (const matcher of include) if (principal !== undefined) best = or(best, matcherTruth(matcher, principal));
  const meant =
    principal === undefined || best === FALSE
      ? include
      : include.filter((matcher) => matcherTruth(matcher, principal) === best);
  return [...new Set(meant.map(matcherName))];
}

/** The group whose unknown members leave it open whether a selector means a principal; undefined where that is not so. */
export function openMembership(selector: PrincipalSelector | undefined, principal: PrincipalFacts): string | undefined {
  let open: string | undefined;
  for (const matcher of selector?.include ?? []) {
    const truth = matcherTruth(matcher, principal);
    if (truth === TRUE) return undefined;
    if (matcher.match === 'member' && truth !== FALSE) open ??= matcher.id;
  }
  return open;
}
