import { ANY, type GlobToken, ONE } from './glob-token.ts';

const STAR = 42;
const QUESTION = 63;

/**
 * Splits policy text into literal text and wildcards; `*` and `?` are the only special characters (aws.md 1.10).
 *
 * @example
 * globTokens('role/dev-*'); // ['role/dev-', ANY]
 */
export function globTokens(text: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== STAR && code !== QUESTION) continue;
    if (at > from) tokens.push(text.slice(from, at));
    tokens.push(code === STAR ? ANY : ONE);
    from = at + 1;
  }
  if (from < text.length) tokens.push(text.slice(from));
  return tokens;
}
