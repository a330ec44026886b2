import { type ASTNode, Environment } from '@marcbachmann/cel-js';

/** A parsed expression, or why there is none. */
export type ParsedCel =
  | { readonly ast: ASTNode; readonly why?: undefined }
  | { readonly ast?: undefined; readonly why: string };

/** Longer than any condition that IAM takes; what is longer is not understood. */
const LONGEST = 8_192;

const MOST_NODES = 2_000;
const DEEPEST = 100;

let environment: Environment | undefined;

/**
 * Parses a CEL expression of a policy. Never throws: what is too long, too deep or not CEL gives a reason instead.
 *
 * @example
 * parseCel('request.time < ').why; // 'the condition is not a CEL expression'
 */
export function parseCel(expression: string): ParsedCel {
  if (expression.length > LONGEST) return { why: `the condition is longer than ${LONGEST} characters` };
  try {
    environment ??= new Environment({
      unlistedVariablesAreDyn: true,
      limits: { maxAstNodes: MOST_NODES, maxDepth: DEEPEST },
    });
    return { ast: environment.parse(expression).ast };
  } catch {
    // The error of the parser quotes the expression; a policy is no place to repeat in messages.
    return { why: 'the condition is not a CEL expression' };
  }
}
