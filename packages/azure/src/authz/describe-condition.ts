import { type ConditionFinding, type ConditionRequest, FALSE, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { abacText } from './abac/abac-text.ts';
import { parseAbac } from './abac/parse-abac.ts';
import type { ConditionBody } from './condition-body.ts';
import { evaluateAbac } from './evaluate-abac.ts';

const MOST_LINES = 32;
const LONGEST = 200;

/** A condition line by line, each with how it comes out by itself. `evaluate`: what one body comes to. */
export function describeCondition(
  body: ConditionBody,
  request: ConditionRequest,
  evaluate: (body: ConditionBody, request: ConditionRequest) => Truth,
): readonly ConditionFinding[] {
  const parts = body.kind === 'all' ? body.bodies : [body];
  return parts.flatMap((part) => linesOf(part, request, evaluate)).slice(0, MOST_LINES);
}

function linesOf(
  body: ConditionBody,
  request: ConditionRequest,
  evaluate: (body: ConditionBody, request: ConditionRequest) => Truth,
): readonly ConditionFinding[] {
  if (body.kind === 'not-understood') return [];
  const node = body.kind === 'abac' ? parseAbac(body.text).node : undefined;
  if (body.kind !== 'abac' || node === undefined)
    return [{ ...wordsOf(body), outcome: outcomeOf(evaluate(body, request)) }];
  const whole = evaluate(body, request);
  const conjuncts = node.op === 'and' ? node.parts : [node];
  return conjuncts.map((part) => ({
    key: 'condition',
    asks: abacText(part),
    // What holds as a whole holds in each part; that one assignment satisfies all is for the whole to say.
    outcome: outcomeOf(whole === TRUE ? TRUE : evaluateAbac(part, body.matching, request)),
    decidedBy: 'request' as const,
  }));
}

function wordsOf(body: ConditionBody): Pick<ConditionFinding, 'key' | 'asks' | 'decidedBy'> {
  switch (body.kind) {
    case 'abac':
      return { key: 'condition', asks: shortened(body.text), decidedBy: 'request' };
    case 'eligible':
      return { key: 'activation', asks: 'the role is activated first', decidedBy: 'request' };
    case 'exactly':
      return { key: 'scope', asks: `the target is ${shortened(body.scope)} itself`, decidedBy: 'graph' };
    case 'vault':
      return {
        key: 'vault',
        asks: body.mode === 'rbac' ? 'the vault asks for roles' : 'the vault goes by its access policies',
        decidedBy: 'graph',
      };
    case 'shared-key':
      return { key: 'shared key', asks: 'the resource takes its static keys', decidedBy: 'graph' };
    case 'owner':
      return { key: 'owner', asks: 'the principal owns the target', decidedBy: 'graph' };
    case 'self':
      return { key: 'self', asks: 'the target is the principal itself', decidedBy: 'graph' };
    case 'resets':
      return { key: 'roles of the user', asks: 'the role may be used on a user with those roles', decidedBy: 'graph' };
    case 'directory':
      return {
        key: 'directory',
        asks:
          body.unit === undefined
            ? 'the target is in no restricted administrative unit'
            : `the target is in the administrative unit ${shortened(body.unit)}`,
        decidedBy: 'graph',
      };
    case 'all':
    case 'not-understood':
      return { key: 'condition', asks: 'several conditions', decidedBy: 'graph' };
    default:
      return body satisfies never;
  }
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

function outcomeOf(truth: Truth): ConditionFinding['outcome'] {
  if (truth === TRUE) return 'holds';
  if (truth === FALSE) return 'fails';
  return truth === UNKNOWN ? 'unknown' : 'conditional';
}
