import type { DirectoryTechnique } from './directory-row.ts';
import { entraApplicationTechniques } from './entra-application-techniques.ts';
import { entraGroupTechniques } from './entra-group-techniques.ts';
import { entraRoleTechniques } from './entra-role-techniques.ts';
import { entraUserTechniques } from './entra-user-techniques.ts';
import { ownerTechniques } from './owner-techniques.ts';

/** Every row of the directory (azure.md 3.4), those that need no permission among them. */
export const entraTechniques: readonly DirectoryTechnique[] = [
  ...entraRoleTechniques,
  ...entraApplicationTechniques,
  ...entraGroupTechniques,
  ...entraUserTechniques,
  ...ownerTechniques,
];
