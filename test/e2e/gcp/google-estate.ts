import type { SecretRegister } from '../secret-register.ts';

/** A record of a Google API. */
export type Raw = Readonly<Record<string, unknown>>;

/** What the imitation of Google knows; lists as their APIs give them, whole. */
export interface GoogleEstate {
  readonly organization: Raw;
  readonly folders: readonly Raw[];
  readonly projects: readonly Project[];
  /** RESOURCE and IAM_POLICY content; names with project numbers where the inventory has them. */
  readonly assets: readonly Raw[];
  readonly roles: readonly Raw[];
  /** By organization (`organizations/1`) or project (`projects/my-id`). */
  readonly customRoles: Readonly<Record<string, readonly Raw[]>>;
  /** By attachment point, `projects/123`. */
  readonly deny: Readonly<Record<string, readonly Raw[]>>;
  readonly boundaries: readonly Raw[];
  readonly boundaryBindings: readonly Raw[];
  /** By id of the project. */
  readonly accounts: Readonly<Record<string, readonly Raw[]>>;
  /** By e-mail. */
  readonly keys: Readonly<Record<string, readonly Raw[]>>;
  readonly hmacKeys: Readonly<Record<string, readonly Raw[]>>;
  readonly apiKeys: Readonly<Record<string, readonly Raw[]>>;
  readonly pools: Readonly<Record<string, readonly Raw[]>>;
  readonly workforcePools: readonly Raw[];
  /** By name of the pool. */
  readonly providers: Readonly<Record<string, readonly Raw[]>>;
  /** By e-mail: members; a group that is not here may be read by nobody. */
  readonly groups: Readonly<Record<string, readonly Raw[]>>;
  readonly tags: Readonly<Record<string, readonly Raw[]>>;
  readonly orgPolicies: Readonly<Record<string, readonly Raw[]>>;
  /** By id of the project. */
  readonly activities: Readonly<Record<string, readonly Raw[]>>;
  /** By organization, folder or project (by number). */
  readonly insights: Readonly<Record<string, readonly Raw[]>>;
  /** Time series by id of the project. */
  readonly counters: Readonly<Record<string, readonly Raw[]>>;
  /** By name. */
  readonly sinks: Readonly<Record<string, Raw>>;
}

/** A project with the APIs that are off in it. */
export interface Project {
  readonly name: string;
  readonly projectId: string;
  readonly parent: string;
  readonly state?: string;
  readonly disabled?: readonly string[];
}

/** Ids that tests ask about. */
export const ids = {
  ci: 'ci@lab-1.iam.gserviceaccount.com',
  intern: 'intern@lab-1.iam.gserviceaccount.com',
  temp: 'temp@lab-1.iam.gserviceaccount.com',
  deployer: 'deployer@shop-1.iam.gserviceaccount.com',
  runner: 'runner@shop-1.iam.gserviceaccount.com',
  ciKey: 'c1'.repeat(20),
  internKey: 'd2'.repeat(20),
  tempKey: 'e3'.repeat(20),
} as const;

const CRM = '//cloudresourcemanager.googleapis.com';
const ORGANIZATION = 'organizations/1001';
const PRODUCTION = 'folders/2001';
const LABS = 'folders/2002';
const SHOP = 'projects/3001';
const LAB = 'projects/3002';
const EMPTY = 'projects/3003';

const above: Readonly<Record<string, readonly string[]>> = {
  [ORGANIZATION]: [ORGANIZATION],
  [PRODUCTION]: [PRODUCTION, ORGANIZATION],
  [LABS]: [LABS, ORGANIZATION],
  [SHOP]: [SHOP, PRODUCTION, ORGANIZATION],
  [LAB]: [LAB, LABS, ORGANIZATION],
  [EMPTY]: [EMPTY, LABS, ORGANIZATION],
};

const member = (email: string): string => `serviceAccount:${email}`;

function scope(name: string, type: string, data: Raw, bindings: readonly Raw[] = []): Raw {
  return {
    name: `${CRM}/${name}`,
    assetType: `cloudresourcemanager.googleapis.com/${type}`,
    ancestors: above[name],
    resource: { version: 'v3', discoveryName: type, data },
    iamPolicy: { version: 3, etag: 'BwY=', bindings },
  };
}

function account(email: string, project: string, bindings: readonly Raw[] = []): Raw {
  const projectId = email.replace(/^.*@|\.iam\..*$/g, '');
  return {
    name: `//iam.googleapis.com/projects/${projectId}/serviceAccounts/${uniqueId(email)}`,
    assetType: 'iam.googleapis.com/ServiceAccount',
    ancestors: above[project],
    resource: { version: 'v1', discoveryName: 'ServiceAccount', data: accountData(email) },
    ...(bindings.length === 0 ? {} : { iamPolicy: { version: 3, bindings } }),
  };
}

function accountData(email: string): Raw {
  const projectId = email.replace(/^.*@|\.iam\..*$/g, '');
  return {
    name: `projects/${projectId}/serviceAccounts/${email}`,
    projectId,
    uniqueId: uniqueId(email),
    email,
    displayName: email.split('@')[0],
  };
}

function uniqueId(email: string): string {
  let sum = 7;
  for (const letter of email) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007;
  return `1${String(sum).padStart(20, '0')}`;
}

function key(email: string, keyId: string, more: Raw = {}): Raw {
  return {
    name: `${String(accountData(email)['name'])}/keys/${keyId}`,
    keyType: 'USER_MANAGED',
    keyOrigin: 'GOOGLE_PROVIDED',
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    validAfterTime: '2025-01-01T00:00:00Z',
    validBeforeTime: '9999-12-31T23:59:59Z',
    ...more,
  };
}

const role = (name: string, ...includedPermissions: readonly string[]): Raw => ({
  name,
  title: name.split('/').at(-1),
  includedPermissions,
  stage: 'GA',
});

const POOL = 'projects/3001/locations/global/workloadIdentityPools/old-ci';

/**
 * An organization whose CI key reaches a project: it mints tokens of the deployer, which changes a service that runs as the owner
 * of the policy. A deny policy keeps an intern from the same way, a condition has expired, and a pool is disabled.
 */
export function googleEstate(secrets: SecretRegister): GoogleEstate {
  const { ci, intern, temp, deployer, runner } = ids;
  const staff = Array.from(
    { length: 230 },
    (_, index) => `staff-${String(index).padStart(3, '0')}@lab-1.iam.gserviceaccount.com`,
  );
  const projects: readonly Project[] = [
    { name: SHOP, projectId: 'shop-1', parent: PRODUCTION, state: 'ACTIVE' },
    { name: LAB, projectId: 'lab-1', parent: LABS, state: 'ACTIVE' },
    {
      name: EMPTY,
      projectId: 'empty-1',
      parent: LABS,
      state: 'ACTIVE',
      disabled: ['apikeys.googleapis.com', 'monitoring.googleapis.com'],
    },
    { name: 'projects/3004', projectId: 'gone-1', parent: LABS, state: 'DELETE_REQUESTED' },
  ];
  const organization = { name: ORGANIZATION, displayName: 'example.com', directoryCustomerId: 'C01', state: 'ACTIVE' };
  const folders = [
    { name: PRODUCTION, parent: ORGANIZATION, displayName: 'production', state: 'ACTIVE' },
    { name: LABS, parent: ORGANIZATION, displayName: 'labs', state: 'ACTIVE' },
  ];
  const tokens = 'roles/iam.serviceAccountTokenCreator';
  const service: Raw = {
    name: '//run.googleapis.com/projects/shop-1/locations/europe-west1/services/web',
    assetType: 'run.googleapis.com/Service',
    ancestors: above[SHOP],
    resource: {
      version: 'v1',
      location: 'europe-west1',
      data: {
        metadata: { name: 'web', annotations: { 'shop.example/note': secrets.plant('annotation of a service') } },
        spec: {
          template: {
            spec: {
              serviceAccountName: runner,
              containers: [
                { image: 'web', env: [{ name: 'DB_PASSWORD', value: secrets.plant('variable of a service') }] },
              ],
            },
          },
        },
      },
    },
  };
  const instance: Raw = {
    name: '//compute.googleapis.com/projects/lab-1/zones/europe-west1-b/instances/vm',
    assetType: 'compute.googleapis.com/Instance',
    ancestors: above[LAB],
    resource: {
      version: 'v1',
      location: 'europe-west1-b',
      data: {
        name: 'vm',
        serviceAccounts: [{ email: staff[0], scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
        metadata: {
          items: [{ key: 'startup-script', value: `export TOKEN=${secrets.plant('metadata of an instance')}` }],
        },
      },
    },
  };
  return {
    organization,
    folders,
    projects,
    assets: [
      scope(ORGANIZATION, 'Organization', organization, [
        { role: 'roles/browser', members: ['group:everyone@example.com', 'group:secret@example.com'] },
      ]),
      ...folders.map((folder) => scope(folder.name, 'Folder', folder)),
      scope(SHOP, 'Project', { ...projects[0] }, [
        { role: 'roles/run.developer', members: [member(deployer)] },
        { role: 'roles/iam.serviceAccountUser', members: [member(deployer)] },
        { role: 'roles/resourcemanager.projectIamAdmin', members: [member(runner)] },
        {
          role: 'roles/resourcemanager.projectIamAdmin',
          members: [member(temp)],
          condition: { title: 'until 2020', expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' },
        },
      ]),
      scope(LAB, 'Project', { ...projects[1] }),
      scope(EMPTY, 'Project', { ...projects[2] }),
      account(deployer, SHOP, [
        { role: tokens, members: [member(ci), member(intern)] },
        { role: tokens, members: [`principalSet://iam.googleapis.com/${POOL}/*`] },
      ]),
      account(runner, SHOP),
      ...[ci, intern, temp, ...staff].map((email) => account(email, LAB)),
      service,
      instance,
    ],
    roles: [
      role(
        'roles/browser',
        'resourcemanager.projects.get',
        'resourcemanager.folders.get',
        'resourcemanager.organizations.get',
      ),
      role(
        tokens,
        'iam.serviceAccounts.get',
        'iam.serviceAccounts.getAccessToken',
        'iam.serviceAccounts.getOpenIdToken',
        'iam.serviceAccounts.implicitDelegation',
        'iam.serviceAccounts.list',
        'iam.serviceAccounts.signBlob',
        'iam.serviceAccounts.signJwt',
      ),
      role(
        'roles/iam.serviceAccountUser',
        'iam.serviceAccounts.actAs',
        'iam.serviceAccounts.get',
        'iam.serviceAccounts.list',
      ),
      role(
        'roles/run.developer',
        'run.services.create',
        'run.services.get',
        'run.services.list',
        'run.services.update',
      ),
      role(
        'roles/resourcemanager.projectIamAdmin',
        'resourcemanager.projects.get',
        'resourcemanager.projects.getIamPolicy',
        'resourcemanager.projects.setIamPolicy',
      ),
    ],
    customRoles: {
      'projects/shop-1': [
        role('projects/shop-1/roles/reader', 'storage.objects.get', 'storage.objects.list'),
        { ...role('projects/shop-1/roles/gone', 'run.services.update'), deleted: true },
      ],
      [ORGANIZATION]: [role(`${ORGANIZATION}/roles/auditor`, 'resourcemanager.projects.getIamPolicy')],
    },
    deny: {
      [SHOP]: [
        {
          name: 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F3001/denypolicies/only-ci',
          uid: 'u1',
          kind: 'DenyPolicy',
          displayName: 'only CI',
          rules: [
            {
              denyRule: {
                deniedPrincipals: ['principalSet://goog/public:all'],
                exceptionPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${ci}`],
                deniedPermissions: [
                  'getAccessToken',
                  'getOpenIdToken',
                  'implicitDelegation',
                  'signBlob',
                  'signJwt',
                ].map((verb) => `iam.googleapis.com/serviceAccounts.${verb}`),
              },
            },
          ],
        },
      ],
    },
    boundaries: [
      {
        name: `${ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/all`,
        uid: 'u2',
        displayName: 'all of it',
        createTime: '2026-01-01T00:00:00Z',
        details: {
          rules: [{ description: 'everything', resources: [`${CRM}/${ORGANIZATION}`], effect: 'ALLOW' }],
          enforcementVersion: '3',
        },
      },
    ],
    boundaryBindings: [
      {
        name: `${ORGANIZATION}/locations/global/policyBindings/all`,
        uid: 'u3',
        target: { principalSet: `${CRM}/${ORGANIZATION}` },
        policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
        policy: `${ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/all`,
      },
    ],
    accounts: { 'shop-1': [deployer, runner].map(accountData), 'lab-1': [ci, intern, temp, ...staff].map(accountData) },
    keys: {
      [ci]: [key(ci, ids.ciKey)],
      [intern]: [key(intern, ids.internKey)],
      [temp]: [key(temp, ids.tempKey)],
    },
    hmacKeys: {
      'lab-1': [
        {
          kind: 'storage#hmacKeyMetadata',
          accessId: ['GOOG1', 'E'.repeat(56)].join(''),
          projectId: 'lab-1',
          serviceAccountEmail: staff[1],
          state: 'ACTIVE',
          timeCreated: '2025-01-01T00:00:00Z',
        },
      ],
    },
    apiKeys: {
      'shop-1': [
        {
          name: `${SHOP}/locations/global/keys/web`,
          uid: 'web',
          displayName: 'web',
          createTime: '2025-01-01T00:00:00Z',
          // The real list never has it: a reply that did must not leave it in the bundle.
          keyString: secrets.plant('string of an API key'),
          restrictions: { apiTargets: [{ service: 'maps-backend.googleapis.com' }] },
        },
      ],
    },
    pools: {
      'shop-1': [
        { name: POOL, state: 'ACTIVE', disabled: true },
        { name: `${POOL}-deleted`, state: 'DELETED' },
      ],
    },
    workforcePools: [
      {
        name: 'locations/global/workforcePools/staff',
        parent: ORGANIZATION,
        state: 'ACTIVE',
        sessionDuration: '3600s',
      },
    ],
    providers: {
      'locations/global/workforcePools/staff': [
        {
          name: 'locations/global/workforcePools/staff/providers/okta',
          state: 'ACTIVE',
          attributeMapping: { 'google.subject': 'assertion.sub' },
          oidc: {
            issuerUri: 'https://example.okta.com',
            clientId: 'abc',
            clientSecret: { value: { plainText: secrets.plant('client secret of a provider'), thumbprint: 'T' } },
          },
        },
      ],
      [POOL]: [
        {
          name: `${POOL}/providers/github`,
          state: 'ACTIVE',
          attributeMapping: { 'google.subject': 'assertion.sub' },
          oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
        },
      ],
    },
    groups: {
      'everyone@example.com': [
        {
          name: 'groups/1/memberships/1',
          preferredMemberKey: { id: 'inner@example.com' },
          type: 'GROUP',
          roles: [{ name: 'MEMBER' }],
        },
        {
          name: 'groups/1/memberships/2',
          preferredMemberKey: { id: 'jane@example.com' },
          type: 'USER',
          roles: [{ name: 'OWNER' }],
        },
      ],
      'inner@example.com': [
        {
          name: 'groups/2/memberships/1',
          preferredMemberKey: { id: 'everyone@example.com' },
          type: 'GROUP',
          roles: [{ name: 'MEMBER' }],
        },
        {
          name: 'groups/2/memberships/2',
          preferredMemberKey: { id: ci },
          type: 'SERVICE_ACCOUNT',
          roles: [{ name: 'MEMBER' }],
        },
      ],
    },
    tags: {
      [SHOP]: [
        {
          tagValue: 'tagValues/1',
          namespacedTagValue: '1001/env/prod',
          tagKey: 'tagKeys/1',
          namespacedTagKey: '1001/env',
          inherited: true,
        },
      ],
    },
    orgPolicies: {
      [ORGANIZATION]: [
        { name: `${ORGANIZATION}/policies/iam.disableServiceAccountKeyCreation`, spec: { rules: [{ enforce: true }] } },
      ],
    },
    insights: {
      [LAB]: [
        {
          name: `${LAB}/locations/global/insightTypes/google.iam.serviceAccount.Insight/insights/i1`,
          insightSubtype: 'SERVICE_ACCOUNT_USAGE',
          content: { email: temp, lastAuthenticatedTime: '2026-01-15T00:00:00Z', serviceAccountId: uniqueId(temp) },
          observationPeriod: '19008000s',
          lastRefreshTime: '2026-06-01T00:00:00Z',
          targetResources: [`//iam.googleapis.com/projects/3002/serviceAccounts/${uniqueId(temp)}`],
          stateInfo: { state: 'ACTIVE' },
        },
      ],
      [SHOP]: [
        {
          name: `${SHOP}/locations/global/insightTypes/google.iam.policy.Insight/insights/i2`,
          insightSubtype: 'PERMISSIONS_USAGE',
          content: {
            role: 'roles/run.developer',
            member: member(deployer),
            exercisedPermissions: [{ permission: 'run.services.update' }],
            inferredPermissions: [],
            currentTotalPermissionsCount: '4',
          },
          observationPeriod: '7776000s',
          lastRefreshTime: '2026-06-01T00:00:00Z',
          targetResources: [`${CRM}/${SHOP}`],
          stateInfo: { state: 'ACTIVE' },
        },
      ],
    },
    counters: {
      'lab-1': [
        {
          metric: {
            type: 'iam.googleapis.com/service_account/key/authn_events_count',
            labels: { key_id: ids.internKey },
          },
          resource: { type: 'iam_service_account', labels: { project_id: 'lab-1', unique_id: uniqueId(intern) } },
          metricKind: 'DELTA',
          valueType: 'INT64',
          points: [
            {
              interval: { startTime: '2026-05-30T00:00:00Z', endTime: '2026-05-31T00:00:00Z' },
              value: { int64Value: '3' },
            },
          ],
        },
      ],
    },
    sinks: {
      [`${ORGANIZATION}/sinks/audit`]: {
        name: 'audit',
        destination: 'bigquery.googleapis.com/projects/shop-1/datasets/audit',
        filter: 'logName:"cloudaudit.googleapis.com"',
        includeChildren: true,
        writerIdentity: 'serviceAccount:service-org-1001@gcp-sa-logging.iam.gserviceaccount.com',
        createTime: '2025-01-01T00:00:00Z',
        updateTime: '2025-06-01T00:00:00Z',
      },
    },
    activities: {
      'lab-1': [
        {
          fullResourceName: `//iam.googleapis.com/projects/lab-1/serviceAccounts/${ci}`,
          activityType: 'serviceAccountLastAuthentication',
          observationPeriod: { startTime: '2025-06-01T07:00:00Z', endTime: '2026-06-01T07:00:00Z' },
          activity: {
            lastAuthenticatedTime: '2026-05-30T07:00:00Z',
            serviceAccount: { projectNumber: '3002', serviceAccountId: uniqueId(ci) },
          },
        },
      ],
    },
  };
}
