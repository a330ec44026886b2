import type { GcpAsset, GcpBinding, GcpInput, GcpRole, GcpServiceAccountKey } from '@keyreach/gcp/offline';
import { randomNumbers } from './random-numbers.ts';

/** A list that is known to be whole. */
function whole<T>(items: readonly T[]): { readonly items: readonly T[]; readonly complete: true } {
  return { items, complete: true };
}

const TIME = '2026-01-01T00:00:00Z';
const ORGANIZATION = 'organizations/900000000001';

/** Roles that the bindings name, with the permissions of theirs that matter. */
const ROLES: readonly GcpRole[] = [
  [
    'roles/iam.serviceAccountUser',
    ['iam.serviceAccounts.actAs', 'iam.serviceAccounts.get', 'iam.serviceAccounts.list'],
  ],
  [
    'roles/iam.serviceAccountTokenCreator',
    [
      'iam.serviceAccounts.getAccessToken',
      'iam.serviceAccounts.getOpenIdToken',
      'iam.serviceAccounts.implicitDelegation',
      'iam.serviceAccounts.signBlob',
      'iam.serviceAccounts.signJwt',
    ],
  ],
  ['roles/iam.workloadIdentityUser', ['iam.serviceAccounts.getAccessToken', 'iam.serviceAccounts.getOpenIdToken']],
  ['roles/iam.serviceAccountKeyAdmin', ['iam.serviceAccountKeys.create', 'iam.serviceAccountKeys.delete']],
  [
    'roles/resourcemanager.projectIamAdmin',
    ['resourcemanager.projects.getIamPolicy', 'resourcemanager.projects.setIamPolicy'],
  ],
  [
    'roles/run.developer',
    ['run.services.create', 'run.services.get', 'run.services.update', 'run.jobs.run', 'run.jobs.update'],
  ],
  [
    'roles/cloudfunctions.developer',
    ['cloudfunctions.functions.create', 'cloudfunctions.functions.sourceCodeSet', 'cloudfunctions.functions.update'],
  ],
  [
    'roles/compute.instanceAdmin.v1',
    ['compute.disks.create', 'compute.instances.create', 'compute.instances.setMetadata', 'compute.subnetworks.use'],
  ],
  ['roles/storage.objectViewer', ['storage.objects.get', 'storage.objects.list']],
  [
    'roles/storage.admin',
    ['storage.buckets.delete', 'storage.buckets.setIamPolicy', 'storage.objects.create', 'storage.objects.get'],
  ],
  ['roles/secretmanager.secretAccessor', ['secretmanager.versions.access']],
  ['roles/bigquery.dataViewer', ['bigquery.tables.getData', 'bigquery.tables.list']],
  ['roles/bigquery.jobUser', ['bigquery.jobs.create']],
  ['roles/pubsub.publisher', ['pubsub.topics.publish']],
  ['roles/pubsub.subscriber', ['pubsub.subscriptions.consume']],
  ['roles/logging.logWriter', ['logging.logEntries.create']],
  ['roles/monitoring.metricWriter', ['monitoring.timeSeries.create']],
  ['roles/artifactregistry.reader', ['artifactregistry.repositories.downloadArtifacts']],
  ['roles/cloudbuild.builds.editor', ['cloudbuild.builds.create', 'cloudbuild.builds.update']],
  ['roles/container.developer', ['container.pods.create', 'container.pods.exec', 'container.secrets.get']],
  ['roles/iam.securityReviewer', ['resourcemanager.projects.getIamPolicy', 'iam.serviceAccounts.list']],
].map(([name, includedPermissions]) => ({ name, includedPermissions }) as GcpRole);

/** Roles that service accounts get in their projects, most common first. */
const COMMON = [
  'roles/logging.logWriter',
  'roles/monitoring.metricWriter',
  'roles/storage.objectViewer',
  'roles/pubsub.publisher',
  'roles/pubsub.subscriber',
  'roles/bigquery.jobUser',
  'roles/bigquery.dataViewer',
  'roles/secretmanager.secretAccessor',
  'roles/artifactregistry.reader',
  'roles/run.developer',
  'roles/iam.serviceAccountUser',
  'roles/storage.admin',
  'roles/cloudbuild.builds.editor',
  'roles/container.developer',
  'roles/compute.instanceAdmin.v1',
  'roles/iam.serviceAccountTokenCreator',
  'roles/cloudfunctions.developer',
];

/**
 * An organization of projects as platform teams build them: two levels of folders, ten service accounts a project, about thirty
 * members named in each project's bindings and on its resources, groups for people, a deny policy on each top folder and a
 * principal access boundary on the organization. Ten projects make 100 service accounts and about 300 members bound.
 */
export function syntheticProjects(count: number): GcpInput {
  const random = randomNumbers(20_260_101);
  const below = (most: number): number => Math.floor(random() * most);
  const chance = (share: number): boolean => random() < share;
  const assets: GcpAsset[] = [];
  const keys: GcpServiceAccountKey[] = [];
  const groups = new Map<string, { readonly items: readonly { readonly member: string }[]; readonly complete: true }>();
  const add = (
    name: string,
    assetType: string,
    ancestors: readonly string[],
    data: Readonly<Record<string, unknown>>,
    bindings: readonly GcpBinding[] = [],
  ): void => {
    assets.push({
      name,
      assetType,
      ancestors,
      resource: { version: 'v1', data },
      iamPolicy: { bindings: whole(bindings), auditConfigs: whole([]) },
    });
  };
  const crm = 'cloudresourcemanager.googleapis.com';
  const people = (name: string, size: number): string => {
    const members = Array.from({ length: size }, (_, index) => ({ member: `user:${name}-${index}@corp.example` }));
    groups.set(`group:${name}@corp.example`, whole(members));
    return `group:${name}@corp.example`;
  };
  const admins = people('platform-admins', 8);
  const auditors = people('auditors', 20);
  add(
    `//${crm}/${ORGANIZATION}`,
    `${crm}/Organization`,
    [ORGANIZATION],
    { name: ORGANIZATION, displayName: 'corp.example', directoryCustomerId: 'C01abc' },
    [
      { role: 'roles/resourcemanager.projectIamAdmin', members: [admins] },
      { role: 'roles/iam.securityReviewer', members: [auditors] },
    ],
  );
  const topFolders = Math.max(1, Math.ceil(count / 500));
  const teams = Math.max(1, Math.ceil(count / 20));
  for (let top = 0; top < topFolders; top += 1) {
    const folder = `folders/${1_000 + top}`;
    add(`//${crm}/${folder}`, `${crm}/Folder`, [folder, ORGANIZATION], {
      name: folder,
      parent: ORGANIZATION,
      displayName: `department-${top}`,
    });
  }
  for (let team = 0; team < teams; team += 1) {
    const top = `folders/${1_000 + (team % topFolders)}`;
    const folder = `folders/${100_000 + team}`;
    const leads = people(`team-${team}-leads`, 3);
    add(
      `//${crm}/${folder}`,
      `${crm}/Folder`,
      [folder, top, ORGANIZATION],
      { name: folder, parent: top, displayName: `team-${team}` },
      [
        { role: 'roles/owner', members: [leads] },
        { role: 'roles/viewer', members: [people(`team-${team}`, 12)] },
      ],
    );
  }
  for (let project = 0; project < count; project += 1) {
    const team = project % teams;
    const number = String(500_000_000_000 + project);
    const id = `team${team}-svc-${project}`;
    const ancestors = [
      `projects/${number}`,
      `folders/${100_000 + team}`,
      `folders/${1_000 + (team % topFolders)}`,
      ORGANIZATION,
    ];
    const accounts = Array.from({ length: 10 }, (_, index) => `app-${index}@${id}.iam.gserviceaccount.com`);
    const account = (): string => accounts[below(accounts.length)]!;
    const bindings: GcpBinding[] = [
      {
        role: 'roles/editor',
        members: [
          `serviceAccount:${number}@cloudservices.gserviceaccount.com`,
          ...(chance(0.3) ? [`serviceAccount:${accounts[0]!}`] : []),
        ],
      },
      { role: 'roles/viewer', members: [`group:team-${team}@corp.example`] },
    ];
    const members = new Map<string, string[]>();
    for (const email of accounts) {
      for (let given = 0; given < 2; given += 1) {
        const role = COMMON[Math.min(COMMON.length - 1, Math.floor(-Math.log(1 - random()) * 4))]!;
        const list = members.get(role) ?? [];
        if (!list.includes(`serviceAccount:${email}`)) list.push(`serviceAccount:${email}`);
        members.set(role, list);
      }
    }
    for (const [role, list] of members) bindings.push({ role, members: list });
    if (chance(0.05)) {
      bindings.push({
        role: 'roles/run.developer',
        members: [`serviceAccount:${account()}`],
        condition: { title: 'for a while', expression: 'request.time < timestamp("2026-06-01T00:00:00Z")' },
      });
    }
    // What runs in one project often deploys into another of the team.
    if (project >= teams && chance(0.3)) {
      bindings.push({
        role: 'roles/run.developer',
        members: [`serviceAccount:app-1@team${team}-svc-${project - teams}.iam.gserviceaccount.com`],
      });
    }
    add(
      `//${crm}/projects/${number}`,
      `${crm}/Project`,
      ancestors,
      { name: `projects/${number}`, projectId: id, parent: ancestors[1], state: 'ACTIVE' },
      bindings,
    );
    accounts.forEach((email, index) => {
      const own: GcpBinding[] = [];
      if (chance(0.1))
        own.push({ role: 'roles/iam.serviceAccountTokenCreator', members: [`serviceAccount:${account()}`] });
      if (chance(0.1))
        own.push({
          role: 'roles/iam.serviceAccountUser',
          members: [`serviceAccount:${account()}`, `group:team-${team}-leads@corp.example`],
        });
      const uniqueId = String(100_000_000_000_000_000_000n + BigInt(project * 10 + index));
      add(
        `//iam.googleapis.com/projects/${id}/serviceAccounts/${uniqueId}`,
        'iam.googleapis.com/ServiceAccount',
        ancestors,
        { name: `projects/${id}/serviceAccounts/${email}`, projectId: id, uniqueId, email, oauth2ClientId: uniqueId },
        own,
      );
      if (chance(0.3)) {
        keys.push({
          name: `projects/${id}/serviceAccounts/${email}/keys/${(project * 10 + index).toString(16).padStart(40, '0')}`,
          keyType: 'USER_MANAGED',
          keyOrigin: 'GOOGLE_PROVIDED',
          keyAlgorithm: 'KEY_ALG_RSA_2048',
          validAfterTime: TIME,
          validBeforeTime: '9999-12-31T23:59:59Z',
          extendedStatus: [],
        });
      }
    });
    for (let index = 0; index < 2; index += 1) {
      add(
        `//run.googleapis.com/projects/${id}/locations/europe-west1/services/web-${index}`,
        'run.googleapis.com/Service',
        ancestors,
        {
          spec: { template: { spec: { serviceAccountName: account() } } },
        },
      );
      add(
        `//storage.googleapis.com/${id}-data-${index}`,
        'storage.googleapis.com/Bucket',
        ancestors,
        { name: `${id}-data-${index}` },
        [
          {
            role: 'roles/storage.objectViewer',
            members: [`serviceAccount:${account()}`, `serviceAccount:${account()}`],
          },
        ],
      );
    }
    add(
      `//secretmanager.googleapis.com/projects/${number}/secrets/db`,
      'secretmanager.googleapis.com/Secret',
      ancestors,
      { name: `projects/${number}/secrets/db` },
      [{ role: 'roles/secretmanager.secretAccessor', members: [`serviceAccount:${account()}`] }],
    );
  }
  return {
    assets: { items: assets, complete: true, hasResources: true, hasPolicies: true, hasOrgPolicies: false },
    roles: whole(ROLES),
    denyPolicies: whole(
      Array.from({ length: topFolders }, (_, top) => ({
        name: `policies/cloudresourcemanager.googleapis.com%2Ffolders%2F${1_000 + top}/denypolicies/no-keys`,
        rules: whole([
          {
            deniedPrincipals: ['principalSet://goog/public:all'],
            exceptionPrincipals: [`principalSet://goog/group/platform-admins@corp.example`],
            deniedPermissions: ['iam.googleapis.com/serviceAccountKeys.create'],
            exceptionPermissions: [],
          },
        ]),
      })),
    ),
    boundaries: {
      policies: whole([
        {
          name: `${ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/inside`,
          rules: whole([{ resources: [`//${crm}/${ORGANIZATION}`], effect: 'ALLOW' }]),
          enforcementVersion: '3',
        },
      ]),
      bindings: whole([
        {
          name: `${ORGANIZATION}/locations/global/policyBindings/inside`,
          principalSet: `//${crm}/${ORGANIZATION}`,
          policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
          policy: `${ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/inside`,
        },
      ]),
    },
    groups,
    serviceAccountKeys: whole(keys),
    hmacKeys: whole([]),
    apiKeys: whole([]),
    pools: { pools: whole([]), providers: whole([]) },
    auditLogs: [],
    auditUsage: [],
    disabledServices: [],
    gaps: [],
  };
}
