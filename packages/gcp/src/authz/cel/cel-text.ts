import { CONDITIONAL, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import {
  asBool,
  CEL_ERROR,
  CEL_REQUEST,
  CEL_UNKNOWN,
  type CelBool,
  type CelValue,
  type Spelling,
} from './cel-value.ts';

type Text = Extract<CelValue, { kind: 'text' }>;

/**
 * Whether a test on texts holds, alike of all options. What holds of another spelling than the first one only is unknown: which
 * spelling the service gives is documented for few of them.
 */
function test(text: Text, of: (spelling: Spelling) => Truth): CelBool {
  let outcome: Truth | undefined;
  for (const [first, ...others] of text.options) {
    const told = first === undefined ? FALSE : of(first);
    const one = told === FALSE && others.some((spelling) => of(spelling) !== FALSE) ? UNKNOWN : told;
    if (outcome === UNKNOWN || one === UNKNOWN) outcome = UNKNOWN;
    else if (outcome !== undefined && outcome !== one) outcome = CONDITIONAL;
    else outcome = one;
  }
  switch (outcome) {
    case UNKNOWN:
      return asBool(CEL_UNKNOWN);
    case undefined:
    case CONDITIONAL:
      return asBool(CEL_REQUEST);
    default:
      return { kind: 'bool', holds: outcome, fails: outcome === TRUE ? FALSE : TRUE };
  }
}

/** `text == literal`. */
export function textEquals(text: Text, literal: string): CelBool {
  return test(text, ({ text: known, more }) =>
    more ? (literal.startsWith(known) ? CONDITIONAL : FALSE) : known === literal ? TRUE : FALSE,
  );
}

/** The functions of texts that take one text and give a truth value. */
export const TEXT_TESTS: ReadonlyMap<string, (text: Text, literal: string) => CelBool> = new Map([
  [
    'startsWith',
    (text, literal) =>
      test(text, ({ text: known, more }) =>
        known.startsWith(literal) ? TRUE : more && literal.startsWith(known) ? CONDITIONAL : FALSE,
      ),
  ],
  [
    'endsWith',
    (text, literal) =>
      test(text, ({ text: known, more }) =>
        literal === '' ? TRUE : more ? CONDITIONAL : known.endsWith(literal) ? TRUE : FALSE,
      ),
  ],
  [
    'contains',
    (text, literal) =>
      test(text, ({ text: known, more }) => (known.includes(literal) ? TRUE : more ? CONDITIONAL : FALSE)),
  ],
]);

/**
 * `text.extract('before{part}after')`: what stands between the first `before` and the next `after`; empty where there is none
 * (gcp.md 1.7). A template with no part, or several, is an error.
 */
export function extract(text: Text, template: string): CelValue {
  const open = template.indexOf('{');
  const close = template.indexOf('}', open);
  if (open < 0 || close < 0 || template.includes('{', close)) return CEL_ERROR;
  const before = template.slice(0, open);
  const after = template.slice(close + 1);
  const options: (readonly Spelling[])[] = [];
  for (const spellings of text.options) {
    const found: Spelling[] = [];
    for (const spelling of spellings) {
      const part = extractOne(spelling, before, after);
      if (part === undefined) return CEL_REQUEST;
      found.push(part);
    }
    options.push(found);
  }
  return { kind: 'text', options };
}

/** Undefined where it depends on what the request appends. */
function extractOne({ text, more }: Spelling, before: string, after: string): Spelling | undefined {
  const start = text.indexOf(before);
  if (start < 0) return more ? undefined : { text: '', more: false };
  const from = start + before.length;
  if (after === '') return { text: text.slice(from), more };
  const end = text.indexOf(after, from);
  if (end >= 0) return { text: text.slice(from, end), more: false };
  return more ? undefined : { text: '', more: false };
}
