import type { CompiledCondition } from './semantics.ts';
import { and, FALSE, type Truth } from './truth.ts';

/** A condition that comes out the same for every request. `why`: what is not known, where it is not known. */
export function fixedCondition(truth: Truth, why?: string): CompiledCondition {
  return {
    evaluate: () => truth,
    principalKeys: [],
    readsResource: false,
    readsAction: false,
    chosen: [],
    requestKeys: [],
    parts: [],
    ...(why === undefined ? {} : { undecidable: why }),
  };
}

/** The condition that holds where both do; the other one where one is absent. */
export function joinedConditions(
  left: CompiledCondition | undefined,
  right: CompiledCondition | undefined,
): CompiledCondition | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const undecidable = left.undecidable ?? right.undecidable;
  const resourceKeys = sharedResourceKeys(left, right);
  const { propose: ofLeft } = left;
  const { propose: ofRight } = right;
  return {
    evaluate: (request) => {
      const first = left.evaluate(request);
      return first === FALSE ? FALSE : and(first, right.evaluate(request));
    },
    principalKeys: [...new Set([...left.principalKeys, ...right.principalKeys])].sort(),
    readsResource: left.readsResource || right.readsResource,
    ...sharedActionKey([left, right]),
    ...(resourceKeys === undefined ? {} : { resourceKeys }),
    chosen: [...left.chosen, ...right.chosen],
    ...(ofLeft === undefined && ofRight === undefined
      ? {}
      : {
          propose: (request) => [
            ...(left.propose === undefined ? [] : left.propose(request)),
            ...(right.propose === undefined ? [] : right.propose(request)),
          ],
        }),
    requestKeys: [...new Set([...left.requestKeys, ...right.requestKeys])],
    parts: [...(left.parts ?? [left]), ...(right.parts ?? [right])],
    ...(undecidable === undefined ? {} : { undecidable }),
  };
}

/**
 * What several conditions together say of the action: that it makes no difference, or the key by which alone it does; nothing
 * where one of them says nothing of that.
 */
export function sharedActionKey(
  conditions: readonly CompiledCondition[],
): Pick<CompiledCondition, 'readsAction' | 'actionKey'> {
  const reading = conditions.filter(({ readsAction }) => readsAction !== false);
  if (reading.length === 0) return { readsAction: false };
  if (reading.some(({ actionKey }) => actionKey === undefined)) return {};
  return { actionKey: (action) => reading.map((one) => one.actionKey!(action)).join(' ') };
}

/** The key by which alone an action makes a difference to a condition; the action itself where nothing is said of that. */
export function actionKeyIn(condition: CompiledCondition, action: string): string {
  if (condition.readsAction === false) return '';
  return condition.actionKey === undefined ? `only ${action}` : condition.actionKey(action);
}

/** Keys of both; nothing where one reads the resource and does not say by which keys. */
function sharedResourceKeys(left: CompiledCondition, right: CompiledCondition): readonly string[] | undefined {
  const keys: string[] = [];
  for (const one of [left, right]) {
    if (!one.readsResource) continue;
    if (one.resourceKeys === undefined) return undefined;
    keys.push(...one.resourceKeys);
  }
  return [...new Set(keys)].sort();
}
