import { FALSE, TRUE, UNKNOWN } from '@keyreach/core/authz';
import type { ASTNode } from '@marcbachmann/cel-js';
import { extract, TEXT_TESTS, textEquals } from './cel-text.ts';
import { dateOf, durationOf, TIME_FUNCTIONS, timestampOf, wallClock } from './cel-time.ts';
import {
  asBool,
  CEL_ERROR,
  CEL_REQUEST,
  CEL_UNKNOWN,
  type CelBool,
  type CelValue,
  celAnd,
  celBool,
  celChoice,
  celNot,
  celOr,
  celText,
  exactText,
  openOf,
} from './cel-value.ts';

/** What a walk asks of the request. */
export interface CelFacts {
  /** An attribute by its path: `resource.name`, `request.auth.access_levels`. */
  attribute(path: string): CelValue;
  /** `api.getAttribute(name, …)`. */
  apiAttribute(name: string): CelValue;
  /** A tag function of the resource, with its arguments; undefined for other functions. */
  tag(name: string, args: readonly string[]): CelBool | undefined;
  /** Whether all bindings that the call changes are of these roles. */
  grantsOnly(roles: readonly string[]): CelBool;
  /** The time of the request came from the question itself, so functions that come round again are decided. */
  readonly timeGiven: boolean;
}

/**
 * What an expression comes to, as far as the facts decide it. Linear in the expression; never throws on what the parser
 * gave. What is not understood is open.
 */
export function walkCel(node: ASTNode, facts: CelFacts): CelValue {
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
    case '.': {
      const path = pathOf(node);
      return path === undefined ? CEL_UNKNOWN : facts.attribute(path);
    }
    case '||':
      return celOr(asBool(walkCel(node.args[0], facts)), asBool(walkCel(node.args[1], facts)));
    case '&&':
      return celAnd(asBool(walkCel(node.args[0], facts)), asBool(walkCel(node.args[1], facts)));
    case '!_':
      return celNot(asBool(walkCel(node.args, facts)));
    case '?:':
      return ternary(node.args, facts);
    case 'list':
      return { kind: 'list', items: node.args.map((item) => walkCel(item, facts)) };
    case '==':
      return equals(walkCel(node.args[0], facts), walkCel(node.args[1], facts));
    case '!=':
      return celNot(asBool(equals(walkCel(node.args[0], facts), walkCel(node.args[1], facts))));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(node.op, walkCel(node.args[0], facts), walkCel(node.args[1], facts));
    case 'in':
      return isIn(walkCel(node.args[0], facts), walkCel(node.args[1], facts));
    case '+':
    case '-':
      return sum(node.op, walkCel(node.args[0], facts), walkCel(node.args[1], facts));
    case '-_': {
      const value = walkCel(node.args, facts);
      return value.kind === 'int' ? { kind: 'int', value: -value.value } : openOrError(value);
    }
    case 'call':
      return call(node.args[0], node.args[1], facts);
    case 'rcall':
      return method(node.args[0], node.args[1], node.args[2], facts);
    default:
      return CEL_UNKNOWN;
  }
}

/** The dotted path of an identifier; undefined where something is computed on the way. */
export function pathOf(node: ASTNode): string | undefined {
  const parts: string[] = [];
  let at: ASTNode = node;
  while (at.op === '.') {
    parts.push(at.args[1]);
    at = at.args[0];
  }
  if (at.op !== 'id') return undefined;
  parts.push(at.args);
  return parts.reverse().join('.');
}

function literal(value: unknown): CelValue {
  switch (typeof value) {
    case 'string':
      return celText(value);
    case 'boolean':
      return celBool(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? { kind: 'int', value: Number(value) } : CEL_UNKNOWN;
    default:
      return CEL_UNKNOWN;
  }
}

function ternary([condition, then, otherwise]: readonly ASTNode[], facts: CelFacts): CelValue {
  const asked = asBool(walkCel(condition!, facts));
  if (asked.holds === TRUE) return walkCel(then!, facts);
  if (asked.fails === TRUE) return walkCel(otherwise!, facts);
  if (asked.holds === FALSE && asked.fails === FALSE) return CEL_ERROR;
  const left = walkCel(then!, facts);
  const right = walkCel(otherwise!, facts);
  if (left.kind === 'bool' || right.kind === 'bool') return celChoice(asked, asBool(left), asBool(right));
  return asked.holds === UNKNOWN || asked.fails === UNKNOWN ? CEL_UNKNOWN : openOf(CEL_REQUEST, left, right);
}

/** An error where one of the operands is surely one, else open: what one of them is decides nothing by itself. */
function openOrError(...values: readonly CelValue[]): CelValue {
  return values.some((value) => value.kind === 'error') ? CEL_ERROR : openOf(...values);
}

function equals(left: CelValue, right: CelValue): CelValue {
  if (left.kind === 'text' && right.kind === 'text') {
    const ofRight = exactText(right);
    if (ofRight !== undefined) return textEquals(left, ofRight);
    const ofLeft = exactText(left);
    return ofLeft === undefined ? CEL_REQUEST : textEquals(right, ofLeft);
  }
  if (left.kind === 'bool' && right.kind === 'bool')
    return celOr(celAnd(left, right), celAnd(celNot(left), celNot(right)));
  const [one, other] = [numberOf(left), numberOf(right)];
  if (left.kind === right.kind && one !== undefined && other !== undefined) return celBool(one === other);
  return openOrError(left, right);
}

function ordered(op: '<' | '<=' | '>' | '>=', left: CelValue, right: CelValue): CelValue {
  const [one, other] = [numberOf(left), numberOf(right)];
  if (left.kind !== right.kind || one === undefined || other === undefined) return openOrError(left, right);
  switch (op) {
    case '<':
      return celBool(one < other);
    case '<=':
      return celBool(one <= other);
    case '>':
      return celBool(one > other);
    case '>=':
      return celBool(one >= other);
  }
}

/** What orders a value among others of its kind. */
function numberOf(value: CelValue): number | undefined {
  switch (value.kind) {
    case 'int':
      return value.value;
    case 'time':
      return value.at;
    case 'duration':
      return value.milliseconds;
    default:
      return undefined;
  }
}

function isIn(item: CelValue, list: CelValue): CelValue {
  if (item.kind === 'error' || list.kind === 'error') return CEL_ERROR;
  if (list.kind !== 'list') return openOf(item, list);
  // What is open may be an error, which is in no list, an empty one included.
  if (item.kind === 'open') return item;
  let found = celBool(false);
  for (const one of list.items) found = celOr(found, asBool(equals(item, one)));
  return found;
}

function sum(op: '+' | '-', left: CelValue, right: CelValue): CelValue {
  const sign = op === '+' ? 1 : -1;
  if (left.kind === 'int' && right.kind === 'int') return { kind: 'int', value: left.value + sign * right.value };
  if (left.kind === 'time' && right.kind === 'duration')
    return { kind: 'time', at: left.at + sign * right.milliseconds };
  if (left.kind === 'duration' && right.kind === 'time' && op === '+')
    return { kind: 'time', at: left.milliseconds + right.at };
  if (left.kind === 'duration' && right.kind === 'duration')
    return { kind: 'duration', milliseconds: left.milliseconds + sign * right.milliseconds };
  if (left.kind === 'time' && right.kind === 'time' && op === '-')
    return { kind: 'duration', milliseconds: left.at - right.at };
  const [one, other] = [exactText(left), exactText(right)];
  if (op === '+' && one !== undefined && other !== undefined) return celText(one + other);
  return openOrError(left, right);
}

function call(name: string, args: readonly ASTNode[], facts: CelFacts): CelValue {
  const parse =
    name === 'timestamp' ? timestampOf : name === 'date' ? dateOf : name === 'duration' ? durationOf : undefined;
  if (parse === undefined || args.length !== 1) return CEL_UNKNOWN;
  const argument = walkCel(args[0]!, facts);
  if (name === 'timestamp' && argument.kind === 'time') return argument;
  const text = exactText(argument);
  if (text === undefined) return openOrError(argument);
  const value = parse(text);
  if (value === undefined) return CEL_ERROR;
  return name === 'duration' ? { kind: 'duration', milliseconds: value } : { kind: 'time', at: value };
}

function method(name: string, receiver: ASTNode, args: readonly ASTNode[], facts: CelFacts): CelValue {
  const path = pathOf(receiver);
  const given = args.map((argument) => walkCel(argument, facts));
  if (path === 'resource') {
    const texts = given.map(exactText);
    if (texts.every((text) => text !== undefined)) return facts.tag(name, texts) ?? CEL_UNKNOWN;
    return openOrError(...given);
  }
  if (path === 'api' && name === 'getAttribute') {
    const attribute = given[0] === undefined ? undefined : exactText(given[0]);
    return attribute === undefined || given.length !== 2 ? CEL_UNKNOWN : facts.apiAttribute(attribute);
  }
  const value = walkCel(receiver, facts);
  const known = [value, ...given];
  if (known.some(({ kind }) => kind === 'error')) return CEL_ERROR;
  if (value.kind === 'time') return timeFunction(name, receiver, value.at, given, facts);
  if (name === 'hasOnly' && given.length === 1) return hasOnly(value, given[0]!, facts);
  const argument = given.length === 1 ? exactText(given[0]!) : undefined;
  if (value.kind === 'text' && argument !== undefined) {
    if (name === 'extract') return extract(value, argument);
    const test = TEXT_TESTS.get(name);
    if (test !== undefined) return test(value, argument);
  }
  const text = exactText(value);
  if (given.length === 0 && text !== undefined) {
    if (name === 'lowerAscii') return celText(text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
    if (name === 'upperAscii') return celText(text.replace(/[a-z]/g, (letter) => letter.toUpperCase()));
  }
  return openOf(...known);
}

/** Hours and weekdays come round again, so they wait for the request, unless the question tells its time. */
function timeFunction(
  name: string,
  receiver: ASTNode,
  at: number,
  args: readonly CelValue[],
  facts: CelFacts,
): CelValue {
  const reading = TIME_FUNCTIONS.get(name);
  const zone = args[0] === undefined ? undefined : exactText(args[0]);
  if (reading === undefined || args.length > 1 || (args.length === 1 && zone === undefined)) return openOf(...args);
  if (reading.recurs && !facts.timeGiven && readsNow(receiver)) return CEL_REQUEST;
  const local = wallClock(at, zone);
  return local === undefined ? CEL_ERROR : { kind: 'int', value: reading.of(local) };
}

/** Whether an expression looks at the time of the request. */
function readsNow(node: ASTNode): boolean {
  switch (node.op) {
    case '.':
      return pathOf(node) === 'request.time';
    case '+':
    case '-':
      return readsNow(node.args[0]) || readsNow(node.args[1]);
    case 'call':
      return node.args[1].some(readsNow);
    case 'value':
      return false;
    default:
      return true;
  }
}

function hasOnly(value: CelValue, allowed: CelValue, facts: CelFacts): CelValue {
  if (allowed.kind !== 'list') return openOf(value, allowed);
  const roles = allowed.items.map(exactText);
  if (!roles.every((role) => role !== undefined)) return CEL_UNKNOWN;
  if (value.kind === 'grants') return facts.grantsOnly(roles);
  if (value.kind !== 'list') return openOf(value);
  let only: CelBool = celBool(true);
  for (const item of value.items) only = celAnd(only, asBool(isIn(item, allowed)));
  return only;
}
