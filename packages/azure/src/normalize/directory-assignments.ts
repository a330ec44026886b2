import type { Timestamp } from '@keyreach/core/graph';
import type { AzureInput, EntraRoleAssignment } from '../bundle/azure-input.ts';
import { distinctRecords } from './distinct-records.ts';
import { holdsNow } from './instants.ts';

/** An assignment of a directory role that holds at present. */
export interface ActiveAssignment {
  readonly assignment: EntraRoleAssignment;
  /** It was activated, and ends (azure.md 1.6). */
  readonly activated: boolean;
}

/** All assignments of directory roles that hold at present. */
export interface ActiveAssignments {
  readonly items: readonly ActiveAssignment[];
  /** Whether there are surely no others. */
  readonly complete: boolean;
}

/**
 * Assignments of directory roles, those that Privileged Identity Management lists joined with the others: one list shows what
 * the other does, so each role, holder and scope counts once, as activated where every list that tells says so (azure.md 1.6).
 */
export function activeDirectoryAssignments(input: AzureInput, now: Timestamp): ActiveAssignments {
  const found = new Map<string, ActiveAssignment>();
  const schedules = distinctRecords(input.directoryRoleSchedules?.items).filter((one) => holdsNow(one, now) !== false);
  const kinds = new Map<string, boolean>();
  for (const one of schedules) {
    const key = keyOf(one);
    kinds.set(key, (kinds.get(key) ?? true) && isActivated(one));
  }
  for (const assignment of [...distinctRecords(input.directoryRoleAssignments?.items), ...schedules]) {
    const key = keyOf(assignment);
    if (found.has(key)) continue;
    found.set(key, { assignment, activated: kinds.get(key) ?? isActivated(assignment) });
  }
  const complete = input.directoryRoleAssignments?.complete === true || input.directoryRoleSchedules?.complete === true;
  return { items: [...found.values()], complete };
}

/** Text that is equal for assignments that give the same role to the same principal in the same place. */
function keyOf(assignment: EntraRoleAssignment): string {
  const { principalId, roleDefinitionId, directoryScopeId = '', appScopeId = '', condition = '' } = assignment;
  const place = `${directoryScopeId}\n${appScopeId}`.toLowerCase();
  return `${principalId.toLowerCase()}\n${roleDefinitionId.toLowerCase()}\n${place}\n${condition}`;
}

function isActivated({ assignmentType }: EntraRoleAssignment): boolean {
  return assignmentType?.toLowerCase() === 'activated';
}
