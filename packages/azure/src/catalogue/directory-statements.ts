import { globMatch } from '@keyreach/core/authz';
import type { Condition, Json, Statement } from '@keyreach/core/graph';
import type { EntraRoleDefinition } from '../bundle/azure-input.ts';

/** Entities that others are part of (azure.md 1.4). Groups that roles may be given to are part of none. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  applications: ['applications.myOrganization'],
  groups: ['groups.security', 'groups.unified'],
};

const USERS = 'microsoft.directory/users';

/** What may be done to some users only, by the directory roles they have: the matrix of azure.md 1.4. */
const LIMITED_BY_TARGET: readonly string[] = [
  `${USERS}/password/update`,
  `${USERS}/authenticationMethods/*`,
  `${USERS}/userPrincipalName/update`,
  `${USERS}/enable`,
  `${USERS}/disable`,
  `${USERS}/delete`,
  `${USERS}/restore`,
];

/**
 * The statements of a role definition of the directory, one for each block; what it does to users that depends on their roles
 * stands apart, under `{ resets }`. Permissions that it inherits are left to the caller.
 *
 * @example
 * directoryStatements(role)[0]?.actions.include; // ['microsoft.directory/applications/*']
 */
export function directoryStatements({ id, templateId, rolePermissions }: EntraRoleDefinition): readonly Statement[] {
  const statements: Statement[] = [];
  const resets: Json = { resets: (templateId ?? id).toLowerCase() };
  for (const { allowedResourceActions, excludedResourceActions, condition } of rolePermissions.items) {
    const allowed = patternsOf(allowedResourceActions);
    const excluded = patternsOf(excludedResourceActions);
    const own = ownBody(condition);
    const limited = [...new Set(allowed.flatMap(limitedOf))].sort();
    const free = allowed.filter((pattern) => !LIMITED_BY_TARGET.some((one) => globMatch(fold(one), fold(pattern))));
    const add = (include: readonly string[], exclude: readonly string[], bodies: readonly Json[]): void => {
      if (include.length === 0) return;
      statements.push({
        effect: 'allow',
        actions: { include, exclude },
        ...(bodies.length === 0 ? {} : { condition: conditionOf(bodies) }),
        index: statements.length,
      });
    };
    const bodies = own === undefined ? [] : [own];
    add(free, limited.length === 0 ? excluded : [...new Set([...excluded, ...limited])].sort(), bodies);
    // What somebody does to itself is not a matter of its roles.
    const isSelf = typeof own === 'object' && own !== null && 'self' in own;
    add(limited, excluded, isSelf ? bodies : [...bodies, resets]);
  }
  return statements;
}

function conditionOf(bodies: readonly Json[]): Condition {
  const [only, ...more] = bodies;
  return { language: 'azure', body: more.length === 0 && only !== undefined ? only : { all: bodies } };
}

function ownBody(condition: string | undefined): Json | undefined {
  switch (condition?.trim().toLowerCase()) {
    case undefined:
    case '':
      return undefined;
    case '$subjectisowner':
      return { owner: true };
    case '$resourceisself':
      return { self: true };
    default:
      return { unknown: 'a condition of the role that is not known' };
  }
}

/** What of a pattern depends on the roles of its target. */
function limitedOf(pattern: string): readonly string[] {
  return LIMITED_BY_TARGET.flatMap((one) => {
    if (globMatch(fold(pattern), fold(one))) return [one];
    return globMatch(fold(one), fold(pattern)) ? [pattern] : [];
  });
}

function patternsOf(actions: readonly string[]): readonly string[] {
  return [...new Set(actions.flatMap(patternOf))].sort();
}

/** `…/allProperties/allTasks` as globs over actions (azure.md 1.4, the grammar of actions). */
function patternOf(action: string): readonly string[] {
  const [namespace = '', ...rest] = action.split('/');
  if (rest.length === 0 || action.includes('*') || action.includes('?')) return [action];
  const words = rest.map((word) => {
    const lower = word.toLowerCase();
    return lower === 'allentities' || lower === 'allproperties' || lower === 'alltasks' ? '*' : word;
  });
  // Wildcards of a glob go over slashes, so that those that follow one another are one.
  const joined = words.filter((word, at) => word !== '*' || words[at - 1] !== '*');
  const [entity = '', ...tasks] = joined;
  const entities = [entity, ...(PARTS[entity.toLowerCase()] ?? [])];
  return entities.flatMap((one) => {
    const full = [namespace, one, ...tasks].join('/');
    // All property sets hold the action that names none: `users/create` of `users/allProperties/create`.
    const last = tasks.at(-1);
    return tasks.length === 2 && tasks[0] === '*' && last !== undefined && last !== '*'
      ? [full, `${namespace}/${one}/${last}`]
      : [full];
  });
}

function fold(text: string): string {
  return text.toLowerCase();
}
