import { type ActionRef, hasAction } from '../../authz/action-catalogue.ts';
import type { CompiledCondition, RequestContext } from '../../authz/semantics.ts';
import type { ScopedCaller } from './scoped-caller.ts';
import { tagsRead } from './tags-read.ts';

/** More combinations of tags than this are not tried: keys beyond them stay open. */
const MOST_ASSIGNMENTS = 128;

/** Whether some rule or guard that a caller is named or capped by looks at tags of targets. */
export function looksAtTags(caller: ScopedCaller): boolean {
  return conditionsOf(caller, undefined).some((condition) => tagsRead(condition).length > 0);
}

/**
 * Choices of tags to try for an action of a caller that chooses them: every value some condition names, another one, and none, for
 * each key; one empty choice where nothing looks at tags.
 */
export function tagAssignments(caller: ScopedCaller, action: ActionRef, fresh: string): readonly RequestContext[] {
  const wanted = new Map<string, Set<string>>();
  for (const condition of conditionsOf(caller, action)) {
    for (const [key, values] of tagsRead(condition)) {
      const known = wanted.get(key) ?? new Set<string>();
      for (const value of values) known.add(value);
      wanted.set(key, known);
    }
  }
  let assignments: RequestContext[] = [new Map()];
  for (const [key, values] of [...wanted].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const options: readonly (readonly string[] | null)[] = [...[...values].sort().map((one) => [one]), [fresh], null];
    if (assignments.length * options.length > MOST_ASSIGNMENTS) continue;
    assignments = assignments.flatMap((one) => options.map((option) => new Map(one).set(key, option)));
  }
  return assignments;
}

/** Conditions of whatever speaks of an action of a caller; of any where none is given. */
function conditionsOf(caller: ScopedCaller, action: ActionRef | undefined): readonly CompiledCondition[] {
  const found: CompiledCondition[] = [];
  for (const list of [caller.common, caller.allows, caller.denies]) {
    for (const { rule } of list) {
      if (rule.conditions.length === 0) continue;
      if (action === undefined || rule.statement === undefined || hasAction(rule.statement.actions, action))
        found.push(...rule.conditions);
    }
  }
  for (const { documents } of caller.guards) {
    for (const { statements, applies } of documents) {
      if (applies !== undefined) found.push(applies);
      for (const { condition } of statements) if (condition !== undefined) found.push(condition);
    }
  }
  return found;
}
