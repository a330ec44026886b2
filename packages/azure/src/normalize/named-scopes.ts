import type { ArmScope } from './arm-scope.ts';
import type { NormalizeContext } from './normalize-context.ts';

/**
 * Every scope that resources, assignments and denies of the input name, by id, in the order of ids. What is not listed has to have a
 * node all the same: what is placed on it holds there.
 */
export function namedScopes({
  input,
  scopes,
}: Pick<NormalizeContext, 'input' | 'scopes'>): ReadonlyMap<string, ArmScope> {
  const found = new Map<string, ArmScope>();
  const seen = new Set<string>();
  const note = (text: string): void => {
    if (seen.has(text)) return;
    seen.add(text);
    const scope = scopes.of(text);
    if (scope !== undefined && !found.has(scope.id)) found.set(scope.id, scope);
  };
  for (const { id } of input.resources?.items ?? []) note(id);
  for (const list of [input.roleAssignments, input.roleEligibilities, input.roleSchedules, input.denyAssignments]) {
    for (const { scope } of list?.items ?? []) note(scope);
  }
  for (const { roleType, assignableScopes } of input.roleDefinitions?.items ?? []) {
    if (roleType?.toLowerCase() !== 'builtinrole') for (const scope of assignableScopes) note(scope);
  }
  return new Map([...found].sort(([left], [right]) => (left < right ? -1 : 1)));
}
