import { TRUE, UNKNOWN } from '@keyreach/core/authz';
import type {
  AccessCatalogue,
  ScopedCatalogue,
  ScopedLimit,
  ScopedRequirement,
  ScopedTarget,
  ScopedTechnique,
  ScopedYield,
} from '@keyreach/core/reach';

/*
 * Rows for everything a row of an estate of projects can say, over the permissions of `random-projects.ts`: each form of
 * requirement, each yield. What the rows of an adapter say is tested there.
 */

const ACCOUNT: ScopedTarget = { kind: 'identity', types: ['service-account'] };
const SERVICE: ScopedTarget = { kind: 'resource', types: ['run.googleapis.com/Service', 'uncollected-workload'] };
const MACHINE: ScopedTarget = { kind: 'resource', types: ['compute.googleapis.com/Instance', 'uncollected-workload'] };
const SECRETS_AND_BUCKETS: ScopedTarget = {
  kind: 'resource',
  types: ['storage.googleapis.com/Bucket', 'secretmanager.googleapis.com/Secret'],
};
const ORGANIZATION: ScopedTarget = { kind: 'scope', types: ['organization'] };
const FOLDER_OR_PROJECT: ScopedTarget = { kind: 'scope', types: ['folder', 'project'] };
const SCOPE: ScopedTarget = { kind: 'scope', types: ['organization', 'folder', 'project'] };

function row(
  id: string,
  target: ScopedTarget,
  yields: ScopedYield,
  requires: ScopedRequirement,
  within?: ScopedLimit,
): ScopedTechnique {
  return {
    id,
    provider: 'gcp',
    title: id,
    reference: 'docs/reach-scoped.md',
    attack: [],
    target,
    requires,
    yields,
    ...(within === undefined ? {} : { within }),
  };
}

const actAs: ScopedRequirement = { allowed: 'iam.serviceAccounts.actAs' };

function createdWith(permission: string): ScopedRequirement {
  return {
    all: [
      actAs,
      {
        any: [
          { allowed: permission, on: 'home' },
          { all: [{ somewhere: [permission] }, { holds: 'across-projects' }] },
        ],
      },
    ],
  };
}

/** See above. */
export const practiceScoped: ScopedCatalogue = {
  provider: 'gcp',
  home: 'project',
  techniques: [
    row('token', ACCOUNT, 'become', { allowed: 'iam.serviceAccounts.getAccessToken' }),
    row('key', ACCOUNT, 'become', { all: [{ allowed: 'iam.serviceAccountKeys.create' }, { holds: 'keys-allowed' }] }),
    row('account-policy', ACCOUNT, 'control', { allowed: 'iam.serviceAccounts.setIamPolicy' }),
    row(
      'delegate',
      ACCOUNT,
      'become',
      { allowed: 'iam.serviceAccounts.implicitDelegation' },
      { actions: ['iam.serviceAccounts.getAccessToken', 'iam.serviceAccounts.implicitDelegation'], federates: false },
    ),
    row(
      'storage-key',
      ACCOUNT,
      'become',
      { all: [{ allowed: 'pubsub.topics.publish', on: 'home' }, { holds: 'keys-allowed' }] },
      { actions: ['storage.*'], federates: false },
    ),
    row(
      'id-token',
      ACCOUNT,
      'become',
      {
        all: [
          { allowed: 'iam.serviceAccounts.getAccessToken' },
          { beside: ACCOUNT, that: { allowed: 'composer.environments.update' } },
        ],
      },
      { actions: ['run.jobs.*', 'iam.serviceAccounts.setIamPolicy'], federates: true },
    ),
    row(
      'query',
      SERVICE,
      'become-runtime',
      { any: [{ allowed: 'composer.environments.update' }, { allowed: 'storage.objects.delete' }] },
      { actions: ['storage.*', 'secretmanager.*', 'resourcemanager.projects.setIamPolicy'], federates: false },
    ),
    // The same of three permissions: roles give the first two together, denies tell them apart.
    row('run-create', ACCOUNT, 'become', createdWith('run.services.create')),
    row('job-create', ACCOUNT, 'become', createdWith('run.jobs.create')),
    row('pool-create', ACCOUNT, 'become', createdWith('run.workerPools.create')),
    row('compute-create', ACCOUNT, 'become', {
      all: [actAs, { somewhere: ['compute.instances.create', 'compute.disks.create', 'compute.subnetworks.use'] }],
    }),
    row('run-update', SERVICE, 'become-runtime', { all: [{ allowed: 'run.services.update' }, { attached: actAs }] }),
    row('machine-metadata', MACHINE, 'become-runtime', {
      all: [
        { any: [{ allowed: 'compute.instances.setMetadata' }, { allowed: 'run.jobs.runWithOverrides' }] },
        { allowed: 'compute.instances.reset' },
      ],
    }),
    row('project-policy', { kind: 'scope', types: ['project'] }, 'control', {
      allowed: 'resourcemanager.projects.setIamPolicy',
    }),
    // Limits on what is given away hold for the first of the two alone.
    row('project-entitlement', { kind: 'scope', types: ['project'] }, 'control', {
      any: [{ allowed: 'resourcemanager.projects.setIamPolicy' }, { allowed: 'pubsub.topics.publish' }],
    }),
    row('folder-policy', { kind: 'scope', types: ['folder'] }, 'control', {
      allowed: 'resourcemanager.folders.setIamPolicy',
    }),
    row('organization-policy', { kind: 'scope', types: ['organization'] }, 'control', {
      allowed: 'resourcemanager.organizations.setIamPolicy',
    }),
    row('bucket-policy', { kind: 'resource', types: ['storage.googleapis.com/Bucket'] }, 'control', {
      allowed: 'storage.buckets.setIamPolicy',
    }),
    row('ring-policy', { kind: 'resource', types: ['cloudkms.googleapis.com/KeyRing'] }, 'control', {
      allowed: 'cloudkms.keyRings.setIamPolicy',
    }),
    row('ring-tag', { kind: 'resource', types: ['cloudkms.googleapis.com/KeyRing'] }, 'retag', {
      allowed: 'cloudkms.keyRings.createTagBinding',
    }),
    row('secret-policy', { kind: 'resource', types: ['secretmanager.googleapis.com/Secret'] }, 'control', {
      any: [{ allowed: 'storage.buckets.setIamPolicy' }, { allowed: 'iam.serviceAccounts.setIamPolicy' }],
    }),
    row('role-update', { kind: 'resource', types: ['iam.googleapis.com/Role'] }, 'extend', {
      allowed: 'iam.roles.update',
    }),
    row('deny-remove', SCOPE, 'lift-denies', { allowed: 'iam.denypolicies.update' }),
    row('boundary-edit', SCOPE, 'lift-guards', { allowed: 'iam.principalaccessboundarypolicies.update' }),
    row('tag', SCOPE, 'retag', {
      all: [
        { allowed: 'resourcemanager.tagValueBindings.create' },
        { allowed: 'resourcemanager.hierarchyNodes.createTagBinding' },
      ],
    }),
    row('pool-owner', { kind: 'resource', types: ['iam.googleapis.com/WorkloadIdentityPool'] }, 'become-subjects', {
      all: [
        { allowed: 'compute.disks.create', on: 'home' },
        { anywhere: SECRETS_AND_BUCKETS, that: { allowed: 'storage.objects.delete' } },
      ],
    }),
    row('boundary-edit-above', FOLDER_OR_PROJECT, 'lift-guards', {
      all: [{ allowed: 'iam.denypolicies.delete' }, { anywhere: ORGANIZATION, that: { allowed: 'iam.roles.update' } }],
    }),
    row('key-beside', ACCOUNT, 'become', {
      all: [
        { allowed: 'compute.instances.create', on: 'home' },
        { anywhere: SERVICE, that: { allowed: 'run.services.update' } },
      ],
    }),
    row('pool-provider', { kind: 'resource', types: ['iam.googleapis.com/WorkloadIdentityPool'] }, 'become-subjects', {
      allowed: 'iam.googleapis.com/workloadIdentityPoolProviders.create',
    }),
    row('group-join', { kind: 'identity', types: ['group'] }, 'join', { listed: 'managers' }),
  ],
  predicates: {
    'keys-allowed': (target, graph) => {
      const policies = graph.scopesOf(target.id).find(({ type }) => type === 'project')?.attributes?.['orgPolicies'];
      if (typeof policies !== 'object' || policies === null || Array.isArray(policies)) return UNKNOWN;
      return (policies as Readonly<Record<string, unknown>>)['iam.disableServiceAccountKeyCreation'] === true
        ? 0
        : TRUE;
    },
    'across-projects': (target, graph) => {
      const policies = graph.scopesOf(target.id).find(({ type }) => type === 'project')?.attributes?.['orgPolicies'];
      if (typeof policies !== 'object' || policies === null || Array.isArray(policies)) return UNKNOWN;
      return (policies as Readonly<Record<string, unknown>>)['iam.disableCrossProjectServiceAccountUsage'] === true
        ? 0
        : TRUE;
    },
  },
};

/** Access to buckets and secrets. */
export const practiceAccess: AccessCatalogue = {
  provider: 'gcp',
  rowsFor: (type) => {
    switch (type) {
      case 'storage.googleapis.com/Bucket':
        return [
          { class: 'data-read', action: 'storage.objects.get', on: '{target}' },
          { class: 'data-write', action: 'storage.objects.create', on: '{target}' },
        ];
      case 'cloudkms.googleapis.com/CryptoKey':
        return [{ class: 'data-read', action: 'cloudkms.cryptoKeyVersions.useToDecrypt', on: '{target}' }];
      case 'secretmanager.googleapis.com/Secret':
        return [{ class: 'secret-read', action: 'secretmanager.versions.access', on: '{target}' }];
      default:
        return [];
    }
  },
  classOf: () => 'meta-read',
};
