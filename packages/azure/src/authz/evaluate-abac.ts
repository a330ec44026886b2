import type { ConditionRequest, Truth } from '@keyreach/core/authz';
import type { ActionMatching } from './abac/action-matching.ts';
import type { AbacAttribute, AbacNode } from './abac/parse-abac.ts';
import { walkAbac } from './abac/walk-abac.ts';
import { assignmentReadings, bestOf } from './assignment-choices.ts';
import { ASSIGN, contextKey, OF_ASSIGNMENTS, planeless, requestFacts } from './request-facts.ts';

/** What a condition comes to for a request; of a request to assign a role, the best of what its caller may choose. */
export function evaluateAbac(node: AbacNode, matching: ActionMatching, request: ConditionRequest): Truth {
  const readings = planeless(request.action) === ASSIGN ? assignmentReadings(node) : undefined;
  const chooses = readings?.any === true && !attributesOf(node).some((one) => isGiven(one, request));
  if (readings === undefined || !chooses) return walkAbac(node, requestFacts(request, undefined, matching));
  return bestOf(readings, (choice) => walkAbac(node, requestFacts(request, choice, matching)));
}

function isGiven(attribute: AbacAttribute, { context }: ConditionRequest): boolean {
  return attribute.key.startsWith(OF_ASSIGNMENTS) && context.has(contextKey(attribute));
}

/** Attributes that a condition reads, in the order of its text. */
export function attributesOf(node: AbacNode): readonly AbacAttribute[] {
  switch (node.op) {
    case 'and':
    case 'or':
      return node.parts.flatMap(attributesOf);
    case 'not':
      return attributesOf(node.of);
    case 'exists':
      return [node.attribute];
    case 'compare':
      return [node.left, node.right].flatMap((side) => (side.kind === 'attribute' ? [side.attribute] : []));
    default:
      return [];
  }
}
