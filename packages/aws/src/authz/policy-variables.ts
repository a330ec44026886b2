import type { GlobToken } from './glob-token.ts';
import { globTokens } from './glob-tokens.ts';
import type { MalformedVariable, PolicyTemplate, PolicyVariable } from './policy-template.ts';

/**
 * Takes policy text with variables apart (aws.md 1.11, Variables): `${key}`, `${key, 'default'}`, and `${*}`, `${?}`,
 * `${$}` for the characters themselves. `wildcards`: whether bare `*` and `?` are wildcards or text.
 *
 * AWS calls a variable without closing brace, without name, with a space in the name or with an unquoted default an
 * error and does not say what it matches; each becomes a {@link MalformedVariable}.
 *
 * @example
 * policyVariables("home/${aws:username, 'nobody'}/*", true);
 * // ['home/', { key: 'aws:username', fallback: 'nobody' }, '/', ANY]
 */
export function policyVariables(text: string, wildcards: boolean): PolicyTemplate {
  const parts: (GlobToken | PolicyVariable | MalformedVariable)[] = [];
  const addText = (plain: string): void => {
    if (plain === '') return;
    if (wildcards) parts.push(...globTokens(plain));
    else parts.push(plain);
  };
  let at = 0;
  for (;;) {
    const start = text.indexOf('${', at);
    if (start < 0) break;
    addText(text.slice(at, start));
    const [part, end] = variableAt(text, start + 2);
    parts.push(part);
    at = end;
  }
  addText(text.slice(at));
  return parts;
}

/** Reads what follows `${`, and where the text goes on. */
function variableAt(text: string, start: number): readonly [string | PolicyVariable | MalformedVariable, number] {
  const close = text.indexOf('}', start);
  if (close < 0) return [{ malformed: text.slice(start) }, text.length];
  const inside = text.slice(start, close);
  if (inside === '*' || inside === '?' || inside === '$') return [inside, close + 1];
  const comma = inside.indexOf(',');
  if (comma >= 0)
    return withDefault(text, inside.slice(0, comma), start + comma, close) ?? [{ malformed: inside }, close + 1];
  return [isName(inside) ? { key: inside, fallback: undefined } : { malformed: inside }, close + 1];
}

/** Reads `, 'default'}` from the comma on; the default may hold any character but a quote, also `}`. */
function withDefault(
  text: string,
  key: string,
  comma: number,
  brace: number,
): readonly [PolicyVariable, number] | undefined {
  const open = skipSpaces(text, comma + 1);
  if (text[open] !== "'" || open > brace || !isName(key)) return undefined;
  const end = text.indexOf("'", open + 1);
  if (end < 0) return undefined;
  const close = skipSpaces(text, end + 1);
  return text[close] === '}' ? [{ key, fallback: text.slice(open + 1, end) }, close + 1] : undefined;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at += 1;
  return at;
}

/** Names of variables have no space (policy check `UNSUPPORTED_SPACE_IN_VARIABLE`) and hold no variable themselves. */
function isName(key: string): boolean {
  return key !== '' && !key.includes(' ') && !key.includes('$') && !key.includes('{') && !key.includes("'");
}
