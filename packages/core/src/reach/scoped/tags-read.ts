import type { CompiledCondition } from '../../authz/semantics.ts';

/** The keys of tags that a condition looks at, with the values it names. */
export function tagsRead(condition: CompiledCondition): readonly (readonly [key: string, values: readonly string[]])[] {
  return condition.chosen.flatMap(({ key, values, when }) =>
    when === 'resource-tags' ? [[key, values] as const] : [],
  );
}
