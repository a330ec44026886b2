import type { NodeId, PrincipalSelector } from '../graph/model.ts';
import { hasAction } from './action-catalogue.ts';
import type { AuthorizationModel } from './authorization-model.ts';
import type { DecisionQuery } from './decision-query.ts';
import { matcherTruth } from './principal-matching.ts';
import type { ResourcePolicies } from './resource-side.ts';
import type { PrincipalFacts } from './semantics.ts';
import { FALSE } from './truth.ts';

/** Of so many joined groups that rules also speak against, every choice is tried; of more all, none and all but one. */
const MOST_FOR_CHOICES = 6;

/**
 * The principal of a query in each choice of groups to be in that may come out differently. Being in one only helps, unless a
 * rule that speaks of the action takes something away from its members: such groups it may leave out, for the whole request.
 */
export function joinedChoices(
  model: AuthorizationModel,
  { principal, action }: Pick<DecisionQuery, 'principal' | 'action'>,
  { grants, levels }: ResourcePolicies,
): readonly PrincipalFacts[] {
  const joined = principal.joined ?? [];
  const against: PrincipalSelector[] = [];
  for (const { held, principals } of grants) {
    for (const statement of held.document.statements) {
      const of = statement.principals ?? principals;
      if (of === undefined || !hasAction(statement.actions, action)) continue;
      against.push(statement.allow ? { include: of.exclude, exclude: [] } : of);
    }
  }
  for (const held of levels.flat()) {
    for (const { allow, principals, actions } of held.document.statements) {
      if (!allow && principals !== undefined && hasAction(actions, action)) against.push(principals);
    }
  }
  const harmful = joined.filter((group) => isMet(model, principal, group, against));
  const rest = joined.filter((group) => !harmful.includes(group));
  return subsets(harmful).map((some) => model.joinedFacts(principal, [...rest, ...some]));
}

/** Whether a selector names the group, or one it is in. */
function isMet(
  model: AuthorizationModel,
  principal: PrincipalFacts,
  group: NodeId,
  selectors: readonly PrincipalSelector[],
): boolean {
  const bare = model.joinedFacts(principal, []);
  const joined = model.joinedFacts(principal, [group]);
  return selectors.some(({ include }) =>
    include.some(
      (matcher) => matcher.match === 'member' && matcherTruth(matcher, joined) > (matcherTruth(matcher, bare) ?? FALSE),
    ),
  );
}

/** The largest choices first, so that of equal ones the one with most groups counts. */
function subsets(groups: readonly NodeId[]): readonly (readonly NodeId[])[] {
  if (groups.length > MOST_FOR_CHOICES)
    return [groups, ...groups.map((left) => groups.filter((one) => one !== left)), ...groups.map((one) => [one]), []];
  const all: (readonly NodeId[])[] = [];
  for (let bits = 2 ** groups.length - 1; bits >= 0; bits -= 1)
    all.push(groups.filter((_, at) => ((bits >> at) & 1) === 1));
  return all.sort((left, right) => right.length - left.length);
}
