import {
  type ConditionFinding,
  type ConditionRequest,
  FALSE,
  not,
  TRUE,
  type Truth,
  UNKNOWN,
} from '@keyreach/core/authz';
import type { ASTNode } from '@marcbachmann/cel-js';
import { canBlock } from '../catalogue/boundary-statements.ts';
import { asBool, type CelValue, exactText } from './cel/cel-value.ts';
import { parseCel } from './cel/parse-cel.ts';
import { pathOf, walkCel } from './cel/walk-cel.ts';
import { celReadings } from './cel-readings.ts';
import type { ConditionBody } from './condition-body.ts';
import { grantsChanged } from './grants-changed.ts';
import { isUnder } from './is-under.ts';
import { type ConditionFor, MODIFIED_GRANTS, requestFacts } from './request-facts.ts';

const MOST_LINES = 32;
const LONGEST = 200;
const MOST_NODES = 4;

/**
 * A condition line by line, each part of its conjunction with how it comes out and what the request has: for a bound of time
 * also from or until when it holds.
 */
export function describeCondition(body: ConditionBody, request: ConditionRequest): readonly ConditionFinding[] {
  return linesOf(body, request).slice(0, MOST_LINES);
}

function linesOf(body: ConditionBody, request: ConditionRequest): readonly ConditionFinding[] {
  switch (body.kind) {
    case 'not-understood':
      return [];
    case 'all':
      return body.bodies.flatMap((one) => linesOf(one, request));
    case 'under': {
      const shown = body.nodes.slice(0, MOST_NODES).join(', ');
      const more = body.nodes.length > MOST_NODES ? ` or ${body.nodes.length - MOST_NODES} more` : '';
      return [
        {
          key: 'resource',
          asks: `the resource is below ${body.nodes.length === 0 ? 'nothing' : `${shown}${more}`}`,
          outcome: outcomeOf(isUnder(request.resource, new Set(body.nodes))),
          decidedBy: 'graph',
        },
      ];
    }
    case 'blockable':
      return [
        {
          key: 'permission',
          asks: `boundaries of version ${shortened(body.version)} can block ${shortened(request.action)}`,
          outcome: outcomeOf(canBlock(body.version, request.action)),
          decidedBy: 'graph',
        },
      ];
    case 'cel': {
      const { ast } = parseCel(body.cel);
      if (ast === undefined)
        return [{ key: 'condition', asks: shortened(body.cel), outcome: 'unknown', decidedBy: 'graph' }];
      return conjuncts(ast).map((part) => lineOf(part, request, body.for));
    }
  }
}

function conjuncts(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(conjuncts) : [node];
}

function lineOf(node: ASTNode, request: ConditionRequest, kind: ConditionFor): ConditionFinding {
  const { attributes, tags } = celReadings(node);
  const key = [...attributes][0] ?? [...tags.keys()][0] ?? 'condition';
  // A limit on what can be given away does not keep anybody from giving away what is within it.
  const grants = attributes.has(MODIFIED_GRANTS) && grantsChanged(request) === 'chosen' ? [] : undefined;
  const facts = requestFacts(request, kind, grants);
  const { holds, fails } = asBool(walkCel(node, facts));
  const outcome = outcomeOf(kind === 'allow' ? holds : not(fails));
  const found =
    boundFound(node, request) ??
    (key.startsWith('resource.tag/') ? tagFound(key, request) : undefined) ??
    valueFound(attributes.size === 0 ? undefined : facts.attribute(key), key);
  return {
    key,
    asks: shortened(node.input.slice(node.start, node.end)),
    outcome,
    ...(found === undefined ? {} : { found }),
    decidedBy: outcome === 'conditional' ? (tags.size > 0 ? 'caller' : 'request') : 'graph',
  };
}

/** The time of the request, with the bound that it is held against. */
function boundFound(node: ASTNode, request: ConditionRequest): string | undefined {
  if (node.op !== '<' && node.op !== '<=' && node.op !== '>' && node.op !== '>=') return undefined;
  const [left, right] = node.args;
  const isLeft = pathOf(left) === 'request.time';
  if (!isLeft && pathOf(right) !== 'request.time') return undefined;
  const facts = requestFacts(request, 'allow', undefined);
  const bound = walkCel(isLeft ? right : left, facts);
  const time = walkCel(isLeft ? left : right, facts);
  if (bound.kind !== 'time' || time.kind !== 'time') return undefined;
  const until = node.op.startsWith('<') === isLeft;
  return `${isoOf(time.at)}, holds ${until ? 'until' : 'from'} ${isoOf(bound.at)}`;
}

function tagFound(key: string, { resource: { node } }: ConditionRequest): string | undefined {
  const tags = node?.tags;
  if (tags === undefined) return undefined;
  const name = key.slice('resource.tag/'.length);
  if (name.startsWith('tagkeys/')) return undefined;
  const found = Object.keys(tags).find((one) => one.toLowerCase() === name);
  return found === undefined ? 'absent' : `"${shortened(tags[found] ?? '')}"`;
}

function valueFound(value: CelValue | undefined, key: string): string | undefined {
  if (value === undefined) return undefined;
  if (value.kind === 'error') return key.startsWith('resource.') ? 'not provided by the resource' : 'absent';
  if (value.kind === 'time') return isoOf(value.at);
  const text =
    exactText(value) ??
    (value.kind === 'text' && value.options.length === 1 && value.options[0]?.[0]?.more === false
      ? value.options[0][0].text
      : undefined);
  return text === undefined ? undefined : `"${shortened(text)}"`;
}

function isoOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}

function outcomeOf(truth: Truth): ConditionFinding['outcome'] {
  switch (truth) {
    case TRUE:
      return 'holds';
    case FALSE:
      return 'fails';
    case UNKNOWN:
      return 'unknown';
    default:
      return 'conditional';
  }
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
