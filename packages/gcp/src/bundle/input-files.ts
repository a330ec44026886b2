import type { Listed, Report } from '@keyreach/core/input';
import { readApiKeys } from './api-keys.ts';
import { readBoundaries } from './boundaries-file.ts';
import { readDenyPolicies } from './deny-policies.ts';
import type { GcpAsset, GcpInput } from './gcp-input.ts';
import { readGroups } from './groups-file.ts';
import { readHierarchy, readServiceAccounts } from './hierarchy-lists.ts';
import { readHmacKeys } from './hmac-keys.ts';
import {
  readActivities,
  readAuthCounters,
  readDelegations,
  readDisabledServices,
  readEffectiveTags,
  readInsights,
  readNamedList,
  readPools,
} from './raw-lists.ts';
import { readRoles } from './roles-file.ts';
import { readServiceAccountKeys } from './service-account-keys.ts';

/** Names of files of a bundle beside the inventory and the logs, as {@link GcpInput} and `gcpInputFromObjects` call them. */
export type InputFileKey =
  | 'roles'
  | 'denyPolicies'
  | 'boundaries'
  | 'groups'
  | 'serviceAccountKeys'
  | 'hmacKeys'
  | 'apiKeys'
  | 'pools'
  | 'activities'
  | 'insights'
  | 'authCounters'
  | 'delegations'
  | 'effectiveTags'
  | 'orgPolicies'
  | 'disabledServices';

/** Lists of other APIs that stand in for records of the inventory. */
export type AssetListKey = 'organizations' | 'folders' | 'projects' | 'serviceAccounts';

/** What is known of a file before reading it. */
export interface InputFile<Key extends string> {
  readonly key: Key;
  /** Path in the bundle. */
  readonly path: string;
  /** What is missing without it, as gaps call it. */
  readonly what: string;
  /** The command that produces it. */
  readonly fix: string;
  /** True where nothing is missing without it: the inventory may tell the same, or it is an addition. */
  readonly optional?: true;
}

/** Every file of one value (bundles.md, Google Cloud; docs/bundles-gcp.md). */
export const INPUT_FILES: readonly InputFile<InputFileKey>[] = [
  {
    key: 'roles',
    path: 'roles.json',
    what: 'roles',
    fix: 'GET https://iam.googleapis.com/v1/roles?view=FULL&pageSize=1000, all pages (gcloud iam roles list leaves permissions out), with gcloud iam roles describe ROLE --format=json for custom roles',
  },
  {
    key: 'denyPolicies',
    path: 'deny-policies.json',
    what: 'deny policies',
    fix: 'gcloud iam policies list --attachment-point=POINT --kind=denypolicies, then gcloud iam policies get NAME --attachment-point=POINT --kind=denypolicies --format=json for each, for the organization, every folder and every project',
  },
  {
    key: 'boundaries',
    path: 'pab.json',
    what: 'principal access boundaries',
    fix: 'gcloud iam principal-access-boundary-policies list --organization=ORG --location=global --format=json and gcloud iam policy-bindings list --format=json for the organization, every folder and every project',
  },
  {
    key: 'groups',
    path: 'groups.json',
    what: 'groups',
    fix: 'gcloud identity groups memberships list --group-email=GROUP --format=json for every group',
  },
  {
    key: 'serviceAccountKeys',
    path: 'service-account-keys.json',
    what: 'service account keys',
    fix: 'gcloud iam service-accounts keys list --iam-account=EMAIL --managed-by=user --format=json for every service account',
  },
  {
    key: 'hmacKeys',
    path: 'hmac-keys.json',
    what: 'HMAC keys',
    fix: 'gcloud storage hmac list --project=PROJECT --format=json for every project',
  },
  {
    key: 'apiKeys',
    path: 'api-keys.json',
    what: 'API keys',
    fix: 'gcloud services api-keys list --project=PROJECT --format=json for every project',
  },
  {
    key: 'pools',
    path: 'workload-identity-pools.json',
    what: 'workload identity pools',
    fix: 'gcloud iam workload-identity-pools list --location=global --show-deleted --format=json and gcloud iam workload-identity-pools providers list --workload-identity-pool=POOL --location=global --format=json for every project',
  },
  {
    key: 'activities',
    path: 'activities.json',
    what: 'service account activity',
    fix: 'gcloud policy-intelligence query-activity --activity-type=serviceAccountKeyLastAuthentication --project=PROJECT --format=json and the same for serviceAccountLastAuthentication',
  },
  {
    key: 'insights',
    path: 'insights.json',
    what: 'insights',
    fix: 'gcloud recommender insights list --insight-type=google.iam.policy.Insight --location=global --project=PROJECT --format=json and the same for google.iam.serviceAccount.Insight',
  },
  {
    key: 'authCounters',
    path: 'auth-counters.json',
    what: 'authentication counters',
    fix: 'projects.timeSeries.list of iam.googleapis.com/service_account/authn_events_count and iam.googleapis.com/service_account/key/authn_events_count',
    optional: true,
  },
  {
    key: 'delegations',
    path: 'delegations.json',
    what: 'domain-wide delegation',
    fix: 'copy the client ids and scopes of API controls, Domain-wide delegation, in the Admin console',
  },
  {
    key: 'effectiveTags',
    path: 'effective-tags.json',
    what: 'effective tags',
    fix: 'gcloud resource-manager tags bindings list --parent=NAME --effective --format=json',
    optional: true,
  },
  {
    key: 'orgPolicies',
    path: 'org-policies.json',
    what: 'organization policies',
    fix: 'gcloud org-policies list --organization=ORG --format=json and the same for every folder and project',
    optional: true,
  },
  {
    key: 'disabledServices',
    path: 'disabled-services.json',
    what: 'disabled services',
    fix: 'collect again',
    optional: true,
  },
];

/** Lists that are joined with the inventory. */
export const ASSET_LISTS: readonly InputFile<AssetListKey>[] = [
  {
    key: 'organizations',
    path: 'organizations.json',
    what: 'organizations',
    fix: 'gcloud organizations list --format=json',
    optional: true,
  },
  {
    key: 'folders',
    path: 'folders.json',
    what: 'folders',
    fix: 'gcloud resource-manager folders list --organization=ORG --format=json',
    optional: true,
  },
  {
    key: 'projects',
    path: 'projects.json',
    what: 'projects',
    fix: 'gcloud projects list --format=json',
    optional: true,
  },
  {
    key: 'serviceAccounts',
    path: 'service-accounts.json',
    what: 'service accounts',
    fix: 'gcloud iam service-accounts list --project=PROJECT --format=json for every project',
    optional: true,
  },
];

/** What is missing without the inventory, and what to run for it. */
export const ASSETS_FILE: InputFile<'assets'> = {
  key: 'assets',
  path: 'assets.ndjson',
  what: 'assets',
  fix: 'gcloud asset export --organization=ORG --content-type=resource --output-path=gs://BUCKET/resources and the same for --content-type=iam-policy and org-policy; all files together are assets.ndjson',
};

/** Readers of the files, each for its shape; `undefined`: nothing of the file could be used. */
export const READERS: {
  readonly [Key in InputFileKey]: (
    raw: unknown,
    report: Report,
  ) =>
    | (Key extends 'disabledServices' ? Listed<GcpInput['disabledServices'][number]> : NonNullable<GcpInput[Key]>)
    | undefined;
} = {
  roles: readRoles,
  denyPolicies: readDenyPolicies,
  boundaries: readBoundaries,
  groups: readGroups,
  serviceAccountKeys: readServiceAccountKeys,
  hmacKeys: readHmacKeys,
  apiKeys: readApiKeys,
  pools: readPools,
  activities: readActivities,
  insights: readInsights,
  authCounters: readAuthCounters,
  delegations: readDelegations,
  effectiveTags: readEffectiveTags,
  orgPolicies: readNamedList('policies'),
  disabledServices: readDisabledServices,
};

/** Readers of the lists that stand in for records of the inventory. */
export const ASSET_LIST_READERS: {
  readonly [Key in AssetListKey]: (raw: unknown, report: Report) => Listed<GcpAsset> | undefined;
} = {
  organizations: readHierarchy('organizations', 'cloudresourcemanager.googleapis.com/Organization'),
  folders: readHierarchy('folders', 'cloudresourcemanager.googleapis.com/Folder'),
  projects: readHierarchy('projects', 'cloudresourcemanager.googleapis.com/Project'),
  serviceAccounts: readServiceAccounts,
};
