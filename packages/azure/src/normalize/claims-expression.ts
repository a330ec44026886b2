import { globMatch, isSharedIssuer, leavesOwnerOpen } from '@keyreach/core/authz';

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

/** Longer than any expression that Entra ID takes. */
const LONGEST = 4_096;

/**
 * Whether strangers can have a token that an expression lets in: the issuer, by its name, serves anybody, and the expression does not name
 * an owner (azure.md 2). `conditional`: what else it asks for may keep them out.
 *
 * @example
 * expressionIsOpen('token.actions.githubusercontent.com', "claims['sub'] matches 'repo:*'"); // true
 */
export function expressionIsOpen(issuer: string, expression: string): boolean | 'conditional' {
  if (!isSharedIssuer(issuer)) return false;
  const clauses = clausesOf(expression);
  if (clauses === undefined) return 'conditional';
  const subjects = clauses.filter(({ claim }) => claim === 'sub');
  if (subjects.some(({ operator, value }) => operator === 'eq' || !leavesOwnerOpen(issuer, value))) return false;
  return subjects.length === clauses.length ? true : 'conditional';
}

interface Clause {
  readonly claim: string;
  readonly operator: string;
  readonly value: string;
}

/** `claims['a'] eq 'b' and claims['c'] matches 'd'`; undefined for what is of no known form. */
function clausesOf(expression: string): readonly Clause[] | undefined {
  if (expression.length > LONGEST) return undefined;
  const clauses: Clause[] = [];
  const clause = /\s*claims\['([^']*)'\]\s+(eq|matches)\s+'([^']*)'\s*/y;
  const and = /and(?=\s)/y;
  for (let at = 0; ; at = and.lastIndex) {
    clause.lastIndex = at;
    const found = clause.exec(expression);
    if (found === null) return undefined;
    const [, claim = '', operator = '', value = ''] = found;
    clauses.push({ claim, operator, value });
    if (clause.lastIndex === expression.length) return clauses;
    and.lastIndex = clause.lastIndex;
    if (and.exec(expression) === null) return undefined;
  }
}
