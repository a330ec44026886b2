import type { Json, Selector, Statement } from '@keyreach/core/graph';
import { isRecord } from '@keyreach/core/input';
import type { PolicyVersion } from '../normalize/policy-statement.ts';

/** Which resources a statement names, as a policy has it. */
export type ResourceElement =
  | { readonly Resource: string | readonly string[] }
  | { readonly NotResource: string | readonly string[] };

/** What narrows a statement beside its actions, ready to be written. */
export interface StatementScope {
  readonly resources: ResourceElement;
  readonly condition?: { readonly [operator: string]: Json };
  /** The version of the language that the text has to be of. */
  readonly version: PolicyVersion;
}

/**
 * The resources and the condition of a compiled statement, as a policy text has them, so that reading the text gives the
 * statement again. `patterns`: those of its resources to name, where not all.
 *
 * Undefined where no text of AWS says the same: the statement comes from another writer of graphs.
 *
 * Texts of 2008 have no variables (aws.md 1.10): in resources a compiled statement has `${` of such texts escaped, which
 * is the same in a text of 2012. Values of conditions are as they were, so those that hold a `${` need a text of 2008.
 */
export function statementScope(
  { resources, condition, principals }: Statement,
  patterns?: readonly string[],
): StatementScope | undefined {
  if (resources === undefined || principals !== undefined) return undefined;
  const block = condition === undefined ? undefined : conditionOf(condition.language, condition.body);
  if (condition !== undefined && block === undefined) return undefined;
  const literal = block?.version === '2008-10-17' && JSON.stringify(block.block).includes('${');
  const include = patterns ?? resources.include;
  const element = resourceElement(
    literal ? unescaped({ include, exclude: resources.exclude }) : { include, exclude: resources.exclude },
  );
  if (element === undefined) return undefined;
  return {
    resources: element,
    ...(block === undefined ? {} : { condition: block.block }),
    version: literal ? '2008-10-17' : '2012-10-17',
  };
}

/** `Action` or `NotAction` of a statement as it is; undefined where no text of AWS says the same. */
export function actionElement({ include, exclude }: Selector): { readonly [element: string]: Json } | undefined {
  if (exclude.length === 0) return include.length === 0 ? undefined : { Action: oneOrMore(include) };
  return isEverything(include) ? { NotAction: oneOrMore(exclude) } : undefined;
}

/** A list of one as what it holds, which is shorter. */
export function oneOrMore(list: readonly string[]): string | readonly string[] {
  return list.length === 1 ? list[0]! : list;
}

function resourceElement({ include, exclude }: Selector): ResourceElement | undefined {
  if (exclude.length === 0) return include.length === 0 ? undefined : { Resource: oneOrMore(include) };
  return isEverything(include) ? { NotResource: oneOrMore(exclude) } : undefined;
}

function isEverything(include: readonly string[]): boolean {
  return include.length === 1 && include[0] === '*';
}

function unescaped({ include, exclude }: Selector): Selector {
  const plain = (patterns: readonly string[]) => patterns.map((pattern) => pattern.replaceAll('${$}{', '${'));
  return { include: plain(include), exclude: plain(exclude) };
}

interface ReadCondition {
  readonly version: PolicyVersion;
  readonly block: { readonly [operator: string]: Json };
}

function conditionOf(language: string, body: Json): ReadCondition | undefined {
  if (language !== 'aws' || !isRecord(body)) return undefined;
  const { version, block } = body;
  if (version !== '2012-10-17' && version !== '2008-10-17') return undefined;
  return isBlock(block) ? { version, block } : undefined;
}

function isBlock(block: unknown): block is ReadCondition['block'] {
  return (
    isRecord(block) &&
    Object.values(block).every(
      (keys) =>
        isRecord(keys) &&
        Object.values(keys).every(
          (values) => Array.isArray(values) && values.every((value: unknown) => typeof value === 'string'),
        ),
    )
  );
}
