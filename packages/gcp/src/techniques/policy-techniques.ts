import { all, allowed, any, MAY_RELAX_ORG_POLICY, resources } from './requirements.ts';
import { POLICY_HOLDERS, TAGGED_TYPES } from './resource-permissions.ts';
import { type ResourceType, SCOPES, type ScopeType } from './target-types.ts';
import {
  type GcpRequirement,
  type GcpTarget,
  type GcpTechnique,
  type GcpTechniqueRow,
  type PermissionName,
  tableOf,
} from './technique-row.ts';

const scope = (...types: readonly ScopeType[]): GcpTarget => ({ kind: 'scope', types });

/** `compute.googleapis.com/Instance` → `compute-instance`. */
const variantOf = (type: ResourceType): string => type.replace('.googleapis.com/', '-').toLowerCase();

const setScopePolicy = (slug: string, type: ScopeType, permission: PermissionName): GcpTechniqueRow => ({
  slug,
  title: `Changes the policy of the ${type} and gives away any role on it and below`,
  attack: ['T1098.003'],
  target: scope(type),
  requires: allowed(permission),
  yields: 'control',
});

const resourcePolicies: readonly GcpTechniqueRow[] = POLICY_HOLDERS.map(([type, permission]) => ({
  slug: 'resource-set-policy',
  variant: variantOf(type),
  title: 'Changes the policy of the resource and gives away any role on it',
  attack: ['T1098.003'],
  target: resources(type),
  requires: allowed(permission),
  yields: 'control',
}));

const TAGS = resources('cloudresourcemanager.googleapis.com/TagKey', 'cloudresourcemanager.googleapis.com/TagValue');

/** Binding needs a right on the tag value, or on its key, and one on what is tagged. */
function tagRows(slug: string, verb: 'create' | 'delete', title: string): readonly GcpTechniqueRow[] {
  const row = (variant: string | undefined, target: GcpTarget, permission: PermissionName): GcpTechniqueRow => ({
    slug,
    ...(variant === undefined ? {} : { variant }),
    title,
    attack: ['T1098.003', 'T1556.009'],
    target,
    requires: all(
      any(
        {
          anywhere: TAGS,
          that: all(allowed(`resourcemanager.tagValueBindings.${verb}`), { holds: 'tag-is-looked-at' }),
        },
        // Of tags that were not listed it is known only where the right is held above both.
        all(allowed(`resourcemanager.tagValueBindings.${verb}`), { holds: 'tag-values-lie-below' }),
      ),
      allowed(permission),
    ),
    yields: 'retag',
  });
  return [
    row(undefined, scope(...SCOPES), `resourcemanager.hierarchyNodes.${verb}TagBinding`),
    ...TAGGED_TYPES.map(([type, prefix]) => row(variantOf(type), resources(type), `${prefix}.${verb}TagBinding`)),
  ];
}

/** Pools take no other issuers than organization policies allow. */
const ISSUERS_ALLOWED: GcpRequirement = any({ holds: 'issuers-within-reach-allowed' }, MAY_RELAX_ORG_POLICY);

const POOL = resources('iam.googleapis.com/WorkloadIdentityPool');
const WORKFORCE_POOL = resources('iam.googleapis.com/WorkforcePool');

/** Policies, federation and directory (gcp.md 3.B). */
export const policyTechniques: readonly GcpTechnique[] = tableOf('gcp.md 3.B', [
  setScopePolicy('org-set-policy', 'organization', 'resourcemanager.organizations.setIamPolicy'),
  setScopePolicy('folder-set-policy', 'folder', 'resourcemanager.folders.setIamPolicy'),
  setScopePolicy('project-set-policy', 'project', 'resourcemanager.projects.setIamPolicy'),
  ...resourcePolicies,
  {
    slug: 'role-update',
    title: 'Adds permissions to a custom role that it holds',
    attack: ['T1098.003'],
    target: resources('iam.googleapis.com/Role'),
    requires: allowed('iam.roles.update'),
    yields: 'extend',
  },
  {
    slug: 'deny-remove',
    title: 'Changes or deletes the deny policies of the scope',
    attack: ['T1556.009'],
    target: scope(...SCOPES),
    requires: any(allowed('iam.denypolicies.update'), allowed('iam.denypolicies.delete')),
    yields: 'lift-denies',
  },
  {
    slug: 'pab-edit',
    title: 'Changes or deletes the principal access boundaries that hold in the scope',
    attack: ['T1556.009'],
    target: scope(...SCOPES),
    requires: any(
      allowed('iam.principalaccessboundarypolicies.update'),
      allowed('iam.principalaccessboundarypolicies.delete'),
    ),
    yields: 'lift-guards',
  },
  ...SCOPES.map(
    (type): GcpTechniqueRow => ({
      slug: 'pab-unbind',
      variant: type,
      title: `Takes principal access boundaries off the ${type}`,
      attack: ['T1556.009'],
      target: scope(type),
      requires: all(
        allowed('iam.principalaccessboundarypolicies.unbind'),
        any(
          allowed(`resourcemanager.${type}s.deletePolicyBinding`),
          allowed(`resourcemanager.${type}s.updatePolicyBinding`),
        ),
        // Documentation does not say whether both are asked for.
        { holds: 'unverified' },
      ),
      yields: 'lift-guards',
    }),
  ),
  ...tagRows('tag-bind', 'create', 'Binds tags that conditions look at'),
  ...tagRows('tag-unbind', 'delete', 'Takes away tags that conditions look at'),
  {
    slug: 'wif-provider-create',
    title: 'Adds a provider of its own to the pool and signs in as any of its principals',
    attack: ['T1484.002'],
    target: POOL,
    requires: all(
      allowed('iam.googleapis.com/workloadIdentityPoolProviders.create'),
      { holds: 'is-workload-pool' },
      ISSUERS_ALLOWED,
      any(
        { holds: 'pool-usable' },
        all({ holds: 'pool-not-deleted' }, allowed('iam.googleapis.com/workloadIdentityPools.update')),
      ),
    ),
    yields: 'become-subjects',
  },
  {
    slug: 'wif-provider-update',
    title: 'Points a provider of the pool to an issuer of its own and signs in as any of its principals',
    attack: ['T1484.002'],
    target: POOL,
    requires: all(
      any(
        allowed('iam.googleapis.com/workloadIdentityPoolProviders.update'),
        allowed('iam.googleapis.com/workloadIdentityPoolProviders.undelete'),
      ),
      { holds: 'is-workload-pool' },
      ISSUERS_ALLOWED,
      { holds: 'has-provider' },
      any(
        { holds: 'pool-usable' },
        all({ holds: 'pool-not-deleted' }, allowed('iam.googleapis.com/workloadIdentityPools.update')),
      ),
    ),
    yields: 'become-subjects',
  },
  {
    slug: 'wif-attestation',
    title: 'Changes which workloads count as a managed identity of the pool',
    attack: ['T1484.002'],
    target: POOL,
    requires: all(
      any(
        allowed('iam.googleapis.com/workloadIdentityPools.setAttestationRules'),
        allowed('iam.googleapis.com/workloadIdentityPoolManagedIdentities.setAttestationRules'),
      ),
      // Which principals of a pool are managed identities the input does not tell.
      { holds: 'unverified' },
    ),
    yields: 'become-subjects',
  },
  {
    slug: 'workforce-provider',
    title: 'Adds or changes a provider of the workforce pool and signs in as anybody of it',
    attack: ['T1484.002'],
    target: WORKFORCE_POOL,
    requires: all(
      any(
        allowed('iam.googleapis.com/workforcePoolProviders.create'),
        all(allowed('iam.googleapis.com/workforcePoolProviders.update'), { holds: 'has-provider' }),
      ),
      any(
        { holds: 'pool-usable' },
        all({ holds: 'pool-not-deleted' }, allowed('iam.googleapis.com/workforcePools.update')),
      ),
    ),
    yields: 'become-subjects',
  },
  {
    slug: 'workforce-scim',
    title: 'Puts somebody into groups of the workforce pool',
    attack: ['T1098.003'],
    target: WORKFORCE_POOL,
    requires: all(
      any(
        allowed('iam.googleapis.com/workforcePoolProviderScimGroups.patch'),
        allowed('iam.googleapis.com/workforcePoolProviderScimGroups.put'),
      ),
      // Of the principals of the pool only groups that a provider brings are meant; the input does not tell which.
      { holds: 'unverified' },
    ),
    yields: 'become-subjects',
  },
  {
    slug: 'group-join',
    title: 'Adds itself to a group that it owns or manages',
    attack: ['T1098.003'],
    target: { kind: 'identity', types: ['group'] },
    requires: { listed: 'managers' },
    yields: 'join',
  },
  {
    slug: 'pam-entitlement',
    title: 'Makes an entitlement that gives out any role on the scope for a time',
    attack: ['T1098.003'],
    target: scope(...SCOPES),
    requires: all(
      any(
        allowed('privilegedaccessmanager.entitlements.create'),
        // An existing one is needed for these, and none are listed.
        all(
          any(
            allowed('privilegedaccessmanager.entitlements.update'),
            allowed('privilegedaccessmanager.entitlements.setIamPolicy'),
          ),
          { holds: 'unverified' },
        ),
      ),
      { holds: 'entitlement-service-is-set-up' },
    ),
    yields: 'control',
  },
]);
