import { and, CONDITIONAL, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { PrincipalMatcher, PrincipalSelector } from '@keyreach/core/graph';
import type { TreeCondition } from '../../packages/core/src/authz/testing/tree-estate.ts';
import type { PlacedEstate, PlacedIdentity, PlacedRequest } from './random-placements.ts';

const all = (truths: readonly Truth[]): Truth => truths.reduce(and, TRUE);
const some = (truths: readonly Truth[]): Truth => truths.reduce(or, FALSE);
const sureness = { allow: TRUE, conditional: CONDITIONAL, unknown: UNKNOWN } as const;

/**
 * A decision as docs/reach-scoped.md words it, of the lists an estate is made of: nothing is compiled, indexed or remembered, every
 * way from one group to another is walked.
 */
export function naivePlacedDecision(estate: PlacedEstate, { principal, action, resource }: PlacedRequest): Truth {
  const who = estate.identities.find(({ id }) => id === principal)!;
  const chain = chainOf(estate, resource);
  const listed = chain.length > 0;
  const holds = (condition: TreeCondition | undefined): Truth => conditionTruth(estate, condition, who, resource);
  const meant = (selector: PrincipalSelector): Truth => selectorTruth(estate, selector, who);

  const grants = estate.bindings.flatMap((binding): readonly Truth[] => {
    if (!chain.includes(binding.node)) return [];
    const role = estate.roles.find(({ id }) => id === binding.role)!;
    if (!role.lost && !role.actions.includes(action)) return [];
    const given = all([meant(binding.principals), holds(binding.condition)]);
    // Of a text that was lost nobody knows whether it names the action, whoever it is given to.
    return [role.lost ? all([UNKNOWN, given === FALSE ? FALSE : TRUE]) : given];
  });
  const allowed = listed ? some(grants) : UNKNOWN;

  const denied = estate.denies
    .filter((rule) => chain.includes(rule.node) && rule.actions.includes(action))
    .map((rule) => not(all([meant(rule.principals), holds(rule.condition)])));

  const around = scopesAround(estate, who.scope);
  const caps = estate.boundaries.map(({ node, allows, applies }): readonly [Truth, Truth] => {
    const placed = around.includes(node) ? TRUE : membership(estate, who, node);
    return [all([placed, holds(applies)]), holds(allows)];
  });
  return all([allowed, all(denied), unionOf(caps)]);
}

/** The target with everything around it; empty for what is not in the input. */
function chainOf(estate: PlacedEstate, resource: string): readonly string[] {
  const known = (id: string) => estate.resources.find((one) => one.id === id);
  const found = known(resource) ?? known(resource.split('/')[0]!);
  if (found !== undefined) return [found.id, ...scopesAround(estate, found.scope)];
  return scopesAround(estate, resource);
}

function scopesAround(estate: PlacedEstate, scope: string | undefined): readonly string[] {
  const found = estate.scopes.find(([id]) => id === scope);
  return found === undefined ? [] : [found[0], ...scopesAround(estate, found[1])];
}

function conditionTruth(
  estate: PlacedEstate,
  condition: TreeCondition | undefined,
  who: PlacedIdentity,
  resource: string,
): Truth {
  if (condition === undefined) return TRUE;
  if ('is' in condition) return condition.is;
  if ('self' in condition) return condition.self === who.id ? TRUE : FALSE;
  const chain = chainOf(estate, resource);
  if (chain.length === 0) return UNKNOWN;
  if ('under' in condition) {
    const inside = [resource, ...chain.filter((id) => estate.scopes.some(([scope]) => scope === id))];
    return condition.under.some((id) => inside.includes(id)) ? TRUE : FALSE;
  }
  const team = estate.resources.find(({ id }) => id === chain[0])?.team;
  return team === undefined ? UNKNOWN : team === condition.team ? TRUE : FALSE;
}

function selectorTruth(estate: PlacedEstate, { include, exclude }: PrincipalSelector, who: PlacedIdentity): Truth {
  const truths = (matchers: readonly PrincipalMatcher[]): readonly Truth[] =>
    matchers.map((one) => matcherTruth(estate, one, who));
  return all([some(truths(include)), not(some(truths(exclude)))]);
}

function matcherTruth(estate: PlacedEstate, matcher: PrincipalMatcher, who: PlacedIdentity): Truth {
  switch (matcher.match) {
    case 'member':
      return membership(estate, who, matcher.id);
    case 'anyone':
      return TRUE;
    case 'types':
      return matcher.types.includes(who.type) && scopesAround(estate, who.scope).includes(matcher.scope!)
        ? TRUE
        : FALSE;
    case 'unresolved':
      return matcher.dangling ? FALSE : UNKNOWN;
    default:
      throw new RangeError(`no estate has \`${matcher.match}\``);
  }
}

/** By every way from the identity to the group that meets no group twice; groups that nobody read may contain whoever may. */
function membership(estate: PlacedEstate, who: PlacedIdentity, group: string, met: readonly string[] = []): Truth {
  if (who.id === group) return TRUE;
  const seen = [...met, who.id];
  const ways = estate.identities.flatMap((next): readonly Truth[] => {
    if (seen.includes(next.id)) return [];
    const stated = estate.memberships.filter(([from, to]) => from === who.id && to === next.id);
    const steps: Truth[] = stated.map(([, , certainty]) => sureness[certainty]);
    if (next.unread && who.type !== 'public') steps.push(UNKNOWN);
    return [all([some(steps), some(steps) === FALSE ? FALSE : membership(estate, next, group, seen)])];
  });
  return some(ways);
}

/** Decided every way that the truths may turn out, unknown ones before conditional ones, which the caller has in hand. */
function unionOf(caps: readonly (readonly [applies: Truth, allows: Truth])[]): Truth {
  const outcome = (decided: readonly (readonly [Truth, Truth])[]): boolean =>
    decided.every(([applies]) => applies === FALSE) ||
    decided.some(([applies, allows]) => applies === TRUE && allows === TRUE);
  const worlds = turned(caps, UNKNOWN).map((known) => turned(known, CONDITIONAL).map(outcome));
  if (worlds.every((one) => one.every(Boolean))) return TRUE;
  if (!worlds.some((one) => one.some(Boolean))) return FALSE;
  return worlds.every((one) => one.some(Boolean)) ? CONDITIONAL : UNKNOWN;
}

type Caps = readonly (readonly [Truth, Truth])[];

function turned(caps: Caps, kind: Truth): readonly Caps[] {
  return caps.reduce<readonly Caps[]>(
    (worlds, cap) =>
      worlds.flatMap((world) => {
        const ways = (truth: Truth): readonly Truth[] => (truth === kind ? [TRUE, FALSE] : [truth]);
        return ways(cap[0]).flatMap((applies) => ways(cap[1]).map((allows) => [...world, [applies, allows] as const]));
      }),
    [[]],
  );
}
