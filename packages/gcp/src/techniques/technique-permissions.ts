import { gcpTechniqueRows } from './gcp-techniques.ts';
import { helperTechniques } from './helper-techniques.ts';
import type { GcpRequirement, PermissionName } from './technique-row.ts';

/** Every permission that a requirement names. */
export function permissionsIn(requirement: GcpRequirement): readonly PermissionName[] {
  if ('allowed' in requirement) return [requirement.allowed];
  if ('somewhere' in requirement) return requirement.somewhere;
  if ('attached' in requirement) return permissionsIn(requirement.attached);
  if ('beside' in requirement || 'anywhere' in requirement) return permissionsIn(requirement.that);
  if ('all' in requirement) return requirement.all.flatMap(permissionsIn);
  if ('any' in requirement) return requirement.any.flatMap(permissionsIn);
  return [];
}

/** Every permission that techniques and rows beside them name, sorted; the catalogue of known permissions has them all. */
export const techniquePermissions: readonly PermissionName[] = [
  ...new Set([
    ...gcpTechniqueRows.flatMap(({ requires }) => permissionsIn(requires)),
    ...helperTechniques.flatMap(({ permissions }) => permissions),
  ]),
].toSorted();
