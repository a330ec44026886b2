import type { GoogleMethod } from './google-call.ts';

const row = (
  name: string,
  service: string,
  permissions: readonly string[],
  role?: string,
  more: Partial<Pick<GoogleMethod, 'verb' | 'perMinute'>> = {},
): GoogleMethod => ({
  name,
  service: `${service}.googleapis.com`,
  verb: 'GET',
  permissions,
  ...(role === undefined ? {} : { role }),
  ...more,
});

/** Names of the rows of {@link METHODS}. */
export type MethodKey =
  | 'organization'
  | 'organizations'
  | 'folder'
  | 'folders'
  | 'searchFolders'
  | 'project'
  | 'projects'
  | 'searchProjects'
  | 'effectiveTags'
  | 'assetResources'
  | 'assetPolicies'
  | 'assetOrgPolicies'
  | 'searchPolicies'
  | 'organizationPolicy'
  | 'folderPolicy'
  | 'projectPolicy'
  | 'predefinedRoles'
  | 'customRoles'
  | 'denyPolicies'
  | 'denyPolicy'
  | 'boundaries'
  | 'boundaryBindings'
  | 'policyBindings'
  | 'pools'
  | 'providers'
  | 'workforcePools'
  | 'workforceProviders'
  | 'serviceAccounts'
  | 'serviceAccountKeys'
  | 'apiKeys'
  | 'hmacKeys'
  | 'orgPolicies'
  | 'groupLookup'
  | 'memberships'
  | 'transitiveMemberships'
  | 'accountActivity'
  | 'keyActivity'
  | 'accountInsights'
  | 'policyInsights'
  | 'counters'
  | 'auditQuery'
  | 'auditQueryResults'
  | 'sink';

const VIEWER = 'roles/cloudasset.viewer';
const REVIEWER = 'roles/iam.securityReviewer';
const BOUNDARY_VIEWER = 'roles/iam.principalAccessBoundaryViewer';
const ACTIVITY = 'roles/policyanalyzer.activityAnalysisViewer';
const INSIGHTS = 'roles/recommender.iamViewer';
const POOLS = 'roles/iam.workloadIdentityPoolViewer';
const WORKFORCE = 'roles/iam.workforcePoolViewer';
const ACCOUNTS = 'roles/iam.serviceAccountViewer';

/** Every call that a collection makes, with what it needs (gcp.md 4.1, 5). All of them read. */
export const METHODS: Readonly<Record<MethodKey, GoogleMethod>> = {
  organization: row(
    'organizations.get',
    'cloudresourcemanager',
    ['resourcemanager.organizations.get'],
    'roles/browser',
  ),
  organizations: row(
    'organizations.search',
    'cloudresourcemanager',
    ['resourcemanager.organizations.get'],
    'roles/browser',
  ),
  folder: row('folders.get', 'cloudresourcemanager', ['resourcemanager.folders.get'], 'roles/browser'),
  folders: row('folders.list', 'cloudresourcemanager', ['resourcemanager.folders.list'], 'roles/browser'),
  searchFolders: row('folders.search', 'cloudresourcemanager', ['resourcemanager.folders.get'], 'roles/browser'),
  project: row('projects.get', 'cloudresourcemanager', ['resourcemanager.projects.get'], 'roles/browser'),
  projects: row('projects.list', 'cloudresourcemanager', ['resourcemanager.projects.list'], 'roles/browser'),
  searchProjects: row('projects.search', 'cloudresourcemanager', ['resourcemanager.projects.get'], 'roles/browser'),
  effectiveTags: row(
    'effectiveTags.list',
    'cloudresourcemanager',
    ['resourcemanager.hierarchyNodes.listEffectiveTags'],
    'roles/resourcemanager.tagViewer',
  ),
  assetResources: row('assets.list', 'cloudasset', ['cloudasset.assets.listResource'], VIEWER, { perMinute: 100 }),
  assetPolicies: row('assets.list', 'cloudasset', ['cloudasset.assets.listIamPolicy'], VIEWER, { perMinute: 100 }),
  assetOrgPolicies: row('assets.list', 'cloudasset', ['cloudasset.assets.listOrgPolicy'], VIEWER, { perMinute: 100 }),
  searchPolicies: row('searchAllIamPolicies', 'cloudasset', ['cloudasset.assets.searchAllIamPolicies'], VIEWER, {
    perMinute: 400,
  }),
  organizationPolicy: row(
    'organizations.getIamPolicy',
    'cloudresourcemanager',
    ['resourcemanager.organizations.getIamPolicy'],
    REVIEWER,
    { verb: 'POST' },
  ),
  folderPolicy: row(
    'folders.getIamPolicy',
    'cloudresourcemanager',
    ['resourcemanager.folders.getIamPolicy'],
    REVIEWER,
    { verb: 'POST' },
  ),
  projectPolicy: row(
    'projects.getIamPolicy',
    'cloudresourcemanager',
    ['resourcemanager.projects.getIamPolicy'],
    REVIEWER,
    { verb: 'POST' },
  ),
  predefinedRoles: row('roles.list', 'iam', []),
  customRoles: row('roles.list', 'iam', ['iam.roles.get', 'iam.roles.list'], 'roles/iam.roleViewer'),
  denyPolicies: row('denypolicies.list', 'iam', ['iam.denypolicies.list'], 'roles/iam.denyReviewer'),
  denyPolicy: row('denypolicies.get', 'iam', ['iam.denypolicies.get'], 'roles/iam.denyReviewer'),
  boundaries: row(
    'principalAccessBoundaryPolicies.list',
    'iam',
    ['iam.principalaccessboundarypolicies.list'],
    BOUNDARY_VIEWER,
  ),
  boundaryBindings: row(
    'principalAccessBoundaryPolicies.searchPolicyBindings',
    'iam',
    ['iam.principalaccessboundarypolicies.searchPolicyBindings'],
    BOUNDARY_VIEWER,
  ),
  policyBindings: row('policyBindings.list', 'iam', ['iam.policybindings.list'], REVIEWER),
  pools: row('workloadIdentityPools.list', 'iam', ['iam.googleapis.com/workloadIdentityPools.list'], POOLS),
  providers: row(
    'workloadIdentityPools.providers.list',
    'iam',
    ['iam.googleapis.com/workloadIdentityPoolProviders.list'],
    POOLS,
  ),
  workforcePools: row('workforcePools.list', 'iam', ['iam.googleapis.com/workforcePools.list'], WORKFORCE),
  workforceProviders: row(
    'workforcePools.providers.list',
    'iam',
    ['iam.googleapis.com/workforcePoolProviders.list'],
    WORKFORCE,
  ),
  serviceAccounts: row('serviceAccounts.list', 'iam', ['iam.serviceAccounts.list'], ACCOUNTS),
  serviceAccountKeys: row('serviceAccounts.keys.list', 'iam', ['iam.serviceAccountKeys.list'], ACCOUNTS),
  apiKeys: row('keys.list', 'apikeys', ['apikeys.keys.list'], REVIEWER),
  hmacKeys: row('hmacKeys.list', 'storage', ['storage.hmacKeys.list'], REVIEWER),
  orgPolicies: row(
    'orgpolicy.policies.list',
    'orgpolicy',
    ['orgpolicy.policies.list', 'orgpolicy.policy.get'],
    'roles/orgpolicy.policyViewer',
  ),
  groupLookup: row('groups.lookup', 'cloudidentity', []),
  memberships: row('memberships.list', 'cloudidentity', []),
  transitiveMemberships: row('memberships.searchTransitiveMemberships', 'cloudidentity', []),
  accountActivity: row(
    'activities.query',
    'policyanalyzer',
    ['policyanalyzer.serviceAccountLastAuthenticationActivities.query'],
    ACTIVITY,
  ),
  keyActivity: row(
    'activities.query',
    'policyanalyzer',
    ['policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query'],
    ACTIVITY,
  ),
  accountInsights: row('insights.list', 'recommender', ['recommender.iamServiceAccountInsights.list'], INSIGHTS),
  policyInsights: row('insights.list', 'recommender', ['recommender.iamPolicyInsights.list'], INSIGHTS),
  counters: row('timeSeries.list', 'monitoring', ['monitoring.timeSeries.list'], 'roles/monitoring.viewer'),
  // The role has to be given where the query runs, and another one where the tables are.
  auditQuery: row('jobs.query', 'bigquery', ['bigquery.jobs.create', 'bigquery.tables.getData'], undefined, {
    verb: 'POST',
  }),
  auditQueryResults: row('jobs.getQueryResults', 'bigquery', ['bigquery.jobs.create'], 'roles/bigquery.jobUser'),
  sink: row('sinks.get', 'logging', ['logging.sinks.get'], 'roles/logging.viewer'),
};
