import type { ActionName } from './results.ts';

const urgency: Readonly<Record<ActionName, number>> = { Act: 0, Attend: 1, 'Track*': 2, Track: 3 };

/** Which of two actions comes first in a ranking (findings 3.6): negative the left, positive the right, zero for equals. */
export function compareActions(left: ActionName, right: ActionName): number {
  return urgency[left] - urgency[right];
}
