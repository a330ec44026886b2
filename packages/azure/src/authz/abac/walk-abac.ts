import { and, CONDITIONAL, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '@keyreach/core/authz';
import { type ActionMatching, actionMatches } from './action-matching.ts';
import { compareValues } from './compare-values.ts';
import type { AbacAttribute, AbacNode, AbacOperand } from './parse-abac.ts';

/** What is known of an attribute: its values, that it is not there, or how undecided it is. */
export type AttributeValue = readonly string[] | 'absent' | 'conditional' | 'unknown';

/** What a walk asks of the request. */
export interface AbacFacts {
  /** Name of the action without its plane, as it is spelled. */
  readonly action: string;
  readonly matching: ActionMatching;
  attribute(attribute: AbacAttribute): AttributeValue;
  /** Whether the request is one of the suboperations. */
  suboperation(names: readonly string[]): Truth;
}

/** The key under which a condition that only names suboperations as an attribute has them (azure.md 1.3). */
const SUBOPERATION = 'suboperation';

/** What a condition comes to, as far as the facts decide it. Linear in the condition; never throws. */
export function walkAbac(node: AbacNode, facts: AbacFacts): Truth {
  switch (node.op) {
    case 'and':
      return node.parts.reduce<Truth>((truth, part) => and(truth, walkAbac(part, facts)), TRUE);
    case 'or':
      return node.parts.reduce<Truth>((truth, part) => or(truth, walkAbac(part, facts)), FALSE);
    case 'not':
      return not(walkAbac(node.of, facts));
    case 'action-matches':
      return actionMatches(node.values, facts.action, facts.matching) ? TRUE : FALSE;
    case 'suboperation-matches':
      return facts.suboperation(node.values);
    case 'exists': {
      const value = facts.attribute(node.attribute);
      return typeof value === 'object' ? TRUE : value === 'absent' ? FALSE : openTruth(value);
    }
    case 'compare': {
      if (asksSuboperation(node.left) && node.right.kind === 'values') return facts.suboperation(node.right.values);
      const left = operandValue(node.left, facts);
      const right = operandValue(node.right, facts);
      // An attribute that is not there agrees with nothing, and differs from nothing.
      if (left === 'absent' || right === 'absent') return FALSE;
      if (typeof left === 'object' && typeof right === 'object')
        return compareValues(left, node.operator, node.quantifier, right);
      return left === 'unknown' || right === 'unknown' ? UNKNOWN : CONDITIONAL;
    }
  }
}

function asksSuboperation(operand: AbacOperand): boolean {
  return operand.kind === 'attribute' && operand.attribute.key === SUBOPERATION;
}

function openTruth(value: 'conditional' | 'unknown'): Truth {
  return value === 'conditional' ? CONDITIONAL : UNKNOWN;
}

function operandValue(operand: AbacOperand, facts: AbacFacts): AttributeValue {
  return operand.kind === 'values' ? operand.values : facts.attribute(operand.attribute);
}
