import { intersectGlobs } from '@keyreach/core/authz';
import type { Condition, Json, Statement } from '@keyreach/core/graph';
import type { Listed } from '@keyreach/core/input';
import type { AzurePermissionBlock } from '../bundle/azure-input.ts';
import { type ActionPatterns, actionPatterns, otherKinds } from './action-patterns.ts';

/** Data actions of vaults: in access-policy mode they decide nothing (azure.md 1.7). */
const OF_VAULTS = 'data:microsoft.keyvault/vaults/*';

/**
 * The statements of a role definition: for each block one for each plane, `index` the place of the block. `notActions` subtract
 * within their block only (azure.md 1.2). Data actions of vaults stand apart, under `{ vault: 'rbac' }`.
 *
 * What could not be read of the definition may be anything: a statement of all actions that decides nothing.
 *
 * @example
 * roleStatements({ items: [{ actions: ['*'], notActions: [], dataActions: [], notDataActions: [] }], complete: true });
 */
export function roleStatements(permissions: Listed<AzurePermissionBlock>): readonly Statement[] {
  return statementsOf(permissions, 'allow');
}

/** The statements of a deny assignment, made as those of a role; who is denied is for the attachment (docs/graph-azure.md). */
export function denyStatements(permissions: Listed<AzurePermissionBlock>): readonly Statement[] {
  return statementsOf(permissions, 'deny');
}

function statementsOf(
  { items, complete }: Listed<AzurePermissionBlock>,
  effect: Statement['effect'],
): readonly Statement[] {
  const statements = items.flatMap((block, index) => blockStatements(block, effect, index));
  if (complete) return statements;
  const unread: Statement = {
    effect,
    actions: { include: ['*'], exclude: NOT_AZURE },
    undecidable: 'some permissions could not be read',
    index: items.length,
  };
  return [...statements, unread];
}

/** Kinds of actions that no role of Azure Resource Manager speaks of. */
const NOT_AZURE: readonly string[] = otherKinds(['*']).filter((kind) => !OF_VAULTS.startsWith(kind.slice(0, -1)));

function blockStatements(
  block: AzurePermissionBlock,
  effect: Statement['effect'],
  index: number,
): readonly Statement[] {
  const own: readonly Json[] = block.condition === undefined ? [] : [abacBody(block.condition, block.conditionVersion)];
  const control = actionPatterns(block.actions, 'control');
  const notControl = actionPatterns(block.notActions, 'control');
  const data = actionPatterns(block.dataActions, 'data');
  const notData = actionPatterns(block.notDataActions, 'data');
  const ofVaults = sharedWith(data.patterns);
  const onlyOfVaults = data.patterns.every((pattern) => pattern.toLowerCase().startsWith(OF_VAULTS.slice(0, -1)));
  const statements: Statement[] = [];
  const add = (
    include: readonly string[],
    exclude: readonly string[],
    conditions: readonly Json[],
    of: readonly ActionPatterns[],
  ): void => {
    if (include.length === 0) return;
    statements.push({
      effect,
      actions: { include, exclude },
      ...conditionOf(conditions),
      index,
      ...(of.every(({ complete }) => complete) ? {} : { undecidable: 'a pattern of actions was not understood' }),
    });
  };
  add(control.patterns, [...notControl.patterns, ...otherKinds(control.patterns)], own, [control, notControl]);
  const others = ofVaults.patterns.length === 0 ? [] : [OF_VAULTS];
  if (!onlyOfVaults) add(data.patterns, [...notData.patterns, ...others], own, [data, notData]);
  add(ofVaults.patterns, notData.patterns, [...own, { vault: 'rbac' }], [data, notData, ofVaults]);
  return statements;
}

/** What globs share with the data actions of vaults. */
function sharedWith(patterns: readonly string[]): ActionPatterns {
  const found = new Set<string>();
  let complete = true;
  for (const pattern of patterns) {
    const folded = pattern.toLowerCase();
    const inside = folded.startsWith(OF_VAULTS.slice(0, -1));
    const shared = inside ? { globs: [pattern], complete: true } : intersectGlobs(folded, OF_VAULTS);
    complete &&= shared.complete;
    for (const glob of shared.globs) found.add(glob);
  }
  return { patterns: [...found], complete };
}

/** The body of a condition of a block or assignment (azure.md 1.3). */
function abacBody(text: string, version: string | undefined): Json {
  return version === undefined ? { abac: text } : { abac: text, version };
}

function conditionOf(bodies: readonly Json[]): { readonly condition?: Condition } {
  const [only] = bodies;
  if (only === undefined) return {};
  return { condition: { language: 'azure', body: bodies.length === 1 ? only : { all: bodies } } };
}
