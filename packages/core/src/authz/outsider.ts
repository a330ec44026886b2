import type { NodeId } from '../graph/model.ts';

/** Begins the ids of principals in zones of the attacker's own; the id of the zone follows. */
export const OUTSIDER = 'outsider:';

/** Whether an id stands for a principal in a zone of the attacker's own, which is in no input. */
export function isOutsider(id: NodeId): boolean {
  return id.startsWith(OUTSIDER);
}
