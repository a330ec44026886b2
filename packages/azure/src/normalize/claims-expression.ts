import { globMatch } from '@keyreach/core/authz';

/**
 * Whether a subject is one that a claims expression of a federated credential lets in: `claims['sub'] matches 'repo:o/r:*'`, `eq`
 * (azure.md 2). Undefined where it asks for more than the subject, or is of no known form.
 */
export function expressionAllows(expression: string, subject: string): boolean | undefined {
  const found = /^\s*claims\['sub'\]\s+(eq|matches)\s+'([^']*)'\s*$/.exec(expression);
  if (found === null) return undefined;
  const [, operator, value = ''] = found;
  return operator === 'eq' ? subject === value : globMatch(value, subject);
}
