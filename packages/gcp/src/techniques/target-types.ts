/** Scopes that rows are aimed at (docs/graph-gcp.md). */
export type ScopeType = 'organization' | 'folder' | 'project';

/** Identities that rows are aimed at. Of service agents nobody makes tokens; some of them run code of customers. */
export type IdentityType = 'service-account' | 'service-agent' | 'group';

/** Type of asset, as Cloud Asset Inventory names it, or the placeholder of workloads that were not listed. */
export type ResourceType = `${string}.googleapis.com/${string}` | 'uncollected-workload';

/** All kinds of scope. */
export const SCOPES: readonly ScopeType[] = ['organization', 'folder', 'project'];

/** Placeholder of the workloads of a project that were not listed. */
export const UNCOLLECTED = 'uncollected-workload';

/** Repositories of Cloud Source Repositories, as inventories of either spelling call them. */
export const SOURCE_REPOSITORIES: readonly ResourceType[] = [
  'sourcerepo.googleapis.com/Repo',
  'sourcerepo.googleapis.com/Repository',
];

/** Types whose tokens are cut down to OAuth scopes that the type's configuration tells (gcp.md 2, 4.3). */
export const SCOPED_WORKLOADS: readonly ResourceType[] = [
  'batch.googleapis.com/Job',
  'composer.googleapis.com/Environment',
  'compute.googleapis.com/Instance',
  'compute.googleapis.com/InstanceGroupManager',
  'compute.googleapis.com/InstanceTemplate',
  'container.googleapis.com/Cluster',
  'container.googleapis.com/NodePool',
  'dataproc.googleapis.com/Cluster',
  'notebooks.googleapis.com/Instance',
  'notebooks.googleapis.com/Runtime',
  'tpu.googleapis.com/Node',
  'workstations.googleapis.com/WorkstationConfig',
  'uncollected-workload',
];
