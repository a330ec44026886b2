import type { TechniqueCatalogue } from '@keyreach/core/reach';
import { iamTechniques } from './iam-techniques.ts';
import { organizationTechniques } from './organization-techniques.ts';
import { passRoleTechniques } from './pass-role-techniques.ts';
import { awsPredicates } from './predicates.ts';
import { resourcePolicyTechniques } from './resource-policy-techniques.ts';
import { storedCredentialTechniques } from './stored-credential-techniques.ts';
import { workloadTechniques } from './workload-techniques.ts';

/** Every way to obtain an AWS identity that this adapter knows (aws.md 2.3), with the preconditions the rows name. */
export const awsTechniques: TechniqueCatalogue = {
  provider: 'aws',
  techniques: [
    ...iamTechniques,
    ...passRoleTechniques,
    ...workloadTechniques,
    ...organizationTechniques,
    ...resourcePolicyTechniques,
    ...storedCredentialTechniques,
  ],
  predicates: awsPredicates,
  alternativesOf: (policy) => {
    const versions = policy.attributes?.['olderVersionPolicies'];
    return Array.isArray(versions) ? versions.filter((id): id is string => typeof id === 'string') : [];
  },
};
