import type { NodeId } from '../graph/model.ts';
import { generalName } from './caller-choice.ts';
import type { HopChange } from './hop-change.ts';
import { inZone } from './requirement.ts';
import type { FixedContext, Technique } from './technique.ts';

/**
 * What the requests of one hop name beside what the row fixes: one entry for each request that has to be made. Several
 * policies are named one after the other; what is made is made within one guard, or within none.
 */
export function hopRequests(
  { names, bounds, yields }: Technique,
  change: HopChange | undefined,
  zone: NodeId | undefined,
): readonly (FixedContext | undefined)[] {
  const guard = change?.change === 'make' ? change.guard : undefined;
  // What has text of the caller's choice in its name is a policy of its making.
  const bound = guard !== undefined && /[*?]/.test(guard) ? generalName(guard) : (guard ?? null);
  const within: FixedContext = bounds === undefined ? {} : { [bounds.key]: bound };
  const strongest = names?.strongest === undefined ? undefined : inZone(names.strongest, zone);
  const named = names === undefined ? [] : policiesNamed(change, strongest);
  if (names === undefined || named.length === 0) return yields === 'make' ? [within] : [undefined];
  return named.map((policy) => ({ ...within, [names.key]: policy }));
}

function policiesNamed(change: HopChange | undefined, strongest: string | undefined): readonly string[] {
  const whole = strongest === undefined ? [] : [strongest];
  switch (change?.change) {
    case 'grant':
    case 'make':
      return change.policies ?? whole;
    case 'guard':
      return change.policy === undefined ? whole : [change.policy];
    case 'drop':
      return [...new Set(change.policies.map(({ policy }) => policy))];
    default:
      return whole;
  }
}
