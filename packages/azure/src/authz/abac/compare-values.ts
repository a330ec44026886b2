import { FALSE, globMatch, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import type { AbacQuantifier } from './parse-abac.ts';

type Test = (left: string, right: string) => boolean | undefined;

const text = (of: (left: string, right: string) => boolean): Readonly<Record<string, Test>> => ({
  '': of,
  ignorecase: (left, right) => of(left.toLowerCase(), right.toLowerCase()),
});

const equals = text((left, right) => left === right);
const startsWith = text((left, right) => left.startsWith(right));
const like = text(isLike);

const ORDER: Readonly<Record<string, (order: number) => boolean>> = {
  equals: (order) => order === 0,
  notequals: (order) => order !== 0,
  lessthan: (order) => order < 0,
  lessthanequals: (order) => order <= 0,
  greaterthan: (order) => order > 0,
  greaterthanequals: (order) => order >= 0,
};

const KINDS: readonly (readonly [prefix: string, read: (value: string) => number | undefined])[] = [
  ['numeric', integer],
  ['datetime', instant],
  ['timeofday', timeOfDay],
];

function testOf(operator: string): Test | undefined {
  for (const [prefix, read] of KINDS) {
    const order = operator.startsWith(prefix) ? ORDER[operator.slice(prefix.length)] : undefined;
    if (order === undefined) continue;
    return (left, right) => {
      const first = read(left);
      const second = read(right);
      return first === undefined || second === undefined ? undefined : order(first - second);
    };
  }
  switch (operator) {
    case 'boolequals':
    case 'boolnotequals':
      return (left, right) => {
        const [first, second] = [left.toLowerCase(), right.toLowerCase()];
        if (!BOOLS.has(first) || !BOOLS.has(second)) return undefined;
        return (first === second) === (operator === 'boolequals');
      };
    case 'guidequals':
      return (left, right) => guid(left) === guid(right);
    case 'guidnotequals':
      return (left, right) => guid(left) !== guid(right);
    default:
      return textTest(operator);
  }
}

const BOOLS: ReadonlySet<string> = new Set(['true', 'false']);

function textTest(operator: string): Test | undefined {
  if (!operator.startsWith('string')) return undefined;
  const rest = operator.slice('string'.length);
  const negated = rest.startsWith('not');
  const named = negated ? rest.slice('not'.length) : rest;
  const folds = named.endsWith('ignorecase') ? 'ignorecase' : '';
  const name = folds === '' ? named : named.slice(0, -folds.length);
  const tests = name === 'equals' ? equals : name === 'startswith' ? startsWith : name === 'like' ? like : undefined;
  const test = tests?.[folds];
  return test === undefined || !negated ? test : (left, right) => test(left, right) !== true;
}

/** A GUID as conditions compare it: dashes and case aside. */
export function guid(value: string): string {
  return value.replaceAll('-', '').toLowerCase();
}

/**
 * How two sides compare whose values are known (azure.md 1.3, operators and quantifiers). An operator that Azure does not
 * document, or a value of another kind, is unknown; so is a set on either side without a quantifier.
 */
export function compareValues(
  left: readonly string[],
  operator: string,
  quantifier: AbacQuantifier | undefined,
  right: readonly string[],
): Truth {
  const test = testOf(operator);
  if (test === undefined || (quantifier === undefined && (left.length !== 1 || right.length !== 1))) return UNKNOWN;
  let open = false;
  const holds = (first: string, second: string): boolean => {
    const result = test(first, second);
    open ||= result === undefined;
    return result === true;
  };
  const anyRight = quantifier === undefined || quantifier.endsWith('ofanyvalues');
  const one = (first: string): boolean =>
    anyRight ? right.some((second) => holds(first, second)) : right.every((second) => holds(first, second));
  const anyLeft = quantifier === undefined || quantifier.startsWith('forany');
  const result = anyLeft ? left.some(one) : left.every(one);
  return open ? UNKNOWN : result ? TRUE : FALSE;
}

function integer(value: string): number | undefined {
  return /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** Milliseconds since the epoch. Without a zone: UTC. */
function instant(value: string): number | undefined {
  const shape = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(Z|[+-]\d\d:\d\d)?$/i.exec(value);
  if (shape === null) return undefined;
  const iso = value.replace(' ', 'T').toUpperCase();
  const at = Date.parse(shape[1] === undefined && iso.includes('T') ? `${iso}Z` : iso);
  return Number.isNaN(at) ? undefined : at;
}

function timeOfDay(value: string): number | undefined {
  const shape = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(value);
  return shape === null ? undefined : Number(shape[1]) * 3600 + Number(shape[2]) * 60 + Number(shape[3] ?? 0);
}

/** Private characters that stand for `*` and `?` which are meant as such. */
const STAR = '\u{e000}';
const QUESTION = '\u{e001}';

/** `*` is any text, `?` one character; a backslash before them takes that away. */
function isLike(value: string, pattern: string): boolean {
  const shown = pattern.replaceAll('\\*', STAR).replaceAll('\\?', QUESTION);
  if (shown === pattern) return globMatch(pattern, value);
  // A value with a star of its own meets the star that stands for itself.
  return globMatch(shown, value.replaceAll('*', STAR).replaceAll('?', QUESTION));
}
