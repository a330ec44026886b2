import { and, CONDITIONAL, FALSE, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';

/** Text of which the end may be missing: `more` stands for what the request appends. */
export interface Spelling {
  readonly text: string;
  readonly more: boolean;
}

/**
 * What an expression comes to for a request of which only some facts are known.
 *
 * - `bool`: `holds` how surely it is true, `fails` how surely it is false. An error is neither: both are `FALSE`;
 * - `text`: one of `options`, each in the first of its spellings, or perhaps another (a project by id or by number);
 * - `list`: known items; `grants`: the roles whose bindings a call changes, which its caller chooses;
 * - `open`: anything, an error included. `level` says why: the input lacks it, or only the request has it;
 * - `error`: surely an error, e.g. an attribute that the resource does not provide.
 */
export type CelValue =
  | { readonly kind: 'bool'; readonly holds: Truth; readonly fails: Truth }
  | { readonly kind: 'text'; readonly options: readonly (readonly Spelling[])[] }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'duration'; readonly milliseconds: number }
  | { readonly kind: 'list'; readonly items: readonly CelValue[] }
  | { readonly kind: 'grants' }
  | { readonly kind: 'open'; readonly level: Level }
  | { readonly kind: 'error' };

/** Why something is not decided. */
export type Level = typeof UNKNOWN | typeof CONDITIONAL;

/** A truth value in CEL, which has errors beside true and false. */
export type CelBool = Extract<CelValue, { kind: 'bool' }>;

/** An error. */
export const CEL_ERROR: CelValue = { kind: 'error' };

/** Not decided: the input lacks it, or it is not understood. */
export const CEL_UNKNOWN: CelValue = { kind: 'open', level: UNKNOWN };

/** Not decided before the request is made. */
export const CEL_REQUEST: CelValue = { kind: 'open', level: CONDITIONAL };

const YES: CelBool = { kind: 'bool', holds: TRUE, fails: FALSE };
const NO: CelBool = { kind: 'bool', holds: FALSE, fails: TRUE };
const FAILED: CelBool = { kind: 'bool', holds: FALSE, fails: FALSE };

/** A decided truth value. */
export function celBool(value: boolean): CelBool {
  return value ? YES : NO;
}

/** A text that is known in full. */
export function celText(text: string): CelValue {
  return { kind: 'text', options: [[{ text, more: false }]] };
}

/** A value where a truth value is asked for: another kind of value is an error that nobody understands, so open. */
export function asBool(value: CelValue): CelBool {
  switch (value.kind) {
    case 'bool':
      return value;
    case 'error':
      return FAILED;
    case 'open':
      return { kind: 'bool', holds: value.level, fails: value.level };
    default:
      return { kind: 'bool', holds: UNKNOWN, fails: UNKNOWN };
  }
}

/** `||` of CEL: true absorbs an error of the other side. */
export function celOr(left: CelBool, right: CelBool): CelBool {
  return { kind: 'bool', holds: or(left.holds, right.holds), fails: and(left.fails, right.fails) };
}

/** `&&` of CEL: false absorbs an error of the other side. */
export function celAnd(left: CelBool, right: CelBool): CelBool {
  return { kind: 'bool', holds: and(left.holds, right.holds), fails: or(left.fails, right.fails) };
}

/** `!` of CEL: an error stays one. */
export function celNot({ holds, fails }: CelBool): CelBool {
  return { kind: 'bool', holds: fails, fails: holds };
}

/** `?:` of CEL on truth values. */
export function celChoice(condition: CelBool, then: CelBool, otherwise: CelBool): CelBool {
  return {
    kind: 'bool',
    holds: or(and(condition.holds, then.holds), and(condition.fails, otherwise.holds)),
    fails: or(and(condition.holds, then.fails), and(condition.fails, otherwise.fails)),
  };
}

/** Not decided, for the reason that weighs more: what the input lacks. */
export function openOf(...values: readonly CelValue[]): CelValue {
  return values.some((value) => value.kind === 'open' && value.level === CONDITIONAL) &&
    !values.some((value) => value.kind === 'open' && value.level === UNKNOWN)
    ? CEL_REQUEST
    : CEL_UNKNOWN;
}

/** The one text that a value is, where it is a single one known in full. */
export function exactText(value: CelValue): string | undefined {
  if (value.kind !== 'text' || value.options.length !== 1) return undefined;
  const spellings = value.options[0]!;
  const [only] = spellings;
  return spellings.length === 1 && only !== undefined && !only.more ? only.text : undefined;
}
