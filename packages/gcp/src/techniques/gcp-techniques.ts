import type { ScopedCatalogue } from '@keyreach/core/reach';
import { computeTechniques } from './compute-techniques.ts';
import { dataTechniques } from './data-techniques.ts';
import { gkeTechniques } from './gke-techniques.ts';
import { policyTechniques } from './policy-techniques.ts';
import { gcpPredicates } from './predicates.ts';
import { serverlessTechniques } from './serverless-techniques.ts';
import { serviceAccountTechniques } from './service-account-techniques.ts';
import { storedTechniques } from './stored-techniques.ts';
import type { GcpTechnique } from './technique-row.ts';

/** Every row of every table, in the order of gcp.md 3. */
export const gcpTechniqueRows: readonly GcpTechnique[] = [
  ...serviceAccountTechniques,
  ...policyTechniques,
  ...computeTechniques,
  ...serverlessTechniques,
  ...dataTechniques,
  ...gkeTechniques,
  ...storedTechniques,
];

/** Every way to obtain an identity of Google Cloud that this adapter knows (gcp.md 3), with the preconditions the rows name. */
export const gcpTechniques: ScopedCatalogue = {
  provider: 'gcp',
  home: 'project',
  techniques: gcpTechniqueRows,
  predicates: gcpPredicates,
};
