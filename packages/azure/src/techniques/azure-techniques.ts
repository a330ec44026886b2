import type { ScopedCatalogue } from '@keyreach/core/reach';
import { AZURE } from '../normalize/azure-ids.ts';
import { armAuthorizationTechniques } from './arm-authorization-techniques.ts';
import { armKeyTechniques } from './arm-key-techniques.ts';
import { armPredicates } from './arm-predicates.ts';
import type { ArmTechnique } from './arm-row.ts';
import { armRuntimeTechniques } from './arm-runtime-techniques.ts';
import { directoryPredicates } from './directory-predicates.ts';
import { entraTechniques } from './entra-techniques.ts';
import { graphTechniques } from './graph-techniques.ts';

/** Every row of Azure Resource Manager (azure.md 3.1 to 3.3). */
export const armTechniques: readonly ArmTechnique[] = [
  ...armAuthorizationTechniques,
  ...armRuntimeTechniques,
  ...armKeyTechniques,
];

/** Techniques of Azure and Entra ID, with the predicates their rows name. What rows mean: docs/reach-scoped.md. */
export const azureTechniques: ScopedCatalogue = {
  provider: AZURE,
  home: 'resource-group',
  techniques: [...armTechniques, ...entraTechniques, ...graphTechniques],
  predicates: { ...armPredicates, ...directoryPredicates },
};
