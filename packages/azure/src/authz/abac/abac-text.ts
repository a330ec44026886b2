import type { AbacNode, AbacOperand } from './parse-abac.ts';

/** Longest text that is made; what follows is left out. */
const LONGEST = 200;

/** A part of a condition in one line, for people. */
export function abacText(node: AbacNode): string {
  const text = textOf(node);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

function textOf(node: AbacNode): string {
  switch (node.op) {
    case 'and':
    case 'or':
      return `(${node.parts.map(textOf).join(node.op === 'and' ? ' and ' : ' or ')})`;
    case 'not':
      return `not ${textOf(node.of)}`;
    case 'action-matches':
      return `the action is ${node.values.join(' or ')}`;
    case 'suboperation-matches':
      return `the operation is ${node.values.join(' or ')}`;
    case 'exists':
      return `@${node.attribute.source}[${node.attribute.key}] is there`;
    case 'compare': {
      const operator = node.quantifier === undefined ? node.operator : `${node.quantifier}:${node.operator}`;
      return `${operandText(node.left)} ${operator} ${operandText(node.right)}`;
    }
  }
}

function operandText(operand: AbacOperand): string {
  if (operand.kind === 'attribute') return `@${operand.attribute.source}[${operand.attribute.key}]`;
  return `{${operand.values.join(', ')}}`;
}
