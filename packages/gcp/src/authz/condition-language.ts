import {
  and,
  type ChosenKey,
  type CompiledCondition,
  type ConditionLanguage,
  type ConditionRequest,
  FALSE,
  not,
  or,
  sharedActionKey,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';

import type { ASTNode } from '@marcbachmann/cel-js';
import { canBlock } from '../catalogue/boundary-statements.ts';
import { TIME_FUNCTIONS } from './cel/cel-time.ts';
import { asBool } from './cel/cel-value.ts';
import { parseCel } from './cel/parse-cel.ts';
import { walkCel } from './cel/walk-cel.ts';
import { type CelReadings, celReadings } from './cel-readings.ts';
import { type ConditionBody, conditionBody } from './condition-body.ts';
import { describeCondition } from './describe-condition.ts';
import { grantsChanged } from './grants-changed.ts';
import { grantChoices, handsOut } from './hands-out.ts';
import { isUnder } from './is-under.ts';
import { principalAttribute } from './principal-attributes.ts';
import { type ConditionFor, MODIFIED_GRANTS, requestFacts } from './request-facts.ts';

/** No tag has it: values of tags are short names without spaces around them. */
const FRESH_VALUE = ' any other value ';

/**
 * Conditions of Google Cloud (gcp.md 1.7; docs/graph-gcp.md, Conditions). Bodies: `{ cel, for? }`, an expression of an allow
 * policy, or of a `deny` rule or the binding of a `boundary`; `{ under }`, the nodes that a boundary lets through; `{ blockableBy }`,
 * whether a boundary of that version can block the action; `{ all }`, several that must hold.
 *
 * An error grants nothing in an allow policy, denies in a deny rule, and keeps a boundary in force. What cannot be understood
 * is unknown.
 *
 * @example
 * gcpConditionLanguage.compile({ cel: "resource.matchTag('1/env', 'prod')" }).readsResource; // true
 */
export const gcpConditionLanguage: ConditionLanguage = {
  id: 'gcp',
  freshValue: FRESH_VALUE,
  compile: (body) => compileBody(conditionBody(body)),
  handsOut: (bodies) => handsOut(bodies.map((one) => conditionBody(one))),
  describe: (body, request) => describeCondition(conditionBody(body), request),
  principalFact: (key, { node }) => {
    if (key === 'principal.type') return JSON.stringify(principalAttribute('type', node));
    return key === 'principal.subject' ? JSON.stringify(principalAttribute('subject', node)) : '';
  },
};

/** Attributes that are facts of the graph. */
const OF_THE_GRAPH: ReadonlySet<string> = new Set([
  'resource.name',
  'resource.type',
  'resource.service',
  'principal.type',
  'principal.subject',
  'request.time',
  MODIFIED_GRANTS,
]);

/** Attributes whose value depends on the permission asked for (gcp.md 1.7). */
const OF_THE_ACTION: ReadonlySet<string> = new Set([
  'resource.name',
  'resource.type',
  'resource.service',
  MODIFIED_GRANTS,
]);

function compileBody(body: ConditionBody): CompiledCondition {
  switch (body.kind) {
    case 'not-understood':
      return notUnderstood(body.why);
    case 'under': {
      const nodes = new Set(body.nodes);
      return {
        evaluate: ({ resource }) => isUnder(resource, nodes),
        principalKeys: [],
        readsResource: true,
        readsAction: false,
        chosen: [],
        requestKeys: [],
      };
    }
    case 'blockable': {
      const { version } = body;
      return {
        evaluate: ({ action }) => canBlock(version, action),
        principalKeys: [],
        readsResource: false,
        actionKey: (action) => String(canBlock(version, action)),
        chosen: [],
        requestKeys: [],
      };
    }
    case 'all':
      return compileAll(body.bodies.map(compileBody));
    case 'cel': {
      const parsed = parseCel(body.cel);
      return parsed.ast === undefined ? notUnderstood(parsed.why) : compileCel(parsed.ast, body.for);
    }
  }
}

function notUnderstood(why: string): CompiledCondition {
  return {
    evaluate: () => UNKNOWN,
    principalKeys: [],
    readsResource: false,
    readsAction: false,
    chosen: [],
    requestKeys: [],
    undecidable: why,
  };
}

function compileAll(parts: readonly CompiledCondition[]): CompiledCondition {
  const undecidable = parts.find((part) => part.undecidable !== undefined)?.undecidable;
  const all = (of: (part: CompiledCondition) => readonly string[]): readonly string[] =>
    [...new Set(parts.flatMap(of))].sort();
  return {
    evaluate: (request) => parts.reduce<Truth>((truth, part) => and(truth, part.evaluate(request)), TRUE),
    principalKeys: all((part) => part.principalKeys),
    readsResource: parts.some((part) => part.readsResource),
    ...sharedActionKey(parts),
    chosen: parts.flatMap((part) => part.chosen),
    requestKeys: all((part) => part.requestKeys),
    ...(undecidable === undefined ? {} : { undecidable }),
  };
}

function compileCel(ast: ASTNode, kind: ConditionFor): CompiledCondition {
  const readings = celReadings(ast);
  const { attributes, tags } = readings;
  const chosen: readonly ChosenKey[] = [...tags]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, values]) => ({ key, values: [...values].sort(), when: 'resource-tags' }));
  return {
    evaluate: (request) => evaluate(ast, readings, request, kind),
    principalKeys: [...attributes].filter((path) => kind === 'boundary' && path.startsWith('principal.')).sort(),
    readsResource: tags.size > 0 || [...attributes].some((path) => path.startsWith('resource.')),
    ...([...attributes].some((path) => OF_THE_ACTION.has(path)) ? {} : { readsAction: false as const }),
    chosen,
    requestKeys: [
      ...[...attributes].filter((path) => !OF_THE_GRAPH.has(path)),
      ...(attributes.has('request.time') && readings.functions.some((name) => TIME_FUNCTIONS.get(name)?.recurs === true)
        ? ['request.time']
        : []),
    ].sort(),
  };
}

/** The outcome of an expression for a kind of policy; never throws. */
function evaluate(ast: ASTNode, readings: CelReadings, request: ConditionRequest, kind: ConditionFor): Truth {
  const changesGrants =
    kind === 'allow' && readings.attributes.has(MODIFIED_GRANTS) && grantsChanged(request) === 'chosen';
  if (!changesGrants) return outcome(ast, request, kind, undefined);
  // Whoever sets the policy chooses the roles it changes.
  const { choices, complete } = grantChoices(readings);
  let best: Truth = complete ? FALSE : UNKNOWN;
  for (const grants of choices) best = or(best, outcome(ast, request, kind, grants));
  return best;
}

function outcome(
  ast: ASTNode,
  request: ConditionRequest,
  kind: ConditionFor,
  grants: readonly string[] | undefined,
): Truth {
  let truth: Truth = UNKNOWN;
  try {
    const { holds, fails } = asBool(walkCel(ast, requestFacts(request, kind, grants)));
    truth = kind === 'allow' ? holds : not(fails);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return truth;
}
