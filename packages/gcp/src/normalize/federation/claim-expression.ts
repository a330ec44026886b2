import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { concatenated, equalClaims, textMethod } from './claim-text.ts';
import { booleanClaim, CLAIM_ERROR, type ClaimValue, knownText, textClaim, UNKNOWN_CLAIM } from './claim-value.ts';

/** An expression of a provider, ready to be evaluated; undefined text of one that cannot be read. */
export interface ClaimExpression {
  readonly evaluate: (variables: ReadonlyMap<string, ClaimValue>) => ClaimValue;
}

/** Google refuses longer conditions (4096) and mappings (2048). */
const LONGEST = 4096;

/** Steps one evaluation may take: macros over lists of a hostile token would take more. */
const MOST_STEPS = 20_000;

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: 2000, maxDepth: 60, maxListElements: 500, maxMapEntries: 500, maxCallArguments: 16 },
});

/**
 * Reads a CEL expression over `assertion`, `google` and `attribute` (gcp.md 2) for evaluation with claims of which only some are
 * known. Undefined: it cannot be read, so nothing is known of what it gives.
 *
 * @example
 * const mapping = claimExpression("assertion.sub + '@ci'");
 * mapping?.evaluate(new Map([['assertion', claimMap({ sub: textClaim('a') }, true)]])); // the text `a@ci`
 */
export function claimExpression(text: string): ClaimExpression | undefined {
  if (text.length > LONGEST) return undefined;
  let ast: ASTNode;
  try {
    ast = environment.parse(text).ast;
  } catch {
    return undefined;
  }
  return {
    evaluate: (variables) => {
      const walk = new Walk(variables);
      return walk.value(ast);
    },
  };
}

/** One evaluation; past its budget everything is unknown. */
class Walk {
  #steps = 0;
  #variables: ReadonlyMap<string, ClaimValue>;

  constructor(variables: ReadonlyMap<string, ClaimValue>) {
    this.#variables = variables;
  }

  value(node: ASTNode): ClaimValue {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) return UNKNOWN_CLAIM;
    switch (node.op) {
      case 'value':
        return literal(node.args);
      case 'id':
        return this.#variables.get(node.args) ?? CLAIM_ERROR;
      case '.':
        return field(this.value(node.args[0]), textClaim(node.args[1]));
      case '[]':
        return field(this.value(node.args[0]), this.value(node.args[1]));
      case '!_': {
        const inner = this.value(node.args);
        if (inner.is === 'boolean') return booleanClaim(!inner.value);
        return inner.is === 'unknown' ? inner : CLAIM_ERROR;
      }
      case '&&':
      case '||':
        return this.#either(node.op === '||', node.args[0], node.args[1]);
      case '?:': {
        const test = this.value(node.args[0]);
        if (test.is === 'boolean') return this.value(test.value ? node.args[1] : node.args[2]);
        if (test.is !== 'unknown') return CLAIM_ERROR;
        const one = this.value(node.args[1]);
        const other = this.value(node.args[2]);
        return equalClaims(one, other) === true ? one : UNKNOWN_CLAIM;
      }
      case '==':
      case '!=': {
        const [left, right] = this.#both(node.args);
        if (left.is === 'error' || right.is === 'error') return CLAIM_ERROR;
        const equal = equalClaims(left, right);
        return equal === undefined ? UNKNOWN_CLAIM : booleanClaim(equal === (node.op === '=='));
      }
      case 'in':
        return memberOf(...this.#both(node.args));
      case '+': {
        const [left, right] = this.#both(node.args);
        if (left.is === 'error' || right.is === 'error') return CLAIM_ERROR;
        if (left.is === 'text' && right.is === 'text') return concatenated(left, right);
        if (left.is === 'list' && right.is === 'list') return listOf([...left.items, ...right.items]);
        return UNKNOWN_CLAIM;
      }
      case '<':
      case '<=':
      case '>':
      case '>=':
        return compared(node.op, ...this.#both(node.args));
      case 'list':
        return listOf(node.args.map((item) => this.value(item)));
      case 'map':
        return this.#map(node.args);
      case 'call':
        return this.#call(node.args[0], node.args[1]);
      case 'rcall':
        return this.#method(node.args[0], node.args[1], node.args[2]);
      default:
        return UNKNOWN_CLAIM;
    }
  }

  #both([left, right]: readonly [ASTNode, ASTNode]): [ClaimValue, ClaimValue] {
    return [this.value(left), this.value(right)];
  }

  /** `||` and `&&`: a side that settles it absorbs an error of the other. */
  #either(settles: boolean, left: ASTNode, right: ASTNode): ClaimValue {
    const one = this.value(left);
    if (one.is === 'boolean' && one.value === settles) return one;
    const other = this.value(right);
    if (other.is === 'boolean' && other.value === settles) return other;
    if (one.is === 'boolean' && other.is === 'boolean') return booleanClaim(!settles);
    return one.is === 'unknown' || other.is === 'unknown' ? UNKNOWN_CLAIM : CLAIM_ERROR;
  }

  #map(pairs: readonly (readonly [ASTNode, ASTNode])[]): ClaimValue {
    const entries = new Map<string, ClaimValue>();
    let open = false;
    for (const [keyNode, valueNode] of pairs) {
      const key = knownText(this.value(keyNode));
      if (key === undefined) open = true;
      else entries.set(key, this.value(valueNode));
    }
    return open ? UNKNOWN_CLAIM : { is: 'map', entries, open };
  }

  #call(name: string, args: readonly ASTNode[]): ClaimValue {
    const [only, ...more] = args;
    if (only === undefined || more.length > 0) return UNKNOWN_CLAIM;
    if (name === 'has') {
      if (only.op !== '.') return UNKNOWN_CLAIM;
      const holder = this.value(only.args[0]);
      if (holder.is === 'unknown') return UNKNOWN_CLAIM;
      if (holder.is !== 'map') return CLAIM_ERROR;
      if (holder.entries.has(only.args[1])) return booleanClaim(true);
      return holder.open ? UNKNOWN_CLAIM : booleanClaim(false);
    }
    const value = this.value(only);
    if (value.is === 'error') return CLAIM_ERROR;
    if (name === 'size' && value.is === 'list') return { is: 'number', value: value.items.length };
    if (name === 'size' && value.is === 'text') return textMethod('size', value, []);
    if (name === 'string' && value.is === 'text') return value;
    if (name === 'string' && value.is === 'number') return textClaim(String(value.value));
    return name === 'dyn' ? value : UNKNOWN_CLAIM;
  }

  #method(name: string, receiver: ASTNode, args: readonly ASTNode[]): ClaimValue {
    const target = this.value(receiver);
    const [variable, body] = args;
    if ((name === 'exists' || name === 'all') && variable?.op === 'id' && body !== undefined) {
      return this.#quantified(name === 'exists', target, variable.args, body);
    }
    if ((name === 'map' || name === 'filter' || name === 'exists_one') && args.length > 1) {
      return target.is === 'error' ? CLAIM_ERROR : UNKNOWN_CLAIM;
    }
    const values = args.map((arg) => this.value(arg));
    if (target.is === 'error' || values.some((value) => value.is === 'error')) return CLAIM_ERROR;
    switch (target.is) {
      case 'text':
        return textMethod(name, target, values);
      case 'list': {
        if (name === 'size') return { is: 'number', value: target.items.length };
        const separator = values[0] === undefined ? '' : knownText(values[0]);
        const texts = target.items.map(knownText);
        if (name !== 'join' || separator === undefined || texts.includes(undefined)) return UNKNOWN_CLAIM;
        const joined = texts.join(separator);
        return joined.length > 20_000 ? UNKNOWN_CLAIM : textClaim(joined);
      }
      case 'unknown':
        return UNKNOWN_CLAIM;
      default:
        return CLAIM_ERROR;
    }
  }

  #quantified(some: boolean, list: ClaimValue, name: string, body: ASTNode): ClaimValue {
    if (list.is === 'unknown') return UNKNOWN_CLAIM;
    if (list.is !== 'list') return CLAIM_ERROR;
    const outer = this.#variables;
    let result: ClaimValue = booleanClaim(!some);
    for (const item of list.items) {
      this.#variables = new Map([...outer, [name, item]]);
      const value = this.value(body);
      if (value.is === 'boolean' && value.value === some) {
        result = value;
        break;
      }
      if (value.is === 'unknown') result = UNKNOWN_CLAIM;
      else if (value.is !== 'boolean' && result.is !== 'unknown') result = CLAIM_ERROR;
    }
    this.#variables = outer;
    return result;
  }
}

function literal(value: unknown): ClaimValue {
  switch (typeof value) {
    case 'string':
      return textClaim(value);
    case 'boolean':
      return booleanClaim(value);
    case 'number':
      return { is: 'number', value };
    case 'bigint':
      return { is: 'number', value: Number(value) };
    default:
      return value === null ? { is: 'null' } : UNKNOWN_CLAIM;
  }
}

function field(holder: ClaimValue, key: ClaimValue): ClaimValue {
  if (holder.is === 'error' || key.is === 'error') return CLAIM_ERROR;
  if (holder.is === 'unknown' || key.is === 'unknown') return UNKNOWN_CLAIM;
  if (holder.is === 'map') {
    const name = knownText(key);
    if (name === undefined) return key.is === 'text' ? UNKNOWN_CLAIM : CLAIM_ERROR;
    return holder.entries.get(name) ?? (holder.open ? UNKNOWN_CLAIM : CLAIM_ERROR);
  }
  if (holder.is === 'list' && key.is === 'number') return holder.items[key.value] ?? CLAIM_ERROR;
  return CLAIM_ERROR;
}

function memberOf(item: ClaimValue, holder: ClaimValue): ClaimValue {
  if (item.is === 'error' || holder.is === 'error') return CLAIM_ERROR;
  if (holder.is === 'unknown') return UNKNOWN_CLAIM;
  if (holder.is === 'map') {
    const name = knownText(item);
    if (name === undefined) return UNKNOWN_CLAIM;
    if (holder.entries.has(name)) return booleanClaim(true);
    return holder.open ? UNKNOWN_CLAIM : booleanClaim(false);
  }
  if (holder.is !== 'list') return CLAIM_ERROR;
  let known = true;
  for (const one of holder.items) {
    const equal = equalClaims(item, one);
    if (equal === true) return booleanClaim(true);
    if (equal === undefined) known = false;
  }
  return known ? booleanClaim(false) : UNKNOWN_CLAIM;
}

function compared(op: '<' | '<=' | '>' | '>=', left: ClaimValue, right: ClaimValue): ClaimValue {
  if (left.is === 'error' || right.is === 'error') return CLAIM_ERROR;
  if (left.is !== 'number' || right.is !== 'number') return UNKNOWN_CLAIM;
  switch (op) {
    case '<':
      return booleanClaim(left.value < right.value);
    case '<=':
      return booleanClaim(left.value <= right.value);
    case '>':
      return booleanClaim(left.value > right.value);
    case '>=':
      return booleanClaim(left.value >= right.value);
    default:
      return op satisfies never;
  }
}

function listOf(items: readonly ClaimValue[]): ClaimValue {
  if (items.length > 2000) return UNKNOWN_CLAIM;
  return items.some(({ is }) => is === 'error') ? CLAIM_ERROR : { is: 'list', items };
}
